/* SPDX-License-Identifier: Apache-2.0 */
/* The calls that enqueue a kernel, with fewer words. */
#ifndef EXAMPLES_LAUNCH_H
#define EXAMPLES_LAUNCH_H

#include <clpool.h>

typedef struct argument {
    size_t bytes;
    const void *value;
} argument;

/** The argument that a variable holds. */
#define ARGUMENT(variable) ((argument){sizeof(variable), &(variable)})

/** As many as the array has; for arrays alone, not for pointers. */
#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/** Sets `count` arguments from the one with index `first` on. */
void set_arguments(cl_kernel kernel, cl_uint first, size_t count, const argument *arguments);

typedef struct launch_size {
    size_t global[3]; /**< work-items along each axis, neighbours in memory along the first */
} launch_size;

/** Enqueues a kernel whose arguments are set; the driver chooses the groups. The tail is OpenCL's. */
void launch(cl_command_queue queue, cl_kernel kernel, launch_size size, cl_uint num_wait, const cl_event *wait_list,
            cl_event *event);

#endif
