/* SPDX-License-Identifier: Apache-2.0 */
/* Sums of many terms, added in pairs, then pairs of pairs, and so on: the error grows with the logarithm of their
 * number. */
#ifndef CLPOOL_NATIVE_PAIRWISE_H
#define CLPOOL_NATIVE_PAIRWISE_H

#include "base/dtype.h"

/** Zeroed, it is an empty sum. Wherever bit k of the count is set, partial[k] is the sum of 2^k terms. */
struct pairwise {
    uint32_t count;
    double partial[32];
};

/** Adds a term, as sums of the type are added. */
void pairwise_add(struct pairwise *sum, const struct dtype *dtype, double term);

/** The sum of all terms; 0 of none. */
double pairwise_total(const struct pairwise *sum, const struct dtype *dtype);

#endif
