/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers on the command line: decimal digits and nothing else. */
#ifndef CLI_NUMBERS_H
#define CLI_NUMBERS_H

#include <stdbool.h>
#include <stddef.h>

#include "message.h"

#define NUMBERS_MAX 8

/** A list of numbers as in "3,3"; a count of 0 is a list that was not given. */
typedef struct numbers {
    size_t values[NUMBERS_MAX];
    unsigned count;
} numbers;

/** Understands one number. On failure `why` says what is wrong with the text. */
bool number_parse(const char *text, size_t *value, message *why);

/** Understands numbers with commas between them. */
bool numbers_parse(const char *text, numbers *list, message *why);

/** The same where each may be a pair "lo:hi"; a single number is both. */
bool numbers_parse_pairs(const char *text, numbers *lo, numbers *hi, message *why);

#endif
