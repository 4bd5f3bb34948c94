/* SPDX-License-Identifier: Apache-2.0 */
/* Bands of rows of dx: each element sums up those of its windows that it won, and is written once. */
#include "base/size.h"
#include "native/fork_join.h"
#include "native/lanes.h"
#include "native/worker.h"

enum { TASK_ELEMENTS = 16384, MOST_WINDOWS = 16, LANES = 16 };

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
};

/** Elements of one place within a stride, that have alike windows. */
struct patch {
    size_t h;
    size_t w;
    size_t rows;
    size_t columns;
};

static void gather_patch(const struct band *band, const struct patch *patch)
{
    const struct backward_job *job = band->job;
    const struct geometry *geometry = job->geometry;
    const struct axis *axis = geometry->axis;
    struct combine_taps *taps = &band->worker->taps;
    const struct output_range rows = outputs_of(&axis[1], patch->h);
    const struct output_range columns = outputs_of(&axis[2], patch->w);
    const size_t output[] = {0, size_min(rows.begin, axis[1].out - 1), size_min(columns.begin, axis[2].out - 1)};
    const float *dy = (const float *)job->dy + strides_offset(&geometry->y, band->n, 0, output);
    const uint8_t *winner = (const uint8_t *)job->mask + strides_offset(&geometry->mask, band->n, 0, output);
    float *dx = (float *)job->dx + strides_offset(&geometry->x, band->n, 0, (const size_t[]){0, patch->h, patch->w});
    const struct combine_runs runs = {.count = patch->columns,
                                      .length = geometry->channels,
                                      .x_step = axis[2].stride * geometry->x.axis[2],
                                      .best_step = geometry->y.axis[2]};
    list_windows(geometry, rows, columns, taps);
    for (size_t row = 0; row < patch->rows; row++) {
        const size_t from = row * geometry->y.axis[1];
        combine_gather(taps, &runs, dy + from, winner + from, dx + row * axis[1].stride * geometry->x.axis[1]);
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
    for (size_t phase = 0; phase < axis->stride; phase++) {
        size_t rows = 0;
        for (size_t h = band.first + phase; h < band.end; h += rows * axis->stride) {
            rows = size_min(count_alike(axis, h), size_divide_up(band.end - h, axis->stride));
            gather_rows(&band, h, rows);
        }
    }
}

/** Few windows to an element, taps in bytes, channels in whole vectors, and y as dense as its mask. */
static bool takes(const struct geometry *geometry)
{
    const struct axis *axis = geometry->axis;
    const struct strides *y = &geometry->y;
    const struct strides *mask = &geometry->mask;
    const size_t windows =
        size_divide_up(axis[1].kernel, axis[1].stride) * size_divide_up(axis[2].kernel, axis[2].stride);
    return job_is_flat(geometry) && axis[1].dilation == 1 && axis[2].dilation == 1 && windows <= MOST_WINDOWS &&
           geometry->channels % LANES == 0 && geometry->mask_format.bytes == 1 && y->axis[1] == mask->axis[1] &&
           y->axis[2] == mask->axis[2];
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
    const size_t tasks = geometry->batch * backward.bands;
    threads = fork_join_threads(threads, tasks, (double)geometry->x_elements + (double)geometry->y_elements);
    if (!workers_make(backward.workers, threads, 1, size_max(geometry->taps, MOST_WINDOWS))) {
        return false;
    }
    fork_join_run(threads, tasks, gather_band, &backward);
    workers_free(backward.workers, threads);
    return true;
}
