/* SPDX-License-Identifier: Apache-2.0 */
/* Devices that can little, and refuse what is more: every strategy gives the reference's bits on them, or the device is
 * said to lack what it lacks. */
#include "faults/limits.h"
#include "faults/sweep.h"
#include "support/cmocka.h"
#include "support/device.h"
#include "support/environment.h"
#include "support/problems.h"
#include "support/trial.h"

static struct test_device device;

static int lift_limits(void **state)
{
    static const struct limits none;
    (void)state;
    limits_set(&none);
    return 0;
}

/** Random problems, each by the strategies that take it: with CLPOOL_TEST_LONG=1 by all of them, else by those that
 * need no program for each window. */
static void check_bits(const struct limits *limits)
{
    struct random random = random_from_environment();
    struct trial_result result = {0};
    clpool_engine *engine = NULL;
    const int is_long = test_is_long();
    struct trial trial = {.only_generic = !is_long};
    clpool_problem variant = random_problem(&random, 1000);
    limits_set(limits);
    assert_success(clpool_engine_create(device.context, device.device, &engine));
    for (int i = 0; i < (is_long ? 24 : 40); i++) {
        variant = i % 8 == 0 ? random_problem(&random, 1000) : variant;
        trial.problem = random_problem(&random, 1000);
        random_variant(&trial.problem, &variant);
        trial.seed = random_bits(&random);
        trial_run(&device, engine, &trial, &result);
        if (result.has_failed) {
            trial_report(&device, engine, &trial);
            fail();
        }
    }
    clpool_engine_destroy(engine);
}

static void groups_of_few_items_give_the_same_bits(void **state)
{
    const size_t items[] = {1, 7, 100};
    (void)state;
    for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++) {
        const struct limits limits = {.work_group = items[i], .has_narrow_items = i % 2 == 0};
        check_bits(&limits);
    }
}

static void little_local_memory_gives_the_same_bits(void **state)
{
    const size_t bytes[] = {1, 1000};
    (void)state;
    for (size_t i = 0; i < sizeof(bytes) / sizeof(bytes[0]); i++) {
        const struct limits limits = {.local_bytes = bytes[i], .has_narrow_items = true};
        check_bits(&limits);
    }
}

static void everything_little_gives_the_same_bits(void **state)
{
    (void)state;
    const struct limits limits = {
        .work_group = 16, .local_bytes = 2048, .address_bits = 32, .lacks_f64 = true, .has_narrow_items = true};
    check_bits(&limits);
}

static void set_problem_fails(const struct limits *limits, clpool_dtype dtype, const char *text)
{
    clpool_engine *engine = NULL;
    clpool_plan *plan = NULL;
    clpool_problem problem = problem_of_rank(2);
    problem.dtype = dtype;
    limits_set(limits);
    assert_success(clpool_engine_create(device.context, device.device, &engine));
    assert_fails(clpool_plan_create(engine, &problem, NULL, &plan), CLPOOL_DEVICE_LACKS, text);
    assert_null(plan);
    clpool_engine_destroy(engine);
}

static void a_device_without_f64_says_so(void **state)
{
    (void)state;
    const struct limits limits = {.lacks_f64 = true};
    set_problem_fails(&limits, CLPOOL_F64, "has no cl_khr_fp64; dtype f64 needs it");
}

/** The limits hold: what is more is refused. */
static void the_limits_are_kept(void **state)
{
    (void)state;
    static const char *source = "__kernel void take(__local int *to, __global int *from) { to[0] = from[0]; }";
    const struct limits limits = {.work_group = 8, .local_bytes = 64, .allocation = 4096};
    const size_t few = 8;
    const size_t many = 16;
    cl_int code = CL_SUCCESS;
    limits_set(&limits);
    cl_mem buffer = clCreateBuffer(device.context, CL_MEM_READ_WRITE, 4097, NULL, &code);
    assert_null(buffer);
    assert_int_equal(code, CL_INVALID_BUFFER_SIZE);
    buffer = clCreateBuffer(device.context, CL_MEM_READ_WRITE, 4096, NULL, &code);
    assert_cl(code);
    cl_program program = clCreateProgramWithSource(device.context, 1, &source, NULL, &code);
    assert_cl(code);
    assert_cl(clBuildProgram(program, 1, &device.device, "", NULL, NULL));
    cl_kernel kernel = clCreateKernel(program, "take", &code);
    assert_cl(code);
    assert_cl(clSetKernelArg(kernel, 0, 65, NULL));
    assert_cl(clSetKernelArg(kernel, 1, sizeof(buffer), (const void *)&buffer));
    assert_int_equal(clEnqueueNDRangeKernel(device.queue, kernel, 1, NULL, &many, &few, 0, NULL, NULL),
                     CL_OUT_OF_RESOURCES);
    assert_cl(clSetKernelArg(kernel, 0, 64, NULL));
    assert_int_equal(clEnqueueNDRangeKernel(device.queue, kernel, 1, NULL, &many, &many, 0, NULL, NULL),
                     CL_INVALID_WORK_GROUP_SIZE);
    assert_cl(clEnqueueNDRangeKernel(device.queue, kernel, 1, NULL, &many, &few, 0, NULL, NULL));
    assert_cl(clFinish(device.queue));
    assert_cl(clReleaseKernel(kernel));
    assert_cl(clReleaseProgram(program));
    assert_cl(clReleaseMemObject(buffer));
}

static int set_up(void **state)
{
    (void)state;
    test_device_open(&device);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    test_device_close(&device);
    return 0;
}

#define TEST(function) cmocka_unit_test_setup(function, lift_limits)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_limits_are_kept),
        TEST(a_device_without_f64_says_so),
        TEST(groups_of_few_items_give_the_same_bits),
        TEST(little_local_memory_gives_the_same_bits),
        TEST(everything_little_gives_the_same_bits),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
