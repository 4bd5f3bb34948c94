/* SPDX-License-Identifier: Apache-2.0 */
/* The two sentences that a comparison's page begins with, and the page itself for results that no device of the tests
 * gives. */
#include "support/cmocka.h"

#include <stdlib.h>
#include <string.h>

#include "conclusion.h"
#include "sandbox.h"

/* A comparison of two devices on one case: for each operation a row on the host and one on each device. */
typedef struct fixture {
    comparison of;
    compare_case cases[1];
    target devices[2];
    comparison_row rows[9];
} fixture;

static int anything; /* what a context that is never used points to */

/* The host takes 8 ms; the first device's kernel 4 ms and its transfers 6 ms, the second's 2 ms and 1 ms. */
static void set_row(fixture *made, size_t i)
{
    comparison_row *row = &made->rows[i];
    const size_t number = i % 3;
    row->of = &made->cases[0];
    row->on = comparison_target(&made->of, number);
    row->op = (comparison_op)(i / 3);
    row->native = 8e-3;
    row->measured.strategy = "rows";
    row->measured.bytes = 1000000;
    row->measured.times.kernel = number == 0 ? 8e-3 : number == 1 ? 4e-3 : 2e-3;
    row->measured.times.to_device = number == 0 ? 0 : number == 1 ? 4e-3 : 0.5e-3;
    row->measured.times.from_device = number == 0 ? 0 : number == 1 ? 2e-3 : 0.5e-3;
    row->measured.times.total = 11e-3;
    if (number > 0) {
        row->outputs = 1;
        row->output[0].name = row->op == COMPARE_FORWARD ? "y" : "dx";
        row->output[0].elements = 100;
    }
}

static void make(fixture *made)
{
    size_t i;
    memset(made, 0, sizeof(*made));
    target_open_native(&made->of.native);
    made->of.devices.targets = made->devices;
    made->of.devices.count = 2;
    made->of.cases.list = made->cases;
    made->of.cases.count = 1;
    made->of.rows = made->rows;
    made->of.count = 9;
    made->of.compared = 6;
    strcpy(made->cases[0].name, "small");
    made->cases[0].mode = "max";
    made->cases[0].problem = clpool_problem_2d(1, 2, 6, 8, 2, 2, 0);
    strcpy(made->devices[0].index, "0:0");
    strcpy(made->devices[0].name, "Platform / Slow");
    strcpy(made->devices[1].index, "0:1");
    strcpy(made->devices[1].name, "Platform / Fast");
    made->devices[0].context = made->devices[1].context = (cl_context)(void *)&anything;
    for (i = 0; i < 9; i++) {
        set_row(made, i);
    }
}

/* Leaves the first device alone. */
static void drop_second(fixture *made)
{
    made->devices[1].context = NULL;
    made->of.compared = 1;
    made->of.count = 2;
}

static void assert_concluded(const fixture *made, conclusion_verdict verdict, const char *result, const char *advice)
{
    conclusion concluded;
    conclusion_make(&made->of, &concluded);
    assert_string_equal(concluded.result.text, result);
    assert_string_equal(concluded.advice.text, advice);
    assert_int_equal(concluded.verdict, verdict);
}

static const char fastest[] = "The kernels of Fast are 4.0 times as fast as native on 3 runs (geometric mean; at best "
                              "4.0 times as fast, on forward of small), and transfers add 50% to that.";

static void all_equal(void **state)
{
    fixture made;
    (void)state;
    make(&made);
    assert_concluded(&made, CONCLUDED_EQUAL, "All 6 results of 2 devices have native's bits.", fastest);
}

static void one_device_is_named(void **state)
{
    fixture made;
    (void)state;
    make(&made);
    drop_second(&made);
    assert_concluded(&made, CONCLUDED_EQUAL, "The result of Slow has native's bits.",
                     "The kernel of Slow is 2.0 times as fast as native on forward of small, but transfers take 1.5 "
                     "times that: keep tensors on the device.");
}

static void a_slow_device_is_said_to_be_one(void **state)
{
    fixture made;
    (void)state;
    make(&made);
    drop_second(&made);
    made.rows[1].native = 0.2e-3;
    made.rows[1].measured.times.to_device = made.rows[1].measured.times.from_device = 0;
    assert_concluded(&made, CONCLUDED_EQUAL, "The result of Slow has native's bits.",
                     "The kernel of Slow takes 20 times as long as native on forward of small.");
}

static void averages_are_within_a_bound(void **state)
{
    fixture made;
    (void)state;
    make(&made);
    made.of.bounded = 2;
    assert_concluded(&made, CONCLUDED_EQUAL,
                     "All 6 results of 2 devices agree with native's: 4 bit for bit, 2 within the bound of their mode.",
                     fastest);
    made.of.bounded = 6;
    assert_concluded(&made, CONCLUDED_EQUAL, "All 6 results of 2 devices are within the bound of their mode.", fastest);
}

static void a_difference_is_named_before_all_else(void **state)
{
    fixture made;
    (void)state;
    make(&made);
    made.rows[5].output[0].from_native.count = 3;
    made.of.different = 1;
    assert_concluded(&made, CONCLUDED_DIFFERENT,
                     "1 of 6 results of 2 devices differs from native's; the first is backward of small on 0:1.",
                     fastest);
    made.rows[7].state = ROW_FAILED;
    made.of.failed = 1;
    made.of.different = 2;
    assert_concluded(&made, CONCLUDED_DIFFERENT,
                     "2 of 6 results of 2 devices differ from native's; the first is backward of small on 0:1. 1 of 9 "
                     "runs failed; the first is recompute of small on 0:0.",
                     fastest);
}

static void a_device_that_failed_is_named(void **state)
{
    fixture made;
    (void)state;
    make(&made);
    made.rows[4].state = ROW_FAILED;
    made.of.failed = 1;
    made.of.compared = 5;
    assert_concluded(&made, CONCLUDED_FAILED,
                     "All 5 results of 2 devices have native's bits. But 1 of 9 runs failed; the first is backward of "
                     "small on 0:0.",
                     fastest);
    make(&made);
    drop_second(&made);
    made.rows[1].state = ROW_FAILED;
    made.of.compared = 0;
    made.of.failed = 1;
    assert_concluded(&made, CONCLUDED_FAILED, "1 of 2 runs failed; the first is forward of small on 0:0.", "");
}

static void what_a_device_lacks_is_no_failure(void **state)
{
    fixture made;
    (void)state;
    make(&made);
    made.rows[8].state = ROW_UNSUPPORTED;
    made.of.unsupported = 1;
    made.of.compared = 5;
    made.rows[2].native = made.rows[5].native = 16e-3;
    assert_concluded(&made, CONCLUDED_EQUAL,
                     "All 5 results of 2 devices have native's bits. 1 of 9 runs are not supported by their device.",
                     "The kernels of Fast are 8.0 times as fast as native on 2 runs (geometric mean; at best 8.0 times "
                     "as fast, on forward of small), and transfers add 50% to that.");
    make(&made);
    drop_second(&made);
    made.rows[1].state = ROW_UNSUPPORTED;
    made.of.unsupported = 1;
    made.of.compared = 0;
    assert_concluded(&made, CONCLUDED_NOTHING, "Nothing was compared: no device supports any of it.", "");
}

static void without_a_device_nothing_is_concluded(void **state)
{
    fixture made;
    (void)state;
    make(&made);
    drop_second(&made);
    made.devices[0].context = NULL;
    made.of.compared = 0;
    made.of.count = 1;
    assert_concluded(&made, CONCLUDED_NOTHING, "Nothing was compared: there is no OpenCL device, and native ran alone.",
                     "");
}

static void useless_times_are_said_to_be_such(void **state)
{
    fixture made;
    (void)state;
    make(&made);
    drop_second(&made);
    made.rows[1].measured.times.kernel = 1e-9;
    assert_concluded(&made, CONCLUDED_EQUAL, "The result of Slow has native's bits.",
                     "No device gives usable times of its kernels.");
}

/* The page of a comparison; the caller frees it. */
static char *written(const fixture *made)
{
    const char *path = "r.html";
    output_file file;
    size_t size;
    char *text;
    assert_int_equal(output_files_open(&file, &path, 1), EXIT_DONE);
    assert_int_equal(comparison_write_html(&made->of, &file), EXIT_DONE);
    assert_int_equal(output_files_commit(&file, 1), EXIT_DONE);
    output_files_discard(&file, 1);
    text = (char *)sandbox_read(path, &size);
    text[size] = '\0'; /* the buffer is larger than the file */
    return text;
}

static void the_page_says_what_differs_failed_or_is_not_supported(void **state)
{
    fixture made;
    char *page;
    (void)state;
    make(&made);
    made.rows[1].output[0].from_native = (difference){.count = 3, .first = 7};
    made.rows[4].state = ROW_FAILED;
    made.rows[5].state = ROW_UNSUPPORTED;
    message_set(&made.rows[5].why, "it has no soul");
    made.rows[8].output[0].bounded = true;
    made.of.different = made.of.failed = made.of.unsupported = 1;
    page = written(&made);
    assert_non_null(strstr(page, "<title>clpool compare: different</title>"));
    assert_non_null(strstr(page, "\xe2\x9c\x97 different</strong>"));
    assert_non_null(
        strstr(page, "<li>y of forward of small on 0:0 differs in 3 of 100 elements, first at index 7</li>"));
    assert_non_null(strstr(page, "\xe2\x9c\x97 failed</strong>"));
    assert_non_null(strstr(page, "not supported: it has no soul</td>"));
    assert_non_null(strstr(page, "\xe2\x9c\x93 within bound</span>"));
    assert_non_null(strstr(page, "\xe2\x9c\x93 equal</span>"));
    free(page);
}

static void names_are_no_markup(void **state)
{
    static const char bad[] = "<script>\"'&";
    fixture made;
    char *page;
    (void)state;
    make(&made);
    strcpy(made.devices[0].name, bad);
    strcpy(made.devices[0].index, bad);
    strcpy(made.devices[1].name, bad);
    strcpy(made.cases[0].name, bad);
    strcpy(made.rows[1].why.text, bad);
    made.rows[1].state = ROW_UNSUPPORTED;
    made.rows[2].output[0].from_native.count = 1;
    made.rows[4].measured.times.kernel = 1e-9;
    made.of.different = made.of.unsupported = 1;
    made.rows[5].measured.strategy = bad;
    page = written(&made);
    assert_null(strstr(page, "<script"));
    assert_null(strstr(page, "\"'&\""));
    assert_non_null(strstr(page, "&lt;script&gt;&quot;&#39;&amp;"));
    free(page);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, sandbox_enter, sandbox_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_equal),
        cmocka_unit_test(one_device_is_named),
        cmocka_unit_test(a_slow_device_is_said_to_be_one),
        cmocka_unit_test(averages_are_within_a_bound),
        cmocka_unit_test(a_difference_is_named_before_all_else),
        cmocka_unit_test(a_device_that_failed_is_named),
        cmocka_unit_test(what_a_device_lacks_is_no_failure),
        cmocka_unit_test(without_a_device_nothing_is_concluded),
        cmocka_unit_test(useless_times_are_said_to_be_such),
        TEST(the_page_says_what_differs_failed_or_is_not_supported),
        TEST(names_are_no_markup),
    };
    return cmocka_run_group_tests(tests, sandbox_hide_platforms, sandbox_remove_folder);
}
