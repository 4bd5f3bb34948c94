/* SPDX-License-Identifier: Apache-2.0 */
#include "network.h"
#include "device.h"
#include "failure.h"

static const cl_int features = FEATURES;
static const cl_int classes = CLASSES;
static const cl_float momentum = 0.9F;

static void upload(const struct network *network, cl_mem to, const void *from, size_t bytes)
{
    check_cl(clEnqueueWriteBuffer(network->queue, to, CL_TRUE, 0, bytes, from, 0, NULL, NULL), "clEnqueueWriteBuffer");
}

static void make_parameters(struct network *made, const float *parameters)
{
    const cl_float zero = 0;
    size_t bytes = parameter_count() * sizeof(float);
    made->parameters = make_buffer(made->context, bytes);
    made->gradients = make_buffer(made->context, bytes);
    made->velocities = make_buffer(made->context, bytes);
    upload(made, made->parameters, parameters, bytes);
    check_cl(clEnqueueFillBuffer(made->queue, made->velocities, &zero, sizeof(zero), 0, bytes, 0, NULL, NULL),
             "clEnqueueFillBuffer");
}

static void make_batch(struct network *made, const dataset *digits)
{
    made->images = make_buffer(made->context, digits->count * IMAGE_PIXELS);
    made->labels = make_buffer(made->context, digits->count);
    made->order = make_buffer(made->context, digits->count * sizeof(cl_int));
    made->x = make_buffer(made->context, (size_t)BATCH * IMAGE_PIXELS * sizeof(float));
    made->batch_labels = make_buffer(made->context, BATCH * sizeof(cl_int));
    upload(made, made->images, digits->images, digits->count * IMAGE_PIXELS);
    upload(made, made->labels, digits->labels, digits->count);
}

static void make_layers(struct network *made)
{
    const clpool_problem pooling_1 = clpool_problem_2d(BATCH, CHANNELS_1, SIDE_1, SIDE_1, 3, 2, 1);
    const clpool_problem pooling_2 = clpool_problem_2d(BATCH, CHANNELS_2, SIDE_2, SIDE_2, 2, 2, 0);
    made->block_1 = block_create(made->context, made->engine, &pooling_1, 1, CONVOLUTION_1_WEIGHTS);
    made->block_2 = block_create(made->context, made->engine, &pooling_2, CHANNELS_1, CONVOLUTION_2_WEIGHTS);
    made->z = make_buffer(made->context, (size_t)BATCH * CLASSES * sizeof(float));
    made->dz = make_buffer(made->context, (size_t)BATCH * CLASSES * sizeof(float));
    made->loss = make_buffer(made->context, BATCH * sizeof(float));
    made->is_right = make_buffer(made->context, BATCH * sizeof(cl_int));
}

struct network network_create(cl_device_id device, const dataset *digits, const float *parameters)
{
    struct network created = {.context = make_context(device)};
    cl_int code = CL_SUCCESS;
    created.queue = clCreateCommandQueue(created.context, device, 0, &code);
    check_cl(code, "clCreateCommandQueue");
    created.kernels = kernels_create(created.context, device, created.queue);
    check_clpool(clpool_engine_create(created.context, device, &created.engine));
    make_parameters(&created, parameters);
    make_batch(&created, digits);
    make_layers(&created);
    return created;
}

void network_destroy(struct network *destroyed)
{
    cl_mem buffers[] = {destroyed->parameters, destroyed->gradients, destroyed->velocities, destroyed->images,
                        destroyed->labels,     destroyed->order,     destroyed->x,          destroyed->batch_labels,
                        destroyed->z,          destroyed->dz,        destroyed->loss,       destroyed->is_right};
    block_destroy(&destroyed->block_1);
    block_destroy(&destroyed->block_2);
    clpool_engine_destroy(destroyed->engine);
    for (size_t i = 0; i < LENGTH(buffers); i++) {
        clReleaseMemObject(buffers[i]);
    }
    kernels_destroy(&destroyed->kernels);
    clReleaseCommandQueue(destroyed->queue);
    clReleaseContext(destroyed->context);
}

void network_set_order(struct network *network, const image_list *list)
{
    upload(network, network->order, list->images, list->count * sizeof(cl_int));
}

void network_forward(const struct network *network, size_t first, size_t count)
{
    const struct kernels *kernels = &network->kernels;
    const cl_int first_of_batch = (cl_int)first;
    const cl_int images = (cl_int)count;
    RUN(kernels, take_batch, items(IMAGE_PIXELS, BATCH, 1), ARGUMENT(network->images), ARGUMENT(network->labels),
        ARGUMENT(network->order), ARGUMENT(first_of_batch), ARGUMENT(images), ARGUMENT(network->x),
        ARGUMENT(network->batch_labels));
    block_forward(&network->block_1, kernels, network->x, network->parameters);
    block_forward(&network->block_2, kernels, network->block_1.pooled, network->parameters);
    RUN(kernels, dense, items(CLASSES, BATCH, 1), ARGUMENT(network->block_2.pooled), ARGUMENT(network->parameters),
        ARGUMENT(parameter_tensors[DENSE_WEIGHTS].at), ARGUMENT(parameter_tensors[DENSE_BIAS].at), ARGUMENT(features),
        ARGUMENT(network->z));
    RUN(kernels, softmax_loss, items(BATCH, 1, 1), ARGUMENT(network->z), ARGUMENT(network->batch_labels),
        ARGUMENT(classes), ARGUMENT(network->loss), ARGUMENT(network->dz), ARGUMENT(network->is_right));
}

void network_backward(const struct network *network)
{
    const struct kernels *kernels = &network->kernels;
    const struct block *first = &network->block_1;
    const struct block *second = &network->block_2;
    const cl_int batch = BATCH;
    const cl_int one_pixel = 1;
    RUN(kernels, dense_backward_weights, items(FEATURES, CLASSES, 1), ARGUMENT(second->pooled), ARGUMENT(network->dz),
        ARGUMENT(batch), ARGUMENT(network->gradients), ARGUMENT(parameter_tensors[DENSE_WEIGHTS].at));
    RUN(kernels, backward_bias, items(CLASSES, 1, 1), ARGUMENT(network->dz), ARGUMENT(batch), ARGUMENT(one_pixel),
        ARGUMENT(network->gradients), ARGUMENT(parameter_tensors[DENSE_BIAS].at));
    RUN(kernels, dense_backward, items(FEATURES, BATCH, 1), ARGUMENT(network->dz), ARGUMENT(network->parameters),
        ARGUMENT(parameter_tensors[DENSE_WEIGHTS].at), ARGUMENT(classes), ARGUMENT(second->dpooled));
    block_backward(second, kernels, first->pooled, network->parameters, network->gradients, first->dpooled);
    block_backward(first, kernels, network->x, network->parameters, network->gradients, NULL);
}

void network_descend(const struct network *network, float rate)
{
    RUN(&network->kernels, descend, items(parameter_count(), 1, 1), ARGUMENT(network->parameters),
        ARGUMENT(network->gradients), ARGUMENT(network->velocities), ARGUMENT(rate), ARGUMENT(momentum));
}

void network_read_losses(const struct network *network, float *loss, cl_int *is_right)
{
    check_cl(
        clEnqueueReadBuffer(network->queue, network->loss, CL_FALSE, 0, BATCH * sizeof(float), loss, 0, NULL, NULL),
        "clEnqueueReadBuffer");
    if (is_right != NULL) {
        check_cl(clEnqueueReadBuffer(network->queue, network->is_right, CL_FALSE, 0, BATCH * sizeof(cl_int), is_right,
                                     0, NULL, NULL),
                 "clEnqueueReadBuffer");
    }
}

void network_wait(const struct network *network)
{
    check_cl(clFinish(network->queue), "clFinish");
}

void network_read(const struct network *network, cl_mem from, float *values)
{
    check_cl(
        clEnqueueReadBuffer(network->queue, from, CL_TRUE, 0, parameter_count() * sizeof(float), values, 0, NULL, NULL),
        "clEnqueueReadBuffer");
}

void network_set_parameter(const struct network *network, size_t index, float value)
{
    check_cl(clEnqueueWriteBuffer(network->queue, network->parameters, CL_TRUE, index * sizeof(float), sizeof(float),
                                  &value, 0, NULL, NULL),
             "clEnqueueWriteBuffer");
}
