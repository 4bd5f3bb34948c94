/* SPDX-License-Identifier: Apache-2.0 */
/* The inner loops over grids of lanes: an element of each of GRID_LANES planes lies side by side, and all planes take
 * the same steps, so that every step is a whole vector however narrow the planes are.
 *
 * There is a set of loops for f32 and one for f64. */
#ifndef CLPOOL_NATIVE_GRID_H
#define CLPOOL_NATIVE_GRID_H

#include "native/combine.h"

/** Planes that are side by side; a place of a grid has so many elements. */
enum { GRID_LANES = 16 };

/** The places that a call goes through. Steps count elements; `from` is what is read, `to` what is written. */
struct grid {
    size_t rows;
    size_t columns;
    size_t from_row;
    size_t from_column;
    size_t to_row;
    size_t to_column;
};

/** Winners of parts of windows: two or three, the second and the third `offset` elements further, with taps `shift`
 * later. */
struct grid_parts {
    const void *best;
    const int32_t *winner;
    unsigned count;
    size_t offset[2];
    int32_t shift[2];
};

/** A row of places, each of which is made of values of a grid: of those at all of the rows and some of the columns. */
struct grid_links {
    size_t rows;
    const size_t *row; /* their first elements */
    const int32_t *row_label;
    size_t places;
    const size_t *begin;  /* place i has columns number begin[i] to begin[i + 1] - 1 */
    const size_t *column; /* elements from a row's first */
    const int32_t *label; /* of a value: the sum of its row's and its column's */
};

struct grid_loops {
    size_t bytes; /* of a value */

    /** best and winner of `count` >= 1 taps: tap[k] of a place lies offset[k] elements after it. */
    void (*pool)(enum combine_rule rule, const struct combine_taps *taps, const struct grid *grid, const void *from,
                 void *best, int32_t *winner);

    /** best and winner of windows that parts cover together. Places of a row follow each other. The result is none of
     * the parts. */
    void (*join)(enum combine_rule rule, const struct grid_parts *parts, const struct grid *grid, void *best,
                 int32_t *winner);

    /** The sum of dy where the winner is the tap, in the order of the taps, of which there may be none; NaN as the
     * quiet NaN without payload. */
    void (*gather)(const struct combine_taps *taps, const struct grid *grid, const void *dy, const int32_t *winner,
                   void *dx);

    /** Of each place's values, in order: the average, summed up in pairs, 0 of none; the sum; the maximum, of at least
     * one, and its label; the sum of those whose label is their winner. */
    void (*average_links)(const struct grid_links *links, const void *from, const double *divisor, void *to);
    void (*add_links)(const struct grid_links *links, const void *from, void *to);
    void (*pool_links)(enum combine_rule rule, const struct grid_links *links, const void *from, void *best,
                       int32_t *winner);
    void (*gather_links)(const struct grid_links *links, const void *dy, const int32_t *winner, void *dx);

    /** Multiplies each place by 1 / its divisor. */
    void (*divide_places)(const double *divisor, size_t places, void *to);

    /** to[i] = from[i] + to[i]. */
    void (*add)(const void *from, void *to, size_t n);

    bool (*has_nan)(const void *x, size_t n);

    /** Whether some element is -inf. */
    bool (*has_least)(const void *x, size_t n);

    /** Sets elements to -inf. */
    void (*fill_least)(void *x, size_t n);

    /** Between planes and lanes: to[i * GRID_LANES + lane] = from[lane][i], and back. */
    void (*to_lanes)(const void *const from[GRID_LANES], void *to, size_t n);
    void (*from_lanes)(const void *from, void *const to[GRID_LANES], size_t n);
};

/** Memory that begins where a vector may; cleared, since lanes without a plane are computed with too. For free(). */
void *grid_allocate(size_t bytes);

extern const struct grid_loops grid_f32;
extern const struct grid_loops grid_f64;

#endif
