/* SPDX-License-Identifier: Apache-2.0 */
#include "native/combine.h"
#include "native/multiversion.h"

#include <math.h>
#include <string.h>

MULTIVERSION bool combine_has_nan(const float *x, size_t n)
{
    uint32_t greatest = 0; /* without its sign: NaNs come after infinity */
    for (size_t i = 0; i < n; i++) {
        uint32_t bits;
        memcpy(&bits, &x[i], sizeof(bits));
        bits &= 0x7fffffffu;
        greatest = bits > greatest ? bits : greatest;
    }
    return greatest > 0x7f800000u;
}

MULTIVERSION bool combine_has_least(const float *x, size_t n)
{
    int32_t any = 0;
    for (size_t i = 0; i < n; i++) {
        any |= x[i] == -INFINITY;
    }
    return any != 0;
}

MULTIVERSION void combine_fill(float *x, float value, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        x[i] = value;
    }
}
