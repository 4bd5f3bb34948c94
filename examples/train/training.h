/* SPDX-License-Identifier: Apache-2.0 */
/* Epochs of mini-batches, and the test after each. */
#ifndef TRAIN_TRAINING_H
#define TRAIN_TRAINING_H

#include "loss_curve.h"
#include "network.h"

typedef struct score {
    double loss; /**< mean */
    size_t right;
    size_t count;
} score;

/** How the network does on a list of images. Waits. */
score evaluate(struct network *network, const image_list *list);

struct schedule {
    size_t epochs;
    float rate; /**< of the first step; it falls linearly to 0 */
    uint64_t seed;
};

/** Trains, shuffling the training images for each epoch (what does not fill a batch is left out of it), shows progress,
 * and adds to the curve. Returns the last score on the test images. */
score train(struct network *network, dataset *digits, struct schedule schedule, struct loss_curve *curve);

#endif
