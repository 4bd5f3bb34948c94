/* SPDX-License-Identifier: Apache-2.0 */
#include "training.h"
#include "failure.h"
#include "progress.h"
#include "random.h"

#include <stdlib.h>

static double mean(const float *losses, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += (double)losses[i];
    }
    return sum / (double)count;
}

score evaluate(struct network *network, const image_list *list)
{
    size_t batches = (list->count + BATCH - 1) / BATCH;
    float *losses = allocate(batches * BATCH, sizeof(float));
    cl_int *is_right = allocate(batches * BATCH, sizeof(cl_int));
    network_set_order(network, list);
    for (size_t first = 0; first < list->count; first += BATCH) {
        network_forward(network, first, list->count);
        network_read_losses(network, losses + first, is_right + first);
    }
    network_wait(network);
    score result = {mean(losses, list->count), 0, list->count};
    for (size_t i = 0; i < list->count; i++) {
        result.right += is_right[i] != 0;
    }
    free(losses);
    free(is_right);
    return result;
}

static void shuffle(image_list *list, uint64_t *random)
{
    for (size_t i = list->count; i > 1; i--) {
        size_t other = random_index(random, i);
        cl_int image = list->images[i - 1];
        list->images[i - 1] = list->images[other];
        list->images[other] = image;
    }
}

score train(struct network *network, dataset *digits, struct schedule schedule, struct loss_curve *curve)
{
    size_t batches = digits->training.count / BATCH;
    size_t steps = batches * schedule.epochs;
    float *losses = allocate(batches * BATCH, sizeof(float));
    uint64_t random = schedule.seed;
    score result = {0, 0, 0};
    for (size_t epoch = 0; epoch < schedule.epochs; epoch++) {
        shuffle(&digits->training, &random);
        network_set_order(network, &digits->training);
        for (size_t batch = 0; batch < batches; batch++) {
            size_t step = epoch * batches + batch;
            network_forward(network, batch * BATCH, digits->training.count);
            network_read_losses(network, losses + batch * BATCH, NULL);
            network_backward(network);
            network_descend(network, schedule.rate * (1.0F - (float)step / (float)steps));
        }
        network_wait(network);
        for (size_t batch = 0; batch < batches; batch++) {
            loss_curve_add_step(curve, mean(losses + batch * BATCH, BATCH));
        }
        result = evaluate(network, &digits->test);
        loss_curve_add_epoch(curve, result.loss);
        progress_show(epoch + 1, schedule.epochs, result.loss, (double)result.right / (double)result.count);
    }
    progress_end();
    free(losses);
    return result;
}
