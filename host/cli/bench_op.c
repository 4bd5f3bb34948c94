/* SPDX-License-Identifier: Apache-2.0 */
#include "bench_op.h"

#include <string.h>

#include "element.h"

static const struct op_row {
    const char *name;
    clpool_op runs;
} op_table[BENCH_OPS] = {
    [BENCH_FORWARD] = {"forward", CLPOOL_FORWARD},
    [BENCH_FORWARD_NO_MASK] = {"forward_no_mask", CLPOOL_FORWARD},
    [BENCH_BACKWARD] = {"backward", CLPOOL_BACKWARD},
    [BENCH_RECOMPUTE] = {"recompute", CLPOOL_BACKWARD},
};

const char *bench_op_name(bench_op op)
{
    return op_table[op].name;
}

clpool_op bench_op_runs(bench_op op)
{
    return op_table[op].runs;
}

bool bench_op_exists(const clpool_problem *problem, bench_op op)
{
    bool is_float = element_is_float(problem->dtype);
    switch (op) {
    case BENCH_FORWARD_NO_MASK:
        return problem->mode == CLPOOL_MAX;
    case BENCH_BACKWARD:
        return is_float;
    case BENCH_RECOMPUTE:
        return is_float && problem->mode == CLPOOL_MAX;
    default:
        return true;
    }
}

/* Of one axis: the taps of a window, and the windows that reach an element. */
static void find_reach(const clpool_problem *problem, unsigned axis, size_t out, double *taps, double *windows)
{
    if (problem->windows == CLPOOL_ADAPTIVE) {
        size_t most_taps = problem->in[axis] / out + 1;
        size_t most_windows = out / problem->in[axis] + 1;
        *taps = (double)most_taps;
        *windows = (double)most_windows;
    } else {
        size_t extent = problem->dilation[axis] * (problem->kernel[axis] - 1) + 1;
        size_t reach = (extent - 1) / problem->stride[axis] + 1;
        *taps = (double)problem->kernel[axis];
        *windows = (double)(reach < out ? reach : out);
    }
}

double bench_op_taps(const clpool_problem *problem, bench_op op)
{
    size_t out[CLPOOL_MAX_RANK] = {1, 1, 1};
    double planes = (double)problem->batch * (double)problem->channels;
    double inputs = planes, outputs = planes, taps = 1, windows = 1;
    unsigned axis;
    (void)clpool_output_extent(problem, out);
    for (axis = 0; axis < problem->rank; axis++) {
        double axis_taps, axis_windows;
        find_reach(problem, axis, out[axis], &axis_taps, &axis_windows);
        inputs *= (double)problem->in[axis];
        outputs *= (double)out[axis];
        taps *= axis_taps;
        windows *= axis_windows;
    }
    switch (op) {
    case BENCH_BACKWARD:
        return inputs * windows;
    case BENCH_RECOMPUTE:
        return inputs * windows * taps;
    default:
        return outputs * taps;
    }
}

const char *word_of_bench_op(size_t index)
{
    return index < BENCH_OPS ? op_table[index].name : NULL;
}

bool bench_ops_parse(const char *text, unsigned *ops, message *why)
{
    const char *at = text;
    *ops = 0;
    do {
        size_t length = strcspn(at, ","), op;
        if (!word_find(word_of_bench_op, at, length, &op, why)) {
            return false;
        }
        *ops |= 1u << op;
        at += length;
    } while (*at == ',' && at++);
    return true;
}
