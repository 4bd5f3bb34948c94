/* SPDX-License-Identifier: Apache-2.0 */
/* Windows whose rows are shared by several outputs: each row of x is reduced along W once, a block of channels at a
 * time, and the newest of these reduced rows are kept for the outputs that have them. */
#include "base/size.h"
#include "native/fork_join.h"
#include "native/lanes.h"
#include "native/packed.h"
#include "native/window_range.h"
#include "native/winners.h"
#include "native/worker.h"

#include <stdlib.h>

/** Outputs of a task, if it can do with so few, and channels of a block; lanes of vectors that number taps in bytes;
 * columns of windows that are better joined from longer parts. */
enum { TASK_ELEMENTS = 65536, BLOCK = 128, BYTE_LANES = 32, MOST_COLUMNS = 9 };

/** Rows that are reduced along W: that of row r of x is number r modulo the window's rows. */
struct reduced {
    float *best;
    uint8_t *winner;
};

struct forward {
    const struct forward_job *job;
    struct worker workers[FORK_JOIN_MOST_THREADS];
    struct reduced reduced[FORK_JOIN_MOST_THREADS];
    size_t blocks;
    size_t bands; /* of a plane of outputs along H */
    size_t band_rows;
};

/** What is done at a time. */
struct band {
    const struct forward_job *job;
    struct worker *worker;
    struct reduced reduced;
    size_t n;
    size_t c; /* the first channel */
    size_t lanes;
    size_t first; /* row of outputs */
    size_t end;
};

static const float *x_of(const struct band *band)
{
    const struct geometry *geometry = band->job->geometry;
    return (const float *)band->job->x + band->n * geometry->x.n + band->c;
}

/** The first element of a reduced row. */
static size_t reduced_at(const struct band *band, size_t row)
{
    const struct axis *axis = band->job->geometry->axis;
    return row % axis[1].kernel * axis[2].out * band->lanes;
}

/** False if there may be a NaN. */
static bool reduce_row(const struct band *band, size_t row)
{
    const struct geometry *geometry = band->job->geometry;
    const struct axis *axis = geometry->axis;
    const size_t step = axis[2].stride * geometry->x.axis[2];
    const size_t base = (row + axis[1].pad_lo) * geometry->x.axis[1];
    size_t alike = 0;
    bool is_done = true;
    for (size_t w = 0; w < axis[2].out && is_done; w += alike) {
        const struct tap_range range[] = {{0, 1}, {0, 1}, tap_range_of(&axis[2], w)};
        const size_t to = reduced_at(band, row) + w * band->lanes;
        alike = tap_ranges_alike(&axis[2], w);
        window_range_list(geometry, &geometry->x, range, &band->worker->taps);
        is_done =
            combine_byte_taps(&band->worker->taps, &(const struct combine_runs){alike, band->lanes, step, band->lanes},
                              x_of(band), base + w * step, band->reduced.best + to, band->reduced.winner + to);
    }
    return is_done;
}

/** Makes a row of outputs of reduced rows. */
static void join_rows(const struct band *band, size_t h, struct tap_range rows)
{
    const struct forward_job *job = band->job;
    const struct geometry *geometry = job->geometry;
    const struct axis *axis = geometry->axis;
    const size_t at[] = {0, h, 0};
    uint8_t *winner = job->mask == NULL ? (uint8_t *)band->worker->winner
                                        : (uint8_t *)job->mask + strides_offset(&geometry->mask, band->n, band->c, at);
    struct combine_byte_parts parts = {.best = band->reduced.best,
                                       .winner = band->reduced.winner,
                                       .count = rows.end - rows.begin,
                                       .runs = axis[2].out,
                                       .length = band->lanes,
                                       .best_step = geometry->y.axis[2],
                                       .winner_step = job->mask == NULL ? band->lanes : geometry->mask.axis[2]};
    for (size_t k = 0; k < parts.count; k++) {
        const size_t tap = rows.begin + k;
        parts.offset[k] = reduced_at(band, h * axis[1].stride + tap - axis[1].pad_lo);
        parts.shift[k] = (uint8_t)(tap * axis[2].kernel);
    }
    combine_join_bytes(&parts, (float *)job->y + strides_offset(&geometry->y, band->n, band->c, at), winner);
}

/** False if there may be a NaN. */
static bool pool_rows(const struct band *band)
{
    const struct axis *axis = &band->job->geometry->axis[1];
    size_t next = 0; /* row of x that is to be reduced */
    for (size_t h = band->first; h < band->end; h++) {
        const struct tap_range rows = tap_range_of(axis, h);
        const size_t start = h * axis->stride - axis->pad_lo;
        for (next = size_max(next, start + rows.begin); next < start + rows.end; next++) {
            if (!reduce_row(band, next)) {
                return false;
            }
        }
        join_rows(band, h, rows);
    }
    return true;
}

/** The same where there are NaNs, which are rare: output by output. */
static void pool_with_nans(const struct band *band)
{
    const struct forward_job *job = band->job;
    const struct geometry *geometry = job->geometry;
    const struct axis *axis = geometry->axis;
    struct tap_range range[] = {{0, 1}, {0, 0}, {0, 0}};
    for (size_t h = band->first; h < band->end; h++) {
        for (size_t w = 0; w < axis[2].out; w++) {
            const size_t at[] = {0, h, w};
            const size_t base = h * axis[1].stride * geometry->x.axis[1] + w * axis[2].stride * geometry->x.axis[2];
            range[1] = tap_range_of(&axis[1], h);
            range[2] = tap_range_of(&axis[2], w);
            window_range_list(geometry, &geometry->x, range, &band->worker->taps);
            combine_taps(job_rule(geometry, true), &band->worker->taps,
                         &(const struct combine_runs){1, band->lanes, 0, 0}, x_of(band), base,
                         (float *)job->y + strides_offset(&geometry->y, band->n, band->c, at), band->worker->winner);
            if (job->mask != NULL) {
                winners_store(band->worker->winner, band->lanes, 1, job->mask,
                              strides_offset(&geometry->mask, band->n, band->c, at));
            }
        }
    }
}

static void pool_band(void *context, size_t task, unsigned worker)
{
    struct forward *forward = context;
    const struct geometry *geometry = forward->job->geometry;
    struct band band = {.job = forward->job,
                        .worker = &forward->workers[worker],
                        .reduced = forward->reduced[worker],
                        .n = task / forward->blocks / forward->bands,
                        .c = task % forward->blocks * BLOCK,
                        .first = task / forward->blocks % forward->bands * forward->band_rows};
    band.lanes = size_min(geometry->channels - band.c, BLOCK);
    band.end = size_min(band.first + forward->band_rows, geometry->axis[1].out);
    if (!pool_rows(&band)) {
        pool_with_nans(&band);
    }
}

static void free_reduced(struct forward *forward, unsigned threads)
{
    for (unsigned i = 0; i < threads; i++) {
        free(forward->reduced[i].best);
        free(forward->reduced[i].winner);
    }
}

static bool make_reduced(struct forward *forward, unsigned threads)
{
    const struct axis *axis = forward->job->geometry->axis;
    const size_t elements = axis[1].kernel * axis[2].out * BLOCK;
    bool made = true;
    for (unsigned i = 0; i < threads; i++) {
        struct reduced *reduced = &forward->reduced[i];
        reduced->best = malloc(elements * sizeof(*reduced->best));
        reduced->winner = malloc(elements);
        made = made && reduced->best != NULL && reduced->winner != NULL;
    }
    if (!made) {
        free_reduced(forward, threads);
    }
    return made;
}

/** Taps in bytes, and more than are better taken at once. */
static bool takes(const struct geometry *geometry)
{
    const struct axis *axis = geometry->axis;
    return packed_takes_axes(geometry) && !geometry->has_empty_windows && geometry->mask_format.bytes == 1 &&
           geometry->channels % BYTE_LANES == 0 && axis[1].dilation == 1 && axis[1].kernel <= COMBINE_MOST_BYTE_PARTS &&
           axis[2].kernel <= MOST_COLUMNS;
}

bool lanes_axes_forward(const struct forward_job *job, unsigned threads)
{
    const struct geometry *geometry = job->geometry;
    const struct axis *axis = geometry->axis;
    struct forward forward = {.job = job, .blocks = size_divide_up(geometry->channels, BLOCK)};
    if (!takes(geometry)) {
        return false;
    }
    const size_t rows = size_max(TASK_ELEMENTS / (axis[2].out * BLOCK), 4 * axis[1].kernel);
    forward.bands = size_divide_up(axis[1].out, rows);
    forward.band_rows = size_divide_up(axis[1].out, forward.bands);
    const size_t tasks = geometry->batch * forward.bands * forward.blocks;
    threads = fork_join_threads(threads, tasks, (double)geometry->y_elements * (double)geometry->taps);
    if (!workers_make(forward.workers, threads, axis[2].out * BLOCK, geometry->taps)) {
        return false;
    }
    const bool made = make_reduced(&forward, threads);
    if (made) {
        fork_join_run(threads, tasks, pool_band, &forward);
        free_reduced(&forward, threads);
    }
    workers_free(forward.workers, threads);
    return made;
}
