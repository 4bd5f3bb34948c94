/* SPDX-License-Identifier: Apache-2.0 */
/* clpool compare on a device that errs. This file takes the runner's place: its device computes what the host does, and
 * then does as the test told it. */
#include "support/cmocka.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compare_values.h"
#include "comparison.h"
#include "element.h"

/* What the device does wrong. */
static struct misbehaviour {
    bool fails;             /* does not open for backward */
    bool lacks;             /* what every problem needs */
    size_t wrong_y;         /* number of elements of which a bit is flipped, from index 1 on */
    size_t wrong_mask;      /* the same */
    size_t wrong_dx;        /* the same, where there is a mask or none is needed */
    size_t wrong_recompute; /* the same, where dx comes from x */
    unsigned bit;           /* the one that is flipped */
    bool gives_nan;         /* as element 1 of an f32 y */
    double speed;           /* its times are divided by this; 0 is 1 */
    int runs;
} device;

/* What a run of the device takes; the first one is the one to warm up. */
static const double seconds[] = {100, 5, 1, 4, 2, 3};

bool runner_lacks(const target *on, const clpool_problem *problem, message *why)
{
    (void)problem;
    message_set(why, "it has no soul");
    return device.lacks && on->context != NULL;
}

exit_code runner_open(runner *opened, const target *on, const clpool_problem *problem, runner_op op,
                      const char *strategy, const host_tensors *tensors)
{
    (void)strategy;
    memset(opened, 0, sizeof(*opened));
    if (device.fails && on->context != NULL && op == RUN_BACKWARD) {
        return EXIT_DEVICE_FAILED;
    }
    opened->on = on;
    opened->problem = problem;
    opened->op = op;
    opened->host[CLPOOL_X] = tensors->x;
    opened->host[CLPOOL_Y] = tensors->y;
    opened->host[CLPOOL_MASK] = tensors->mask;
    opened->host[RUNNER_INPUT] = tensors->input;
    opened->host[RUNNER_OUTPUT] = tensors->output;
    opened->bytes[CLPOOL_X] = 1000;
    opened->strategy = "fake";
    device.runs = 0;
    return EXIT_DONE;
}

static void flip(void *elements, size_t element_bytes, size_t count)
{
    unsigned char *bytes = elements;
    size_t i;
    for (i = 1; i <= count; i++) {
        bytes[i * element_bytes + device.bit / 8] ^= (unsigned char)(1u << device.bit % 8);
    }
}

static clpool_status run_backward(const runner *run)
{
    void *const *host = run->host;
    if (run->problem->mode == CLPOOL_LP) {
        return clpool_native_backward_lp(run->problem, host[RUNNER_INPUT], host[RUNNER_OUTPUT], host[CLPOOL_Y],
                                         host[CLPOOL_X], 0);
    }
    if (host[RUNNER_INPUT] != NULL) {
        return clpool_native_backward_recompute(run->problem, host[RUNNER_INPUT], host[CLPOOL_Y], host[CLPOOL_X], 0);
    }
    return clpool_native_backward(run->problem, host[CLPOOL_Y], host[CLPOOL_MASK], host[CLPOOL_X], 0);
}

static void misbehave(const runner *run)
{
    size_t bytes = npy_dtype_bytes(element_npy(run->problem->dtype));
    if (run->op != RUN_FORWARD) {
        flip(run->host[CLPOOL_X], bytes, run->host[RUNNER_INPUT] != NULL ? device.wrong_recompute : device.wrong_dx);
        return;
    }
    flip(run->host[CLPOOL_Y], bytes, device.wrong_y);
    flip(run->host[CLPOOL_MASK], 1, device.wrong_mask);
    if (device.gives_nan) {
        ((float *)run->host[CLPOOL_Y])[1] = NAN;
    }
}

exit_code runner_run(const runner *run, run_times *times)
{
    void *const *host = run->host;
    clpool_status status = run->op == RUN_FORWARD
                               ? clpool_native_forward(run->problem, host[CLPOOL_X], host[CLPOOL_Y], host[CLPOOL_MASK])
                               : run_backward(run);
    assert_int_equal(status, CLPOOL_SUCCESS);
    if (run->on->context != NULL) {
        misbehave(run);
    }
    if (times != NULL) {
        memset(times, 0, sizeof(*times));
        times->kernel = seconds[device.runs] / (device.speed > 0 && run->on->context != NULL ? device.speed : 1);
        times->total = 2 * seconds[device.runs];
    }
    device.runs++;
    return EXIT_DONE;
}

void runner_close(runner *closed)
{
    (void)closed;
}

exit_code runner_run_once(const target *on, const clpool_problem *problem, runner_op op, const char *strategy,
                          const host_tensors *tensors)
{
    (void)on;
    (void)problem;
    (void)op;
    (void)strategy;
    (void)tensors;
    fail();
    return EXIT_BAD_INPUT;
}

/* Compares one small case on the host and on the device. */
static exit_code compare_problem(comparison *made, const struct misbehaviour *wrong, const clpool_problem *problem)
{
    static int anything;
    device = *wrong;
    memset(made, 0, sizeof(*made));
    target_open_native(&made->native);
    made->cases.list = calloc(1, sizeof(*made->cases.list));
    made->devices.targets = calloc(1, sizeof(*made->devices.targets));
    assert_non_null(made->cases.list);
    assert_non_null(made->devices.targets);
    strcpy(made->cases.list[0].name, "small");
    made->cases.list[0].mode = "any";
    made->cases.list[0].problem = *problem;
    made->cases.count = 1;
    strcpy(made->devices.targets[0].index, "7:7");
    made->devices.targets[0].context = (cl_context)(void *)&anything;
    made->devices.count = 1;
    return comparison_run(made, NULL, 5);
}

static clpool_problem small_problem(void)
{
    return clpool_problem_2d(1, 2, 6, 8, 2, 2, 0);
}

static exit_code compare(comparison *made, const struct misbehaviour *wrong)
{
    clpool_problem problem = small_problem();
    return compare_problem(made, wrong, &problem);
}

static void free_comparison(comparison *freed)
{
    freed->devices.targets[0].context = NULL; /* it never was one */
    comparison_free(freed);
}

/* What comparison_print() prints. */
static char *printed(const comparison *of)
{
    const size_t room = (size_t)1 << 14;
    char *text = calloc(room, 1);
    FILE *file = tmpfile();
    int before = dup(STDOUT_FILENO);
    assert_non_null(text);
    assert_non_null(file);
    fflush(stdout);
    assert_true(dup2(fileno(file), STDOUT_FILENO) >= 0);
    comparison_print(of);
    fflush(stdout);
    assert_true(dup2(before, STDOUT_FILENO) >= 0);
    close(before);
    rewind(file);
    assert_true(fread(text, 1, room - 1, file) > 0);
    fclose(file);
    return text;
}

static void assert_printed(const comparison *of, const char *wanted)
{
    char *text = printed(of);
    if (strstr(text, wanted) == NULL) {
        print_error("printed: %s\nwanted: %s\n", text, wanted);
        fail();
    }
    free(text);
}

static void a_device_that_does_as_the_host_does_is_equal(void **state)
{
    const struct misbehaviour none = {.fails = false};
    comparison made;
    (void)state;
    assert_int_equal(compare(&made, &none), EXIT_DONE);
    assert_int_equal(made.count, 6);
    assert_int_equal(made.compared, 4);
    assert_int_equal(made.different, 0);
    assert_printed(&made, "  equal  ");
    assert_printed(&made, "all 4 comparisons are bit-equal\n");
    free_comparison(&made);
}

static void one_wrong_bit_is_a_difference(void **state)
{
    static const struct {
        struct misbehaviour wrong;
        const char *text;
    } rows[] = {
        {{.wrong_y = 1}, "7:7, small, forward: y differs in 1 of 24 elements, first at index 1\n"},
        {{.wrong_mask = 1}, "7:7, small, forward: mask differs in 1 of 24 elements, first at index 1\n"},
        {{.wrong_dx = 1}, "7:7, small, backward: dx differs in 1 of 96 elements, first at index 1\n"},
        {{.wrong_dx = 20}, "7:7, small, backward: dx differs in 20 of 96 elements, first at index 1\n"},
        {{.wrong_recompute = 1}, "7:7, small, recompute: dx differs in 1 of 96 elements, first at index 1\n"},
    };
    size_t i;
    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        comparison made;
        assert_int_equal(compare(&made, &rows[i].wrong), EXIT_DIFFERENCE);
        assert_int_equal(made.different, 1);
        assert_printed(&made, rows[i].text);
        assert_printed(&made, "  DIFFERENT ");
        assert_printed(&made, "1 of 4 comparisons differ\n");
        free_comparison(&made);
    }
}

static void a_device_that_fails_costs_its_row_and_the_exit_status(void **state)
{
    const struct misbehaviour fails = {.fails = true};
    comparison made;
    (void)state;
    assert_int_equal(compare(&made, &fails), EXIT_DEVICE_FAILED);
    assert_int_equal(made.count, 6);
    assert_int_equal(made.failed, 2);
    assert_int_equal(made.compared, 2);
    assert_printed(&made, "  failed\n");
    assert_printed(&made, "2 of 6 rows failed\n");
    free_comparison(&made);
}

static void a_device_that_lacks_something_costs_its_row_alone(void **state)
{
    const struct misbehaviour lacks = {.lacks = true};
    comparison made;
    (void)state;
    assert_int_equal(compare(&made, &lacks), EXIT_DONE);
    assert_int_equal(made.count, 6);
    assert_int_equal(made.unsupported, 3);
    assert_int_equal(made.failed, 0);
    assert_int_equal(made.compared, 0);
    assert_printed(&made, "7:7     small  forward    -         not supported: it has no soul\n");
    assert_printed(&made, "3 of 6 rows are not supported by their device\n");
    free_comparison(&made);
}

/* What a mode and a dtype have is compared, and a wrong bit of it is found. */
static void every_dtype_is_compared(void **state)
{
    static const struct misbehaviour none = {.fails = false}, wrong_y = {.wrong_y = 1}, wrong_dx = {.wrong_dx = 1};
    static const struct misbehaviour wrong_recompute = {.wrong_recompute = 1};
    int dtype;
    (void)state;
    for (dtype = CLPOOL_F32; dtype <= CLPOOL_I32; dtype++) {
        bool is_float = element_is_float((clpool_dtype)dtype);
        clpool_problem problem = small_problem();
        comparison made;
        problem.dtype = (clpool_dtype)dtype;
        assert_int_equal(compare_problem(&made, &none, &problem), EXIT_DONE);
        assert_int_equal(made.compared, is_float ? 4 : 2);
        assert_printed(&made, element_name(problem.dtype));
        free_comparison(&made);
        assert_int_equal(compare_problem(&made, &wrong_y, &problem), EXIT_DIFFERENCE);
        assert_int_equal(made.rows[1].output[0].from_native.count, 1);
        free_comparison(&made);
        assert_int_equal(compare_problem(&made, &wrong_dx, &problem), is_float ? EXIT_DIFFERENCE : EXIT_DONE);
        free_comparison(&made);
        assert_int_equal(compare_problem(&made, &wrong_recompute, &problem), is_float ? EXIT_DIFFERENCE : EXIT_DONE);
        free_comparison(&made);
    }
}

static clpool_problem bounded_problem(clpool_mode mode, clpool_dtype dtype)
{
    clpool_problem problem = small_problem();
    problem.mode = mode;
    problem.dtype = dtype;
    problem.p = mode == CLPOOL_LP ? 3 : 0;
    return problem;
}

static void average_and_lp_are_within_a_bound_or_not(void **state)
{
    static const struct {
        struct misbehaviour wrong;
        clpool_dtype dtype;
        bool is_within;
    } rows[] = {
        {{.wrong_y = 0}, CLPOOL_F32, true},
        {{.wrong_y = 20}, CLPOOL_F32, true},
        {{.wrong_y = 1, .bit = 8}, CLPOOL_F32, false},
        {{.wrong_y = 1, .bit = 31}, CLPOOL_F32, false},
        {{.gives_nan = true}, CLPOOL_F32, false},
        {{.wrong_y = 20}, CLPOOL_F64, true},
        {{.wrong_y = 1, .bit = 8}, CLPOOL_F64, false},
        {{.wrong_y = 0}, CLPOOL_F16, true},
        {{.wrong_y = 1, .bit = 1}, CLPOOL_F16, false},
        {{.wrong_y = 0}, CLPOOL_BF16, true},
        {{.wrong_y = 1, .bit = 1}, CLPOOL_BF16, false},
    };
    int mode;
    size_t i;
    (void)state;
    for (mode = CLPOOL_AVERAGE; mode <= CLPOOL_LP; mode++) {
        for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
            clpool_problem problem = bounded_problem((clpool_mode)mode, rows[i].dtype);
            comparison made;
            assert_int_equal(compare_problem(&made, &rows[i].wrong, &problem),
                             rows[i].is_within ? EXIT_DONE : EXIT_DIFFERENCE);
            assert_int_equal(made.count, 4);
            assert_int_equal(made.compared, 2);
            assert_true((made.rows[1].output[0].worst <= 1) == rows[i].is_within);
            assert_printed(&made, rows[i].is_within
                                      ? "all 2 comparisons agree: 1 are bit-equal, 1 within the bound of their mode\n"
                                      : "7:7, small, forward: y is outside of its bound in 1 of 24 elements, first");
            assert_printed(&made, rows[i].is_within ? "  within bound  " : "  DIFFERENT  ");
            free_comparison(&made);
        }
    }
}

static void averages_of_integers_and_every_backward_have_equal_bits(void **state)
{
    static const struct misbehaviour wrong_y = {.wrong_y = 1}, wrong_dx = {.wrong_dx = 1};
    static const struct misbehaviour wrong_lp = {.wrong_recompute = 1};
    clpool_problem integers = bounded_problem(CLPOOL_AVERAGE, CLPOOL_U8);
    clpool_problem average = bounded_problem(CLPOOL_AVERAGE, CLPOOL_F16);
    clpool_problem lp = bounded_problem(CLPOOL_LP, CLPOOL_F32);
    comparison made;
    (void)state;
    assert_int_equal(compare_problem(&made, &wrong_y, &integers), EXIT_DIFFERENCE);
    assert_printed(&made, "7:7, small, forward: y differs in 1 of 24 elements, first at index 1\n");
    free_comparison(&made);
    assert_int_equal(compare_problem(&made, &wrong_dx, &average), EXIT_DIFFERENCE);
    assert_printed(&made, "7:7, small, backward: dx differs in 1 of 96 elements, first at index 1\n");
    free_comparison(&made);
    assert_int_equal(compare_problem(&made, &wrong_lp, &lp), EXIT_DIFFERENCE);
    assert_printed(&made, "7:7, small, backward: dx differs in 1 of 96 elements, first at index 1\n");
    free_comparison(&made);
}

static void times_are_medians_without_the_first_run(void **state)
{
    const struct misbehaviour none = {.fails = false};
    comparison made;
    (void)state;
    assert_int_equal(compare(&made, &none), EXIT_DONE);
    assert_true(made.rows[1].measured.times.kernel == 3);
    assert_true(made.rows[1].measured.times.total == 6);
    assert_true(made.rows[1].native == 6);
    assert_int_equal(made.rows[1].measured.bytes, 1000);
    free_comparison(&made);
}

static void times_that_cannot_be_are_left_out(void **state)
{
    const struct misbehaviour fast = {.speed = 1e9};
    comparison made;
    (void)state;
    assert_int_equal(compare(&made, &fast), EXIT_DONE);
    assert_true(comparison_row_timed(&made.rows[0]));
    assert_false(comparison_row_timed(&made.rows[1]));
    assert_printed(&made, "7:7: its driver gives no usable times");
    free_comparison(&made);
}

static void differences_are_counted_and_placed(void **state)
{
    const unsigned short a[] = {1, 2, 3, 4}, b[] = {1, 9, 3, 9};
    difference found = difference_find(a, b, 4, sizeof(*a));
    (void)state;
    assert_int_equal(found.count, 2);
    assert_int_equal(found.first, 1);
    assert_int_equal(difference_find(a, a, 4, sizeof(*a)).count, 0);
    assert_int_equal(difference_find(NULL, NULL, 0, 4).count, 0);
}

static void gradients_are_not_zero_and_their_order_matters(void **state)
{
    static const size_t shape[] = {1, 1, 100, 100};
    static const clpool_dtype dtypes[] = {CLPOOL_F32, CLPOOL_F64, CLPOOL_F16, CLPOOL_BF16};
    size_t row, i;
    (void)state;
    for (row = 0; row < sizeof(dtypes) / sizeof(dtypes[0]); row++) {
        clpool_dtype dtype = dtypes[row];
        double forwards = 0, backwards = 0;
        array dy;
        assert_int_equal(array_make(element_npy(dtype), 4, shape, &dy), EXIT_DONE);
        compare_fill_dy(dtype, &dy);
        for (i = 0; i < dy.elements; i++) {
            double ahead = forwards + element_get(dtype, dy.data, i);
            double back = backwards + element_get(dtype, dy.data, dy.elements - 1 - i);
            assert_true(element_get(dtype, dy.data, i) != 0);
            forwards = dtype == CLPOOL_F64 ? ahead : (float)ahead;
            backwards = dtype == CLPOOL_F64 ? back : (float)back;
        }
        assert_true(forwards != backwards || dtype == CLPOOL_BF16);
        array_free(&dy);
    }
}

static void values_become_elements_of_every_dtype(void **state)
{
    static const struct {
        clpool_dtype dtype;
        double from, to;
    } rows[] = {
        {CLPOOL_F32, 0.1f, 0.1f},
        {CLPOOL_F64, 0.1, 0.1},
        {CLPOOL_F16, 1, 1},
        {CLPOOL_F16, -2047, -2047},
        {CLPOOL_F16, 2049, 2048},
        {CLPOOL_F16, 2051, 2052},
        {CLPOOL_F16, 65519, 65504},
        {CLPOOL_F16, 65520, (double)INFINITY},
        {CLPOOL_F16, -1e30f, -(double)INFINITY},
        {CLPOOL_F16, 0x1p-24, 0x1p-24},
        {CLPOOL_F16, 0x1p-25, 0},
        {CLPOOL_F16, 0x1.8p-25, 0x1p-24},
        {CLPOOL_F16, 0x1.ff8p-15, 0x1.ff8p-15},
        {CLPOOL_F16, 0x1.ffcp-15, 0x1p-14},
        {CLPOOL_F16, 0, 0},
        {CLPOOL_BF16, -3, -3},
        {CLPOOL_BF16, 257, 256},
        {CLPOOL_BF16, 259, 260},
        {CLPOOL_BF16, 0x1.ffp+127, (double)INFINITY},
        {CLPOOL_I8, -128, -128},
        {CLPOOL_U8, 255, 255},
        {CLPOOL_I32, -2147483648.0, -2147483648.0},
    };
    double element; /* room for each, aligned */
    size_t i;
    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        element_set(rows[i].dtype, &element, 0, rows[i].from);
        assert_true(element_get(rows[i].dtype, &element, 0) == rows[i].to);
    }
    element_set(CLPOOL_F16, &element, 0, NAN);
    assert_true(isnan(element_get(CLPOOL_F16, &element, 0)));
    element_set(CLPOOL_BF16, &element, 0, NAN);
    assert_true(isnan(element_get(CLPOOL_BF16, &element, 0)));
}

static void samples_spread_over_the_range_of_integers(void **state)
{
    static const size_t shape[] = {1, 1, 1, 2};
    static const struct {
        clpool_dtype dtype;
        double least, greatest;
    } rows[] = {
        {CLPOOL_F16, 0, 255}, {CLPOOL_U8, 0, 255}, {CLPOOL_I8, -128, 127}, {CLPOOL_I32, -2147483648.0, 2147483647.0}};
    size_t i;
    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        array x;
        assert_int_equal(array_make(NPY_F32, 4, shape, &x), EXIT_DONE);
        ((float *)x.data)[1] = 255;
        assert_int_equal(compare_convert(rows[i].dtype, &x), EXIT_DONE);
        assert_int_equal(x.dtype, element_npy(rows[i].dtype));
        assert_true(element_get(rows[i].dtype, x.data, 0) == rows[i].least);
        assert_true(element_get(rows[i].dtype, x.data, 1) == rows[i].greatest);
        array_free(&x);
    }
}

static void channels_go_last_and_nothing_else_moves(void **state)
{
    static const size_t shape[] = {2, 3, 4, 5}, wanted[] = {2, 4, 5, 3};
    unsigned char *values;
    size_t n, c, p;
    array x;
    (void)state;
    assert_int_equal(array_make(NPY_U8, 4, shape, &x), EXIT_DONE);
    values = x.data;
    for (p = 0; p < x.elements; p++) {
        values[p] = (unsigned char)p;
    }
    assert_int_equal(compare_to_channels_last(&x), EXIT_DONE);
    assert_memory_equal(x.shape, wanted, sizeof(wanted));
    values = x.data;
    for (n = 0; n < 2; n++) {
        for (c = 0; c < 3; c++) {
            for (p = 0; p < 20; p++) {
                assert_int_equal(values[(n * 20 + p) * 3 + c], (n * 3 + c) * 20 + p);
            }
        }
    }
    array_free(&x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_device_that_does_as_the_host_does_is_equal),
        cmocka_unit_test(one_wrong_bit_is_a_difference),
        cmocka_unit_test(a_device_that_fails_costs_its_row_and_the_exit_status),
        cmocka_unit_test(a_device_that_lacks_something_costs_its_row_alone),
        cmocka_unit_test(every_dtype_is_compared),
        cmocka_unit_test(average_and_lp_are_within_a_bound_or_not),
        cmocka_unit_test(averages_of_integers_and_every_backward_have_equal_bits),
        cmocka_unit_test(times_are_medians_without_the_first_run),
        cmocka_unit_test(times_that_cannot_be_are_left_out),
        cmocka_unit_test(differences_are_counted_and_placed),
        cmocka_unit_test(gradients_are_not_zero_and_their_order_matters),
        cmocka_unit_test(values_become_elements_of_every_dtype),
        cmocka_unit_test(samples_spread_over_the_range_of_integers),
        cmocka_unit_test(channels_go_last_and_nothing_else_moves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
