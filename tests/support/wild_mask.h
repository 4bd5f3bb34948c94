/* SPDX-License-Identifier: Apache-2.0 */
/* Masks as they come from elsewhere: damaged, made for another problem, or made to do harm. */
#ifndef CLPOOL_TESTS_WILD_MASK_H
#define CLPOOL_TESTS_WILD_MASK_H

#include "support/tensors.h"

/** Overwrites all values of the mask, or some: by any bytes, the sentinel, a small number, which may be a tap or an
 * element of another window, and values around the ends of windows, planes, tensors and integers; or by one such
 * value. */
void wild_mask(struct tensors *tensors, const clpool_problem *problem, struct random *random);

#endif
