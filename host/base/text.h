/* SPDX-License-Identifier: Apache-2.0 */
/* Texts that a caller gets a copy of. */
#ifndef CLPOOL_BASE_TEXT_H
#define CLPOOL_BASE_TEXT_H

#include "clpool.h"

/** Copies a text, NUL-terminated and cut to `size` bytes, to `to`, which may be NULL when `size` is 0; `size_needed`,
 * where not NULL, gets the bytes of the whole text with its NUL. Errors: CLPOOL_INVALID_ARGUMENT. */
clpool_status text_give(const char *text, char *to, size_t size, size_t *size_needed);

#endif
