/* SPDX-License-Identifier: Apache-2.0 */
/* Masks from elsewhere, with any contents, into each strategy of backward and unpooling: the reference's bits, and
 * nothing outside the tensors is touched, in every form of mask, float type and layout. CLPOOL_TEST_LONG=1 runs all
 * combinations of these, else some of each. */
#include "support/cmocka.h"
#include "support/device_group.h"
#include "support/environment.h"
#include "support/problems.h"
#include "support/trial.h"

#include <stdio.h>

enum { FORMS = CLPOOL_MASK_WINDOW_4BIT + 1, DTYPES = CLPOOL_BF16 + 1, LAYOUTS = 2, MASKS_OF_A_PROBLEM = 8, STEP = 41 };

/** Windows beside each other, overlapping, with padding, over whole planes, many taps, adaptive: some for each
 * strategy. */
static size_t make_problems(clpool_problem problems[])
{
    const size_t plane[] = {3, 5};
    const size_t in[] = {7, 5};
    const size_t out[] = {3, 4};
    const clpool_problem made[] = {
        clpool_problem_2d(2, 3, 6, 32, 2, 2, 0),   clpool_problem_1d(2, 5, 33, 3, 1, 1),
        clpool_problem_2d(1, 17, 9, 11, 3, 2, 1),  clpool_problem_2d(2, 3, 8, 17, 3, 1, 1),
        clpool_problem_global(2, 3, 2, plane),     clpool_problem_global(2, 1, 4, (size_t[]){17, 20}),
        clpool_problem_2d(1, 3, 12, 13, 7, 1, 3),  clpool_problem_adaptive(2, 2, 3, in, out),
        clpool_problem_3d(1, 2, 4, 5, 6, 2, 1, 1),
    };
    memcpy(problems, made, sizeof(made));
    return sizeof(made) / sizeof(made[0]);
}

static void run(clpool_problem problem, struct random *random, struct trial_result *result)
{
    if (clpool_problem_check(&problem) != CLPOOL_SUCCESS) { /* a packed form does not fit every window */
        return;
    }
    for (int i = 0; i < MASKS_OF_A_PROBLEM; i++) {
        const struct trial trial = {.problem = problem, .seed = random_bits(random), .has_wild_mask = 1};
        trial_run(&device, engine, &trial, result);
        if (result->has_failed) {
            trial_report(&device, engine, &trial);
            fail();
        }
    }
}

static void every_strategy_leaves_the_memory_around_the_tensors_alone(void **state)
{
    (void)state;
    struct trial_result result = {0};
    clpool_problem problems[16];
    const int is_long = test_is_long();
    const size_t count = make_problems(problems);
    for (size_t i = 0; i < count * FORMS * DTYPES * LAYOUTS; i++) {
        clpool_problem problem = problems[i % count];
        problem.layout = (clpool_layout)(i / count % LAYOUTS);
        problem.mask_form = (clpool_mask_form)(i / count / LAYOUTS % FORMS);
        problem.dtype = (clpool_dtype)((i + i / count / LAYOUTS / FORMS) % DTYPES);
        if (is_long || i % STEP == 0 || i < count * LAYOUTS) { /* all windows and layouts with a mask of taps */
            run(problem, &random_source, &result);
        }
    }
    static const char *const op_names[TRIAL_OPERATIONS] = {"forward", "backward", "unpool"};
    size_t runs = 0;
    for (int op = CLPOOL_BACKWARD; op <= CLPOOL_UNPOOL; op++) {
        const char *name = NULL;
        for (size_t i = 0; (name = clpool_strategy_name((clpool_op)op, i)) != NULL; i++) {
            printf("%s %s: %zu masks\n", op_names[op], name, result.runs[op][i]);
            runs += result.runs[op][i];
            assert_true(result.runs[op][i] > 0 || result.lacking > 0 || strcmp(name, "box") == 0); /* of average */
        }
    }
    printf("wild masks: runs %zu\n", runs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_strategy_leaves_the_memory_around_the_tensors_alone),
    };
    return cmocka_run_group_tests(tests, device_group_open, device_group_close);
}
