/* SPDX-License-Identifier: Apache-2.0 */
/* The stages of the pipeline on two queues, chained by events alone. */
#ifndef PIPELINE_STAGES_H
#define PIPELINE_STAGES_H

#include "arena.h"

struct stages {
    cl_command_queue compute_queue;  /**< out of order where the device has that */
    cl_command_queue transfer_queue; /**< in order */
    cl_program program;
    cl_kernel split, convolve, rectify, merge;
    clpool_engine *engine;
    clpool_plan *pool, *pool_again; /**< of one plane; each colour has its offset */
    extent picture, pooled, pooled_twice;
};

typedef struct stages_result {
    const float *planes;          /**< the planes that were pooled twice */
    const unsigned char *picture; /**< and the picture made of them */
} stages_result;

/** Builds the kernels and makes the plans. */
struct stages stages_create(cl_context context, cl_device_id device, extent picture);

void stages_destroy(struct stages *destroyed);

/** Enqueues all stages, and waits once, for the result. That lives as long as the arena. */
stages_result stages_run(const struct stages *stages, struct arena *arena, const unsigned char *picture);

#endif
