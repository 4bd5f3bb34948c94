/* SPDX-License-Identifier: Apache-2.0 */
/* What the public native functions share: checks come first, then the plain loops run. */
#include "native/reference.h"

#include "base/status.h"
#include "problem/backward.h"

static clpool_status require(const void *pointer, const char *name, size_t elements)
{
    if (pointer == NULL && elements > 0) {
        return status_fail(CLPOOL_INVALID_ARGUMENT, "%s is NULL; it must have %zu elements", name, elements);
    }
    return CLPOOL_SUCCESS;
}

clpool_status clpool_native_forward(const clpool_problem *problem, const void *x, void *y, void *mask)
{
    struct geometry geometry;
    clpool_status status = geometry_from_problem(problem, &geometry);
    if (status == CLPOOL_SUCCESS) {
        status = require(x, "x", geometry.x_elements);
    }
    if (status == CLPOOL_SUCCESS) {
        status = require(y, "y", geometry.y_elements);
    }
    if (status == CLPOOL_SUCCESS) {
        reference_max_forward(&geometry, x, y, mask);
    }
    return status;
}

clpool_status clpool_native_backward(const clpool_problem *problem, const void *dy, const void *mask, void *dx,
                                     unsigned flags)
{
    struct geometry geometry;
    clpool_status status = geometry_from_problem(problem, &geometry);
    if (status == CLPOOL_SUCCESS) {
        status = backward_check(geometry.dtype, flags);
    }
    if (status == CLPOOL_SUCCESS) {
        status = require(dy, "dy", geometry.y_elements);
    }
    if (status == CLPOOL_SUCCESS) {
        status = require(mask, "mask", geometry.y_elements);
    }
    if (status == CLPOOL_SUCCESS) {
        status = require(dx, "dx", geometry.x_elements);
    }
    if (status == CLPOOL_SUCCESS) {
        status = reference_max_backward(&geometry, dy, mask, dx, (flags & CLPOOL_ACCUMULATE) != 0);
    }
    return status;
}
