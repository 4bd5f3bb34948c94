/* SPDX-License-Identifier: Apache-2.0 */
#include "native/wide.h"

#include "base/half.h"
#include "native/multiversion.h"

#include <string.h>

MULTIVERSION_PART float float_of_bits(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof(value));
    return value;
}

MULTIVERSION_PART uint32_t bits_of_float(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof(bits));
    return bits;
}

/** The bits of a half where a float has its own, with its exponent: it is about 2^-112 of the half, but orders the
 * same. Infinity and NaN get a float's exponent of these. */
MULTIVERSION_PART float half_to_order(uint16_t half)
{
    const uint32_t magnitude = half & 0x7fffu;
    const uint32_t exponent = magnitude >= 0x7c00u ? 0x7f800000u : 0;
    return float_of_bits((half & 0x8000u) << 16 | magnitude << 13 | exponent);
}

MULTIVERSION_PART uint16_t half_of_order(float value)
{
    const uint32_t bits = bits_of_float(value);
    return (uint16_t)((bits >> 16 & 0x8000u) | (bits >> 13 & 0x7fffu));
}

MULTIVERSION_PART float bfloat_to_order(uint16_t bfloat)
{
    return float_of_bits((uint32_t)bfloat << 16);
}

MULTIVERSION_PART uint16_t bfloat_of_order(float value)
{
    return (uint16_t)(bits_of_float(value) >> 16);
}

MULTIVERSION_PART float settled_f32(float sum)
{
    return sum != sum ? float_of_bits(0x7fc00000u) : sum;
}

MULTIVERSION_PART double settled_f64(double sum)
{
    const uint64_t bits = 0x7ff8000000000000u;
    double nan;
    memcpy(&nan, &bits, sizeof(nan));
    return sum != sum ? nan : sum;
}

/** To the nearest integer, a half to the even one; both additions round so. */
MULTIVERSION_PART double rounded(double value)
{
    const double large = 6755399441055744.0; /* 1.5 * 2^52 */
    return value + large - large;
}

MULTIVERSION_PART int8_t rounded_i8(double value)
{
    const double near = rounded(value);
    return (int8_t)(near < INT8_MIN ? INT8_MIN : near > INT8_MAX ? INT8_MAX : near);
}

MULTIVERSION_PART uint8_t rounded_u8(double value)
{
    const double near = rounded(value);
    return (uint8_t)(near < 0 ? 0 : near > UINT8_MAX ? UINT8_MAX : near);
}

#define SAME(value) (value)
#define TO_FLOAT(value) ((float)(value))
#define TO_DOUBLE(value) ((double)(value))
#define TO_I8(value) ((int8_t)(value))
#define TO_U8(value) ((uint8_t)(value))
#define TO_I32(value) ((int32_t)(value))

/** A wide_copy of that name. Neighbours alone and single elements have loops of their own, which become vectors. */
#define DEFINE_COPY(name, from_type, to_type, convert)                                                                 \
    MULTIVERSION static void name(const void *from, size_t from_step, void *to, size_t to_step, size_t n,              \
                                  size_t lanes)                                                                        \
    {                                                                                                                  \
        const from_type *restrict source = from;                                                                       \
        to_type *restrict target = to;                                                                                 \
        if (lanes == 1 && from_step == 1 && to_step == 1) {                                                            \
            for (size_t i = 0; i < n; i++) {                                                                           \
                target[i] = convert(source[i]);                                                                        \
            }                                                                                                          \
            return;                                                                                                    \
        }                                                                                                              \
        if (lanes == GRID_LANES) {                                                                                     \
            for (size_t i = 0; i < n; i++) {                                                                           \
                for (size_t lane = 0; lane < GRID_LANES; lane++) {                                                     \
                    target[i * to_step + lane] = convert(source[i * from_step + lane]);                                \
                }                                                                                                      \
            }                                                                                                          \
            return;                                                                                                    \
        }                                                                                                              \
        for (size_t i = 0; i < n; i++) {                                                                               \
            for (size_t lane = 0; lane < lanes; lane++) {                                                              \
                target[i * to_step + lane] = convert(source[i * from_step + lane]);                                    \
            }                                                                                                          \
        }                                                                                                              \
    }

DEFINE_COPY(copy_f32, float, float, SAME)
DEFINE_COPY(copy_f64, double, double, SAME)
DEFINE_COPY(f16_to_order, uint16_t, float, half_to_order)
DEFINE_COPY(order_to_f16, float, uint16_t, half_of_order)
DEFINE_COPY(bf16_to_order, uint16_t, float, bfloat_to_order)
DEFINE_COPY(order_to_bf16, float, uint16_t, bfloat_of_order)
DEFINE_COPY(i8_to_order, int8_t, float, TO_FLOAT)
DEFINE_COPY(order_to_i8, float, int8_t, TO_I8)
DEFINE_COPY(u8_to_order, uint8_t, float, TO_FLOAT)
DEFINE_COPY(order_to_u8, float, uint8_t, TO_U8)
DEFINE_COPY(i32_to_order, int32_t, double, TO_DOUBLE)
DEFINE_COPY(order_to_i32, double, int32_t, TO_I32)

DEFINE_COPY(sums_to_f32, float, float, settled_f32)
DEFINE_COPY(sums_to_f64, double, double, settled_f64)
DEFINE_COPY(f16_to_sums, uint16_t, float, half_to_float)
DEFINE_COPY(sums_to_f16, float, uint16_t, half_from_float)
DEFINE_COPY(sums_to_bf16, float, uint16_t, bfloat_from_float)

DEFINE_COPY(i8_to_averages, int8_t, double, TO_DOUBLE)
DEFINE_COPY(averages_to_i8, double, int8_t, rounded_i8)
DEFINE_COPY(u8_to_averages, uint8_t, double, TO_DOUBLE)
DEFINE_COPY(averages_to_u8, double, uint8_t, rounded_u8)

const struct wide *wide_for_order(clpool_dtype dtype)
{
    static const struct wide f32 = {&grid_f32, copy_f32, copy_f32};
    static const struct wide f64 = {&grid_f64, copy_f64, copy_f64};
    static const struct wide f16 = {&grid_f32, f16_to_order, order_to_f16};
    static const struct wide bf16 = {&grid_f32, bf16_to_order, order_to_bf16};
    static const struct wide i8 = {&grid_f32, i8_to_order, order_to_i8};
    static const struct wide u8 = {&grid_f32, u8_to_order, order_to_u8};
    static const struct wide i32 = {&grid_f64, i32_to_order, order_to_i32};
    switch (dtype) {
    case CLPOOL_F32:
        return &f32;
    case CLPOOL_F64:
        return &f64;
    case CLPOOL_F16:
        return &f16;
    case CLPOOL_BF16:
        return &bf16;
    case CLPOOL_I8:
        return &i8;
    case CLPOOL_U8:
        return &u8;
    case CLPOOL_I32:
        return &i32;
    }
    return NULL;
}

const struct wide *wide_for_sums(clpool_dtype dtype)
{
    static const struct wide f32 = {&grid_f32, copy_f32, sums_to_f32};
    static const struct wide f64 = {&grid_f64, copy_f64, sums_to_f64};
    static const struct wide f16 = {&grid_f32, f16_to_sums, sums_to_f16};
    static const struct wide bf16 = {&grid_f32, bf16_to_order, sums_to_bf16};
    switch (dtype) {
    case CLPOOL_F32:
        return &f32;
    case CLPOOL_F64:
        return &f64;
    case CLPOOL_F16:
        return &f16;
    case CLPOOL_BF16:
        return &bf16;
    default:
        return NULL;
    }
}

const struct wide *wide_for_averages(clpool_dtype dtype)
{
    static const struct wide i8 = {&grid_f64, i8_to_averages, averages_to_i8};
    static const struct wide u8 = {&grid_f64, u8_to_averages, averages_to_u8};
    return dtype == CLPOOL_I8 ? &i8 : dtype == CLPOOL_U8 ? &u8 : wide_for_sums(dtype);
}
