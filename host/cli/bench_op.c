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

bool bench_ops_parse(const char *text, unsigned *ops, message *why)
{
    const char *at = text;
    *ops = 0;
    do {
        size_t length = strcspn(at, ",");
        int op;
        for (op = 0; op < BENCH_OPS; op++) {
            if (strlen(op_table[op].name) == length && strncmp(at, op_table[op].name, length) == 0) {
                break;
            }
        }
        if (op == BENCH_OPS) {
            message_set(why, "'%s' is not a list of forward, forward_no_mask, backward and recompute", text);
            return false;
        }
        *ops |= 1u << op;
        at += length;
    } while (*at == ',' && at++);
    return true;
}
