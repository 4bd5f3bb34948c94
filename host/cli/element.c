/* SPDX-License-Identifier: Apache-2.0 */
#include "element.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

static const struct dtype_row {
    const char *name;
    npy_dtype npy;
    bool is_float;
} dtype_table[] = {[CLPOOL_F32] = {"f32", NPY_F32, true}, [CLPOOL_F64] = {"f64", NPY_F64, true},
                   [CLPOOL_F16] = {"f16", NPY_F16, true}, [CLPOOL_BF16] = {"bf16", NPY_U16, true},
                   [CLPOOL_I8] = {"i8", NPY_I8, false},   [CLPOOL_U8] = {"u8", NPY_U8, false},
                   [CLPOOL_I32] = {"i32", NPY_I32, false}};
#define DTYPES (sizeof(dtype_table) / sizeof(dtype_table[0]))

const char *element_name(clpool_dtype dtype)
{
    return dtype_table[dtype].name;
}

bool element_parse(const char *name, clpool_dtype *dtype)
{
    size_t i;
    for (i = 0; i < DTYPES && strcmp(dtype_table[i].name, name) != 0; i++) {
    }
    if (i < DTYPES) {
        *dtype = (clpool_dtype)i;
    }
    return i < DTYPES;
}

npy_dtype element_npy(clpool_dtype dtype)
{
    return dtype_table[dtype].npy;
}

bool element_is_float(clpool_dtype dtype)
{
    return dtype_table[dtype].is_float;
}

/* Of f16: 1 bit of sign, 5 of exponent, 10 of mantissa. */
enum { F16_MANTISSA = 10, F16_LEAST_EXPONENT = -14, F16_GREATEST_EXPONENT = 15 };

static double f16_value(uint16_t bits)
{
    int exponent = (bits >> F16_MANTISSA) & 0x1f;
    int mantissa = bits & 0x3ff;
    double magnitude;
    if (exponent == 0x1f) {
        magnitude = mantissa == 0 ? (double)INFINITY : (double)NAN;
    } else if (exponent == 0) {
        magnitude = ldexp(mantissa, F16_LEAST_EXPONENT - F16_MANTISSA);
    } else {
        magnitude = ldexp(mantissa + 0x400, F16_LEAST_EXPONENT - F16_MANTISSA + exponent - 1);
    }
    return (bits & 0x8000) != 0 ? -magnitude : magnitude;
}

static uint16_t f16_bits(double value)
{
    uint16_t sign = signbit(value) ? 0x8000 : 0;
    int exponent = 0;
    long units;
    if (value == 0 || isnan(value)) {
        return isnan(value) ? 0x7e00 : sign;
    }
    (void)frexp(value, &exponent); /* the magnitude is below 2^exponent */
    exponent = exponent - 1 < F16_LEAST_EXPONENT ? F16_LEAST_EXPONENT : exponent - 1;
    if (isinf(value) || exponent > F16_GREATEST_EXPONENT) {
        return sign | 0x7c00;
    }
    /* In units of the last place, at most 2048: a carry out of the mantissa goes into the exponent by itself. */
    units = lrint(ldexp(fabs(value), F16_MANTISSA - exponent));
    return (uint16_t)(sign | (((exponent - F16_LEAST_EXPONENT) << F16_MANTISSA) + units));
}

static double bf16_value(uint16_t bits)
{
    uint32_t wide = (uint32_t)bits << 16;
    float value;
    memcpy(&value, &wide, sizeof(value));
    return value;
}

static uint16_t bf16_bits(double value)
{
    float narrow = (float)value;
    uint32_t bits;
    memcpy(&bits, &narrow, sizeof(bits));
    return isnan(value) ? 0x7fc0 : (uint16_t)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

double element_get(clpool_dtype dtype, const void *data, size_t index)
{
    switch (dtype) {
    case CLPOOL_F64:
        return ((const double *)data)[index];
    case CLPOOL_F16:
        return f16_value(((const uint16_t *)data)[index]);
    case CLPOOL_BF16:
        return bf16_value(((const uint16_t *)data)[index]);
    case CLPOOL_I8:
        return ((const int8_t *)data)[index];
    case CLPOOL_U8:
        return ((const uint8_t *)data)[index];
    case CLPOOL_I32:
        return ((const int32_t *)data)[index];
    case CLPOOL_F32:
        break;
    }
    return ((const float *)data)[index];
}

void element_set(clpool_dtype dtype, void *data, size_t index, double value)
{
    switch (dtype) {
    case CLPOOL_F32:
        ((float *)data)[index] = (float)value;
        break;
    case CLPOOL_F64:
        ((double *)data)[index] = value;
        break;
    case CLPOOL_F16:
        ((uint16_t *)data)[index] = f16_bits(value);
        break;
    case CLPOOL_BF16:
        ((uint16_t *)data)[index] = bf16_bits(value);
        break;
    case CLPOOL_I8:
        ((int8_t *)data)[index] = (int8_t)value;
        break;
    case CLPOOL_U8:
        ((uint8_t *)data)[index] = (uint8_t)value;
        break;
    case CLPOOL_I32:
        ((int32_t *)data)[index] = (int32_t)value;
        break;
    }
}
