/* SPDX-License-Identifier: Apache-2.0 */
/* Masks, as pack.c has values. They are dense. In forms that hold indices a run is one row, since that is how far their
 * steps are equal. */
#include "base/size.h"
#include "native/pack.h"
#include "native/transpose.h"

#include <string.h>

/** `n` outputs from (d, h, 0) on. */
struct run {
    const struct pack *pack;
    const struct labels *labels;
    size_t d;
    size_t h;
    size_t n;
};

static size_t offset_of(const struct run *run, size_t lane, size_t i)
{
    const size_t *stride = run->labels->geometry->mask.axis;
    return run->pack->mask[lane] + run->d * stride[0] + run->h * stride[1] + i * stride[2];
}

static int64_t origin_of(const struct run *run, size_t lane, size_t i)
{
    return labels_origin(run->labels, run->pack->first + lane, (const size_t[]){run->d, run->h, i});
}

/** From an output to the next one. */
static int64_t step_of(const struct run *run)
{
    return (int64_t)run->labels->geometry->axis[2].stride * run->labels->element[2];
}

/** Stores the winners of all lanes of an output, which are neighbours; in forms that number taps, those of many outputs
 * are converted at once. */
static void store_places(const struct run *run, const int32_t *from, void *mask)
{
    const struct pack *pack = run->pack;
    const struct geometry *geometry = pack->geometry;
    const size_t bytes = geometry->mask_format.bytes;
    const size_t row = pack->count * bytes;
    const size_t stride = geometry->mask.axis[2] * bytes;
    for (size_t i = 0; i < run->n; i += PACK_CHUNK) {
        const size_t n = size_min(run->n - i, PACK_CHUNK);
        const unsigned char *places = pack->temporary;
        unsigned char *to = (unsigned char *)mask + offset_of(run, 0, i) * bytes;
        labels_store(run->labels, pack->temporary, 0, from + i * GRID_LANES, n * GRID_LANES, 0, 0);
        for (size_t k = 0; k < n; k++, places += GRID_LANES * bytes, to += stride) {
            if (row == GRID_LANES) {
                memcpy(to, places, GRID_LANES);
            } else {
                memcpy(to, places, row);
            }
        }
    }
}

/** Whether the outputs of all lanes are neighbours: in channels, or as all there is of each plane. */
static bool lanes_are_neighbours(const struct geometry *geometry)
{
    return geometry->layout == CLPOOL_CHANNELS_LAST || geometry->out_plane == 1;
}

static void store_run(const struct run *run, const int32_t *from, void *mask)
{
    const struct pack *pack = run->pack;
    void *target[GRID_LANES];
    if (pack->geometry->layout == CLPOOL_CHANNELS_LAST && pack->geometry->mask_form == CLPOOL_MASK_WINDOW) {
        store_places(run, from, mask);
        return;
    }
    if (lanes_are_neighbours(pack->geometry)) {
        for (size_t i = 0; i < run->n; i++) {
            labels_store(run->labels, mask, offset_of(run, 0, i), from + i * GRID_LANES, pack->count,
                         origin_of(run, 0, i), run->labels->plane);
        }
        return;
    }
    for (size_t lane = 0; lane < GRID_LANES; lane++) {
        target[lane] = (int32_t *)pack->temporary + lane * PACK_CHUNK;
    }
    for (size_t i = 0; i < run->n; i += PACK_CHUNK) {
        const size_t n = size_min(run->n - i, PACK_CHUNK);
        transpose_from_lanes_4(from + i * GRID_LANES, target, n);
        for (size_t lane = 0; lane < pack->count; lane++) {
            labels_store(run->labels, mask, offset_of(run, lane, i), target[lane], n, origin_of(run, lane, i),
                         step_of(run));
        }
    }
}

static void load_run(const struct run *run, const void *mask, int32_t *to)
{
    const struct pack *pack = run->pack;
    const void *source[GRID_LANES];
    if (lanes_are_neighbours(pack->geometry)) {
        for (size_t i = 0; i < run->n; i++) {
            labels_load(run->labels, mask, offset_of(run, 0, i), to + i * GRID_LANES, pack->count, origin_of(run, 0, i),
                        run->labels->plane);
        }
        return;
    }
    for (size_t i = 0; i < run->n; i += PACK_CHUNK) {
        const size_t n = size_min(run->n - i, PACK_CHUNK);
        for (size_t lane = 0; lane < GRID_LANES; lane++) {
            const size_t used = lane < pack->count ? lane : 0;
            source[lane] = (int32_t *)pack->temporary + used * PACK_CHUNK;
            if (used == lane) {
                labels_load(run->labels, mask, offset_of(run, lane, i), (int32_t *)pack->temporary + lane * PACK_CHUNK,
                            n, origin_of(run, lane, i), step_of(run));
            }
        }
        transpose_to_lanes_4(source, to + i * GRID_LANES, n);
    }
}

/** How many rows make one run. */
static size_t rows_of_run(const struct labels *labels, size_t rows, size_t pitch)
{
    const bool is_whole = pitch == labels->geometry->axis[2].out && labels->geometry->mask_form == CLPOOL_MASK_WINDOW;
    return is_whole ? rows : 1;
}

/** Loads short rows several at a time, and copies them to their places. */
static void spread_rows(const struct run *rows, size_t count, const void *mask, int32_t *to, size_t pitch)
{
    const size_t width = rows->labels->geometry->axis[2].out;
    const size_t at_once = PACK_CHUNK / width;
    struct run run = *rows;
    int32_t *spread = (int32_t *)rows->pack->temporary + (size_t)PACK_CHUNK * GRID_LANES;
    for (size_t row = 0; row < count; row += at_once) {
        const size_t some = size_min(at_once, count - row);
        run.h = rows->h + row;
        run.n = some * width;
        load_run(&run, mask, spread);
        for (size_t i = 0; i < some; i++) {
            memcpy(to + (row + i) * pitch * GRID_LANES, spread + i * width * GRID_LANES,
                   width * GRID_LANES * sizeof(*to));
        }
    }
}

void pack_winners(const struct pack *pack, const struct labels *labels, const void *mask, const size_t place[2],
                  size_t rows, int32_t *to, size_t pitch)
{
    const size_t width = labels->geometry->axis[2].out;
    const size_t at_once = rows_of_run(labels, rows, pitch);
    struct run run = {pack, labels, place[0], place[1], at_once * width};
    if (at_once == 1 && rows > 1 && width * 2 <= PACK_CHUNK && labels->geometry->mask_form == CLPOOL_MASK_WINDOW) {
        spread_rows(&run, rows, mask, to, pitch);
        return;
    }
    for (size_t row = 0; row < rows; row += at_once) {
        run.h = place[1] + row;
        load_run(&run, mask, to + row * pitch * GRID_LANES);
    }
}

void unpack_winners(const struct pack *pack, const struct labels *labels, const int32_t *from, size_t pitch,
                    const size_t place[2], size_t rows, void *mask)
{
    const size_t at_once = rows_of_run(labels, rows, pitch);
    const size_t n = at_once * labels->geometry->axis[2].out;
    for (size_t row = 0; row < rows; row += at_once) {
        store_run(&(const struct run){pack, labels, place[0], place[1] + row, n}, from + row * pitch * GRID_LANES,
                  mask);
    }
}
