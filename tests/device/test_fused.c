/* SPDX-License-Identifier: Apache-2.0 */
/* Plans with expressions and an activation: every strategy that applies them over random problems, against the same
 * done by C and the reference in three steps (average and Lp: against the same strategy without expressions); against
 * kernels of the caller's; gradients; and what is refused. CLPOOL_TEST_PROBLEMS sets the number of random problems,
 * and CLPOOL_TEST_SMALL=1, for simulators of devices, makes the others small. */
#include "device/engine.h"
#include "plan/strategies.h"
#include "support/cmocka.h"
#include "support/device_group.h"
#include "support/environment.h"
#include "support/fusing.h"
#include "support/problem_kinds.h"
#include "support/problems.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { PROBLEMS = 126, LONG_PROBLEMS = 2400, PROBLEMS_OF_A_WINDOW = 6, MOST_ELEMENTS = 4000, STRATEGIES = 32 };

static size_t runs[2][STRATEGIES]; /* of each strategy, forward and backward */

/* ---- one run ---- */

/** A case of fusion on a problem, and its tensors: x as the caller has it, the rest as it must become. */
struct trial_of_fusion {
    const clpool_problem *problem;
    const struct fusing *fusing;
    const char *strategy;
    struct tensors tensors;
    unsigned char *x;
    struct guarded parameters;
};

static clpool_plan_options options_of(const struct trial_of_fusion *trial)
{
    const struct fusing *fusing = trial->fusing;
    return (clpool_plan_options){.struct_size = sizeof(clpool_plan_options),
                                 .load_expression = fusing->load,
                                 .store_expression = fusing->store,
                                 .activation = fusing->activation,
                                 .parameter_count = fusing->parameters,
                                 .parameter_scope = fusing->scope,
                                 .parameters =
                                     fusing->parameters == 0 ? clpool_none() : guarded_at(&trial->parameters)};
}

static struct guarded make_parameters(const struct fusing *fusing, const clpool_problem *problem)
{
    const size_t channels = fusing->scope == CLPOOL_PER_TENSOR ? 1 : problem->channels;
    const size_t bytes = problem->dtype == CLPOOL_F64 ? sizeof(double) : sizeof(float);
    unsigned char *values = malloc(fusing->parameters * channels * bytes + 1);
    assert_non_null(values);
    for (size_t i = 0; i < fusing->parameters * channels; i++) {
        const float narrow = fusing_parameter((unsigned)(i / channels), i % channels);
        const double wide = (double)narrow;
        memcpy(values + i * bytes, bytes == sizeof(wide) ? (const void *)&wide : (const void *)&narrow, bytes);
    }
    const struct guarded made = guarded_make(&device, fusing->parameters * channels, bytes, 3, values);
    free(values);
    return made;
}

/** Devices that flush denormals may do so in expressions: none goes in, none comes out of small numbers. */
static void drop_small_numbers(const clpool_problem *problem, unsigned char *tensor, size_t elements)
{
    for (size_t i = 0; i < elements && !engine->capabilities.keeps_denormals; i++) {
        uint32_t bits = 0;
        memcpy(&bits, tensor + i * sizeof(bits), problem->dtype == CLPOOL_F32 ? sizeof(bits) : 0);
        if ((bits & 0x7fffffffu) < 0x30000000u && problem->dtype == CLPOOL_F32) {
            memset(tensor + i * sizeof(bits), 0, sizeof(bits));
        }
    }
}

static void make_tensors(struct trial_of_fusion *trial)
{
    struct tensors *t = &trial->tensors;
    tensors_make(t, trial->problem, &random_source);
    drop_small_numbers(trial->problem, t->x, t->x_elements);
    trial->x = malloc(t->x_elements * t->element_bytes + 1);
    assert_non_null(trial->x);
    memcpy(trial->x, t->x, t->x_elements * t->element_bytes);
    trial->parameters = make_parameters(trial->fusing, trial->problem);
    fusing_load(trial->fusing, trial->problem, t->x);
    tensors_reference_forward(t, trial->problem);
}

static void free_tensors(struct trial_of_fusion *trial)
{
    guarded_release(&trial->parameters);
    tensors_free(&trial->tensors);
    free(trial->x);
}

static void check(const struct trial_of_fusion *trial, const struct guarded *guarded, const void *expected,
                  const char *what)
{
    char detail[600];
    (void)snprintf(detail, sizeof(detail), "%s, load %s, store %s, activation %d, strategy %s",
                   problem_text(trial->problem), trial->fusing->load == NULL ? "-" : trial->fusing->load,
                   trial->fusing->store == NULL ? "-" : trial->fusing->store, (int)trial->fusing->activation,
                   trial->strategy == NULL ? "-" : trial->strategy);
    guarded_check(&device, guarded, expected, what, detail);
}

/** y and the mask of a plan, from x. */
static void run_forward(const struct trial_of_fusion *trial, const clpool_plan *plan)
{
    const struct tensors *t = &trial->tensors;
    const int has_mask = trial->problem->mode == CLPOOL_MAX;
    struct guarded x = guarded_make(&device, t->x_elements, t->element_bytes, 5, trial->x);
    struct guarded y = guarded_make(&device, t->y_elements, t->element_bytes, 7, NULL);
    struct guarded mask = guarded_make(&device, t->mask_elements, t->mask_bytes, 3, NULL);
    assert_success(
        clpool_enqueue_forward(plan, guarded_at(&x), guarded_at(&y), clpool_none(), device.queue, 0, NULL, NULL));
    check(trial, &y, t->y, "y without a mask");
    if (has_mask) {
        assert_success(clpool_enqueue_forward(plan, guarded_at(&x), guarded_at(&y), guarded_at(&mask), device.queue, 0,
                                              NULL, NULL));
        check(trial, &y, t->y, "y");
        check(trial, &mask, t->mask, "mask");
    }
    check(trial, &x, trial->x, "x");
    guarded_release(&x);
    guarded_release(&y);
    guarded_release(&mask);
}

/** The mean or norm of x' as the strategy itself makes it, without expressions. */
static void pool_plainly(struct trial_of_fusion *trial)
{
    struct tensors *t = &trial->tensors;
    char message[256] = "";
    clpool_plan *plan = NULL;
    const clpool_plan_options options = {
        .struct_size = sizeof(options), .forward_strategy = trial->strategy, .operations = 1 << CLPOOL_FORWARD};
    struct guarded x = guarded_make(&device, t->x_elements, t->element_bytes, 5, t->x);
    struct guarded y = guarded_make(&device, t->y_elements, t->element_bytes, 7, NULL);
    assert_success(clpool_plan_create(engine, trial->problem, &options, &plan));
    assert_success(
        clpool_enqueue_forward(plan, guarded_at(&x), guarded_at(&y), clpool_none(), device.queue, 0, NULL, NULL));
    assert_true(guarded_read(&device, &y, t->y, message, sizeof(message)));
    clpool_plan_destroy(plan);
    guarded_release(&x);
    guarded_release(&y);
}

/** dx from the mask, and from x. */
static void run_backward(struct trial_of_fusion *trial, const clpool_plan *plan)
{
    struct tensors *t = &trial->tensors;
    struct guarded x = guarded_make(&device, t->x_elements, t->element_bytes, 2, trial->x);
    struct guarded dy = guarded_make(&device, t->y_elements, t->element_bytes, 4, t->dy);
    struct guarded mask = guarded_make(&device, t->mask_elements, t->mask_bytes, 3, t->mask);
    struct guarded dx = guarded_make(&device, t->x_elements, t->element_bytes, 1, t->dx_old);
    tensors_reference_backward(t, trial->problem, 0);
    assert_success(clpool_enqueue_backward(plan, guarded_at(&dy), guarded_at(&mask), guarded_at(&dx), 0, device.queue,
                                           0, NULL, NULL));
    check(trial, &dx, t->dx, "dx");
    assert_success(clpool_enqueue_backward_recompute(plan, guarded_at(&x), guarded_at(&dy), guarded_at(&dx), 0,
                                                     device.queue, 0, NULL, NULL));
    check(trial, &dx, t->dx, "dx from x");
    guarded_release(&x);
    guarded_release(&dy);
    guarded_release(&mask);
    guarded_release(&dx);
}

/** Nothing is dropped by unpooling, and no mask value is wrong. */
static void run_mask_tools(const struct trial_of_fusion *trial, const clpool_plan *plan)
{
    const struct tensors *t = &trial->tensors;
    const cl_uint dropped_before = 3;
    const cl_ulong none = 0;
    struct guarded y = guarded_make(&device, t->y_elements, t->element_bytes, 4, t->y);
    struct guarded mask = guarded_make(&device, t->mask_elements, t->mask_bytes, 3, t->mask);
    struct guarded x = guarded_make(&device, t->x_elements, t->element_bytes, 1, NULL);
    struct guarded dropped = guarded_make(&device, 1, sizeof(cl_uint), 1, &dropped_before);
    struct guarded count = guarded_make(&device, 1, sizeof(cl_ulong), 1, NULL);
    assert_success(clpool_enqueue_unpool(plan, guarded_at(&y), guarded_at(&mask), guarded_at(&x), guarded_at(&dropped),
                                         device.queue, 0, NULL, NULL));
    check(trial, &dropped, &dropped_before, "dropped");
    assert_success(clpool_enqueue_check_mask(plan, guarded_at(&mask), guarded_at(&count), device.queue, 0, NULL, NULL));
    check(trial, &count, &none, "wrong mask values");
    guarded_release(&y);
    guarded_release(&mask);
    guarded_release(&x);
    guarded_release(&dropped);
    guarded_release(&count);
}

/* ---- random problems ---- */

/** Whether some kernel of a strategy applies expressions. */
static int fuses(clpool_op op, const char *name)
{
    for (size_t i = 0; strategy_at(op, i) != NULL; i++) {
        if (strcmp(strategy_at(op, i)->name, name) == 0 && strategy_at(op, i)->fuses) {
            return 1;
        }
    }
    return 0;
}

/** Whether it also suits the device, or can be compiled there in seconds all the same: those made for wide lanes take
 * llvmpipe minutes, and some drivers may end the process. */
static int is_worth_trying(clpool_op op, const char *name)
{
    const struct capabilities *capabilities = &engine->capabilities;
    const int takes_foreign = capabilities->has_wide_items && !capabilities->compiler_ends_process;
    int is_worth = 0;
    for (size_t i = 0; strategy_at(op, i) != NULL; i++) {
        const struct strategy *row = strategy_at(op, i);
        const int suits = takes_foreign || row->suits == NULL || row->suits(capabilities);
        is_worth = is_worth || (strcmp(row->name, name) == 0 && row->fuses && suits);
    }
    return is_worth;
}

/** A plan with a strategy, in smaller groups where the device has none that are larger. */
static clpool_status create_plan(const struct trial_of_fusion *trial, const clpool_plan_options *options,
                                 const char **strategy, clpool_plan **plan)
{
    *strategy = trial->strategy;
    clpool_status status = clpool_plan_create(engine, trial->problem, options, plan);
    if (status == CLPOOL_DEVICE_LACKS && trial->strategy != NULL && strcmp(trial->strategy, "reduce") == 0) {
        *strategy = "reduce:group=32";
        status = clpool_plan_create(engine, trial->problem, options, plan);
    }
    return status;
}

static void try_strategy(struct trial_of_fusion *trial, size_t index)
{
    struct tensors *t = &trial->tensors;
    clpool_plan *plan = NULL;
    clpool_plan_options options = options_of(trial);
    options.operations = 1 << CLPOOL_FORWARD;
    const clpool_status status = create_plan(trial, &options, &options.forward_strategy, &plan);
    if (status == CLPOOL_UNSUPPORTED || status == CLPOOL_DEVICE_LACKS) {
        return;
    }
    assert_success(status);
    if (trial->problem->mode != CLPOOL_MAX) {
        pool_plainly(trial);
        fusing_store(trial->fusing, trial->problem, t->y, NULL);
    }
    run_forward(trial, plan);
    runs[CLPOOL_FORWARD][index]++;
    clpool_plan_destroy(plan);
}

static void try_backward(struct trial_of_fusion *trial, const char *strategy, size_t index)
{
    clpool_plan *plan = NULL;
    clpool_plan_options options = options_of(trial);
    options.operations = 1 << CLPOOL_BACKWARD | 1 << CLPOOL_UNPOOL;
    trial->strategy = strategy;
    const clpool_status status = create_plan(trial, &options, &options.backward_strategy, &plan);
    if (status == CLPOOL_UNSUPPORTED || status == CLPOOL_DEVICE_LACKS) {
        return;
    }
    assert_success(status);
    run_backward(trial, plan);
    if (trial->fusing->activation == CLPOOL_RELU) {
        run_mask_tools(trial, plan);
    }
    runs[CLPOOL_BACKWARD][index] += strategy != NULL;
    clpool_plan_destroy(plan);
}

/** Some of the strategies that fuse, each until it has run, and the one of choice. */
static void try_backwards(struct trial_of_fusion *trial)
{
    const char *name = NULL;
    for (size_t i = 0; (name = clpool_strategy_name(CLPOOL_BACKWARD, i)) != NULL; i++) {
        const int is_due = runs[CLPOOL_BACKWARD][i] == 0 || random_once_in(&random_source, 4);
        if (is_due && is_worth_trying(CLPOOL_BACKWARD, name)) {
            try_backward(trial, name, i);
        }
    }
    try_backward(trial, NULL, 0);
}

static void try_problem(const clpool_problem *problem, const struct fusing *fusing)
{
    struct trial_of_fusion trial = {.problem = problem, .fusing = fusing};
    if (!fusing_takes(fusing, problem) || (problem->dtype == CLPOOL_F64 && !engine->capabilities.has_f64)) {
        return;
    }
    make_tensors(&trial);
    if (problem->mode == CLPOOL_MAX) {
        fusing_store(fusing, problem, trial.tensors.y, trial.tensors.mask);
    }
    for (size_t i = 0; (trial.strategy = clpool_strategy_name(CLPOOL_FORWARD, i)) != NULL; i++) {
        if (is_worth_trying(CLPOOL_FORWARD, trial.strategy)) {
            try_strategy(&trial, i);
        }
    }
    if (problem->mode == CLPOOL_MAX && tensors_have_backward(problem)) {
        try_backwards(&trial);
    }
    free_tensors(&trial);
}

static void every_strategy_that_fuses_does_what_three_passes_do(void **state)
{
    (void)state;
    const size_t usual = test_is_long() ? LONG_PROBLEMS : PROBLEMS;
    const size_t windows = number_from_environment("CLPOOL_TEST_PROBLEMS", usual) / PROBLEMS_OF_A_WINDOW;
    const size_t most_elements = number_from_environment("CLPOOL_TEST_ELEMENTS", MOST_ELEMENTS);
    size_t fusings = 0;
    while (fusing_at(fusings) != NULL) {
        fusings++;
    }
    for (size_t window = 0; window < windows; window++) {
        const clpool_problem problem =
            problem_of_kind(&random_source, most_elements, (enum problem_kind)(window % KINDS));
        const struct fusing *fusing = fusing_at((window / KINDS + window) % fusings);
        for (size_t i = 0; i < PROBLEMS_OF_A_WINDOW; i++) {
            clpool_problem other = problem;
            if (random_extents(&random_source, most_elements, &other)) {
                try_problem(&other, fusing);
            }
        }
    }
}

/** By the problems of the tests before. */
static void every_strategy_that_fuses_was_run(void **state)
{
    (void)state;
    static const char *const op_names[] = {"forward", "backward"};
    for (int op = CLPOOL_FORWARD; op <= CLPOOL_BACKWARD; op++) {
        const char *name = NULL;
        for (size_t i = 0; (name = clpool_strategy_name((clpool_op)op, i)) != NULL; i++) {
            if (is_worth_trying((clpool_op)op, name)) {
                printf("%s %s: %zu problems\n", op_names[op], name, runs[op][i]);
                assert_true(runs[op][i] > 0);
            } else if (fuses((clpool_op)op, name)) {
                printf("not run: %s %s: made for other kinds of devices, whose kernels this one's driver compiles for "
                       "minutes or not at all\n",
                       op_names[op], name);
            }
        }
    }
}

/** The usual windows in both layouts, with every case of fusion, in all dtypes that it takes. */
static void usual_problems_are_fused(void **state)
{
    (void)state;
    static const clpool_dtype dtypes[] = {CLPOOL_F32, CLPOOL_F16, CLPOOL_BF16, CLPOOL_I8, CLPOOL_U8, CLPOOL_F64};
    enum { USUAL = 6 };
    const size_t whole[] = {3, 6, 10};
    const size_t small_whole[] = {2, 3, 4};
    const clpool_problem usual[USUAL] = {
        clpool_problem_2d(2, 24, 18, 36, 2, 2, 0),  clpool_problem_2d(2, 19, 17, 33, 3, 2, 1),
        clpool_problem_2d(1, 37, 11, 9, 3, 1, 1),   clpool_problem_2d(1, 16, 21, 13, 5, 1, 2),
        clpool_problem_2d(1, 18, 21, 19, 13, 1, 6), clpool_problem_global(3, 2, 19, whole)};
    const clpool_problem small[USUAL] = {
        clpool_problem_2d(1, 17, 8, 20, 2, 2, 0), clpool_problem_2d(1, 17, 7, 9, 3, 2, 1),
        clpool_problem_2d(1, 18, 5, 7, 3, 1, 1),  clpool_problem_2d(1, 16, 7, 6, 5, 1, 2),
        clpool_problem_2d(1, 16, 9, 8, 9, 1, 4),  clpool_problem_global(3, 1, 17, small_whole)};
    const clpool_problem *problems = getenv("CLPOOL_TEST_SMALL") == NULL ? usual : small;
    for (size_t i = 0; i < USUAL; i++) {
        for (size_t j = 0; fusing_at(j) != NULL; j++) {
            clpool_problem problem =
                packed(problems[i], (i + j) % 2 == 0 ? CLPOOL_CHANNELS_FIRST : CLPOOL_CHANNELS_LAST);
            problem.dtype = j % 2 == 0 ? CLPOOL_F32 : dtypes[(i + j) % 6];
            problem.nan_rule = i % 2 == 0 ? CLPOOL_NAN_IGNORE : CLPOOL_NAN_PROPAGATE;
            try_problem(&problem, fusing_at(j));
        }
    }
}

/** Planes pooled sixteen at a time, and a rest of them. */
static void whole_planes_are_fused_together(void **state)
{
    (void)state;
    static const clpool_dtype dtypes[] = {CLPOOL_F32, CLPOOL_F16, CLPOOL_BF16, CLPOOL_I8, CLPOOL_U8};
    enum { DTYPES = sizeof(dtypes) / sizeof(dtypes[0]) };
    const size_t plane[] = {5, 7};
    size_t index = 0;
    while (strcmp(clpool_strategy_name(CLPOOL_FORWARD, index), "whole") != 0) {
        index++;
    }
    for (size_t j = 0; fusing_at(j) != NULL && is_worth_trying(CLPOOL_FORWARD, "whole"); j++) {
        clpool_problem problem = clpool_problem_global(2, 2, 19, plane);
        for (size_t i = j; i < j + 3; i += 2) {
            problem.dtype = dtypes[i % DTYPES];
            struct trial_of_fusion trial = {.problem = &problem, .fusing = fusing_at(j), .strategy = "whole"};
            make_tensors(&trial);
            fusing_store(trial.fusing, &problem, trial.tensors.y, trial.tensors.mask);
            const size_t before = runs[CLPOOL_FORWARD][index];
            try_strategy(&trial, index);
            assert_true(runs[CLPOOL_FORWARD][index] > before);
            free_tensors(&trial);
        }
    }
}

/* ---- kernels of the caller's ---- */

static void run_pass(cl_program program, const char *entry, cl_mem tensor, cl_mem parameters, size_t elements)
{
    cl_int code = CL_SUCCESS;
    cl_kernel kernel = clCreateKernel(program, entry, &code);
    assert_cl(code);
    assert_cl(clSetKernelArg(kernel, 0, sizeof(tensor), (const void *)&tensor));
    assert_cl(clSetKernelArg(kernel, 1, sizeof(parameters), (const void *)&parameters));
    assert_cl(clEnqueueNDRangeKernel(device.queue, kernel, 1, NULL, &elements, NULL, 0, NULL, NULL));
    assert_cl(clReleaseKernel(kernel));
}

/** The same expressions in kernels before and behind a plain plan. */
static void separate_kernels_give_the_same_bits(void **state)
{
    (void)state;
    static const char *const source = "#pragma OPENCL FP_CONTRACT OFF\n"
                                      "__kernel void before(__global float *t, __global const float *p) {\n"
                                      "    const size_t i = get_global_id(0), c = i / (20 * 36) % 6;\n"
                                      "    const float x = t[i], p0 = p[c], p1 = p[6 + c];\n"
                                      "    t[i] = x * p0 + p1;\n"
                                      "}\n"
                                      "__kernel void behind(__global float *t, __global const float *p) {\n"
                                      "    const size_t i = get_global_id(0), c = i / (10 * 18) % 6;\n"
                                      "    const float x = t[i], p1 = p[6 + c];\n"
                                      "    t[i] = x > 0 ? x - p1 : 0.25f;\n"
                                      "}\n";
    const clpool_problem problem = clpool_problem_2d(3, 6, 20, 36, 2, 2, 0);
    enum { X = 3 * 6 * 20 * 36, Y = 3 * 6 * 10 * 18 };
    static float values[X];
    static float expected[Y];
    float p[12];
    cl_int code = CL_SUCCESS;
    clpool_plan *plain = NULL;
    clpool_plan *fused = NULL;
    char message[256] = "";
    for (size_t i = 0; i < X; i++) {
        values[i] = (float)(int)random_between(&random_source, 0, 2000000) / 977.0f - 1000.0f;
    }
    for (size_t i = 0; i < 12; i++) {
        p[i] = (float)(int)random_between(&random_source, 0, 2000) / 577.0f - 2.0f;
    }
    struct guarded x = guarded_make(&device, X, sizeof(float), 0, values);
    struct guarded copy = guarded_make(&device, X, sizeof(float), 0, values);
    struct guarded y = guarded_make(&device, Y, sizeof(float), 0, NULL);
    struct guarded parameters = guarded_make(&device, 12, sizeof(float), 0, p);
    const clpool_plan_options options = {.struct_size = sizeof(options),
                                         .load_expression = "x * p0 + p1",
                                         .store_expression = "x > 0 ? x - p1 : 0.25",
                                         .parameter_count = 2,
                                         .parameters = guarded_at(&parameters)};
    cl_program program = clCreateProgramWithSource(device.context, 1, (const char **)&source, NULL, &code);
    assert_cl(code);
    assert_cl(clBuildProgram(program, 1, &device.device, "-cl-std=CL1.2", NULL, NULL));
    assert_success(clpool_plan_create(engine, &problem, NULL, &plain));
    assert_success(clpool_plan_create(engine, &problem, &options, &fused));
    run_pass(program, "before", copy.mem, parameters.mem, X);
    assert_success(
        clpool_enqueue_forward(plain, guarded_at(&copy), guarded_at(&y), clpool_none(), device.queue, 0, NULL, NULL));
    run_pass(program, "behind", y.mem, parameters.mem, Y);
    assert_true(guarded_read(&device, &y, expected, message, sizeof(message)));
    assert_success(
        clpool_enqueue_forward(fused, guarded_at(&x), guarded_at(&y), clpool_none(), device.queue, 0, NULL, NULL));
    guarded_check(&device, &y, expected, "y", "three passes");
    clpool_plan_destroy(plain);
    clpool_plan_destroy(fused);
    assert_cl(clReleaseProgram(program));
    guarded_release(&x);
    guarded_release(&copy);
    guarded_release(&y);
    guarded_release(&parameters);
}

/* ---- gradients ---- */

/** sum(dy * max(pool(x), 0)) of 2 by 2 windows. */
static double loss_of(const double *x, const double *dy)
{
    double loss = 0;
    for (size_t o = 0; o < 16; o++) {
        const double *window = x + o / 4 * 16 + o % 4 * 2;
        loss += dy[o] * fmax(fmax(fmax(window[0], window[1]), fmax(window[8], window[9])), 0);
    }
    return loss;
}

static void the_gradient_of_relu_is_that_of_finite_differences(void **state)
{
    (void)state;
    enum { SIDE = 8, X = SIDE * SIDE, Y = X / 4 };
    const clpool_problem problem = clpool_problem_2d(1, 1, SIDE, SIDE, 2, 2, 0);
    const clpool_plan_options options = {.struct_size = sizeof(options), .activation = CLPOOL_RELU};
    const double step = 0.125; /* less than half of the distance between values, so that no winner changes */
    double x[X];
    double dy[Y];
    float narrow_x[X];
    float narrow_dy[Y];
    float dx[X];
    clpool_plan *plan = NULL;
    for (size_t i = 0; i < X; i++) {
        x[i] = (double)(i * 37 % X) - 50.5;
        narrow_x[i] = (float)x[i];
    }
    for (size_t i = 0; i < Y; i++) {
        dy[i] = (double)i - 4.0;
        narrow_dy[i] = (float)dy[i];
    }
    for (size_t i = 0; i < X; i++) {
        double moved[X];
        memcpy(moved, x, sizeof(x));
        moved[i] = x[i] + step;
        const double above = loss_of(moved, dy);
        moved[i] = x[i] - step;
        dx[i] = (float)((above - loss_of(moved, dy)) / (2 * step)) + 0.0f;
    }
    assert_success(clpool_plan_create(engine, &problem, &options, &plan));
    struct guarded on_x = guarded_make(&device, X, sizeof(float), 1, narrow_x);
    struct guarded on_y = guarded_make(&device, Y, sizeof(float), 1, NULL);
    struct guarded on_mask = guarded_make(&device, Y, 1, 1, NULL);
    struct guarded on_dy = guarded_make(&device, Y, sizeof(float), 1, narrow_dy);
    struct guarded on_dx = guarded_make(&device, X, sizeof(float), 1, NULL);
    assert_success(clpool_enqueue_forward(plan, guarded_at(&on_x), guarded_at(&on_y), guarded_at(&on_mask),
                                          device.queue, 0, NULL, NULL));
    assert_success(clpool_enqueue_backward(plan, guarded_at(&on_dy), guarded_at(&on_mask), guarded_at(&on_dx), 0,
                                           device.queue, 0, NULL, NULL));
    guarded_check(&device, &on_dx, dx, "dx", "finite differences");
    clpool_plan_destroy(plan);
    guarded_release(&on_x);
    guarded_release(&on_y);
    guarded_release(&on_mask);
    guarded_release(&on_dy);
    guarded_release(&on_dx);
}

/* ---- what is refused, and programs ---- */

static void options_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    clpool_plan *plan = NULL;
    clpool_problem problem = clpool_problem_2d(1, 4, 8, 8, 2, 2, 0);
    const clpool_plan_options none = {.struct_size = sizeof(none)};
    clpool_plan_options options = none;
    struct guarded parameters = guarded_make(&device, 7, sizeof(float), 0, NULL);
    options.load_expression = "x; y[0] = 1";
    assert_fails(clpool_plan_create(engine, &problem, &options, &plan), CLPOOL_INVALID_ARGUMENT,
                 "load_expression has ';' at byte 1");
    options.load_expression = "x * p0 + p1";
    options.parameter_count = 1;
    options.parameters = guarded_at(&parameters);
    assert_fails(clpool_plan_create(engine, &problem, &options, &plan), CLPOOL_INVALID_ARGUMENT,
                 "names 'p1' at byte 9, and parameter_count is 1");
    options.parameter_count = 2;
    assert_fails(clpool_plan_create(engine, &problem, &options, &plan), CLPOOL_INVALID_BUFFER,
                 "parameters has 8 elements of 4 bytes from element 0 on");
    options.parameters = clpool_none();
    assert_fails(clpool_plan_create(engine, &problem, &options, &plan), CLPOOL_INVALID_BUFFER,
                 "parameters has no buffer");
    options.parameter_count = CLPOOL_MAX_PARAMETERS + 1;
    assert_fails(clpool_plan_create(engine, &problem, &options, &plan), CLPOOL_INVALID_ARGUMENT,
                 "parameter_count is 9; it must be at most 8");
    options = none;
    options.parameter_count = 1;
    assert_fails(clpool_plan_create(engine, &problem, &options, &plan), CLPOOL_INVALID_ARGUMENT,
                 "parameter_count is 1, and there is no expression");
    options = none;
    options.parameter_scope = (clpool_parameter_scope)2;
    assert_fails(clpool_plan_create(engine, &problem, &options, &plan), CLPOOL_INVALID_ARGUMENT,
                 "parameter_scope is 2");
    options = none;
    options.activation = (clpool_activation)2;
    assert_fails(clpool_plan_create(engine, &problem, &options, &plan), CLPOOL_INVALID_ARGUMENT, "activation is 2");
    options.activation = CLPOOL_RELU;
    problem.mode = CLPOOL_AVERAGE;
    assert_fails(clpool_plan_create(engine, &problem, &options, &plan), CLPOOL_UNSUPPORTED, "which is for maximum");
    problem.mode = CLPOOL_MAX;
    problem.mask_form = CLPOOL_MASK_WINDOW_2BIT;
    assert_fails(clpool_plan_create(engine, &problem, &options, &plan), CLPOOL_UNSUPPORTED,
                 "windows of 4 taps leave no mask value of 2 bits");
    problem.mask_form = CLPOOL_MASK_WINDOW;
    options = none;
    options.store_expression = "x + 1";
    problem.dtype = CLPOOL_I32;
    assert_fails(clpool_plan_create(engine, &problem, &options, &plan), CLPOOL_UNSUPPORTED, "dtype i32");
    problem.dtype = CLPOOL_F32;
    assert_null(plan);
    guarded_release(&parameters);
}

static void an_expression_that_does_not_compile_leaves_its_log(void **state)
{
    (void)state;
    static const char *const wrong[] = {"x +", "fma(x)", "x x", "x(2)", "(x > 0) * x"};
    const clpool_problem problem = clpool_problem_2d(1, 4, 8, 8, 2, 2, 0);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        char log[4000] = "";
        clpool_plan *plan = NULL;
        const clpool_plan_options options = {
            .struct_size = sizeof(options), .load_expression = wrong[i], .forward_strategy = "generic"};
        assert_fails(clpool_plan_create(engine, &problem, &options, &plan), CLPOOL_BUILD_FAILED, "clBuildProgram");
        assert_null(plan);
        assert_success(clpool_engine_build_log(engine, log, sizeof(log), NULL));
        assert_non_null(strstr(log, "error"));
    }
}

static void the_backward_of_lp_is_not_there(void **state)
{
    (void)state;
    clpool_problem problem = clpool_problem_2d(1, 1, 8, 8, 2, 2, 0);
    const clpool_plan_options options = {.struct_size = sizeof(options), .load_expression = "x + 1"};
    clpool_plan *plan = NULL;
    problem.mode = CLPOOL_LP;
    problem.p = 2;
    assert_success(clpool_plan_create(engine, &problem, &options, &plan));
    assert_fails(clpool_enqueue_backward_lp(plan, clpool_none(), clpool_none(), clpool_none(), clpool_none(), 0,
                                            device.queue, 0, NULL, NULL),
                 CLPOOL_UNSUPPORTED, "the plan has expressions");
    clpool_plan_destroy(plan);
}

static void plans_with_the_same_expression_share_programs(void **state)
{
    (void)state;
    const clpool_problem problem = clpool_problem_2d(1, 4, 8, 8, 2, 2, 0);
    const char *const expressions[] = {"x + 5", "x + 5", "x + 6"};
    size_t built[4] = {0};
    assert_success(clpool_engine_program_counts(engine, &built[0], NULL));
    for (size_t i = 0; i < 3; i++) {
        clpool_plan *plan = NULL;
        const clpool_plan_options options = {
            .struct_size = sizeof(options), .load_expression = expressions[i], .operations = 1 << CLPOOL_FORWARD};
        assert_success(clpool_plan_create(engine, &problem, &options, &plan));
        assert_success(clpool_engine_program_counts(engine, &built[i + 1], NULL));
        clpool_plan_destroy(plan);
    }
    assert_true(built[1] > built[0]);
    assert_int_equal(built[2], built[1]);
    assert_true(built[3] > built[2]);
}

/** What the parameters hold counts when the work runs, and the plan keeps their buffer. */
static void parameters_may_change_between_runs(void **state)
{
    (void)state;
    const clpool_problem problem = clpool_problem_1d(1, 2, 4, 2, 2, 0);
    const float x[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    const float scales[2][2] = {{2, 3}, {-1, 1}};
    const float expected[2][4] = {{4, 8, 18, 24}, {-1, -3, 6, 8}};
    clpool_plan *plan = NULL;
    cl_int code = CL_SUCCESS;
    cl_mem mem = clCreateBuffer(device.context, CL_MEM_READ_ONLY, sizeof(scales[0]), NULL, &code);
    assert_cl(code);
    const clpool_plan_options options = {.struct_size = sizeof(options),
                                         .load_expression = "x * p0",
                                         .parameter_count = 1,
                                         .parameters = clpool_at(mem, 0)};
    struct guarded on_x = guarded_make(&device, 8, sizeof(float), 1, x);
    struct guarded on_y = guarded_make(&device, 4, sizeof(float), 1, NULL);
    assert_success(clpool_plan_create(engine, &problem, &options, &plan));
    assert_fails(
        clpool_enqueue_forward(plan, guarded_at(&on_x), clpool_at(mem, 0), clpool_none(), device.queue, 0, NULL, NULL),
        CLPOOL_INVALID_BUFFER, "CL_MEM_READ_ONLY");
    for (size_t i = 0; i < 2; i++) {
        assert_cl(clEnqueueWriteBuffer(device.queue, mem, CL_TRUE, 0, sizeof(scales[i]), scales[i], 0, NULL, NULL));
        if (i == 1) {
            assert_cl(clReleaseMemObject(mem));
        }
        assert_success(clpool_enqueue_forward(plan, guarded_at(&on_x), guarded_at(&on_y), clpool_none(), device.queue,
                                              0, NULL, NULL));
        guarded_check(&device, &on_y, expected[i], "y", "parameters");
    }
    clpool_plan_destroy(plan);
    guarded_release(&on_x);
    guarded_release(&on_y);
}

/** The argument, if there is one, is the name of the test to run. */
int main(int argument_count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_that_do_not_fit_are_refused),
        cmocka_unit_test(an_expression_that_does_not_compile_leaves_its_log),
        cmocka_unit_test(plans_with_the_same_expression_share_programs),
        cmocka_unit_test(parameters_may_change_between_runs),
        cmocka_unit_test(the_backward_of_lp_is_not_there),
        cmocka_unit_test(separate_kernels_give_the_same_bits),
        cmocka_unit_test(the_gradient_of_relu_is_that_of_finite_differences),
        cmocka_unit_test(usual_problems_are_fused),
        cmocka_unit_test(every_strategy_that_fuses_does_what_three_passes_do),
        cmocka_unit_test(every_strategy_that_fuses_was_run),
        cmocka_unit_test(whole_planes_are_fused_together),
    };
    if (argument_count > 1) {
        cmocka_set_test_filter(arguments[1]);
    }
    return cmocka_run_group_tests(tests, device_group_open, device_group_close);
}
