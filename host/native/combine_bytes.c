/* SPDX-License-Identifier: Apache-2.0 */
/* Winners in bytes take a quarter of the vectors, and need no narrowing later. */
#include "native/combine.h"
#include "native/multiversion.h"

/** The most taps that one loop takes, and those that it takes then. */
enum { MOST_TAPS = 9, MORE_TAPS = 8 };

MULTIVERSION_PART void take(float value, uint8_t tap, float *best, uint8_t *winner)
{
    const bool is_better = value > *best;
    *best = is_better ? value : *best;
    *winner = is_better ? tap : *winner;
}

/** `count`, a constant, taps from number `first` on; they go on with what best and winner hold, or begin. Written out,
 * since compilers that leave a loop over them make no vectors. The sum of values is NaN if one of them is. */
MULTIVERSION_PART bool pool(size_t count, bool begins, const struct combine_taps *taps, size_t first,
                            const struct combine_runs *runs, const float *restrict x, size_t base, float *restrict best,
                            uint8_t *restrict winner)
{
    const size_t n = runs->length;
    ptrdiff_t at[MOST_TAPS];
    uint8_t tap[MOST_TAPS];
    int32_t any_nan = 0;
    for (size_t k = 0; k < count; k++) {
        at[k] = (ptrdiff_t)base + taps->offset[first + k];
        tap[k] = (uint8_t)taps->tap[first + k];
    }
    for (size_t run = 0; run < runs->count; run++) {
        for (ptrdiff_t i = 0; i < (ptrdiff_t)n; i++) {
            const float value_0 = x[at[0] + i];
            float top = begins ? value_0 : best[i];
            float sum = value_0;
            uint8_t number = begins ? tap[0] : winner[i];
            if (!begins) {
                take(value_0, tap[0], &top, &number);
            }
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

#define POOL(count)                                                                                                    \
    case count:                                                                                                        \
        return pool(count, true, taps, 0, runs, x, base, best, winner);

/** The first `count` taps: as many as it has a loop for. */
MULTIVERSION static bool begin(size_t count, const struct combine_taps *taps, const struct combine_runs *runs,
                               const float *x, size_t base, float *best, uint8_t *winner)
{
    switch (count) {
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
}
#undef POOL

/** Taps from number `first` on. */
MULTIVERSION static bool go_on(const struct combine_taps *taps, size_t first, const struct combine_runs *runs,
                               const float *x, size_t base, float *best, uint8_t *winner)
{
    bool is_done = true;
    for (; is_done && first + MORE_TAPS <= taps->count; first += MORE_TAPS) {
        is_done = pool(MORE_TAPS, false, taps, first, runs, x, base, best, winner);
    }
    for (; is_done && first + 2 <= taps->count; first += 2) {
        is_done = pool(2, false, taps, first, runs, x, base, best, winner);
    }
    return is_done && (first == taps->count || pool(1, false, taps, first, runs, x, base, best, winner));
}

bool combine_byte_taps(const struct combine_taps *taps, const struct combine_runs *runs, const float *x, size_t base,
                       float *best, uint8_t *winner)
{
    const size_t most = taps->count < MOST_TAPS ? taps->count : MOST_TAPS;
    const size_t done = most == 5 || most == 7 ? most - 1 : most;
    return begin(done, taps, runs, x, base, best, winner) && go_on(taps, done, runs, x, base, best, winner);
}

/** `count`, a constant, parts. */
MULTIVERSION_PART void join(size_t count, const struct combine_byte_parts *parts, const float *restrict from,
                            const uint8_t *restrict tap, float *restrict best, uint8_t *restrict winner)
{
    const size_t n = parts->length;
    size_t at[COMBINE_MOST_BYTE_PARTS];
    uint8_t shift[COMBINE_MOST_BYTE_PARTS];
    for (size_t k = 0; k < count; k++) {
        at[k] = parts->offset[k];
        shift[k] = parts->shift[k];
    }
    for (size_t run = 0; run < parts->runs; run++) {
        for (size_t i = 0; i < n; i++) {
            float top = from[at[0] + i];
            uint8_t number = (uint8_t)(tap[at[0] + i] + shift[0]);
#define TAKE(k)                                                                                                        \
    if ((k) < count) {                                                                                                 \
        take(from[at[k] + i], (uint8_t)(tap[at[k] + i] + shift[k]), &top, &number);                                    \
    }
            TAKE(1)
            TAKE(2)
            TAKE(3)
            TAKE(4)
#undef TAKE
            best[i] = top;
            winner[i] = number;
        }
        from += n;
        tap += n;
        best += parts->best_step;
        winner += parts->winner_step;
    }
}

MULTIVERSION void combine_join_bytes(const struct combine_byte_parts *parts, float *best, uint8_t *winner)
{
#define JOIN(count)                                                                                                    \
    case count:                                                                                                        \
        join(count, parts, parts->best, parts->winner, best, winner);                                                  \
        break;
    switch (parts->count) {
        JOIN(1)
        JOIN(2)
        JOIN(3)
        JOIN(4)
        JOIN(5)
    default:
        break;
    }
#undef JOIN
}
