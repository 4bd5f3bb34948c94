/* SPDX-License-Identifier: Apache-2.0 */
/* Element types as the loops over grids take them: as f32, or as f64 where f32 has too few bits. */
#ifndef CLPOOL_NATIVE_WIDE_H
#define CLPOOL_NATIVE_WIDE_H

#include "base/dtype.h"
#include "native/grid.h"

/** Copies `n` elements, of which each has `lanes` neighbours to be copied with it: from one place to the next there are
 * `from_step` and `to_step` elements. */
typedef void wide_copy(const void *from, size_t from_step, void *to, size_t to_step, size_t n, size_t lanes);

struct wide {
    const struct grid_loops *loops;
    wide_copy *to_wide;  /* elements to values; of as many bytes, they are values already */
    wide_copy *to_dtype; /* and back */
};

/** As values that compare as the elements do, and are NaN where these are, but need not be equal to them. */
const struct wide *wide_for_order(clpool_dtype dtype);

/** As values whose averages are then rounded to elements: as for sums, or integers to even. NULL for i32. */
const struct wide *wide_for_averages(clpool_dtype dtype);

/** As values that are equal to them, of which sums are then rounded to elements, NaN as the quiet NaN without payload.
 * NULL for integers. */
const struct wide *wide_for_sums(clpool_dtype dtype);

#endif
