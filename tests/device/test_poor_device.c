/* SPDX-License-Identifier: Apache-2.0 */
/* Devices that can less than the one at hand: this program's own clGetDeviceInfo stands before the loader's and makes
 * the device under test look poorer. */
#define _GNU_SOURCE /* RTLD_NEXT */
#include "device/capabilities.h"
#include "support/cmocka.h"
#include "support/device.h"
#include "support/problems.h"
#include "support/trial.h"

#include <dlfcn.h>
#include <stdio.h>

/** What the device shall say in place of the truth; 0 or NULL: the truth. */
static struct {
    cl_device_info fails;
    const char *version;
    const char *driver;
    const char *name;
    int hides_compiler;
    int hides_denormals;
    int hides_f64;
    int hides_wide_items;
    size_t work_group_limit;
    cl_ulong local_bytes;
    cl_ulong kernel_local_bytes;
} poor;

static struct test_device device;

typedef cl_int device_info_function(cl_device_id, cl_device_info, size_t, void *, size_t *);

static cl_int true_device_info(cl_device_id of, cl_device_info what, size_t size, void *value, size_t *needed)
{
    device_info_function *next = NULL;
    void *symbol = dlsym(RTLD_NEXT, "clGetDeviceInfo");
    memcpy(&next, &symbol, sizeof(next)); /* ISO C has no cast from an object pointer to a function pointer */
    return next == NULL ? CL_INVALID_OPERATION : next(of, what, size, value, needed);
}

cl_int clGetDeviceInfo(cl_device_id of, cl_device_info what, size_t size, void *value, size_t *needed)
{
    if (what == poor.fails) {
        return CL_OUT_OF_RESOURCES;
    }
    const cl_int code = true_device_info(of, what, size, value, needed);
    if (code != CL_SUCCESS || value == NULL) {
        return code;
    }
    if (what == CL_DEVICE_VERSION && poor.version != NULL) {
        (void)snprintf(value, size, "%s", poor.version);
    } else if (what == CL_DRIVER_VERSION && poor.driver != NULL) {
        (void)snprintf(value, size, "%s", poor.driver);
    } else if (what == CL_DEVICE_NAME && poor.name != NULL) {
        (void)snprintf(value, size, "%s", poor.name);
    } else if (what == CL_DEVICE_COMPILER_AVAILABLE && poor.hides_compiler) {
        memset(value, 0, size); /* CL_FALSE */
    } else if (what == CL_DEVICE_SINGLE_FP_CONFIG && poor.hides_denormals) {
        *(cl_device_fp_config *)value &= ~(cl_device_fp_config)CL_FP_DENORM;
    } else if (what == CL_DEVICE_DOUBLE_FP_CONFIG && poor.hides_f64) {
        memset(value, 0, size);
    } else if (what == CL_DEVICE_MAX_WORK_GROUP_SIZE && poor.work_group_limit != 0) {
        *(size_t *)value = poor.work_group_limit;
    } else if (what == CL_DEVICE_LOCAL_MEM_SIZE && poor.local_bytes != 0) {
        *(cl_ulong *)value = poor.local_bytes;
    } else if (what == CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT && poor.hides_wide_items) {
        *(cl_uint *)value = 1;
    }
    return code;
}

typedef cl_int group_info_function(cl_kernel, cl_device_id, cl_kernel_work_group_info, size_t, void *, size_t *);

cl_int clGetKernelWorkGroupInfo(cl_kernel kernel, cl_device_id of, cl_kernel_work_group_info what, size_t size,
                                void *value, size_t *needed)
{
    group_info_function *next = NULL;
    void *symbol = dlsym(RTLD_NEXT, "clGetKernelWorkGroupInfo");
    memcpy(&next, &symbol, sizeof(next));
    const cl_int code = next == NULL ? CL_INVALID_OPERATION : next(kernel, of, what, size, value, needed);
    if (code == CL_SUCCESS && value != NULL && what == CL_KERNEL_LOCAL_MEM_SIZE && poor.kernel_local_bytes != 0) {
        *(cl_ulong *)value = poor.kernel_local_bytes;
    }
    return code;
}

static int be_rich(void **state)
{
    (void)state;
    memset(&poor, 0, sizeof(poor));
    return 0;
}

static void engine_is_refused(clpool_status status, const char *text)
{
    clpool_engine *engine = NULL;
    assert_fails(clpool_engine_create(device.context, device.device, &engine), status, text);
    assert_null(engine);
}

static void a_device_without_a_compiler_is_refused(void **state)
{
    (void)state;
    poor.hides_compiler = 1;
    engine_is_refused(CLPOOL_DEVICE_LACKS, "has no compiler (CL_DEVICE_COMPILER_AVAILABLE is false)");
}

static void a_device_of_an_old_version_is_refused(void **state)
{
    (void)state;
    poor.version = "OpenCL 1.1 toy";
    engine_is_refused(CLPOOL_DEVICE_LACKS, "has OpenCL 1.1; OpenCL 1.2 or newer is needed");
    poor.version = "nonsense";
    engine_is_refused(CLPOOL_DEVICE_LACKS, "has OpenCL 0.0; OpenCL 1.2 or newer is needed");
}

static void a_query_that_fails_is_named(void **state)
{
    (void)state;
    poor.fails = CL_DEVICE_SINGLE_FP_CONFIG;
    engine_is_refused(CLPOOL_OPENCL_ERROR,
                      "clGetDeviceInfo(CL_DEVICE_SINGLE_FP_CONFIG) failed: CL_OUT_OF_RESOURCES (-5)");
    assert_int_equal(clpool_error_cl_code(), CL_OUT_OF_RESOURCES);
}

static void a_driver_that_cuts_loops_short_gets_no_long_window(void **state)
{
    (void)state;
    clpool_engine *engine = NULL;
    clpool_plan *plan = NULL;
    const clpool_problem problem = clpool_problem_1d(1, 1, 70000, 66000, 1, 0);
    poor.name = "llvmpipe (planted)";
    assert_success(clpool_engine_create(device.context, device.device, &engine));
    assert_fails(clpool_plan_create(engine, &problem, NULL, &plan), CLPOOL_DEVICE_LACKS,
                 "device 'llvmpipe (planted)' ends a kernel's loops after 65535 iterations without an error");
    assert_null(plan);
    clpool_engine_destroy(engine);
}

static void a_compiler_that_may_end_the_process_gets_no_foreign_strategy(void **state)
{
    (void)state;
    clpool_engine *engine = NULL;
    clpool_plan *plan = NULL;
    const clpool_problem problem = clpool_problem_2d(1, 1, 64, 64, 2, 2, 0);
    const clpool_plan_options options = {.struct_size = sizeof(options), .forward_strategy = "rows"};
    poor.version = "OpenCL 3.0 PoCL HSTR: planted";
    poor.driver = "6.0+planted";
    poor.hides_wide_items = 1;
    assert_success(clpool_engine_create(device.context, device.device, &engine));
    assert_fails(clpool_plan_create(engine, &problem, &options, &plan), CLPOOL_DEVICE_LACKS,
                 "may end the process while it compiles the kernels of strategy 'rows', which is for other kinds");
    assert_null(plan);
    if (strstr(device.name, "Oclgrind") != NULL) {
        print_message("not run: the strategy of choice, whose loops are not unrolled here: what becomes of functions "
                      "inside them, llvm.experimental.noalias.scope.decl, is unknown to Oclgrind 21.10\n");
    } else {
        assert_success(clpool_plan_create(engine, &problem, NULL, &plan));
        clpool_plan_destroy(plan);
    }
    clpool_engine_destroy(engine);
}

static void a_device_without_f64_gets_no_plan_for_it(void **state)
{
    (void)state;
    clpool_engine *engine = NULL;
    clpool_plan *plan = NULL;
    clpool_problem problem = problem_of_rank(1);
    poor.hides_f64 = 1;
    assert_success(clpool_engine_create(device.context, device.device, &engine));
    assert_success(clpool_plan_create(engine, &problem, NULL, &plan));
    clpool_plan_destroy(plan);
    problem.dtype = CLPOOL_F64;
    assert_fails(clpool_plan_create(engine, &problem, NULL, &plan), CLPOOL_DEVICE_LACKS,
                 "has no cl_khr_fp64; dtype f64 needs it");
    assert_null(plan);
    clpool_engine_destroy(engine);
}

/** Random problems on a device as poor as it is now. */
static void check_bits(void)
{
    struct random random = random_from_environment();
    struct trial_result result = {0};
    clpool_engine *engine = NULL;
    assert_success(clpool_engine_create(device.context, device.device, &engine));
    struct trial trial = {.only_generic = 1};
    clpool_problem variant = random_problem(&random, 2000);
    for (int i = 0; i < 240; i++) {
        trial.problem = random_problem(&random, 2000);
        trial.seed = random_bits(&random);
        trial.is_wide = random_once_in(&random, 2);
        variant = i % 12 == 0 ? trial.problem : variant;
        random_variant(&trial.problem, &variant);
        trial_run(&device, engine, &trial, &result);
        if (result.has_failed) {
            trial_report(&device, engine, &trial);
            fail();
        }
    }
    clpool_engine_destroy(engine);
}

static void groups_of_one_work_item_give_the_same_bits(void **state)
{
    (void)state;
    poor.work_group_limit = 1;
    check_bits();
}

/** The settings of the forward strategy that is chosen for maximum over a plane of 64 x 64. */
static void expect_settings(clpool_engine *engine, const char *expected)
{
    clpool_plan *plan = NULL;
    const char *settings = NULL;
    const clpool_problem problem = clpool_problem_2d(1, 1, 64, 64, 64, 1, 0);
    assert_success(clpool_plan_create(engine, &problem, NULL, &plan));
    assert_success(clpool_plan_settings(plan, CLPOOL_FORWARD, &settings));
    assert_memory_equal(settings, expected, strlen(expected));
    clpool_plan_destroy(plan);
}

static void groups_that_wait_for_each_other_shrink_to_what_the_device_takes(void **state)
{
    (void)state;
    clpool_engine *engine = NULL;
    clpool_plan *plan = NULL;
    const clpool_problem problem = clpool_problem_2d(1, 1, 64, 64, 64, 1, 0);
    const clpool_plan_options options = {.struct_size = sizeof(options), .forward_strategy = "reduce"};
    poor.hides_wide_items = 1;
    poor.work_group_limit = 33;
    assert_success(clpool_engine_create(device.context, device.device, &engine));
    expect_settings(engine, "reduce:group=32");
    clpool_engine_destroy(engine);
    poor.work_group_limit = 31;
    assert_success(clpool_engine_create(device.context, device.device, &engine));
    expect_settings(engine, "direct:group=");
    assert_fails(clpool_plan_create(engine, &problem, &options, &plan), CLPOOL_DEVICE_LACKS,
                 "runs groups of 31 work-items at most; strategy 'reduce' needs 256");
    clpool_engine_destroy(engine);
    assert_null(plan);
}

/** Leaves a test out where the driver may end the process on the kernels that it asks for, which the library never asks
 * of that driver by itself. */
static void skip_where_the_compiler_may_end_the_process(const char *what)
{
    struct capabilities capabilities;
    assert_success(capabilities_query(device.device, &capabilities));
    if (capabilities.compiler_ends_process) {
        print_message("not run: %s: the driver of '%s' may end the process while it compiles that\n", what,
                      device.name);
        skip();
    }
}

/** How much a kernel takes is known only once it is built. */
static void without_enough_local_memory_others_follow(void **state)
{
    (void)state;
    clpool_engine *engine = NULL;
    poor.hides_wide_items = 1;
    poor.local_bytes = 16;
    poor.kernel_local_bytes = 1024; /* some drivers, PoCL 6 among them, say 0 of arrays that the kernel declares */
    assert_success(clpool_engine_create(device.context, device.device, &engine));
    expect_settings(engine, "direct:group=");
    clpool_engine_destroy(engine);
}

/** The operations in integers, for devices that flush denormals, are exact on a device that does not, too. */
static void without_denormals_in_hardware_the_bits_are_the_same(void **state)
{
    (void)state;
    skip_where_the_compiler_may_end_the_process("arithmetic of floats in integers, on a device that needs none");
    poor.hides_denormals = 1;
    check_bits();
}

/** Tiles shrink to what there is, down to one work-item; where that is too little, the problem is refused. */
static void little_local_memory_makes_small_tiles_or_none(void **state)
{
    (void)state;
    const cl_ulong bytes[] = {8192, 1000, 300};
    struct trial_result result = {0};
    skip_where_the_compiler_may_end_the_process("tiles, on a CPU");
    const struct trial trial = {.problem = clpool_problem_2d(1, 3, 20, 20, 3, 2, 1), .seed = 1, .strategy = "tile"};
    for (size_t i = 0; i < sizeof(bytes) / sizeof(bytes[0]); i++) {
        clpool_engine *engine = NULL;
        poor.local_bytes = bytes[i];
        poor.work_group_limit = i == 1 ? 48 : 0;
        assert_success(clpool_engine_create(device.context, device.device, &engine));
        trial_run(&device, engine, &trial, &result);
        clpool_engine_destroy(engine);
        assert_false(result.has_failed);
    }
    assert_int_equal(result.lacking, 1); /* backward from x, with 300 bytes */
    poor.local_bytes = 50;
    clpool_engine *engine = NULL;
    clpool_plan *plan = NULL;
    const clpool_plan_options options = {.struct_size = sizeof(options), .forward_strategy = "tile"};
    assert_success(clpool_engine_create(device.context, device.device, &engine));
    assert_fails(clpool_plan_create(engine, &trial.problem, &options, &plan), CLPOOL_DEVICE_LACKS,
                 "has 50 bytes of local memory; strategy 'tile' needs more for this problem");
    assert_success(clpool_plan_create(engine, &trial.problem, NULL, &plan));
    clpool_plan_destroy(plan);
    clpool_engine_destroy(engine);
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

#define TEST(function) cmocka_unit_test_setup(function, be_rich)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_device_without_a_compiler_is_refused),
        TEST(a_device_of_an_old_version_is_refused),
        TEST(a_query_that_fails_is_named),
        TEST(a_driver_that_cuts_loops_short_gets_no_long_window),
        TEST(a_compiler_that_may_end_the_process_gets_no_foreign_strategy),
        TEST(a_device_without_f64_gets_no_plan_for_it),
        TEST(groups_of_one_work_item_give_the_same_bits),
        TEST(groups_that_wait_for_each_other_shrink_to_what_the_device_takes),
        TEST(without_enough_local_memory_others_follow),
        TEST(little_local_memory_makes_small_tiles_or_none),
        TEST(without_denormals_in_hardware_the_bits_are_the_same),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
