/* SPDX-License-Identifier: Apache-2.0 */
/* For Oclgrind: each row of the table of strategies, by itself, over as many random problems as CLPOOL_TEST_PROBLEMS
 * says (usually 16), of tensors of few elements, which fill their buffers in every other one; masks have any contents
 * in half of them. Prints how many each had, and fails where a row had none. CLPOOL_TEST_WITHOUT lists kernels of rows
 * to leave out; CLPOOL_TEST_STRATEGY names a strategy to run alone. */
#include "support/cmocka.h"
#include "support/environment.h"
#include "support/problem_kinds.h"
#include "support/problems.h"
#include "support/trial.h"

#include <stdio.h>
#include <stdlib.h>

enum { PROBLEMS = 16, MOST_ELEMENTS = 300, PROBLEMS_OF_A_WINDOW = 4, MOST_DRAWS = 200000 };

static struct test_device device;
static clpool_engine *engine;
static size_t problem_count;

/** The first row of its name that takes the problem runs it. */
static int runs_row(const clpool_problem *problem, const struct strategy *row)
{
    struct geometry geometry;
    if (geometry_from_problem(problem, &geometry) != CLPOOL_SUCCESS ||
        (row->op == CLPOOL_BACKWARD && !tensors_have_backward(problem))) {
        return 0;
    }
    for (size_t i = 0; strategy_at(row->op, i) != row; i++) {
        const struct strategy *earlier = strategy_at(row->op, i);
        if (strcmp(earlier->name, row->name) == 0 && earlier->takes(&geometry)) {
            return 0;
        }
    }
    return row->takes(&geometry);
}

/** Draws a problem for the row. */
static clpool_problem draw_problem(const struct strategy *row, struct random *random)
{
    for (size_t i = 0; i < MOST_DRAWS; i++) {
        const enum problem_kind kind = (enum problem_kind)(i % KINDS);
        const clpool_problem drawn = problem_of_kind(random, MOST_ELEMENTS, kind);
        const clpool_problem problem = random_once_in(random, 4)             ? with_whole_planes(drawn)
                                       : kind == KIND_DISJOINT && i % 2 == 0 ? with_full_rows(drawn)
                                                                             : drawn;
        if (runs_row(&problem, row)) {
            return problem;
        }
    }
    fail_msg("no random problem is one for %s (%s)", row->name, row->entry);
    return problem_of_rank(1);
}

static void run(clpool_op op, size_t row, struct random *random, struct trial_result *result)
{
    const struct strategy *strategy = strategy_at(op, row);
    struct trial trial = {.strategy = strategy->name, .operations = 1u << op};
    for (size_t i = 0; i < problem_count; i++) {
        if (i % PROBLEMS_OF_A_WINDOW == 0) { /* strategies may compile a program for each */
            trial.problem = draw_problem(strategy, random);
            trial.is_wide = random_once_in(random, 4);
            trial.settings_seed = random_bits(random);
        }
        clpool_problem other = trial.problem;
        if (random_extents(random, MOST_ELEMENTS, &other) && runs_row(&other, strategy)) {
            trial.problem = other;
        }
        trial.seed = random_bits(random);
        trial.is_bare = i % 2 == 1;
        trial.has_wild_mask = op != CLPOOL_FORWARD && i / 2 % 2 == 1;
        trial_run(&device, engine, &trial, result);
        if (result->has_failed) {
            trial_report(&device, engine, &trial);
            fail();
        }
    }
}

static void each_row_does_what_the_reference_does(void **state)
{
    static const char *const op_names[TRIAL_OPERATIONS] = {"forward", "backward", "unpool"};
    struct random *random = *state;
    struct trial_result result = {0};
    const char *without = getenv("CLPOOL_TEST_WITHOUT");
    const char *alone = getenv("CLPOOL_TEST_STRATEGY");
    size_t rows = 0;
    for (int op = 0; op < TRIAL_OPERATIONS; op++) {
        for (size_t row = 0; strategy_at((clpool_op)op, row) != NULL; row++) {
            const struct strategy *strategy = strategy_at((clpool_op)op, row);
            if ((without == NULL || strstr(without, strategy->entry) == NULL) &&
                (alone == NULL || strcmp(alone, strategy->name) == 0)) {
                run((clpool_op)op, row, random, &result);
                printf("%s %s (%s): %zu problems\n", op_names[op], strategy->name, strategy->entry,
                       result.rows[op][row]);
                assert_true(result.rows[op][row] > 0);
                rows++;
            }
        }
    }
    assert_true(rows > 0);
}

static int set_up(void **state)
{
    (void)state;
    problem_count = number_from_environment("CLPOOL_TEST_PROBLEMS", PROBLEMS);
    test_device_open(&device);
    assert_success(clpool_engine_create(device.context, device.device, &engine));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    clpool_engine_destroy(engine);
    test_device_close(&device);
    return 0;
}

int main(void)
{
    struct random random = random_from_environment();
    const struct CMUnitTest tests[] = {cmocka_unit_test_prestate(each_row_does_what_the_reference_does, &random)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
