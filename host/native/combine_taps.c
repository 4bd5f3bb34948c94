/* SPDX-License-Identifier: Apache-2.0 */
#include "native/combine.h"
#include "native/multiversion.h"
#include "native/replace.h"

/** The most taps that one loop takes. */
enum { MOST_TAPS = 9 };

MULTIVERSION_PART void replace(enum combine_rule rule, float value, int32_t tap, float *best, int32_t *winner)
{
    CLPOOL_REPLACE(float, rule, value, tap, *best, *winner);
}

/** Element i of each of `count` sources, a constant, in turn. Written out, since compilers that leave a loop here make
 * no vectors of the one around it. */
MULTIVERSION_PART void replace_by_each(enum combine_rule rule, size_t count, const float *const *source,
                                       const int32_t *tap, size_t i, float *best, int32_t *winner)
{
#define REPLACE_BY(k)                                                                                                  \
    if ((k) < count) {                                                                                                 \
        replace(rule, source[k][i], tap[k], best, winner);                                                             \
    }
    REPLACE_BY(0)
    REPLACE_BY(1)
    REPLACE_BY(2)
    REPLACE_BY(3)
    REPLACE_BY(4)
    REPLACE_BY(5)
    REPLACE_BY(6)
    REPLACE_BY(7)
#undef REPLACE_BY
}

/** The first `count` taps, a constant. */
MULTIVERSION_PART void begin(enum combine_rule rule, size_t count, const struct combine_taps *taps,
                             const struct combine_runs *runs, const float *x, size_t base, float *restrict best,
                             int32_t *restrict winner)
{
    const size_t n = runs->length;
    const float *source[MOST_TAPS];
    int32_t tap[MOST_TAPS];
    for (size_t k = 0; k < count; k++) {
        source[k] = x + ((ptrdiff_t)base + taps->offset[k]);
        tap[k] = taps->tap[k];
    }
    for (size_t run = 0; run < runs->count; run++) {
        for (size_t i = 0; i < n; i++) {
            float value = source[0][i];
            int32_t number = tap[0];
            replace_by_each(rule, count - 1, source + 1, tap + 1, i, &value, &number);
            best[i] = value;
            winner[i] = number;
        }
        for (size_t k = 0; k < count; k++) {
            source[k] += runs->x_step;
        }
        best += runs->best_step;
        winner += n;
    }
}

/** `count` taps, a constant, from number `from` on. */
MULTIVERSION_PART void go_on(enum combine_rule rule, size_t count, const struct combine_taps *taps, size_t from,
                             const struct combine_runs *runs, const float *x, size_t base, float *restrict best,
                             int32_t *restrict winner)
{
    const size_t n = runs->length;
    const float *source[MOST_TAPS];
    int32_t tap[MOST_TAPS];
    for (size_t k = 0; k < count; k++) {
        source[k] = x + ((ptrdiff_t)base + taps->offset[from + k]);
        tap[k] = taps->tap[from + k];
    }
    for (size_t run = 0; run < runs->count; run++) {
        for (size_t i = 0; i < n; i++) {
            float value = best[i];
            int32_t number = winner[i];
            replace_by_each(rule, count, source, tap, i, &value, &number);
            best[i] = value;
            winner[i] = number;
        }
        for (size_t k = 0; k < count; k++) {
            source[k] += runs->x_step;
        }
        best += runs->best_step;
        winner += n;
    }
}

/** As many taps as it has a loop for; returns how many. */
MULTIVERSION static size_t begin_numbers(const struct combine_taps *taps, const struct combine_runs *runs,
                                         const float *x, size_t base, float *best, int32_t *winner)
{
    switch (taps->count) {
    case 1:
        begin(COMBINE_NUMBERS, 1, taps, runs, x, base, best, winner);
        return 1;
    case 2:
        begin(COMBINE_NUMBERS, 2, taps, runs, x, base, best, winner);
        return 2;
    case 3:
        begin(COMBINE_NUMBERS, 3, taps, runs, x, base, best, winner);
        return 3;
    case 4:
    case 5:
        begin(COMBINE_NUMBERS, 4, taps, runs, x, base, best, winner);
        return 4;
    case 6:
    case 7:
    case 8:
        begin(COMBINE_NUMBERS, 6, taps, runs, x, base, best, winner);
        return 6;
    default:
        begin(COMBINE_NUMBERS, 9, taps, runs, x, base, best, winner);
        return 9;
    }
}

MULTIVERSION static void go_on_numbers(const struct combine_taps *taps, size_t from, const struct combine_runs *runs,
                                       const float *x, size_t base, float *best, int32_t *winner)
{
    for (; from + 8 <= taps->count; from += 8) {
        go_on(COMBINE_NUMBERS, 8, taps, from, runs, x, base, best, winner);
    }
    if (from + 4 <= taps->count) {
        go_on(COMBINE_NUMBERS, 4, taps, from, runs, x, base, best, winner);
        from += 4;
    }
    for (; from < taps->count; from++) {
        go_on(COMBINE_NUMBERS, 1, taps, from, runs, x, base, best, winner);
    }
}

/** Those where NaNs may be among the values are rare, and take one tap at a time. */
MULTIVERSION static void go_on_with_nans(enum combine_rule rule, const struct combine_taps *taps, size_t from,
                                         const struct combine_runs *runs, const float *x, size_t base, float *best,
                                         int32_t *winner)
{
    for (; from < taps->count; from++) {
        if (rule == COMBINE_PROPAGATE) {
            go_on(COMBINE_PROPAGATE, 1, taps, from, runs, x, base, best, winner);
        } else {
            go_on(COMBINE_IGNORE, 1, taps, from, runs, x, base, best, winner);
        }
    }
}

static void go_on_from(enum combine_rule rule, const struct combine_taps *taps, size_t from,
                       const struct combine_runs *runs, const float *x, size_t base, float *best, int32_t *winner)
{
    if (rule == COMBINE_NUMBERS) {
        go_on_numbers(taps, from, runs, x, base, best, winner);
    } else {
        go_on_with_nans(rule, taps, from, runs, x, base, best, winner);
    }
}

void combine_taps(enum combine_rule rule, const struct combine_taps *taps, const struct combine_runs *runs,
                  const float *x, size_t base, float *best, int32_t *winner)
{
    const struct combine_taps first = {1, taps->offset, taps->tap};
    const size_t done = begin_numbers(rule == COMBINE_NUMBERS ? taps : &first, runs, x, base, best, winner);
    if (done < taps->count) {
        go_on_from(rule, taps, done, runs, x, base, best, winner);
    }
}

void combine_more_taps(enum combine_rule rule, const struct combine_taps *taps, const struct combine_runs *runs,
                       const float *x, size_t base, float *best, int32_t *winner)
{
    go_on_from(rule, taps, 0, runs, x, base, best, winner);
}
