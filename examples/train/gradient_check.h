/* SPDX-License-Identifier: Apache-2.0 */
/* Are the gradients those of the loss? */
#ifndef TRAIN_GRADIENT_CHECK_H
#define TRAIN_GRADIENT_CHECK_H

#include "network.h"

/** Compares the gradients of some parameters of each tensor with differences of the loss when the parameter is a little
 * greater and a little less, prints how far they are apart, and fails with EXIT_DIFFERENCE where that is too far. */
void check_gradients(struct network *network, const image_list *list);

#endif
