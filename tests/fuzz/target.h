/* SPDX-License-Identifier: Apache-2.0 */
/* What each target of fuzzing is: a program that libFuzzer, or replay.c, gives one input after another. A target does
 * with it what the library or the command does with a file or a flag, and aborts where a promise is broken. */
#ifndef CLPOOL_TESTS_FUZZ_TARGET_H
#define CLPOOL_TESTS_FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** Always 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** Aborts unless a promise holds, also where assert() is off. */
#define REQUIRE(promise)                                                                                               \
    do {                                                                                                               \
        if (!(promise)) {                                                                                              \
            (void)fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #promise);                                \
            abort();                                                                                                   \
        }                                                                                                              \
    } while (0)

/** A copy of its own, of exactly that size, so that whatever reads past it is seen; for the caller to free. */
static inline void *copy_of(const void *data, size_t size)
{
    void *copy = malloc(size > 0 ? size : 1);
    REQUIRE(copy != NULL);
    if (size > 0) {
        memcpy(copy, data, size);
    }
    return copy;
}

#endif
