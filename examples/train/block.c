/* SPDX-License-Identifier: Apache-2.0 */
#include "block.h"
#include "failure.h"

cl_mem make_buffer(cl_context context, size_t bytes)
{
    cl_int code = CL_SUCCESS;
    cl_mem buffer = clCreateBuffer(context, CL_MEM_READ_WRITE, bytes, NULL, &code);
    check_cl(code, "clCreateBuffer");
    return buffer;
}

static cl_mem make_tensor(cl_context context, const clpool_problem *pooling, clpool_tensor tensor)
{
    size_t bytes = 0;
    check_clpool(clpool_tensor_bytes(pooling, tensor, &bytes));
    return make_buffer(context, bytes);
}

struct block block_create(cl_context context, clpool_engine *engine, const clpool_problem *pooling, cl_int in_channels,
                          enum tensor weights)
{
    struct block created = {.in_channels = in_channels,
                            .channels = (cl_int)pooling->channels,
                            .side = (cl_int)pooling->in[0],
                            .weights = parameter_tensors[weights],
                            .bias = parameter_tensors[weights + 1]};
    const clpool_plan_options options = {.struct_size = sizeof(options),
                                         .operations = 1U << CLPOOL_FORWARD | 1U << CLPOOL_BACKWARD};
    check_clpool(clpool_plan_create(engine, pooling, &options, &created.pool));
    check_clpool(clpool_tensor_elements(pooling, CLPOOL_X, &created.y_elements));
    created.y = make_tensor(context, pooling, CLPOOL_X);
    created.dy = make_tensor(context, pooling, CLPOOL_X);
    created.mask = make_tensor(context, pooling, CLPOOL_MASK);
    created.pooled = make_tensor(context, pooling, CLPOOL_Y);
    created.dpooled = make_tensor(context, pooling, CLPOOL_Y);
    return created;
}

void block_destroy(struct block *destroyed)
{
    clpool_plan_destroy(destroyed->pool);
    clReleaseMemObject(destroyed->y);
    clReleaseMemObject(destroyed->dy);
    clReleaseMemObject(destroyed->mask);
    clReleaseMemObject(destroyed->pooled);
    clReleaseMemObject(destroyed->dpooled);
}

static size_t batch_of(const struct block *block)
{
    return clpool_plan_problem(block->pool)->batch;
}

void block_forward(const struct block *block, const struct kernels *kernels, cl_mem x, cl_mem parameters)
{
    size_t pixels = (size_t)block->side * (size_t)block->side;
    RUN(kernels, convolve, items(pixels, (size_t)block->channels, batch_of(block)), ARGUMENT(x), ARGUMENT(parameters),
        ARGUMENT(block->weights.at), ARGUMENT(block->bias.at), ARGUMENT(block->in_channels), ARGUMENT(block->side),
        ARGUMENT(block->side), ARGUMENT(block->y));
    RUN(kernels, rectify, items(block->y_elements, 1, 1), ARGUMENT(block->y));
    check_clpool(clpool_enqueue_forward(block->pool, clpool_at(block->y, 0), clpool_at(block->pooled, 0),
                                        clpool_at(block->mask, 0), kernels->queue, 0, NULL, NULL));
}

void block_backward(const struct block *block, const struct kernels *kernels, cl_mem x, cl_mem parameters,
                    cl_mem gradients, cl_mem dx)
{
    cl_int pixels = block->side * block->side;
    cl_int batch = (cl_int)batch_of(block);
    size_t in_channels = (size_t)block->in_channels;
    size_t channels = (size_t)block->channels;
    check_clpool(clpool_enqueue_backward(block->pool, clpool_at(block->dpooled, 0), clpool_at(block->mask, 0),
                                         clpool_at(block->dy, 0), 0, kernels->queue, 0, NULL, NULL));
    RUN(kernels, rectify_backward, items(block->y_elements, 1, 1), ARGUMENT(block->y), ARGUMENT(block->dy));
    RUN(kernels, convolve_backward_weights, items(9, in_channels, channels), ARGUMENT(x), ARGUMENT(block->dy),
        ARGUMENT(batch), ARGUMENT(block->side), ARGUMENT(block->side), ARGUMENT(gradients),
        ARGUMENT(block->weights.at));
    RUN(kernels, backward_bias, items(channels, 1, 1), ARGUMENT(block->dy), ARGUMENT(batch), ARGUMENT(pixels),
        ARGUMENT(gradients), ARGUMENT(block->bias.at));
    if (dx != NULL) {
        RUN(kernels, convolve_backward, items((size_t)pixels, in_channels, (size_t)batch), ARGUMENT(block->dy),
            ARGUMENT(parameters), ARGUMENT(block->weights.at), ARGUMENT(block->channels), ARGUMENT(block->side),
            ARGUMENT(block->side), ARGUMENT(dx));
    }
}
