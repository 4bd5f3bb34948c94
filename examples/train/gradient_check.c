/* SPDX-License-Identifier: Apache-2.0 */
#include "gradient_check.h"
#include "failure.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Greater steps come over more bends of the ReLU and of maximum, smaller ones into the rounding of the loss. */
static const float difference_step = 1.0F / 256.0F;
static const double greatest_error = 0.02;
enum { MOST_CHECKED = 60 }; /* of a tensor */

static double loss_with(struct network *network, const image_list *list, size_t index, float value)
{
    float losses[BATCH];
    double sum = 0;
    network_set_parameter(network, index, value);
    network_forward(network, 0, list->count);
    network_read_losses(network, losses, NULL);
    network_wait(network);
    for (size_t i = 0; i < BATCH; i++) {
        sum += (double)losses[i];
    }
    return sum / (double)BATCH;
}

static double slope(struct network *network, const image_list *list, size_t index, float value)
{
    float above = value + difference_step;
    float below = value - difference_step;
    double rise = loss_with(network, list, index, above) - loss_with(network, list, index, below);
    network_set_parameter(network, index, value);
    return rise / ((double)above - (double)below);
}

/* The length of the difference of two vectors over the sum of their lengths: 0 if they are equal, 1 if opposite. */
static double relative_error(const double *slopes, const double *gradients, size_t count)
{
    double difference = 0;
    double slopes_length = 0;
    double gradients_length = 0;
    for (size_t i = 0; i < count; i++) {
        difference = hypot(difference, slopes[i] - gradients[i]);
        slopes_length = hypot(slopes_length, slopes[i]);
        gradients_length = hypot(gradients_length, gradients[i]);
    }
    return difference / (slopes_length + gradients_length);
}

static double check_tensor(struct network *network, const image_list *list, const parameter_tensor *tensor,
                           const float *parameters, const float *gradients)
{
    double slopes[MOST_CHECKED];
    double expected[MOST_CHECKED];
    size_t elements = (size_t)tensor->count;
    size_t checked = elements < MOST_CHECKED ? elements : MOST_CHECKED;
    for (size_t i = 0; i < checked; i++) {
        size_t index = (size_t)tensor->at + i * elements / checked;
        slopes[i] = slope(network, list, index, parameters[index]);
        expected[i] = (double)gradients[index];
    }
    return relative_error(slopes, expected, checked);
}

void check_gradients(struct network *network, const image_list *list)
{
    float *parameters = allocate(parameter_count(), sizeof(float));
    float *gradients = allocate(parameter_count(), sizeof(float));
    const parameter_tensor *wrong = NULL;
    double worst = 0;
    network_set_order(network, list);
    network_forward(network, 0, list->count);
    network_backward(network);
    network_read(network, network->parameters, parameters);
    network_read(network, network->gradients, gradients);
    for (int t = 0; t < TENSORS; t++) {
        double error = check_tensor(network, list, &parameter_tensors[t], parameters, gradients);
        printf("%-22s relative error %.5f\n", parameter_tensors[t].name, error);
        if (!(error <= greatest_error) && wrong == NULL) {
            wrong = &parameter_tensors[t];
            worst = error;
        }
    }
    free(parameters);
    free(gradients);
    if (wrong != NULL) {
        fail(EXIT_DIFFERENCE,
             "the gradient of %s has a relative error of %.5f against finite differences; at most %g "
             "may come of their rounding",
             wrong->name, worst, greatest_error);
    }
    printf("gradients: right, within %g of finite differences\n", greatest_error);
}
