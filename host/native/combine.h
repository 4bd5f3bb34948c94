/* SPDX-License-Identifier: Apache-2.0 */
/* The inner loops of the fast maximum, over f32: each goes through a whole array, for the compiler to make vectors of.
 *
 * `best` holds values and `winner` the numbers of their taps. Sources come in scan order, and a later one replaces the
 * winner by the rule. */
#ifndef CLPOOL_NATIVE_COMBINE_H
#define CLPOOL_NATIVE_COMBINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** When a value replaces the best one. */
enum combine_rule {
    COMBINE_NUMBERS, /* there is no NaN: when it is greater */
    COMBINE_PROPAGATE,
    COMBINE_IGNORE
};

/** Taps of a window: tap[k] of element i lies at x[base + offset[k] + i]; x[base] may be no element. */
struct combine_taps {
    size_t count;
    ptrdiff_t *offset;
    int32_t *tap;
};

/** What a call goes through: `count` runs of `length` elements, that begin `x_step` and `best_step` elements apart.
 * Their winners are neighbours. */
struct combine_runs {
    size_t count;
    size_t length;
    size_t x_step;
    size_t best_step;
};

/** best and winner of `count` >= 1 taps. */
void combine_taps(enum combine_rule rule, const struct combine_taps *taps, const struct combine_runs *runs,
                  const float *x, size_t base, float *best, int32_t *winner);

/** Goes on with more taps. */
void combine_more_taps(enum combine_rule rule, const struct combine_taps *taps, const struct combine_runs *runs,
                       const float *x, size_t base, float *best, int32_t *winner);

/** The same where there is no NaN, for taps that are numbered in bytes. False, and best and
 * winner of no use, where there may be one: for certain if there is one, and else only where a window has infinities of
 * both signs or values whose sum overflows to them. */
bool combine_byte_taps(const struct combine_taps *taps, const struct combine_runs *runs, const float *x, size_t base,
                       float *best, uint8_t *winner);

enum { COMBINE_MOST_BYTE_PARTS = 5 };

/** Parts of windows without a NaN, in scan order, their taps numbered in bytes: part k of element i is that of element
 * offset[k] + i, its taps shift[k] later. Results go in runs of `length` elements, that begin best_step and
 * winner_step apart; the parts of one run follow those of the one before. */
struct combine_byte_parts {
    const float *best;
    const uint8_t *winner;
    size_t count; /* 1 to COMBINE_MOST_BYTE_PARTS */
    size_t offset[COMBINE_MOST_BYTE_PARTS];
    uint8_t shift[COMBINE_MOST_BYTE_PARTS];
    size_t runs;
    size_t length;
    size_t best_step;
    size_t winner_step;
};

/** best and winner of all parts. */
void combine_join_bytes(const struct combine_byte_parts *parts, float *best, uint8_t *winner);

/** Winners of parts of windows. */
struct combine_parts {
    const float *best;
    const int32_t *winner;
};

/** best and winner of two parts, the second of which begins `offset` elements further, and its taps `shift` later. The
 * result is neither of the parts. */
void combine_two(enum combine_rule rule, const struct combine_parts *parts, size_t offset, int32_t shift, float *best,
                 int32_t *winner, size_t n);

/** The same with a third part, after offsets[1] and shifts[1]. */
void combine_three(enum combine_rule rule, const struct combine_parts *parts, const size_t offset[2],
                   const int32_t shift[2], float *best, int32_t *winner, size_t n);

/** Lets a part, its taps `shift` later, replace what best and winner hold. */
void combine_more(enum combine_rule rule, const struct combine_parts *part, int32_t shift, float *best, int32_t *winner,
                  size_t n);

bool combine_has_nan(const float *x, size_t n);

/** Whether some element is -inf. */
bool combine_has_least(const float *x, size_t n);

void combine_fill(float *x, float value, size_t n);

/** How a row is padded and sorted by its columns' places within a stride: group g has `length` elements, `pitch` after
 * the group before it, and its i-th is column i * stride + g of the padded row. */
struct combine_sorting {
    size_t groups;
    size_t length;
    size_t pitch;
    size_t stride;
    size_t pad_lo;
    size_t columns; /* of the row that is padded */
};

/** Pads with -inf and sorts. */
void combine_sort(const struct combine_sorting *sorting, const float *row, float *to);

/** Adds dy[i] to the tap of element i that winner[i] names, where it is one of these; the tap lies in dx as it would in
 * x. The runs are those of combine_taps(), dy in place of best, and one after the other. No element of dx is -0. */
void combine_add_where(const struct combine_taps *taps, const struct combine_runs *runs, const int32_t *winner,
                       const float *dy, float *dx, size_t base);

/** dx[i] = the sum of dy[i + offset[k]] for those taps, of 256 at most, that winner[i + offset[k]] is, in the order of
 * the taps, of which there may be none; settled. The runs are those of combine_taps(), dx in place of x, and both dy
 * and winner in place of best. */
void combine_gather(const struct combine_taps *taps, const struct combine_runs *runs, const float *dy,
                    const uint8_t *winner, float *dx);

/** Tiles of 2 by 2 elements of dx, with windows of 2 by 2 or 3 by 3 taps and strides of 2. The last of four windows
 * begins with its tile; the others, which windows of 2 by 2 do not need, begin a stride before it along one axis or
 * both. Arrays of four go row by row. */
struct combine_tiles {
    size_t kernel; /* 2 or 3 */
    size_t count;  /* of tiles */
    size_t lanes;  /* neighbours, of which each output and each element of dx has so many */
    const float *dy[4];
    const uint8_t *winner[4];
    float *dx[4];   /* no two of them the same */
    size_t dy_step; /* from a tile to the next one */
    size_t winner_step;
    size_t dx_step;
};

/** Sums up each element of the tiles, settled. */
void combine_gather_tiles(const struct combine_tiles *tiles);

/** to[i] = from[i] as a sum is stored: NaN as the positive quiet NaN without payload. They may be the same array. */
void combine_settle(const float *from, float *to, size_t n);

/** to[i] += from[i], settled. */
void combine_accumulate(const float *from, float *to, size_t n);

#endif
