/* SPDX-License-Identifier: Apache-2.0 */
/* Mask values in host memory: their forms and widths, and what taps and places they name. */
#ifndef CLPOOL_PROBLEM_MASK_H
#define CLPOOL_PROBLEM_MASK_H

#include "problem/geometry.h"

/** In place of a tap: there is none. No window has that many taps. */
#define MASK_NO_TAP UINT32_MAX

bool mask_form_exists(clpool_mask_form form);

/** Whether the form numbers the taps of a window, not the elements of a tensor. */
bool mask_form_numbers_taps(clpool_mask_form form);

/** Checks a form for a geometry; `name` is what errors call it, and `failure` their status. */
clpool_status mask_form_check(const struct geometry *geometry, const char *name, clpool_mask_form form,
                              clpool_status failure);

/** Checks that the problem's mode has masks. Errors: CLPOOL_UNSUPPORTED. */
clpool_status mask_mode_check(const struct geometry *geometry);

/** The format of a form: of the window form in bytes the narrowest of 1, 2 and 4 that holds 0..taps-1 and the
 * sentinel. */
struct mask_format mask_format_of(clpool_mask_form form, size_t taps);

/** Elements of a mask of so many values. */
size_t mask_elements(const struct mask_format *format, size_t values);

/** Gives the geometry another form of mask. */
void mask_form_set(struct geometry *geometry, clpool_mask_form form);

/** The tap that the mask's value at output (n, c, place) names; MASK_NO_TAP where it names none of its window. The
 * tap may lie in the padding. */
uint32_t mask_load(const struct geometry *geometry, const void *mask, size_t n, size_t c,
                   const size_t output[CLPOOL_MAX_RANK]);

/** Whether the value at output (n, c, place) is the sentinel. A value of a packed form that a tap needs too is none. */
bool mask_is_sentinel(const struct geometry *geometry, const void *mask, size_t n, size_t c,
                      const size_t output[CLPOOL_MAX_RANK]);

/** Flat index in its (D,)(H,)W plane of the element that the value at output (n, c, place) names, in its window or (in
 * a form that holds indices) anywhere in the plane; -1 where it names none. */
int64_t mask_load_place(const struct geometry *geometry, const void *mask, size_t n, size_t c,
                        const size_t output[CLPOOL_MAX_RANK]);

/** Sets the unused bits of a packed mask to 0. */
void mask_clear_padding(const struct geometry *geometry, void *mask);

/** Stores what names the tap of output (n, c, place), or the sentinel for MASK_NO_TAP. The tap lies inside the
 * tensor. */
void mask_store(const struct geometry *geometry, void *mask, size_t n, size_t c, const size_t output[CLPOOL_MAX_RANK],
                uint32_t tap);

/** Flat index in its (D,)(H,)W plane of the element that `tap` names in the window of an output; -1 where it names
 * none. */
int64_t mask_plane_index(const struct geometry *geometry, const size_t output[CLPOOL_MAX_RANK], size_t tap);

#endif
