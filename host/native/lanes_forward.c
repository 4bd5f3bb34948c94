/* SPDX-License-Identifier: Apache-2.0 */
#include "native/lanes.h"

#include "base/size.h"
#include "native/fork_join.h"
#include "native/window_range.h"
#include "native/worker.h"

#include <math.h>

/** Elements of x that a task goes through, so that they stay in the cache between its two passes. */
enum { TASK_ELEMENTS = 16384 };

struct forward {
    const struct forward_job *job;
    struct worker workers[FORK_JOIN_MOST_THREADS];
    size_t bands; /* of a plane of outputs along H */
    size_t band_rows;
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

/** Whether the elements that rows `first` to `end` - 1 of outputs look at include a NaN. */
static bool has_nan(const struct forward_job *job, size_t n, size_t d, size_t first, size_t end)
{
    const struct geometry *geometry = job->geometry;
    const struct axis *axis = geometry->axis;
    const struct tap_range slices = tap_range_of(&axis[0], d);
    const size_t begin = size_max(first * axis[1].stride, axis[1].pad_lo);
    const size_t stop = size_min((end - 1) * axis[1].stride + axis[1].extent, axis[1].in + axis[1].pad_lo);
    for (size_t i = slices.begin; i < slices.end; i++) {
        const size_t slice = d * axis[0].stride + i * axis[0].dilation - axis[0].pad_lo;
        for (size_t h = begin; h < stop; h++) {
            const size_t at[] = {slice, h - axis[1].pad_lo, 0};
            if (row_has_nan(geometry, job->x + strides_offset(&geometry->x, n, 0, at))) {
                return true;
            }
        }
    }
    return false;
}

static void pool_row(const struct forward_job *job, struct worker *worker, enum combine_rule rule, size_t n, size_t d,
                     size_t h)
{
    const struct geometry *geometry = job->geometry;
    const struct axis *axis = geometry->axis;
    const size_t channels = geometry->channels;
    struct tap_range range[] = {tap_range_of(&axis[0], d), tap_range_of(&axis[1], h), {0, 0}};
    const size_t at[] = {d * axis[0].stride, h * axis[1].stride, 0};
    const size_t x_row = strides_offset(&geometry->x, n, 0, at);
    const size_t y_row = strides_offset(&geometry->y, n, 0, (const size_t[]){d, h, 0});
    bool listed_whole = false;
    for (size_t w = 0; w < axis[2].out; w++) {
        float *best = job->y + y_row + w * geometry->y.axis[2];
        int32_t *winner = worker->winner + w * channels;
        range[2] = tap_range_of(&axis[2], w);
        const bool is_whole = tap_range_is_whole(&axis[2], range[2]);
        if (!is_whole || !listed_whole) {
            window_range_list(geometry, &geometry->x, range, &worker->taps);
        }
        listed_whole = is_whole;
        if (worker->taps.count == 0) {
            combine_fill(best, -INFINITY, channels);
            memset(winner, 0xff, channels * sizeof(*winner));
        } else {
            combine_taps(rule, &worker->taps, job->x, x_row + w * axis[2].stride * geometry->x.axis[2], best, winner,
                         channels);
        }
    }
    if (job->mask != NULL) {
        job_store_winners(job, strides_offset(&geometry->mask, n, 0, (const size_t[]){d, h, 0}), worker->winner,
                          axis[2].out * channels);
    }
}

static void pool_band(void *context, size_t task, unsigned worker)
{
    struct forward *forward = context;
    const struct geometry *geometry = forward->job->geometry;
    const size_t first = task % forward->bands * forward->band_rows;
    const size_t d = task / forward->bands % geometry->axis[0].out;
    const size_t n = task / forward->bands / geometry->axis[0].out;
    const size_t end = size_min(first + forward->band_rows, geometry->axis[1].out);
    const enum combine_rule rule = job_rule(geometry, has_nan(forward->job, n, d, first, end));
    for (size_t h = first; h < end; h++) {
        pool_row(forward->job, &forward->workers[worker], rule, n, d, h);
    }
}

bool lanes_forward(const struct forward_job *job, unsigned threads)
{
    const struct geometry *geometry = job->geometry;
    const struct axis *axis = geometry->axis;
    struct forward forward = {.job = job};
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
