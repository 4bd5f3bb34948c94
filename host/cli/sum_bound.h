/* SPDX-License-Identifier: Apache-2.0 */
/* How far the sums of average and Lp may lie from those of another implementation or strategy. */
#ifndef CLI_SUM_BOUND_H
#define CLI_SUM_BOUND_H

#include "array.h"
#include "clpool.h"

/** The rule, for messages. */
#define GOLDEN_BOUND_TEXT "4 epsilons of its largest term and 1e-5 of itself"

/** Values of a case in f32 of average or Lp, as the other implementation has them. */
typedef struct golden_values {
    const array *x, *y, *dy, *dx;
} golden_values;

/** Makes, for each element of y and of dx, the distance that is still equal.
 *
 * Two implementations that add in another order, or divide or take a root another way, differ by roundings, and by more
 * of those than the result's own where terms cancel. So the distance is 4 epsilons (2^-23) of the element's largest
 * term, or 1e-5 of the element, whichever is larger. For y the largest term is the greatest magnitude in the window;
 * for dx it is taken to be the sum of the terms' magnitudes, of which there are few. Both come from the reference; one
 * that is wrong cannot hide much, since an element would have to be wrong by less than 4 epsilons of it. */
exit_code golden_bounds(const clpool_problem *problem, const golden_values *of, array *y_bound, array *dx_bound);

/** Makes, for each element of y in f32 of average or Lp, the distance that two strategies or devices may have: each may
 * be off by what clpool_mode says, so twice that. */
exit_code strategy_bounds(const clpool_problem *problem, const array *x, array *y_bound);

#endif
