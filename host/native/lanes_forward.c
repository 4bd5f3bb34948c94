/* SPDX-License-Identifier: Apache-2.0 */
#include "native/lanes.h"

#include "base/size.h"
#include "native/fork_join.h"
#include "native/window_range.h"
#include "native/winners.h"
#include "native/worker.h"

#include <math.h>

/** Elements of x that a task goes through. */
enum { TASK_ELEMENTS = 65536 };

/** The lanes of vectors that number taps in bytes. */
enum { BYTE_LANES = 32 };

/** Lanes from which on windows are too wide for the processor to foresee what will be read, until each tap is a long
 * enough run by itself, and elements of x from which on that is not in its caches: then it pays to go through the rows
 * first, in order. */
enum { MANY_LANES = 256, RUN_LANES = 1024, MANY_ELEMENTS = 1 << 22 };

struct forward {
    const struct forward_job *job;
    struct worker workers[FORK_JOIN_MOST_THREADS];
    size_t bands; /* of a plane of outputs along H */
    size_t band_rows;
    bool in_bytes;
};

static bool row_has_nan(const struct geometry *geometry, const float *row)
{
    const size_t width = geometry->axis[2].in;
    if (geometry->x.axis[2] == geometry->channels) {
        return combine_has_nan(row, width * geometry->channels);
    }
    for (size_t w = 0; w < width; w++) {
        if (combine_has_nan(row + w * geometry->x.axis[2], geometry->channels)) {
            return true;
        }
    }
    return false;
}

/** The rows of x, counted from the padding's begin, in which NaNs have been looked for. */
struct looked {
    size_t end;
    size_t end_of_nan; /* after the last that has one */
};

/** Whether row h of slice d of outputs looks at a NaN. Each row is gone through once, right before the first row of
 * outputs that has it: that fetches it from memory in order. */
static bool has_nan(const struct forward_job *job, size_t n, size_t d, size_t h, struct looked *looked)
{
    const struct geometry *geometry = job->geometry;
    const struct axis *axis = geometry->axis;
    const struct tap_range slices = tap_range_of(&axis[0], d);
    const size_t begin = size_max(h * axis[1].stride, axis[1].pad_lo);
    const size_t end = size_min(h * axis[1].stride + axis[1].extent, axis[1].in + axis[1].pad_lo);
    for (size_t row = size_max(begin, looked->end); row < end; row++) {
        for (size_t i = slices.begin; i < slices.end; i++) {
            const size_t slice = d * axis[0].stride + i * axis[0].dilation - axis[0].pad_lo;
            const size_t at[] = {slice, row - axis[1].pad_lo, 0};
            if (row_has_nan(geometry, (const float *)job->x + strides_offset(&geometry->x, n, 0, at))) {
                looked->end_of_nan = row + 1;
            }
        }
    }
    looked->end = size_max(looked->end, end);
    return looked->end_of_nan > begin;
}

/** What outputs alike go through; of one run if they are neighbours in x, too. */
static struct combine_runs runs_of(const struct geometry *geometry, size_t outputs)
{
    const size_t lanes = geometry->channels;
    const size_t x_step = geometry->axis[2].stride * geometry->x.axis[2];
    const size_t best_step = geometry->y.axis[2];
    return x_step == lanes && best_step == lanes ? (struct combine_runs){1, outputs * lanes, 0, 0}
                                                 : (struct combine_runs){outputs, lanes, x_step, best_step};
}

/** A row of outputs of one image. */
struct row {
    const float *x; /* the image */
    float *y;       /* the row */
    int32_t *winner;
    uint8_t *byte_winner; /* in place of it for taps numbered in bytes; else NULL */
    size_t d;
    size_t h;
};

/** Outputs without a tap, from column w on. */
static void fill_empty(const struct geometry *geometry, const struct row *row, size_t w, size_t outputs)
{
    const size_t channels = geometry->channels;
    for (size_t i = w; i < w + outputs; i++) {
        combine_fill(row->y + i * geometry->y.axis[2], -INFINITY, channels);
    }
    if (row->byte_winner != NULL) {
        memset(row->byte_winner + w * channels, 0xff, outputs * channels);
    } else {
        memset(row->winner + w * channels, 0xff, outputs * channels * sizeof(*row->winner));
    }
}

/** y and, one after the other, the winners of a row; -1 for none. False if
 * taps numbered in bytes may have a NaN. */
static bool pool_columns(const struct geometry *geometry, const struct row *row, enum combine_rule rule,
                         struct combine_taps *taps)
{
    const struct axis *axis = geometry->axis;
    struct tap_range range[] = {tap_range_of(&axis[0], row->d), tap_range_of(&axis[1], row->h), {0, 0}};
    const size_t base = row->d * axis[0].stride * geometry->x.axis[0] + row->h * axis[1].stride * geometry->x.axis[1];
    size_t alike = 0;
    bool is_done = true;
    for (size_t w = 0; w < axis[2].out && is_done; w += alike) {
        float *best = row->y + w * geometry->y.axis[2];
        const size_t from = base + w * axis[2].stride * geometry->x.axis[2];
        const size_t to = w * geometry->channels;
        range[2] = tap_range_of(&axis[2], w);
        alike = tap_ranges_alike(&axis[2], w);
        window_range_list(geometry, &geometry->x, range, taps);
        const struct combine_runs runs = runs_of(geometry, alike);
        if (taps->count == 0) {
            fill_empty(geometry, row, w, alike);
        } else if (row->byte_winner != NULL) {
            is_done = combine_byte_taps(taps, &runs, row->x, from, best, row->byte_winner + to);
        } else {
            combine_taps(rule, taps, &runs, row->x, from, best, row->winner + to);
        }
    }
    return is_done;
}

static struct row row_of(const struct forward_job *job, const struct worker *worker, size_t n, size_t d, size_t h)
{
    const struct geometry *geometry = job->geometry;
    return (struct row){.x = (const float *)job->x + n * geometry->x.n,
                        .y = (float *)job->y + strides_offset(&geometry->y, n, 0, (const size_t[]){d, h, 0}),
                        .winner = worker->winner,
                        .d = d,
                        .h = h};
}

static void pool_row(const struct forward_job *job, struct worker *worker, enum combine_rule rule, size_t n, size_t d,
                     size_t h)
{
    const struct geometry *geometry = job->geometry;
    const struct row row = row_of(job, worker, n, d, h);
    (void)pool_columns(geometry, &row, rule, &worker->taps);
    if (job->mask != NULL) {
        winners_store(worker->winner, geometry->axis[2].out * geometry->channels, geometry->mask_format.bytes,
                      job->mask, strides_offset(&geometry->mask, n, 0, (const size_t[]){d, h, 0}));
    }
}

/** The same for taps numbered in bytes, which are the mask's values; false if there may be a NaN. */
static bool pool_row_in_bytes(const struct forward_job *job, struct worker *worker, size_t n, size_t d, size_t h)
{
    const struct geometry *geometry = job->geometry;
    struct row row = row_of(job, worker, n, d, h);
    row.byte_winner = job->mask == NULL
                          ? (uint8_t *)worker->winner
                          : (uint8_t *)job->mask + strides_offset(&geometry->mask, n, 0, (const size_t[]){d, h, 0});
    return pool_columns(geometry, &row, COMBINE_NUMBERS, &worker->taps);
}

static bool numbers_in_bytes(const struct geometry *geometry)
{
    return geometry->mask_format.bytes == 1 && geometry->channels % BYTE_LANES == 0;
}

static void pool_band(void *context, size_t task, unsigned worker)
{
    struct forward *forward = context;
    struct worker *own = &forward->workers[worker];
    const struct forward_job *job = forward->job;
    const struct geometry *geometry = job->geometry;
    const bool is_far =
        geometry->channels >= MANY_LANES && geometry->channels < RUN_LANES && geometry->x_elements >= MANY_ELEMENTS;
    const bool looks_first = !forward->in_bytes || is_far;
    const size_t first = task % forward->bands * forward->band_rows;
    const size_t d = task / forward->bands % geometry->axis[0].out;
    const size_t n = task / forward->bands / geometry->axis[0].out;
    const size_t end = size_min(first + forward->band_rows, geometry->axis[1].out);
    struct looked looked = {0, 0};
    for (size_t h = first; h < end; h++) {
        const bool may_be_nan = looks_first && has_nan(job, n, d, h, &looked);
        if (may_be_nan || !forward->in_bytes || !pool_row_in_bytes(job, own, n, d, h)) {
            pool_row(job, own, job_rule(geometry, may_be_nan || !looks_first), n, d, h);
        }
    }
}

bool lanes_forward(const struct forward_job *job, unsigned threads)
{
    const struct geometry *geometry = job->geometry;
    const struct axis *axis = geometry->axis;
    struct forward forward = {.job = job, .in_bytes = numbers_in_bytes(geometry)};
    const size_t row = axis[2].in * geometry->channels * axis[0].kernel * size_min(axis[1].stride, axis[1].in);
    forward.band_rows = size_min(TASK_ELEMENTS / row + 1, axis[1].out);
    forward.bands = size_divide_up(axis[1].out, forward.band_rows);
    const size_t tasks = geometry->batch * axis[0].out * forward.bands;
    threads = fork_join_threads(threads, tasks, (double)geometry->y_elements * (double)size_min(geometry->taps, 64));
    if (!workers_make(forward.workers, threads, axis[2].out * geometry->channels, geometry->taps)) {
        return false;
    }
    fork_join_run(threads, tasks, pool_band, &forward);
    workers_free(forward.workers, threads);
    return true;
}
