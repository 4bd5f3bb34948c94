/* SPDX-License-Identifier: Apache-2.0 */
/* Bands of rows of tiles of dx. A tile at the border, of which some windows or elements do not exist, has windows that
 * nothing won and elements that are dropped in their places. */
#include "base/size.h"
#include "native/fork_join.h"
#include "native/lanes.h"

#include <stdlib.h>

enum { TASK_ELEMENTS = 16384, LANES = 32, STRIDE = 2, ELEMENTS = STRIDE * STRIDE };

struct backward {
    const struct backward_job *job;
    float *zeros;                           /* what windows that do not exist add */
    float *dropped[FORK_JOIN_MOST_THREADS]; /* where elements of a tile go that do not exist */
    size_t first_row;                       /* of the tiles that have an element */
    size_t end_row;
    size_t band_rows;
    size_t bands;
};

/** Number `i` of the two windows along an axis that have elements of a tile; false where there is none. */
static bool find_output(const struct axis *axis, size_t tile, size_t i, size_t *output)
{
    *output = tile + i - 1;
    return tile + i >= 1 && *output < axis->out;
}

/** Its element number `i` along an axis. */
static bool find_element(const struct axis *axis, size_t tile, size_t i, size_t *position)
{
    const size_t padded = tile * STRIDE + i;
    *position = padded - axis->pad_lo;
    return padded >= axis->pad_lo && *position < axis->in;
}

/** The tiles of an axis from `begin` to `end` - 1. */
struct tile_range {
    size_t begin;
    size_t end;
};

/** Those that have an element. */
static struct tile_range tiles_of(const struct axis *axis)
{
    return (struct tile_range){axis->pad_lo / STRIDE, size_divide_up(axis->in + axis->pad_lo, STRIDE)};
}

/** Those of which both windows and both elements exist. */
static struct tile_range whole_tiles_of(const struct axis *axis)
{
    return (struct tile_range){size_max(size_divide_up(axis->pad_lo, STRIDE), 1),
                               size_min((axis->in + axis->pad_lo) / STRIDE, axis->out)};
}

static bool is_within(size_t tile, struct tile_range range)
{
    return tile >= range.begin && tile < range.end;
}

/** Points to the windows and elements of tile (row, column) of image n. */
static void find_tile(const struct backward *backward, unsigned worker, size_t n, size_t row, size_t column,
                      struct combine_tiles *tiles)
{
    const struct backward_job *job = backward->job;
    const struct geometry *geometry = job->geometry;
    const struct axis *axis = geometry->axis;
    for (size_t i = 0; i < ELEMENTS; i++) {
        size_t at[] = {0, 0, 0};
        tiles->dy[i] = backward->zeros;
        tiles->winner[i] = (const uint8_t *)backward->zeros;
        if (find_output(&axis[1], row, i / 2, &at[1]) && find_output(&axis[2], column, i % 2, &at[2])) {
            tiles->dy[i] = (const float *)job->dy + strides_offset(&geometry->y, n, 0, at);
            tiles->winner[i] = (const uint8_t *)job->mask + strides_offset(&geometry->mask, n, 0, at);
        }
        tiles->dx[i] = backward->dropped[worker] + i * geometry->channels;
        if (find_element(&axis[1], row, i / 2, &at[1]) && find_element(&axis[2], column, i % 2, &at[2])) {
            tiles->dx[i] = (float *)job->dx + strides_offset(&geometry->x, n, 0, at);
        }
    }
}

static void gather_row(const struct backward *backward, unsigned worker, size_t n, size_t row)
{
    const struct geometry *geometry = backward->job->geometry;
    const struct axis *axis = geometry->axis;
    const struct tile_range columns = tiles_of(&axis[2]);
    const struct tile_range whole = whole_tiles_of(&axis[2]);
    const bool is_whole = is_within(row, whole_tiles_of(&axis[1]));
    struct combine_tiles tiles = {.kernel = axis[2].kernel,
                                  .lanes = geometry->channels,
                                  .dy_step = geometry->y.axis[2],
                                  .winner_step = geometry->mask.axis[2],
                                  .dx_step = STRIDE * geometry->x.axis[2]};
    for (size_t column = columns.begin; column < columns.end; column += tiles.count) {
        tiles.count = is_whole && is_within(column, whole) ? whole.end - column : 1;
        find_tile(backward, worker, n, row, column, &tiles);
        combine_gather_tiles(&tiles);
    }
}

static void gather_band(void *context, size_t task, unsigned worker)
{
    const struct backward *backward = context;
    const size_t first = backward->first_row + task % backward->bands * backward->band_rows;
    const size_t end = size_min(first + backward->band_rows, backward->end_row);
    for (size_t row = first; row < end; row++) {
        gather_row(backward, worker, task / backward->bands, row);
    }
}

static bool takes_axis(const struct axis *axis)
{
    return axis->stride == STRIDE && axis->dilation == 1 && (axis->kernel == 2 || axis->kernel == 3);
}

static bool takes(const struct backward_job *job)
{
    const struct geometry *geometry = job->geometry;
    const struct axis *axis = geometry->axis;
    return !job->accumulate && job_is_flat(geometry) && takes_axis(&axis[1]) && takes_axis(&axis[2]) &&
           axis[1].kernel == axis[2].kernel && geometry->channels % LANES == 0;
}

bool lanes_gather_tiles(const struct backward_job *job, unsigned threads)
{
    const struct geometry *geometry = job->geometry;
    const struct axis *axis = geometry->axis;
    const struct tile_range rows = tiles_of(&axis[1]);
    struct backward backward = {.job = job, .first_row = rows.begin, .end_row = rows.end};
    if (!takes(job)) {
        return false;
    }
    backward.band_rows =
        size_min(TASK_ELEMENTS / (STRIDE * axis[2].in * geometry->channels) + 1, rows.end - rows.begin);
    backward.bands = size_divide_up(rows.end - rows.begin, backward.band_rows);
    const size_t tasks = geometry->batch * backward.bands;
    threads = fork_join_threads(threads, tasks, (double)geometry->x_elements + (double)geometry->y_elements);
    backward.zeros = calloc(geometry->channels, (1 + ELEMENTS * (size_t)threads) * sizeof(*backward.zeros));
    if (backward.zeros == NULL) {
        return false;
    }
    for (unsigned i = 0; i < threads; i++) {
        backward.dropped[i] = backward.zeros + (1 + ELEMENTS * (size_t)i) * geometry->channels;
    }
    fork_join_run(threads, tasks, gather_band, &backward);
    free(backward.zeros);
    return true;
}
