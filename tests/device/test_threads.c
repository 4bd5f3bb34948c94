/* SPDX-License-Identifier: Apache-2.0 */
/* Engines and plans in programs of many threads, contexts, devices and processes: each result is the reference's, bit
 * for bit, and handles go in any order. */
#include "support/cmocka.h"
#include "support/device.h"
#include "support/problems.h"
#include "support/tensors.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS = 8, ROUNDS = 20, MOST_DEVICES = THREADS, SECONDS_TO_HANG = 120 };

/** How a child that was forked before any OpenCL ended. */
static int child_status;

/** One device of a context, and an engine for it. */
struct place {
    cl_context context;
    cl_device_id device;
    clpool_engine *engine;
    clpool_plan *plan;
};

static struct test_device device;
static size_t results; /* that threads have compared */

static clpool_problem problem_of_number(size_t number)
{
    clpool_problem problem = clpool_problem_2d(1, 2 + number % 2, 9 + number % 5, 11, 2 + number % 2, 2, 0);
    problem.layout = number % 3 == 0 ? CLPOOL_CHANNELS_LAST : CLPOOL_CHANNELS_FIRST;
    return problem;
}

static struct place place_make(cl_context context, cl_device_id on, size_t number)
{
    struct place place = {.context = context, .device = on};
    const clpool_problem problem = problem_of_number(number);
    assert_success(clpool_engine_create(context, on, &place.engine));
    assert_success(clpool_plan_create(place.engine, &problem, NULL, &place.plan));
    return place;
}

static void place_free(struct place *place)
{
    clpool_plan_destroy(place->plan);
    clpool_engine_destroy(place->engine);
}

static cl_mem buffer_of(cl_context context, void *contents, size_t bytes)
{
    cl_int code = CL_SUCCESS;
    return clCreateBuffer(context, contents == NULL ? 0 : CL_MEM_COPY_HOST_PTR, bytes, contents, &code);
}

/** Whether a buffer holds these bytes, after all that its queue was given. */
static bool holds(cl_command_queue queue, cl_mem buffer, const void *expected, size_t bytes)
{
    void *got = malloc(bytes);
    const bool is_equal = got != NULL &&
                          clEnqueueReadBuffer(queue, buffer, CL_TRUE, 0, bytes, got, 0, NULL, NULL) == CL_SUCCESS &&
                          memcmp(got, expected, bytes) == 0;
    free(got);
    return is_equal;
}

/** Forward with a mask and backward from it; true if y, the mask and dx are the reference's. */
static bool pool_once(cl_context context, const clpool_plan *plan, cl_command_queue queue, struct random *random)
{
    const clpool_problem *problem = clpool_plan_problem(plan);
    struct tensors t;
    tensors_make(&t, problem, random);
    tensors_reference_forward(&t, problem);
    tensors_reference_backward(&t, problem, 0);
    const size_t x_bytes = t.x_elements * t.element_bytes;
    const size_t y_bytes = t.y_elements * t.element_bytes;
    const size_t mask_bytes = t.mask_elements * t.mask_bytes;
    cl_mem x = buffer_of(context, t.x, x_bytes);
    cl_mem y = buffer_of(context, NULL, y_bytes);
    cl_mem mask = buffer_of(context, NULL, mask_bytes);
    cl_mem dy = buffer_of(context, t.dy, y_bytes);
    cl_mem dx = buffer_of(context, NULL, x_bytes);
    const bool right = clpool_enqueue_forward(plan, clpool_at(x, 0), clpool_at(y, 0), clpool_at(mask, 0), queue, 0,
                                              NULL, NULL) == CLPOOL_SUCCESS &&
                       clpool_enqueue_backward(plan, clpool_at(dy, 0), clpool_at(mask, 0), clpool_at(dx, 0), 0, queue,
                                               0, NULL, NULL) == CLPOOL_SUCCESS &&
                       holds(queue, y, t.y, y_bytes) && holds(queue, mask, t.mask, mask_bytes) &&
                       holds(queue, dx, t.dx, x_bytes);
    (void)clReleaseMemObject(x);
    (void)clReleaseMemObject(y);
    (void)clReleaseMemObject(mask);
    (void)clReleaseMemObject(dy);
    (void)clReleaseMemObject(dx);
    tensors_free(&t);
    return right;
}

struct worker {
    pthread_t thread;
    const struct place *place;
    size_t number;
    int wrong;
};

/** Alternates between the plan that the threads of a place share and one of its own, made from the engine that they
 * share, on a queue of its own. */
static void *work(void *argument)
{
    struct worker *worker = argument;
    const struct place *place = worker->place;
    struct random random = {worker->number};
    cl_int code = CL_SUCCESS;
    cl_command_queue queue = clCreateCommandQueue(place->context, place->device, 0, &code);
    if (code != CL_SUCCESS) {
        worker->wrong = ROUNDS;
        return NULL;
    }
    for (size_t round = 0; round < ROUNDS; round++) {
        clpool_plan *own = NULL;
        const clpool_problem problem = problem_of_number(worker->number + round / 8);
        const bool right = clpool_plan_create(place->engine, &problem, NULL, &own) == CLPOOL_SUCCESS &&
                           pool_once(place->context, own, queue, &random) &&
                           pool_once(place->context, place->plan, queue, &random);
        worker->wrong += !right;
        clpool_plan_destroy(own);
    }
    (void)clReleaseCommandQueue(queue);
    return NULL;
}

/** So many threads, shared out among the places. */
static void work_at(const struct place *places, size_t count, size_t threads)
{
    struct worker workers[THREADS];
    int wrong = 0;
    for (size_t i = 0; i < threads; i++) {
        workers[i] = (struct worker){.place = &places[i % count], .number = i};
        assert_int_equal(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
    }
    for (size_t i = 0; i < threads; i++) {
        assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
        wrong += workers[i].wrong;
        results += 2 * ROUNDS;
    }
    assert_int_equal(wrong, 0);
}

static void threads_share_an_engine_and_a_plan(void **state)
{
    (void)state;
    struct place place = place_make(device.context, device.device, 1);
    work_at(&place, 1, THREADS);
    place_free(&place);
}

static void two_contexts_at_once(void **state)
{
    (void)state;
    struct test_device other;
    test_device_open(&other);
    struct place places[] = {place_make(device.context, device.device, 0), place_make(other.context, other.device, 1)};
    work_at(places, 2, THREADS);
    place_free(&places[0]);
    place_free(&places[1]);
    test_device_close(&other);
}

/** PoCL has as many as POCL_DEVICES names. A thread for each: two that use its device "basic" end the process, by an
 * assertion of its own. */
static void all_devices_of_the_platform_at_once(void **state)
{
    (void)state;
    const char *expected = getenv("CLPOOL_TEST_DEVICES");
    cl_device_id devices[MOST_DEVICES];
    struct place places[MOST_DEVICES];
    cl_uint count = 0;
    assert_cl(clGetDeviceIDs(device.platform, CL_DEVICE_TYPE_ALL, MOST_DEVICES, devices, &count));
    count = count < MOST_DEVICES ? count : MOST_DEVICES;
    assert_true(expected == NULL || count == strtoul(expected, NULL, 10));
    for (cl_uint i = 0; i < count; i++) {
        cl_int code = CL_SUCCESS;
        cl_context context = clCreateContext(NULL, 1, &devices[i], NULL, NULL, &code);
        assert_cl(code);
        places[i] = place_make(context, devices[i], i);
    }
    work_at(places, count, count);
    for (cl_uint i = 0; i < count; i++) {
        cl_context context = places[i].context;
        place_free(&places[i]);
        assert_cl(clReleaseContext(context));
    }
}

/** What a program lets go of: bits of a set. */
enum handle { CONTEXT = 1, ENGINE = 2, PLAN = 4, QUEUE = 8, ALL_HANDLES = 15 };

static void let_go(enum handle handle, struct place *place, cl_command_queue queue)
{
    switch (handle) {
    case CONTEXT:
        assert_cl(clReleaseContext(place->context));
        break;
    case ENGINE:
        clpool_engine_destroy(place->engine);
        break;
    case PLAN:
        clpool_plan_destroy(place->plan);
        break;
    default:
        assert_cl(clReleaseCommandQueue(queue));
        break;
    }
}

/** The engine retains the context, plans what they need of the engine: as long as there are a plan and a queue, both
 * can be used. */
static void handles_are_let_go_in_any_order(void **state)
{
    static const enum handle handles[] = {CONTEXT, ENGINE, PLAN, QUEUE};
    struct random random = {1};
    (void)state;
    for (unsigned order = 0; order < 4 * 4 * 4 * 4; order++) {
        const enum handle sequence[] = {handles[order % 4], handles[order / 4 % 4], handles[order / 16 % 4],
                                        handles[order / 64]};
        if ((sequence[0] | sequence[1] | sequence[2] | sequence[3]) != ALL_HANDLES) {
            continue;
        }
        cl_int code = CL_SUCCESS;
        cl_context context = clCreateContext(NULL, 1, &device.device, NULL, NULL, &code);
        assert_cl(code);
        struct place place = place_make(context, device.device, 1);
        cl_command_queue queue = clCreateCommandQueue(context, device.device, 0, &code);
        assert_cl(code);
        unsigned gone = 0;
        for (size_t i = 0; i < 4; i++) {
            let_go(sequence[i], &place, queue);
            gone |= (unsigned)sequence[i];
            assert_true((gone & (PLAN | QUEUE)) != 0 || pool_once(context, place.plan, queue, &random));
        }
    }
}

static void a_child_forked_before_any_opencl_has_its_own(void **state)
{
    (void)state;
    assert_int_equal(child_status, 0);
}

/** The exit status of a child that pools, as its parent is about to. */
static int pool_in_child(void)
{
    int status = 0;
    (void)fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        struct test_device own;
        struct random random = {1};
        (void)alarm(SECONDS_TO_HANG);
        test_device_open(&own);
        struct place place = place_make(own.context, own.device, 1);
        const bool right = pool_once(own.context, place.plan, own.queue, &random);
        place_free(&place);
        test_device_close(&own);
        exit(right ? 0 : 1);
    }
    return child < 0 || waitpid(child, &status, 0) != child ? -1 : status;
}

/** The argument, if there is one, is the name of the test to run. */
int main(int argument_count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_child_forked_before_any_opencl_has_its_own),
        cmocka_unit_test(threads_share_an_engine_and_a_plan),
        cmocka_unit_test(two_contexts_at_once),
        cmocka_unit_test(all_devices_of_the_platform_at_once),
        cmocka_unit_test(handles_are_let_go_in_any_order),
    };
    if (argument_count > 1) {
        cmocka_set_test_filter(arguments[1]);
    }
    child_status = pool_in_child();
    test_device_open(&device);
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    printf("threads: threads %d, results %zu\n", THREADS, results);
    test_device_close(&device);
    return failed;
}
