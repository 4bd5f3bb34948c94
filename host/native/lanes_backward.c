/* SPDX-License-Identifier: Apache-2.0 */
#include "base/size.h"
#include "native/fork_join.h"
#include "native/lanes.h"
#include "native/window_range.h"
#include "native/winners.h"
#include "native/worker.h"

/** The most taps for which all lanes look at each; each lane looks up its own where there are more. */
enum { MOST_TAPS_IN_TURN = 16, LANES = 16 };

static const ptrdiff_t no_offset = PTRDIFF_MIN;

struct backward {
    const struct backward_job *job;
    struct worker workers[FORK_JOIN_MOST_THREADS];
    size_t blocks; /* of channels */
    size_t lanes;  /* of a block */
};

/** Some channels of an image, which one thread goes through alone, in ascending order of the outputs. */
struct block {
    const struct backward_job *job;
    struct worker *worker;
    size_t n;
    size_t first;
    size_t lanes;
    size_t cleared; /* rows of dx, of all D * H */
    size_t settled;
};

/** Calls for each run of neighbours in a row of dx. */
static void each_run(const struct block *block, size_t row, void visit(float *dx, size_t n))
{
    const struct geometry *geometry = block->job->geometry;
    const size_t height = geometry->axis[1].in;
    const size_t width = geometry->axis[2].in;
    const size_t at[] = {row / height, row % height, 0};
    float *dx = (float *)block->job->dx + strides_offset(&geometry->x, block->n, block->first, at);
    if (geometry->x.axis[2] == block->lanes) {
        visit(dx, width * block->lanes);
        return;
    }
    for (size_t w = 0; w < width; w++) {
        visit(dx + w * geometry->x.axis[2], block->lanes);
    }
}

static void clear(float *dx, size_t n)
{
    memset(dx, 0, n * sizeof(*dx));
}

static void settle(float *dx, size_t n)
{
    combine_settle(dx, dx, n);
}

static void clear_until(struct block *block, size_t end)
{
    for (; block->cleared < end; block->cleared++) {
        each_run(block, block->cleared, clear);
    }
}

static void settle_until(struct block *block, size_t end)
{
    for (; block->settled < end; block->settled++) {
        each_run(block, block->settled, settle);
    }
}

/** What the taps at hand are, for looking them up. */
static void list_offsets(struct worker *worker, size_t taps)
{
    for (size_t i = 0; i < taps; i++) {
        worker->offset_of[i] = no_offset;
    }
    for (size_t i = 0; i < worker->taps.count; i++) {
        worker->offset_of[worker->taps.tap[i]] = worker->taps.offset[i];
    }
}

static void add_each(const struct block *block, const int32_t *winner, const float *dy, size_t base)
{
    const struct worker *worker = block->worker;
    const size_t taps = block->job->geometry->taps;
    float *dx = block->job->dx;
    for (size_t i = 0; i < block->lanes; i++) {
        const uint32_t tap = (uint32_t)winner[i];
        if (tap < taps && worker->offset_of[tap] != no_offset) {
            dx[(ptrdiff_t)(base + i) + worker->offset_of[tap]] += dy[i];
        }
    }
}

/** Adds the gradients of outputs whose windows have the same taps. */
static void add_alike(const struct block *block, const struct combine_runs *runs, const int32_t *winner,
                      const float *dy, size_t base)
{
    struct worker *worker = block->worker;
    const size_t taps = block->job->geometry->taps;
    if (taps <= MOST_TAPS_IN_TURN) {
        combine_add_where(&worker->taps, runs, winner, dy, block->job->dx, base);
        return;
    }
    list_offsets(worker, taps);
    for (size_t i = 0; i < runs->count; i++) {
        add_each(block, winner + i * block->lanes, dy + i * runs->best_step, base + i * runs->x_step);
    }
}

/** The mask values of a row of outputs, one output after the other. */
static void load_row(const struct block *block, size_t d, size_t h)
{
    const struct geometry *geometry = block->job->geometry;
    const size_t width = geometry->axis[2].out;
    const bool is_whole = block->lanes == geometry->channels;
    for (size_t w = 0; w < (is_whole ? 1 : width); w++) {
        const size_t at = strides_offset(&geometry->mask, block->n, block->first, (const size_t[]){d, h, w});
        winners_load(block->job->mask, at, geometry->mask_format.bytes, block->worker->winner + w * block->lanes,
                     is_whole ? width * block->lanes : block->lanes);
    }
}

static void add_row(const struct block *block, size_t d, size_t h)
{
    const struct geometry *geometry = block->job->geometry;
    const struct axis *axis = geometry->axis;
    struct worker *worker = block->worker;
    struct tap_range range[] = {tap_range_of(&axis[0], d), tap_range_of(&axis[1], h), {0, 0}};
    const size_t from[] = {d * axis[0].stride, h * axis[1].stride, 0};
    const size_t dx_row = strides_offset(&geometry->x, block->n, block->first, from);
    const float *dy =
        (const float *)block->job->dy + strides_offset(&geometry->y, block->n, block->first, (const size_t[]){d, h, 0});
    size_t alike = 0;
    load_row(block, d, h);
    for (size_t w = 0; w < axis[2].out; w += alike) {
        range[2] = tap_range_of(&axis[2], w);
        alike = tap_ranges_alike(&axis[2], w);
        const struct combine_runs runs = {alike, block->lanes, axis[2].stride * geometry->x.axis[2],
                                          geometry->y.axis[2]};
        window_range_list(geometry, &geometry->x, range, &worker->taps);
        add_alike(block, &runs, worker->winner + w * block->lanes, dy + w * geometry->y.axis[2],
                  dx_row + w * axis[2].stride * geometry->x.axis[2]);
    }
}

/** The end of the rows of dx that a row of outputs and all before it have. */
static size_t end_of_rows(const struct geometry *geometry, size_t d, size_t h)
{
    const struct axis *axis = geometry->axis;
    const size_t slices = d * axis[0].stride + axis[0].extent;
    const size_t rows = h * axis[1].stride + axis[1].extent;
    if (slices <= axis[0].pad_lo) {
        return 0;
    }
    const size_t last_slice = size_min(slices - axis[0].pad_lo, axis[0].in) - 1;
    return last_slice * axis[1].in + (rows <= axis[1].pad_lo ? 0 : size_min(rows - axis[1].pad_lo, axis[1].in));
}

/** The end of the rows of dx that no row of outputs after this one has; 0 where it is not easily said. */
static size_t end_of_whole_rows(const struct geometry *geometry, size_t h)
{
    const struct axis *axis = geometry->axis;
    const size_t next = (h + 1) * axis[1].stride;
    return axis[0].out > 1 || axis[0].in > 1 || next <= axis[1].pad_lo ? 0
                                                                       : size_min(next - axis[1].pad_lo, axis[1].in);
}

static void add_block(void *context, size_t task, unsigned worker)
{
    struct backward *backward = context;
    const struct geometry *geometry = backward->job->geometry;
    const size_t rows = geometry->axis[0].in * geometry->axis[1].in;
    const size_t first = task % backward->blocks * backward->lanes;
    struct block block = {.job = backward->job,
                          .worker = &backward->workers[worker],
                          .n = task / backward->blocks,
                          .first = first,
                          .lanes = size_min(backward->lanes, geometry->channels - first)};
    for (size_t d = 0; d < geometry->axis[0].out; d++) {
        for (size_t h = 0; h < geometry->axis[1].out; h++) {
            clear_until(&block, end_of_rows(geometry, d, h));
            add_row(&block, d, h);
            settle_until(&block, size_min(end_of_whole_rows(geometry, h), block.cleared));
        }
    }
    clear_until(&block, rows);
    settle_until(&block, rows);
}

bool lanes_backward(const struct backward_job *job, unsigned threads)
{
    const struct geometry *geometry = job->geometry;
    struct backward backward = {.job = job, .lanes = geometry->channels};
    if (job->accumulate) {
        return false;
    }
    const size_t most_threads = fork_join_threads(threads, SIZE_MAX, (double)(geometry->x_elements));
    while (geometry->batch * size_divide_up(geometry->channels, backward.lanes) < most_threads &&
           backward.lanes > LANES) {
        backward.lanes = size_divide_up(backward.lanes / 2, LANES) * LANES;
    }
    backward.blocks = size_divide_up(geometry->channels, backward.lanes);
    const size_t tasks = geometry->batch * backward.blocks;
    threads = fork_join_threads(threads, tasks, (double)geometry->x_elements);
    if (!workers_make(backward.workers, threads, backward.lanes * geometry->axis[2].out, geometry->taps)) {
        return false;
    }
    fork_join_run(threads, tasks, add_block, &backward);
    workers_free(backward.workers, threads);
    return true;
}
