/* SPDX-License-Identifier: Apache-2.0 */
/* Which problems a strategy's kernels take; each kernel's own limits are in its file in kernels/. */
#ifndef CLPOOL_PLAN_TAKES_H
#define CLPOOL_PLAN_TAKES_H

#include "problem/geometry.h"

/* Every problem of a mode. */
bool takes_max(const struct geometry *geometry);
bool takes_average(const struct geometry *geometry);
bool takes_lp(const struct geometry *geometry);

/** Maximum in dense tensors: kernels/winners.cl. */
bool takes_dense_max(const struct geometry *geometry);

/** Maximum with masks that number the taps of windows. */
bool takes_masks_of_taps(const struct geometry *geometry);

/* Maximum over windows that are all alike, in dense tensors, and of them windows that do not overlap:
 * kernels/direct.cl. */
bool takes_dense_windows(const struct geometry *geometry);
bool takes_disjoint_windows(const struct geometry *geometry);

/* Of the latter those with channels first and of few elements that fill rows, an even number each: kernels/blocks.cl.
 * Forward takes no packed masks. */
bool takes_blocks(const struct geometry *geometry);
bool takes_blocks_backward(const struct geometry *geometry);

/* Maximum of windows of which even a small tile fits into local memory, dense with channels first: kernels/tile.cl, and
 * for windows large enough kernels/large.cl. Forward takes no packed masks. */
bool takes_tile(const struct geometry *geometry);
bool takes_large(const struct geometry *geometry);
bool takes_tile_backward(const struct geometry *geometry);

/** Average over windows that are all alike, of so few taps that their sums stay in registers, dense: kernels/box.cl. */
bool takes_box(const struct geometry *geometry);

/* Maximum with a mask of taps or of indices, dense with channels first, also of windows with a depth: kernels/rows.cl
 * and gather.cl. */
bool takes_rows(const struct geometry *geometry);
bool takes_gather(const struct geometry *geometry);

/* Maximum with a mask of taps, dense: kernels/scatter.cl and whole.cl with channels first, strips.cl and channels.cl
 * with channels last. */
bool takes_sweeps(const struct geometry *geometry);
bool takes_scatter(const struct geometry *geometry);
bool takes_whole(const struct geometry *geometry);
bool takes_strips(const struct geometry *geometry);
bool takes_strips_backward(const struct geometry *geometry);
bool takes_scatter_channels(const struct geometry *geometry);
bool takes_channels(const struct geometry *geometry);
bool takes_channels_backward(const struct geometry *geometry);

/* Maximum in dense tensors with channels last, any mask of whole bytes: kernels/nhwc.cl; and those whose channels fill
 * a line of a GPU's cache, so that lanes may leave out neighbours along W (not f64, whose winners fill registers). */
bool takes_nhwc(const struct geometry *geometry);
bool takes_nhwc_lines(const struct geometry *geometry);

/** Maximum over whole planes, dense, any mask of whole bytes but column-major indices: kernels/reduce.cl. */
bool takes_reduce(const struct geometry *geometry);

#endif
