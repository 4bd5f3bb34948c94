/* SPDX-License-Identifier: Apache-2.0 */
#include "native/combine.h"
#include "native/multiversion.h"

#include <string.h>

/** The quiet NaN without payload. */
static float canonical_nan(void)
{
    const uint32_t bits = 0x7fc00000u;
    float value = 0;
    memcpy(&value, &bits, sizeof(value));
    return value;
}

MULTIVERSION void combine_add_where(const struct combine_taps *taps, const struct combine_runs *runs,
                                    const int32_t *restrict winner, const float *restrict dy, float *restrict dx,
                                    size_t base)
{
    const size_t n = runs->length;
    for (size_t run = 0; run < runs->count; run++) {
        for (size_t k = 0; k < taps->count; k++) {
            float *restrict to = dx + ((ptrdiff_t)(base + run * runs->x_step) + taps->offset[k]);
            const int32_t tap = taps->tap[k];
            for (size_t i = 0; i < n; i++) {
                const float term = dy[i];
                to[i] += winner[i] == tap ? term : 0.0f;
            }
        }
        dy += runs->best_step;
        winner += n;
    }
}

/** The most taps that one loop takes. */
enum { MOST_TAPS = 9 };

/** `count` taps, a constant, from number `first` on. They add to what dx holds, or begin. Taps are written out, since
 * compilers that leave a loop over them make no vectors; a chosen sum becomes one masked addition. */
MULTIVERSION_PART void gather_some(size_t count, bool begins, const struct combine_taps *taps, size_t first,
                                   const struct combine_runs *runs, const float *restrict dy,
                                   const uint8_t *restrict winner, float *restrict dx)
{
    const float nan = canonical_nan();
    ptrdiff_t offset[MOST_TAPS];
    uint8_t tap[MOST_TAPS];
    for (size_t k = 0; k < count; k++) {
        offset[k] = taps->offset[first + k];
        tap[k] = (uint8_t)taps->tap[first + k];
    }
    const ptrdiff_t length = (ptrdiff_t)runs->length;
    for (size_t run = 0; run < runs->count; run++) {
        const ptrdiff_t from = (ptrdiff_t)(run * runs->best_step);
        float *to = dx + run * runs->x_step;
        for (ptrdiff_t i = 0; i < length; i++) {
            float sum = begins ? 0 : to[i];
#define ADD(k)                                                                                                         \
    if ((k) < count) {                                                                                                 \
        const float with = sum + dy[from + offset[k] + i];                                                             \
        sum = winner[from + offset[k] + i] == tap[k] ? with : sum;                                                     \
    }
            ADD(0)
            ADD(1)
            ADD(2)
            ADD(3)
            ADD(4)
            ADD(5)
            ADD(6)
            ADD(7)
            ADD(8)
#undef ADD
            to[i] = sum == sum ? sum : nan;
        }
    }
}

/** As many taps as it has a loop for; returns how many. */
MULTIVERSION static size_t gather_first(const struct combine_taps *taps, const struct combine_runs *runs,
                                        const float *dy, const uint8_t *winner, float *dx)
{
#define GATHER(n)                                                                                                      \
    case n:                                                                                                            \
        gather_some(n, true, taps, 0, runs, dy, winner, dx);                                                           \
        return n;
    switch (taps->count < MOST_TAPS ? taps->count : MOST_TAPS) {
        GATHER(0)
        GATHER(1)
    case 3:
        GATHER(2)
    case 5:
        GATHER(4)
    case 7:
    case 8:
        GATHER(6)
    default:
        GATHER(9)
    }
#undef GATHER
}

MULTIVERSION static void gather_more(const struct combine_taps *taps, size_t first, const struct combine_runs *runs,
                                     const float *dy, const uint8_t *winner, float *dx)
{
    for (; first + 4 <= taps->count; first += 4) {
        gather_some(4, false, taps, first, runs, dy, winner, dx);
    }
    for (; first < taps->count; first++) {
        gather_some(1, false, taps, first, runs, dy, winner, dx);
    }
}

void combine_gather(const struct combine_taps *taps, const struct combine_runs *runs, const float *dy,
                    const uint8_t *winner, float *dx)
{
    gather_more(taps, gather_first(taps, runs, dy, winner, dx), runs, dy, winner, dx);
}

MULTIVERSION void combine_settle(const float *from, float *to, size_t n)
{
    const float nan = canonical_nan();
    for (size_t i = 0; i < n; i++) {
        const float value = from[i];
        to[i] = value != value ? nan : value;
    }
}

MULTIVERSION void combine_accumulate(const float *restrict from, float *restrict to, size_t n)
{
    const float nan = canonical_nan();
    for (size_t i = 0; i < n; i++) {
        const float value = to[i] + from[i];
        to[i] = value != value ? nan : value;
    }
}
