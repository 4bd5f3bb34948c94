/* SPDX-License-Identifier: Apache-2.0 */
/* Winners as the fast paths number them, in any form of mask: the number of a tap is a sum of steps along the axes, and
 * a value of the mask is it, or (in a form that holds indices) it and what depends on the window alone. */
#ifndef CLPOOL_NATIVE_LABELS_H
#define CLPOOL_NATIVE_LABELS_H

#include "problem/geometry.h"

struct labels {
    const struct geometry *geometry;
    int32_t tap[CLPOOL_MAX_RANK];     /* from a tap to the next one */
    int64_t element[CLPOOL_MAX_RANK]; /* from an element to the next one; 0 where the mask numbers taps */
    int64_t plane;                    /* from a plane to the next one; 0 where the mask does not count them */
};

/** False for forms of less than a byte a value, and where numbers of taps need more than 32 bits. */
bool labels_make(const struct geometry *geometry, struct labels *labels);

/** The number of tap `tap`. */
int32_t labels_of_tap(const struct labels *labels, size_t tap);

/** What the mask adds to it for an output; such sums wrap around. */
int64_t labels_origin(const struct labels *labels, size_t plane, const size_t place[CLPOOL_MAX_RANK]);

/** Stores the winners of `n` neighbours in the mask, from value `at` on; -1 stands for none. `origin` is that of the
 * first, and `step` further for each other one. */
void labels_store(const struct labels *labels, void *mask, size_t at, const int32_t *winner, size_t n, int64_t origin,
                  int64_t step);

/** Loads them; a value that is no number of a tap comes out as some number that is none, or as -1. */
void labels_load(const struct labels *labels, const void *mask, size_t at, int32_t *winner, size_t n, int64_t origin,
                 int64_t step);

#endif
