/* SPDX-License-Identifier: Apache-2.0 */
/* Reproducible random numbers (SplitMix64; Steele, Lea, Flood 2014). */
#ifndef CLPOOL_TESTS_RANDOM_H
#define CLPOOL_TESTS_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct random {
    uint64_t state;
};

/** The seed of this run: CLPOOL_TEST_SEED if set, else a fixed one; printed, so that a failure can be repeated. */
struct random random_from_environment(void);

uint64_t random_bits(struct random *random);

/** One of low..high, both included. */
size_t random_between(struct random *random, size_t low, size_t high);

/** True once in `times`. */
int random_once_in(struct random *random, size_t times);

#endif
