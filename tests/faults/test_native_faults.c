/* SPDX-License-Identifier: Apache-2.0 */
/* Pooling in plain C without memory or threads: the same bits, or an error and nothing written. */
#include "faults/sweep.h"
#include "support/cmocka.h"
#include "support/environment.h"
#include "support/problems.h"
#include "support/tensors.h"

#include <stdio.h>
#include <stdlib.h>

static struct sweep sweep;
static const clpool_native_options two_threads = {.struct_size = sizeof(two_threads), .threads = 2};

enum { MOST_OUTPUTS = 2 };

/** One function of one problem: outputs to write anew each time, and what they must become. */
struct trial {
    const clpool_problem *problem;
    struct tensors *tensors;
    bool may_fail; /* for want of memory */
    size_t outputs;
    struct output {
        size_t bytes;
        unsigned char *got;
        unsigned char *before;
        unsigned char *after;
    } output[MOST_OUTPUTS];
};

static unsigned char *copy(const void *bytes, size_t size)
{
    unsigned char *made = malloc(size + 1);
    assert_non_null(made);
    memcpy(made, bytes, size);
    return made;
}

static void add_output(struct trial *trial, const void *before, const void *after, size_t bytes)
{
    trial->output[trial->outputs++] =
        (struct output){bytes, copy(before, bytes), copy(before, bytes), copy(after, bytes)};
}

/** The same where it does not matter what was there. */
static void add_fresh_output(struct trial *trial, const void *after, size_t bytes)
{
    unsigned char *before = malloc(bytes + 1);
    assert_non_null(before);
    memset(before, TENSORS_GAP, bytes);
    add_output(trial, before, after, bytes);
    free(before);
}

static const char *check(void *data, clpool_status status)
{
    struct trial *trial = data;
    const char *wrong = NULL;
    if (status != CLPOOL_SUCCESS && !trial->may_fail) {
        return "this function has no such error";
    }
    for (size_t i = 0; i < trial->outputs; i++) {
        struct output *output = &trial->output[i];
        if (memcmp(output->got, status == CLPOOL_SUCCESS ? output->after : output->before, output->bytes) != 0) {
            wrong = status == CLPOOL_SUCCESS ? "it has not the right bits" : "something was written";
        }
        memcpy(output->got, output->before, output->bytes);
    }
    return wrong;
}

static void sweep_trial(const char *name, struct trial *trial, clpool_status (*run)(void *))
{
    char text[256];
    (void)snprintf(text, sizeof(text), "%s of %s", name, problem_text(trial->problem));
    const struct operation operation = {.name = text,
                                        .data = trial,
                                        .run = run,
                                        .check = check,
                                        .tolerates = " malloc calloc realloc aligned_alloc pthread_create "};
    sweep_operation(&sweep, &operation);
    for (size_t i = 0; i < trial->outputs; i++) {
        free(trial->output[i].got);
        free(trial->output[i].before);
        free(trial->output[i].after);
    }
}

/* ---- the functions ---- */

static clpool_status forward(void *data)
{
    const struct trial *trial = data;
    return clpool_native_forward_with(trial->problem, trial->tensors->x, trial->output[0].got,
                                      trial->outputs > 1 ? trial->output[1].got : NULL, &two_threads);
}

static clpool_status backward(void *data)
{
    const struct trial *trial = data;
    const struct tensors *t = trial->tensors;
    return clpool_native_backward_with(trial->problem, t->dy, trial->problem->mode == CLPOOL_MAX ? t->mask : NULL,
                                       trial->output[0].got, CLPOOL_ACCUMULATE, &two_threads);
}

static clpool_status recompute(void *data)
{
    const struct trial *trial = data;
    return clpool_native_backward_recompute(trial->problem, trial->tensors->x, trial->tensors->dy, trial->output[0].got,
                                            CLPOOL_ACCUMULATE);
}

static clpool_status backward_lp(void *data)
{
    const struct trial *trial = data;
    const struct tensors *t = trial->tensors;
    return clpool_native_backward_lp(trial->problem, t->x, t->y, t->dy, trial->output[0].got, CLPOOL_ACCUMULATE);
}

static clpool_status unpool(void *data)
{
    const struct trial *trial = data;
    size_t dropped = 0;
    return clpool_native_unpool(trial->problem, trial->tensors->y, trial->tensors->mask, trial->output[0].got,
                                &dropped);
}

static clpool_status unpool_backward(void *data)
{
    const struct trial *trial = data;
    return clpool_native_unpool_backward(trial->problem, trial->tensors->x, trial->tensors->mask, trial->output[0].got);
}

static void sweep_forward(const clpool_problem *problem, struct tensors *t)
{
    struct trial with_mask = {.problem = problem, .tensors = t};
    struct trial without = with_mask;
    add_fresh_output(&without, t->y, t->y_elements * t->element_bytes);
    if (problem->mode == CLPOOL_MAX) {
        add_fresh_output(&with_mask, t->y, t->y_elements * t->element_bytes);
        add_fresh_output(&with_mask, t->mask, t->mask_elements * t->mask_bytes);
        sweep_trial("forward with mask", &with_mask, forward);
    }
    sweep_trial("forward", &without, forward);
}

static void sweep_backward(const clpool_problem *problem, struct tensors *t)
{
    const size_t bytes = t->x_elements * t->element_bytes;
    tensors_reference_backward(t, problem, CLPOOL_ACCUMULATE);
    struct trial by_mask = {.problem = problem, .tensors = t, .may_fail = true};
    add_output(&by_mask, t->dx_old, t->dx, bytes);
    sweep_trial("backward", &by_mask, problem->mode == CLPOOL_LP ? backward_lp : backward);
    if (problem->mode == CLPOOL_MAX) {
        struct trial by_x = {.problem = problem, .tensors = t, .may_fail = true};
        add_output(&by_x, t->dx_old, t->dx, bytes);
        sweep_trial("backward from x", &by_x, recompute);
    }
}

static void sweep_unpool_backward(const clpool_problem *problem, struct tensors *t)
{
    struct trial trial = {.problem = problem, .tensors = t};
    const size_t bytes = t->y_elements * t->element_bytes;
    unsigned char *after = malloc(bytes + 1);
    assert_non_null(after);
    memset(after, TENSORS_GAP, bytes);
    assert_success(clpool_native_unpool_backward(problem, t->x, t->mask, after));
    add_fresh_output(&trial, after, bytes);
    free(after);
    sweep_trial("backward of unpooling", &trial, unpool_backward);
}

static void sweep_unpool(const clpool_problem *problem, struct tensors *t)
{
    struct trial trial = {.problem = problem, .tensors = t};
    const size_t bytes = t->x_elements * t->element_bytes;
    /* Of strided tensors, what lies between stays as it was. */
    unsigned char *after = malloc(bytes + 1);
    size_t dropped = 0;
    assert_non_null(after);
    memset(after, TENSORS_GAP, bytes);
    assert_success(clpool_native_unpool(problem, t->y, t->mask, after, &dropped));
    add_fresh_output(&trial, after, bytes);
    free(after);
    sweep_trial("unpooling", &trial, unpool);
}

static void sweep_problem(const clpool_problem *problem, uint64_t seed)
{
    struct tensors tensors;
    struct random random = {seed};
    tensors_make(&tensors, problem, &random);
    tensors_reference_forward(&tensors, problem);
    sweep_forward(problem, &tensors);
    if (tensors_have_backward(problem)) {
        sweep_backward(problem, &tensors);
    }
    if (problem->mode == CLPOOL_MAX) {
        sweep_unpool(problem, &tensors);
        sweep_unpool_backward(problem, &tensors);
    }
    tensors_free(&tensors);
}

static void small_problems_need_memory_for_speed_alone(void **state)
{
    (void)state;
    struct random random = random_from_environment();
    for (int i = 0; i < (test_is_long() ? 2000 : 200); i++) {
        const clpool_problem problem = random_problem(&random, 2000);
        sweep_problem(&problem, random_bits(&random));
    }
}

/** Enough work for two threads, in each mode and layout. */
static void large_problems_need_threads_for_speed_alone(void **state)
{
    (void)state;
    for (int i = 0; i < 6; i++) {
        clpool_problem problem = clpool_problem_2d(2, 32, 40, 40, 3, 1 + (size_t)i % 2, 1);
        problem.layout = i % 2 == 0 ? CLPOOL_CHANNELS_FIRST : CLPOOL_CHANNELS_LAST;
        problem.mode = (clpool_mode)(i / 2);
        problem.p = problem.mode == CLPOOL_LP ? 2 : 0;
        sweep_problem(&problem, (uint64_t)i + 1);
    }
}

static void nothing_was_found(void **state)
{
    (void)state;
    assert_string_equal(sweep.findings_text, "");
    assert_true(sweep.injected > 0);
    sweep_print(&sweep);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_problems_need_memory_for_speed_alone),
        cmocka_unit_test(large_problems_need_threads_for_speed_alone),
        cmocka_unit_test(nothing_was_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
