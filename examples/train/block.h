/* SPDX-License-Identifier: Apache-2.0 */
/* A convolution, its ReLU and its max pooling. The pooling, forward and backward, is clpool's. */
#ifndef TRAIN_BLOCK_H
#define TRAIN_BLOCK_H

#include "kernels.h"
#include "parameters.h"

struct block {
    cl_int in_channels;
    cl_int channels;
    cl_int side; /**< of the planes before pooling, in and out */
    parameter_tensor weights;
    parameter_tensor bias;
    clpool_plan *pool;
    cl_mem y;       /**< of the convolution and its ReLU */
    cl_mem dy;      /**< its gradient */
    cl_mem mask;    /**< which element of each window won */
    cl_mem pooled;  /**< what the next layer gets */
    cl_mem dpooled; /**< and its gradient, which that layer writes */
    size_t y_elements;
};

/** The pooling's problem says the channels and the side; `weights` is followed by its bias. */
struct block block_create(cl_context context, clpool_engine *engine, const clpool_problem *pooling, cl_int in_channels,
                          enum tensor weights);

void block_destroy(struct block *destroyed);

/** Enqueues y, mask and pooled from x. */
void block_forward(const struct block *block, const struct kernels *kernels, cl_mem x, cl_mem parameters);

/** Enqueues the gradients of the parameters, and of x unless `dx` is NULL, from dpooled. */
void block_backward(const struct block *block, const struct kernels *kernels, cl_mem x, cl_mem parameters,
                    cl_mem gradients, cl_mem dx);

/** A buffer of the device. */
cl_mem make_buffer(cl_context context, size_t bytes);

#endif
