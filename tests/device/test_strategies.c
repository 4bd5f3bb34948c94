/* SPDX-License-Identifier: Apache-2.0 */
/* Every strategy over random problems from the whole space that the library takes, at sizes around every boundary; see
 * support/trial.h for what each of them must do. A failure is made as small as it goes, and printed with the commands
 * that show it.
 *
 * CLPOOL_TEST_SEED repeats a run; CLPOOL_TEST_PROBLEMS sets the number of problems, of which CLPOOL_TEST_LONG=1 makes
 * many; CLPOOL_TEST_ELEMENTS the size of the largest tensor. */
#include "support/cmocka.h"
#include "support/device_group.h"
#include "support/environment.h"
#include "support/problem_kinds.h"
#include "support/problems.h"
#include "support/trial.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    PROBLEMS = 1000,
    LONG_PROBLEMS = 10000,
    PROBLEMS_OF_A_WINDOW = 50, /* strategies may compile a program for each window */
    OFTEN = 1000,              /* runs of 17 windows, each with its own values of parameters */
    PROBLEMS_OF_A_VARIANT = 25 /* and all of them do for each dtype, NaN rule, layout and form of mask */
};

static size_t problem_count;
static size_t most_elements = 6000;
static size_t problems_run;
static size_t strategies_run;
static size_t lacking;         /* runs that the device could not make */
static uint64_t settings_seed; /* of the parameters' values; drawn once for each window, for the programs' sake */

static const char *const op_names[TRIAL_OPERATIONS] = {"forward", "backward", "unpool"};

static void check_problem(const clpool_problem *problem, int only_generic, int is_wide, struct trial_result *result)
{
    const struct trial trial = {.problem = *problem,
                                .seed = random_bits(&random_source),
                                .only_generic = only_generic,
                                .settings_seed = settings_seed,
                                .is_wide = is_wide};
    result->lacking = lacking;
    trial_run(&device, engine, &trial, result);
    lacking = result->lacking;
    problems_run++;
    if (result->has_failed) {
        trial_report(&device, engine, &trial);
        fail();
    }
}

/** Strategies that ran often must have had every value of every parameter; of others this says which they had not. */
static void check_values(clpool_op op, size_t index, const struct trial_result *result)
{
    for (size_t i = 0; i < TRIAL_PARAMETERS; i++) {
        const unsigned left = result->values_left[op][index][i];
        if (left != 0) {
            printf("  of parameter %zu no problem had the values 0x%x (bits)\n", i, left);
            assert_true(result->runs[op][index] < OFTEN);
        }
    }
}

/** Problems that hardly any random one is like: of close windows, and of Lp. What is drawn later stays the same. */
static void check_rare_problems(struct trial_result *result)
{
    const struct random before = random_source;
    clpool_problem norm = clpool_problem_2d(2, 3, 9, 11, 3, 2, 1);
    norm.mode = CLPOOL_LP;
    norm.p = 3;
    assert_success(clpool_problem_check(&norm));
    check_problem(&norm, 0, 0, result);
    for (int window = 0; window < 2; window++) {
        clpool_problem problem = problem_of_kind(&random_source, most_elements, KIND_SMALL_LAST);
        for (int done = 0; done < 8;) {
            if (random_extents(&random_source, most_elements, &problem)) {
                clpool_problem close = with_close_windows(problem, most_elements);
                close.channels = done % 2 == 0 ? close.channels : 128; /* a cache line of any dtype, and more */
                check_problem(&close, 0, window, result);
                done++;
            }
        }
    }
    random_source = before;
}

static void every_strategy_does_what_the_reference_does(void **state)
{
    (void)state;
    struct trial_result result = {0};
    size_t done = 0;
    for (size_t window = 0; done < problem_count; window++) {
        clpool_problem problem = problem_of_kind(&random_source, most_elements, (enum problem_kind)(window % KINDS));
        const int is_wide = random_once_in(&random_source, 2);
        settings_seed = random_bits(&random_source);
        for (size_t i = 0; i < PROBLEMS_OF_A_WINDOW && done < problem_count; i++) {
            if (!random_extents(&random_source, most_elements, &problem)) {
                continue; /* and its extents are of no size that was asked for */
            }
            problem = window % KINDS == KIND_LARGE ? with_many_planes(problem, most_elements) : problem;
            check_problem(&problem, 0, is_wide, &result);
            done++;
            if (random_once_in(&random_source, 20)) {
                const clpool_problem whole = with_whole_planes(problem);
                check_problem(&whole, 0, is_wide, &result);
            }
            if (window % KINDS == KIND_DISJOINT) {
                const clpool_problem rows = with_full_rows(problem);
                check_problem(&rows, 0, is_wide, &result);
            }
        }
    }
    size_t missed = 0;
    check_rare_problems(&result);
    for (int op = 0; op < TRIAL_OPERATIONS; op++) {
        const char *name = NULL;
        for (size_t i = 0; (name = clpool_strategy_name((clpool_op)op, i)) != NULL; i++) {
            printf("%s %s: %zu problems\n", op_names[op], name, result.runs[op][i]);
            missed += result.runs[op][i] <= problem_count / 200;
            check_values((clpool_op)op, i, &result);
            strategies_run += result.runs[op][i] > 0;
        }
        for (size_t row = 0; strategy_at((clpool_op)op, row) != NULL; row++) { /* some rows have one name */
            if (result.rows[op][row] == 0) {
                printf("  of row %zu, '%s', none\n", row, strategy_at((clpool_op)op, row)->name);
                missed++;
            }
        }
    }
    assert_true(missed == 0 || lacking > 0 || problem_count < 1000);
}

/** Windows all different; only the strategies that need no program of their own for each. */
static void the_generic_strategy_takes_any_problem(void **state)
{
    (void)state;
    struct trial_result result = {0};
    clpool_problem variant = problem_of_rank(1);
    int is_wide = 0;
    for (size_t i = 0; i < problem_count; i++) {
        clpool_problem problem = random_problem(&random_source, most_elements);
        if (i % PROBLEMS_OF_A_VARIANT == 0) {
            variant = problem;
            is_wide = random_once_in(&random_source, 2);
            settings_seed = random_bits(&random_source);
        }
        random_variant(&problem, &variant);
        check_problem(&problem, 1, is_wide, &result);
    }
    size_t forward = 0;
    for (size_t i = 0; i < TRIAL_STRATEGIES; i++) {
        forward += result.runs[CLPOOL_FORWARD][i];
    }
    assert_true(forward > problem_count * 7 / 10 || problem_count < 1000); /* a device may lack one dtype */
}

static clpool_problem of_mode(clpool_problem problem, clpool_mode mode)
{
    problem.mode = mode;
    problem.p = 3;
    return problem;
}

/** Problems that random ones hardly reach: the widths of masks, many channels, windows far larger than the input,
 * padding beyond the window, dilation that leaves windows empty, sums of very many terms. */
static void odd_problems_do_what_the_reference_does(void **state)
{
    (void)state;
    if (getenv("CLPOOL_TEST_ELEMENTS") != NULL) {
        print_message("skipped: CLPOOL_TEST_ELEMENTS asks for small tensors, and these are large\n");
        skip();
    }
    const size_t plane[] = {1, 100, 200};
    const clpool_problem global = clpool_problem_global(3, 1, 2, plane);
    const clpool_problem problems[] = {
        clpool_problem_1d(1, 2, 600, 255, 1, 0),
        clpool_problem_1d(1, 2, 600, 256, 1, 0),
        clpool_problem_1d(1, 1, 65600, 65535, 9, 0),
        clpool_problem_1d(1, 1, 65600, 65537, 9, 0),
        clpool_problem_2d(1, 1, 260, 260, 256, 1, 0),
        clpool_problem_1d(1, 100000, 3, 2, 1, 0),
        clpool_problem_2d(1, 3, 1, 1, 1, 1, 0),
        clpool_problem_2d(2, 2, 1, 1, 41, 1, 20),
        clpool_problem_2d(1, 2, 3, 5, 2, 2, 9),
        clpool_problem_3d(1, 2, 1, 1, 67, 1, 3, 0),
        with_dilation(with_padding(clpool_problem_1d(2, 3, 2, 3, 1, 0), 7, 6), 6),
        with_stride(with_in(problem_of_rank(2), 0, 5, 5), 1000),
        global,
        of_mode(global, CLPOOL_AVERAGE),
        of_mode(global, CLPOOL_LP),
        with_dtype(of_mode(global, CLPOOL_AVERAGE), CLPOOL_I8),
        of_mode(clpool_problem_1d(1, 1, 65600, 65535, 9, 0), CLPOOL_AVERAGE),
        of_mode(clpool_problem_1d(1, 1, 30000, 29999, 1, 0), CLPOOL_LP),
        of_mode(clpool_problem_1d(1, 100000, 3, 2, 1, 0), CLPOOL_AVERAGE),
        of_mode(with_dilation(with_padding(clpool_problem_1d(2, 3, 2, 3, 1, 0), 7, 6), 6), CLPOOL_AVERAGE),
        of_mode(with_padding(clpool_problem_2d(1, 2, 3, 5, 2, 2, 9), 9, 8), CLPOOL_LP),
        clpool_problem_2d(1, 4, 13, 13, 13, 1, 6),
        clpool_problem_2d(1, 1, 150, 70, 35, 2, 0),
        with_mask_form(with_dilation(clpool_problem_2d(1, 2, 40, 90, 9, 1, 4), 2), CLPOOL_MASK_PLANE_I32),
        with_dtype(clpool_problem_2d(1, 2, 70, 70, 11, 1, 5), CLPOOL_BF16),
        with_mask_form(clpool_problem_3d(1, 2, 9, 30, 70, 3, 1, 1), CLPOOL_MASK_TENSOR),
        clpool_problem_3d(1, 1, 7, 20, 40, 9, 2, 4),
        with_mask_form(clpool_problem_1d(1, 2, 600, 3, 1, 2), CLPOOL_MASK_WINDOW_2BIT),
        with_mask_form(clpool_problem_2d(1, 3, 33, 35, 2, 2, 0), CLPOOL_MASK_WINDOW_2BIT),
        with_mask_form(clpool_problem_2d(1, 3, 33, 35, 4, 2, 0), CLPOOL_MASK_WINDOW_4BIT),
        with_mask_form(with_padding(clpool_problem_1d(1, 3, 33, 15, 2, 0), 15, 16), CLPOOL_MASK_WINDOW_4BIT),
    };
    struct trial_result result = {0};
    for (size_t i = 0; i < sizeof(problems) / sizeof(problems[0]); i++) {
        assert_success(clpool_problem_check(&problems[i]));
        settings_seed = i; /* 0: the default values */
        check_problem(&problems[i], 0, (int)(i % 2), &result);
    }
    size_t forward = 0;
    for (size_t i = 0; i < TRIAL_STRATEGIES; i++) {
        forward += result.runs[CLPOOL_FORWARD][i];
    }
    assert_true(forward > 0);
}

/** Runs a problem with a strategy and its settings. */
static void check_settings(const clpool_problem *problem, const char *settings, unsigned operations)
{
    struct trial_result result = {0};
    const struct trial trial = {
        .problem = *problem, .seed = random_bits(&random_source), .strategy = settings, .operations = operations};
    trial_run(&device, engine, &trial, &result);
    if (result.has_failed) {
        trial_report(&device, engine, &trial);
        fail();
    }
}

/** Tiles of all kinds of sizes, at sizes of planes around theirs. */
static void tiles_of_any_setting_do_what_the_reference_does(void **state)
{
    (void)state;
    static const char *const settings[] = {"tile:group=64,outputs=8", "tile:group=512,outputs=2",
                                           "tile:group=256,outputs=1", "large:group=64,outputs=1",
                                           "large:group=128,outputs=8"};
    const clpool_problem problems[] = {
        clpool_problem_2d(2, 3, 65, 33, 3, 1, 1),
        clpool_problem_2d(2, 3, 65, 33, 3, 2, 1),
        with_dtype(clpool_problem_2d(2, 3, 65, 130, 3, 1, 1), CLPOOL_F16),
        clpool_problem_2d(3, 5, 7, 7, 8, 1, 4),
    };
    for (size_t i = 0; i < sizeof(problems) / sizeof(problems[0]); i++) {
        for (size_t j = 0; j < sizeof(settings) / sizeof(settings[0]); j++) {
            check_settings(&problems[i], settings[j], 0);
        }
    }
}

/** Rows as wide as vectors, a little less and more, with and without the caches. */
static void rows_of_any_width_are_gathered_as_by_the_reference(void **state)
{
    (void)state;
    static const size_t widths[] = {4, 7, 8, 9, 15, 16, 17, 31, 32, 33, 50};
    for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
        const clpool_problem problems[] = {
            clpool_problem_2d(3, 2, 9, widths[i], 2, 2, 0),
            clpool_problem_2d(3, 2, 12, widths[i], 3, 2, 1),
            clpool_problem_2d(3, 2, 9, widths[i], 3, 1, 1),
        };
        for (size_t j = 0; j < sizeof(problems) / sizeof(problems[0]); j++) {
            check_settings(&problems[j], "gather", 1 << CLPOOL_BACKWARD);
            check_settings(&problems[j], "gather:stream=1", 1 << CLPOOL_BACKWARD);
        }
    }
}

/** Windows from small ones to some larger than the plane, and planes of one block and of many. */
static void large_windows_are_swept_as_by_the_reference(void **state)
{
    (void)state;
    const clpool_problem problems[] = {
        clpool_problem_2d(2, 30, 13, 13, 9, 1, 4),    clpool_problem_2d(1, 79, 13, 11, 13, 1, 6),
        clpool_problem_2d(2, 16, 20, 20, 9, 3, 2),    clpool_problem_2d(1, 32, 9, 40, 11, 5, 3),
        clpool_problem_2d(1, 16, 30, 7, 8, 4, 1),     clpool_problem_2d(1, 16, 3, 5, 17, 1, 8),
        clpool_problem_2d(1, 29, 1, 1, 41, 1, 20),    clpool_problem_2d(1, 64, 2, 2, 9, 1, 4),
        clpool_problem_2d(1, 16, 100, 120, 17, 1, 8), clpool_problem_2d(1, 31, 150, 90, 35, 2, 0),
        clpool_problem_2d(1, 16, 17, 500, 9, 1, 4),   clpool_problem_2d(1, 16, 500, 17, 9, 1, 4),
        clpool_problem_2d(1, 16, 40, 36, 128, 1, 64), clpool_problem_1d(2, 48, 300, 100, 1, 50),
        clpool_problem_3d(2, 16, 3, 14, 15, 1, 1, 0),
    };
    static const clpool_dtype dtypes[] = {CLPOOL_F32, CLPOOL_F16, CLPOOL_BF16, CLPOOL_I8, CLPOOL_U8, CLPOOL_I32};
    if (getenv("CLPOOL_TEST_ELEMENTS") != NULL) {
        print_message("skipped: CLPOOL_TEST_ELEMENTS asks for small tensors, and these are large\n");
        skip();
    }
    for (size_t i = 0; i < sizeof(problems) / sizeof(problems[0]); i++) {
        for (size_t j = 0; j < 2; j++) {
            clpool_problem problem = with_dtype(problems[i], dtypes[(i + 3 * j) % 6]);
            problem.layout = j == 0 ? CLPOOL_CHANNELS_FIRST : CLPOOL_CHANNELS_LAST;
            problem.nan_rule = (i / 2 + j) % 2 == 0 ? CLPOOL_NAN_PROPAGATE : CLPOOL_NAN_IGNORE;
            if (problem.rank == 3) {
                problem.kernel[1] = 6;
                problem.kernel[2] = 7;
            }
            check_settings(&problem, "sweeps", 0);
        }
    }
}

static int set_up(void **state)
{
    const size_t usual = test_is_long() ? LONG_PROBLEMS : PROBLEMS;
    problem_count = number_from_environment("CLPOOL_TEST_PROBLEMS", usual);
    most_elements = number_from_environment("CLPOOL_TEST_ELEMENTS", most_elements);
    return device_group_open(state);
}

static int tear_down(void **state)
{
    printf("sweep: problems %zu, strategies %zu\n", problems_run, strategies_run);
    print_message("%zu runs were not made, since the device lacks what they need\n", lacking);
    return device_group_close(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(odd_problems_do_what_the_reference_does),
        cmocka_unit_test(tiles_of_any_setting_do_what_the_reference_does),
        cmocka_unit_test(rows_of_any_width_are_gathered_as_by_the_reference),
        cmocka_unit_test(large_windows_are_swept_as_by_the_reference),
        cmocka_unit_test(every_strategy_does_what_the_reference_does),
        cmocka_unit_test(the_generic_strategy_takes_any_problem),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
