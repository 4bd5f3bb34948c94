/* SPDX-License-Identifier: Apache-2.0 */
/* A band of a plane is copied into scratch, padded with -inf, and reduced along W, then along H.
 *
 * In scratch the columns of a row are sorted by their place within a stride, and so are the rows: a tap then lies at a
 * constant offset from its output, the outputs of all rows are neighbours, and a step along an axis is one loop over
 * all of them. Behind the outputs of each row lie a few elements that no output needs.
 *
 * A window of -inf alone does not know its padding from its elements; such outputs are computed again. */
#include "base/size.h"
#include "native/fork_join.h"
#include "native/rows.h"
#include "native/winners.h"

#include <math.h>
#include <stdlib.h>

/** Elements of scratch that a task takes, if it can do with so few; taps that are combined at once; bytes of a mask
 * value. */
enum { TASK_ELEMENTS = 32768, MOST_TAPS_AT_ONCE = 8, MOST_MASK_BYTES = 4 };

/** One axis in scratch: `groups` of `length` elements, sorted by their place within a stride. */
struct sorted {
    size_t groups;
    size_t length;
};

struct scratch {
    float *x;
    unsigned char *mask;
    struct {
        float *best;
        int32_t *winner;
    } part[2];
};

struct forward {
    const struct forward_job *job;
    struct scratch scratch[FORK_JOIN_MOST_THREADS];
    size_t bands;
    size_t band_rows; /* of outputs */
    struct sorted rows;
    struct sorted columns;
    bool may_be_padding; /* the winner of an output that is -inf */
    size_t group;        /* elements of x in scratch whose columns are of one group */
};

/** What is done at a time. */
struct band {
    const struct forward *forward;
    struct scratch *scratch;
    size_t n;
    size_t c;
    size_t first; /* output row */
    size_t count; /* of output rows */
    enum combine_rule rule;
    unsigned part; /* that holds the newest results */
};

static size_t row_pitch(const struct forward *forward)
{
    return forward->columns.length;
}

static struct sorted sort_axis(const struct axis *axis, size_t outputs)
{
    const size_t last = axis->extent - 1;
    return (struct sorted){size_min(axis->stride, last + 1), outputs + last / axis->stride};
}

/** Where position i of an axis has its place: in which group, and which element of it. */
static size_t sorted_place(const struct axis *axis, size_t i, size_t group_pitch, size_t pitch)
{
    return i % axis->stride * group_pitch + i / axis->stride * pitch;
}

/** Whether rows `begin` to `end` - 1 of a plane of x include a NaN. */
static bool has_nan(const struct geometry *geometry, const float *plane, size_t begin, size_t end)
{
    const size_t width = geometry->axis[2].in;
    const size_t pitch = geometry->x.axis[1];
    if (pitch == width && begin < end) {
        return combine_has_nan(plane + begin * pitch, (end - begin) * width);
    }
    for (size_t h = begin; h < end; h++) {
        if (combine_has_nan(plane + h * pitch, width)) {
            return true;
        }
    }
    return false;
}

/** Copies a row, or, for NULL, one that is padding. */
static void copy_row(const struct forward *forward, const float *x, float *to)
{
    const struct axis *axis = &forward->job->geometry->axis[2];
    const struct combine_sorting sorting = {.groups = forward->columns.groups,
                                            .length = row_pitch(forward),
                                            .pitch = forward->group,
                                            .stride = axis->stride,
                                            .pad_lo = x == NULL ? 0 : axis->pad_lo,
                                            .columns = x == NULL ? 0 : axis->in};
    combine_sort(&sorting, x, to);
}

/** Copies what the band needs of x, and sees whether there is a NaN. */
static void copy_in(struct band *band)
{
    const struct forward *forward = band->forward;
    const struct geometry *geometry = forward->job->geometry;
    const struct axis *axis = &geometry->axis[1];
    const size_t pitch = row_pitch(forward);
    const size_t start = band->first * axis->stride;
    const size_t rows = (band->count - 1) * axis->stride + axis->extent;
    const size_t limit = axis->in + axis->pad_lo;
    const float *plane = (const float *)forward->job->x + band->n * geometry->x.n + band->c * geometry->x.c;
    for (size_t place = 0; place < forward->rows.length; place++) {
        for (size_t group = 0; group < forward->rows.groups && place * axis->stride + group < rows; group++) {
            const size_t padded = start + place * axis->stride + group;
            const bool is_inside = padded >= axis->pad_lo && padded < limit;
            copy_row(forward, is_inside ? plane + (padded - axis->pad_lo) * geometry->x.axis[1] : NULL,
                     band->scratch->x + (group * forward->rows.length + place) * pitch);
        }
    }
    const size_t begin = size_max(start, axis->pad_lo);
    const size_t end = size_max(size_min(start + rows, limit), begin);
    band->rule = job_rule(geometry, has_nan(geometry, plane, begin - axis->pad_lo, end - axis->pad_lo));
}

/** Makes windows of all `kernel` taps from those of `done`, `pitch` elements apart, by joining two that overlap or
 * touch: twice as many taps at a time. `n` elements have a whole window in the end. */
static void double_windows(struct band *band, size_t done, size_t kernel, size_t pitch, int32_t shift, size_t n)
{
    while (done < kernel) {
        const size_t step = size_min(done, kernel - done);
        const struct combine_parts parts = {band->scratch->part[band->part].best,
                                            band->scratch->part[band->part].winner};
        done += step;
        band->part ^= 1u;
        combine_two(band->rule, &parts, step * pitch, (int32_t)step * shift, band->scratch->part[band->part].best,
                    band->scratch->part[band->part].winner, n + (kernel - done) * pitch);
    }
}

static void reduce_columns(struct band *band)
{
    const struct forward *forward = band->forward;
    const struct axis *axis = &forward->job->geometry->axis[2];
    const size_t last = axis->extent - 1;
    const size_t n = forward->group - last / axis->stride;
    const bool doubles = axis->stride == 1 && axis->kernel > 4;
    const size_t at_once = doubles ? 4 : MOST_TAPS_AT_ONCE;
    ptrdiff_t offset[MOST_TAPS_AT_ONCE];
    int32_t tap[MOST_TAPS_AT_ONCE];
    struct combine_taps taps = {.offset = offset, .tap = tap};
    band->part = 0;
    for (size_t from = 0; from < axis->kernel && !(doubles && from > 0); from += at_once) {
        taps.count = size_min(axis->kernel - from, at_once);
        for (size_t k = 0; k < taps.count; k++) {
            offset[k] = (ptrdiff_t)sorted_place(axis, (from + k) * axis->dilation, forward->group, 1);
            tap[k] = (int32_t)(from + k);
        }
        (from == 0 ? combine_taps : combine_more_taps)(
            band->rule, &taps,
            &(const struct combine_runs){1, doubles ? n + (axis->kernel - taps.count) * axis->dilation : n, 0, 0},
            band->scratch->x, 0, band->scratch->part[0].best, band->scratch->part[0].winner);
    }
    if (doubles) {
        double_windows(band, 4, axis->kernel, axis->dilation, 1, n);
    }
}

static size_t row_offset(const struct forward *forward, size_t tap)
{
    const struct axis *axis = &forward->job->geometry->axis[1];
    const size_t pitch = row_pitch(forward);
    return sorted_place(axis, tap * axis->dilation, forward->rows.length * pitch, pitch);
}

static void reduce_rows(struct band *band)
{
    const struct forward *forward = band->forward;
    const struct axis *axis = forward->job->geometry->axis;
    const size_t pitch = row_pitch(forward);
    const size_t n = (band->count - 1) * pitch + axis[2].out;
    const int32_t shift = (int32_t)axis[2].kernel;
    if (axis[1].kernel == 1) {
        return;
    }
    if (axis[1].stride == 1 && axis[1].kernel > 3) {
        double_windows(band, 1, axis[1].kernel, axis[1].dilation * pitch, shift, n);
        return;
    }
    const struct combine_parts parts = {band->scratch->part[band->part].best, band->scratch->part[band->part].winner};
    band->part ^= 1u;
    float *best = band->scratch->part[band->part].best;
    int32_t *winner = band->scratch->part[band->part].winner;
    if (axis[1].kernel == 2) {
        combine_two(band->rule, &parts, row_offset(forward, 1), shift, best, winner, n);
        return;
    }
    combine_three(band->rule, &parts, (const size_t[]){row_offset(forward, 1), row_offset(forward, 2)},
                  (const int32_t[]){shift, 2 * shift}, best, winner, n);
    for (size_t k = 3; k < axis[1].kernel; k++) {
        const size_t offset = row_offset(forward, k);
        const struct combine_parts part = {parts.best + offset, parts.winner + offset};
        combine_more(band->rule, &part, (int32_t)k * shift, best, winner, n);
    }
}

/** Computes those outputs of a row again whose winners may be padding. */
static void pool_row_again(const struct band *band, size_t h, float *best, int32_t *winner)
{
    const struct forward_job *job = band->forward->job;
    for (size_t w = 0; w < job->geometry->axis[2].out; w++) {
        if (best[w] == -INFINITY) {
            job_pool_by_reference(job, band->n, band->c, (const size_t[]){0, h, w}, &best[w], &winner[w]);
        }
    }
}

static void pool_again(const struct band *band)
{
    const size_t pitch = row_pitch(band->forward);
    const size_t width = band->forward->job->geometry->axis[2].out;
    float *best = band->scratch->part[band->part].best;
    int32_t *winner = band->scratch->part[band->part].winner;
    if (!band->forward->may_be_padding || !combine_has_least(best, (band->count - 1) * pitch + width)) {
        return;
    }
    for (size_t i = 0; i < band->count; i++) {
        pool_row_again(band, band->first + i, best + i * pitch, winner + i * pitch);
    }
}

/** Whether the outputs of a band lie in y and in scratch alike, one after the other. */
static bool is_flat(const struct forward *forward)
{
    const struct geometry *geometry = forward->job->geometry;
    const size_t width = geometry->axis[2].out;
    return row_pitch(forward) == width && (geometry->y.axis[1] == width || geometry->axis[1].out == 1);
}

/** Stores the winners of a band: narrowed all at once, then row by row. */
static void copy_winners(const struct band *band)
{
    const struct forward *forward = band->forward;
    const struct forward_job *job = forward->job;
    const struct geometry *geometry = job->geometry;
    const size_t bytes = geometry->mask_format.bytes;
    const size_t at = strides_offset(&geometry->mask, band->n, band->c, (const size_t[]){0, band->first, 0});
    winners_store(band->scratch->part[band->part].winner,
                  (band->count - 1) * row_pitch(forward) + geometry->axis[2].out, bytes, band->scratch->mask, 0);
    for (size_t i = 0; i < band->count; i++) {
        memcpy((unsigned char *)job->mask + (at + i * geometry->axis[2].out) * bytes,
               band->scratch->mask + i * row_pitch(forward) * bytes, geometry->axis[2].out * bytes);
    }
}

static void copy_out(const struct band *band)
{
    const struct forward *forward = band->forward;
    const struct forward_job *job = forward->job;
    const struct geometry *geometry = job->geometry;
    const bool flat = is_flat(forward);
    const size_t width = geometry->axis[2].out * (flat ? band->count : 1);
    const size_t at[] = {0, band->first, 0};
    const float *best = band->scratch->part[band->part].best;
    float *y = (float *)job->y + strides_offset(&geometry->y, band->n, band->c, at);
    for (size_t i = 0; i < (flat ? 1 : band->count); i++) {
        memcpy(y + i * geometry->y.axis[1], best + i * row_pitch(forward), width * sizeof(*y));
    }
    if (job->mask != NULL && flat) {
        winners_store(band->scratch->part[band->part].winner, width, geometry->mask_format.bytes, job->mask,
                      strides_offset(&geometry->mask, band->n, band->c, at));
    } else if (job->mask != NULL) {
        copy_winners(band);
    }
}

static void pool_band(void *context, size_t task, unsigned worker)
{
    struct forward *forward = context;
    const struct geometry *geometry = forward->job->geometry;
    const size_t plane = task / forward->bands;
    struct band band = {.forward = forward,
                        .scratch = &forward->scratch[worker],
                        .n = plane / geometry->channels,
                        .c = plane % geometry->channels,
                        .first = task % forward->bands * forward->band_rows};
    band.count = size_min(forward->band_rows, geometry->axis[1].out - band.first);
    copy_in(&band);
    reduce_columns(&band);
    reduce_rows(&band);
    pool_again(&band);
    copy_out(&band);
}

static void free_scratch(struct forward *forward, unsigned threads)
{
    for (unsigned i = 0; i < threads; i++) {
        free(forward->scratch[i].x);
        free(forward->scratch[i].mask);
        for (unsigned part = 0; part < 2; part++) {
            free(forward->scratch[i].part[part].best);
            free(forward->scratch[i].part[part].winner);
        }
    }
}

/** Zeroed, since elements that no output needs are computed with too. */
static bool make_scratch(struct forward *forward, unsigned threads)
{
    bool made = true;
    for (unsigned i = 0; i < threads; i++) {
        struct scratch *scratch = &forward->scratch[i];
        scratch->x = calloc(forward->columns.groups * forward->group, sizeof(*scratch->x));
        scratch->mask = calloc(forward->group, MOST_MASK_BYTES);
        made = made && scratch->x != NULL && scratch->mask != NULL;
        for (unsigned part = 0; part < 2; part++) {
            scratch->part[part].best = calloc(forward->group, sizeof(*scratch->part[part].best));
            scratch->part[part].winner = calloc(forward->group, sizeof(*scratch->part[part].winner));
            made = made && scratch->part[part].best != NULL && scratch->part[part].winner != NULL;
        }
    }
    if (!made) {
        free_scratch(forward, threads);
    }
    return made;
}

/** Cuts planes into bands: so few rows that scratch stays in the cache, but not so few that most of them are read
 * twice. False if scratch would be too large. */
static bool cut(struct forward *forward)
{
    const struct axis *axis = forward->job->geometry->axis;
    forward->columns = sort_axis(&axis[2], axis[2].out);
    const size_t pitch = row_pitch(forward);
    const size_t row = pitch * forward->columns.groups * axis[1].stride;
    if (axis[1].extent > 100000 || axis[2].extent > 100000 || row > 10000000) {
        return false;
    }
    forward->band_rows =
        size_min(size_max(TASK_ELEMENTS / row, size_divide_up(axis[1].extent, axis[1].stride)), axis[1].out);
    forward->band_rows += forward->band_rows == 0;
    forward->bands = size_max(size_divide_up(axis[1].out, forward->band_rows), 1);
    forward->band_rows = size_divide_up(axis[1].out, forward->bands);
    forward->rows = sort_axis(&axis[1], forward->band_rows);
    forward->group = forward->rows.groups * forward->rows.length * pitch + (axis[2].extent - 1) / axis[2].stride;
    return forward->group * forward->columns.groups < 50000000;
}

bool rows_forward(const struct forward_job *job, unsigned threads)
{
    const struct geometry *geometry = job->geometry;
    struct forward forward = {.job = job};
    forward.may_be_padding = geometry->has_empty_windows || geometry->axis[1].pad_lo > 0 ||
                             geometry->axis[2].pad_lo > 0 || geometry->nan_rule == CLPOOL_NAN_IGNORE;
    if (!cut(&forward)) {
        return false;
    }
    const size_t tasks = geometry->planes * forward.bands;
    threads = fork_join_threads(threads, tasks, (double)geometry->x_elements + 4 * (double)geometry->y_elements);
    if (!make_scratch(&forward, threads)) {
        return false;
    }
    fork_join_run(threads, tasks, pool_band, &forward);
    free_scratch(&forward, threads);
    return true;
}
