/* SPDX-License-Identifier: Apache-2.0 */
/* The command as a whole, without any OpenCL platform. */
#include "support/cmocka.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files.h"
#include "picture.h"
#include "sandbox.h"

/* Runs the command, which must refuse with exit status 2 and these words, and leave `files` files in the folder. */
static void assert_refused(const struct run *run, const char *text, size_t files)
{
    assert_run(run, 2, NULL, text);
    assert_string_equal(run->out, "");
    assert_int_equal(sandbox_count(), files);
}

/* Fails unless forward on a file of these bytes is refused so. */
static void assert_file_refused(const void *bytes, size_t size, const char *text)
{
    struct run run;
    sandbox_write("bad.npy", bytes, size);
    sandbox_run(&run, "forward", "bad.npy", "-o", "y.npy", "--kernel", "2", NULL);
    assert_refused(&run, text, 1);
}

static void no_command_prints_usage_to_stderr(void **state)
{
    struct run run;
    (void)state;
    sandbox_run(&run, NULL);
    assert_run(&run, 2, NULL, "usage: clpool COMMAND");
    assert_string_equal(run.out, "");
}

static void help_goes_to_stdout(void **state)
{
    static const char *const commands[] = {"devices", "forward", "backward", "unpool", "mask",
                                           "compare", "bench",   "verify",   "image"};
    struct run run;
    size_t i;
    (void)state;
    sandbox_run(&run, "--help", NULL);
    assert_run(&run, 0, "usage: clpool COMMAND", NULL);
    for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        struct run help;
        char usage[64];
        assert_non_null(strstr(run.out, commands[i]));
        (void)snprintf(usage, sizeof(usage), "usage: clpool %s", commands[i]);
        sandbox_run(&help, commands[i], "--help", NULL);
        assert_run(&help, 0, usage, NULL);
        assert_string_equal(help.err, "");
    }
}

static void the_version_is_the_library_s(void **state)
{
    char expected[32];
    struct run run;
    (void)state;
    (void)snprintf(expected, sizeof(expected), "clpool %d.%d.%d\n", CLPOOL_VERSION_MAJOR, CLPOOL_VERSION_MINOR,
                   CLPOOL_VERSION_PATCH);
    sandbox_run(&run, "--version", NULL);
    assert_run(&run, 0, NULL, NULL);
    assert_string_equal(run.out, expected);
}

static void wrong_usage_is_named(void **state)
{
    struct run run;
    (void)state;
    write_x("x.npy");
    sandbox_run(&run, "pool", NULL);
    assert_refused(&run, "unknown command 'pool'", 1);
    sandbox_run(&run, "--frobnicate", NULL);
    assert_refused(&run, "unknown flag '--frobnicate'", 1);
    sandbox_run(&run, "forward", "x.npy", "-o", "y.npy", "--kernel", "2", "--frobnicate", NULL);
    assert_refused(&run, "unknown flag '--frobnicate'; see clpool forward --help", 1);
    sandbox_run(&run, "forward", "x.npy", "-o", "y.npy", "--kernel", NULL);
    assert_refused(&run, "flag '--kernel' needs a value: 3,3; see clpool forward --help", 1);
    sandbox_run(&run, "forward", "x.npy", "--kernel", "2", NULL);
    assert_refused(&run, "flag '-o' is missing; see clpool forward --help", 1);
    sandbox_run(&run, "forward", "x.npy", "-o", "y.npy", NULL);
    assert_refused(&run, "flag '--kernel' is missing", 1);
    sandbox_run(&run, "forward", "-o", "y.npy", "--kernel", "2", NULL);
    assert_refused(&run, "operand X.npy is missing", 1);
    sandbox_run(&run, "forward", "x.npy", "z.npy", "-o", "y.npy", "--kernel", "2", NULL);
    assert_refused(&run, "'z.npy' is one operand too many", 1);
    sandbox_run(&run, "forward", "x.npy", "-o", "y.npy", "--kernel", "2", "--ceil=1", NULL);
    assert_refused(&run, "flag '--ceil' takes no value", 1);
    sandbox_run(&run, "forward", "x.npy", "-o", "y.npy", "--kernel", "2", "--mode", "min", NULL);
    assert_refused(&run, "--mode: 'min' is not one of max, avg, lp, global_max", 1);
    sandbox_run(&run, "forward", "x.npy", "-o", "y.npy", "--kernel", "2", "--strategy", "psychic", NULL);
    assert_refused(&run, "--strategy 'psychic' is not known; forward has:", 1);
    sandbox_run(&run, "forward", "x.npy", "-o", "y.npy", "--kernel", "2", "--auto-pad", "valid", "--padding", "1",
                NULL);
    assert_refused(&run, "--auto-pad and --padding exclude each other", 1);
}

static void impossible_poolings_are_named_and_leave_no_file(void **state)
{
    static const struct {
        const char *flag, *value, *text;
    } rows[] = {
        {"--kernel", "0", "kernel[0] is 0"},
        {"--kernel", "2,0", "kernel[1] is 0"},
        {"--kernel", "7", "must fit"},
        {"--kernel", "2,2,2", "--kernel has 3 numbers; the array has 2 spatial axes"},
        {"--stride", "0", "stride[0] is 0"},
        {"--dilation", "0", "dilation[0] is 0"},
        {"--dilation", "6", "must fit"},
        {"--padding", "18446744073709551615", "padding"},
        {"--kernel", "18446744073709551616", "is too large"},
    };
    size_t i;
    (void)state;
    write_x("x.npy");
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct run run;
        sandbox_run(&run, "forward", "x.npy", "-o", "y.npy", "--mask", "m.npy", "--kernel", "2", rows[i].flag,
                    rows[i].value, NULL);
        assert_refused(&run, rows[i].text, 1);
    }
}

static void modes_refuse_the_flags_of_others(void **state)
{
    struct run run;
    (void)state;
    write_x("x.npy");
    sandbox_run(&run, "forward", "x.npy", "-o", "y.npy", "--mode", "global_max", "--kernel", "2", NULL);
    assert_refused(&run, "mode global_max takes no --kernel", 1);
    sandbox_run(&run, "forward", "x.npy", "-o", "y.npy", "--mode", "adaptive_max", NULL);
    assert_refused(&run, "mode adaptive_max needs --output-size", 1);
    sandbox_run(&run, "forward", "x.npy", "-o", "y.npy", "--kernel", "2", "--output-size", "2", NULL);
    assert_refused(&run, "mode max takes no --output-size; that is for the adaptive modes", 1);
    sandbox_run(&run, "forward", "x.npy", "-o", "y.npy", "--mode", "adaptive_max", "--output-size", "2,2,2", NULL);
    assert_refused(&run, "--output-size has 3 numbers", 1);
    sandbox_run(&run, "forward", "x.npy", "-o", "y.npy", "--mode", "global_avg", "--output-size", "2", NULL);
    assert_refused(&run, "mode global_avg takes no --output-size", 1);
}

/* All of it without a device, down to that the host does none of it. */
static void fused_work_is_checked_before_it_is_run(void **state)
{
    static const size_t shapes[][2] = {{2, 3}, {9, 2}, {0, 2}};
    static const float numbers[18] = {1, 2, 3};
    static const struct {
        const char *arguments[4];
        const char *text;
    } rows[] = {
        {{"--parameters", "p0.npy"}, "--parameters without an expression that has them; see clpool forward --help"},
        {{"--mode", "avg", "--relu"}, "mode avg takes no --relu; --load-expression 'fmax(x, 0)' is for forward"},
        {{"--load-expression", "x", "--parameters", "p0.npy"},
         "p0.npy: shape is (2, 3); parameters are (P,), or one for each channel (P, 2), with P from 1 to 8"},
        {{"--load-expression", "x", "--parameters", "p1.npy"}, "p1.npy: shape is (9, 2); parameters are (P,)"},
        {{"--load-expression", "x", "--parameters", "p2.npy"}, "p2.npy: shape is (0, 2); parameters are (P,)"},
        {{"--store-expression", "x", "--parameters", "x.npy"}, "x.npy: shape is (1, 2, 6, 8); parameters are (P,)"},
        {{"--store-expression", "x", "--parameters", "u.npy"}, "u.npy: dtype is u8; it must be f32 here"},
        {{"--store-expression", "x", "--parameters", "none.npy"}, "none.npy: cannot open"},
        {{"--relu"}, "native: --relu is for OpenCL devices; the host pools only"},
        {{"--load-expression", "x"}, "native: --load-expression is for OpenCL devices"},
        {{"--store-expression", "x"}, "native: --store-expression is for OpenCL devices"},
    };
    struct run run;
    size_t i;
    (void)state;
    write_x("x.npy");
    write_values("p0.npy", NPY_F32, 2, shapes[0], numbers);
    write_values("p1.npy", NPY_F32, 2, shapes[1], numbers);
    write_values("p2.npy", NPY_F32, 2, shapes[2], numbers);
    write_array("u.npy", NPY_U8, 1, shapes[0]);
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *const *a = rows[i].arguments;
        sandbox_run(&run, "forward", "x.npy", "-o", "y.npy", "--kernel", "2", "--device", "native", a[0], a[1], a[2],
                    a[3], NULL);
        assert_refused(&run, rows[i].text, 5);
    }
    sandbox_run(&run, "backward", "x.npy", "-o", "dx.npy", "--kernel", "2", "--mask", "m.npy", "--shape", "1,2,6,8",
                "--relu", NULL);
    assert_refused(&run, "--relu is for maximum from --input, whose winners are found again", 5);
    sandbox_run(&run, "backward", "x.npy", "-o", "dx.npy", "--kernel", "2", "--mode", "avg", "--shape", "1,2,6,8",
                "--load-expression", "x", NULL);
    assert_refused(&run, "--load-expression is for maximum from --input", 5);
    sandbox_run(&run, "backward", "x.npy", "-o", "dx.npy", "--kernel", "2", "--input", "x.npy", "--store-expression",
                "x", NULL);
    assert_refused(&run, "clpool backward does not take '--store-expression', which other commands have", 5);
    sandbox_run(&run, "backward", "x.npy", "-o", "dx.npy", "--kernel", "1", "--input", "x.npy", "--relu", "--device",
                "native", NULL);
    assert_refused(&run, "native: --relu is for OpenCL devices", 5);
}

/* Those that only maximum, average or Lp has. */
static void modes_refuse_the_flags_of_what_else_is_computed(void **state)
{
    static const struct {
        const char *mode, *flag, *value, *text;
    } rows[] = {
        {"avg", "--mask", "m.npy", "mode avg takes no --mask; only max, global_max and adaptive_max have a mask"},
        {"avg", "--mask-form", "plane", "mode avg takes no --mask-form; that is for max, global_max and adaptive_max"},
        {"avg", "--nan", "propagate", "mode avg takes no --nan; that is for max"},
        {"avg", "--p", "2", "mode avg takes no --p; that is for lp, global_lp and adaptive_lp"},
        {"lp", "--ceil", NULL, "mode lp needs --p"},
        {"lp", "--p", "0", "--p: '0' is outside of 1 to 4294967295"},
        {"max", "--p", "2", "mode max takes no --p"},
        {"max", "--divisor", "2", "mode max takes no --divisor; that is for avg, global_avg and adaptive_avg"},
        {"max", "--count-include-pad", NULL, "mode max takes no --count-include-pad"},
    };
    static const char *const of_max_or_average[][2] = {
        {"--mask", "m.npy"}, {"--mask-form", "plane"}, {"--nan", "ignore"}, {"--divisor", "include"}};
    struct run run;
    size_t i;
    (void)state;
    write_x("x.npy");
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        sandbox_run(&run, "forward", "x.npy", "-o", "y.npy", "--kernel", "2", "--mode", rows[i].mode, rows[i].flag,
                    rows[i].value, NULL);
        assert_refused(&run, rows[i].text, 1);
    }
    for (i = 0; i < sizeof(of_max_or_average) / sizeof(of_max_or_average[0]); i++) {
        char text[64];
        (void)snprintf(text, sizeof(text), "mode lp takes no %s", of_max_or_average[i][0]);
        sandbox_run(&run, "forward", "x.npy", "-o", "y.npy", "--kernel", "2", "--mode", "lp", "--p", "2",
                    of_max_or_average[i][0], of_max_or_average[i][1], NULL);
        assert_refused(&run, text, 1);
    }
    sandbox_run(&run, "forward", "x.npy", "-o", "y.npy", "--kernel", "2", "--mode", "avg", "--count-include-pad",
                "--divisor", "4", NULL);
    assert_refused(&run, "--count-include-pad means --divisor include; another --divisor excludes it", 1);
    sandbox_run(&run, "image", "x.png", "-o", "y.png", "--kernel", "2", "--mode", "avg", "--mask-image", "m.png", NULL);
    assert_refused(&run, "mode avg takes no --mask-image", 1);
}

static void backward_asks_for_what_its_mode_needs(void **state)
{
    static const struct {
        const char *text, *arguments[8];
    } rows[] = {
        {"backward of mode max takes no --y", {"--input", "x.npy", "--y", "y.npy"}},
        {"flag '--mask' is missing, or --input in place of both", {"--mode", "max"}},
        {"--input and --mask exclude each other", {"--input", "x.npy", "--mask", "m.npy"}},
        {"backward of mode avg needs --shape", {"--mode", "avg"}},
        {"backward of mode avg takes no --mask", {"--mode", "avg", "--shape", "1,2,6,8", "--mask", "m.npy"}},
        {"backward of mode avg takes no --input", {"--mode", "avg", "--shape", "1,2,6,8", "--input", "x.npy"}},
        {"backward of mode avg takes no --y", {"--mode", "avg", "--shape", "1,2,6,8", "--y", "y.npy"}},
        {"backward of mode lp needs --input", {"--mode", "lp", "--p", "2", "--y", "y.npy"}},
        {"backward of mode lp needs --y", {"--mode", "lp", "--p", "2", "--input", "x.npy"}},
        {"backward of mode lp takes no --shape", {"--mode", "lp", "--p", "2", "--shape", "1,2,6,8"}},
        {"backward of mode lp takes no --mask", {"--mode", "lp", "--p", "2", "--mask", "m.npy"}},
    };
    size_t i;
    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *const *more = rows[i].arguments;
        struct run run;
        sandbox_run(&run, "backward", "dy.npy", "-o", "dx.npy", "--kernel", "2", more[0], more[1], more[2], more[3],
                    more[4], more[5], NULL);
        assert_refused(&run, rows[i].text, 0);
    }
}

static void files_that_are_no_input_are_named_and_leave_no_file(void **state)
{
    static const size_t flat[] = {6, 8}, deep[] = {1, 1, 2, 2, 2, 2};
    struct run run;
    (void)state;
    sandbox_run(&run, "forward", "none.npy", "-o", "y.npy", "--kernel", "2", NULL);
    assert_refused(&run, "none.npy: cannot open: No such file", 0);
    sandbox_run(&run, "forward", ".", "-o", "y.npy", "--kernel", "2", NULL);
    assert_refused(&run, ".: cannot read: Is a directory", 0);
    assert_file_refused("", 0, "bad.npy: not an .npy file");
    assert_file_refused("just some text", 14, "bad.npy: not an .npy file");
    write_array("bad.npy", NPY_I64, 2, flat);
    sandbox_run(&run, "forward", "bad.npy", "-o", "y.npy", "--kernel", "2", NULL);
    assert_refused(&run, "bad.npy: dtype is i64; it must be f32", 1);
    write_array("bad.npy", NPY_F32, 2, flat);
    sandbox_run(&run, "forward", "bad.npy", "-o", "y.npy", "--kernel", "2", NULL);
    assert_refused(&run, "bad.npy: shape is (6, 8); it must be (N, C, spatial)", 1);
    write_array("bad.npy", NPY_F32, 6, deep);
    sandbox_run(&run, "forward", "bad.npy", "-o", "y.npy", "--kernel", "2", NULL);
    assert_refused(&run, "shape is (1, 1, 2, 2, 2, 2); it must be", 1);
}

static void damaged_arrays_are_named_and_leave_no_file(void **state)
{
    size_t size;
    unsigned char *whole, *changed;
    (void)state;
    write_x("bad.npy");
    whole = sandbox_read("bad.npy", &size);
    changed = malloc(size + 1);
    assert_non_null(changed);
    memcpy(changed, whole, size);
    changed[size] = 0;
    assert_file_refused(changed, size - 1, "bad.npy: truncated: the header speaks of 384 bytes of data");
    assert_file_refused(changed, size + 1, "bad.npy: 1 bytes follow");
    memcpy(strstr((char *)changed + 10, "False"), "True ", 5);
    assert_file_refused(changed, size, "bad.npy: fortran_order is True");
    memcpy(changed, whole, size);
    memcpy(strstr((char *)changed + 10, "<f4"), "<c8", 3);
    assert_file_refused(changed, size, "bad.npy: dtype '<c8'");
    memcpy(changed, whole, size);
    memcpy(strstr((char *)changed + 10, "(1, 2, 6, 8), } "), "(999999999,1,9)}", 16);
    assert_file_refused(changed, size, "bad.npy: truncated: the header speaks of 35999999964 bytes");
    free(changed);
    free(whole);
}

static void an_output_that_cannot_be_written_is_named(void **state)
{
    struct run run;
    (void)state;
    write_x("x.npy");
    sandbox_run(&run, "forward", "x.npy", "-o", "x.npy/y.npy", "--kernel", "2", NULL);
    assert_refused(&run, "x.npy/y.npy: cannot write", 1);
    sandbox_run(&run, "forward", "x.npy", "-o", "none/y.npy", "--kernel", "2", NULL);
    assert_refused(&run, "none/y.npy: cannot write", 1);
    sandbox_run(&run, "forward", "x.npy", "-o", "y.npy", "--mask", "none/m.npy", "--kernel", "2", NULL);
    assert_refused(&run, "none/m.npy: cannot write", 1);
    sandbox_run(&run, "forward", "x.npy", "-o", "y.npy", "--mask", "./y.npy", "--kernel", "2", NULL);
    assert_refused(&run, "y.npy and ./y.npy are one file", 1);
    sandbox_run(&run, "compare", "x.npy", "--kernel", "2", "--json", "none/c.json", NULL);
    assert_refused(&run, "none/c.json: cannot write", 1);
}

static void backward_names_a_mask_or_gradient_that_does_not_fit(void **state)
{
    static const size_t fits[] = {1, 2, 3, 4}, other[] = {1, 2, 3, 3};
    struct run run;
    (void)state;
    write_array("dy.npy", NPY_F32, 4, fits);
    write_array("other.npy", NPY_F32, 4, other);
    write_array("m.npy", NPY_U8, 4, fits);
    write_array("m-other.npy", NPY_U8, 4, other);
    write_array("m-wide.npy", NPY_U16, 4, fits);
#define BACKWARD(dy, mask, shape)                                                                                      \
    sandbox_run(&run, "backward", dy, "--mask", mask, "--shape", shape, "-o", "dx.npy", "--kernel", "2", NULL)
    BACKWARD("dy.npy", "m-other.npy", "1,2,6,8");
    assert_refused(&run, "m-other.npy: shape is (1, 2, 3, 3); the mask of this problem has shape (1, 2, 3, 4)", 5);
    BACKWARD("dy.npy", "m-wide.npy", "1,2,6,8");
    assert_refused(&run, "m-wide.npy: dtype is u16; it must be u8", 5);
    BACKWARD("other.npy", "m.npy", "1,2,6,8");
    assert_refused(&run, "other.npy: shape is (1, 2, 3, 3); dy of this problem has shape (1, 2, 3, 4)", 5);
    BACKWARD("m.npy", "m.npy", "1,2,6,8");
    assert_refused(&run, "dtype is u8; backward needs a float type", 5);
    BACKWARD("m-wide.npy", "m.npy", "1,2,6,8");
    assert_refused(&run, "m-wide.npy: dtype is u16; it must be f32", 5);
    BACKWARD("dy.npy", "m.npy", "6,8");
    assert_refused(&run, "--shape: shape is (6, 8); it must be", 5);
    BACKWARD("dy.npy", "none.npy", "1,2,6,8");
    assert_refused(&run, "none.npy: cannot open", 5);
    BACKWARD("dy.npy", "m.npy", "1,2,6,8");
    assert_run(&run, 0, NULL, NULL);
    assert_int_equal(sandbox_count(), 6);
#undef BACKWARD
}

/* A window of 2 over 0..: worked out by hand. */
static void forward_and_backward_give_the_numbers_of_a_small_case(void **state)
{
    static const float x[] = {1, 5, 5, 2, 3, 3, 9, 0}, dy[] = {10, 20};
    static const size_t in[] = {1, 1, 2, 4}, out[] = {1, 1, 1, 2};
    unsigned char file[NPY_FORMAT_BYTES + sizeof(x)];
    array y, mask, dx;
    struct run run;
    size_t header = npy_format(NPY_F32, 4, in, (char *)file);
    (void)state;
    memcpy(file + header, x, sizeof(x));
    sandbox_write("x.npy", file, header + sizeof(x));
    header = npy_format(NPY_F32, 4, out, (char *)file);
    memcpy(file + header, dy, sizeof(dy));
    sandbox_write("dy.npy", file, header + sizeof(dy));
    sandbox_run(&run, "forward", "x.npy", "-o", "y.npy", "--mask", "m.npy", "--kernel", "2", NULL);
    assert_run(&run, 0, NULL, NULL);
    sandbox_run(&run, "backward", "dy.npy", "--mask", "m.npy", "--shape", "1,1,2,4", "-o", "dx.npy", "--kernel", "2,2",
                "--stride", "2", "--padding", "0:0,0", NULL);
    assert_run(&run, 0, NULL, NULL);
    assert_int_equal(array_read("y.npy", &y), EXIT_DONE);
    assert_int_equal(array_read("m.npy", &mask), EXIT_DONE);
    assert_int_equal(array_read("dx.npy", &dx), EXIT_DONE);
    assert_int_equal(y.elements, 2);
    assert_memory_equal(y.data, ((const float[]){5, 9}), 8);
    assert_int_equal(mask.dtype, NPY_U8);
    assert_memory_equal(mask.data, ((const unsigned char[]){1, 2}), 2);
    assert_memory_equal(dx.data, ((const float[]){0, 10, 0, 0, 0, 0, 20, 0}), 32);
    array_free(&y);
    array_free(&mask);
    array_free(&dx);
}

static const size_t small_in[] = {1, 1, 2, 4}, small_out[] = {1, 1, 1, 2};

static void average_gives_the_numbers_of_a_small_case(void **state)
{
    static const float x[] = {1, 5, 5, 2, 3, 3, 9, 0}, dy[] = {4, 8};
    static const struct {
        const char *divisor;
        float y[2], dx[8];
    } rows[] = {
        {"include", {3, 4}, {1, 1, 2, 2, 1, 1, 2, 2}},
        {"exclude", {3, 4}, {1, 1, 2, 2, 1, 1, 2, 2}},
        {"2", {6, 8}, {2, 2, 4, 4, 2, 2, 4, 4}},
    };
    struct run run;
    size_t i;
    (void)state;
    write_values("x.npy", NPY_F32, 4, small_in, x);
    write_values("dy.npy", NPY_F32, 4, small_out, dy);
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        sandbox_run(&run, "forward", "x.npy", "-o", "y.npy", "--mode", "avg", "--kernel", "2", "--divisor",
                    rows[i].divisor, NULL);
        assert_run(&run, 0, NULL, NULL);
        assert_values("y.npy", NPY_F32, 2, rows[i].y);
        sandbox_run(&run, "backward", "dy.npy", "--shape", "1,1,2,4", "-o", "dx.npy", "--mode", "avg", "--kernel", "2",
                    "--divisor", rows[i].divisor, NULL);
        assert_run(&run, 0, NULL, NULL);
        assert_values("dx.npy", NPY_F32, 8, rows[i].dx);
    }
    sandbox_run(&run, "forward", "x.npy", "-o", "y.npy", "--mode", "global_avg", NULL);
    assert_run(&run, 0, NULL, NULL);
    assert_values("y.npy", NPY_F32, 1, (const float[]){3.5f});
    sandbox_run(&run, "forward", "x.npy", "-o", "y.npy", "--mode", "adaptive_avg", "--output-size", "1,2", NULL);
    assert_run(&run, 0, NULL, NULL);
    assert_values("y.npy", NPY_F32, 2, rows[0].y);
}

static void padding_counts_in_an_average_as_the_divisor_says(void **state)
{
    static const float x[] = {4, 4, 4, 4, 4, 4, 4, 4};
    struct run run;
    (void)state;
    write_values("x.npy", NPY_F32, 4, small_in, x);
#define FORWARD(...)                                                                                                   \
    sandbox_run(&run, "forward", "x.npy", "-o", "y.npy", "--mode", "avg", "--kernel", "2", "--padding", "1:0,0",       \
                "--stride", "2", __VA_ARGS__, NULL);                                                                   \
    assert_run(&run, 0, NULL, NULL)
    FORWARD("--count-include-pad");
    assert_values("y.npy", NPY_F32, 2, (const float[]){2, 2});
    FORWARD("--divisor", "include", "--count-include-pad");
    assert_values("y.npy", NPY_F32, 2, (const float[]){2, 2});
    FORWARD("--divisor", "exclude");
    assert_values("y.npy", NPY_F32, 2, (const float[]){4, 4});
#undef FORWARD
}

static void lp_gives_the_numbers_of_a_small_case(void **state)
{
    static const float x[] = {1, -1, 2, 2, 1, 1, 2, -2}, dy[] = {4, 8}, y[] = {2, 4};
    struct run run;
    (void)state;
    write_values("x.npy", NPY_F32, 4, small_in, x);
    write_values("dy.npy", NPY_F32, 4, small_out, dy);
    sandbox_run(&run, "forward", "x.npy", "-o", "y.npy", "--mode", "lp", "--p", "2", "--kernel", "2", NULL);
    assert_run(&run, 0, NULL, NULL);
    assert_values("y.npy", NPY_F32, 2, y);
    sandbox_run(&run, "backward", "dy.npy", "--input", "x.npy", "--y", "y.npy", "-o", "dx.npy", "--mode", "lp", "--p",
                "2", "--kernel", "2", NULL);
    assert_run(&run, 0, NULL, NULL);
    assert_values("dx.npy", NPY_F32, 8, (const float[]){2, -2, 4, 4, 2, 2, 4, -4});
    sandbox_run(&run, "forward", "x.npy", "-o", "y.npy", "--mode", "global_lp", "--p", "1", NULL);
    assert_run(&run, 0, NULL, NULL);
    assert_values("y.npy", NPY_F32, 1, (const float[]){12});
    sandbox_run(&run, "backward", "dy.npy", "--input", "x.npy", "--y", "y.npy", "-o", "no.npy", "--mode", "lp", "--p",
                "2", "--kernel", "2", NULL);
    assert_refused(&run, "y.npy: shape is (1, 1, 1, 1); y of this problem has shape (1, 1, 1, 2)", 4);
}

/* Of the mask below the first value names tap 1 of its window, and the other none. */
static void unpool_drops_values_with_a_note_or_refuses_them(void **state)
{
    static const float y[] = {5, 9};
    struct run run;
    (void)state;
    write_values("y.npy", NPY_F32, 4, small_out, y);
    write_values("m.npy", NPY_U8, 4, small_out, (const unsigned char[]){1, 2});
    write_values("bad.npy", NPY_U8, 4, small_out, (const unsigned char[]){1, 7});
#define UNPOOL(mask, to, check)                                                                                        \
    sandbox_run(&run, "unpool", "y.npy", "--mask", mask, "--shape", "1,1,2,4", "-o", to, "--kernel", "2", "--device",  \
                "native", check, NULL)
    UNPOOL("bad.npy", "x.npy", "--check");
    assert_refused(&run, "bad.npy: 1 of the mask's 2 values name no element of x\n", 3);
    UNPOOL("m.npy", "x.npy", "--check");
    assert_run(&run, 0, NULL, NULL);
    assert_string_equal(run.err, "");
    assert_values("x.npy", NPY_F32, 8, (const float[]){0, 5, 0, 0, 0, 0, 9, 0});
    UNPOOL("bad.npy", "x.npy", NULL);
    assert_run(&run, 0, NULL,
               "bad.npy: 1 of the mask's 2 values name no element of x; their elements of y were dropped");
    assert_values("x.npy", NPY_F32, 8, (const float[]){0, 5, 0, 0, 0, 0, 0, 0});
    UNPOOL("y.npy", "z.npy", NULL);
    assert_refused(&run, "y.npy: dtype is f32; it must be u8", 4);
#undef UNPOOL
}

static void unpool_takes_indices_of_the_plane_and_any_dtype(void **state)
{
    struct run run;
    (void)state;
    write_values("y.npy", NPY_I8, 4, small_out, (const signed char[]){-5, 9});
    write_values("m.npy", NPY_I64, 4, small_out, (const int64_t[]){7, 7});
    sandbox_run(&run, "unpool", "y.npy", "--mask", "m.npy", "--mask-form", "plane", "--shape", "1,1,2,4", "-o", "x.npy",
                "--kernel", "2", "--check", "--device", "native", NULL);
    assert_run(&run, 0, NULL, NULL);
    assert_values("x.npy", NPY_I8, 8, (const signed char[]){0, 0, 0, 0, 0, 0, 0, 9});
}

/* The last mask value names no element. */
static void backward_of_unpool_fetches_what_the_mask_names(void **state)
{
    struct run run;
    (void)state;
    write_values("dx.npy", NPY_I8, 4, small_in, (const signed char[]){1, -2, 3, 4, 5, 6, 7, 8});
    write_values("taps.npy", NPY_U8, 4, small_out, (const unsigned char[]){1, 7});
    write_values("places.npy", NPY_I64, 4, small_out, (const int64_t[]){7, 7});
    sandbox_run(&run, "unpool", "dx.npy", "--backward", "--mask", "taps.npy", "-o", "dy.npy", "--kernel", "2",
                "--device", "native", NULL);
    assert_run(&run, 0, NULL, NULL);
    assert_string_equal(run.err, "");
    assert_values("dy.npy", NPY_I8, 2, (const signed char[]){-2, 0});
    sandbox_run(&run, "unpool", "dx.npy", "--backward", "--mask", "places.npy", "--mask-form", "plane", "-o", "dy.npy",
                "--kernel", "2", "--device", "native", NULL);
    assert_run(&run, 0, NULL, NULL);
    assert_values("dy.npy", NPY_I8, 2, (const signed char[]){8, 8});
}

static void backward_of_unpool_refuses_what_does_not_fit_and_leaves_the_output(void **state)
{
    static const struct {
        const char *text, *dx, *mask, *kernel;
    } rows[] = {
        {"none.npy: cannot open", "none.npy", "m.npy", "2"},
        {"none.npy: cannot open", "dx.npy", "none.npy", "2"},
        {"m.npy: shape is (1, 1, 1, 2); the mask of this problem has shape (1, 1, 1, 3)", "dx.npy", "m.npy", "2,2"},
        {"m.npy: ", "m.npy", "m.npy", "2"},
        {"dx.npy: dtype is f32; it must be u8 here", "dx.npy", "dx.npy", "1"},
    };
    static const float before[] = {3, 4};
    struct run run;
    (void)state;
    write_values("dx.npy", NPY_F32, 4, small_in, (const float[]){1, 2, 3, 4, 5, 6, 7, 8});
    write_values("m.npy", NPY_U8, 4, small_out, (const unsigned char[]){1, 2});
    write_values("dy.npy", NPY_F32, 4, small_out, before);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        sandbox_run(&run, "unpool", rows[i].dx, "--backward", "--mask", rows[i].mask, "-o", "dy.npy", "--kernel",
                    rows[i].kernel, "--stride", i == 2 ? "1" : rows[i].kernel, NULL);
        assert_run(&run, 2, NULL, rows[i].text);
        assert_values("dy.npy", NPY_F32, 2, before);
    }
}

static void a_checked_mask_is_counted_in_json_too(void **state)
{
    struct run run;
    (void)state;
    write_values("m.npy", NPY_U8, 4, small_out, (const unsigned char[]){3, 4});
    sandbox_run(&run, "mask", "m.npy", "--shape", "1,1,2,4", "--kernel", "2", "--check", "--json", "-", NULL);
    assert_run(&run, 1, "\"invalid\": 1", NULL);
    assert_run(&run, 1, "\"values\": 2", NULL);
    sandbox_run(&run, "mask", "m.npy", "--shape", "1,1,2,4", "--kernel", "2", "--to", "plane", "-o", "p.npy", "--json",
                "j.json", NULL);
    assert_run(&run, 2, NULL, "--json is for --check; a conversion has nothing to say");
}

static void unpool_and_mask_refuse_wrong_usage(void **state)
{
    static const struct {
        const char *text, *arguments[10];
    } rows[] = {
        {"flag '--mask' is missing", {"unpool", "y.npy", "--shape", "1,1,2,4", "-o", "x.npy"}},
        {"flag '--shape' is missing", {"unpool", "y.npy", "--mask", "m.npy", "-o", "x.npy"}},
        {"flag '-o' is missing", {"unpool", "y.npy", "--mask", "m.npy", "--shape", "1,1,2,4"}},
        {"mode avg takes no --mask",
         {"unpool", "y.npy", "--mask", "m.npy", "--shape", "1,1,2,4", "-o", "x.npy", "--mode", "avg"}},
        {"y.npy: cannot open", {"unpool", "y.npy", "--mask", "m.npy", "--shape", "1,1,2,4", "-o", "x.npy"}},
        {"--strategy 'psychic' is not known; unpool has:",
         {"unpool", "y.npy", "--mask", "m.npy", "--shape", "1,1,2,4", "-o", "x.npy", "--strategy", "psychic"}},
        {"flag '--mask' is missing", {"unpool", "dx.npy", "--backward", "-o", "dy.npy"}},
        {"--backward takes no --shape",
         {"unpool", "dx.npy", "--backward", "--mask", "m.npy", "--shape", "1,1,2,4", "-o", "dy.npy"}},
        {"--backward and --check exclude each other",
         {"unpool", "dx.npy", "--backward", "--check", "--mask", "m.npy", "-o", "dy.npy"}},
        {"clpool backward does not take '--backward'", {"backward", "dy.npy", "--backward"}},
        {"flag '--shape' is missing", {"mask", "m.npy", "--check"}},
        {"flag '--to' is missing, or --check in place of both", {"mask", "m.npy", "--shape", "1,1,2,4"}},
        {"flag '-o' is missing, or --check", {"mask", "m.npy", "--shape", "1,1,2,4", "--to", "plane"}},
        {"--check and --to exclude each other", {"mask", "m.npy", "--shape", "1,1,2,4", "--to", "plane", "--check"}},
        {"--check and -o exclude each other", {"mask", "m.npy", "--shape", "1,1,2,4", "-o", "x.npy", "--check"}},
        {"mode lp takes no mask", {"mask", "m.npy", "--shape", "1,1,2,4", "--mode", "lp", "--p", "2", "--check"}},
        {"clpool mask pools nothing", {"mask", "m.npy", "--shape", "1,1,2,4", "--strategy", "generic", "--check"}},
        {"clpool forward does not take '--to'", {"forward", "x.npy", "--to", "plane"}},
    };
    size_t i;
    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *const *a = rows[i].arguments;
        struct run run;
        sandbox_run(&run, a[0], "--kernel", "2", a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], NULL);
        assert_refused(&run, rows[i].text, 0);
    }
}

static void a_mask_is_converted_to_each_form_and_back(void **state)
{
    static const char *const forms[] = {"window",          "plane",       "plane_i32",  "tensor",
                                        "tensor_colmajor", "window_2bit", "window_4bit"};
    struct run run;
    size_t i;
    (void)state;
    write_x("x.npy");
    sandbox_run(&run, "forward", "x.npy", "-o", "y.npy", "--mask", "m.npy", "--kernel", "2", NULL);
    assert_run(&run, 0, NULL, NULL);
    for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        sandbox_run(&run, "forward", "x.npy", "-o", "y.npy", "--mask", "direct.npy", "--mask-form", forms[i],
                    "--kernel", "2", NULL);
        assert_run(&run, 0, NULL, NULL);
        sandbox_run(&run, "mask", "m.npy", "--shape", "1,2,6,8", "--kernel", "2", "--to", forms[i], "-o", "to.npy",
                    NULL);
        assert_run(&run, 0, NULL, NULL);
        assert_same_files("to.npy", "direct.npy");
        sandbox_run(&run, "mask", "to.npy", "--shape", "1,2,6,8", "--kernel", "2", "--mask-form", forms[i], "--to",
                    "window", "-o", "back.npy", NULL);
        assert_run(&run, 0, NULL, NULL);
        assert_same_files("back.npy", "m.npy");
    }
}

static void a_packed_mask_is_an_array_of_bytes(void **state)
{
    static const size_t odd[] = {1, 1, 6, 6};
    struct run run;
    array mask;
    (void)state;
    write_array("x.npy", NPY_F32, 4, odd);
    write_array("dy.npy", NPY_F32, 4, (const size_t[]){1, 1, 3, 3});
    sandbox_run(&run, "forward", "x.npy", "-o", "y.npy", "--mask", "m.npy", "--mask-form", "window_2bit", "--kernel",
                "2", NULL);
    assert_run(&run, 0, NULL, NULL);
    assert_int_equal(array_read_as("m.npy", NPY_U8, &mask), EXIT_DONE);
    assert_int_equal(mask.rank, 1);
    assert_int_equal(mask.shape[0], 3);
    array_free(&mask);
    sandbox_run(&run, "backward", "dy.npy", "--mask", "m.npy", "--mask-form", "window_2bit", "--shape", "1,1,6,6", "-o",
                "dx.npy", "--kernel", "2", NULL);
    assert_run(&run, 0, NULL, NULL);
    sandbox_run(&run, "backward", "dy.npy", "--input", "x.npy", "-o", "wanted.npy", "--kernel", "2", NULL);
    assert_run(&run, 0, NULL, NULL);
    assert_same_files("dx.npy", "wanted.npy");
    sandbox_run(&run, "backward", "dy.npy", "--mask", "m.npy", "--mask-form", "window_4bit", "--shape", "1,1,6,6", "-o",
                "no.npy", "--kernel", "2", NULL);
    assert_refused(&run, "m.npy: shape is (3,); the mask of this problem has shape (5,)", 6);
    sandbox_run(&run, "forward", "x.npy", "-o", "no.npy", "--mask", "m.npy", "--mask-form", "window_2bit", "--kernel",
                "3", NULL);
    assert_refused(&run, "x.npy: ", 6);
    sandbox_run(&run, "mask", "m.npy", "--shape", "1,1,6,6", "--kernel", "3", "--to", "window_2bit", "-o", "no.npy",
                NULL);
    assert_run(&run, 2, NULL, NULL);
    assert_int_equal(sandbox_count(), 6);
}

/* Windows of one tap over a row of 2 with one element of padding on each side: the outer ones have none. */
static void mask_check_counts_values_that_name_no_tap(void **state)
{
    static const size_t out[] = {1, 2, 4};
    static const struct {
        unsigned char values[8];
        const char *text;
    } rows[] = {
        {{255, 0, 0, 255, 255, 0, 0, 255}, "m.npy: 0 of 8 values name no tap inside the array\n"},
        {{255, 255, 0, 255, 255, 0, 0, 255}, "m.npy: 1 of 8 values"}, /* a sentinel where there is a tap */
        {{0, 0, 0, 255, 255, 0, 0, 255}, "m.npy: 1 of 8 values"},     /* a tap in the padding */
        {{255, 1, 0, 255, 255, 0, 0, 3}, "m.npy: 2 of 8 values"},     /* taps that are none */
    };
    struct run run;
    size_t i;
    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        write_values("m.npy", NPY_U8, 3, out, rows[i].values);
        sandbox_run(&run, "mask", "m.npy", "--shape", "1,2,2", "--kernel", "1", "--padding", "1", "--check", NULL);
        assert_run(&run, i == 0 ? 0 : 1, rows[i].text, NULL);
    }
    /* The same windows, channels last, in bytes of four values: N, W, C. */
    write_values("m.npy", NPY_U8, 1, (const size_t[]){2}, (const unsigned char[]){0x0f, 0xf1});
    sandbox_run(&run, "mask", "m.npy", "--shape", "1,2,2", "--layout", "nhwc", "--mask-form", "window_2bit", "--kernel",
                "1", "--padding", "1", "--check", NULL);
    assert_run(&run, 1, "m.npy: 1 of 8 values", NULL);
}

static void auto_pad_gives_the_extent_that_it_promises(void **state)
{
    array y;
    struct run run;
    (void)state;
    write_x("x.npy");
    sandbox_run(&run, "forward", "x.npy", "-o", "y.npy", "--kernel", "3", "--stride", "4", "--auto-pad", "same_lower",
                NULL);
    assert_run(&run, 0, NULL, NULL);
    assert_int_equal(array_read("y.npy", &y), EXIT_DONE);
    assert_int_equal(y.shape[2], 2);
    assert_int_equal(y.shape[3], 2);
    array_free(&y);
}

static void without_a_platform_auto_says_so_and_uses_native(void **state)
{
    struct run run;
    (void)state;
    write_x("x.npy");
    sandbox_run(&run, "forward", "x.npy", "-o", "auto.npy", "--kernel", "2", NULL);
    assert_run(&run, 0, NULL,
               "no OpenCL platform found (install an OpenCL driver, for example the package "
               "pocl-opencl-icd); using native\n");
    sandbox_run(&run, "forward", "x.npy", "-o", "native.npy", "--kernel", "2", "--device", "native", NULL);
    assert_run(&run, 0, NULL, NULL);
    assert_string_equal(run.err, "");
    assert_same_files("auto.npy", "native.npy");
}

static void without_a_platform_devices_fails(void **state)
{
    struct run run;
    (void)state;
    sandbox_run(&run, "devices", NULL);
    assert_run(&run, 3, NULL, "no OpenCL platform found");
    assert_string_equal(run.out, "");
    sandbox_run(&run, "devices", "--json", NULL);
    assert_run(&run, 3, "[]", "no OpenCL platform found");
}

static void a_device_that_is_not_there_is_an_error(void **state)
{
    static const char *const names[] = {"0:0", "9:9", "Voodoo"};
    size_t i;
    (void)state;
    write_x("x.npy");
    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct run run;
        sandbox_run(&run, "forward", "x.npy", "-o", "y.npy", "--kernel", "2", "--device", names[i], NULL);
        assert_run(&run, 3, NULL, "names no device of this machine");
        assert_int_equal(sandbox_count(), 1);
    }
}

static void the_environment_chooses_the_device(void **state)
{
    struct run run;
    (void)state;
    write_x("x.npy");
    assert_int_equal(setenv("CLPOOL_DEVICE", "Voodoo", 1), 0);
    sandbox_run(&run, "forward", "x.npy", "-o", "y.npy", "--kernel", "2", NULL);
    assert_int_equal(unsetenv("CLPOOL_DEVICE"), 0);
    assert_run(&run, 3, NULL, "'Voodoo' names no device");
}

static void all_devices_are_too_many_for_one_output(void **state)
{
    struct run run;
    (void)state;
    write_x("x.npy");
    sandbox_run(&run, "forward", "x.npy", "-o", "y.npy", "--kernel", "2", "--device", "all", NULL);
    assert_refused(&run, "--device all: this command runs on one device", 1);
}

static void compare_without_a_device_shows_native_alone(void **state)
{
    struct run run;
    json_t *root;
    (void)state;
    write_x("x.npy");
    sandbox_run(&run, "compare", "x.npy", "--kernel", "2", "--runs", "1", "--json", "c.json", NULL);
    assert_run(&run, 0, "nothing was compared: native ran alone", "no OpenCL platform found");
    root = json_load_file("c.json", 0, NULL);
    assert_non_null(root);
    assert_int_equal(json_array_size(json_object_get(root, "devices")), 1);
    assert_int_equal(json_array_size(json_object_get(root, "rows")), 3);
    json_decref(root);
}

static void compare_turns_pictures_into_any_dtype_and_arrays_into_none(void **state)
{
    static const char *const dtypes[] = {"f32", "f64", "f16", "bf16", "i8", "u8", "i32"};
    size_t i;
    struct run run;
    (void)state;
    write_png("picture.png", 9, 7, 3);
    write_x("x.npy");
    for (i = 0; i < sizeof(dtypes) / sizeof(dtypes[0]); i++) {
        char wanted[64];
        (void)snprintf(wanted, sizeof(wanted), "x (1, 7, 9, 3) %s, channels last, ", dtypes[i]);
        sandbox_run(&run, "compare", "picture.png", "--kernel", "2", "--runs", "1", "--dtype", dtypes[i], "--layout",
                    "nhwc", NULL);
        assert_run(&run, 0, wanted, NULL);
    }
    sandbox_run(&run, "compare", "x.npy", "--kernel", "2", "--dtype", "f32", "--runs", "1", NULL);
    assert_run(&run, 0, "x (1, 2, 6, 8) f32, ", NULL);
    sandbox_run(&run, "compare", "x.npy", "--kernel", "2", "--dtype", "f16", NULL);
    assert_run(&run, 2, NULL, "x.npy: dtype is f32; --dtype f16 turns only pictures into another");
    sandbox_run(&run, "compare", "x.npy", "--kernel", "2", "--dtype", "bf16", NULL);
    assert_run(&run, 2, NULL, "x.npy: dtype is f32; with --dtype bf16 it must be u16");
    sandbox_run(&run, "compare", "--dtype", "f8", NULL);
    assert_run(&run, 2, NULL, "--dtype: 'f8' is not one of f32, f64, f16, bf16, i8, u8 and i32");
    sandbox_run(&run, "forward", "x.npy", "-o", "y.npy", "--kernel", "2", "--dtype", "f16", NULL);
    assert_run(&run, 2, NULL, "--dtype: 'f16' is not bf16");
}

static void a_picture_is_compared_by_its_content_not_its_name(void **state)
{
    struct run run;
    (void)state;
    write_png("picture.npy", 9, 7, 3);
    sandbox_run(&run, "compare", "picture.npy", "--kernel", "2", "--runs", "1", NULL);
    assert_run(&run, 0, "x (1, 3, 7, 9)", NULL);
}

static void image_keeps_channels_and_takes_the_output_s_extent(void **state)
{
    size_t channels;
    (void)state;
    for (channels = 1; channels <= 4; channels++) {
        struct run run;
        size_t extent[3];
        write_png("in.png", 9, 7, channels);
        sandbox_run(&run, "image", "in.png", "-o", "out.png", "--mask-image", "won.png", "--kernel", "2", "--device",
                    "native", NULL);
        assert_run(&run, 0, NULL, NULL);
        read_png_extent("out.png", extent);
        assert_int_equal(extent[0], 4);
        assert_int_equal(extent[1], 3);
        assert_int_equal(extent[2], channels);
        read_png_extent("won.png", extent);
        assert_int_equal(extent[0], 9);
        assert_int_equal(extent[1], 7);
        assert_int_equal(extent[2], channels);
    }
}

static void image_keeps_the_greatest_samples_and_marks_them(void **state)
{
    picture in, out, won;
    unsigned char *bytes;
    size_t size, i, winners = 0;
    struct run run;
    (void)state;
    write_png("in.png", 8, 6, 1);
    sandbox_run(&run, "image", "in.png", "-o", "out.png", "--mask-image", "won.png", "--kernel", "2", NULL);
    assert_run(&run, 0, NULL, NULL);
#define DECODE(name, to)                                                                                               \
    bytes = sandbox_read(name, &size);                                                                                 \
    assert_int_equal(picture_decode(name, bytes, size, to), EXIT_DONE);                                                \
    free(bytes)
    DECODE("in.png", &in);
    DECODE("out.png", &out);
    DECODE("won.png", &won);
#undef DECODE
    assert_int_equal(out.data[0], 63); /* of 0, 7, 56 and 63 */
    for (i = 0; i < 48; i++) {
        winners += won.data[i] >= 128;
        assert_int_equal(won.data[i] % 128, in.data[i] / 2);
    }
    assert_int_equal(winners, 12);
    assert_true(won.data[9] >= 128);
    picture_free(&in);
    picture_free(&out);
    picture_free(&won);
}

static void image_draws_windows_without_a_sample_black(void **state)
{
    size_t size;
    unsigned char *bytes;
    picture out;
    struct run run;
    (void)state;
    write_png("in.png", 2, 2, 1);
    sandbox_run(&run, "image", "in.png", "-o", "out.png", "--kernel", "1", "--padding", "3", NULL);
    assert_run(&run, 0, NULL, NULL);
    bytes = sandbox_read("out.png", &size);
    assert_int_equal(picture_decode("out.png", bytes, size, &out), EXIT_DONE);
    assert_int_equal(out.width, 8);
    assert_int_equal(out.data[0], 0);
    assert_int_equal(out.data[4 * 8 + 4], 21);
    picture_free(&out);
    free(bytes);
}

static void image_refuses_what_is_no_picture(void **state)
{
    /* The signature, the header of a picture of 10000x10000 pixels, and where its pixels begin. */
    static const char large[] =
        "\211PNG\015\012\032\012\000\000\000\015IHDR\000\000\047\020\000\000\047\020\010\000\000\000\000"
        "\237\045\075\373\000\000\000\011IDAT";
    struct run run;
    (void)state;
    write_x("x.npy");
    sandbox_run(&run, "image", "x.npy", "-o", "out.png", "--kernel", "2", NULL);
    assert_refused(&run, "x.npy: not a PNG that can be read", 1);
    sandbox_write("in.png", large, sizeof(large) - 1);
    sandbox_run(&run, "image", "in.png", "-o", "out.png", "--kernel", "2", NULL);
    assert_refused(&run, "in.png: not a PNG that can be read: 41 bytes are too few for 10000x10000 pixels", 2);
}

static void output_that_nobody_can_read_is_an_error(void **state)
{
    struct run run;
    (void)state;
    if (access("/dev/full", W_OK) != 0) {
        skip();
    }
    sandbox_run_to("/dev/full", &run, "--help", NULL);
    assert_run(&run, 2, NULL, "cannot write to standard output: No space left");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, sandbox_enter, sandbox_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(no_command_prints_usage_to_stderr),
        TEST(help_goes_to_stdout),
        TEST(the_version_is_the_library_s),
        TEST(wrong_usage_is_named),
        TEST(impossible_poolings_are_named_and_leave_no_file),
        TEST(modes_refuse_the_flags_of_others),
        TEST(fused_work_is_checked_before_it_is_run),
        TEST(modes_refuse_the_flags_of_what_else_is_computed),
        TEST(backward_asks_for_what_its_mode_needs),
        TEST(files_that_are_no_input_are_named_and_leave_no_file),
        TEST(damaged_arrays_are_named_and_leave_no_file),
        TEST(an_output_that_cannot_be_written_is_named),
        TEST(backward_names_a_mask_or_gradient_that_does_not_fit),
        TEST(forward_and_backward_give_the_numbers_of_a_small_case),
        TEST(average_gives_the_numbers_of_a_small_case),
        TEST(padding_counts_in_an_average_as_the_divisor_says),
        TEST(lp_gives_the_numbers_of_a_small_case),
        TEST(unpool_drops_values_with_a_note_or_refuses_them),
        TEST(unpool_takes_indices_of_the_plane_and_any_dtype),
        TEST(backward_of_unpool_fetches_what_the_mask_names),
        TEST(backward_of_unpool_refuses_what_does_not_fit_and_leaves_the_output),
        TEST(a_checked_mask_is_counted_in_json_too),
        TEST(unpool_and_mask_refuse_wrong_usage),
        TEST(a_mask_is_converted_to_each_form_and_back),
        TEST(a_packed_mask_is_an_array_of_bytes),
        TEST(mask_check_counts_values_that_name_no_tap),
        TEST(auto_pad_gives_the_extent_that_it_promises),
        TEST(without_a_platform_auto_says_so_and_uses_native),
        TEST(without_a_platform_devices_fails),
        TEST(a_device_that_is_not_there_is_an_error),
        TEST(the_environment_chooses_the_device),
        TEST(all_devices_are_too_many_for_one_output),
        TEST(compare_without_a_device_shows_native_alone),
        TEST(compare_turns_pictures_into_any_dtype_and_arrays_into_none),
        TEST(a_picture_is_compared_by_its_content_not_its_name),
        TEST(image_keeps_channels_and_takes_the_output_s_extent),
        TEST(image_keeps_the_greatest_samples_and_marks_them),
        TEST(image_draws_windows_without_a_sample_black),
        TEST(image_refuses_what_is_no_picture),
        TEST(output_that_nobody_can_read_is_an_error),
    };
    return cmocka_run_group_tests(tests, sandbox_hide_platforms, sandbox_remove_folder);
}
