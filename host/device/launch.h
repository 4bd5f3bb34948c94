/* SPDX-License-Identifier: Apache-2.0 */
/* Launching a kernel: its shape, its arguments, and OpenCL's own tail. */
#ifndef CLPOOL_DEVICE_LAUNCH_H
#define CLPOOL_DEVICE_LAUNCH_H

#include "clpool.h"

/** OpenCL's own tail of an enqueue function. */
struct tail {
    cl_command_queue queue;
    cl_uint num_wait;
    const cl_event *wait_list;
    cl_event *event;
};

/** Two dimensions, so that no dimension exceeds 2^30 items, which not every driver takes. */
struct launch {
    size_t global[2];
    size_t local[2];
};

/** The most work-items of a launch's first dimension. */
#define LAUNCH_ROW_ITEMS ((size_t)1 << 30)

/** A shape of at least `items` work-items, and at least one, in groups of `group`. */
struct launch launch_shape(size_t items, size_t group);

/** Arguments of a kernel, set one after the other; the first error stays. */
struct arguments {
    cl_kernel kernel;
    cl_uint count;
    cl_int code;
};

void arguments_add(struct arguments *arguments, size_t size, const void *value);

/** Adds a buffer and the offset of its first element: two arguments. */
void arguments_add_buffer(struct arguments *arguments, const clpool_buffer *buffer);

/** Enqueues the kernel, or says which argument could not be set. Errors: CLPOOL_OUT_OF_MEMORY, CLPOOL_OPENCL_ERROR. */
clpool_status launch_enqueue(const struct launch *launch, const struct arguments *arguments, const char *entry,
                             const struct tail *tail);

/** Enqueues no work: where an event is asked for, a marker behind the wait list. Errors as launch_enqueue(). */
clpool_status launch_nothing(const struct tail *tail);

/** Checks a tail against the context and device of the plan. Errors: CLPOOL_INVALID_ARGUMENT, CLPOOL_OPENCL_ERROR. */
clpool_status tail_check(const struct tail *tail, cl_context context, cl_device_id device);

#endif
