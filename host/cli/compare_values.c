/* SPDX-License-Identifier: Apache-2.0 */
#include "compare_values.h"

#include <math.h>
#include <string.h>

#include "element.h"
#include "splitmix.h"

/* The element that stands for a sample from 0 to 255. */
static double from_sample(clpool_dtype dtype, double sample)
{
    switch (dtype) {
    case CLPOOL_I8:
        return sample - 128;
    case CLPOOL_I32:
        return sample * 16843009 - 2147483648.0; /* 255 * 16843009 is 2^32 - 1 */
    case CLPOOL_F32:
    case CLPOOL_F64:
    case CLPOOL_F16:
    case CLPOOL_BF16:
    case CLPOOL_U8:
        break;
    }
    return sample;
}

/* Puts `made` in the place of `x`. */
static void replace(array *x, const array *made)
{
    array_free(x);
    *x = *made;
}

exit_code compare_convert(clpool_dtype dtype, array *x)
{
    const float *samples = x->data;
    array made;
    size_t i;
    exit_code code = array_make(element_npy(dtype), x->rank, x->shape, &made);
    if (code != EXIT_DONE) {
        return code;
    }
    for (i = 0; i < made.elements; i++) {
        element_set(dtype, made.data, i, from_sample(dtype, samples[i]));
    }
    replace(x, &made);
    return EXIT_DONE;
}

exit_code compare_to_channels_last(array *x)
{
    size_t bytes = npy_dtype_bytes(x->dtype);
    size_t channels = x->shape[1];
    size_t shape[NPY_MAX_RANK];
    size_t plane, i;
    array made;
    exit_code code;
    memcpy(shape, x->shape, sizeof(shape));
    memmove(shape + 1, shape + 2, (x->rank - 2) * sizeof(*shape));
    shape[x->rank - 1] = channels;
    code = array_make(x->dtype, x->rank, shape, &made);
    if (code != EXIT_DONE) {
        return code;
    }
    plane = made.elements == 0 ? 1 : made.elements / (x->shape[0] * channels);
    for (i = 0; i < made.elements; i++) {
        size_t image = i / (channels * plane);
        size_t channel = i / plane % channels;
        size_t to = (image * plane + i % plane) * channels + channel;
        memcpy((char *)made.data + to * bytes, (const char *)x->data + i * bytes, bytes);
    }
    replace(x, &made);
    return EXIT_DONE;
}

void compare_fill_x(clpool_dtype dtype, array *x)
{
    bool is_float = element_is_float(dtype);
    uint64_t state = 1;
    size_t i;
    for (i = 0; i < x->elements; i++) {
        uint64_t random = splitmix_next(&state);
        double value = is_float ? (double)(random % 4096) / 256 - 8 : from_sample(dtype, (double)(random % 256));
        element_set(dtype, x->data, i, value);
    }
}

void compare_fill_dy(clpool_dtype dtype, array *dy)
{
    /* As many random bits as both the mantissa and, for the narrow types, the exponent can tell from 0. */
    unsigned bits = dtype == CLPOOL_F64 ? 52 : 24;
    double half = ldexp(1, (int)bits - 1);
    uint64_t state = 2;
    size_t i;
    for (i = 0; i < dy->elements; i++) {
        /* The bits between two whole numbers, mapped to (-1, 1) without 0. */
        double random = (double)(splitmix_next(&state) >> (64 - bits)) + 0.5;
        element_set(dtype, dy->data, i, random / half - 1);
    }
}
