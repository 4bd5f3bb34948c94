/* SPDX-License-Identifier: Apache-2.0 */
/* Where two arrays differ, bit for bit or by more than they may. */
#ifndef CLI_DIFFERENCE_H
#define CLI_DIFFERENCE_H

#include <stddef.h>

typedef struct difference {
    size_t count; /**< elements that differ */
    size_t first; /**< index of the first of them */
} difference;

/** Compares `elements` elements of `element_bytes` bytes each. */
difference difference_find(const void *a, const void *b, size_t elements, size_t element_bytes);

/** Counts elements of `got` that are further from `wanted` than their `bound`. NaN equals NaN, and an infinity itself
 * only. */
difference difference_find_beyond(const float *got, const float *wanted, const float *bound, size_t elements);

#endif
