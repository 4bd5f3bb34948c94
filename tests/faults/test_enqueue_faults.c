/* SPDX-License-Identifier: Apache-2.0 */
/* Every enqueue function under every fault: all of it runs, or none. */
#include "faults/bed.h"
#include "faults/sweep.h"
#include "support/cmocka.h"
#include "support/problems.h"

#include <stdio.h>

enum { BEDS = 3 }; /* one for each clpool_mode */

static struct test_device device;
static clpool_engine *engine;
static struct bed beds[BEDS];
static struct sweep sweep;

/** OpenCL's own tail. */
struct tail {
    cl_uint num_wait;
    const cl_event *wait_list;
    cl_event *event;
};

#define TAIL device.queue, tail->num_wait, tail->wait_list, tail->event

static clpool_status forward(const struct bed *bed, const struct tail *tail)
{
    return clpool_enqueue_forward(bed->plan, bed_at(bed, BED_X), bed_at(bed, BED_Y_OUT), bed_at(bed, BED_MASK_OUT),
                                  TAIL);
}

static clpool_status forward_without_mask(const struct bed *bed, const struct tail *tail)
{
    return clpool_enqueue_forward(bed->plan, bed_at(bed, BED_X), bed_at(bed, BED_Y_OUT), clpool_none(), TAIL);
}

static clpool_status backward(const struct bed *bed, const struct tail *tail)
{
    return clpool_enqueue_backward(bed->plan, bed_at(bed, BED_DY), bed_at(bed, BED_MASK), bed_at(bed, BED_DX), 0, TAIL);
}

static clpool_status accumulating_backward(const struct bed *bed, const struct tail *tail)
{
    return clpool_enqueue_backward(bed->plan, bed_at(bed, BED_DY), bed_at(bed, BED_MASK), bed_at(bed, BED_SUM),
                                   CLPOOL_ACCUMULATE, TAIL);
}

static clpool_status recompute(const struct bed *bed, const struct tail *tail)
{
    return clpool_enqueue_backward_recompute(bed->plan, bed_at(bed, BED_X), bed_at(bed, BED_DY), bed_at(bed, BED_DX), 0,
                                             TAIL);
}

static clpool_status backward_lp(const struct bed *bed, const struct tail *tail)
{
    return clpool_enqueue_backward_lp(bed->plan, bed_at(bed, BED_X), bed_at(bed, BED_Y), bed_at(bed, BED_DY),
                                      bed_at(bed, BED_DX), 0, TAIL);
}

static clpool_status unpool(const struct bed *bed, const struct tail *tail)
{
    return clpool_enqueue_unpool(bed->plan, bed_at(bed, BED_Y), bed_at(bed, BED_MASK), bed_at(bed, BED_UNPOOLED),
                                 clpool_none(), TAIL);
}

static clpool_status counting_unpool(const struct bed *bed, const struct tail *tail)
{
    return clpool_enqueue_unpool(bed->plan, bed_at(bed, BED_Y), bed_at(bed, BED_MASK), bed_at(bed, BED_UNPOOLED),
                                 bed_at(bed, BED_DROPPED), TAIL);
}

static clpool_status unpool_backward(const struct bed *bed, const struct tail *tail)
{
    return clpool_enqueue_unpool_backward(bed->plan, bed_at(bed, BED_X), bed_at(bed, BED_MASK),
                                          bed_at(bed, BED_FETCHED), TAIL);
}

static clpool_status convert_mask(const struct bed *bed, const struct tail *tail)
{
    return clpool_enqueue_convert_mask(bed->plan, bed_at(bed, BED_MASK), CLPOOL_MASK_WINDOW, bed_at(bed, BED_PLANE),
                                       CLPOOL_MASK_PLANE_I64, TAIL);
}

static clpool_status check_mask(const struct bed *bed, const struct tail *tail)
{
    return clpool_enqueue_check_mask(bed->plan, bed_at(bed, BED_MASK), bed_at(bed, BED_COUNT), TAIL);
}

/** One enqueue function on one bed. */
struct enqueue {
    const char *name;
    clpool_mode mode;
    clpool_status (*call)(const struct bed *bed, const struct tail *tail);
    unsigned outputs;
    bool makes_kernel; /* at each call */
};

#define BIT(slot) (1u << BED_##slot)

static const struct enqueue enqueues[] = {
    {"maximum forward", CLPOOL_MAX, forward, BIT(Y_OUT) | BIT(MASK_OUT), false},
    {"maximum forward without mask", CLPOOL_MAX, forward_without_mask, BIT(Y_OUT), false},
    {"maximum backward", CLPOOL_MAX, backward, BIT(DX), false},
    {"maximum accumulating backward", CLPOOL_MAX, accumulating_backward, BIT(SUM), false},
    {"maximum backward from x", CLPOOL_MAX, recompute, BIT(DX), false},
    {"unpooling", CLPOOL_MAX, unpool, BIT(UNPOOLED), false},
    {"backward of unpooling", CLPOOL_MAX, unpool_backward, BIT(FETCHED), false},
    {"unpooling with a count", CLPOOL_MAX, counting_unpool, BIT(UNPOOLED) | BIT(DROPPED), false},
    {"converting a mask", CLPOOL_MAX, convert_mask, BIT(PLANE), true},
    {"checking a mask", CLPOOL_MAX, check_mask, BIT(COUNT), true},
    {"average forward", CLPOOL_AVERAGE, forward_without_mask, BIT(Y_OUT), false},
    {"average backward", CLPOOL_AVERAGE, backward, BIT(DX), false},
    {"Lp forward", CLPOOL_LP, forward_without_mask, BIT(Y_OUT), false},
    {"Lp backward", CLPOOL_LP, backward_lp, BIT(DX), false},
};
enum { ENQUEUES = sizeof(enqueues) / sizeof(enqueues[0]) };

/** An enqueue with or without wait list and event, as an operation of a sweep. */
struct attempt {
    const struct enqueue *enqueue;
    struct bed *bed;
    bool has_events;
    cl_event gate; /* what the work waits for */
    cl_event done;
};

/** No event, and not NULL either: what a failing call must leave alone. */
static char nobody;
#define UNTOUCHED ((cl_event)(void *)&nobody)

static clpool_status run(void *data)
{
    struct attempt *attempt = data;
    cl_int code = CL_SUCCESS;
    const struct tail none = {0, NULL, NULL};
    const struct tail both = {1, (const cl_event *)&attempt->gate, &attempt->done};
    attempt->done = UNTOUCHED;
    attempt->gate = NULL;
    if (attempt->has_events) {
        attempt->gate = clCreateUserEvent(device.context, &code);
        assert_cl(code);
    }
    return attempt->enqueue->call(attempt->bed, attempt->has_events ? &both : &none);
}

static const char *check(void *data, clpool_status status)
{
    struct attempt *attempt = data;
    const bool is_enqueued = status == CLPOOL_SUCCESS;
    if (attempt->gate != NULL) {
        assert_cl(clSetUserEventStatus(attempt->gate, CL_COMPLETE));
        assert_cl(clReleaseEvent(attempt->gate));
    }
    if ((attempt->done != UNTOUCHED) != (is_enqueued && attempt->has_events)) {
        return is_enqueued ? "there is no event" : "the event was set";
    }
    if (attempt->done != UNTOUCHED) {
        assert_cl(clWaitForEvents(1, &attempt->done));
        assert_cl(clReleaseEvent(attempt->done));
    }
    return bed_check(attempt->bed, is_enqueued ? attempt->enqueue->outputs : 0);
}

static void an_enqueue_that_fails_does_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2 * ENQUEUES; i++) {
        char name[128];
        const struct enqueue *enqueue = &enqueues[i / 2];
        struct attempt attempt = {enqueue, &beds[enqueue->mode], i % 2 != 0, NULL, NULL};
        (void)snprintf(name, sizeof(name), "%s%s", enqueue->name, attempt.has_events ? " with events" : "");
        const struct operation operation = {.name = name,
                                            .data = &attempt,
                                            .run = run,
                                            .check = check,
                                            .tolerates = " clReleaseKernel clReleaseProgram "};
        assert_success(run(&attempt)); /* the mask's program stays with the engine */
        assert_null(check(&attempt, CLPOOL_SUCCESS));
        sweep_operation(&sweep, &operation);
    }
}

/** The marker behind the wait list of a problem with no elements. */
static void an_empty_batch_that_fails_sets_no_event(void **state)
{
    (void)state;
    struct bed empty = {.device = &device, .problem = problem_of_rank(2)};
    const struct enqueue enqueue = {"an empty batch", CLPOOL_MAX, forward, 0, false};
    struct attempt attempt = {&enqueue, &empty, true, NULL, NULL};
    const struct operation operation = {.name = enqueue.name, .data = &attempt, .run = run, .check = check};
    empty.problem.batch = 0;
    assert_success(clpool_plan_create(engine, &empty.problem, NULL, &empty.plan));
    sweep_operation(&sweep, &operation);
    clpool_plan_destroy(empty.plan);
}

/** What enqueueing may call: it asks for the caller's queue and buffers, sets arguments, launches. */
static bool is_expected(const struct enqueue *enqueue, fault_call call)
{
    switch ((int)call) {
    case FAULT_clGetCommandQueueInfo:
    case FAULT_clGetMemObjectInfo:
    case FAULT_clSetKernelArg:
    case FAULT_clEnqueueNDRangeKernel:
        return true;
    case FAULT_clCreateKernel:
    case FAULT_clReleaseKernel:
    case FAULT_clRetainProgram:
    case FAULT_clReleaseProgram:
        return enqueue->makes_kernel;
    default:
        return false;
    }
}

static void enqueueing_builds_nothing_asks_no_device_and_takes_no_memory(void **state)
{
    (void)state;
    for (size_t i = 0; i < ENQUEUES; i++) {
        struct attempt attempt = {&enqueues[i], &beds[enqueues[i].mode], true, NULL, NULL};
        fault_arm(NULL);
        assert_success(run(&attempt));
        (void)fault_disarm();
        assert_null(check(&attempt, CLPOOL_SUCCESS));
        assert_int_equal(fault_calls(FAULT_clEnqueueNDRangeKernel), 1);
        for (size_t call = 0; call < FAULT_CALLS; call++) {
            if (fault_calls((fault_call)call) > 0 && !is_expected(&enqueues[i], (fault_call)call)) {
                print_error("%s calls %s\n", enqueues[i].name, fault_call_name((fault_call)call));
                fail();
            }
        }
    }
}

static void nothing_was_found(void **state)
{
    (void)state;
    assert_string_equal(sweep.findings_text, "");
    assert_true(sweep.injected > 0);
}

static int set_up(void **state)
{
    (void)state;
    test_device_open(&device);
    assert_success(clpool_engine_create(device.context, device.device, &engine));
    for (size_t i = 0; i < BEDS; i++) {
        clpool_problem problem = with_padding(
            with_stride(with_kernel(with_in(with_planes(problem_of_rank(2), 2, 3), 1, 9, 11), 3), 2), 1, 1);
        problem.mode = (clpool_mode)i;
        problem.p = i == CLPOOL_LP ? 2 : 0;
        bed_make(&beds[i], &device, engine, &problem);
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    sweep_print(&sweep);
    for (size_t i = 0; i < BEDS; i++) {
        bed_free(&beds[i]);
    }
    clpool_engine_destroy(engine);
    test_device_close(&device);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_enqueue_that_fails_does_nothing),
        cmocka_unit_test(an_empty_batch_that_fails_sets_no_event),
        cmocka_unit_test(nothing_was_found),
        cmocka_unit_test(enqueueing_builds_nothing_asks_no_device_and_takes_no_memory),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
