/* SPDX-License-Identifier: Apache-2.0 */
/* Rows are copied in runs. A run of neighbours along W is turned, PACK_CHUNK elements of all planes at a time; where
 * the planes are neighbours, a place is copied at a time; all others an element at a time. */
#include "native/pack.h"

#include "base/size.h"
#include "native/transpose.h"

#include <string.h>

/** Tasks that are too few for several threads, and elements that are too few for tasks. */
enum { FEW_TASKS = 8, FEW_ELEMENTS = 100000 };

size_t pack_count(const struct geometry *geometry)
{
    return geometry->layout == CLPOOL_CHANNELS_LAST ? geometry->batch * size_divide_up(geometry->channels, GRID_LANES)
                                                    : size_divide_up(geometry->planes, GRID_LANES);
}

size_t pack_bands(const struct geometry *geometry)
{
    return geometry->x_elements < FEW_ELEMENTS ? 1 : size_divide_up(FEW_TASKS, pack_count(geometry));
}

void pack_make(struct pack *pack, const struct geometry *geometry, size_t index, void *temporary)
{
    size_t end = geometry->planes;
    *pack = (struct pack){.geometry = geometry, .first = index * GRID_LANES, .temporary = temporary};
    if (geometry->layout == CLPOOL_CHANNELS_LAST) {
        const size_t packs = size_divide_up(geometry->channels, GRID_LANES);
        end = (index / packs + 1) * geometry->channels;
        pack->first = index / packs * geometry->channels + index % packs * GRID_LANES;
    }
    pack->count = size_min(end - pack->first, GRID_LANES);
    size_t n = pack->first / geometry->channels;
    size_t c = pack->first % geometry->channels;
    for (size_t lane = 0; lane < GRID_LANES; lane++) {
        const bool is_used = lane < pack->count;
        pack->x[lane] = is_used ? n * geometry->x.n + c * geometry->x.c : pack->x[0];
        pack->y[lane] = is_used ? n * geometry->y.n + c * geometry->y.c : pack->y[0];
        pack->mask[lane] = is_used ? n * geometry->mask.n + c * geometry->mask.c : pack->mask[0];
        c++;
        n += c == geometry->channels ? 1 : 0;
        c = c == geometry->channels ? 0 : c;
    }
}

/** A run of each plane: `n` elements, that begin `first` after their planes and are `step` apart. */
struct run {
    const size_t *planes;
    size_t first;
    size_t step;
    size_t n;
    bool planes_are_neighbours;
};

static bool planes_are_neighbours(const struct pack *pack, const size_t planes[GRID_LANES])
{
    for (size_t lane = 1; lane < pack->count; lane++) {
        if (planes[lane] != planes[0] + lane) {
            return false;
        }
    }
    return true;
}

/** Whether all rows of a slice follow each other. */
static bool is_dense(const struct pack_tensor *tensor)
{
    return (tensor->width == 1 || tensor->stride[2] == 1) &&
           (tensor->height == 1 || tensor->stride[1] == tensor->width);
}

/** A run of `rows` rows of width columns, from (d, h, 0) on. */
static struct run run_at(const struct pack *pack, const struct pack_tensor *tensor, size_t d, size_t h, size_t rows)
{
    return (struct run){.planes = tensor->planes,
                        .first = d * tensor->stride[0] + h * tensor->stride[1],
                        .step = is_dense(tensor) ? 1 : tensor->stride[2],
                        .n = rows * tensor->width,
                        .planes_are_neighbours = planes_are_neighbours(pack, tensor->planes)};
}

/** How many rows make one run: all of them where they follow each other in the tensor and in the grid. */
static size_t rows_of_run(const struct pack_tensor *tensor, size_t rows, size_t pitch)
{
    return is_dense(tensor) && pitch == tensor->width ? rows : 1;
}

static const void *at_element(const void *tensor, size_t index, size_t bytes)
{
    return (const unsigned char *)tensor + index * bytes;
}

static void *to_element(void *tensor, size_t index, size_t bytes)
{
    return (unsigned char *)tensor + index * bytes;
}

/** Turns a run whose elements follow each other. */
static void turn_in(const struct pack *pack, const struct wide *wide, const void *from, const struct run *run, void *to)
{
    const size_t bytes = pack->geometry->element_bytes;
    const size_t value = wide->loops->bytes;
    const bool is_same = bytes == value;
    const void *source[GRID_LANES];
    for (size_t i = 0; i < run->n; i += PACK_CHUNK) {
        const size_t n = size_min(run->n - i, PACK_CHUNK);
        for (size_t lane = 0; lane < GRID_LANES; lane++) {
            source[lane] = at_element(from, run->planes[lane] + run->first + i, bytes);
            if (!is_same) {
                void *widened = to_element(pack->temporary, lane * PACK_CHUNK, value);
                wide->to_wide(source[lane], 1, widened, 1, n, 1);
                source[lane] = widened;
            }
        }
        wide->loops->to_lanes(source, to_element(to, i * GRID_LANES, value), n);
    }
}

static void copy_in(const struct pack *pack, const struct wide *wide, const void *from, const struct run *run, void *to)
{
    const size_t bytes = pack->geometry->element_bytes;
    if (run->planes_are_neighbours) {
        wide->to_wide(at_element(from, run->planes[0] + run->first, bytes), run->step, to, GRID_LANES, run->n,
                      pack->count);
        return;
    }
    if (run->step == 1) {
        turn_in(pack, wide, from, run, to);
        return;
    }
    for (size_t lane = 0; lane < pack->count; lane++) {
        wide->to_wide(at_element(from, run->planes[lane] + run->first, bytes), run->step,
                      to_element(to, lane, wide->loops->bytes), GRID_LANES, run->n, 1);
    }
}

/** Copies short rows, that follow each other, several at a time, and then to their places. */
static void spread_in(const struct pack *pack, const struct wide *wide, const struct pack_tensor *tensor,
                      const void *from, const size_t place[2], size_t rows, void *to, size_t pitch)
{
    const size_t at_once = PACK_CHUNK / tensor->width;
    const size_t value = wide->loops->bytes * GRID_LANES;
    unsigned char *spread = (unsigned char *)pack->temporary + PACK_TEMPORARY_BYTES / 2;
    for (size_t row = 0; row < rows; row += at_once) {
        const size_t count = size_min(at_once, rows - row);
        const struct run run = run_at(pack, tensor, place[0], place[1] + row, count);
        copy_in(pack, wide, from, &run, spread);
        for (size_t i = 0; i < count; i++) {
            memcpy(to_element(to, (row + i) * pitch, value), spread + i * tensor->width * value, tensor->width * value);
        }
    }
}

void pack_rows(const struct pack *pack, const struct wide *wide, const struct pack_tensor *tensor, const void *from,
               const size_t place[2], size_t rows, void *to, size_t pitch)
{
    const size_t at_once = rows_of_run(tensor, rows, pitch);
    if (at_once == 1 && is_dense(tensor) && tensor->width * 2 <= PACK_CHUNK && rows > 1) {
        spread_in(pack, wide, tensor, from, place, rows, to, pitch);
        return;
    }
    for (size_t row = 0; row < rows; row += at_once) {
        const struct run run = run_at(pack, tensor, place[0], place[1] + row, at_once);
        copy_in(pack, wide, from, &run, to_element(to, row * pitch * GRID_LANES, wide->loops->bytes));
    }
}

static void turn_out(const struct pack *pack, const struct wide *wide, const void *from, const struct run *run,
                     void *to)
{
    const size_t bytes = pack->geometry->element_bytes;
    const size_t value = wide->loops->bytes;
    const bool is_same = wide->to_dtype == wide->to_wide;
    void *target[GRID_LANES];
    for (size_t i = 0; i < run->n; i += PACK_CHUNK) {
        const size_t n = size_min(run->n - i, PACK_CHUNK);
        for (size_t lane = 0; lane < GRID_LANES; lane++) {
            target[lane] = is_same && lane < pack->count ? to_element(to, run->planes[lane] + run->first + i, bytes)
                                                         : to_element(pack->temporary, lane * PACK_CHUNK, value);
        }
        wide->loops->from_lanes(at_element(from, i * GRID_LANES, value), target, n);
        for (size_t lane = 0; lane < pack->count && !is_same; lane++) {
            wide->to_dtype(target[lane], 1, to_element(to, run->planes[lane] + run->first + i, bytes), 1, n, 1);
        }
    }
}

static void copy_out(const struct pack *pack, const struct wide *wide, const void *from, const struct run *run,
                     void *to)
{
    const size_t bytes = pack->geometry->element_bytes;
    if (run->planes_are_neighbours) {
        wide->to_dtype(from, GRID_LANES, to_element(to, run->planes[0] + run->first, bytes), run->step, run->n,
                       pack->count);
        return;
    }
    if (run->step == 1) {
        turn_out(pack, wide, from, run, to);
        return;
    }
    for (size_t lane = 0; lane < pack->count; lane++) {
        wide->to_dtype(at_element(from, lane, wide->loops->bytes), GRID_LANES,
                       to_element(to, run->planes[lane] + run->first, bytes), run->step, run->n, 1);
    }
}

void unpack_rows(const struct pack *pack, const struct wide *wide, const struct pack_tensor *tensor, const void *from,
                 size_t pitch, const size_t place[2], size_t rows, void *to)
{
    const size_t at_once = rows_of_run(tensor, rows, pitch);
    for (size_t row = 0; row < rows; row += at_once) {
        const struct run run = run_at(pack, tensor, place[0], place[1] + row, at_once);
        copy_out(pack, wide, at_element(from, row * pitch * GRID_LANES, wide->loops->bytes), &run, to);
    }
}
