/* SPDX-License-Identifier: Apache-2.0 */
#include "support/tensors.h"

#include "support/cmocka.h"

#include <stdlib.h>

static uint32_t random_value(struct random *random)
{
    static const uint32_t special[] = {
        0x00000000u, 0x80000000u,                                        /* zeros */
        0x00000001u, 0x80000001u, 0x00400000u, 0x007fffffu, 0x807fffffu, /* denormals */
        0x00800000u, 0x80800000u, 0x0d7fffffu, 0x0d800000u, 0x8d800001u, /* least normal; around 2^-100 */
        0x7f7fffffu, 0xff7fffffu,                                        /* greatest */
    };
    const uint64_t bits = random_bits(random);
    switch (random_between(random, 0, 7)) {
    case 0:
        return special[bits % (sizeof(special) / sizeof(special[0]))];
    case 1:
    case 2: { /* any magnitude, so that the order of additions shows */
        const uint32_t value = (uint32_t)bits;
        return (value & 0x7f800000u) == 0x7f800000u ? value ^ 0x40000000u : value;
    }
    default: { /* small integers: ties */
        const float value = (float)((int)(bits % 9) - 4);
        uint32_t pattern = 0;
        memcpy(&pattern, &value, sizeof(pattern));
        return pattern;
    }
    }
}

static uint32_t random_nan(struct random *random)
{
    const uint32_t payload = (uint32_t)(random_bits(random) & 0x807fffffu);
    return 0x7f800000u | (payload == 0 || payload == 0x80000000u ? 1u : payload);
}

/** NaNs and infinities are rare in most tensors, common in some: every fourth value, or nothing but -inf. */
static void fill(uint32_t *values, size_t count, struct random *random)
{
    const size_t nan_every = random_once_in(random, 4) ? 4 : random_once_in(random, 2) ? 40 : 100000;
    const size_t infinity_every = random_once_in(random, 8) ? 1 : random_once_in(random, 3) ? 5 : 100000;
    for (size_t i = 0; i < count; i++) {
        values[i] = random_value(random);
        if (random_once_in(random, infinity_every)) {
            values[i] = random_once_in(random, 50) ? 0x7f800000u : 0xff800000u;
        }
        if (random_once_in(random, nan_every)) {
            values[i] = random_nan(random);
        }
    }
}

static void *allocate(size_t elements, size_t element_bytes)
{
    void *memory = calloc(elements + 1, element_bytes);
    assert_non_null(memory);
    return memory;
}

void tensors_make(struct tensors *tensors, const clpool_problem *problem, struct random *random)
{
    assert_int_equal(clpool_tensor_elements(problem, CLPOOL_X, &tensors->x_elements), CLPOOL_SUCCESS);
    assert_int_equal(clpool_tensor_elements(problem, CLPOOL_Y, &tensors->y_elements), CLPOOL_SUCCESS);
    assert_int_equal(clpool_mask_element_bytes(problem, &tensors->mask_bytes), CLPOOL_SUCCESS);
    tensors->x = allocate(tensors->x_elements, sizeof(uint32_t));
    tensors->y = allocate(tensors->y_elements, sizeof(uint32_t));
    tensors->mask = allocate(tensors->y_elements, tensors->mask_bytes);
    tensors->dy = allocate(tensors->y_elements, sizeof(uint32_t));
    tensors->dx = allocate(tensors->x_elements, sizeof(uint32_t));
    tensors->dx_old = allocate(tensors->x_elements, sizeof(uint32_t));
    fill(tensors->x, tensors->x_elements, random);
    fill(tensors->dy, tensors->y_elements, random);
    fill(tensors->dx_old, tensors->x_elements, random);
}

void tensors_reference_forward(struct tensors *tensors, const clpool_problem *problem)
{
    assert_int_equal(clpool_native_forward(problem, tensors->x, tensors->y, tensors->mask), CLPOOL_SUCCESS);
}

void tensors_reference_backward(struct tensors *tensors, const clpool_problem *problem, unsigned flags)
{
    memcpy(tensors->dx, tensors->dx_old, tensors->x_elements * sizeof(uint32_t));
    assert_int_equal(clpool_native_backward(problem, tensors->dy, tensors->mask, tensors->dx, flags), CLPOOL_SUCCESS);
}

void tensors_free(struct tensors *tensors)
{
    free(tensors->x);
    free(tensors->y);
    free(tensors->mask);
    free(tensors->dy);
    free(tensors->dx);
    free(tensors->dx_old);
    memset(tensors, 0, sizeof(*tensors));
}
