/* SPDX-License-Identifier: Apache-2.0 */
/* Every strategy against the reference, bit for bit, over random problems at sizes around every boundary; with canaries
 * around each tensor, odd offsets, masks with arbitrary contents, and both widths of offsets. Walks the table of
 * strategies, so a new one is tested by being there.
 *
 * CLPOOL_TEST_SEED repeats a run; CLPOOL_TEST_PROBLEMS sets the number of problems, CLPOOL_TEST_ELEMENTS the size of
 * the largest tensor. */
#include "support/cmocka.h"
#include "support/device.h"
#include "support/problems.h"
#include "support/tensors.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    PROBLEMS_OF_A_WINDOW = 40,  /* strategies may compile a program for each window */
    PROBLEMS_OF_A_VARIANT = 25, /* and all of them do for each dtype, NaN rule, layout and form of mask */
    MOST_RECOMPUTED_TAPS = 30000000
};

static struct test_device device;
static clpool_engine *engine;
static struct random random_source;
static size_t problem_count = 2000;
static size_t most_elements = 6000;
static size_t lacking; /* runs that the device could not make */

/** One way to run a problem. */
struct way {
    const clpool_plan *plan;
    unsigned flags;
    char text[768];
};

static void check_forward(const struct way *way, const struct tensors *t)
{
    const size_t band = random_between(&random_source, 1, 70);
    struct guarded x = guarded_make(&device, t->x_elements, t->element_bytes, band, t->x);
    struct guarded y = guarded_make(&device, t->y_elements, t->element_bytes, band + 3, NULL);
    struct guarded mask = guarded_make(&device, t->mask_elements, t->mask_bytes, band + 1, NULL);
    struct guarded y_alone = guarded_make(&device, t->y_elements, t->element_bytes, band, NULL);
    assert_success(clpool_enqueue_forward(way->plan, guarded_at(&x), guarded_at(&y), guarded_at(&mask), device.queue, 0,
                                          NULL, NULL));
    assert_success(clpool_enqueue_forward(way->plan, guarded_at(&x), guarded_at(&y_alone), clpool_none(), device.queue,
                                          0, NULL, NULL));
    guarded_check(&device, &y, t->y, "y", way->text);
    guarded_check(&device, &mask, t->mask, "mask", way->text);
    guarded_check(&device, &y_alone, t->y, "y without a mask", way->text);
    guarded_check(&device, &x, t->x, "x", way->text);
    guarded_release(&x);
    guarded_release(&y);
    guarded_release(&mask);
    guarded_release(&y_alone);
}

static void check_backward(const struct way *way, const struct tensors *t)
{
    const size_t band = random_between(&random_source, 1, 70);
    struct guarded dy = guarded_make(&device, t->y_elements, t->element_bytes, band, t->dy);
    struct guarded mask = guarded_make(&device, t->mask_elements, t->mask_bytes, band + 2, t->mask);
    struct guarded dx = guarded_make(&device, t->x_elements, t->element_bytes, band + 1, t->dx_old);
    assert_success(clpool_enqueue_backward(way->plan, guarded_at(&dy), guarded_at(&mask), guarded_at(&dx), way->flags,
                                           device.queue, 0, NULL, NULL));
    guarded_check(&device, &dx, t->dx, "dx", way->text);
    guarded_release(&dy);
    guarded_release(&mask);
    guarded_release(&dx);
}

/** Taps that a recomputing kernel looks at: for each element each window that may hold it, and all taps of that. */
static double recomputed_taps(const clpool_problem *problem, const struct tensors *t)
{
    double taps = (double)t->x_elements;
    for (unsigned i = 0; i < problem->rank; i++) {
        taps *= (double)problem->kernel[i] * (double)problem->kernel[i];
    }
    return taps;
}

/** Backward from x must equal backward from the mask that forward made. */
static void check_recompute(const struct way *way, const struct tensors *t)
{
    const size_t band = random_between(&random_source, 1, 70);
    struct guarded x = guarded_make(&device, t->x_elements, t->element_bytes, band, t->x);
    struct guarded dy = guarded_make(&device, t->y_elements, t->element_bytes, band + 3, t->dy);
    struct guarded dx = guarded_make(&device, t->x_elements, t->element_bytes, band + 1, t->dx_old);
    assert_success(clpool_enqueue_backward_recompute(way->plan, guarded_at(&x), guarded_at(&dy), guarded_at(&dx),
                                                     way->flags, device.queue, 0, NULL, NULL));
    guarded_check(&device, &dx, t->dx, "dx from x", way->text);
    guarded_release(&x);
    guarded_release(&dy);
    guarded_release(&dx);
}

/** What the device cannot run is counted, and the first of it named. */
static void count_lacking(const clpool_problem *problem, clpool_op op, const char *strategy)
{
    if (lacking++ == 0) {
        print_message("not run: %s %s: %s: %s\n", op == CLPOOL_FORWARD ? "forward" : "backward", strategy,
                      problem_text(problem), clpool_error_detail());
    }
}

/** Runs one strategy of one operation; false where it does not take the problem. */
static int check_strategy(const clpool_problem *problem, clpool_op op, const char *strategy, const struct tensors *t,
                          unsigned flags)
{
    const clpool_plan_options options = {
        .struct_size = sizeof(options),
        .forward_strategy = op == CLPOOL_FORWARD ? strategy : "generic",
        .backward_strategy = op == CLPOOL_BACKWARD ? strategy : "generic",
        .index_bits = random_once_in(&random_source, 2) ? 64 : 0,
    };
    clpool_plan *plan = NULL;
    const clpool_status status = clpool_plan_create(engine, problem, &options, &plan);
    if (status == CLPOOL_UNSUPPORTED) {
        return 0;
    }
    if (status == CLPOOL_DEVICE_LACKS) {
        count_lacking(problem, op, strategy);
        return 0;
    }
    assert_success(status);
    struct way way = {.plan = plan, .flags = flags};
    (void)snprintf(way.text, sizeof(way.text), "%s %s, %u-bit offsets%s: %s",
                   op == CLPOOL_FORWARD ? "forward" : "backward", strategy, options.index_bits == 64 ? 64 : 32,
                   flags != 0 ? ", accumulate" : "", problem_text(problem));
    if (op == CLPOOL_FORWARD) {
        check_forward(&way, t);
    } else {
        check_backward(&way, t);
        if (!t->is_mask_scrambled && recomputed_taps(problem, t) <= MOST_RECOMPUTED_TAPS) {
            check_recompute(&way, t);
        }
    }
    clpool_plan_destroy(plan);
    return 1;
}

static void scramble_mask(struct tensors *t)
{
    t->is_mask_scrambled = 1;
    for (size_t i = 0; i < t->mask_elements * t->mask_bytes; i++) {
        if (random_once_in(&random_source, 3)) {
            t->mask[i] = (unsigned char)random_bits(&random_source);
        }
    }
}

static void check_problem(const clpool_problem *problem, size_t runs[2][8])
{
    const unsigned flags = random_once_in(&random_source, 3) ? CLPOOL_ACCUMULATE : 0;
    struct tensors t;
    const char *name = NULL;
    tensors_make(&t, problem, &random_source);
    tensors_reference_forward(&t, problem);
    for (size_t i = 0; (name = clpool_strategy_name(CLPOOL_FORWARD, i)) != NULL; i++) {
        runs[CLPOOL_FORWARD][i] += (size_t)check_strategy(problem, CLPOOL_FORWARD, name, &t, 0);
    }
    if (random_once_in(&random_source, 5)) {
        scramble_mask(&t);
    }
    if (tensors_have_backward(problem)) {
        tensors_reference_backward(&t, problem, flags);
    }
    for (size_t i = 0; tensors_have_backward(problem) && (name = clpool_strategy_name(CLPOOL_BACKWARD, i)) != NULL;
         i++) {
        runs[CLPOOL_BACKWARD][i] += (size_t)check_strategy(problem, CLPOOL_BACKWARD, name, &t, flags);
    }
    tensors_free(&t);
}

/** Half of the windows are disjoint, so that strategies for those get their share. */
static void every_strategy_gives_the_bits_of_the_reference(void **state)
{
    (void)state;
    size_t runs[2][8] = {{0}};
    size_t done = 0;
    while (done < problem_count) {
        clpool_problem problem = random_problem(&random_source, most_elements);
        if (random_once_in(&random_source, 2)) {
            random_disjoint_window(&random_source, &problem);
        }
        for (size_t i = 0; i < PROBLEMS_OF_A_WINDOW && done < problem_count; i++) {
            if (random_extents(&random_source, most_elements, &problem)) {
                check_problem(&problem, runs);
                done++;
            }
        }
    }
    for (int op = 0; op < 2; op++) {
        const char *name = NULL;
        for (size_t i = 0; (name = clpool_strategy_name((clpool_op)op, i)) != NULL; i++) {
            printf("%s %s: %zu problems\n", op == CLPOOL_FORWARD ? "forward" : "backward", name, runs[op][i]);
            assert_true(runs[op][i] > problem_count / 20);
        }
    }
}

/** Windows all different; only the strategy that needs no program of its own for each. */
static void the_generic_strategy_takes_any_problem(void **state)
{
    (void)state;
    size_t runs = 0;
    clpool_problem variant = problem_of_rank(1);
    for (size_t i = 0; i < problem_count; i++) {
        clpool_problem problem = random_problem(&random_source, most_elements);
        if (i % PROBLEMS_OF_A_VARIANT == 0) {
            variant = problem;
        }
        problem.dtype = variant.dtype;
        problem.layout = variant.layout;
        problem.nan_rule = variant.nan_rule;
        problem.mask_form = variant.mask_form;
        const unsigned flags = random_once_in(&random_source, 3) ? CLPOOL_ACCUMULATE : 0;
        struct tensors t;
        tensors_make(&t, &problem, &random_source);
        tensors_reference_forward(&t, &problem);
        runs += (size_t)check_strategy(&problem, CLPOOL_FORWARD, "generic", &t, 0);
        if (tensors_have_backward(&problem)) {
            tensors_reference_backward(&t, &problem, flags);
            (void)check_strategy(&problem, CLPOOL_BACKWARD, "generic", &t, flags);
        }
        tensors_free(&t);
    }
    assert_true(runs > problem_count * 7 / 10); /* a device may lack one dtype */
}

/** Problems that random ones hardly reach: the widths of masks, many channels, windows far larger than the input,
 * padding beyond the window, dilation that leaves windows empty. */
static void odd_problems_give_the_bits_of_the_reference(void **state)
{
    (void)state;
    if (getenv("CLPOOL_TEST_ELEMENTS") != NULL) {
        print_message("skipped: CLPOOL_TEST_ELEMENTS asks for small tensors, and these are large\n");
        skip();
    }
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
    };
    size_t runs[2][8] = {{0}};
    for (size_t i = 0; i < sizeof(problems) / sizeof(problems[0]); i++) {
        check_problem(&problems[i], runs);
    }
    assert_true(runs[CLPOOL_FORWARD][0] + runs[CLPOOL_FORWARD][1] > 0);
}

static size_t number_from_environment(const char *name, size_t otherwise)
{
    const char *text = getenv(name);
    return text == NULL ? otherwise : strtoul(text, NULL, 10);
}

static int set_up(void **state)
{
    (void)state;
    problem_count = number_from_environment("CLPOOL_TEST_PROBLEMS", problem_count);
    most_elements = number_from_environment("CLPOOL_TEST_ELEMENTS", most_elements);
    random_source = random_from_environment();
    test_device_open(&device);
    assert_success(clpool_engine_create(device.context, device.device, &engine));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    print_message("%zu runs were not made, since the device lacks what they need\n", lacking);
    clpool_engine_destroy(engine);
    test_device_close(&device);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(odd_problems_give_the_bits_of_the_reference),
        cmocka_unit_test(every_strategy_gives_the_bits_of_the_reference),
        cmocka_unit_test(the_generic_strategy_takes_any_problem),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
