/* SPDX-License-Identifier: Apache-2.0 */
/* What the fast paths work on. */
#ifndef CLPOOL_NATIVE_FAST_JOB_H
#define CLPOOL_NATIVE_FAST_JOB_H

#include "native/combine.h"
#include "problem/geometry.h"

struct forward_job {
    const struct geometry *geometry;
    const void *x;
    void *y;
    void *mask; /* NULL for none */
};

struct backward_job {
    const struct geometry *geometry;
    const void *dy;
    const void *mask;
    void *dx;
    bool accumulate;
};

/** Whether the first axis has one element, which is the window. */
bool job_is_flat(const struct geometry *geometry);

/** The rule for values among which there may be NaNs. */
enum combine_rule job_rule(const struct geometry *geometry, bool has_nan);

/** Computes one output as the reference does. */
void job_pool_by_reference(const struct forward_job *job, size_t n, size_t c, const size_t place[CLPOOL_MAX_RANK],
                           float *y, int32_t *winner);

#endif
