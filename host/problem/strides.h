/* SPDX-License-Identifier: Apache-2.0 */
/* Where the elements of a tensor lie in memory. */
#ifndef CLPOOL_PROBLEM_STRIDES_H
#define CLPOOL_PROBLEM_STRIDES_H

#include "clpool.h"

#include <stdbool.h>

/** Elements between neighbours along each axis, for three spatial axes; those that a problem lacks have stride 0. */
struct strides {
    size_t n;
    size_t c;
    size_t axis[CLPOOL_MAX_RANK];
};

/** Extents of a tensor along the same axes. */
struct extents {
    size_t n;
    size_t c;
    size_t axis[CLPOOL_MAX_RANK];
};

/** Strides of a dense tensor. */
struct strides strides_dense(clpool_layout layout, const struct extents *extents);

/** Elements from the first to the last, both included; 0 for an empty tensor. False if that overflows or if two
 * elements may fall together. */
bool strides_span(const struct strides *strides, const struct extents *extents, size_t *span);

/** Offset of an element from the tensor's first. */
static inline size_t strides_offset(const struct strides *strides, size_t n, size_t c,
                                    const size_t place[CLPOOL_MAX_RANK])
{
    return n * strides->n + c * strides->c + place[0] * strides->axis[0] + place[1] * strides->axis[1] +
           place[2] * strides->axis[2];
}

#endif
