/* SPDX-License-Identifier: Apache-2.0 */
/* The bound that average and Lp keep in forward, where other results have equal bits: see clpool_mode. */
#ifndef CLI_BOUND_H
#define CLI_BOUND_H

#include "array.h"
#include "clpool.h"
#include "difference.h"

/** Zeroed, it holds nothing. */
typedef struct bound {
    clpool_dtype dtype;
    size_t elements;
    double *value;   /**< of each output, computed in f64 */
    double *allowed; /**< how far from it the output may be */
} bound;

/** True where forward keeps a bound. */
bool bound_applies(const clpool_problem *problem);

/** Computes what the outputs for this x are, and how far from it they may be. */
exit_code bound_make(const clpool_problem *problem, const array *x, bound *made);

/** Finds the elements of `got` outside of the bound. What is no finite number must be what `native` has. `worst` is the
 * greatest error, in units of what is allowed; infinite where that means nothing. */
difference bound_find(const bound *in, const void *native, const void *got, double *worst);

void bound_free(bound *freed);

#endif
