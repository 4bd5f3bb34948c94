/* SPDX-License-Identifier: Apache-2.0 */
/* What a plan does to values besides pooling them: the caller's expressions, their parameters, and an activation. */
#ifndef CLPOOL_PLAN_FUSION_H
#define CLPOOL_PLAN_FUSION_H

#include "device/tensor_check.h"
#include "problem/geometry.h"

/** Zeroed: nothing. */
struct fusion {
    clpool_activation activation;
    bool has_expressions;
    unsigned parameter_count;
    clpool_parameter_scope scope;
    clpool_buffer parameters; /* retained */
    char *definitions;        /* what kernels/fused.cl honours, or NULL */
};

/** Checks the options that concern fusion, takes over what they say, and notes in the geometry whether that is
 * anything. Errors: as clpool_plan_create(). */
clpool_status fusion_make(struct fusion *fusion, const clpool_plan_options *options, cl_context context,
                          struct geometry *geometry);

void fusion_free(struct fusion *fusion);

/** The macros that an operation's program is built with. */
const char *fusion_definitions(const struct fusion *fusion, clpool_op op, bool is_other);

/** The parameters as a tensor to be checked; without elements if there are none. */
struct tensor fusion_tensor(const struct fusion *fusion, const struct geometry *geometry);

#endif
