/* SPDX-License-Identifier: Apache-2.0 */
#include "runner.h"

#include <string.h>

#include "mask_check.h"
#include "report.h"
#include "stopwatch.h"

/* Bits. A tensor that is both is written to the device before the operation and read after it. */
enum { IS_INPUT = 1, IS_OUTPUT = 2 };

static const unsigned access_table[][RUNNER_TENSORS] = {
    [RUN_FORWARD] = {[CLPOOL_X] = IS_INPUT, [CLPOOL_Y] = IS_OUTPUT, [CLPOOL_MASK] = IS_OUTPUT},
    [RUN_BACKWARD] = {[CLPOOL_X] = IS_OUTPUT,
                      [CLPOOL_Y] = IS_INPUT,
                      [CLPOOL_MASK] = IS_INPUT,
                      [RUNNER_INPUT] = IS_INPUT,
                      [RUNNER_OUTPUT] = IS_INPUT},
    [RUN_UNPOOL] = {[CLPOOL_X] = IS_OUTPUT,
                    [CLPOOL_Y] = IS_INPUT,
                    [CLPOOL_MASK] = IS_INPUT,
                    [RUNNER_DROPPED] = IS_INPUT | IS_OUTPUT},
    [RUN_UNPOOL_BACKWARD] = {[CLPOOL_X] = IS_INPUT, [CLPOOL_Y] = IS_OUTPUT, [CLPOOL_MASK] = IS_INPUT},
    [RUN_CONVERT_MASK] = {[CLPOOL_MASK] = IS_INPUT, [RUNNER_TO] = IS_OUTPUT},
    [RUN_CHECK_MASK] = {[CLPOOL_MASK] = IS_INPUT, [RUNNER_COUNT] = IS_OUTPUT},
};

/* The size of what a slot holds. */
static clpool_status tensor_bytes(const runner *of, int slot, size_t *bytes)
{
    static const clpool_tensor shapes[] = {[CLPOOL_X] = CLPOOL_X,
                                           [CLPOOL_Y] = CLPOOL_Y,
                                           [CLPOOL_MASK] = CLPOOL_MASK,
                                           [RUNNER_INPUT] = CLPOOL_X,
                                           [RUNNER_OUTPUT] = CLPOOL_Y};
    clpool_problem converted = *of->problem;
    switch (slot) {
    case RUNNER_DROPPED:
        *bytes = sizeof(cl_uint);
        return CLPOOL_SUCCESS;
    case RUNNER_COUNT:
        *bytes = sizeof(cl_ulong);
        return CLPOOL_SUCCESS;
    case RUNNER_TO:
        converted.mask_form = of->to_form;
        return clpool_tensor_bytes(&converted, CLPOOL_MASK, bytes);
    default:
        return clpool_tensor_bytes(of->problem, shapes[slot], bytes);
    }
}

static exit_code take_tensors(runner *opened, const host_tensors *tensors)
{
    int i;
    opened->host[CLPOOL_X] = tensors->x;
    opened->host[CLPOOL_Y] = tensors->y;
    opened->host[CLPOOL_MASK] = tensors->mask;
    opened->host[RUNNER_INPUT] = tensors->input;
    opened->host[RUNNER_OUTPUT] = tensors->output;
    opened->host[RUNNER_DROPPED] = tensors->dropped;
    opened->host[RUNNER_TO] = tensors->to;
    opened->host[RUNNER_COUNT] = tensors->count;
    opened->to_form = tensors->to_form;
    for (i = 0; i < RUNNER_TENSORS; i++) {
        clpool_status status = opened->host[i] == NULL ? CLPOOL_SUCCESS : tensor_bytes(opened, i, &opened->bytes[i]);
        if (status != CLPOOL_SUCCESS) {
            return report_status(status, "the problem");
        }
    }
    return EXIT_DONE;
}

/* Backward of maximum from x, with no mask. */
static bool is_recompute(const runner *run)
{
    return run->op == RUN_BACKWARD && run->host[RUNNER_INPUT] != NULL && run->host[RUNNER_OUTPUT] == NULL;
}

/* The parameters of what is fused on the device; *made is NULL where there are none. */
static exit_code make_parameters(const runner *opened, const fused_work *fused, cl_mem *made)
{
    cl_int code = CL_SUCCESS;
    if (fused != NULL && fused->parameters.data != NULL) {
        const array *held = &fused->parameters;
        *made = clCreateBuffer(opened->on->context, CL_MEM_READ_ONLY | CL_MEM_COPY_HOST_PTR,
                               held->elements * npy_dtype_bytes(held->dtype), held->data, &code);
    }
    return code == CL_SUCCESS ? EXIT_DONE : report_cl(code, "clCreateBuffer of parameters", opened->on->index);
}

/* The operation of the plan that a runner makes; the tools for masks are part of each. */
static clpool_op op_of_plan(const runner *run, bool *is_tool)
{
    *is_tool = run->op > RUN_UNPOOL_BACKWARD;
    if (*is_tool) {
        return CLPOOL_FORWARD;
    }
    return run->op == RUN_UNPOOL_BACKWARD ? CLPOOL_UNPOOL : (clpool_op)run->op;
}

static exit_code make_plan(runner *opened, const char *strategy, const fused_work *fused)
{
    clpool_plan_options options;
    const char **wanted[] = {[CLPOOL_FORWARD] = &options.forward_strategy,
                             [CLPOOL_BACKWARD] = &options.backward_strategy,
                             [CLPOOL_UNPOOL] = &options.unpool_strategy};
    bool is_tool;
    clpool_op op = op_of_plan(opened, &is_tool);
    cl_mem parameters = NULL;
    clpool_status status;
    exit_code code = make_parameters(opened, fused, &parameters);
    if (code != EXIT_DONE) {
        return code;
    }
    memset(&options, 0, sizeof(options));
    options.struct_size = sizeof(options);
    options.operations = 1u << (unsigned)op;
    opened->strategy = "-";
    if (!is_tool) {
        *wanted[op] = strategy;
    }
    if (fused != NULL) {
        fused_options(fused, parameters, &options);
    }
    status = clpool_plan_create(opened->on->engine, opened->problem, &options, &opened->plan);
    if (status == CLPOOL_SUCCESS && !is_tool) {
        status = is_recompute(opened) ? clpool_plan_recompute_strategy(opened->plan, &opened->strategy, NULL)
                                      : clpool_plan_strategy(opened->plan, op, &opened->strategy, NULL);
    }
    code = status == CLPOOL_SUCCESS ? EXIT_DONE : target_report(opened->on, status);
    if (code != EXIT_DONE && fused != NULL) {
        fused_explain(fused, status);
    }
    if (parameters != NULL) { /* which the plan retains */
        (void)clReleaseMemObject(parameters);
    }
    return code;
}

static exit_code make_buffer(runner *opened, int tensor)
{
    const cl_uchar pattern = 0xa5;
    static const cl_mem_flags flags[] = {
        [IS_INPUT] = CL_MEM_READ_ONLY, [IS_OUTPUT] = CL_MEM_WRITE_ONLY, [IS_INPUT | IS_OUTPUT] = CL_MEM_READ_WRITE};
    cl_int code;
    if (opened->bytes[tensor] == 0) {
        return EXIT_DONE;
    }
    opened->buffers[tensor] = clCreateBuffer(opened->on->context, flags[access_table[opened->op][tensor]],
                                             opened->bytes[tensor], NULL, &code);
    if (opened->buffers[tensor] == NULL) {
        return report_error(EXIT_DEVICE_FAILED, "%s: clCreateBuffer of %zu bytes failed: %s (%d)", opened->on->index,
                            opened->bytes[tensor], clpool_cl_error_name(code), (int)code);
    }
    code = clEnqueueFillBuffer(opened->on->queue, opened->buffers[tensor], &pattern, sizeof(pattern), 0,
                               opened->bytes[tensor], 0, NULL, NULL);
    return code == CL_SUCCESS ? EXIT_DONE : report_cl(code, "clEnqueueFillBuffer", opened->on->index);
}

bool runner_lacks(const target *on, const clpool_problem *problem, message *why)
{
    clpool_plan *plan = NULL;
    clpool_status status = on->context == NULL ? CLPOOL_SUCCESS : clpool_plan_create(on->engine, problem, NULL, &plan);
    clpool_plan_destroy(plan);
    if (status == CLPOOL_DEVICE_LACKS) {
        message_set(why, "%s", clpool_error_detail());
    }
    return status == CLPOOL_DEVICE_LACKS;
}

exit_code runner_open(runner *opened, const target *on, const clpool_problem *problem, runner_op op,
                      const char *strategy, const host_tensors *tensors)
{
    exit_code code;
    int i;
    memset(opened, 0, sizeof(*opened));
    opened->on = on;
    opened->problem = problem;
    opened->op = op;
    opened->strategy = "native";
    code = take_tensors(opened, tensors);
    if (code == EXIT_DONE && on->context == NULL && tensors->fused != NULL) {
        code = report_error(EXIT_BAD_INPUT, "native: %s is for OpenCL devices; the host pools only",
                            fused_flag(tensors->fused->given));
    }
    if (code == EXIT_DONE && on->context != NULL) {
        code = make_plan(opened, strategy, tensors->fused);
        for (i = 0; i < RUNNER_TENSORS && code == EXIT_DONE; i++) {
            code = make_buffer(opened, i);
        }
    }
    if (code != EXIT_DONE) {
        runner_close(opened);
    }
    return code;
}

static clpool_status backward_native(const runner *run)
{
    void *const *host = run->host;
    if (host[RUNNER_OUTPUT] != NULL) {
        return clpool_native_backward_lp(run->problem, host[RUNNER_INPUT], host[RUNNER_OUTPUT], host[CLPOOL_Y],
                                         host[CLPOOL_X], 0);
    }
    if (host[RUNNER_INPUT] != NULL) {
        return clpool_native_backward_recompute(run->problem, host[RUNNER_INPUT], host[CLPOOL_Y], host[CLPOOL_X], 0);
    }
    return clpool_native_backward(run->problem, host[CLPOOL_Y], host[CLPOOL_MASK], host[CLPOOL_X], 0);
}

static clpool_status unpool_native(const runner *run)
{
    void *const *host = run->host;
    cl_uint *to = host[RUNNER_DROPPED];
    size_t dropped = 0;
    clpool_status status =
        clpool_native_unpool(run->problem, host[CLPOOL_Y], host[CLPOOL_MASK], host[CLPOOL_X], &dropped);
    if (to != NULL) {
        *to = (cl_uint)dropped;
    }
    return status;
}

static clpool_status call_native(const runner *run)
{
    void *const *host = run->host;
    switch (run->op) {
    case RUN_BACKWARD:
        return backward_native(run);
    case RUN_UNPOOL:
        return unpool_native(run);
    case RUN_UNPOOL_BACKWARD:
        return clpool_native_unpool_backward(run->problem, host[CLPOOL_X], host[CLPOOL_MASK], host[CLPOOL_Y]);
    case RUN_CONVERT_MASK:
        return clpool_convert_mask(run->problem, host[CLPOOL_MASK], run->problem->mask_form, host[RUNNER_TO],
                                   run->to_form);
    default:
        return clpool_native_forward(run->problem, host[CLPOOL_X], host[CLPOOL_Y], host[CLPOOL_MASK]);
    }
}

static exit_code run_native(const runner *run, run_times *times)
{
    double start = stopwatch_now();
    clpool_status status = CLPOOL_SUCCESS;
    exit_code code = EXIT_DONE;
    if (run->op == RUN_CHECK_MASK) {
        code = mask_check(run->problem, run->host[CLPOOL_MASK], run->host[RUNNER_COUNT]);
    } else {
        status = call_native(run);
    }
    times->kernel = stopwatch_now() - start;
    times->total = times->kernel;
    return status == CLPOOL_SUCCESS ? code : report_status(status, run->on->index);
}

/* The commands of one run: at most two transfers for each tensor, and the operation. */
typedef struct command_events {
    struct command_event {
        cl_event event;
        const char *call;
        double *time; /* what its duration is added to */
    } list[2 * RUNNER_TENSORS + 1];
    int count;
} command_events;

static struct command_event *add_event(command_events *events, const char *call, double *time)
{
    struct command_event *added = &events->list[events->count++];
    added->call = call;
    added->time = time;
    return added;
}

static exit_code enqueue_transfers(const runner *run, unsigned which, command_events *events, run_times *times)
{
    int i;
    for (i = 0; i < RUNNER_TENSORS; i++) {
        struct command_event *added;
        cl_int code;
        if (run->buffers[i] == NULL || (access_table[run->op][i] & which) == 0) {
            continue;
        }
        if (which == IS_INPUT) {
            added = add_event(events, "clEnqueueWriteBuffer", &times->to_device);
            code = clEnqueueWriteBuffer(run->on->queue, run->buffers[i], CL_FALSE, 0, run->bytes[i], run->host[i], 0,
                                        NULL, &added->event);
        } else {
            added = add_event(events, "clEnqueueReadBuffer", &times->from_device);
            code = clEnqueueReadBuffer(run->on->queue, run->buffers[i], CL_FALSE, 0, run->bytes[i], run->host[i], 0,
                                       NULL, &added->event);
        }
        if (code != CL_SUCCESS) {
            return report_cl(code, added->call, run->on->index);
        }
    }
    return EXIT_DONE;
}

static clpool_buffer slot(const runner *run, int tensor)
{
    return clpool_at(run->buffers[tensor], 0);
}

static clpool_status enqueue_backward(const runner *run, cl_event *event)
{
    clpool_buffer dy = slot(run, CLPOOL_Y), dx = slot(run, CLPOOL_X);
    clpool_buffer input = slot(run, RUNNER_INPUT);
    cl_command_queue queue = run->on->queue;
    if (run->buffers[RUNNER_OUTPUT] != NULL) {
        return clpool_enqueue_backward_lp(run->plan, input, slot(run, RUNNER_OUTPUT), dy, dx, 0, queue, 0, NULL, event);
    }
    if (run->buffers[RUNNER_INPUT] != NULL) {
        return clpool_enqueue_backward_recompute(run->plan, input, dy, dx, 0, queue, 0, NULL, event);
    }
    return clpool_enqueue_backward(run->plan, dy, slot(run, CLPOOL_MASK), dx, 0, queue, 0, NULL, event);
}

static clpool_status call_device(const runner *run, cl_event *event)
{
    clpool_buffer x = slot(run, CLPOOL_X), y = slot(run, CLPOOL_Y), mask = slot(run, CLPOOL_MASK);
    cl_command_queue queue = run->on->queue;
    switch (run->op) {
    case RUN_BACKWARD:
        return enqueue_backward(run, event);
    case RUN_UNPOOL:
        return clpool_enqueue_unpool(run->plan, y, mask, x, slot(run, RUNNER_DROPPED), queue, 0, NULL, event);
    case RUN_UNPOOL_BACKWARD:
        return clpool_enqueue_unpool_backward(run->plan, x, mask, y, queue, 0, NULL, event);
    case RUN_CONVERT_MASK:
        return clpool_enqueue_convert_mask(run->plan, mask, run->problem->mask_form, slot(run, RUNNER_TO), run->to_form,
                                           queue, 0, NULL, event);
    case RUN_CHECK_MASK:
        return clpool_enqueue_check_mask(run->plan, mask, slot(run, RUNNER_COUNT), queue, 0, NULL, event);
    default:
        return clpool_enqueue_forward(run->plan, x, y, mask, queue, 0, NULL, event);
    }
}

static exit_code enqueue_operation(const runner *run, command_events *events, run_times *times)
{
    struct command_event *added = add_event(events, "the kernel", &times->kernel);
    clpool_status status = call_device(run, &added->event);
    return status == CLPOOL_SUCCESS ? EXIT_DONE : report_status(status, run->on->index);
}

static exit_code take_times(const runner *run, const command_events *events)
{
    int i;
    for (i = 0; i < events->count; i++) {
        const struct command_event *of = &events->list[i];
        cl_int status = CL_COMPLETE;
        cl_ulong start = 0, end = 0;
        cl_int code = clGetEventInfo(of->event, CL_EVENT_COMMAND_EXECUTION_STATUS, sizeof(status), &status, NULL);
        if (code == CL_SUCCESS && status < 0) {
            return report_cl(status, of->call, run->on->index);
        }
        if (code == CL_SUCCESS) {
            code = clGetEventProfilingInfo(of->event, CL_PROFILING_COMMAND_START, sizeof(start), &start, NULL);
        }
        if (code == CL_SUCCESS) {
            code = clGetEventProfilingInfo(of->event, CL_PROFILING_COMMAND_END, sizeof(end), &end, NULL);
        }
        if (code != CL_SUCCESS) {
            return report_cl(code, "clGetEventProfilingInfo", run->on->index);
        }
        *of->time += 1e-9 * (double)(end - start);
    }
    return EXIT_DONE;
}

static exit_code run_device(const runner *run, run_times *times)
{
    command_events events = {.count = 0};
    double start;
    exit_code code;
    int i;
    /* The fills of opening are not part of the run. */
    cl_int before = clFinish(run->on->queue);
    cl_int after;
    start = stopwatch_now();
    code = enqueue_transfers(run, IS_INPUT, &events, times);
    if (code == EXIT_DONE) {
        code = enqueue_operation(run, &events, times);
    }
    if (code == EXIT_DONE) {
        code = enqueue_transfers(run, IS_OUTPUT, &events, times);
    }
    /* Also after a failure: what was enqueued uses host memory. */
    after = clFinish(run->on->queue);
    times->total = stopwatch_now() - start;
    if (code == EXIT_DONE && (before != CL_SUCCESS || after != CL_SUCCESS)) {
        code = report_cl(before != CL_SUCCESS ? before : after, "clFinish", run->on->index);
    }
    if (code == EXIT_DONE) {
        code = take_times(run, &events);
    }
    for (i = 0; i < events.count; i++) {
        if (events.list[i].event != NULL) {
            (void)clReleaseEvent(events.list[i].event);
        }
    }
    return code;
}

exit_code runner_run(const runner *run, run_times *times)
{
    run_times ignored;
    times = times == NULL ? &ignored : times;
    memset(times, 0, sizeof(*times));
    if (run->host[RUNNER_DROPPED] != NULL) {
        *(cl_uint *)run->host[RUNNER_DROPPED] = 0;
    }
    if (run->host[RUNNER_COUNT] != NULL) {
        *(cl_ulong *)run->host[RUNNER_COUNT] = 0;
    }
    if (run->problem->batch == 0) {
        return EXIT_DONE;
    }
    return run->on->context == NULL ? run_native(run, times) : run_device(run, times);
}

void runner_close(runner *closed)
{
    int i;
    for (i = 0; i < RUNNER_TENSORS; i++) {
        if (closed->buffers[i] != NULL) {
            (void)clReleaseMemObject(closed->buffers[i]);
        }
    }
    clpool_plan_destroy(closed->plan);
    memset(closed, 0, sizeof(*closed));
}

exit_code runner_run_once(const target *on, const clpool_problem *problem, runner_op op, const char *strategy,
                          const host_tensors *tensors)
{
    runner run;
    exit_code code = runner_open(&run, on, problem, op, strategy, tensors);
    if (code == EXIT_DONE) {
        code = runner_run(&run, NULL);
        runner_close(&run);
    }
    return code;
}
