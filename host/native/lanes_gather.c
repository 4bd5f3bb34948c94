/* SPDX-License-Identifier: Apache-2.0 */
/* Bands of rows of dx: the winners of all outputs that have them are loaded once, then each element sums up those of
 * its windows that it won, and is written once. */
#include "base/size.h"
#include "native/fork_join.h"
#include "native/grid.h"
#include "native/lanes.h"
#include "native/winners.h"
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

/** The columns a stride apart, from w on, whose windows have them by the same taps; at least one. */
static size_t count_alike(const struct axis *axis, size_t w)
{
    const size_t padded = w + axis->pad_lo;
    const size_t limit = size_min(axis->out * axis->stride, axis->in + axis->pad_lo);
    const bool is_inside = padded + axis->stride >= axis->kernel && padded < limit;
    return is_inside ? (limit - padded - 1) / axis->stride + 1 : 1;
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

/** A band of rows of dx, `first` to `end` - 1, of one image. */
struct band {
    const struct backward_job *job;
    struct worker *worker;
    size_t n;
    size_t first;
    size_t end;
    size_t first_output; /* row of outputs whose winners the worker has first */
};

/** Elements of one place within a stride, that have alike windows. */
struct patch {
    size_t h;
    size_t w;
    size_t rows;
    size_t columns;
};

/** Sums up a patch, GRID_LANES channels at a time. */
static void gather_patch(const struct band *band, const struct patch *patch)
{
    const struct geometry *geometry = band->job->geometry;
    const struct axis *axis = geometry->axis;
    struct worker *worker = band->worker;
    const struct output_range rows = outputs_of(&axis[1], patch->h);
    const struct output_range columns = outputs_of(&axis[2], patch->w);
    list_windows(geometry, rows, columns, &worker->taps);
    const size_t first_row = rows.begin - band->first_output;
    const size_t base =
        worker->taps.count == 0 ? 0 : first_row * geometry->y.axis[1] + columns.begin * geometry->y.axis[2];
    const float *dy =
        (const float *)band->job->dy + band->n * geometry->y.n + band->first_output * geometry->y.axis[1] + base;
    float *dx =
        (float *)band->job->dx + strides_offset(&geometry->x, band->n, 0, (const size_t[]){0, patch->h, patch->w});
    const int32_t *winner = worker->winner + base;
    for (size_t row = 0; row < patch->rows; row++) {
        const struct grid grid = {.rows = patch->columns,
                                  .columns = geometry->channels / GRID_LANES,
                                  .from_row = geometry->y.axis[2],
                                  .from_column = GRID_LANES,
                                  .to_row = axis[2].stride * geometry->x.axis[2],
                                  .to_column = GRID_LANES};
        const size_t from = row * geometry->y.axis[1];
        grid_f32.gather(&worker->taps, &grid, dy + from, winner + from,
                        dx + row * axis[1].stride * geometry->x.axis[1]);
    }
}

/** The patches of rows alike from h on. */
static void gather_rows(const struct band *band, size_t h, size_t rows)
{
    const struct axis *axis = &band->job->geometry->axis[2];
    struct patch patch = {.h = h, .rows = rows};
    for (size_t phase = 0; phase < size_min(axis->stride, axis->in); phase++) {
        for (patch.w = phase; patch.w < axis->in; patch.w += patch.columns * axis->stride) {
            patch.columns = count_alike(axis, patch.w);
            gather_patch(band, &patch);
        }
    }
}

static void gather_band(void *context, size_t task, unsigned worker)
{
    struct backward *backward = context;
    const struct backward_job *job = backward->job;
    const struct geometry *geometry = job->geometry;
    const struct axis *axis = &geometry->axis[1];
    struct band band = {.job = job,
                        .worker = &backward->workers[worker],
                        .n = task / backward->bands,
                        .first = task % backward->bands * backward->band_rows};
    band.end = size_min(band.first + backward->band_rows, axis->in);
    band.first_output = size_min(outputs_of(axis, band.first).begin, axis->out);
    const size_t end_output = size_min(outputs_of(axis, band.end - 1).end, axis->out);
    const size_t at = band.n * geometry->mask.n + band.first_output * geometry->mask.axis[1];
    if (band.first_output < end_output) {
        winners_load(job->mask, at, geometry->mask_format.bytes, band.worker->winner,
                     (end_output - band.first_output) * geometry->axis[2].out * geometry->channels);
    }
    for (size_t phase = 0; phase < axis->stride; phase++) {
        size_t rows = 0;
        for (size_t h = band.first + phase; h < band.end; h += rows * axis->stride) {
            rows = size_min(count_alike(axis, h), size_divide_up(band.end - h, axis->stride));
            gather_rows(&band, h, rows);
        }
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
    return job_is_flat(geometry) && axis[1].dilation == 1 && axis[2].dilation == 1 && windows <= MOST_WINDOWS &&
           geometry->channels % GRID_LANES == 0 && y->axis[1] == mask->axis[1] && y->axis[2] == mask->axis[2];
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
