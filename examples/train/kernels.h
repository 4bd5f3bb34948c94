/* SPDX-License-Identifier: Apache-2.0 */
/* The kernels of layers.cl. */
#ifndef TRAIN_KERNELS_H
#define TRAIN_KERNELS_H

#include "launch.h"

#define KERNELS(X)                                                                                                     \
    X(take_batch)                                                                                                      \
    X(convolve)                                                                                                        \
    X(convolve_backward)                                                                                               \
    X(convolve_backward_weights)                                                                                       \
    X(backward_bias)                                                                                                   \
    X(rectify)                                                                                                         \
    X(rectify_backward)                                                                                                \
    X(dense)                                                                                                           \
    X(dense_backward)                                                                                                  \
    X(dense_backward_weights)                                                                                          \
    X(softmax_loss)                                                                                                    \
    X(descend)

struct kernels {
    cl_command_queue queue; /**< in order: each kernel finds what those before it wrote */
    cl_program program;
#define KERNEL_FIELD(name) cl_kernel name;
    KERNELS(KERNEL_FIELD)
#undef KERNEL_FIELD
};

/** Builds them; the queue stays the caller's. */
struct kernels kernels_create(cl_context context, cl_device_id device, cl_command_queue queue);

void kernels_destroy(struct kernels *destroyed);

/** Enqueues the kernel `name` with the arguments that follow, each an ARGUMENT(). */
#define RUN(kernels, name, size, ...)                                                                                  \
    do {                                                                                                               \
        const argument run_arguments[] = {__VA_ARGS__};                                                                \
        set_arguments((kernels)->name, 0, LENGTH(run_arguments), run_arguments);                                       \
        launch((kernels)->queue, (kernels)->name, size, 0, NULL, NULL);                                                \
    } while (0)

static inline launch_size items(size_t first, size_t second, size_t third)
{
    return (launch_size){{first, second, third}};
}

#endif
