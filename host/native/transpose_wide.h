/* SPDX-License-Identifier: Apache-2.0 */
/* Transposes in blocks of 8 x 8 elements of 4 bytes, where the processor has vectors of 32 bytes. */
#ifndef CLPOOL_NATIVE_TRANSPOSE_WIDE_H
#define CLPOOL_NATIVE_TRANSPOSE_WIDE_H

#include "native/grid.h"

/* Each returns how many elements of each plane it has gone through: all, or, where there are too few for a block or no
 * such vectors, none. */

size_t transpose_wide_to_lanes(const void *const from[GRID_LANES], void *to, size_t n);

size_t transpose_wide_from_lanes(const void *from, void *const to[GRID_LANES], size_t n);

#endif
