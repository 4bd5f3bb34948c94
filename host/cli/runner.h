/* SPDX-License-Identifier: Apache-2.0 */
/* One operation of one problem on one target, from host memory to host memory, as often as one likes. */
#ifndef CLI_RUNNER_H
#define CLI_RUNNER_H

#include "fused.h"
#include "target.h"

/** What a runner runs: the library's operations, and the tools for masks. */
typedef enum runner_op {
    RUN_FORWARD = CLPOOL_FORWARD,
    RUN_BACKWARD = CLPOOL_BACKWARD,
    RUN_UNPOOL = CLPOOL_UNPOOL,
    RUN_UNPOOL_BACKWARD = CLPOOL_UNPOOL + 1, /**< of the same plan */
    RUN_CONVERT_MASK = CLPOOL_UNPOOL + 2,
    RUN_CHECK_MASK = CLPOOL_UNPOOL + 3
} runner_op;

/** The tensors in host memory; NULL where there is none.
 *
 * Forward reads x and writes y and the mask. Backward reads y, which is then dy, and writes x, which is then dx; of
 * maximum it also reads the mask or the input, of Lp the input and the output. Unpooling reads y and the mask and
 * writes x and `dropped`; its backward reads x, which is then dx, and the mask, and writes y, which is then dy.
 * Converting a mask reads it and writes `to`; checking it writes `count`. */
typedef struct host_tensors {
    void *x;
    void *y;
    void *mask;
    void *input;      /**< what x was in forward */
    void *output;     /**< what y was in forward */
    cl_uint *dropped; /**< how many values of the mask unpooling dropped */
    void *to;         /**< a mask in the form below */
    clpool_mask_form to_form;
    cl_ulong *count;         /**< how many values of the mask name no tap */
    const fused_work *fused; /**< what forward and backward do besides, on devices alone; NULL: nothing */
} host_tensors;

/** Slots of a runner: those of clpool_tensor, and the other tensors above. */
enum { RUNNER_INPUT = CLPOOL_MASK + 1, RUNNER_OUTPUT, RUNNER_DROPPED, RUNNER_TO, RUNNER_COUNT, RUNNER_TENSORS };

/** Zeroed, it is closed. What it points to must outlive it. */
typedef struct runner {
    const target *on;
    const clpool_problem *problem;
    runner_op op;
    clpool_mask_form to_form;
    void *host[RUNNER_TENSORS];   /**< by slot; NULL for none */
    size_t bytes[RUNNER_TENSORS]; /**< 0 where there is no tensor */
    clpool_plan *plan;            /**< NULL for the host */
    cl_mem buffers[RUNNER_TENSORS];
    const char *strategy; /**< the one that runs; "native" for the host; "-" for the tools on a device */
} runner;

/** Seconds. For the host all but `kernel` and `total` are 0, and these two are the same. */
typedef struct run_times {
    double to_device;
    double kernel;
    double from_device;
    double total; /**< wall time from the first transfer to the end of the last */
} run_times;

/** True, and what it is, if the device lacks something that the problem needs. */
bool runner_lacks(const target *on, const clpool_problem *problem, message *why);

/** Builds the plan and makes the buffers. `strategy` may be NULL; the host ignores it. The outputs' buffers are filled
 * with a pattern, so that an element that is never written shows. */
exit_code runner_open(runner *opened, const target *on, const clpool_problem *problem, runner_op op,
                      const char *strategy, const host_tensors *tensors);

/** Runs the operation and waits for its results. `times` may be NULL. */
exit_code runner_run(const runner *run, run_times *times);

void runner_close(runner *closed);

/** Opens, runs once, closes. */
exit_code runner_run_once(const target *on, const clpool_problem *problem, runner_op op, const char *strategy,
                          const host_tensors *tensors);

#endif
