/* SPDX-License-Identifier: Apache-2.0 */
/* clpool verify, on the host. */
#include "support/cmocka.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "sandbox.h"

/* Runs the command, which must refuse with exit status 2 and these words, and leave `files` files in the folder. */
static void assert_refused(const struct run *run, const char *text, size_t files)
{
    assert_run(run, 2, NULL, text);
    assert_string_equal(run->out, "");
    assert_int_equal(sandbox_count(), files);
}

static void verify_passes_on_the_golden_cases(void **state)
{
    struct run run;
    (void)state;
    sandbox_run(&run, "verify", CLPOOL_TEST_GOLDEN, "--device", "native", NULL);
    assert_run(&run, 0, "native: 120 cases, 120 pass, 0 fail; 0 skipped\n", NULL);
    sandbox_run(&run, "verify", CLPOOL_TEST_GOLDEN, "--device", "native", "--json", "-", NULL);
    assert_run(&run, 0, "\"passed\": 120", NULL);
}

/* One case whose arrays the command itself computed; a test then spoils one of them. */
static void make_golden(const char *json)
{
    static const size_t out[] = {1, 2, 3, 4};
    int64_t *plane = calloc(24, sizeof(*plane));
    clpool_problem problem = clpool_problem_2d(1, 2, 6, 8, 2, 2, 0);
    char header[NPY_FORMAT_BYTES];
    FILE *file;
    array mask;
    struct run run;
    sandbox_write("cases.json", json, strlen(json));
    write_x("one-x.npy");
    write_array("one-dy.npy", NPY_F32, 4, out);
    sandbox_run(&run, "forward", "one-x.npy", "-o", "one-y.npy", "--mask", "m.npy", "--kernel", "2", NULL);
    assert_run(&run, 0, NULL, NULL);
    sandbox_run(&run, "backward", "one-dy.npy", "--mask", "m.npy", "--shape", "1,2,6,8", "-o", "one-dx.npy", "--kernel",
                "2", NULL);
    assert_run(&run, 0, NULL, NULL);
    assert_int_equal(array_read("m.npy", &mask), EXIT_DONE);
    assert_int_equal(clpool_mask_to_plane(&problem, mask.data, plane), CLPOOL_SUCCESS);
    file = fopen("one-idx.npy", "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(header, npy_format(NPY_I64, 4, out, header), 1, file), 1);
    assert_int_equal(fwrite(plane, sizeof(*plane), 24, file), 24);
    assert_int_equal(fclose(file), 0);
    array_free(&mask);
    free(plane);
}

#define GOLDEN(mode, extra)                                                                                            \
    "{\"cases\": [{\"name\": \"one\", \"mode\": \"" mode "\", \"kernel\": [2, 2], \"stride\": [2, 2], "                \
    "\"padding\": [0, 0], \"dilation\": [1, 1], \"ceil_mode\": false, \"shape\": [1, 2, 6, 8]" extra "}]}"

/* The file of --json tells of one device, one case, and one tensor of it that differs in one element. */
static void assert_difference(const char *name, const char *tensor, int first)
{
    json_t *list = json_load_file(name, 0, NULL);
    const json_t *device = json_array_get(list, 0);
    const json_t *found = json_array_get(json_object_get(device, "differences"), 0);
    assert_int_equal(json_array_size(list), 1);
    assert_string_equal(json_string_value(json_object_get(device, "index")), "native");
    assert_int_equal(json_integer_value(json_object_get(device, "failed")), 1);
    assert_int_equal(json_array_size(json_object_get(device, "differences")), 1);
    assert_string_equal(json_string_value(json_object_get(found, "tensor")), tensor);
    assert_int_equal(json_integer_value(json_object_get(found, "different")), 1);
    assert_int_equal(json_integer_value(json_object_get(found, "first")), first);
    json_decref(list);
}

static void verify_finds_one_wrong_bit_in_any_array(void **state)
{
    static const char *const names[] = {"y", "idx", "dx"};
    struct run run;
    size_t i;
    (void)state;
    make_golden(GOLDEN("max", ", \"out_shape\": [1, 2, 3, 4]"));
    sandbox_run(&run, "verify", ".", NULL);
    assert_run(&run, 0, "1 cases, 1 pass, 0 fail; 0 skipped\n", NULL);
    for (i = 0; i < 3; i++) {
        char name[32], text[64];
        unsigned char *bytes;
        size_t size;
        (void)snprintf(name, sizeof(name), "one-%s.npy", names[i]);
        (void)snprintf(text, sizeof(text), "one: %s differs in 1 of %d elements, first at index %d", names[i],
                       i == 2 ? 96 : 24, i == 2 ? 95 : 23);
        bytes = sandbox_read(name, &size);
        bytes[size - 4] ^= 1;
        sandbox_write(name, bytes, size);
        sandbox_run(&run, "verify", ".", "--device", "native", NULL);
        assert_run(&run, 1, text, NULL);
        assert_run(&run, 1, "1 cases, 0 pass, 1 fail", NULL);
        sandbox_run(&run, "verify", ".", "--device", "native", "--json", "v.json", NULL);
        assert_run(&run, 1, text, NULL);
        assert_difference("v.json", names[i], i == 2 ? 95 : 23);
        bytes[size - 4] ^= 1;
        sandbox_write(name, bytes, size);
        free(bytes);
    }
}

/* A sum may differ by roundings, and by no more. */
static void verify_allows_an_average_its_bound(void **state)
{
    static const size_t out[] = {1, 2, 3, 4};
    static const struct {
        const char *name;
        unsigned char bit;
        int status;
    } rows[] = {{"one-y.npy", 1, 0}, {"one-dx.npy", 1, 0}, {"one-y.npy", 128, 1}, {"one-dx.npy", 128, 1}};
    const char *const json = GOLDEN("avg", ", \"out_shape\": [1, 2, 3, 4], \"count_include_pad\": true");
    struct run run;
    size_t i;
    (void)state;
    sandbox_write("cases.json", json, strlen(json));
    write_x("one-x.npy");
    write_array("one-dy.npy", NPY_F32, 4, out);
    sandbox_run(&run, "forward", "one-x.npy", "-o", "one-y.npy", "--mode", "avg", "--kernel", "2", NULL);
    assert_run(&run, 0, NULL, NULL);
    sandbox_run(&run, "backward", "one-dy.npy", "--shape", "1,2,6,8", "-o", "one-dx.npy", "--mode", "avg", "--kernel",
                "2", NULL);
    assert_run(&run, 0, NULL, NULL);
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t size;
        unsigned char *bytes = sandbox_read(rows[i].name, &size);
        /* Of the last element, whose lowest byte is at size - 4, bit 0 or bit 15. */
        bytes[size - (rows[i].bit == 1 ? 4 : 3)] ^= rows[i].bit;
        sandbox_write(rows[i].name, bytes, size);
        sandbox_run(&run, "verify", ".", "--device", "native", NULL);
        assert_run(&run, rows[i].status, rows[i].status == 0 ? "1 cases, 1 pass" : "differs by more than 4 epsilons",
                   NULL);
        bytes[size - (rows[i].bit == 1 ? 4 : 3)] ^= rows[i].bit;
        sandbox_write(rows[i].name, bytes, size);
        free(bytes);
    }
}

static void verify_finds_a_wrong_extent(void **state)
{
    struct run run;
    (void)state;
    make_golden(GOLDEN("max", ", \"out_shape\": [1, 2, 3, 5]"));
    sandbox_run(&run, "verify", ".", "--device", "native", NULL);
    assert_run(&run, 1, "one: the output's extents are (3, 4), not (3, 5)", NULL);
}

static void verify_refuses_a_folder_that_is_none(void **state)
{
    static const struct {
        const char *json, *text;
    } rows[] = {
        {"{\"cases\": [", "cases.json:1:"},
        {"[]", "it must be an object with a list \"cases\""},
        {"{\"cases\": []}", "no case of it can be run"},
        {GOLDEN("median", ""), "no case of it can be run"},
        {GOLDEN("avg", ", \"out_shape\": [1, 2, 3, 4]"), "\"count_include_pad\" is missing"},
        {GOLDEN("avg", ", \"out_shape\": [1, 2, 3, 4], \"count_include_pad\": 1"), "is neither true nor false"},
        {GOLDEN("avg", ", \"out_shape\": [1, 2, 3, 4], \"divisor_override\": 0"), "is neither null nor a number"},
        {GOLDEN("avg", ", \"out_shape\": [1, 2, 3, 4], \"divisor_override\": 9876543210"), "divisor"},
        {GOLDEN("lp", ", \"out_shape\": [1, 2, 3, 4]"), "\"p\" is missing"},
        {GOLDEN("lp", ", \"out_shape\": [1, 2, 3, 4], \"p\": 0"), "\"p\" is not a number of at least 1"},
        {GOLDEN("max", ", \"dtype\": \"f16\""), "no case of it can be run"},
        {GOLDEN("max", ""), "cases[0] (one): \"out_shape\" is missing"},
        {GOLDEN("max", ", \"out_shape\": [1, 2, 3]"), "\"out_shape\" is not a list with a number for each axis"},
        {GOLDEN("max", ", \"out_shape\": [1, 2, 3, -4]"), "\"out_shape\" holds something else than whole numbers"},
        {GOLDEN("max", ", \"out_shape\": [1, 2, 3, 4]"), "one-x.npy: cannot open"},
        {"{\"cases\": [{\"mode\": \"max\"}]}", "cases[0] (no name): \"name\" is missing"},
        {"{\"cases\": [{\"name\": \"../x\", \"mode\": \"max\"}]}", "must not contain '/'"},
        {"{\"cases\": [{\"name\": \"x\"}]}", "cases[0] (x): \"mode\" is missing"},
        {"{\"cases\": [{\"name\": \"x\", \"mode\": \"max\"}]}", "cases[0] (x): \"shape\""},
        {"{\"cases\": [7]}", "cases[0] (no name): \"name\" is missing"},
    };
    struct run run;
    size_t i;
    (void)state;
    sandbox_run(&run, "verify", "none", NULL);
    assert_refused(&run, "none/cases.json: cannot open: No such file", 0);
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        sandbox_write("cases.json", rows[i].json, strlen(rows[i].json));
        sandbox_run(&run, "verify", ".", "--device", "native", NULL);
        assert_refused(&run, rows[i].text, 1);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, sandbox_enter, sandbox_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(verify_passes_on_the_golden_cases),    TEST(verify_finds_one_wrong_bit_in_any_array),
        TEST(verify_allows_an_average_its_bound),   TEST(verify_finds_a_wrong_extent),
        TEST(verify_refuses_a_folder_that_is_none),
    };
    return cmocka_run_group_tests(tests, sandbox_hide_platforms, sandbox_remove_folder);
}
