/* SPDX-License-Identifier: Apache-2.0 */
/* Pooling in plain C, one thread: the reference that every strategy on every device must equal, bit for bit but for
 * average and Lp forward. Written to be seen to be right, not to be fast. Nothing is checked here; the tensors do not
 * overlap. */
#ifndef CLPOOL_NATIVE_REFERENCE_H
#define CLPOOL_NATIVE_REFERENCE_H

#include "problem/geometry.h"

/** y and, where not NULL, mask from x. */
void reference_max_forward(const struct geometry *geometry, const void *x, void *y, void *mask);

/** The tap that wins window (n, c, place) of x; MASK_NO_TAP where the window has no element. */
uint32_t reference_max_tap(const struct geometry *geometry, const void *x, size_t n, size_t c,
                           const size_t place[CLPOOL_MAX_RANK]);

void reference_average_forward(const struct geometry *geometry, const void *x, void *y);

void reference_lp_forward(const struct geometry *geometry, const void *x, void *y);

/** Where backward of maximum has the winners from: a mask, or (where that is NULL) x. */
struct winners {
    const void *mask;
    const void *x;
};

/* Backward: dx from dy and what the mode needs besides; with `accumulate`, added to what dx holds. The dtype is a float
 * type. Errors: CLPOOL_OUT_OF_MEMORY, with dx untouched. */

clpool_status reference_max_backward(const struct geometry *geometry, const void *dy, const struct winners *winners,
                                     void *dx, bool accumulate);

clpool_status reference_average_backward(const struct geometry *geometry, const void *dy, void *dx, bool accumulate);

clpool_status reference_lp_backward(const struct geometry *geometry, const void *x, const void *y, const void *dy,
                                    void *dx, bool accumulate);

/** x from y and a mask; the number of mask values that name no element. */
size_t reference_unpool(const struct geometry *geometry, const void *y, const void *mask, void *x);

/** dy from dx and a mask. */
void reference_unpool_backward(const struct geometry *geometry, const void *dx, const void *mask, void *dy);

#endif
