/* SPDX-License-Identifier: Apache-2.0 */
/* Bands of rows of dx: the winners of all outputs that have them are loaded once, then each element sums up those of
 * its windows that it won, and is written once. */
#include "base/size.h"
#include "native/fork_join.h"
#include "native/lanes.h"
#include "native/worker.h"

enum { TASK_ELEMENTS = 16384, MOST_WINDOWS = 16 };

struct backward {
    const struct backward_job *job;
    struct worker workers[FORK_JOIN_MOST_THREADS];
    size_t bands;
    size_t band_rows; /* of dx */
};

/** The outputs of an axis that have a position: from `begin` to `end` - 1, the first by tap `tap`, each further one by
 * one that is a stride less. */
struct output_range {
    size_t begin;
    size_t end;
    size_t tap;
};

static struct output_range outputs_of(const struct axis *axis, size_t position)
{
    const size_t padded = position + axis->pad_lo;
    const size_t begin = padded < axis->kernel ? 0 : (padded - axis->kernel) / axis->stride + 1;
    const size_t end = size_min(padded / axis->stride + 1, axis->out);
    return begin < end ? (struct output_range){begin, end, padded - begin * axis->stride}
                       : (struct output_range){begin, begin, 0};
}

static bool ranges_are_alike(struct output_range a, struct output_range b)
{
    return a.tap == b.tap && a.end - a.begin == b.end - b.begin;
}

/** The columns a stride apart, from w on, whose windows have them by the same taps; at least one. */
static size_t count_alike(const struct axis *axis, size_t w)
{
    const struct output_range first = outputs_of(axis, w);
    size_t count = 1;
    while (w + count * axis->stride < axis->in && ranges_are_alike(first, outputs_of(axis, w + count * axis->stride))) {
        count++;
    }
    return count;
}

/** Lists the windows that have an element, in ascending order, as offsets from the first of them. */
static void list_windows(const struct geometry *geometry, struct output_range rows, struct output_range columns,
                         struct combine_taps *taps)
{
    const struct axis *axis = geometry->axis;
    taps->count = 0;
    for (size_t i = 0; i < rows.end - rows.begin; i++) {
        for (size_t j = 0; j < columns.end - columns.begin; j++) {
            const size_t tap = (rows.tap - i * axis[1].stride) * axis[2].kernel + columns.tap - j * axis[2].stride;
            taps->offset[taps->count] = (ptrdiff_t)(i * geometry->y.axis[1] + j * geometry->y.axis[2]);
            taps->tap[taps->count] = (int32_t)tap;
            taps->count++;
        }
    }
}

static void gather_row(const struct backward_job *job, struct worker *worker, size_t n, size_t h, size_t first_output)
{
    const struct geometry *geometry = job->geometry;
    const struct axis *axis = geometry->axis;
    const size_t lanes = geometry->channels;
    const struct output_range rows = outputs_of(&axis[1], h);
    const float *dy = (const float *)job->dy + n * geometry->y.n + first_output * geometry->y.axis[1];
    float *dx = (float *)job->dx + strides_offset(&geometry->x, n, 0, (const size_t[]){0, h, 0});
    for (size_t phase = 0; phase < size_min(axis[2].stride, axis[2].in); phase++) {
        size_t alike = 0;
        for (size_t w = phase; w < axis[2].in; w += alike * axis[2].stride) {
            const struct output_range columns = outputs_of(&axis[2], w);
            alike = count_alike(&axis[2], w);
            const size_t step = axis[2].stride * geometry->x.axis[2];
            const struct combine_runs runs = step == lanes ? (struct combine_runs){1, alike * lanes, 0, 0}
                                                           : (struct combine_runs){alike, lanes, lanes, step};
            list_windows(geometry, rows, columns, &worker->taps);
            const size_t base = worker->taps.count == 0 ? 0
                                                        : (rows.begin - first_output) * geometry->y.axis[1] +
                                                              columns.begin * geometry->y.axis[2];
            combine_gather(&worker->taps, &runs, dy, worker->winner, base, dx + w * geometry->x.axis[2]);
        }
    }
}

static void gather_band(void *context, size_t task, unsigned worker_number)
{
    struct backward *backward = context;
    const struct backward_job *job = backward->job;
    const struct geometry *geometry = job->geometry;
    struct worker *worker = &backward->workers[worker_number];
    const size_t n = task / backward->bands;
    const size_t first = task % backward->bands * backward->band_rows;
    const size_t end = size_min(first + backward->band_rows, geometry->axis[1].in);
    const size_t begin_output = size_min(outputs_of(&geometry->axis[1], first).begin, geometry->axis[1].out);
    const size_t end_output = size_min(outputs_of(&geometry->axis[1], end - 1).end, geometry->axis[1].out);
    if (begin_output < end_output) {
        job_load_winners(job, n * geometry->mask.n + begin_output * geometry->mask.axis[1], worker->winner,
                         (end_output - begin_output) * geometry->axis[2].out * geometry->channels);
    }
    for (size_t h = first; h < end; h++) {
        gather_row(job, worker, n, h, begin_output);
    }
}

/** Few windows to an element, columns alike that are neighbours, and y as dense as its mask. */
static bool takes(const struct geometry *geometry)
{
    const struct axis *axis = geometry->axis;
    const struct strides *y = &geometry->y;
    const struct strides *mask = &geometry->mask;
    const size_t windows =
        size_divide_up(axis[1].kernel, axis[1].stride) * size_divide_up(axis[2].kernel, axis[2].stride);
    return job_is_flat(geometry) && axis[1].dilation == 1 && axis[2].dilation == 1 && axis[2].stride == 1 &&
           windows <= MOST_WINDOWS && y->axis[1] == mask->axis[1] && y->axis[2] == mask->axis[2];
}

bool lanes_gather(const struct backward_job *job, unsigned threads)
{
    const struct geometry *geometry = job->geometry;
    const struct axis *axis = geometry->axis;
    struct backward backward = {.job = job};
    if (job->accumulate || !takes(geometry)) {
        return false;
    }
    backward.band_rows = size_min(TASK_ELEMENTS / (axis[2].in * geometry->channels) + 1, axis[1].in);
    backward.bands = size_divide_up(axis[1].in, backward.band_rows);
    const size_t outputs = (backward.band_rows - 1) / axis[1].stride + 2 + (axis[1].kernel - 1) / axis[1].stride;
    const size_t winners = size_min(outputs, axis[1].out) * axis[2].out * geometry->channels;
    const size_t tasks = geometry->batch * backward.bands;
    threads = fork_join_threads(threads, tasks, (double)geometry->x_elements + (double)geometry->y_elements);
    if (!workers_make(backward.workers, threads, winners, size_max(geometry->taps, MOST_WINDOWS))) {
        return false;
    }
    fork_join_run(threads, tasks, gather_band, &backward);
    workers_free(backward.workers, threads);
    return true;
}
