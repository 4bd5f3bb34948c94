/* SPDX-License-Identifier: Apache-2.0 */
#include "words.h"

#include <stdio.h>
#include <string.h>

/* Longer words than these are told from each other by their first letters. */
enum { LETTERS = 31 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* The number of letters that are added, left out, replaced, or swapped with the next one, to get from one word to the
 * other: the distance of Damerau and Levenshtein, of adjacent letters. */
static size_t distance_between(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t row[LETTERS + 1][LETTERS + 1];
    size_t i, j;
    a_length = least(a_length, LETTERS);
    b_length = least(b_length, LETTERS);
    for (i = 0; i <= a_length; i++) {
        for (j = 0; j <= b_length; j++) {
            if (i == 0 || j == 0) {
                row[i][j] = i + j;
                continue;
            }
            row[i][j] =
                least(row[i - 1][j - 1] + (a[i - 1] != b[j - 1] ? 1 : 0), least(row[i - 1][j], row[i][j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[i][j] = least(row[i][j], row[i - 2][j - 2] + 1);
            }
        }
    }
    return row[a_length][b_length];
}

const char *word_nearest(word_at words, const char *text, size_t length)
{
    const char *nearest = NULL, *word;
    size_t i, most = (length + 1) / 3; /* one letter of three may be wrong */
    for (i = 0; (word = words(i)) != NULL; i++) {
        size_t distance = distance_between(text, length, word, strlen(word));
        if (distance < most || (distance == most && nearest == NULL)) {
            nearest = word;
            most = distance;
        }
    }
    return length > 1 ? nearest : NULL;
}

void word_suggest(message *to, word_at words, const char *text, size_t length)
{
    const char *meant = word_nearest(words, text, length);
    if (meant != NULL) {
        message_add(to, " (did you mean '%s'?)", meant);
    }
}

bool word_find(word_at words, const char *text, size_t length, size_t *index, message *why)
{
    const char *word;
    size_t i;
    for (i = 0; (word = words(i)) != NULL; i++) {
        if (strlen(word) == length && strncmp(word, text, length) == 0) {
            *index = i;
            return true;
        }
    }
    message_set(why, "'%.*s' is not%s", (int)length, text, words(1) == NULL ? "" : " one of");
    for (i = 0; (word = words(i)) != NULL; i++) {
        message_add(why, "%s %s", i == 0 ? "" : words(i + 1) == NULL ? " and" : ",", word);
    }
    word_suggest(why, words, text, length);
    return false;
}
