/* SPDX-License-Identifier: Apache-2.0 */
#include "native/combine.h"
#include "native/multiversion.h"

#include <string.h>

/** The quiet NaN without payload. */
MULTIVERSION_PART float canonical_nan(void)
{
    const uint32_t bits = 0x7fc00000u;
    float value = 0;
    memcpy(&value, &bits, sizeof(value));
    return value;
}

/** `term`, or 0: by a mask of bits, since of a choice between numbers GCC makes masks of bytes that it must widen. */
MULTIVERSION_PART float where(int32_t winner, int32_t tap, float term)
{
    const int32_t is_tap = -(int32_t)(winner == tap);
    int32_t bits = 0;
    memcpy(&bits, &term, sizeof(bits));
    bits &= is_tap;
    memcpy(&term, &bits, sizeof(bits));
    return term;
}

/** One tile; `kernel` is a constant. Each array is a parameter of its own, so that compilers know that none overlaps
 * one that is written. */
MULTIVERSION_PART void gather_tile(size_t kernel, size_t lanes, const float *restrict dy_0, const float *restrict dy_1,
                                   const float *restrict dy_2, const float *restrict dy_3,
                                   const uint8_t *restrict winner_0, const uint8_t *restrict winner_1,
                                   const uint8_t *restrict winner_2, const uint8_t *restrict winner_3,
                                   float *restrict dx_0, float *restrict dx_1, float *restrict dx_2,
                                   float *restrict dx_3)
{
    const float nan = canonical_nan();
    for (size_t i = 0; i < lanes; i++) {
        const float last = dy_3[i];
        float sum_0 = 0;
        float sum_1 = 0;
        float sum_2 = 0;
        float sum_3 = 0;
        if (kernel == 3) {
            const float first = dy_0[i];
            const float above = dy_1[i];
            const float before = dy_2[i];
            sum_0 += where(winner_0[i], 8, first);
            sum_0 += where(winner_1[i], 6, above);
            sum_1 += where(winner_1[i], 7, above);
            sum_0 += where(winner_2[i], 2, before);
            sum_2 += where(winner_2[i], 5, before);
        }
        sum_0 += where(winner_3[i], 0, last);
        sum_1 += where(winner_3[i], 1, last);
        sum_2 += where(winner_3[i], (int32_t)kernel, last);
        sum_3 += where(winner_3[i], (int32_t)kernel + 1, last);
        dx_0[i] = sum_0 == sum_0 ? sum_0 : nan;
        dx_1[i] = sum_1 == sum_1 ? sum_1 : nan;
        dx_2[i] = sum_2 == sum_2 ? sum_2 : nan;
        dx_3[i] = sum_3 == sum_3 ? sum_3 : nan;
    }
}

MULTIVERSION_PART void gather_tiles(size_t kernel, const struct combine_tiles *tiles)
{
    const float *const *dy = tiles->dy;
    const uint8_t *const *winner = tiles->winner;
    float *const *dx = tiles->dx;
    for (size_t tile = 0; tile < tiles->count; tile++) {
        const size_t a = tile * tiles->dy_step;
        const size_t b = tile * tiles->winner_step;
        const size_t c = tile * tiles->dx_step;
        gather_tile(kernel, tiles->lanes, dy[0] + a, dy[1] + a, dy[2] + a, dy[3] + a, winner[0] + b, winner[1] + b,
                    winner[2] + b, winner[3] + b, dx[0] + c, dx[1] + c, dx[2] + c, dx[3] + c);
    }
}

MULTIVERSION void combine_gather_tiles(const struct combine_tiles *tiles)
{
    if (tiles->kernel == 2) {
        gather_tiles(2, tiles);
    } else {
        gather_tiles(3, tiles);
    }
}
