/* SPDX-License-Identifier: Apache-2.0 */
/* Padding by name, as ONNX (auto_pad) and TensorFlow define it. */
#include "base/size.h"
#include "base/status.h"
#include "problem/geometry.h"

/** max((out - 1) * stride + extent - in, 0) with out = ceil(in / stride); false if it overflows. */
static bool same_padding(const clpool_problem *problem, unsigned axis, size_t *total)
{
    const size_t in = problem->in[axis];
    const size_t steps = size_divide_up(in, problem->stride[axis]) - 1;
    size_t extent = 0;
    size_t covered = 0;
    if (!window_extent(problem->kernel[axis], problem->dilation[axis], &extent) ||
        !size_multiply(steps, problem->stride[axis], &covered) || !size_add(covered, extent, &covered)) {
        return false;
    }
    *total = covered > in ? covered - in : 0;
    return true;
}

static clpool_status pad_axes(clpool_problem *problem, clpool_auto_pad rule)
{
    for (unsigned axis = 0; axis < problem->rank; axis++) {
        size_t total = 0;
        if (rule != CLPOOL_VALID && !same_padding(problem, axis, &total)) {
            return status_fail(CLPOOL_INVALID_PROBLEM,
                               "kernel[%u] = %zu with dilation %zu overflows the size of a window", axis,
                               problem->kernel[axis], problem->dilation[axis]);
        }
        const size_t half = total / 2;
        problem->pad_lo[axis] = rule == CLPOOL_SAME_LOWER ? total - half : half;
        problem->pad_hi[axis] = rule == CLPOOL_SAME_LOWER ? half : total - half;
    }
    return CLPOOL_SUCCESS;
}

clpool_status clpool_problem_set_auto_pad(clpool_problem *problem, clpool_auto_pad rule)
{
    if (rule != CLPOOL_VALID && rule != CLPOOL_SAME_UPPER && rule != CLPOOL_SAME_LOWER) {
        return status_fail(CLPOOL_INVALID_ARGUMENT,
                           "rule is %d; it must be CLPOOL_VALID, CLPOOL_SAME_UPPER or CLPOOL_SAME_LOWER", (int)rule);
    }
    clpool_problem padded;
    clpool_status status = problem_load(problem, &padded);
    if (status != CLPOOL_SUCCESS) {
        return status;
    }
    if (padded.windows != CLPOOL_SLIDING) {
        return status_fail(CLPOOL_INVALID_ARGUMENT, "windows is %d; padding goes with CLPOOL_SLIDING only",
                           (int)padded.windows);
    }
    padded.struct_size = sizeof(padded);
    padded.rounding = CLPOOL_FLOOR;
    status = pad_axes(&padded, rule);
    if (status == CLPOOL_SUCCESS) {
        status = clpool_problem_check(&padded);
    }
    if (status == CLPOOL_SUCCESS) {
        problem->rounding = padded.rounding;
        memcpy(problem->pad_lo, padded.pad_lo, sizeof(padded.pad_lo));
        memcpy(problem->pad_hi, padded.pad_hi, sizeof(padded.pad_hi));
    }
    return status;
}
