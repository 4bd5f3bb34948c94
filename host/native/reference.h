/* SPDX-License-Identifier: Apache-2.0 */
/* Pooling in plain C, one thread: the reference that every strategy on every device must equal bit for bit. Written
 * to be seen to be right, not to be fast. Nothing is checked here; the tensors do not overlap. */
#ifndef CLPOOL_NATIVE_REFERENCE_H
#define CLPOOL_NATIVE_REFERENCE_H

#include "problem/geometry.h"

/** y and, where not NULL, mask from x. */
void reference_max_forward(const struct geometry *geometry, const void *x, void *y, void *mask);

/** dx from dy and mask; with `accumulate`, added to what dx holds. The dtype is a float type.
 * Errors: CLPOOL_OUT_OF_MEMORY, with dx untouched. */
clpool_status reference_max_backward(const struct geometry *geometry, const void *dy, const void *mask, void *dx,
                                     bool accumulate);

#endif
