/* SPDX-License-Identifier: Apache-2.0 */
/* The body of a set of loops: included once for each type, with VALUE its name in C, VALUE_BITS the integer type of its
 * size, and VALUE_NAN the bits of the quiet NaN without payload. All is static: what includes this puts it
 * into a set.
 *
 * The loop over the lanes of a place is the one that becomes vectors; taps are written out, since compilers that leave
 * a loop over them make none. */
#include "native/grid.h"
#include "native/multiversion.h"
#include "native/replace.h"

#include <math.h>
#include <string.h>

/** The most taps that one loop takes. */
enum { MOST_TAPS = 9 };

MULTIVERSION_PART void take(enum combine_rule rule, VALUE value, int32_t tap, VALUE *best, int32_t *winner)
{
    CLPOOL_REPLACE(VALUE, rule, value, tap, *best, *winner);
}

/** `count` taps, a constant, from number `first` on. They go on with what best and winner hold, or begin. */
MULTIVERSION_PART void pool_some(enum combine_rule rule, size_t count, bool begins, const struct combine_taps *taps,
                                 size_t first, const struct grid *grid, const VALUE *from, VALUE *restrict best,
                                 int32_t *restrict winner)
{
    const VALUE *source[MOST_TAPS];
    int32_t tap[MOST_TAPS];
    for (size_t k = 0; k < count; k++) {
        source[k] = from + taps->offset[first + k];
        tap[k] = taps->tap[first + k];
    }
    for (size_t row = 0; row < grid->rows; row++) {
        size_t at = row * grid->from_row;
        size_t to = row * grid->to_row;
        for (size_t column = 0; column < grid->columns; column++) {
            for (size_t lane = 0; lane < GRID_LANES; lane++) {
                VALUE top = begins ? source[0][at + lane] : best[to + lane];
                int32_t number = begins ? tap[0] : winner[to + lane];
#define REPLACE_BY(k)                                                                                                  \
    if ((k) < count && !(begins && (k) == 0)) {                                                                        \
        take(rule, source[k][at + lane], tap[k], &top, &number);                                                       \
    }
                REPLACE_BY(0)
                REPLACE_BY(1)
                REPLACE_BY(2)
                REPLACE_BY(3)
                REPLACE_BY(4)
                REPLACE_BY(5)
                REPLACE_BY(6)
                REPLACE_BY(7)
                REPLACE_BY(8)
#undef REPLACE_BY
                best[to + lane] = top;
                winner[to + lane] = number;
            }
            at += grid->from_column;
            to += grid->to_column;
        }
    }
}

/** As many taps as it has a loop for; returns how many. */
MULTIVERSION static size_t begin_numbers(const struct combine_taps *taps, const struct grid *grid, const VALUE *from,
                                         VALUE *best, int32_t *winner)
{
#define BEGIN_WITH(n)                                                                                                  \
    case n:                                                                                                            \
        pool_some(COMBINE_NUMBERS, n, true, taps, 0, grid, from, best, winner);                                        \
        return n;
    switch (taps->count < MOST_TAPS ? taps->count : MOST_TAPS) {
        BEGIN_WITH(1)
        BEGIN_WITH(2)
        BEGIN_WITH(3)
        BEGIN_WITH(4)
        BEGIN_WITH(5)
    case 7:
    case 8:
        BEGIN_WITH(6)
    default:
        BEGIN_WITH(9)
    }
#undef BEGIN_WITH
}

MULTIVERSION static void go_on_numbers(const struct combine_taps *taps, size_t first, const struct grid *grid,
                                       const VALUE *from, VALUE *best, int32_t *winner)
{
    for (; first + 8 <= taps->count; first += 8) {
        pool_some(COMBINE_NUMBERS, 8, false, taps, first, grid, from, best, winner);
    }
    for (; first < taps->count; first++) {
        pool_some(COMBINE_NUMBERS, 1, false, taps, first, grid, from, best, winner);
    }
}

/** NaNs are rare: one tap at a time. */
MULTIVERSION static void go_on_with_nans(enum combine_rule rule, const struct combine_taps *taps, size_t first,
                                         const struct grid *grid, const VALUE *from, VALUE *best, int32_t *winner)
{
    for (; first < taps->count; first++) {
        if (rule == COMBINE_PROPAGATE) {
            pool_some(COMBINE_PROPAGATE, 1, false, taps, first, grid, from, best, winner);
        } else {
            pool_some(COMBINE_IGNORE, 1, false, taps, first, grid, from, best, winner);
        }
    }
}

static void pool(enum combine_rule rule, const struct combine_taps *taps, const struct grid *grid, const void *from,
                 void *best, int32_t *winner)
{
    if (rule == COMBINE_NUMBERS) {
        const size_t done = begin_numbers(taps, grid, from, best, winner);
        go_on_numbers(taps, done, grid, from, best, winner);
    } else {
        const struct combine_taps first = {1, taps->offset, taps->tap};
        const size_t done = begin_numbers(&first, grid, from, best, winner);
        go_on_with_nans(rule, taps, done, grid, from, best, winner);
    }
}

MULTIVERSION_PART void join_two(enum combine_rule rule, const struct grid_parts *parts, const struct grid *grid,
                                VALUE *restrict best, int32_t *restrict winner)
{
    const size_t offset = parts->offset[0];
    const int32_t shift = parts->shift[0];
    for (size_t row = 0; row < grid->rows; row++) {
        const VALUE *restrict from = (const VALUE *)parts->best + row * grid->from_row;
        const int32_t *restrict tap = parts->winner + row * grid->from_row;
        for (size_t i = 0; i < grid->columns * GRID_LANES; i++) {
            VALUE top = from[i];
            int32_t number = tap[i];
            take(rule, from[i + offset], tap[i + offset] + shift, &top, &number);
            best[row * grid->to_row + i] = top;
            winner[row * grid->to_row + i] = number;
        }
    }
}

MULTIVERSION_PART void join_three(enum combine_rule rule, const struct grid_parts *parts, const struct grid *grid,
                                  VALUE *restrict best, int32_t *restrict winner)
{
    const size_t second = parts->offset[0];
    const size_t third = parts->offset[1];
    const int32_t second_shift = parts->shift[0];
    const int32_t third_shift = parts->shift[1];
    for (size_t row = 0; row < grid->rows; row++) {
        const VALUE *restrict from = (const VALUE *)parts->best + row * grid->from_row;
        const int32_t *restrict tap = parts->winner + row * grid->from_row;
        for (size_t i = 0; i < grid->columns * GRID_LANES; i++) {
            VALUE top = from[i];
            int32_t number = tap[i];
            take(rule, from[i + second], tap[i + second] + second_shift, &top, &number);
            take(rule, from[i + third], tap[i + third] + third_shift, &top, &number);
            best[row * grid->to_row + i] = top;
            winner[row * grid->to_row + i] = number;
        }
    }
}

MULTIVERSION_PART void join_by(enum combine_rule rule, const struct grid_parts *parts, const struct grid *grid,
                               VALUE *best, int32_t *winner)
{
    if (parts->count == 2) {
        join_two(rule, parts, grid, best, winner);
    } else {
        join_three(rule, parts, grid, best, winner);
    }
}

MULTIVERSION static void join(enum combine_rule rule, const struct grid_parts *parts, const struct grid *grid,
                              void *best, int32_t *winner)
{
    switch (rule) {
    case COMBINE_NUMBERS:
        join_by(COMBINE_NUMBERS, parts, grid, best, winner);
        break;
    case COMBINE_PROPAGATE:
        join_by(COMBINE_PROPAGATE, parts, grid, best, winner);
        break;
    case COMBINE_IGNORE:
        join_by(COMBINE_IGNORE, parts, grid, best, winner);
        break;
    }
}

/** The quiet NaN without payload. */
static VALUE canonical_nan(void)
{
    const VALUE_BITS bits = VALUE_NAN;
    VALUE value;
    memcpy(&value, &bits, sizeof(value));
    return value;
}

/** `count` taps, a constant, from number `first` on. They add to what dx holds, or begin. */
MULTIVERSION_PART void gather_some(size_t count, bool begins, const struct combine_taps *taps, size_t first,
                                   const struct grid *grid, const VALUE *restrict dy, const int32_t *restrict winner,
                                   VALUE *restrict dx)
{
    const VALUE nan = canonical_nan();
    ptrdiff_t offset[MOST_TAPS];
    int32_t tap[MOST_TAPS];
    for (size_t k = 0; k < count; k++) {
        offset[k] = taps->offset[first + k];
        tap[k] = taps->tap[first + k];
    }
    for (size_t row = 0; row < grid->rows; row++) {
        ptrdiff_t at = (ptrdiff_t)(row * grid->from_row);
        size_t to = row * grid->to_row;
        for (size_t column = 0; column < grid->columns; column++) {
            for (ptrdiff_t lane = 0; lane < GRID_LANES; lane++) {
                VALUE sum = begins ? 0 : dx[to + (size_t)lane];
#define ADD(k)                                                                                                         \
    if ((k) < count) {                                                                                                 \
        const VALUE term = dy[at + offset[k] + lane];                                                                  \
        sum += winner[at + offset[k] + lane] == tap[k] ? term : 0;                                                     \
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
                dx[to + (size_t)lane] = sum == sum ? sum : nan;
            }
            at += (ptrdiff_t)grid->from_column;
            to += grid->to_column;
        }
    }
}

MULTIVERSION static size_t gather_first(const struct combine_taps *taps, const struct grid *grid, const VALUE *dy,
                                        const int32_t *winner, VALUE *dx)
{
#define GATHER(n)                                                                                                      \
    case n:                                                                                                            \
        gather_some(n, true, taps, 0, grid, dy, winner, dx);                                                           \
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

MULTIVERSION static void gather_more(const struct combine_taps *taps, size_t first, const struct grid *grid,
                                     const VALUE *dy, const int32_t *winner, VALUE *dx)
{
    for (; first + 8 <= taps->count; first += 8) {
        gather_some(8, false, taps, first, grid, dy, winner, dx);
    }
    for (; first < taps->count; first++) {
        gather_some(1, false, taps, first, grid, dy, winner, dx);
    }
}

static void gather(const struct combine_taps *taps, const struct grid *grid, const void *dy, const int32_t *winner,
                   void *dx)
{
    gather_more(taps, gather_first(taps, grid, dy, winner, dx), grid, dy, winner, dx);
}

MULTIVERSION static void add(const void *from, void *to, size_t n)
{
    const VALUE *restrict term = from;
    VALUE *restrict sum = to;
    for (size_t i = 0; i < n; i++) {
        sum[i] = term[i] + sum[i];
    }
}

MULTIVERSION static bool has_nan(const void *x, size_t n)
{
    const VALUE *value = x;
    int32_t any = 0;
    for (size_t i = 0; i < n; i++) {
        any |= value[i] != value[i];
    }
    return any != 0;
}

MULTIVERSION static bool has_least(const void *x, size_t n)
{
    const VALUE *value = x;
    int32_t any = 0;
    for (size_t i = 0; i < n; i++) {
        any |= value[i] == (VALUE)-INFINITY;
    }
    return any != 0;
}

static void fill_least(void *x, size_t n)
{
    VALUE *value = x;
    for (size_t i = 0; i < n; i++) {
        value[i] = (VALUE)-INFINITY;
    }
}
