/* SPDX-License-Identifier: Apache-2.0 */
#include "support/random.h"

#include <stdio.h>
#include <stdlib.h>

struct random random_from_environment(void)
{
    const char *text = getenv("CLPOOL_TEST_SEED");
    const struct random random = {text == NULL ? 20240229u : strtoull(text, NULL, 0)};
    printf("seed: CLPOOL_TEST_SEED=%llu\n", (unsigned long long)random.state);
    return random;
}

uint64_t random_bits(struct random *random)
{
    uint64_t z = (random->state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

size_t random_between(struct random *random, size_t low, size_t high)
{
    return low + (size_t)(random_bits(random) % (high - low + 1));
}

int random_once_in(struct random *random, size_t times)
{
    return random_between(random, 1, times) == 1;
}
