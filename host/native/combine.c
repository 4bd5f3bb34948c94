/* SPDX-License-Identifier: Apache-2.0 */
#include "native/combine.h"

#include "native/multiversion.h"

#include <math.h>
#include <string.h>

/** The most taps that one loop takes. */
enum { MOST_TAPS = 9 };

MULTIVERSION_PART bool replaces(enum combine_rule rule, float value, float best)
{
    switch (rule) {
    case COMBINE_PROPAGATE:
        return (value > best) | (value != value);
    case COMBINE_IGNORE:
        return (value > best) | ((best != best) & (value == value));
    default:
        return value > best;
    }
}

MULTIVERSION_PART void replace(enum combine_rule rule, float value, int32_t tap, float *best, int32_t *winner)
{
    const bool is_better = replaces(rule, value, *best);
    *best = is_better ? value : *best;
    *winner = is_better ? tap : *winner;
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

MULTIVERSION_PART void two(enum combine_rule rule, const struct combine_parts *parts, size_t offset, int32_t shift,
                           float *restrict best, int32_t *restrict winner, size_t n)
{
    const float *restrict value = parts->best;
    const int32_t *restrict tap = parts->winner;
    for (size_t i = 0; i < n; i++) {
        float top = value[i];
        int32_t number = tap[i];
        replace(rule, value[i + offset], tap[i + offset] + shift, &top, &number);
        best[i] = top;
        winner[i] = number;
    }
}

MULTIVERSION void combine_two(enum combine_rule rule, const struct combine_parts *parts, size_t offset, int32_t shift,
                              float *best, int32_t *winner, size_t n)
{
    switch (rule) {
    case COMBINE_NUMBERS:
        two(COMBINE_NUMBERS, parts, offset, shift, best, winner, n);
        break;
    case COMBINE_PROPAGATE:
        two(COMBINE_PROPAGATE, parts, offset, shift, best, winner, n);
        break;
    case COMBINE_IGNORE:
        two(COMBINE_IGNORE, parts, offset, shift, best, winner, n);
        break;
    }
}

MULTIVERSION_PART void three(enum combine_rule rule, const struct combine_parts *parts, const size_t offset[2],
                             const int32_t shift[2], float *restrict best, int32_t *restrict winner, size_t n)
{
    const float *restrict value = parts->best;
    const int32_t *restrict tap = parts->winner;
    const size_t second = offset[0];
    const size_t third = offset[1];
    const int32_t second_shift = shift[0];
    const int32_t third_shift = shift[1];
    for (size_t i = 0; i < n; i++) {
        float top = value[i];
        int32_t number = tap[i];
        replace(rule, value[i + second], tap[i + second] + second_shift, &top, &number);
        replace(rule, value[i + third], tap[i + third] + third_shift, &top, &number);
        best[i] = top;
        winner[i] = number;
    }
}

MULTIVERSION void combine_three(enum combine_rule rule, const struct combine_parts *parts, const size_t offset[2],
                                const int32_t shift[2], float *best, int32_t *winner, size_t n)
{
    switch (rule) {
    case COMBINE_NUMBERS:
        three(COMBINE_NUMBERS, parts, offset, shift, best, winner, n);
        break;
    case COMBINE_PROPAGATE:
        three(COMBINE_PROPAGATE, parts, offset, shift, best, winner, n);
        break;
    case COMBINE_IGNORE:
        three(COMBINE_IGNORE, parts, offset, shift, best, winner, n);
        break;
    }
}

MULTIVERSION_PART void more(enum combine_rule rule, const struct combine_parts *part, int32_t shift,
                            float *restrict best, int32_t *restrict winner, size_t n)
{
    const float *restrict value = part->best;
    const int32_t *restrict tap = part->winner;
    for (size_t i = 0; i < n; i++) {
        replace(rule, value[i], tap[i] + shift, &best[i], &winner[i]);
    }
}

MULTIVERSION void combine_more(enum combine_rule rule, const struct combine_parts *part, int32_t shift, float *best,
                               int32_t *winner, size_t n)
{
    switch (rule) {
    case COMBINE_NUMBERS:
        more(COMBINE_NUMBERS, part, shift, best, winner, n);
        break;
    case COMBINE_PROPAGATE:
        more(COMBINE_PROPAGATE, part, shift, best, winner, n);
        break;
    case COMBINE_IGNORE:
        more(COMBINE_IGNORE, part, shift, best, winner, n);
        break;
    }
}

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

MULTIVERSION_PART void sort_group(const struct combine_sorting *sorting, size_t group, size_t stride,
                                  const float *restrict row, float *restrict to)
{
    const size_t pad = sorting->pad_lo;
    const size_t limit = sorting->columns + pad;
    const size_t inside = group >= limit ? 0 : (limit - group - 1) / stride + 1;
    const size_t end = inside < sorting->length ? inside : sorting->length;
    const size_t padded = group >= pad ? 0 : (pad - group - 1) / stride + 1;
    const size_t begin = padded < end ? padded : end;
    for (size_t i = 0; i < begin; i++) {
        to[i] = -INFINITY;
    }
    for (size_t i = begin; i < end; i++) {
        to[i] = row[i * stride + group - pad];
    }
    for (size_t i = end; i < sorting->length; i++) {
        to[i] = -INFINITY;
    }
}

/** -inf before and after `count` elements from `begin` on. */
MULTIVERSION_PART void pad_around(float *to, size_t begin, size_t count, size_t length)
{
    for (size_t i = 0; i < begin; i++) {
        to[i] = -INFINITY;
    }
    for (size_t i = begin + count; i < length; i++) {
        to[i] = -INFINITY;
    }
}

MULTIVERSION_PART size_t least_of(size_t a, size_t b)
{
    return a < b ? a : b;
}

/** Both groups of a stride of 2 in one loop. */
MULTIVERSION_PART void sort_pairs(const struct combine_sorting *sorting, const float *restrict row, float *restrict to)
{
    const size_t length = sorting->length;
    const size_t group = sorting->pad_lo % 2; /* of the row's first element */
    const size_t even_begin = least_of(sorting->pad_lo / 2, length);
    const size_t odd_begin = least_of(sorting->pad_lo / 2 + group, length);
    const size_t evens = least_of((sorting->columns + 1) / 2, length - even_begin);
    const size_t odds = least_of(sorting->columns / 2, length - odd_begin);
    const size_t pairs = least_of(evens, odds);
    float *restrict even = to + group * sorting->pitch + even_begin;
    float *restrict odd = to + (1 - group) * sorting->pitch + odd_begin;
    pad_around(to + group * sorting->pitch, even_begin, evens, length);
    pad_around(to + (1 - group) * sorting->pitch, odd_begin, odds, length);
    for (size_t i = 0; i < pairs; i++) {
        const float first = row[2 * i];
        const float second = row[2 * i + 1];
        even[i] = first;
        odd[i] = second;
    }
    for (size_t i = pairs; i < evens; i++) {
        even[i] = row[2 * i];
    }
    for (size_t i = pairs; i < odds; i++) {
        odd[i] = row[2 * i + 1];
    }
}

MULTIVERSION void combine_sort(const struct combine_sorting *sorting, const float *row, float *to)
{
    if (sorting->stride == 2 && sorting->groups == 2) {
        sort_pairs(sorting, row, to);
        return;
    }
    for (size_t group = 0; group < sorting->groups; group++) {
        if (sorting->stride == 1) {
            sort_group(sorting, group, 1, row, to + group * sorting->pitch);
        } else {
            sort_group(sorting, group, sorting->stride, row, to + group * sorting->pitch);
        }
    }
}

MULTIVERSION void combine_narrow_8(const int32_t *restrict winner, uint8_t *restrict mask, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        mask[i] = (uint8_t)winner[i];
    }
}

MULTIVERSION void combine_narrow_16(const int32_t *restrict winner, uint16_t *restrict mask, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        mask[i] = (uint16_t)winner[i];
    }
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

/** The quiet NaN without payload. */
static float canonical_nan(void)
{
    const uint32_t bits = 0x7fc00000u;
    float value = 0;
    memcpy(&value, &bits, sizeof(value));
    return value;
}

/** The terms of each of `count` sources, a constant, in turn. */
MULTIVERSION_PART float sum_each(size_t count, const ptrdiff_t *offset, const int32_t *tap, const float *dy,
                                 const int32_t *winner, float sum)
{
#define ADD(k)                                                                                                         \
    if ((k) < count) {                                                                                                 \
        const float term = dy[offset[k]];                                                                              \
        sum += winner[offset[k]] == tap[k] ? term : 0.0f;                                                              \
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
    return sum;
}

/** Adds `count` terms, a constant, from number `from` on; they are the first ones if that is 0. */
MULTIVERSION_PART void gather(size_t count, bool is_first, const struct combine_taps *taps, size_t from,
                              const struct combine_runs *runs, const float *restrict dy, const int32_t *restrict winner,
                              float *restrict dx)
{
    const float nan = canonical_nan();
    const size_t n = runs->length;
    ptrdiff_t offset[MOST_TAPS];
    int32_t tap[MOST_TAPS];
    for (size_t k = 0; k < count; k++) {
        offset[k] = taps->offset[from + k];
        tap[k] = taps->tap[from + k];
    }
    for (size_t run = 0; run < runs->count; run++) {
        for (size_t i = 0; i < n; i++) {
            const float sum = sum_each(count, offset, tap, dy + i, winner + i, is_first ? 0.0f : dx[i]);
            dx[i] = sum != sum ? nan : sum;
        }
        dy += runs->x_step;
        winner += runs->x_step;
        dx += runs->best_step;
    }
}

MULTIVERSION static size_t gather_first(const struct combine_taps *taps, const struct combine_runs *runs,
                                        const float *dy, const int32_t *winner, float *dx)
{
    switch (taps->count) {
    case 0:
        gather(0, true, taps, 0, runs, dy, winner, dx);
        return 0;
    case 1:
        gather(1, true, taps, 0, runs, dy, winner, dx);
        return 1;
    case 2:
    case 3:
        gather(2, true, taps, 0, runs, dy, winner, dx);
        return 2;
    case 4:
    case 5:
        gather(4, true, taps, 0, runs, dy, winner, dx);
        return 4;
    case 6:
    case 7:
    case 8:
        gather(6, true, taps, 0, runs, dy, winner, dx);
        return 6;
    default:
        gather(9, true, taps, 0, runs, dy, winner, dx);
        return 9;
    }
}

MULTIVERSION static void gather_more(const struct combine_taps *taps, size_t from, const struct combine_runs *runs,
                                     const float *dy, const int32_t *winner, float *dx)
{
    for (; from < taps->count; from++) {
        gather(1, false, taps, from, runs, dy, winner, dx);
    }
}

void combine_gather(const struct combine_taps *taps, const struct combine_runs *runs, const float *dy,
                    const int32_t *winner, size_t base, float *dx)
{
    const size_t done = gather_first(taps, runs, dy + base, winner + base, dx);
    if (done < taps->count) {
        gather_more(taps, done, runs, dy + base, winner + base, dx);
    }
}

void combine_to_lane(const float *restrict from, float *restrict to, size_t lanes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        to[i * lanes] = from[i];
    }
}

void combine_from_lane(const float *restrict from, float *restrict to, size_t lanes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        to[i] = from[i * lanes];
    }
}

void combine_winners_from_lane(const int32_t *restrict from, int32_t *restrict to, size_t lanes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        to[i] = from[i * lanes];
    }
}

MULTIVERSION void combine_widen_8(const uint8_t *restrict mask, int32_t *restrict winner, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        winner[i] = mask[i];
    }
}

MULTIVERSION void combine_widen_16(const uint16_t *restrict mask, int32_t *restrict winner, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        winner[i] = mask[i];
    }
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
