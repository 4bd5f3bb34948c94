/* SPDX-License-Identifier: Apache-2.0 */
#include "support/shrink.h"

/** Takes a smaller problem in place of the present one, if it is valid, another, and still fails. */
static int take(clpool_problem *problem, const clpool_problem *smaller, shrink_fails *fails, void *context)
{
    if (memcmp(problem, smaller, sizeof(*problem)) == 0 || clpool_problem_check(smaller) != CLPOOL_SUCCESS ||
        !fails(context, smaller)) {
        return 0;
    }
    *problem = *smaller;
    return 1;
}

/** Dense tensors: strides belong to extents, so no extent shrinks while they are given. */
static int make_dense(clpool_problem *problem, shrink_fails *fails, void *context)
{
    clpool_problem smaller = *problem;
    memset(smaller.x_stride, 0, sizeof(smaller.x_stride));
    memset(smaller.y_stride, 0, sizeof(smaller.y_stride));
    return take(problem, &smaller, fails, context);
}

static int simplify_choices(clpool_problem *problem, shrink_fails *fails, void *context)
{
    int changed = 0;
    clpool_problem smaller = *problem;
    smaller.layout = CLPOOL_CHANNELS_FIRST;
    changed |= take(problem, &smaller, fails, context);
    smaller = *problem;
    smaller.nan_rule = CLPOOL_NAN_PROPAGATE;
    changed |= take(problem, &smaller, fails, context);
    smaller = *problem;
    smaller.rounding = CLPOOL_FLOOR;
    changed |= take(problem, &smaller, fails, context);
    smaller = *problem;
    smaller.mask_form = CLPOOL_MASK_WINDOW;
    changed |= take(problem, &smaller, fails, context);
    smaller = *problem;
    smaller.windows = CLPOOL_SLIDING;
    changed |= take(problem, &smaller, fails, context);
    smaller = *problem;
    smaller.dtype = CLPOOL_F32;
    changed |= take(problem, &smaller, fails, context);
    return changed;
}

/** Without the first spatial axis. */
static int drop_axis(clpool_problem *problem, shrink_fails *fails, void *context)
{
    clpool_problem smaller = *problem;
    size_t *const arrays[] = {smaller.in,     smaller.kernel, smaller.stride, smaller.dilation,
                              smaller.pad_lo, smaller.pad_hi, smaller.out};
    if (problem->rank == 1) {
        return 0;
    }
    smaller.rank--;
    for (size_t i = 0; i < sizeof(arrays) / sizeof(arrays[0]); i++) {
        memmove(arrays[i], arrays[i] + 1, smaller.rank * sizeof(*arrays[i]));
    }
    return take(problem, &smaller, fails, context);
}

/** A number of the problem, `offset` bytes into it, down to no less than `least`. */
static int shrink_number(clpool_problem *problem, size_t offset, size_t least, shrink_fails *fails, void *context)
{
    size_t value = 0;
    memcpy(&value, (const char *)problem + offset, sizeof(value));
    const size_t tries[] = {least, value / 2, value - 1};
    for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]) && value > least; i++) {
        clpool_problem smaller = *problem;
        if (tries[i] < least) {
            continue;
        }
        memcpy((char *)&smaller + offset, &tries[i], sizeof(tries[i]));
        if (take(problem, &smaller, fails, context)) {
            return 1;
        }
    }
    return 0;
}

static int shrink_numbers(clpool_problem *problem, shrink_fails *fails, void *context)
{
    static const struct {
        size_t offset;
        size_t least;
    } arrays[] = {
        {offsetof(clpool_problem, in), 1},       {offsetof(clpool_problem, out), 1},
        {offsetof(clpool_problem, kernel), 1},   {offsetof(clpool_problem, stride), 1},
        {offsetof(clpool_problem, dilation), 1}, {offsetof(clpool_problem, pad_lo), 0},
        {offsetof(clpool_problem, pad_hi), 0},
    };
    int changed = shrink_number(problem, offsetof(clpool_problem, batch), 1, fails, context);
    changed |= shrink_number(problem, offsetof(clpool_problem, channels), 1, fails, context);
    for (size_t i = 0; i < sizeof(arrays) / sizeof(arrays[0]); i++) {
        for (unsigned axis = 0; axis < problem->rank; axis++) {
            changed |=
                shrink_number(problem, arrays[i].offset + axis * sizeof(size_t), arrays[i].least, fails, context);
        }
    }
    return changed;
}

clpool_problem shrink_problem(clpool_problem problem, shrink_fails *fails, void *context)
{
    int changed = 1;
    while (changed) {
        changed = make_dense(&problem, fails, context);
        changed |= drop_axis(&problem, fails, context);
        changed |= simplify_choices(&problem, fails, context);
        changed |= shrink_numbers(&problem, fails, context);
    }
    return problem;
}
