/* SPDX-License-Identifier: Apache-2.0 */
/* Mask values in host memory: their forms and widths, and what taps and places they name. */
#ifndef CLPOOL_PROBLEM_MASK_H
#define CLPOOL_PROBLEM_MASK_H

#include "problem/geometry.h"

/** In place of a tap: there is none. No window has that many taps. */
#define MASK_NO_TAP UINT32_MAX

bool mask_form_exists(clpool_mask_form form);

/** Checks a form that is asked for besides the problem's own; `name` is the argument's.
 * Errors: CLPOOL_INVALID_ARGUMENT for one that does not exist or cannot number the plane. */
clpool_status mask_form_check(const struct geometry *geometry, const char *name, clpool_mask_form form);

/** Bytes of one value: of the window form the narrowest of 1, 2 and 4 that holds 0..taps-1 and the sentinel. */
size_t mask_element_bytes(clpool_mask_form form, size_t taps);

/** The tap that the mask's value at output (n, c, place) names; MASK_NO_TAP where it names none of its window. The
 * tap may lie in the padding. */
uint32_t mask_load(const struct geometry *geometry, const void *mask, size_t n, size_t c,
                   const size_t output[CLPOOL_MAX_RANK]);

/** Stores what names the tap of output (n, c, place), or the sentinel for MASK_NO_TAP. The tap lies inside the
 * tensor. */
void mask_store(const struct geometry *geometry, void *mask, size_t n, size_t c, const size_t output[CLPOOL_MAX_RANK],
                uint32_t tap);

/** Flat index in its (D,)(H,)W plane of the element that `tap` names in the window of an output; -1 where it names
 * none. */
int64_t mask_plane_index(const struct geometry *geometry, const size_t output[CLPOOL_MAX_RANK], size_t tap);

#endif
