/* SPDX-License-Identifier: Apache-2.0 */
#include "base/half.h"

#include <math.h>
#include <string.h>

enum { HALF_MANTISSA_BITS = 10, HALF_LEAST_EXPONENT = -14 };

static const uint16_t half_infinity = 0x7c00;
static const uint16_t half_nan = 0x7e00;
static const uint16_t bfloat_nan = 0x7fc0;

float half_to_float(uint16_t half)
{
    const int exponent = (half >> HALF_MANTISSA_BITS) & 0x1f;
    const int mantissa = half & 0x3ff;
    float magnitude = 0;
    if (exponent == 0x1f) {
        magnitude = mantissa == 0 ? INFINITY : NAN;
    } else if (exponent == 0) {
        magnitude = ldexpf((float)mantissa, HALF_LEAST_EXPONENT - HALF_MANTISSA_BITS);
    } else {
        magnitude = ldexpf((float)(mantissa + 0x400), HALF_LEAST_EXPONENT - HALF_MANTISSA_BITS + exponent - 1);
    }
    return (half & 0x8000) != 0 ? -magnitude : magnitude;
}

uint16_t half_from_float(float value)
{
    if (isnan(value)) {
        return half_nan;
    }
    const uint16_t sign = signbit(value) ? 0x8000 : 0;
    const float magnitude = fabsf(value);
    int exponent = 0;
    if (magnitude == 0) {
        return sign;
    }
    (void)frexpf(magnitude, &exponent); /* magnitude < 2^exponent */
    exponent = exponent - 1 < HALF_LEAST_EXPONENT ? HALF_LEAST_EXPONENT : exponent - 1;
    if (isinf(magnitude) || exponent > 15) {
        return sign | half_infinity;
    }
    /* The value in units of its last place: below 2048, and rounded to nearest even as the host rounds. A carry out
     * of the mantissa goes into the exponent by itself, and from the greatest value to infinity. */
    const long units = lrintf(ldexpf(magnitude, HALF_MANTISSA_BITS - exponent));
    const long biased = (long)(exponent - HALF_LEAST_EXPONENT) << HALF_MANTISSA_BITS;
    return (uint16_t)(sign | (biased + units));
}

float bfloat_to_float(uint16_t bfloat)
{
    const uint32_t bits = (uint32_t)bfloat << 16;
    float value = 0;
    memcpy(&value, &bits, sizeof(value));
    return value;
}

uint16_t bfloat_from_float(float value)
{
    uint32_t bits = 0;
    if (isnan(value)) {
        return bfloat_nan;
    }
    memcpy(&bits, &value, sizeof(bits));
    const uint32_t last = (bits >> 16) & 1;
    return (uint16_t)((bits + 0x7fff + last) >> 16);
}
