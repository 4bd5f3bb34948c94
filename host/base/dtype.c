/* SPDX-License-Identifier: Apache-2.0 */
#include "base/dtype.h"

#include "base/half.h"

#include <math.h>

static double load_f32(const void *tensor, size_t index)
{
    return (double)((const float *)tensor)[index];
}

static double load_f64(const void *tensor, size_t index)
{
    return ((const double *)tensor)[index];
}

static double load_f16(const void *tensor, size_t index)
{
    return (double)half_to_float(((const uint16_t *)tensor)[index]);
}

static double load_bf16(const void *tensor, size_t index)
{
    return (double)bfloat_to_float(((const uint16_t *)tensor)[index]);
}

static double load_i8(const void *tensor, size_t index)
{
    return ((const int8_t *)tensor)[index];
}

static double load_u8(const void *tensor, size_t index)
{
    return ((const uint8_t *)tensor)[index];
}

static double load_i32(const void *tensor, size_t index)
{
    return ((const int32_t *)tensor)[index];
}

static double add_in_f32(double a, double b)
{
    return (double)((float)a + (float)b);
}

static double multiply_in_f32(double a, double b)
{
    return (double)((float)a * (float)b);
}

static double divide_in_f32(double a, double b)
{
    return (double)((float)a / (float)b);
}

static double add_in_f64(double a, double b)
{
    return a + b;
}

static double multiply_in_f64(double a, double b)
{
    return a * b;
}

static double divide_in_f64(double a, double b)
{
    return a / b;
}

static void store_f32(void *tensor, size_t index, double sum)
{
    const uint32_t quiet_nan = 0x7fc00000u;
    const float value = (float)sum;
    if (isnan(value)) {
        memcpy((float *)tensor + index, &quiet_nan, sizeof(quiet_nan));
    } else {
        ((float *)tensor)[index] = value;
    }
}

static void store_f64(void *tensor, size_t index, double sum)
{
    const uint64_t quiet_nan = 0x7ff8000000000000u;
    if (isnan(sum)) {
        memcpy((double *)tensor + index, &quiet_nan, sizeof(quiet_nan));
    } else {
        ((double *)tensor)[index] = sum;
    }
}

static void store_f16(void *tensor, size_t index, double sum)
{
    ((uint16_t *)tensor)[index] = half_from_float((float)sum);
}

static void store_bf16(void *tensor, size_t index, double sum)
{
    ((uint16_t *)tensor)[index] = bfloat_from_float((float)sum);
}

#define OPERATIONS_IN(type) .add = add_in_##type, .multiply = multiply_in_##type, .divide = divide_in_##type

static const struct dtype dtypes[] = {
    {CLPOOL_F32, "f32", "F32", 4, true, 0xff800000u, load_f32, OPERATIONS_IN(f32), .store = store_f32},
    {CLPOOL_F64, "f64", "F64", 8, true, 0xfff0000000000000u, load_f64, OPERATIONS_IN(f64), .store = store_f64},
    {CLPOOL_F16, "f16", "F16", 2, true, 0xfc00u, load_f16, OPERATIONS_IN(f32), .store = store_f16},
    {CLPOOL_BF16, "bf16", "BF16", 2, true, 0xff80u, load_bf16, OPERATIONS_IN(f32), .store = store_bf16},
    {CLPOOL_I8, "i8", "I8", 1, false, 0x80u, .load = load_i8},
    {CLPOOL_U8, "u8", "U8", 1, false, 0, .load = load_u8},
    {CLPOOL_I32, "i32", "I32", 4, false, 0x80000000u, .load = load_i32},
};

const struct dtype *dtype_find(clpool_dtype id)
{
    for (size_t i = 0; i < sizeof(dtypes) / sizeof(dtypes[0]); i++) {
        if (dtypes[i].id == id) {
            return &dtypes[i];
        }
    }
    return NULL;
}

void dtype_store_bits(const struct dtype *dtype, void *tensor, size_t index, uint64_t bits)
{
    switch (dtype->bytes) {
    case 1:
        ((uint8_t *)tensor)[index] = (uint8_t)bits;
        break;
    case 2:
        ((uint16_t *)tensor)[index] = (uint16_t)bits;
        break;
    case 4:
        ((uint32_t *)tensor)[index] = (uint32_t)bits;
        break;
    default:
        ((uint64_t *)tensor)[index] = bits;
        break;
    }
}
