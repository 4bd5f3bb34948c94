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

/** Stores the winners of `n` neighbours from value `at` of the mask on; -1 means none. The mask is of the window
 * form. */
void job_store_winners(const struct forward_job *job, size_t at, const int32_t *winner, size_t n);

/** Mask values as taps; what names none may be any number that is no tap. The mask is of the window form. */
void job_load_winners(const struct backward_job *job, size_t at, int32_t *winner, size_t n);

/** Whether the first axis has one element, which is the window. */
bool job_is_flat(const struct geometry *geometry);

/** The rule for values among which there may be NaNs. */
enum combine_rule job_rule(const struct geometry *geometry, bool has_nan);

/** Computes one output as the reference does. */
void job_pool_by_reference(const struct forward_job *job, size_t n, size_t c, const size_t place[CLPOOL_MAX_RANK],
                           float *y, int32_t *winner);

#endif
