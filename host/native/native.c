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

/** Backward from a mask, or from x where `from_mask` is false: checks, then runs. */
static clpool_status backward(const clpool_problem *problem, const void *dy, const struct winners *winners,
                              bool from_mask, void *dx, unsigned flags)
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
        status = from_mask ? require(winners->mask, "mask", geometry.y_elements)
                           : require(winners->x, "x", geometry.x_elements);
    }
    if (status == CLPOOL_SUCCESS) {
        status = require(dx, "dx", geometry.x_elements);
    }
    if (status == CLPOOL_SUCCESS) {
        status = reference_max_backward(&geometry, dy, winners, dx, (flags & CLPOOL_ACCUMULATE) != 0);
    }
    return status;
}

clpool_status clpool_native_backward(const clpool_problem *problem, const void *dy, const void *mask, void *dx,
                                     unsigned flags)
{
    const struct winners winners = {.mask = mask};
    return backward(problem, dy, &winners, true, dx, flags);
}

clpool_status clpool_native_backward_recompute(const clpool_problem *problem, const void *x, const void *dy, void *dx,
                                               unsigned flags)
{
    const struct winners winners = {.x = x};
    return backward(problem, dy, &winners, false, dx, flags);
}
