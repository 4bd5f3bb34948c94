/* SPDX-License-Identifier: Apache-2.0 */
/* Masks of the window form, whose values have 1, 2 or 4 bytes, as taps of 32 bits. */
#ifndef CLPOOL_NATIVE_WINNERS_H
#define CLPOOL_NATIVE_WINNERS_H

#include <stddef.h>
#include <stdint.h>

/** Stores the winners of `n` neighbours from value `at` of the mask on; -1 stands for none. */
void winners_store(const int32_t *winner, size_t n, size_t bytes, void *mask, size_t at);

/** Loads them. What names no tap may come out as any number that is no tap. */
void winners_load(const void *mask, size_t at, size_t bytes, int32_t *winner, size_t n);

#endif
