/* SPDX-License-Identifier: Apache-2.0 */
/* The loss over the training, and its picture. */
#ifndef TRAIN_LOSS_CURVE_H
#define TRAIN_LOSS_CURVE_H

#include <stddef.h>

struct loss_curve {
    size_t steps; /**< that were added, and so on */
    size_t epochs;
    double *training; /**< of each step's batch */
    double *test;     /**< after each epoch */
    size_t max_steps;
    size_t max_epochs;
};

/** Makes room; what is added beyond is left out. */
struct loss_curve loss_curve_create(size_t max_steps, size_t max_epochs);

void loss_curve_free(struct loss_curve *freed);

void loss_curve_add_step(struct loss_curve *curve, double loss);
void loss_curve_add_epoch(struct loss_curve *curve, double loss);

/** Writes an SVG with a logarithmic axis of losses. */
void loss_curve_write(const struct loss_curve *curve, const char *path);

#endif
