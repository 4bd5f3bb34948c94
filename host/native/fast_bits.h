/* SPDX-License-Identifier: Apache-2.0 */
/* The fast maximum with masks of 2 or 4 bits a value: it makes or takes bytes, which are copied. */
#ifndef CLPOOL_NATIVE_FAST_BITS_H
#define CLPOOL_NATIVE_FAST_BITS_H

#include "problem/geometry.h"

/** As fast_forward() for such a mask. */
bool fast_bits_forward(const struct geometry *geometry, const void *x, void *y, void *mask, unsigned threads);

/** As fast_backward(). */
bool fast_bits_backward(const struct geometry *geometry, const void *dy, const void *mask, void *dx, bool accumulate,
                        unsigned threads);

#endif
