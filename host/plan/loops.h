/* SPDX-License-Identifier: Apache-2.0 */
/* Iterations of a work-item's loops, at most: some devices stop loops at a limit, and must not be given longer ones.
 * SIZE_MAX where the number overflows. */
#ifndef CLPOOL_PLAN_LOOPS_H
#define CLPOOL_PLAN_LOOPS_H

#include "problem/geometry.h"

/** Each tap of a window that can lie inside the tensor. */
size_t loop_over_taps(const struct geometry *geometry);

/** Each window that can reach an element. */
size_t loop_over_windows(const struct geometry *geometry);

/** The same where the loops do not end with y, so that they can be unrolled; no axis is adaptive. */
size_t loop_over_reach(const struct geometry *geometry);

/** Recomputing the winner of each window that can reach an element costs more than looking at its mask value. */
size_t loop_over_windows_and_taps(const struct geometry *geometry);

/** All of the tensors with their padding, since work-items share them: far more than any one makes. */
size_t loop_over_all(const struct geometry *geometry);

/** Pairwise sums make as many additions as there are terms, and a last round over their 32 levels. */
size_t loop_over_sums(const struct geometry *geometry);

/** Besides, each term and Newton's three steps are powers. */
size_t loop_over_powers(const struct geometry *geometry);

size_t loop_over_windows_and_powers(const struct geometry *geometry);

/** A segment of a plane, and all of its outputs. */
size_t loop_over_segment_and_outputs(const struct geometry *geometry);

/** The windows that can reach an element, and a share of the outputs. */
size_t loop_over_windows_and_share(const struct geometry *geometry);

/** Windows of a few neighbours along W, by columns or one by one. */
size_t loop_over_neighbours(const struct geometry *geometry);

/** The windows that can reach a few neighbours along W, with their taps. */
size_t loop_over_windows_of_neighbours(const struct geometry *geometry);

/** A few small windows and what lies between them. */
size_t loop_over_block(const struct geometry *geometry);

/** A share of a plane. */
size_t loop_over_share(const struct geometry *geometry);

/* Loading a tile's cells and going through them, forward and backward. */
size_t loop_over_tile(const struct geometry *geometry);
size_t loop_over_tile_backward(const struct geometry *geometry);

#endif
