/* SPDX-License-Identifier: Apache-2.0 */
/* Forward makes targets, y, of sources, x; backward makes dx of dy. Large planes are cut into bands of rows of
 * targets. */
#include "native/linked.h"

#include "base/size.h"
#include "native/average.h"
#include "native/fork_join.h"
#include "native/links.h"
#include "native/pack.h"

#include <stdlib.h>

/** Places of a grid, if it can do with so few, and at most. */
enum { BAND_PLACES = 4096, MOST_PLACES = 1 << 20 };

/** A tensor, and of maximum the mask that belongs to it. */
struct side {
    const size_t *stride;
    size_t extent[CLPOOL_MAX_RANK];
    bool is_y;
};

struct scratch {
    void *source;
    int32_t *source_winner;
    void *target; /* of one slice */
    int32_t *target_winner;
    void *old; /* what dx held */
    void *temporary;
    size_t *row;
    int32_t *row_label;
    double *divisor; /* of a row of outputs */
};

struct linked {
    const struct geometry *geometry;
    const struct forward_job *forward; /* one of them is NULL */
    const struct backward_job *backward;
    const struct wide *wide;
    struct labels labels; /* of maximum */
    int64_t element[CLPOOL_MAX_RANK];
    struct side source;
    struct side target;
    struct links links[CLPOOL_MAX_RANK];
    uint32_t *part[CLPOOL_MAX_RANK]; /* of divisors, by output */
    size_t *column;
    int32_t *label; /* of columns */
    size_t bands;
    size_t band_rows;
    size_t source_rows; /* that a band needs at most */
    struct scratch scratch[FORK_JOIN_MOST_THREADS];
};

/** What is done at a time. */
struct band {
    const struct linked *linked;
    const struct scratch *scratch;
    struct pack pack;
    size_t first; /* row of targets */
    size_t count;
    size_t source_first;
    size_t source_count;
};

static bool is_max(const struct linked *linked)
{
    return linked->geometry->mode == CLPOOL_MAX;
}

static void *place_of(const struct linked *linked, void *grid, size_t place)
{
    return (unsigned char *)grid + place * GRID_LANES * linked->wide->loops->bytes;
}

static struct pack_tensor tensor_of(const struct side *side, const struct pack *pack)
{
    return (struct pack_tensor){side->is_y ? pack->y : pack->x, side->stride, side->extent[1], side->extent[2]};
}

/** The label of source number i of target `target` on axis a. */
static int32_t label_of(const struct linked *linked, size_t a, size_t target, size_t i)
{
    const struct links *links = &linked->links[a];
    const size_t position = linked->backward != NULL ? target : links->source[i];
    return linked->geometry->mask_form == CLPOOL_MASK_WINDOW ? (int32_t)links->tap[i] * linked->labels.tap[a]
                                                             : (int32_t)((int64_t)position * linked->element[a]);
}

/** The divisors of row (d, h) of outputs. */
static const double *divisors_of(const struct linked *linked, const struct scratch *scratch, size_t d, size_t h)
{
    const uint32_t part = linked->part[0][d] * linked->part[1][h];
    for (size_t w = 0; w < linked->geometry->axis[2].out; w++) {
        scratch->divisor[w] = part * linked->part[2][w];
    }
    return scratch->divisor;
}

/** Finds the rows of sources that the targets of a band need. */
static void find_sources(struct band *band)
{
    const struct links *links = &band->linked->links[1];
    size_t begin = SIZE_MAX;
    size_t end = 0;
    for (size_t i = links->begin[band->first]; i < links->begin[band->first + band->count]; i++) {
        begin = size_min(begin, links->source[i]);
        end = size_max(end, links->source[i] + 1);
    }
    band->source_first = end == 0 ? 0 : begin;
    band->source_count = end - band->source_first;
}

static void copy_in(const struct band *band)
{
    const struct linked *linked = band->linked;
    const struct side *side = &linked->source;
    const struct pack_tensor tensor = tensor_of(side, &band->pack);
    const size_t width = side->extent[2];
    const void *from = linked->forward != NULL ? linked->forward->x : linked->backward->dy;
    for (size_t d = 0; d < side->extent[0] && band->source_count > 0; d++) {
        const size_t place[] = {d, band->source_first};
        const size_t to = d * band->source_count * width;
        pack_rows(&band->pack, linked->wide, &tensor, from, place, band->source_count,
                  place_of(linked, band->scratch->source, to), width);
        if (linked->backward != NULL && is_max(linked)) {
            pack_winners(&band->pack, &linked->labels, linked->backward->mask, place, band->source_count,
                         band->scratch->source_winner + to * GRID_LANES, width);
        }
        for (size_t h = 0; h < band->source_count && linked->backward != NULL && !is_max(linked); h++) {
            linked->wide->loops->divide_places(divisors_of(linked, band->scratch, d, band->source_first + h), width,
                                               place_of(linked, band->scratch->source, to + h * width));
        }
    }
}

/** Lists the rows of sources of row (d, h) of targets. */
static struct grid_links list_rows(const struct band *band, size_t d, size_t h)
{
    const struct linked *linked = band->linked;
    const struct links *slices = &linked->links[0];
    const struct links *rows = &linked->links[1];
    const struct scratch *scratch = band->scratch;
    size_t count = 0;
    for (size_t i = slices->begin[d]; i < slices->begin[d + 1]; i++) {
        for (size_t j = rows->begin[h]; j < rows->begin[h + 1]; j++, count++) {
            const size_t row = slices->source[i] * band->source_count + rows->source[j] - band->source_first;
            scratch->row[count] = row * linked->source.extent[2] * GRID_LANES;
            scratch->row_label[count] = is_max(linked) ? label_of(linked, 0, d, i) + label_of(linked, 1, h, j) : 0;
        }
    }
    return (struct grid_links){.rows = count,
                               .row = scratch->row,
                               .row_label = scratch->row_label,
                               .places = linked->target.extent[2],
                               .begin = linked->links[2].begin,
                               .column = linked->column,
                               .label = linked->label};
}

static void make_row(const struct band *band, size_t d, size_t row)
{
    const struct linked *linked = band->linked;
    const struct grid_loops *loops = linked->wide->loops;
    const struct scratch *scratch = band->scratch;
    const size_t h = band->first + row;
    const size_t at = row * linked->target.extent[2];
    const struct grid_links links = list_rows(band, d, h);
    void *to = place_of(linked, scratch->target, at);
    if (is_max(linked) && linked->forward != NULL) {
        loops->pool_links(job_rule(linked->geometry, linked->geometry->dtype->is_float), &links, scratch->source, to,
                          scratch->target_winner + at * GRID_LANES);
    } else if (is_max(linked)) {
        loops->gather_links(&links, scratch->source, scratch->source_winner, to);
    } else if (linked->forward != NULL) {
        loops->average_links(&links, scratch->source, divisors_of(linked, scratch, d, h), to);
    } else {
        loops->add_links(&links, scratch->source, to);
    }
}

static void copy_out(const struct band *band, size_t d)
{
    const struct linked *linked = band->linked;
    const struct pack_tensor tensor = tensor_of(&linked->target, &band->pack);
    const size_t place[] = {d, band->first};
    const size_t width = linked->target.extent[2];
    void *to = linked->forward != NULL ? linked->forward->y : linked->backward->dx;
    if (linked->backward != NULL && linked->backward->accumulate) {
        pack_rows(&band->pack, linked->wide, &tensor, to, place, band->count, band->scratch->old, width);
        linked->wide->loops->add(band->scratch->old, band->scratch->target, band->count * width * GRID_LANES);
    }
    unpack_rows(&band->pack, linked->wide, &tensor, band->scratch->target, width, place, band->count, to);
    if (linked->forward != NULL && linked->forward->mask != NULL) {
        unpack_winners(&band->pack, &linked->labels, band->scratch->target_winner, width, place, band->count,
                       linked->forward->mask);
    }
}

static void run_band(void *context, size_t task, unsigned worker)
{
    const struct linked *linked = context;
    struct band band = {
        .linked = linked, .scratch = &linked->scratch[worker], .first = task % linked->bands * linked->band_rows};
    band.count = size_min(linked->band_rows, linked->target.extent[1] - band.first);
    pack_make(&band.pack, linked->geometry, task / linked->bands, band.scratch->temporary);
    find_sources(&band);
    copy_in(&band);
    for (size_t d = 0; d < linked->target.extent[0]; d++) {
        for (size_t row = 0; row < band.count; row++) {
            make_row(&band, d, row);
        }
        copy_out(&band, d);
    }
}

/** Cuts planes into bands. False if a grid would be too large. */
static bool cut(struct linked *linked)
{
    const size_t *source = linked->source.extent;
    const size_t rows = linked->target.extent[1];
    const size_t few = size_divide_up(rows, pack_bands(linked->geometry));
    const double share = (double)BAND_PLACES / ((double)source[0] * (double)source[1] * (double)source[2]);
    const size_t some = share >= 1 ? rows : (size_t)(share * (double)rows) + 1;
    linked->band_rows = size_min(size_max(size_min(some, few), linked->links[1].most), rows);
    linked->bands = size_divide_up(rows, linked->band_rows);
    linked->source_rows = 1;
    for (size_t i = 0; i < linked->bands; i++) {
        struct band band = {.linked = linked, .first = i * linked->band_rows};
        band.count = size_min(linked->band_rows, rows - band.first);
        find_sources(&band);
        linked->source_rows = size_max(linked->source_rows, band.source_count);
    }
    return (double)source[0] * (double)linked->source_rows * (double)source[2] <= (double)MOST_PLACES &&
           (double)linked->band_rows * (double)linked->target.extent[2] <= (double)MOST_PLACES;
}

/** Lists columns, and what outputs contribute to divisors. */
static bool make_lists(struct linked *linked)
{
    const struct geometry *geometry = linked->geometry;
    const struct links *links = &linked->links[2];
    const size_t columns = linked->target.extent[2];
    linked->column = malloc((links->begin[columns] + 1) * sizeof(*linked->column));
    linked->label = malloc((links->begin[columns] + 1) * sizeof(*linked->label));
    bool made = linked->column != NULL && linked->label != NULL;
    for (size_t target = 0; target < columns && made; target++) {
        for (size_t i = links->begin[target]; i < links->begin[target + 1]; i++) {
            linked->column[i] = links->source[i] * GRID_LANES;
            linked->label[i] = is_max(linked) ? label_of(linked, 2, target, i) : 0;
        }
    }
    for (size_t a = 0; a < CLPOOL_MAX_RANK && !is_max(linked) && made; a++) {
        linked->part[a] = malloc(geometry->axis[a].out * sizeof(*linked->part[a]));
        made = linked->part[a] != NULL;
        for (size_t i = 0; i < geometry->axis[a].out && made; i++) {
            linked->part[a][i] = average_divisor_part(geometry, a, i);
        }
    }
    return made;
}

static bool make_scratch(struct linked *linked, unsigned threads)
{
    const size_t bytes = linked->wide->loops->bytes * GRID_LANES;
    const size_t sources = linked->source.extent[0] * linked->source_rows * linked->source.extent[2];
    const size_t targets = linked->band_rows * linked->target.extent[2];
    const size_t rows = size_max(linked->links[0].most * linked->links[1].most, 1);
    const size_t winner = is_max(linked) ? GRID_LANES * sizeof(int32_t) : 1;
    bool made = true;
    for (unsigned i = 0; i < threads; i++) {
        struct scratch *scratch = &linked->scratch[i];
        scratch->source = grid_allocate(sources * bytes);
        scratch->source_winner = grid_allocate(sources * winner);
        scratch->target = grid_allocate(targets * bytes);
        scratch->target_winner = grid_allocate(targets * winner);
        scratch->old = grid_allocate(linked->backward != NULL && linked->backward->accumulate ? targets * bytes : 1);
        scratch->temporary = grid_allocate(PACK_TEMPORARY_BYTES);
        scratch->row = malloc(rows * sizeof(*scratch->row));
        scratch->row_label = malloc(rows * sizeof(*scratch->row_label));
        scratch->divisor = malloc(linked->geometry->axis[2].out * sizeof(*scratch->divisor));
        made = made && scratch->source != NULL && scratch->source_winner != NULL && scratch->target != NULL &&
               scratch->target_winner != NULL && scratch->old != NULL && scratch->temporary != NULL &&
               scratch->row != NULL && scratch->row_label != NULL && scratch->divisor != NULL;
    }
    return made;
}

static void free_all(struct linked *linked, unsigned threads)
{
    for (unsigned i = 0; i < threads; i++) {
        struct scratch *scratch = &linked->scratch[i];
        free(scratch->source);
        free(scratch->source_winner);
        free(scratch->target);
        free(scratch->target_winner);
        free(scratch->old);
        free(scratch->temporary);
        free(scratch->row);
        free(scratch->row_label);
        free(scratch->divisor);
    }
    for (size_t a = 0; a < CLPOOL_MAX_RANK; a++) {
        links_free(&linked->links[a]);
        free(linked->part[a]);
    }
    free(linked->column);
    free(linked->label);
}

static bool make_labels(struct linked *linked)
{
    if (!is_max(linked)) {
        return true;
    }
    if (!labels_make(linked->geometry, &linked->labels)) {
        return false;
    }
    for (size_t a = 0; a < CLPOOL_MAX_RANK; a++) { /* indices are labels themselves: windows add nothing */
        linked->element[a] = linked->labels.element[a];
        linked->labels.element[a] = 0;
    }
    return true;
}

static bool run(struct linked *linked, unsigned threads)
{
    const struct geometry *geometry = linked->geometry;
    bool made = linked->wide != NULL && make_labels(linked);
    for (size_t a = 0; a < CLPOOL_MAX_RANK && made; a++) {
        made = links_make(&geometry->axis[a], linked->backward != NULL, &linked->links[a]);
    }
    made = made && cut(linked) && make_lists(linked);
    const size_t tasks = made ? pack_count(geometry) * linked->bands : 1;
    threads = fork_join_threads(threads, tasks, (double)geometry->x_elements + (double)geometry->y_elements);
    made = made && make_scratch(linked, threads);
    if (made) {
        fork_join_run(threads, tasks, run_band, linked);
    }
    free_all(linked, threads);
    return made;
}

static struct side side_x(const struct geometry *geometry)
{
    const struct axis *axis = geometry->axis;
    return (struct side){.stride = geometry->x.axis, .extent = {axis[0].in, axis[1].in, axis[2].in}};
}

static struct side side_y(const struct geometry *geometry)
{
    const struct axis *axis = geometry->axis;
    return (struct side){.stride = geometry->y.axis, .extent = {axis[0].out, axis[1].out, axis[2].out}, .is_y = true};
}

bool linked_forward(const struct forward_job *job, unsigned threads)
{
    const struct geometry *geometry = job->geometry;
    const clpool_dtype dtype = geometry->dtype->id;
    struct linked linked = {.geometry = geometry,
                            .forward = job,
                            .wide = geometry->mode == CLPOOL_MAX ? wide_for_order(dtype) : wide_for_averages(dtype),
                            .source = side_x(geometry),
                            .target = side_y(geometry)};
    return run(&linked, threads);
}

bool linked_backward(const struct backward_job *job, unsigned threads)
{
    const struct geometry *geometry = job->geometry;
    struct linked linked = {.geometry = geometry,
                            .backward = job,
                            .wide = wide_for_sums(geometry->dtype->id),
                            .source = side_y(geometry),
                            .target = side_x(geometry)};
    return run(&linked, threads);
}
