/* SPDX-License-Identifier: Apache-2.0 */
/* HTML and SVG in the making. Want of memory is noticed when it is written. */
#ifndef CLI_MARKUP_H
#define CLI_MARKUP_H

#include <stdbool.h>
#include <stddef.h>

#include "message.h"
#include "output_file.h"

/** Zeroed, it is empty. */
typedef struct markup {
    char *text; /**< not terminated */
    size_t length;
    size_t room;
    bool out_of_memory; /**< something is missing */
} markup;

void markup_add(markup *to, const char *text, size_t length);

/** Adds what is markup already: text from elsewhere goes through markup_escape(). */
void markup_put(markup *to, const char *format, ...) CLI_PRINTF(2, 3);

/** Adds text from elsewhere, as it stands between tags or in an attribute's quotes. What is no UTF-8 becomes "?". */
void markup_escape(markup *to, const char *text);

/** Adds bytes in base 64, with padding. */
void markup_base64(markup *to, const unsigned char *bytes, size_t size);

/** Writes all of it to the file, and frees it. */
exit_code markup_write(markup *written, output_file *file);

void markup_free(markup *freed);

#endif
