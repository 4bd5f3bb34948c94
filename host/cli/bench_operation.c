/* SPDX-License-Identifier: Apache-2.0 */
#include "bench_operation.h"

#include <string.h>

#include "pooling.h"
#include "report.h"
#include "stopwatch.h"

static clpool_status make_plan(bench_operation *opened, const char *strategy)
{
    const target *on = opened->tensors->on;
    clpool_op runs = bench_op_runs(opened->op);
    clpool_plan_options wanted;
    clpool_status status;
    memset(&wanted, 0, sizeof(wanted));
    wanted.struct_size = sizeof(wanted);
    wanted.operations = 1u << runs;
    if (strategy != NULL && strategy_exists(runs, strategy)) {
        *(runs == CLPOOL_FORWARD ? &wanted.forward_strategy : &wanted.backward_strategy) = strategy;
    }
    status = clpool_plan_create(on->engine, opened->tensors->problem, &wanted, &opened->plan);
    if (status == CLPOOL_SUCCESS) {
        status = opened->op == BENCH_RECOMPUTE
                     ? clpool_plan_recompute_strategy(opened->plan, &opened->strategy, &opened->reason)
                     : clpool_plan_strategy(opened->plan, runs, &opened->strategy, &opened->reason);
    }
    if (status == CLPOOL_SUCCESS) {
        status = clpool_plan_chosen_by(opened->plan, runs, &opened->by);
    }
    return status;
}

clpool_status bench_operation_try(bench_operation *opened, const bench_tensors *tensors, bench_op op,
                                  const char *strategy)
{
    memset(opened, 0, sizeof(*opened));
    opened->tensors = tensors;
    opened->op = op;
    opened->strategy = "native";
    opened->reason = "the host has no other";
    return tensors->on->context == NULL ? CLPOOL_SUCCESS : make_plan(opened, strategy);
}

exit_code bench_operation_open(bench_operation *opened, const bench_tensors *tensors, bench_op op, const char *strategy)
{
    clpool_status status = bench_operation_try(opened, tensors, op, strategy);
    exit_code code = status == CLPOOL_SUCCESS ? EXIT_DONE : target_report(tensors->on, status);
    if (code != EXIT_DONE) {
        bench_operation_close(opened);
    }
    return code;
}

static clpool_status call_native(const bench_operation *of, size_t set)
{
    const clpool_problem *problem = of->tensors->problem;
    void *at[BENCH_SLOTS];
    int slot;
    for (slot = 0; slot < BENCH_SLOTS; slot++) {
        at[slot] = bench_tensors_host(of->tensors, (bench_slot)slot, set);
    }
    switch (of->op) {
    case BENCH_FORWARD:
        return clpool_native_forward(problem, at[SLOT_X], at[SLOT_Y], at[SLOT_MASK]);
    case BENCH_FORWARD_NO_MASK:
        return clpool_native_forward(problem, at[SLOT_X], at[SLOT_Y], NULL);
    case BENCH_RECOMPUTE:
        return clpool_native_backward_recompute(problem, at[SLOT_X], at[SLOT_DY], at[SLOT_DX], 0);
    default:
        return problem->mode == CLPOOL_LP
                   ? clpool_native_backward_lp(problem, at[SLOT_X], at[SLOT_Y], at[SLOT_DY], at[SLOT_DX], 0)
                   : clpool_native_backward(problem, at[SLOT_DY], at[SLOT_MASK], at[SLOT_DX], 0);
    }
}

static clpool_status call_device(const bench_operation *of, size_t set, cl_event *event)
{
    cl_command_queue queue = of->tensors->on->queue;
    clpool_buffer at[BENCH_SLOTS];
    int slot;
    for (slot = 0; slot < BENCH_SLOTS; slot++) {
        at[slot] = bench_tensors_buffer(of->tensors, (bench_slot)slot, set);
    }
    switch (of->op) {
    case BENCH_FORWARD:
        return clpool_enqueue_forward(of->plan, at[SLOT_X], at[SLOT_Y], at[SLOT_MASK], queue, 0, NULL, event);
    case BENCH_FORWARD_NO_MASK:
        return clpool_enqueue_forward(of->plan, at[SLOT_X], at[SLOT_Y], clpool_none(), queue, 0, NULL, event);
    case BENCH_RECOMPUTE:
        return clpool_enqueue_backward_recompute(of->plan, at[SLOT_X], at[SLOT_DY], at[SLOT_DX], 0, queue, 0, NULL,
                                                 event);
    default:
        return of->tensors->problem->mode == CLPOOL_LP
                   ? clpool_enqueue_backward_lp(of->plan, at[SLOT_X], at[SLOT_Y], at[SLOT_DY], at[SLOT_DX], 0, queue, 0,
                                                NULL, event)
                   : clpool_enqueue_backward(of->plan, at[SLOT_DY], at[SLOT_MASK], at[SLOT_DX], 0, queue, 0, NULL,
                                             event);
    }
}

exit_code bench_operation_run(const void *context, size_t round, run_seconds *took)
{
    const bench_operation *of = context;
    const target *on = of->tensors->on;
    size_t set = round % of->tensors->sets;
    double start = stopwatch_now();
    cl_event event = NULL;
    clpool_status status;
    exit_code code;
    if (on->context == NULL) {
        status = call_native(of, set);
        took->wall = stopwatch_now() - start;
        return status == CLPOOL_SUCCESS ? EXIT_DONE : report_status(status, on->index);
    }
    status = call_device(of, set, &event);
    if (status != CLPOOL_SUCCESS) {
        return report_status(status, on->index);
    }
    code = timing_finish(on, event, start, took);
    (void)clReleaseEvent(event);
    return code;
}

size_t bench_operation_bytes(const bench_operation *of)
{
    static const unsigned touched[BENCH_OPS] = {
        [BENCH_FORWARD] = 1 << SLOT_X | 1 << SLOT_Y | 1 << SLOT_MASK,
        [BENCH_FORWARD_NO_MASK] = 1 << SLOT_X | 1 << SLOT_Y,
        [BENCH_BACKWARD] = 1 << SLOT_DY | 1 << SLOT_MASK | 1 << SLOT_DX,
        [BENCH_RECOMPUTE] = 1 << SLOT_X | 1 << SLOT_DY | 1 << SLOT_DX,
    };
    unsigned slots = touched[of->op];
    size_t bytes = 0;
    int slot;
    if (of->op == BENCH_BACKWARD && of->tensors->problem->mode == CLPOOL_LP) {
        slots |= 1u << SLOT_X | 1u << SLOT_Y;
    }
    for (slot = 0; slot < BENCH_SLOTS; slot++) {
        bytes += (slots & 1u << slot) != 0 ? of->tensors->memory[slot].bytes : 0;
    }
    return bytes;
}

void bench_operation_close(bench_operation *closed)
{
    clpool_plan_destroy(closed->plan);
    memset(closed, 0, sizeof(*closed));
}

exit_code bench_operation_prepare(const bench_tensors *tensors)
{
    bench_operation forward;
    exit_code code = bench_operation_open(&forward, tensors, BENCH_FORWARD, NULL);
    size_t set;
    for (set = 0; set < tensors->sets && code == EXIT_DONE; set++) {
        run_seconds ignored;
        code = bench_operation_run(&forward, set, &ignored);
    }
    bench_operation_close(&forward);
    return code;
}
