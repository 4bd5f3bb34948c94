/* SPDX-License-Identifier: Apache-2.0 */
/* What a plan consists of. Made by plan.c, run by enqueue.c, constant in between but for its pools of kernel objects.
 */
#ifndef CLPOOL_PLAN_PLAN_H
#define CLPOOL_PLAN_PLAN_H

#include "device/engine.h"
#include "device/kernel_pool.h"
#include "device/launch.h"
#include "plan/fusion.h"
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
    struct choice choice;          /* without a strategy: the plan does not run it */
    char settings[SETTINGS_BYTES]; /* the choice as text */
    struct kernel_pool *kernels;
    struct launch launch;
    size_t items;     /* work-items that have something to do, or tiles */
    struct tile tile; /* where groups make tiles */
};

/** What a plan runs: for each clpool_op, the two kernels of its strategy; and the third of unpooling. */
enum operation_id {
    OPERATION_FORWARD = 2 * CLPOOL_FORWARD,
    OPERATION_FORWARD_MASK = OPERATION_FORWARD + 1,
    OPERATION_BACKWARD = 2 * CLPOOL_BACKWARD,
    OPERATION_RECOMPUTE = OPERATION_BACKWARD + 1,
    OPERATION_UNPOOL = 2 * CLPOOL_UNPOOL,
    OPERATION_UNPOOL_COUNT = OPERATION_UNPOOL + 1,
    OPERATION_UNPOOL_BACKWARD = OPERATION_UNPOOL + 2,
    OPERATION_COUNT = OPERATION_UNPOOL + 3
};

/** The first kernel of an operation; the others are the next. */
static inline enum operation_id operation_of(clpool_op op)
{
    return op == CLPOOL_UNPOOL ? OPERATION_UNPOOL : op == CLPOOL_BACKWARD ? OPERATION_BACKWARD : OPERATION_FORWARD;
}

struct clpool_plan {
    clpool_engine *engine; /* retained */
    clpool_problem problem;
    struct geometry geometry;
    struct fusion fusion;
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
    struct index4 edge;  /* where the padded input ends, counted from the first element */
    struct operation operations[OPERATION_COUNT];
};

/** Four numbers in the plan's width of offsets. */
struct index4 plan_index4(const clpool_plan *plan, size_t x, size_t y, size_t z, size_t w);

/** Fails for an operation that the plan was not made for. Errors: CLPOOL_UNSUPPORTED. */
clpool_status plan_lacks(clpool_op op);

#endif
