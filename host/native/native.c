/* SPDX-License-Identifier: Apache-2.0 */
/* What the public native functions share: checks come first, then the fast path or the plain loops
 * run. */
#include "base/status.h"
#include "native/fast.h"
#include "native/reference.h"
#include "problem/operation.h"

/** A tensor of a call. */
struct operand {
    const char *name;
    const void *pointer;
    size_t elements;
};

static clpool_status require(const struct operand *operands, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (operands[i].pointer == NULL && operands[i].elements > 0) {
            return status_fail(CLPOOL_INVALID_ARGUMENT, "%s is NULL; it must have %zu elements", operands[i].name,
                               operands[i].elements);
        }
    }
    return CLPOOL_SUCCESS;
}

/** Copies a caller's options; NULL stands for the default. */
static clpool_status load_options(const clpool_native_options *options, clpool_native_options *own)
{
    const clpool_native_options defaults = {.struct_size = sizeof(defaults)};
    *own = options == NULL ? defaults : *options;
    return own->struct_size == sizeof(*own)
               ? CLPOOL_SUCCESS
               : status_fail(CLPOOL_INVALID_ARGUMENT, "options->struct_size is %zu; it must be %zu", own->struct_size,
                             sizeof(*own));
}

static void forward(const struct geometry *geometry, const void *x, void *y, void *mask,
                    const clpool_native_options *options)
{
    if (options->reference == 0 && fast_forward(geometry, x, y, mask, options->threads)) {
        return;
    }
    switch (geometry->mode) {
    case CLPOOL_MAX:
        reference_max_forward(geometry, x, y, mask);
        break;
    case CLPOOL_AVERAGE:
        reference_average_forward(geometry, x, y);
        break;
    case CLPOOL_LP:
        reference_lp_forward(geometry, x, y);
        break;
    }
}

clpool_status clpool_native_forward(const clpool_problem *problem, const void *x, void *y, void *mask)
{
    return clpool_native_forward_with(problem, x, y, mask, NULL);
}

clpool_status clpool_native_forward_with(const clpool_problem *problem, const void *x, void *y, void *mask,
                                         const clpool_native_options *options)
{
    struct geometry geometry;
    clpool_native_options own;
    clpool_status status = load_options(options, &own);
    if (status == CLPOOL_SUCCESS) {
        status = geometry_from_problem(problem, &geometry);
    }
    if (status == CLPOOL_SUCCESS) {
        status = forward_check(&geometry, mask != NULL);
    }
    if (status == CLPOOL_SUCCESS) {
        const struct operand operands[] = {{"x", x, geometry.x_elements}, {"y", y, geometry.y_elements}};
        status = require(operands, 2);
    }
    if (status == CLPOOL_SUCCESS) {
        forward(&geometry, x, y, mask, &own);
    }
    return status;
}

/** The geometry of a backward; see backward_check(). */
static clpool_status begin_backward(const clpool_problem *problem, clpool_mode mode, clpool_mode other_mode,
                                    unsigned flags, struct geometry *geometry)
{
    const clpool_status status = geometry_from_problem(problem, geometry);
    return status == CLPOOL_SUCCESS ? backward_check(geometry, mode, other_mode, flags) : status;
}

static clpool_status backward_of_average(const struct geometry *geometry, const void *dy, const void *mask, void *dx,
                                         bool accumulate, const clpool_native_options *options)
{
    const struct operand operands[] = {{"dy", dy, geometry->y_elements}, {"dx", dx, geometry->x_elements}};
    clpool_status status = forward_check(geometry, mask != NULL);
    if (status == CLPOOL_SUCCESS) {
        status = require(operands, 2);
    }
    if (status != CLPOOL_SUCCESS ||
        (options->reference == 0 && fast_backward(geometry, dy, NULL, dx, accumulate, options->threads))) {
        return status;
    }
    return reference_average_backward(geometry, dy, dx, accumulate);
}

static clpool_status backward_of_max(const struct geometry *geometry, const void *dy, const void *mask, void *dx,
                                     bool accumulate, const clpool_native_options *options)
{
    const struct winners winners = {.mask = mask};
    const struct operand operands[] = {
        {"dy", dy, geometry->y_elements}, {"mask", mask, geometry->y_elements}, {"dx", dx, geometry->x_elements}};
    const clpool_status status = require(operands, 3);
    if (status != CLPOOL_SUCCESS ||
        (options->reference == 0 && fast_backward(geometry, dy, mask, dx, accumulate, options->threads))) {
        return status;
    }
    return reference_max_backward(geometry, dy, &winners, dx, accumulate);
}

clpool_status clpool_native_backward(const clpool_problem *problem, const void *dy, const void *mask, void *dx,
                                     unsigned flags)
{
    return clpool_native_backward_with(problem, dy, mask, dx, flags, NULL);
}

clpool_status clpool_native_backward_with(const clpool_problem *problem, const void *dy, const void *mask, void *dx,
                                          unsigned flags, const clpool_native_options *options)
{
    struct geometry geometry;
    clpool_native_options own;
    const bool accumulate = (flags & CLPOOL_ACCUMULATE) != 0;
    clpool_status status = load_options(options, &own);
    if (status == CLPOOL_SUCCESS) {
        status = begin_backward(problem, CLPOOL_MAX, CLPOOL_AVERAGE, flags, &geometry);
    }
    if (status != CLPOOL_SUCCESS) {
        return status;
    }
    if (geometry.mode == CLPOOL_AVERAGE) {
        return backward_of_average(&geometry, dy, mask, dx, accumulate, &own);
    }
    return backward_of_max(&geometry, dy, mask, dx, accumulate, &own);
}

clpool_status clpool_native_backward_recompute(const clpool_problem *problem, const void *x, const void *dy, void *dx,
                                               unsigned flags)
{
    struct geometry geometry;
    clpool_status status = begin_backward(problem, CLPOOL_MAX, CLPOOL_MAX, flags, &geometry);
    if (status != CLPOOL_SUCCESS) {
        return status;
    }
    const struct winners winners = {.x = x};
    const struct operand operands[] = {
        {"x", x, geometry.x_elements}, {"dy", dy, geometry.y_elements}, {"dx", dx, geometry.x_elements}};
    const bool accumulate = (flags & CLPOOL_ACCUMULATE) != 0;
    status = require(operands, 3);
    if (status != CLPOOL_SUCCESS || fast_recompute(&geometry, x, dy, dx, accumulate, 0)) {
        return status;
    }
    return reference_max_backward(&geometry, dy, &winners, dx, accumulate);
}

clpool_status clpool_native_backward_lp(const clpool_problem *problem, const void *x, const void *y, const void *dy,
                                        void *dx, unsigned flags)
{
    struct geometry geometry;
    clpool_status status = begin_backward(problem, CLPOOL_LP, CLPOOL_LP, flags, &geometry);
    if (status != CLPOOL_SUCCESS) {
        return status;
    }
    const struct operand operands[] = {{"x", x, geometry.x_elements},
                                       {"y", y, geometry.y_elements},
                                       {"dy", dy, geometry.y_elements},
                                       {"dx", dx, geometry.x_elements}};
    status = require(operands, 4);
    return status == CLPOOL_SUCCESS ? reference_lp_backward(&geometry, x, y, dy, dx, (flags & CLPOOL_ACCUMULATE) != 0)
                                    : status;
}

/** The geometry of an unpooling. */
static clpool_status begin_unpool(const clpool_problem *problem, struct geometry *geometry)
{
    const clpool_status status = geometry_from_problem(problem, geometry);
    return status == CLPOOL_SUCCESS ? unpool_check(geometry) : status;
}

clpool_status clpool_native_unpool(const clpool_problem *problem, const void *y, const void *mask, void *x,
                                   size_t *dropped)
{
    struct geometry geometry;
    clpool_status status = begin_unpool(problem, &geometry);
    if (status == CLPOOL_SUCCESS) {
        const struct operand operands[] = {
            {"y", y, geometry.y_elements}, {"mask", mask, geometry.y_elements}, {"x", x, geometry.x_elements}};
        status = require(operands, 3);
    }
    if (status != CLPOOL_SUCCESS) {
        return status;
    }
    const size_t count = reference_unpool(&geometry, y, mask, x);
    if (dropped != NULL) {
        *dropped = count;
    }
    return CLPOOL_SUCCESS;
}

clpool_status clpool_native_unpool_backward(const clpool_problem *problem, const void *dx, const void *mask, void *dy)
{
    struct geometry geometry;
    clpool_status status = begin_unpool(problem, &geometry);
    if (status == CLPOOL_SUCCESS) {
        const struct operand operands[] = {
            {"dx", dx, geometry.x_elements}, {"mask", mask, geometry.y_elements}, {"dy", dy, geometry.y_elements}};
        status = require(operands, 3);
    }
    if (status == CLPOOL_SUCCESS) {
        reference_unpool_backward(&geometry, dx, mask, dy);
    }
    return status;
}
