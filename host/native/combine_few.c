/* SPDX-License-Identifier: Apache-2.0 */
/* Winners in bytes take a quarter of the vectors, and need no narrowing later. */
#include "native/combine.h"
#include "native/multiversion.h"

enum { MOST_TAPS = 9 };

MULTIVERSION_PART void take(float value, uint8_t tap, float *best, uint8_t *winner)
{
    const bool is_better = value > *best;
    *best = is_better ? value : *best;
    *winner = is_better ? tap : *winner;
}

/** `count`, a constant, taps; written out, since compilers that leave a loop over them make no vectors. The sum of a
 * window is NaN if one of its values is. */
MULTIVERSION_PART bool pool(size_t count, const struct combine_taps *taps, const struct combine_runs *runs,
                            const float *restrict x, size_t base, float *restrict best, uint8_t *restrict winner)
{
    const size_t n = runs->length;
    ptrdiff_t at[MOST_TAPS];
    uint8_t tap[MOST_TAPS];
    int32_t any_nan = 0;
    for (size_t k = 0; k < count; k++) {
        at[k] = (ptrdiff_t)base + taps->offset[k];
        tap[k] = (uint8_t)taps->tap[k];
    }
    for (size_t run = 0; run < runs->count; run++) {
        for (ptrdiff_t i = 0; i < (ptrdiff_t)n; i++) {
            float top = x[at[0] + i];
            float sum = top;
            uint8_t number = tap[0];
#define TAKE(k)                                                                                                        \
    if ((k) < count) {                                                                                                 \
        const float value = x[at[k] + i];                                                                              \
        sum += value;                                                                                                  \
        take(value, tap[k], &top, &number);                                                                            \
    }
            TAKE(1)
            TAKE(2)
            TAKE(3)
            TAKE(4)
            TAKE(5)
            TAKE(6)
            TAKE(7)
            TAKE(8)
#undef TAKE
            any_nan |= sum != sum;
            best[i] = top;
            winner[i] = number;
        }
        x += runs->x_step;
        best += runs->best_step;
        winner += n;
    }
    return any_nan == 0;
}

MULTIVERSION bool combine_few_taps(const struct combine_taps *taps, const struct combine_runs *runs, const float *x,
                                   size_t base, float *best, uint8_t *winner)
{
#define POOL(count)                                                                                                    \
    case count:                                                                                                        \
        return pool(count, taps, runs, x, base, best, winner);
    switch (taps->count) {
        POOL(1)
        POOL(2)
        POOL(3)
        POOL(4)
        POOL(6)
        POOL(8)
        POOL(9)
    default:
        return false;
    }
#undef POOL
}
