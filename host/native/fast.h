/* SPDX-License-Identifier: Apache-2.0 */
/* Maximum and average by the processor's vectors and several threads: the same bits as the reference. */
#ifndef CLPOOL_NATIVE_FAST_H
#define CLPOOL_NATIVE_FAST_H

#include "problem/geometry.h"

/* Each does its work on at most `threads` threads (0: as many as there are processors) and returns true; or returns
 * false, with nothing written, where it does not take the problem or has no memory for scratch. */

/** y and, where not NULL, mask from x; average has none. */
bool fast_forward(const struct geometry *geometry, const void *x, void *y, void *mask, unsigned threads);

/** dx from dy and (of maximum) a mask, which may hold anything; with `accumulate`, added to what dx holds. */
bool fast_backward(const struct geometry *geometry, const void *dy, const void *mask, void *dx, bool accumulate,
                   unsigned threads);

/** dx from dy and x, with no mask kept. */
bool fast_recompute(const struct geometry *geometry, const void *x, const void *dy, void *dx, bool accumulate,
                    unsigned threads);

#endif
