/* SPDX-License-Identifier: Apache-2.0 */
/* Scale and bias for each channel, and ReLU, in a pass of its own: what fused work is measured beside. In f32. */
#ifndef CLI_ELEMENTWISE_H
#define CLI_ELEMENTWISE_H

#include "target.h"

/** The same as an expression of clpool_plan_options with two parameters; ReLU is its activation. */
#define ELEMENTWISE_EXPRESSION "x * p0 + p1"
#define ELEMENTWISE_PARAMETERS 2

/** Zeroed, it is closed. What it points to must outlive it. */
typedef struct elementwise {
    const target *on;
    cl_mem parameters; /**< scales of all channels, then biases */
    cl_program program;
    cl_kernel kernel;
    size_t items[2];
    cl_uint channels;
} elementwise;

/** Makes the parameters and, unless `only_parameters`, the kernel for x of a problem, on a device. */
exit_code elementwise_open(elementwise *opened, const target *on, const clpool_problem *problem, bool only_parameters);

/** Enqueues the pass. */
exit_code elementwise_enqueue(const elementwise *of, clpool_buffer from, clpool_buffer to, cl_event *event);

void elementwise_close(elementwise *closed);

#endif
