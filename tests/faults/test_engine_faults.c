/* SPDX-License-Identifier: Apache-2.0 */
/* Engines, plans, tuning files and the program cache under every fault. */
#include "faults/bed.h"
#include "faults/sweep.h"
#include "support/cmocka.h"
#include "support/problems.h"
#include "support/scratch.h"

#include <stdio.h>
#include <stdlib.h>

static struct test_device device;
static struct scratch scratch;
static struct sweep sweep;
static char tuning_file[SCRATCH_PATH_BYTES];
static char tuned_folder[SCRATCH_PATH_BYTES];
static char cache_folder[SCRATCH_PATH_BYTES];

/* What the cache and the files in its folder may do without. Memory for a key is one of many that are. */
#define IDENTITY_CALLS " clGetDeviceInfo clGetPlatformInfo "
#define FILE_CALLS " openat fstat read write close mkdir renameat "
#define RELEASE_CALLS " clReleaseKernel clReleaseProgram clReleaseContext clReleaseDevice "

static clpool_problem the_problem(clpool_mode mode)
{
    clpool_problem problem =
        with_padding(with_stride(with_kernel(with_in(with_planes(problem_of_rank(2), 2, 3), 1, 9, 11), 3), 2), 1, 1);
    problem.mode = mode;
    problem.p = mode == CLPOOL_LP ? 2 : 0;
    return problem;
}

static const clpool_engine_options no_files = {
    .struct_size = sizeof(no_files), .cache = CLPOOL_CACHE_OFF, .tuning = CLPOOL_TUNING_OFF};

/* ---- engines ---- */

struct making {
    const clpool_engine_options *options;
    clpool_engine *engine;
    char head[4096];
};

static clpool_status make_engine(void *data)
{
    struct making *making = data;
    making->engine = (clpool_engine *)data; /* which a failure must overwrite */
    return clpool_engine_create_with_options(device.context, device.device, making->options, &making->engine);
}

static const char *check_engine(void *data, clpool_status status)
{
    struct making *making = data;
    if ((status == CLPOOL_SUCCESS) != (making->engine != NULL)) {
        return making->engine == NULL ? "there is no engine" : "the engine is not NULL";
    }
    clpool_engine_destroy(making->engine);
    return NULL;
}

static void sweep_engine(const char *name, const clpool_engine_options *options, const char *tolerates)
{
    struct making making = {.options = options};
    const struct operation operation = {
        .name = name, .data = &making, .run = make_engine, .check = check_engine, .tolerates = tolerates};
    sweep_operation(&sweep, &operation);
}

static clpool_status write_head(void *data)
{
    struct making *making = data;
    return clpool_engine_tuning_head(making->engine, making->head, sizeof(making->head), NULL);
}

static const char *check_head(void *data, clpool_status status)
{
    const struct making *making = data;
    return status == CLPOOL_SUCCESS && strncmp(making->head, "clpool tuning", 13) != 0 ? "it is no head" : NULL;
}

/** A tuning file for the device, without rules. */
static void write_tuning(const char *path)
{
    char text[4096];
    size_t size = 0;
    clpool_engine *engine = NULL;
    assert_success(clpool_engine_create_with_options(device.context, device.device, &no_files, &engine));
    assert_success(clpool_engine_tuning_head(engine, text, sizeof(text) - 8, &size));
    clpool_engine_destroy(engine);
    (void)snprintf(text + size - 1, 8, "end\n");
    scratch_write(path, text, strlen(text));
}

static void an_engine_is_whole_or_not_there(void **state)
{
    (void)state;
    sweep_engine("an engine", &no_files, NULL);
    const clpool_engine_options named = {
        .struct_size = sizeof(named), .cache = CLPOOL_CACHE_OFF, .tuning_file = tuning_file};
    sweep_engine("an engine with a tuning file", &named, " fclose ");
    const clpool_engine_options kept = {.struct_size = sizeof(kept), .cache_folder = tuned_folder};
    sweep_engine("an engine with a folder", &kept, IDENTITY_CALLS FILE_CALLS " malloc realloc ");
}

static void the_head_of_a_tuning_file_is_whole_or_not_there(void **state)
{
    (void)state;
    struct making making = {.options = &no_files};
    const struct operation operation = {
        .name = "a tuning file's head", .data = &making, .run = write_head, .check = check_head};
    assert_success(make_engine(&making));
    sweep_operation(&sweep, &operation);
    clpool_engine_destroy(making.engine);
}

/* ---- plans ---- */

struct planning {
    clpool_problem problem;
    clpool_plan_options options;
    const clpool_engine_options *engine_options; /* of an engine for this plan alone */
    clpool_engine *engine;
    clpool_plan *plan;
};

static clpool_status make_plan(void *data)
{
    struct planning *planning = data;
    planning->plan = (clpool_plan *)data; /* which a failure must overwrite */
    return clpool_plan_create(planning->engine, &planning->problem, &planning->options, &planning->plan);
}

static const char *check_plan(void *data, clpool_status status)
{
    struct planning *planning = data;
    if ((status == CLPOOL_SUCCESS) != (planning->plan != NULL)) {
        return planning->plan == NULL ? "there is no plan" : "the plan is not NULL";
    }
    clpool_plan_destroy(planning->plan);
    return NULL;
}

static void a_plan_with_expressions_is_whole_or_not_there(void **state)
{
    (void)state;
    struct planning planning = {
        .problem = the_problem(CLPOOL_MAX),
        .options = {.struct_size = sizeof(clpool_plan_options),
                    .operations = 1u << CLPOOL_FORWARD,
                    .load_expression = "x * p0",
                    .activation = CLPOOL_RELU,
                    .parameter_count = 1,
                    .parameter_scope = CLPOOL_PER_TENSOR},
    };
    const struct operation operation = {.name = "a plan with expressions",
                                        .data = &planning,
                                        .run = make_plan,
                                        .check = check_plan,
                                        .tolerates = RELEASE_CALLS};
    const float scale = 2.0f;
    struct guarded parameter = guarded_make(&device, 1, sizeof(scale), 0, &scale);
    planning.options.parameters = guarded_at(&parameter);
    assert_success(clpool_engine_create_with_options(device.context, device.device, &no_files, &planning.engine));
    assert_success(make_plan(&planning)); /* its programs stay */
    assert_null(check_plan(&planning, CLPOOL_SUCCESS));
    sweep_operation(&sweep, &operation);
    clpool_engine_destroy(planning.engine);
    guarded_release(&parameter);
}

static void a_plan_of_built_programs_is_whole_or_not_there(void **state)
{
    (void)state;
    for (int mode = 0; mode <= CLPOOL_LP; mode++) {
        struct planning planning = {.problem = the_problem((clpool_mode)mode),
                                    .options = {.struct_size = sizeof(planning.options)}};
        const struct operation operation = {.name = mode == CLPOOL_MAX       ? "a plan of maximum"
                                                    : mode == CLPOOL_AVERAGE ? "a plan of average"
                                                                             : "a plan of Lp",
                                            .data = &planning,
                                            .run = make_plan,
                                            .check = check_plan,
                                            .tolerates = RELEASE_CALLS};
        assert_success(clpool_engine_create_with_options(device.context, device.device, &no_files, &planning.engine));
        assert_success(make_plan(&planning)); /* builds the programs, which stay with the engine */
        assert_null(check_plan(&planning, CLPOOL_SUCCESS));
        sweep_operation(&sweep, &operation);
        clpool_engine_destroy(planning.engine);
    }
}

/** An engine, a plan that builds its program or loads it, forward, and the end of both, which may store. */
struct life {
    struct bed bed; /* with a plan of its own */
    const char *folder;
    bool starts_empty; /* whether the folder does */
    size_t loaded;
};

static clpool_status live(void *data)
{
    struct life *life = data;
    struct planning planning = {
        .problem = life->bed.problem,
        .options = {.struct_size = sizeof(planning.options), .operations = 1u << CLPOOL_FORWARD}};
    const clpool_engine_options options = {.struct_size = sizeof(options),
                                           .cache = life->folder == NULL ? CLPOOL_CACHE_OFF : CLPOOL_CACHE_AUTO,
                                           .cache_folder = life->folder,
                                           .tuning = CLPOOL_TUNING_OFF};
    clpool_status status = clpool_engine_create_with_options(device.context, device.device, &options, &planning.engine);
    if (status == CLPOOL_SUCCESS) {
        status = make_plan(&planning);
    }
    if (status == CLPOOL_SUCCESS) {
        status = clpool_enqueue_forward(planning.plan, bed_at(&life->bed, BED_X), bed_at(&life->bed, BED_Y_OUT),
                                        bed_at(&life->bed, BED_MASK_OUT), device.queue, 0, NULL, NULL);
        (void)clpool_engine_program_counts(planning.engine, NULL, &life->loaded);
        clpool_plan_destroy(planning.plan);
    }
    clpool_engine_destroy(planning.engine);
    return status;
}

static const char *check_life(void *data, clpool_status status)
{
    struct life *life = data;
    const unsigned outputs = 1u << BED_Y_OUT | 1u << BED_MASK_OUT;
    const char *wrong = bed_check(&life->bed, status == CLPOOL_SUCCESS ? outputs : 0);
    char path[SCRATCH_PATH_BYTES];
    if (life->folder == NULL || wrong != NULL) {
        return wrong;
    }
    if (scratch_count(life->folder, "tmp-", path) > 0) {
        return "a temporary file is left behind";
    }
    const size_t count = scratch_count(life->folder, "", path);
    if (count > 1) {
        return "there are several files";
    }
    if (life->starts_empty && count == 1) {
        /* What is there is whole: an engine loads it. */
        life->starts_empty = false;
        life->loaded = 0;
        wrong = live(life) == CLPOOL_SUCCESS ? bed_check(&life->bed, outputs) : "it fails where there is a file";
        wrong = wrong == NULL && life->loaded != 1 ? "the file is no program" : wrong;
        life->starts_empty = true;
        assert_int_equal(remove(path), 0);
    }
    return wrong;
}

static void sweep_life(const char *name, const char *folder, bool starts_empty, const char *tolerates)
{
    struct life life = {.folder = folder, .starts_empty = starts_empty};
    const clpool_problem problem = the_problem(CLPOOL_MAX);
    const struct operation operation = {
        .name = name, .data = &life, .run = live, .check = check_life, .tolerates = tolerates, .is_slow = true};
    clpool_engine *engine = NULL;
    assert_success(clpool_engine_create_with_options(device.context, device.device, &no_files, &engine));
    bed_make(&life.bed, &device, engine, &problem);
    if (folder != NULL && !starts_empty) {
        assert_success(live(&life));
        assert_null(check_life(&life, CLPOOL_SUCCESS));
    }
    sweep_operation(&sweep, &operation);
    bed_free(&life.bed);
    clpool_engine_destroy(engine);
}

static void a_life_without_files_ends_clean(void **state)
{
    (void)state;
    sweep_life("engine, plan, forward", NULL, false, RELEASE_CALLS " clGetProgramBuildInfo calloc ");
}

static void a_program_is_stored_whole_or_not_at_all(void **state)
{
    (void)state;
    sweep_life("storing a program", cache_folder, true,
               RELEASE_CALLS IDENTITY_CALLS FILE_CALLS " clGetProgramBuildInfo clGetProgramInfo malloc ");
}

static void a_program_that_cannot_be_loaded_is_built(void **state)
{
    (void)state;
    sweep_life("loading a program", cache_folder, false,
               RELEASE_CALLS IDENTITY_CALLS FILE_CALLS
               " clCreateProgramWithBinary clBuildProgram clGetProgramBuildInfo clGetProgramInfo malloc ");
}

/* ---- the program of the mask's tools, which the first call builds ---- */

struct first_call {
    clpool_engine *engine;
    struct bed bed;
};

static clpool_status convert_first(void *data)
{
    const struct first_call *call = data;
    return clpool_enqueue_convert_mask(call->bed.plan, bed_at(&call->bed, BED_MASK), CLPOOL_MASK_WINDOW,
                                       bed_at(&call->bed, BED_PLANE), CLPOOL_MASK_PLANE_I64, device.queue, 0, NULL,
                                       NULL);
}

static void renew(struct first_call *call)
{
    const clpool_problem problem = the_problem(CLPOOL_MAX);
    const clpool_plan_options options = {.struct_size = sizeof(options), .operations = 1u << CLPOOL_FORWARD};
    clpool_plan_destroy(call->bed.plan);
    clpool_engine_destroy(call->engine);
    assert_success(clpool_engine_create_with_options(device.context, device.device, &no_files, &call->engine));
    assert_success(clpool_plan_create(call->engine, &problem, &options, &call->bed.plan));
}

static const char *check_first(void *data, clpool_status status)
{
    struct first_call *call = data;
    const char *wrong = bed_check(&call->bed, status == CLPOOL_SUCCESS ? 1u << BED_PLANE : 0);
    renew(call);
    return wrong;
}

static void the_first_conversion_is_whole_or_not_there(void **state)
{
    (void)state;
    struct first_call call = {.engine = NULL};
    const clpool_problem problem = the_problem(CLPOOL_MAX);
    const struct operation operation = {.name = "the first conversion of a mask",
                                        .data = &call,
                                        .run = convert_first,
                                        .check = check_first,
                                        .tolerates = RELEASE_CALLS " clGetProgramBuildInfo calloc ",
                                        .is_slow = true};
    assert_success(clpool_engine_create_with_options(device.context, device.device, &no_files, &call.engine));
    bed_make(&call.bed, &device, call.engine, &problem);
    renew(&call);
    sweep_operation(&sweep, &operation);
    bed_free(&call.bed);
    clpool_engine_destroy(call.engine);
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
    assert_int_equal(unsetenv("CLPOOL_CACHE") | unsetenv("CLPOOL_TUNING"), 0);
    test_device_open(&device);
    scratch_make(&scratch);
    scratch_join(tuning_file, scratch.path, "named.txt");
    scratch_join(cache_folder, scratch.path, "some/cache");
    scratch_join(tuned_folder, scratch.path, "tuned");
    write_tuning(tuning_file);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    sweep_print(&sweep);
    scratch_remove(&scratch);
    test_device_close(&device);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_engine_is_whole_or_not_there),
        cmocka_unit_test(the_head_of_a_tuning_file_is_whole_or_not_there),
        cmocka_unit_test(a_plan_of_built_programs_is_whole_or_not_there),
        cmocka_unit_test(a_plan_with_expressions_is_whole_or_not_there),
        cmocka_unit_test(a_life_without_files_ends_clean),
        cmocka_unit_test(a_program_is_stored_whole_or_not_at_all),
        cmocka_unit_test(a_program_that_cannot_be_loaded_is_built),
        cmocka_unit_test(the_first_conversion_is_whole_or_not_there),
        cmocka_unit_test(nothing_was_found),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
