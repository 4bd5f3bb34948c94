/* SPDX-License-Identifier: Apache-2.0 */
/* Engines and plans: making, choosing, failing, and destroying in any order. */
#include "device/capabilities.h"
#include "device/program.h"
#include "support/cmocka.h"
#include "support/device.h"
#include "support/problems.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

static struct test_device device;

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

static clpool_engine *make_engine(void)
{
    clpool_engine *engine = NULL;
    assert_success(clpool_engine_create(device.context, device.device, &engine));
    return engine;
}

static void null_handles_are_named(void **state)
{
    (void)state;
    clpool_engine *engine = (clpool_engine *)&device;
    clpool_plan *plan = (clpool_plan *)&device;
    const clpool_problem problem = problem_of_rank(2);
    assert_fails(clpool_engine_create(NULL, device.device, &engine), CLPOOL_INVALID_ARGUMENT, "context is NULL");
    assert_null(engine);
    assert_fails(clpool_engine_create(device.context, NULL, &engine), CLPOOL_INVALID_ARGUMENT, "device is NULL");
    assert_fails(clpool_engine_create(device.context, device.device, NULL), CLPOOL_INVALID_ARGUMENT, "NULL");
    assert_fails(clpool_plan_create(NULL, &problem, NULL, &plan), CLPOOL_INVALID_ARGUMENT, "engine is NULL");
    assert_null(plan);
    engine = make_engine();
    assert_fails(clpool_plan_create(engine, NULL, NULL, &plan), CLPOOL_INVALID_ARGUMENT, "problem is NULL");
    assert_fails(clpool_plan_create(engine, &problem, NULL, NULL), CLPOOL_INVALID_ARGUMENT, "NULL");
    assert_fails(clpool_engine_build_log(NULL, NULL, 0, NULL), CLPOOL_INVALID_ARGUMENT, "engine is NULL");
    assert_fails(clpool_engine_build_log(engine, NULL, 1, NULL), CLPOOL_INVALID_ARGUMENT,
                 "the pointer for the text is NULL");
    assert_fails(clpool_plan_strategy(NULL, CLPOOL_FORWARD, NULL, NULL), CLPOOL_INVALID_ARGUMENT, "plan is NULL");
    assert_fails(clpool_plan_recompute_strategy(NULL, NULL, NULL), CLPOOL_INVALID_ARGUMENT, "plan is NULL");
    assert_fails(clpool_engine_strategy(NULL, NULL, CLPOOL_FORWARD, NULL, NULL), CLPOOL_INVALID_ARGUMENT,
                 "engine is NULL");
    assert_fails(clpool_engine_strategy(engine, NULL, CLPOOL_FORWARD, NULL, NULL), CLPOOL_INVALID_ARGUMENT,
                 "problem is NULL");
    assert_fails(clpool_engine_strategy(engine, &problem, (clpool_op)7, NULL, NULL), CLPOOL_INVALID_ARGUMENT,
                 "op is 7");
    const clpool_problem of_bytes = with_dtype(problem, CLPOOL_U8);
    assert_success(clpool_engine_strategy(engine, &of_bytes, CLPOOL_FORWARD, NULL, NULL));
    assert_fails(clpool_engine_strategy(engine, &of_bytes, CLPOOL_BACKWARD, NULL, NULL), CLPOOL_UNSUPPORTED, "u8");
    assert_null(clpool_plan_problem(NULL));
    clpool_engine_destroy(engine);
    clpool_engine_destroy(NULL);
    clpool_plan_destroy(NULL);
}

static void devices_that_lack_something_are_refused_with_a_sentence(void **state)
{
    (void)state;
    const struct capabilities good = {
        .name = "toy", .opencl_version = 102, .has_compiler = true, .work_group_limit = 1};
    struct capabilities lacks = good;
    assert_success(capabilities_check(&good));
    lacks.has_compiler = false;
    assert_fails(capabilities_check(&lacks), CLPOOL_DEVICE_LACKS, "device 'toy' has no compiler");
    lacks = good;
    lacks.opencl_version = 101;
    assert_fails(capabilities_check(&lacks), CLPOOL_DEVICE_LACKS, "device 'toy' has OpenCL 1.1; OpenCL 1.2 or newer");
    lacks = good;
    lacks.loop_limit = 65535;
    assert_success(capabilities_check_loops(&lacks, 65535));
    assert_fails(capabilities_check_loops(&lacks, 65536), CLPOOL_DEVICE_LACKS,
                 "device 'toy' ends a kernel's loops after 65535 iterations");
}

static void the_device_under_test_has_what_is_needed(void **state)
{
    (void)state;
    struct capabilities capabilities;
    assert_success(capabilities_query(device.device, &capabilities));
    assert_success(capabilities_check(&capabilities));
    assert_true(capabilities.opencl_version >= 102);
    assert_true(capabilities.work_group_limit >= 1);
    print_message("%s: OpenCL %u, keeps denormals: %d, work-group limit %zu\n", capabilities.name,
                  capabilities.opencl_version, capabilities.keeps_denormals, capabilities.work_group_limit);
}

static void a_device_outside_the_context_is_refused(void **state)
{
    (void)state;
    cl_platform_id platforms[16];
    cl_uint count = 0;
    clpool_engine *engine = NULL;
    assert_cl(clGetPlatformIDs(16, platforms, &count));
    for (cl_uint i = 0; i < count && i < 16; i++) {
        cl_device_id other = NULL;
        if (platforms[i] != device.platform &&
            clGetDeviceIDs(platforms[i], CL_DEVICE_TYPE_ALL, 1, &other, NULL) == CL_SUCCESS) {
            assert_fails(clpool_engine_create(device.context, other, &engine), CLPOOL_INVALID_ARGUMENT,
                         "is not one of the context's devices");
            return;
        }
    }
    print_message("skipped: no second OpenCL platform with a device on this machine\n");
    skip();
}

static void a_program_that_does_not_build_leaves_its_log(void **state)
{
    (void)state;
    cl_program program = (cl_program)&device;
    char *log = NULL;
    const struct program_text text = {
        .definitions = "",
        .source = "#error planted\n",
        .options = "-DCLPOOL_INDEX_BITS=32 -DCLPOOL_MASK_BITS=8 -DCLPOOL_FLUSHES_DENORMALS=0",
    };
    assert_fails(program_build(device.context, device.device, &text, &program, &log), CLPOOL_BUILD_FAILED,
                 "clBuildProgram");
    assert_null(program);
    assert_int_equal(clpool_error_cl_code(), CL_BUILD_PROGRAM_FAILURE);
    assert_non_null(log);
    assert_non_null(strstr(log, "planted"));
    free(log);
}

static void kernels_build_without_a_warning(void **state)
{
    (void)state;
    clpool_engine *engine = make_engine();
    const clpool_problem problems[] = {clpool_problem_2d(1, 1, 8, 8, 2, 2, 0), clpool_problem_2d(1, 1, 8, 8, 3, 1, 1)};
    for (size_t i = 0; i < 2; i++) {
        clpool_plan *plan = NULL;
        char log[2000] = "";
        size_t needed = 0;
        assert_success(clpool_plan_create(engine, &problems[i], NULL, &plan));
        assert_success(clpool_engine_build_log(engine, log, sizeof(log), &needed));
        assert_null(strstr(log, "warning"));
        char first[1] = "x";
        assert_success(clpool_engine_build_log(engine, first, 1, NULL));
        assert_int_equal(first[0], '\0');
        clpool_plan_destroy(plan);
    }
    clpool_engine_destroy(engine);
}

static const char *strategy_of(clpool_engine *engine, const clpool_problem *problem, clpool_op op)
{
    clpool_plan *plan = NULL;
    const char *name = NULL;
    const char *reason = NULL;
    assert_success(clpool_plan_create(engine, problem, NULL, &plan));
    assert_success(clpool_plan_strategy(plan, op, &name, &reason));
    assert_true(reason != NULL && reason[0] != '\0');
    clpool_plan_destroy(plan);
    const char *foreseen = NULL;
    const char *foreseen_reason = NULL;
    assert_success(clpool_engine_strategy(engine, problem, op, &foreseen, &foreseen_reason));
    assert_string_equal(foreseen, name);
    assert_string_equal(foreseen_reason, reason);
    return name;
}

static void backward_from_x_names_its_strategy(void **state)
{
    (void)state;
    clpool_plan *plan = NULL;
    const char *name = NULL;
    const char *reason = NULL;
    clpool_engine *engine = make_engine();
    clpool_problem problem = clpool_problem_2d(1, 1, 9, 9, 3, 2, 1);
    assert_success(clpool_plan_create(engine, &problem, NULL, &plan));
    assert_success(clpool_plan_recompute_strategy(plan, &name, &reason));
    assert_true(name != NULL && reason != NULL);
    assert_success(clpool_plan_recompute_strategy(plan, NULL, NULL));
    clpool_plan_destroy(plan);
    problem.mode = CLPOOL_AVERAGE;
    assert_success(clpool_plan_create(engine, &problem, NULL, &plan));
    assert_fails(clpool_plan_recompute_strategy(plan, &name, NULL), CLPOOL_UNSUPPORTED, "mode is CLPOOL_AVERAGE");
    clpool_plan_destroy(plan);
    clpool_engine_destroy(engine);
}

static clpool_problem with_plane_mask(clpool_problem problem)
{
    problem.mask_form = CLPOOL_MASK_PLANE_I64;
    return problem;
}

/** PoCL gives each work-item the CPU's vectors; llvmpipe and GPUs run work-items in the lanes of theirs. */
static int has_wide_items(void)
{
    cl_device_type type = 0;
    cl_uint width = 0;
    assert_cl(clGetDeviceInfo(device.device, CL_DEVICE_TYPE, sizeof(type), &type, NULL));
    assert_cl(clGetDeviceInfo(device.device, CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT, sizeof(width), &width, NULL));
    return (type & CL_DEVICE_TYPE_CPU) != 0 && width >= 4;
}

/** What a device runs where work-items are lanes: tiles if it has local memory of its own. */
static const char *tiles_or(const char *tiles, const char *others)
{
    cl_device_local_mem_type type = 0;
    size_t limit = 0;
    assert_cl(clGetDeviceInfo(device.device, CL_DEVICE_LOCAL_MEM_TYPE, sizeof(type), &type, NULL));
    assert_cl(clGetDeviceInfo(device.device, CL_DEVICE_MAX_WORK_GROUP_SIZE, sizeof(limit), &limit, NULL));
    return !has_wide_items() && type == CL_LOCAL && limit >= 32 ? tiles : others;
}

/** What a problem gets on a device whose work-items are lanes, and on a CPU. */
struct expected {
    clpool_problem problem;
    const char *lanes[2]; /* forward, backward */
    const char *wide[2];
};

static void check_strategies(const struct expected *rows, size_t count)
{
    clpool_engine *engine = make_engine();
    for (size_t i = 0; i < count; i++) {
        const char *const *names = has_wide_items() ? rows[i].wide : rows[i].lanes;
        for (int op = 0; op < 2; op++) {
            assert_string_equal(strategy_of(engine, &rows[i].problem, (clpool_op)op), names[op]);
        }
    }
    clpool_engine_destroy(engine);
}

static void windows_that_do_not_overlap_get_strategies_of_their_own(void **state)
{
    (void)state;
    const char *tile = tiles_or("tile", "direct");
    const char *tile_back = tiles_or("tile", "generic");
    const struct expected rows[] = {
        {with_plane_mask(clpool_problem_2d(1, 1, 8, 8, 2, 2, 0)), {"blocks", "blocks"}, {"rows", "gather"}},
        {with_plane_mask(clpool_problem_2d(1, 1, 8, 9, 2, 2, 0)), {"direct", "direct"}, {"rows", "gather"}},
        {with_plane_mask(clpool_problem_2d(1, 1, 8, 8, 3, 2, 0)), {tile, tile_back}, {"rows", "gather"}},
        {with_plane_mask(clpool_problem_2d(1, 1, 7, 7, 7, 1, 0)), {"reduce", "reduce"}, {"rows", "winners"}},
        {with_dilation(with_plane_mask(clpool_problem_2d(1, 1, 8, 8, 2, 2, 0)), 2),
         {tile, tile_back},
         {"rows", "winners"}},
    };
    check_strategies(rows, sizeof(rows) / sizeof(rows[0]));
}

static void averages_over_equal_small_windows_get_the_box_strategy(void **state)
{
    (void)state;
    clpool_engine *engine = make_engine();
    clpool_problem small = clpool_problem_2d(1, 2, 9, 9, 3, 2, 1);
    clpool_problem large = clpool_problem_2d(1, 2, 30, 30, 16, 2, 0);
    small.mode = CLPOOL_AVERAGE;
    large.mode = CLPOOL_AVERAGE;
    for (int op = 0; op < 2; op++) {
        assert_string_equal(strategy_of(engine, &small, (clpool_op)op), "box");
        assert_string_equal(strategy_of(engine, &large, (clpool_op)op), "generic");
    }
    clpool_engine_destroy(engine);
}

static void cpus_and_gpus_get_strategies_of_their_own(void **state)
{
    (void)state;
    const int is_wide = has_wide_items();
    const char *tile = tiles_or("tile", "direct");
    const char *tile_back = tiles_or("tile", "generic");
    clpool_engine *engine = make_engine();
    const clpool_problem planes = clpool_problem_2d(1, 1, 8, 8, 3, 2, 0);
    clpool_problem channels_last = clpool_problem_2d(1, 16, 8, 8, 3, 2, 0);
    const clpool_problem whole = clpool_problem_2d(1, 1, 7, 7, 7, 1, 0);
    channels_last.layout = CLPOOL_CHANNELS_LAST;
    assert_string_equal(strategy_of(engine, &planes, CLPOOL_FORWARD), is_wide ? "rows" : tile);
    assert_string_equal(strategy_of(engine, &planes, CLPOOL_BACKWARD), is_wide ? "gather" : tile_back);
    assert_string_equal(strategy_of(engine, &channels_last, CLPOOL_FORWARD), is_wide ? "channels" : "nhwc");
    assert_string_equal(strategy_of(engine, &channels_last, CLPOOL_BACKWARD), is_wide ? "strips" : "nhwc");
    assert_string_equal(strategy_of(engine, &whole, CLPOOL_FORWARD), is_wide ? "whole" : "reduce");
    assert_string_equal(strategy_of(engine, &whole, CLPOOL_BACKWARD), is_wide ? "whole" : "reduce");
    clpool_engine_destroy(engine);
}

static void lanes_get_tiles_and_wide_windows_large_ones(void **state)
{
    (void)state;
    const char *tile_back = tiles_or("tile", "generic");
    const char *large = tiles_or("large", "direct");
    const struct expected rows[] = {
        {with_plane_mask(clpool_problem_2d(1, 1, 13, 13, 13, 1, 6)), {large, tile_back}, {"rows", "winners"}},
        {with_plane_mask(clpool_problem_1d(1, 1, 9001, 9000, 1, 0)), /* too wide for local memory */
         {"direct", "generic"},
         {"rows", "winners"}},
    };
    check_strategies(rows, sizeof(rows) / sizeof(rows[0]));
}

/** Packed masks, and channels last with masks of indices. */
static void what_few_strategies_take_is_not_left_to_the_generic_one(void **state)
{
    (void)state;
    const char *tile_back = tiles_or("tile", "generic");
    const clpool_problem square = clpool_problem_2d(1, 1, 8, 8, 2, 1, 0);
    const clpool_problem last = packed(square, CLPOOL_CHANNELS_LAST);
    const clpool_problem apart = packed(clpool_problem_2d(1, 1, 8, 8, 2, 2, 0), CLPOOL_CHANNELS_LAST);
    const struct expected rows[] = {
        {with_mask_form(square, CLPOOL_MASK_WINDOW_2BIT), {"direct", tile_back}, {"winners", "winners"}},
        {with_mask_form(last, CLPOOL_MASK_WINDOW_2BIT), {"direct", "generic"}, {"winners", "winners"}},
        {with_mask_form(apart, CLPOOL_MASK_WINDOW_2BIT), {"direct", "direct"}, {"winners", "winners"}},
        {with_plane_mask(last), {"nhwc", "nhwc"}, {"winners", "winners"}},
    };
    check_strategies(rows, sizeof(rows) / sizeof(rows[0]));
}

static void strategies_can_be_named(void **state)
{
    (void)state;
    clpool_engine *engine = make_engine();
    clpool_plan *plan = NULL;
    const clpool_problem problem = clpool_problem_2d(1, 1, 8, 8, 3, 2, 0);
    clpool_plan_options options = {.struct_size = sizeof(options), .forward_strategy = "fast"};
    assert_fails(clpool_plan_create(engine, &problem, &options, &plan), CLPOOL_INVALID_ARGUMENT,
                 "forward strategy 'fast' does not exist");
    options.forward_strategy = "blocks";
    assert_fails(
        clpool_plan_create(engine, &problem, &options, &plan), CLPOOL_UNSUPPORTED,
        "forward strategy 'blocks' does not take this problem: it is for maximum of small windows side by side");
    options.forward_strategy = NULL;
    options.backward_strategy = "direct";
    assert_fails(clpool_plan_create(engine, &problem, &options, &plan), CLPOOL_UNSUPPORTED,
                 "backward strategy 'direct'");
    options.backward_strategy = NULL;
    options.index_bits = 16;
    assert_fails(clpool_plan_create(engine, &problem, &options, &plan), CLPOOL_INVALID_ARGUMENT, "index_bits is 16");
    options.struct_size = 4;
    assert_fails(clpool_plan_create(engine, &problem, &options, &plan), CLPOOL_INVALID_ARGUMENT,
                 "clpool_plan_options.struct_size is 4");
    assert_null(plan);
    clpool_engine_destroy(engine);
}

static void settings_say_what_a_plan_runs_with(void **state)
{
    (void)state;
    clpool_engine *engine = make_engine();
    clpool_plan *plan = NULL;
    const char *settings = NULL;
    const clpool_problem problem = clpool_problem_2d(1, 1, 8, 8, 3, 2, 0);
    clpool_plan_options options = {.struct_size = sizeof(options), .forward_strategy = "generic:group=128"};
    assert_success(clpool_plan_create(engine, &problem, &options, &plan));
    assert_success(clpool_plan_settings(plan, CLPOOL_FORWARD, &settings));
    assert_string_equal(settings, "generic:group=128");
    assert_fails(clpool_plan_settings(plan, CLPOOL_FORWARD, NULL), CLPOOL_INVALID_ARGUMENT, "the answer is NULL");
    assert_fails(clpool_plan_settings(NULL, CLPOOL_FORWARD, &settings), CLPOOL_INVALID_ARGUMENT, "plan is NULL");
    clpool_plan_destroy(plan);
    static const struct {
        const char *strategy;
        const char *says;
    } rows[] = {
        {"generic:group=65", "strategy 'generic': group is '65'; it must be one of 64, 32, 128, 256"},
        {"generic:group", "strategy 'generic': group is ''"},
        {"generic:group=64,", "strategy 'generic' has no parameter ''; it has: group"},
        {"generic:lanes=4", "strategy 'generic' has no parameter 'lanes'; it has: group"},
        {"generic:", "strategy 'generic' has no parameter ''"},
        {"gen:group=64", "forward strategy 'gen' does not exist"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        options.forward_strategy = rows[i].strategy;
        assert_fails(clpool_plan_create(engine, &problem, &options, &plan), CLPOOL_INVALID_ARGUMENT, rows[i].says);
        assert_null(plan);
    }
    clpool_engine_destroy(engine);
}

static void a_bad_problem_makes_no_plan(void **state)
{
    (void)state;
    clpool_engine *engine = make_engine();
    clpool_plan *plan = NULL;
    const clpool_problem problem = with_stride(problem_of_rank(1), 0);
    assert_fails(clpool_plan_create(engine, &problem, NULL, &plan), CLPOOL_INVALID_PROBLEM, "stride[0] is 0");
    assert_null(plan);
    clpool_engine_destroy(engine);
}

static cl_uint references_of(cl_context context)
{
    cl_uint count = 0;
    assert_cl(clGetContextInfo(context, CL_CONTEXT_REFERENCE_COUNT, sizeof(count), &count, NULL));
    return count;
}

static void plans_outlive_their_engine_and_nothing_is_left_behind(void **state)
{
    (void)state;
    const cl_uint before = references_of(device.context);
    clpool_engine *engine = make_engine();
    clpool_plan *plan = NULL;
    const clpool_problem problem = clpool_problem_1d(1, 1, 4, 2, 2, 0);
    const clpool_problem *kept = NULL;
    size_t bytes = 1;
    assert_success(clpool_plan_create(engine, &problem, NULL, &plan));
    clpool_engine_destroy(engine);
    kept = clpool_plan_problem(plan);
    assert_memory_equal(kept, &problem, sizeof(problem));
    assert_success(clpool_plan_workspace_bytes(plan, CLPOOL_BACKWARD, &bytes));
    assert_int_equal(bytes, 0);
    const float x[] = {1, 5, 7, 3};
    float y[2] = {0};
    cl_int code = CL_SUCCESS;
    cl_mem x_mem = clCreateBuffer(device.context, CL_MEM_COPY_HOST_PTR, sizeof(x), (void *)(uintptr_t)x, &code);
    assert_cl(code);
    cl_mem y_mem = clCreateBuffer(device.context, 0, sizeof(y), NULL, &code);
    assert_cl(code);
    assert_success(clpool_enqueue_forward(plan, clpool_at(x_mem, 0), clpool_at(y_mem, 0), clpool_none(), device.queue,
                                          0, NULL, NULL));
    clpool_plan_destroy(plan);
    assert_cl(clEnqueueReadBuffer(device.queue, y_mem, CL_TRUE, 0, sizeof(y), y, 0, NULL, NULL));
    assert_true(y[0] == 5 && y[1] == 7);
    assert_cl(clReleaseMemObject(x_mem));
    assert_cl(clReleaseMemObject(y_mem));
    assert_cl(clFinish(device.queue));
    /* Drivers let go of a finished command's objects a little later, on threads of their own. */
    for (int i = 0; i < 500 && references_of(device.context) != before; i++) {
        const struct timespec pause = {.tv_sec = 0, .tv_nsec = 10000000};
        (void)nanosleep(&pause, NULL);
    }
    assert_int_equal(references_of(device.context), before);
}

static void *fail_on_this_thread(void *argument)
{
    (void)argument;
    (void)clpool_problem_check(NULL);
    return NULL;
}

static void errors_belong_to_their_thread(void **state)
{
    (void)state;
    pthread_t thread;
    const clpool_problem problem = with_stride(problem_of_rank(1), 0);
    assert_fails(clpool_problem_check(&problem), CLPOOL_INVALID_PROBLEM, "stride");
    assert_int_equal(pthread_create(&thread, NULL, fail_on_this_thread, NULL), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_non_null(strstr(clpool_error_detail(), "stride[0] is 0"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(null_handles_are_named),
        cmocka_unit_test(devices_that_lack_something_are_refused_with_a_sentence),
        cmocka_unit_test(the_device_under_test_has_what_is_needed),
        cmocka_unit_test(a_device_outside_the_context_is_refused),
        cmocka_unit_test(a_program_that_does_not_build_leaves_its_log),
        cmocka_unit_test(kernels_build_without_a_warning),
        cmocka_unit_test(windows_that_do_not_overlap_get_strategies_of_their_own),
        cmocka_unit_test(averages_over_equal_small_windows_get_the_box_strategy),
        cmocka_unit_test(cpus_and_gpus_get_strategies_of_their_own),
        cmocka_unit_test(lanes_get_tiles_and_wide_windows_large_ones),
        cmocka_unit_test(what_few_strategies_take_is_not_left_to_the_generic_one),
        cmocka_unit_test(strategies_can_be_named),
        cmocka_unit_test(settings_say_what_a_plan_runs_with),
        cmocka_unit_test(backward_from_x_names_its_strategy),
        cmocka_unit_test(a_bad_problem_makes_no_plan),
        cmocka_unit_test(plans_outlive_their_engine_and_nothing_is_left_behind),
        cmocka_unit_test(errors_belong_to_their_thread),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
