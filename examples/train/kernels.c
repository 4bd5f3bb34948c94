/* SPDX-License-Identifier: Apache-2.0 */
#include "kernels.h"
#include "device.h"

extern const unsigned char train_layers[];
extern const size_t train_layers_size;

struct kernels kernels_create(cl_context context, cl_device_id device, cl_command_queue queue)
{
    struct kernels created = {.queue = queue};
    created.program = build_program(context, device, train_layers, train_layers_size, "layers.cl");
#define MAKE_KERNEL(name) created.name = make_kernel(created.program, #name);
    KERNELS(MAKE_KERNEL)
#undef MAKE_KERNEL
    return created;
}

void kernels_destroy(struct kernels *destroyed)
{
#define RELEASE_KERNEL(name) clReleaseKernel(destroyed->name);
    KERNELS(RELEASE_KERNEL)
#undef RELEASE_KERNEL
    clReleaseProgram(destroyed->program);
}
