/* SPDX-License-Identifier: Apache-2.0 */
/* The element types: one table row each. A new type is a new row here and a section in kernels/value.cl. */
#ifndef CLPOOL_BASE_DTYPE_H
#define CLPOOL_BASE_DTYPE_H

#include "clpool.h"

#include <stdbool.h>

struct dtype {
    clpool_dtype id;
    const char *name;        /* as messages spell it */
    const char *kernel_name; /* as the kernels' options spell it */
    size_t bytes;
    bool is_float;
    uint64_t least; /* bits of the identity of maximum: -inf, or the least integer */

    /** The index-th element of a tensor, exactly. */
    double (*load)(const void *tensor, size_t index);

    /** a + b, a * b and a / b as this type computes: in f64 for f64, in f32 for the other float types; NULL for
     * integers. */
    double (*add)(double a, double b);
    double (*multiply)(double a, double b);
    double (*divide)(double a, double b);

    /** Stores a sum as the index-th element, rounded to nearest even; NaN as the quiet NaN without payload. NULL for
     * integers. */
    void (*store)(void *tensor, size_t index, double sum);
};

/** The row of a type; NULL where the library does not have it. */
const struct dtype *dtype_find(clpool_dtype id);

/** Stores the lowest `dtype->bytes` bytes of `bits` as the index-th element. */
void dtype_store_bits(const struct dtype *dtype, void *tensor, size_t index, uint64_t bits);

#endif
