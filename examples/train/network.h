/* SPDX-License-Identifier: Apache-2.0 */
/* The network on the device: two blocks of convolution, ReLU and max pooling, a dense layer, softmax. Its functions
 * enqueue, and only those that say so wait. */
#ifndef TRAIN_NETWORK_H
#define TRAIN_NETWORK_H

#include "block.h"

enum { BATCH = 64 };

struct network {
    cl_context context;
    cl_command_queue queue;
    struct kernels kernels;
    clpool_engine *engine;
    cl_mem parameters, gradients, velocities; /**< all tensors of parameters, one behind the other */
    cl_mem images, labels, order;             /**< of the dataset; the order has room for each image once */
    cl_mem x, batch_labels;                   /**< the batch */
    struct block block_1, block_2;
    cl_mem z, dz;          /**< what the dense layer makes, and its gradient */
    cl_mem loss, is_right; /**< of each image of the batch */
};

/** Uploads the dataset and the parameters. Waits. */
struct network network_create(cl_device_id device, const dataset *digits, const float *parameters);

void network_destroy(struct network *destroyed);

/** Sets the list from which network_forward() takes its batches. Waits. */
void network_set_order(struct network *network, const image_list *list);

/** Images `first` to first + BATCH - 1 of a list of `count` through all layers; past the end the last stands again. */
void network_forward(const struct network *network, size_t first, size_t count);

/** The gradients of the mean loss of the batch that went forward last. */
void network_backward(const struct network *network);

/** A step against the gradients. */
void network_descend(const struct network *network, float rate);

/** Copies BATCH values each of the batch that went forward last. `is_right` may be NULL. They are there after
 * network_wait(). */
void network_read_losses(const struct network *network, float *loss, cl_int *is_right);

/** Waits until all is done that was enqueued. */
void network_wait(const struct network *network);

/** Copies all of parameters or gradients to the host. Waits. */
void network_read(const struct network *network, cl_mem from, float *values);

/** Sets one parameter. Waits. */
void network_set_parameter(const struct network *network, size_t index, float value);

#endif
