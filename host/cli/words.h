/* SPDX-License-Identifier: Apache-2.0 */
/* The words of which a flag's value is one, and what somebody may have meant who wrote another. */
#ifndef CLI_WORDS_H
#define CLI_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "message.h"

/** The index-th of some words; NULL past the last. */
typedef const char *(*word_at)(size_t index);

/** Finds the word that the first `length` characters of a text are. On failure `why` lists all of them, with the one
 * that may have been meant. */
bool word_find(word_at words, const char *text, size_t length, size_t *index, message *why);

/** The word to which a text is so near that it may have been meant; NULL where there is none. */
const char *word_nearest(word_at words, const char *text, size_t length);

/** Appends " (did you mean 'X'?)" where there is such a word. */
void word_suggest(message *to, word_at words, const char *text, size_t length);

#endif
