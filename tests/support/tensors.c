/* SPDX-License-Identifier: Apache-2.0 */
#include "support/tensors.h"

#include "support/cmocka.h"

#include <stdlib.h>

/** A float format: its width, and the bits of its mantissa. */
struct format {
    unsigned bits;
    unsigned mantissa;
};

static struct format format_of(clpool_dtype dtype)
{
    switch (dtype) {
    case CLPOOL_F64:
        return (struct format){64, 52};
    case CLPOOL_F16:
        return (struct format){16, 10};
    case CLPOOL_BF16:
        return (struct format){16, 7};
    default:
        return (struct format){32, 23};
    }
}

static uint64_t sign_bit(struct format format)
{
    return (uint64_t)1 << (format.bits - 1);
}

static uint64_t infinity(struct format format)
{
    return sign_bit(format) - ((uint64_t)1 << format.mantissa);
}

/** Zero, the least and the greatest denormal, the least normal, the greatest, and values around 2^-100 (of f32). */
static uint64_t special_float(struct format format, struct random *random)
{
    const uint64_t least_normal = (uint64_t)1 << format.mantissa;
    const uint64_t edge = (uint64_t)27 << format.mantissa;
    const uint64_t magnitudes[] = {
        0, 1, least_normal - 1, least_normal / 2, least_normal, infinity(format) - 1, edge, edge - 1, edge + 1};
    const uint64_t magnitude = magnitudes[random_between(random, 0, sizeof(magnitudes) / sizeof(magnitudes[0]) - 1)];
    return magnitude | (random_once_in(random, 2) ? sign_bit(format) : 0);
}

/** -4 to 4, so that ties are common: for an exponent field of any width, 1 is the middle one, and 2, 3 and 4 follow. */
static uint64_t small_float(struct format format, struct random *random)
{
    const uint64_t one = (infinity(format) >> 1) & ~(((uint64_t)1 << format.mantissa) - 1);
    const uint64_t step = (uint64_t)1 << format.mantissa;
    const uint64_t magnitudes[] = {0, one, one + step, one + step + step / 2, one + 2 * step};
    return magnitudes[random_between(random, 0, 4)] | (random_once_in(random, 2) ? sign_bit(format) : 0);
}

static uint64_t random_float(struct format format, struct random *random)
{
    switch (random_between(random, 0, 7)) {
    case 0:
        return special_float(format, random);
    case 1:
    case 2: { /* any finite magnitude, so that the order of additions shows */
        const uint64_t bits = random_bits(random) >> (64 - format.bits);
        return (bits & infinity(format)) == infinity(format) ? bits ^ (infinity(format) / 2) : bits;
    }
    default:
        return small_float(format, random);
    }
}

static uint64_t random_nan(struct format format, struct random *random)
{
    const uint64_t payload = random_bits(random) & (((uint64_t)1 << format.mantissa) - 1);
    const uint64_t sign = random_once_in(random, 2) ? sign_bit(format) : 0;
    return sign | infinity(format) | (payload == 0 ? 1 : payload);
}

/** Few values around zero, and the extremes. */
static uint64_t random_integer(size_t bytes, struct random *random)
{
    const uint64_t middle = (uint64_t)1 << (8 * bytes - 1);
    switch (random_between(random, 0, 5)) {
    case 0:
        return middle - random_between(random, 0, 1); /* greatest and least, if signed */
    case 1:
        return random_bits(random);
    default:
        return random_between(random, 0, 8) - 4;
    }
}

/** How often a tensor has NaNs and infinities: rarely in most, every fourth value in some, nothing but -inf in a few.
 * */
struct mixture {
    size_t nan_every;
    size_t infinity_every;
};

static uint64_t random_value(clpool_dtype dtype, size_t bytes, const struct mixture *mixture, struct random *random)
{
    const struct format format = format_of(dtype);
    if (dtype == CLPOOL_I8 || dtype == CLPOOL_U8 || dtype == CLPOOL_I32) {
        return random_integer(bytes, random);
    }
    if (random_once_in(random, mixture->nan_every)) {
        return random_nan(format, random);
    }
    if (random_once_in(random, mixture->infinity_every)) {
        return infinity(format) | (random_once_in(random, 50) ? 0 : sign_bit(format));
    }
    return random_float(format, random);
}

static unsigned char *allocate(size_t elements, size_t element_bytes)
{
    unsigned char *memory = malloc((elements + 1) * element_bytes);
    assert_non_null(memory);
    memset(memory, TENSORS_GAP, (elements + 1) * element_bytes);
    return memory;
}

/** A tensor of random values. The lowest bytes of a value are its first in memory: tests run on little-endian hosts. */
static unsigned char *random_tensor(clpool_dtype dtype, size_t elements, size_t bytes, struct random *random)
{
    const struct mixture mixture = {
        .nan_every = random_once_in(random, 4)   ? 4
                     : random_once_in(random, 2) ? 40
                                                 : 100000,
        .infinity_every = random_once_in(random, 8)   ? 1
                          : random_once_in(random, 3) ? 5
                                                      : 100000,
    };
    unsigned char *tensor = allocate(elements, bytes);
    for (size_t i = 0; i < elements; i++) {
        const uint64_t value = random_value(dtype, bytes, &mixture, random);
        memcpy(tensor + i * bytes, &value, bytes);
    }
    return tensor;
}

void tensors_make(struct tensors *tensors, const clpool_problem *problem, struct random *random)
{
    static const size_t dtype_bytes[] = {4, 8, 2, 2, 1, 1, 4};
    size_t x_bytes = 0;
    size_t y_bytes = 0;
    size_t mask_bytes = 0;
    assert_success(clpool_tensor_bytes(problem, CLPOOL_X, &x_bytes));
    assert_success(clpool_tensor_bytes(problem, CLPOOL_Y, &y_bytes));
    tensors->mask_bytes = 1;
    if (problem->mode == CLPOOL_MAX) {
        assert_success(clpool_tensor_bytes(problem, CLPOOL_MASK, &mask_bytes));
        assert_success(clpool_mask_element_bytes(problem, &tensors->mask_bytes));
    }
    tensors->element_bytes = dtype_bytes[problem->dtype];
    tensors->x_elements = x_bytes / tensors->element_bytes;
    tensors->y_elements = y_bytes / tensors->element_bytes;
    tensors->mask_elements = mask_bytes / tensors->mask_bytes;
    tensors->is_mask_scrambled = 0;
    tensors->y = allocate(tensors->y_elements, tensors->element_bytes);
    tensors->mask = allocate(tensors->mask_elements, tensors->mask_bytes);
    tensors->dx = allocate(tensors->x_elements, tensors->element_bytes);
    tensors->x = random_tensor(problem->dtype, tensors->x_elements, tensors->element_bytes, random);
    tensors->dy = random_tensor(problem->dtype, tensors->y_elements, tensors->element_bytes, random);
    tensors->dx_old = random_tensor(problem->dtype, tensors->x_elements, tensors->element_bytes, random);
}

int tensors_have_backward(const clpool_problem *problem)
{
    return problem->dtype != CLPOOL_I8 && problem->dtype != CLPOOL_U8 && problem->dtype != CLPOOL_I32;
}

const clpool_native_options by_reference = {.struct_size = sizeof(clpool_native_options), .reference = 1};

void tensors_reference_forward(struct tensors *tensors, const clpool_problem *problem)
{
    assert_success(clpool_native_forward_with(problem, tensors->x, tensors->y,
                                              problem->mode == CLPOOL_MAX ? tensors->mask : NULL, &by_reference));
}

void tensors_reference_backward(struct tensors *tensors, const clpool_problem *problem, unsigned flags)
{
    memcpy(tensors->dx, tensors->dx_old, tensors->x_elements * tensors->element_bytes);
    if (problem->mode == CLPOOL_LP) {
        assert_success(clpool_native_backward_lp(problem, tensors->x, tensors->y, tensors->dy, tensors->dx, flags));
    } else {
        assert_success(clpool_native_backward_with(problem, tensors->dy,
                                                   problem->mode == CLPOOL_MAX ? tensors->mask : NULL, tensors->dx,
                                                   flags, &by_reference));
    }
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
