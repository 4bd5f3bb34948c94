/* SPDX-License-Identifier: Apache-2.0 */
/* The names of the forms of masks. */
#ifndef CLI_MASK_FORM_H
#define CLI_MASK_FORM_H

#include <stdbool.h>

#include "clpool.h"
#include "words.h"

/** As --mask-form takes it: "plane_i32". */
const char *mask_form_name(clpool_mask_form form);

/** The index-th of the names, in the order of the enumeration; NULL past the last. */
const char *word_of_mask_form(size_t index);

/** Understands a name. On failure `why` lists the names. */
bool mask_form_parse(const char *text, clpool_mask_form *form, message *why);

#endif
