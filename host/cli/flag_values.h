/* SPDX-License-Identifier: Apache-2.0 */
/* What the values of flags may be: words of a list, or numbers within bounds. */
#ifndef CLI_FLAG_VALUES_H
#define CLI_FLAG_VALUES_H

#include <stdbool.h>
#include <stddef.h>

#include "pooling.h"
#include "words.h"

/** The index-th word; NULL past the last. Where the library has an enumeration, the index is its value. */
const char *word_of_mode(size_t index);
const char *word_of_auto_pad(size_t index);
const char *word_of_layout(size_t index);
const char *word_of_nan_rule(size_t index);
const char *word_of_dtype(size_t index);
const char *word_of_bf16(size_t index);
const char *word_of_divisor(size_t index); /**< which may be a number, too */
const char *word_of_strategy(size_t index);

/** Understand a value. On failure `why` says what is wrong with it. */
bool value_runs(const char *text, size_t *runs, message *why);
bool value_batch(const char *text, size_t *batch, message *why);
bool value_within(const char *text, double *within, message *why);
bool value_divisor(const char *text, pooling *pool, message *why);
bool value_p(const char *text, unsigned *p, message *why);

#endif
