/* SPDX-License-Identifier: Apache-2.0 */
/* clpool compare on a device that errs. This file takes the runner's place: its device computes what the host does, and
 * then does as the test told it. */
#include "support/cmocka.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "comparison.h"

/* What the device does wrong. */
static struct misbehaviour {
    bool fails;        /* does not open for backward */
    size_t wrong_y;    /* number of elements whose lowest bit is flipped, from index 1 on */
    size_t wrong_mask; /* the same */
    size_t wrong_dx;   /* the same */
    size_t far_y;      /* number of elements that are off by a thousandth, from index 1 on */
    double speed;      /* its times are divided by this; 0 is 1 */
    int runs;
} device;

/* What a run of the device takes; the first one is the one to warm up. */
static const double seconds[] = {100, 5, 1, 4, 2, 3};

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
        bytes[i * element_bytes] ^= 1;
    }
}

static void move_away(float *values, size_t count)
{
    size_t i;
    for (i = 1; i <= count; i++) {
        values[i] += 1e-3f;
    }
}

exit_code runner_run(const runner *run, run_times *times)
{
    void *x = run->host[CLPOOL_X], *y = run->host[CLPOOL_Y], *mask = run->host[CLPOOL_MASK];
    bool forward = run->op == RUN_FORWARD;
    clpool_status status =
        forward ? clpool_native_forward(run->problem, x, y, mask) : clpool_native_backward(run->problem, y, mask, x, 0);
    assert_int_equal(status, CLPOOL_SUCCESS);
    if (run->on->context != NULL) {
        flip(y, sizeof(float), forward ? device.wrong_y : 0);
        move_away(y, forward ? device.far_y : 0);
        flip(mask, 1, forward ? device.wrong_mask : 0);
        flip(x, sizeof(float), forward ? 0 : device.wrong_dx);
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

/* Compares one small case of a mode on the host and on the device. */
static exit_code compare_mode(clpool_mode mode, comparison *made, const struct misbehaviour *wrong)
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
    made->cases.list[0].problem = clpool_problem_2d(1, 2, 6, 8, 2, 2, 0);
    made->cases.list[0].problem.mode = mode;
    made->cases.count = 1;
    strcpy(made->devices.targets[0].index, "7:7");
    made->devices.targets[0].context = (cl_context)(void *)&anything;
    made->devices.count = 1;
    return comparison_run(made, NULL, 5);
}

static exit_code compare(comparison *made, const struct misbehaviour *wrong)
{
    return compare_mode(CLPOOL_MAX, made, wrong);
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
    assert_int_equal(made.count, 4);
    assert_int_equal(made.compared, 3);
    assert_int_equal(made.different, 0);
    assert_printed(&made, "all 3 comparisons are bit-equal\n");
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
    };
    size_t i;
    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        comparison made;
        assert_int_equal(compare(&made, &rows[i].wrong), EXIT_DIFFERENCE);
        assert_int_equal(made.different, 1);
        assert_printed(&made, rows[i].text);
        assert_printed(&made, "  NO ");
        assert_printed(&made, "1 of 3 comparisons differ\n");
        free_comparison(&made);
    }
}

static void an_average_may_differ_within_its_bound(void **state)
{
    const struct misbehaviour near = {.wrong_y = 24 - 1}, far = {.far_y = 3}, wrong = {.wrong_dx = 1};
    comparison made;
    (void)state;
    assert_int_equal(compare_mode(CLPOOL_AVERAGE, &made, &near), EXIT_DONE);
    assert_int_equal(made.compared, 2);
    assert_printed(&made, "  bound  ");
    assert_printed(&made, "all 2 comparisons are bit-equal, or within the bound that average and Lp have for y\n");
    free_comparison(&made);
    assert_int_equal(compare_mode(CLPOOL_AVERAGE, &made, &far), EXIT_DIFFERENCE);
    assert_printed(&made,
                   "7:7, small, forward: y differs by more than its bound in 3 of 24 elements, first at index 1\n");
    assert_printed(&made, "1 of 2 comparisons differ\n");
    free_comparison(&made);
    assert_int_equal(compare_mode(CLPOOL_AVERAGE, &made, &wrong), EXIT_DIFFERENCE);
    assert_printed(&made, "7:7, small, backward: dx differs in 1 of 96 elements, first at index 1\n");
    free_comparison(&made);
}

static void a_device_that_fails_costs_its_row_and_the_exit_status(void **state)
{
    const struct misbehaviour fails = {.fails = true};
    comparison made;
    (void)state;
    assert_int_equal(compare(&made, &fails), EXIT_DEVICE_FAILED);
    assert_int_equal(made.count, 4);
    assert_int_equal(made.failed, 1);
    assert_int_equal(made.compared, 2);
    assert_printed(&made, "failed");
    assert_printed(&made, "1 of 4 rows failed\n");
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

static void bounds_are_kept_or_not(void **state)
{
    const float wanted[] = {1, 1, 0, NAN, INFINITY, INFINITY, 2}, got[] = {1.5f, 1.75f, 0, NAN, INFINITY, 1, NAN};
    const float bound[] = {0.5f, 0.5f, 0, 0, 0, 1, 1};
    difference found = difference_find_beyond(got, wanted, bound, 7);
    (void)state;
    assert_int_equal(found.count, 3);
    assert_int_equal(found.first, 1);
    assert_int_equal(difference_find_beyond(wanted, wanted, bound, 7).count, 0);
}

static void gradients_are_not_zero_and_their_order_matters(void **state)
{
    static const size_t shape[] = {1, 1, 100, 100};
    float forwards = 0, backwards = 0;
    float *values;
    array dy;
    size_t i;
    (void)state;
    assert_int_equal(array_make(NPY_F32, 4, shape, &dy), EXIT_DONE);
    compare_fill_dy(&dy);
    values = dy.data;
    for (i = 0; i < dy.elements; i++) {
        assert_true(values[i] != 0);
        forwards += values[i];
        backwards += values[dy.elements - 1 - i];
    }
    assert_true(forwards != backwards);
    array_free(&dy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_device_that_does_as_the_host_does_is_equal),
        cmocka_unit_test(one_wrong_bit_is_a_difference),
        cmocka_unit_test(an_average_may_differ_within_its_bound),
        cmocka_unit_test(a_device_that_fails_costs_its_row_and_the_exit_status),
        cmocka_unit_test(times_are_medians_without_the_first_run),
        cmocka_unit_test(times_that_cannot_be_are_left_out),
        cmocka_unit_test(differences_are_counted_and_placed),
        cmocka_unit_test(bounds_are_kept_or_not),
        cmocka_unit_test(gradients_are_not_zero_and_their_order_matters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
