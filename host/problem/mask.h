/* SPDX-License-Identifier: Apache-2.0 */
/* Mask values in host memory: their width, the sentinel, and what place they name. */
#ifndef CLPOOL_PROBLEM_MASK_H
#define CLPOOL_PROBLEM_MASK_H

#include "problem/geometry.h"

/** Sentinel of every width once loaded: no window has that many taps. */
#define MASK_NO_TAP UINT32_MAX

/** The narrowest of 1, 2 and 4 bytes that holds 0..taps-1 and the sentinel. */
size_t mask_element_bytes(size_t taps);

/** The index-th value; the sentinel comes out as MASK_NO_TAP. */
uint32_t mask_load(const void *mask, size_t mask_bytes, size_t index);

/** Stores a tap or MASK_NO_TAP as the index-th value. */
void mask_store(void *mask, size_t mask_bytes, size_t index, uint32_t tap);

/** Flat index in its (D,)(H,)W plane of the element that `tap` names in the window of output (d, h, w); -1 where it
 * names none. */
int64_t mask_plane_index(const struct geometry *geometry, const size_t output[CLPOOL_MAX_RANK], size_t tap);

#endif
