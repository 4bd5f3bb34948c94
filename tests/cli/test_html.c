/* SPDX-License-Identifier: Apache-2.0 */
/* clpool compare --report, on the host alone. */
#include "support/cmocka.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "sandbox.h"

/* The page that the last run wrote; the caller frees it. */
static char *page(void)
{
    size_t size;
    char *text = (char *)sandbox_read("r.html", &size);
    text[size] = '\0'; /* the buffer is larger than the file */
    assert_true(size > 100 && strcmp(text + size - 8, "</html>\n") == 0);
    return text;
}

static size_t count(const char *text, const char *wanted)
{
    size_t found = 0;
    for (text = strstr(text, wanted); text != NULL; text = strstr(text + 1, wanted)) {
        found++;
    }
    return found;
}

static void the_page_has_every_section(void **state)
{
    static const char *const sections[] = {"Devices", "Results", "Where the time goes", "Memory speed",
                                           "What pooling did"};
    struct run run;
    char *text;
    size_t i;
    (void)state;
    write_png("in.png", 30, 20, 3);
    sandbox_run(&run, "compare", "in.png", "--kernel", "2", "--runs", "1", "--report", "r.html", "--json", "r.json",
                NULL);
    assert_run(&run, 0, "native ran alone", "no OpenCL platform found");
    text = page();
    for (i = 0; i < sizeof(sections) / sizeof(sections[0]); i++) {
        char heading[64];
        (void)snprintf(heading, sizeof(heading), ">%s</h2>", sections[i]);
        assert_int_equal(count(text, heading), 1);
    }
    assert_non_null(strstr(text, "there is no OpenCL device"));
    assert_int_equal(count(text, "<img "), 4);
    assert_int_equal(count(text, "src=\"data:image/png;base64,iVBORw0KGgo"), 4);
    assert_int_equal(count(text, "<tbody>"), 1);
    assert_int_equal(count(text, "<th scope=\"row\">"), 3);
    assert_null(strstr(text, "<script"));
    assert_null(strstr(text, "http://"));
    assert_null(strstr(text, "https://"));
    free(text);
    assert_int_equal(sandbox_count(), 3);
}

/* Of maximum there is a mask, and of float types a gradient. */
static void every_dtype_layout_and_mode_is_drawn(void **state)
{
    static const char *const dtypes[] = {"f32", "f64", "f16", "bf16", "i8", "u8", "i32"};
    size_t dtype, layout, lp;
    struct run run;
    (void)state;
    write_png("in.png", 12, 10, 4);
    for (dtype = 0; dtype < 7; dtype++) {
        for (layout = 0; layout < 2; layout++) {
            for (lp = 0; lp < (dtype < 4 ? 2 : 1); lp++) {
                char *text;
                sandbox_run(&run, "compare", "in.png", "--kernel", "3", "--runs", "1", "--dtype", dtypes[dtype],
                            "--layout", layout == 0 ? "nchw" : "nhwc", "--report", "r.html", "--mode",
                            lp == 1 ? "lp" : "max", lp == 1 ? "--p" : NULL, "2", NULL);
                assert_run(&run, 0, NULL, NULL);
                text = page();
                assert_int_equal(count(text, "<img "), 2 + (lp == 0 ? 1 : 0) + (dtype < 4 ? 1 : 0));
                assert_int_equal(count(text, "<b>Mask</b>"), lp == 0 ? 1 : 0);
                assert_int_equal(count(text, "<b>Gradients</b>"), dtype < 4 ? 1 : 0);
                free(text);
            }
        }
    }
}

static void of_a_large_plane_the_middle_is_drawn(void **state)
{
    static const size_t shape[] = {2, 5, 700, 20};
    struct run run;
    char *text;
    (void)state;
    write_array("x.npy", NPY_U8, 4, shape);
    sandbox_run(&run, "compare", "x.npy", "--kernel", "2", "--runs", "1", "--report", "r.html", NULL);
    assert_run(&run, 0, NULL, NULL);
    text = page();
    assert_non_null(strstr(text, "20 \xc3\x97 512 in the middle of 20 \xc3\x97 700"));
    assert_non_null(strstr(text, "25% of all"));
    free(text);
}

static void what_is_no_picture_is_not_drawn(void **state)
{
    static const size_t line[] = {1, 2, 30}, none[] = {0, 2, 6, 8}, long_plane[] = {1, 1, 600, 2};
    struct run run;
    char *text;
    (void)state;
    write_array("line.npy", NPY_F32, 3, line);
    sandbox_run(&run, "compare", "line.npy", "--kernel", "2", "--runs", "1", "--report", "r.html", NULL);
    assert_run(&run, 0, NULL, NULL);
    text = page();
    assert_int_equal(count(text, "<img "), 0);
    free(text);
    write_array("none.npy", NPY_F32, 4, none);
    sandbox_run(&run, "compare", "none.npy", "--kernel", "2", "--runs", "1", "--report", "r.html", NULL);
    assert_run(&run, 0, NULL, NULL);
    text = page();
    assert_int_equal(count(text, "<img "), 0);
    assert_int_equal(count(text, "nan"), 0);
    assert_int_equal(count(text, "inf%"), 0);
    free(text);
    /* Its one window is larger than what would be drawn. */
    write_array("long.npy", NPY_F32, 4, long_plane);
    sandbox_run(&run, "compare", "long.npy", "--mode", "global_max", "--runs", "1", "--report", "r.html", NULL);
    assert_run(&run, 0, NULL, NULL);
    text = page();
    assert_int_equal(count(text, "<img "), 0);
    free(text);
}

static void a_file_s_name_is_no_markup(void **state)
{
    struct run run;
    char *text;
    (void)state;
    write_x("<script>&\"'.npy");
    sandbox_run(&run, "compare", "<script>&\"'.npy", "--kernel", "2", "--runs", "1", "--report", "r.html", NULL);
    assert_run(&run, 0, NULL, NULL);
    text = page();
    assert_null(strstr(text, "<script"));
    assert_true(count(text, "&lt;script&gt;&amp;&quot;&#39;.npy") > 1);
    free(text);
}

static void a_page_that_cannot_be_written_leaves_nothing(void **state)
{
    struct run run;
    (void)state;
    write_x("x.npy");
    sandbox_run(&run, "compare", "x.npy", "--kernel", "2", "--json", "r.json", "--report", "none/r.html", NULL);
    assert_run(&run, 2, NULL, "none/r.html: cannot write");
    sandbox_run(&run, "compare", "x.npy", "--kernel", "2", "--json", "same", "--report", "same", NULL);
    assert_run(&run, 2, NULL, "are one file");
    sandbox_run(&run, "bench", "--report", "r.html", NULL);
    assert_run(&run, 2, NULL, "--report");
    assert_int_equal(sandbox_count(), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, sandbox_enter, sandbox_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_page_has_every_section),           TEST(every_dtype_layout_and_mode_is_drawn),
        TEST(of_a_large_plane_the_middle_is_drawn), TEST(what_is_no_picture_is_not_drawn),
        TEST(a_file_s_name_is_no_markup),           TEST(a_page_that_cannot_be_written_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, sandbox_hide_platforms, sandbox_remove_folder);
}
