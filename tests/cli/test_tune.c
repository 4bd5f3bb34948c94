/* SPDX-License-Identifier: Apache-2.0 */
/* clpool tune: what it is asked for, and what it makes of its measurements. Times are never compared with anything. */
#include "support/cmocka.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench_cases.h"
#include "sandbox.h"
#include "tune.h"

static void wrong_usage_is_named_and_leaves_no_file(void **state)
{
    static const struct {
        const char *arguments[6];
        int status;
        const char *text;
    } rows[] = {
        {{"--suite", "lenet"}, 2, "--suite: 'lenet' is not one of alexnet, vgg, "},
        {{"--suite", "vgg,lenet"}, 2, "--suite: 'lenet' is not one of"},
        {{"--suite", "vgg,"}, 2, "--suite: '' is not one of"},
        {{"--suite", ""}, 2, "--suite: '' is not one of"},
        {{"--case", "1,1,4:two"}, 2, "--case: '1,1,4:two' is not N,C,H,W:KERNEL"},
        {{"--op", "sideways"}, 2, "--op: 'sideways' is not one of"},
        {{"--op", "forward,recompute"}, 2, "--op has more than forward and backward"},
        {{"--within", "0.9"}, 2, "--within: '0.9' is not a number of at least 1, as in 1.3"},
        {{"--within", "1.3x"}, 2, "--within: '1.3x' is not a number"},
        {{"--within", "1."}, 2, "--within: '1.' is not a number"},
        {{"--within", "-2"}, 2, "--within: '-2' is not a number"},
        {{"--within", "nan"}, 2, "--within: 'nan' is not a number"},
        {{"--within", "99999999999999999999"}, 2, "--within: '9999"},
        {{"--runs", "0"}, 2, "--runs: '0' is outside of 1 to 1000"},
        {{"--strategy", "generic"}, 2, "--strategy 'generic' was given; tune tries every strategy"},
        {{"--quick=yes"}, 2, "flag '--quick' takes no value"},
        {{"--device", "native"}, 3, "native has one way to run each pooling; tune needs an OpenCL device"},
        {{"--case", "1,1,4:2"}, 3, "tune needs an OpenCL device"}, /* there is no platform here */
        {{"x.npy"}, 2, "'x.npy' is one operand too many"},
    };
    size_t i;
    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *const *a = rows[i].arguments;
        struct run run;
        sandbox_run(&run, "tune", a[0], a[1], a[2], a[3], a[4], NULL);
        assert_run(&run, rows[i].status, NULL, rows[i].text);
        assert_string_equal(run.out, "");
        assert_int_equal(sandbox_count(), 0);
    }
}

static size_t count_cases(const char *suites)
{
    options given;
    bench_cases made;
    size_t count;
    memset(&given, 0, sizeof(given));
    given.suite = suites;
    assert_int_equal(bench_cases_make(&given, &made), EXIT_DONE);
    count = made.count;
    bench_cases_free(&made);
    return count;
}

static void several_suites_have_each_case_once(void **state)
{
    (void)state;
    assert_int_equal(count_cases("vgg,resnet"), count_cases("vgg") + count_cases("resnet"));
    assert_int_equal(count_cases("vgg,vgg"), count_cases("vgg"));
    assert_int_equal(count_cases("vgg,all"), count_cases("all"));
    assert_true(count_cases("vgg,peers") < count_cases("vgg") + count_cases("peers"));
}

/* A tuning of two rows with these gains, and one that did not run. */
static void make_tune(tune *made, double first, double second)
{
    static compare_case cases[3];
    static tune_row rows[3];
    const double gains[] = {first, second};
    size_t i;
    memset(made, 0, sizeof(*made));
    memset(rows, 0, sizeof(rows));
    for (i = 0; i < 3; i++) {
        (void)snprintf(cases[i].name, sizeof(cases[i].name), "case-%zu", i);
        cases[i].mode = "max";
        cases[i].problem = clpool_problem_2d(1, 2, 6, 8, 2, 2, 0);
        rows[i].of = &cases[i];
        rows[i].state = i < 2 ? BENCH_RAN : BENCH_LEFT_OUT;
    }
    for (i = 0; i < 2; i++) {
        (void)snprintf(rows[i].result.usual, sizeof(rows[i].result.usual), "usual:group=64");
        (void)snprintf(rows[i].result.best, sizeof(rows[i].result.best), gains[i] > 1 ? "best" : "usual:group=64");
        rows[i].result.gain = gains[i];
    }
    made->rows = rows;
    made->count = 3;
    made->ran = 2;
    made->cases.list = cases;
    made->cases.count = 3;
}

static void gains_are_averaged_and_counted_where_there_are_some(void **state)
{
    tune made;
    (void)state;
    make_tune(&made, 4, 1);
    assert_true(tune_mean_gain(&made) > 1.9999 && tune_mean_gain(&made) < 2.0001);
    assert_int_equal(tune_count_beyond(&made, 1.3), 1);
    assert_int_equal(tune_count_beyond(&made, 4), 0);
    make_tune(&made, 1, 1);
    assert_true(tune_mean_gain(&made) == 1);
    memset(&made, 0, sizeof(made));
    assert_true(tune_mean_gain(&made) == 1);
}

static void what_was_measured_is_written_down(void **state)
{
    static const char *const path = "t.json";
    tune made;
    output_file file;
    json_t *root, *rows;
    (void)state;
    make_tune(&made, 4, 1);
    made.within = 1.3;
    assert_int_equal(output_files_open(&file, &path, 1), EXIT_DONE);
    assert_int_equal(tune_write_json(&made, &file), EXIT_DONE);
    assert_int_equal(output_files_commit(&file, 1), EXIT_DONE);
    output_files_discard(&file, 1);
    root = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(root);
    rows = json_object_get(root, "rows");
    assert_int_equal(json_array_size(rows), 3);
    assert_string_equal(
        json_string_value(json_object_get(json_object_get(json_array_get(rows, 0), "tuned"), "settings")), "best");
    assert_true(json_is_true(json_object_get(json_array_get(rows, 2), "left_out")));
    assert_null(json_object_get(json_array_get(rows, 2), "tuned"));
    assert_int_equal(json_integer_value(json_object_get(root, "beyond")), 1);
    assert_true(json_real_value(json_object_get(root, "within")) == 1.3);
    json_decref(root);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, sandbox_enter, sandbox_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(wrong_usage_is_named_and_leaves_no_file),
        TEST(several_suites_have_each_case_once),
        TEST(gains_are_averaged_and_counted_where_there_are_some),
        TEST(what_was_measured_is_written_down),
    };
    return cmocka_run_group_tests(tests, sandbox_hide_platforms, sandbox_remove_folder);
}
