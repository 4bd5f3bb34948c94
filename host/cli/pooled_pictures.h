/* SPDX-License-Identifier: Apache-2.0 */
/* A case drawn: its input, what pooling makes of it, which samples won, and where the gradients go. */
#ifndef CLI_POOLED_PICTURES_H
#define CLI_POOLED_PICTURES_H

#include "compare_cases.h"
#include "picture.h"

/** Zeroed, it holds nothing. A picture that the case does not have holds nothing, too. */
typedef struct pooled_pictures {
    picture x; /**< of the first image, the middle where that is large; gray or RGB */
    picture y;
    picture winners;   /**< of maximum */
    double share_won;  /**< of the samples */
    picture gradients; /**< of float types: dx summed over the channels, where every dy is 1; 0 is black */
    double most;       /**< the gradient that is the brightest */
} pooled_pictures;

/** Draws a case by native's results. One that has no input of its own or not two spatial axes is a success that draws
 * nothing. */
exit_code pooled_pictures_make(const compare_case *of, pooled_pictures *made);

void pooled_pictures_free(pooled_pictures *freed);

#endif
