/* SPDX-License-Identifier: Apache-2.0 */
/* What a plan consists of. Made by plan.c, run by enqueue.c, constant in between but for its pools of kernel objects.
 */
#ifndef CLPOOL_PLAN_PLAN_H
#define CLPOOL_PLAN_PLAN_H

#include "device/engine.h"
#include "device/kernel_pool.h"
#include "device/launch.h"
#include "plan/strategies.h"

/** Four numbers as kernels take them: int4 or long4, one spatial axis a component. */
struct index4 {
    union {
        int32_t narrow[4];
        int64_t wide[4];
    } value;
};

/** The stride as kernels take it: 0 says that the axis is adaptive. */
static inline size_t kernel_stride(const struct axis *axis)
{
    return axis->adaptive ? 0 : axis->stride;
}

/** One kernel, ready to be launched. */
struct operation {
    const struct strategy *strategy;
    struct kernel_pool *kernels;
    struct launch launch;
};

/** The operations of a plan. Forward with and without a mask are two kernels of one strategy; so are backward from a
 * mask and from x. */
enum operation_id {
    OPERATION_FORWARD,
    OPERATION_FORWARD_MASK,
    OPERATION_BACKWARD,
    OPERATION_RECOMPUTE,
    OPERATION_COUNT
};

struct clpool_plan {
    clpool_engine *engine; /* retained */
    clpool_problem problem;
    struct geometry geometry;
    bool wide; /* 64-bit offsets within a tensor, else 32 */
    struct index4 in;
    struct index4 out;
    struct index4 pad;
    struct index4 window;
    struct index4 stride;
    struct index4 dilation;
    struct index4 x_pitch; /* elements between neighbours along d, h, w, c */
    struct index4 y_pitch;
    struct index4 batch; /* elements between images of x, of y; channels */
    struct operation operations[OPERATION_COUNT];
};

#endif
