/* SPDX-License-Identifier: Apache-2.0 */
/* Between GRID_LANES planes, each an array of its own, and lanes: to[i * GRID_LANES + lane] = from[lane][i], and back,
 * for elements of 4 and 8 bytes. */
#ifndef CLPOOL_NATIVE_TRANSPOSE_H
#define CLPOOL_NATIVE_TRANSPOSE_H

#include "native/grid.h"

void transpose_to_lanes_4(const void *const from[GRID_LANES], void *to, size_t n);
void transpose_from_lanes_4(const void *from, void *const to[GRID_LANES], size_t n);
void transpose_to_lanes_8(const void *const from[GRID_LANES], void *to, size_t n);
void transpose_from_lanes_8(const void *from, void *const to[GRID_LANES], size_t n);

#endif
