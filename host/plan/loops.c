/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/loops.h"

#include "base/size.h"
#include "plan/strategies.h"

/** Iterations of three nested loops of that many rounds each; SIZE_MAX if that overflows. */
static size_t nested_loops(const size_t rounds[CLPOOL_MAX_RANK])
{
    size_t iterations = 0;
    for (size_t i = CLPOOL_MAX_RANK; i-- > 0;) {
        if (!size_add(iterations, 1, &iterations) || !size_multiply(iterations, rounds[i], &iterations)) {
            return SIZE_MAX;
        }
    }
    return iterations;
}

/** Each tap of a window that can lie inside the tensor. */
size_t loop_over_taps(const struct geometry *geometry)
{
    size_t rounds[CLPOOL_MAX_RANK];
    for (size_t i = 0; i < CLPOOL_MAX_RANK; i++) {
        const struct axis *axis = &geometry->axis[i];
        rounds[i] = size_min(axis->kernel, (axis->in - 1) / axis->dilation + 1);
    }
    return nested_loops(rounds);
}

/** Each window that can reach an element. */
size_t loop_over_windows(const struct geometry *geometry)
{
    size_t rounds[CLPOOL_MAX_RANK];
    for (size_t i = 0; i < CLPOOL_MAX_RANK; i++) {
        const struct axis *axis = &geometry->axis[i];
        const size_t reach = axis->adaptive ? axis->out / axis->in + 2 : size_divide_up(axis->extent, axis->stride);
        rounds[i] = size_min(axis->out, reach);
    }
    return nested_loops(rounds);
}

/** The same where the loops do not end with y, so that they can be unrolled. */
size_t loop_over_reach(const struct geometry *geometry)
{
    size_t rounds[CLPOOL_MAX_RANK];
    for (size_t i = 0; i < CLPOOL_MAX_RANK; i++) {
        rounds[i] = size_divide_up(geometry->axis[i].extent, geometry->axis[i].stride);
    }
    return nested_loops(rounds);
}

/** Recomputing the winner of each window that can reach an element costs more than looking at its mask value. */
size_t loop_over_windows_and_taps(const struct geometry *geometry)
{
    size_t iterations = 0;
    const size_t windows = loop_over_windows(geometry);
    return size_multiply(windows, loop_over_taps(geometry), &iterations) && size_add(iterations, windows, &iterations)
               ? iterations
               : SIZE_MAX;
}

static size_t times_plus(size_t a, size_t b, size_t c)
{
    size_t result = 0;
    return size_multiply(a, b, &result) && size_add(result, c, &result) ? result : SIZE_MAX;
}

/** All of the tensors with their padding, since work-items share them: far more than any one makes. */
size_t loop_over_all(const struct geometry *geometry)
{
    size_t elements = geometry->planes;
    for (size_t i = 0; i < CLPOOL_MAX_RANK; i++) {
        const struct axis *axis = &geometry->axis[i];
        elements = times_plus(elements, size_max(times_plus(axis->out, axis->stride, axis->extent), axis->padded), 0);
    }
    return times_plus(elements, times_plus(geometry->taps, 2, 64), 0);
}

/** Bits of a number without leading zeros: what a power by squaring loops over. */
static size_t bits_of(uint32_t number)
{
    size_t bits = 0;
    for (; number != 0; number >>= 1) {
        bits++;
    }
    return bits;
}

/** Pairwise sums make as many additions as there are terms, and a last round over their 32 levels. */
size_t loop_over_sums(const struct geometry *geometry)
{
    return times_plus(loop_over_taps(geometry), 2, 32);
}

/** Besides, each term and Newton's three steps are powers. */
size_t loop_over_powers(const struct geometry *geometry)
{
    return times_plus(loop_over_taps(geometry), 2 + bits_of(geometry->p), 32 + 3 + 3 * 32);
}

size_t loop_over_windows_and_powers(const struct geometry *geometry)
{
    return times_plus(loop_over_windows(geometry), 1 + bits_of(geometry->p), 0);
}

size_t loop_over_segment_and_outputs(const struct geometry *geometry)
{
    return size_divide_up(geometry->in_plane, unpool_segments(geometry)) + geometry->out_plane;
}

/** The windows that can reach an element, and a share of the outputs. */
size_t loop_over_windows_and_share(const struct geometry *geometry)
{
    return times_plus(loop_over_windows(geometry), 1, geometry->out_plane / geometry->in_plane + 1);
}

/** Neighbours of a work-item of kernels/nhwc.cl, at most. */
enum { NHWC_NEIGHBOURS = 4 };

size_t loop_over_neighbours(const struct geometry *geometry)
{
    const struct axis *w = &geometry->axis[2];
    const size_t columns = times_plus(NHWC_NEIGHBOURS - 1, w->stride, w->extent);
    const size_t by_columns = times_plus(size_min(columns, w->padded), loop_over_taps(geometry), 0);
    return times_plus(NHWC_NEIGHBOURS, loop_over_taps(geometry), by_columns);
}

size_t loop_over_windows_of_neighbours(const struct geometry *geometry)
{
    return times_plus(NHWC_NEIGHBOURS, loop_over_windows_and_taps(geometry), NHWC_NEIGHBOURS);
}

/** Windows of a work-item of kernels/blocks.cl, their taps and the elements of their strides, at most. */
enum { BLOCK_WINDOWS = 4, BLOCK_ELEMENTS = 16 };

size_t loop_over_block(const struct geometry *geometry)
{
    (void)geometry;
    return 4 * (size_t)BLOCK_WINDOWS * BLOCK_ELEMENTS; /* clearing, scanning, loading and writing */
}

/** Where a group has as many channels as work-items, each has a plane of its own. Backward from x writes it, too. */
size_t loop_over_share(const struct geometry *geometry)
{
    const size_t steps_of_merging = 32;
    return times_plus(geometry->taps, 2, steps_of_merging);
}

enum {
    TILE_ROUNDS = 512, /* of loading a tile, which has at most 8192 cells, by 16 work-items */
    TILE_OUTPUTS = 8   /* of a work-item, at most */
};

/** Each input row under a work-item's outputs, and its taps; or fewer steps of spreading. */
size_t loop_over_tile(const struct geometry *geometry)
{
    const struct axis *axis = geometry->axis;
    const size_t rows = (size_t)(TILE_OUTPUTS - 1) * size_min(axis[1].stride, INT32_MAX) + axis[1].extent;
    return times_plus(axis[0].kernel, times_plus(rows, axis[2].kernel + TILE_OUTPUTS, TILE_ROUNDS), 0);
}

/** Each window of each element, and for each slice of windows what recomputing their winners takes. */
size_t loop_over_tile_backward(const struct geometry *geometry)
{
    const struct axis *d = &geometry->axis[0];
    const size_t slices = size_divide_up(d->extent, d->stride) + 1;
    return times_plus(loop_over_windows(geometry), TILE_OUTPUTS * (size_t)2,
                      times_plus(slices, loop_over_tile(geometry), 0));
}
