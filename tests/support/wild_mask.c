/* SPDX-License-Identifier: Apache-2.0 */
#include "support/wild_mask.h"

#include "support/cmocka.h"

enum { SMALL = 40 };

/** Numbers at which something of the problem ends. */
static uint64_t end_of_something(const struct tensors *t, const clpool_problem *problem, struct random *random)
{
    uint64_t taps = 1;
    uint64_t plane = 1;
    for (unsigned i = 0; i < problem->rank; i++) {
        taps *= problem->windows == CLPOOL_ADAPTIVE ? 1 : problem->kernel[i];
        plane *= problem->in[i];
    }
    const uint64_t planes = plane * problem->channels;
    const uint64_t ends[] = {0,
                             taps,
                             plane,
                             planes,
                             plane * random_between(random, 0, problem->batch * problem->channels),
                             planes * problem->batch,
                             t->x_elements,
                             t->y_elements,
                             UINT64_C(1) << 7,
                             UINT64_C(1) << 15,
                             UINT64_C(1) << 16,
                             UINT64_C(1) << 31,
                             UINT64_C(1) << 32,
                             UINT64_C(1) << 61,
                             UINT64_C(1) << 63};
    return ends[random_between(random, 0, sizeof(ends) / sizeof(ends[0]) - 1)];
}

static uint64_t wild_value(const struct tensors *t, const clpool_problem *problem, struct random *random)
{
    switch (random_between(random, 0, 4)) {
    case 0:
        return random_bits(random);
    case 1:
        return UINT64_MAX;
    case 2:
        return random_between(random, 0, SMALL);
    default:
        return end_of_something(t, problem, random) + random_between(random, 0, 4) - 2;
    }
}

void wild_mask(struct tensors *tensors, const clpool_problem *problem, struct random *random)
{
    const size_t every = random_between(random, 1, 4);
    const int is_same = random_once_in(random, 6);
    const uint64_t same = wild_value(tensors, problem, random);
    tensors->is_mask_scrambled = 1;
    for (size_t i = 0; i < tensors->mask_elements; i++) {
        const uint64_t value = is_same ? same : wild_value(tensors, problem, random);
        if (random_once_in(random, every)) {
            memcpy(tensors->mask + i * tensors->mask_bytes, &value, tensors->mask_bytes);
        }
    }
}
