/* SPDX-License-Identifier: Apache-2.0 */
/* The command on an OpenCL device: CLPOOL_TEST_DEVICE says which. */
#include "support/cmocka.h"
#include "support/missing.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "sandbox.h"
#include "wanted_device.h"

static void devices_lists_what_it_has_as_text_and_as_json(void **state)
{
    struct run run;
    json_t *list, *first;
    (void)state;
    sandbox_run(&run, "devices", NULL);
    assert_run(&run, 0, "usable          ", NULL);
    sandbox_run(&run, "devices", "--json", NULL);
    assert_run(&run, 0, NULL, NULL);
    list = json_loads(run.out, 0, NULL);
    assert_non_null(list);
    first = json_array_get(list, 0);
    assert_true(json_is_string(json_object_get(first, "index")));
    assert_true(json_is_string(json_object_get(first, "name")));
    assert_true(json_integer_value(json_object_get(first, "compute_units")) > 0);
    assert_true(json_integer_value(json_object_get(first, "memory_bytes")) > 0);
    assert_true(json_is_boolean(json_object_get(first, "usable")));
    assert_true(json_is_boolean(json_object_get(first, "out_of_order")));
    if (json_is_true(json_object_get(first, "usable"))) {
        const json_t *row = json_array_get(json_object_get(first, "strategies"), 0);
        assert_string_equal(json_string_value(json_object_get(row, "pooling")), "max 2x2, stride 2");
        assert_true(json_is_string(json_object_get(row, "forward")));
        assert_true(json_is_string(json_object_get(row, "backward")));
        assert_string_equal(json_string_value(json_array_get(json_object_get(first, "dtypes"), 0)), "f32");
    }
    json_decref(list);
}

static void a_device_gives_the_files_that_native_gives(void **state)
{
    static const size_t in[] = {2, 3, 13, 17}, out[] = {2, 3, 7, 9};
    const char *const targets[] = {"native", wanted_device()};
    size_t i;
    (void)state;
    write_array("x.npy", NPY_F32, 4, in);
    write_array("dy.npy", NPY_F32, 4, out);
    for (i = 0; i < 2; i++) {
        const char *const y[] = {"y0.npy", "y1.npy"}, *const mask[] = {"m0.npy", "m1.npy"};
        const char *const dx[] = {"dx0.npy", "dx1.npy"};
        struct run run;
        sandbox_run(&run, "forward", "x.npy", "-o", y[i], "--mask", mask[i], "--kernel", "3", "--stride", "2",
                    "--padding", "1", "--device", targets[i], NULL);
        assert_run(&run, 0, NULL, NULL);
        assert_string_equal(run.err, "");
        sandbox_run(&run, "backward", "dy.npy", "--mask", mask[i], "--shape", "2,3,13,17", "-o", dx[i], "--kernel", "3",
                    "--stride", "2", "--padding", "1", "--device", targets[i], NULL);
        assert_run(&run, 0, NULL, NULL);
    }
    assert_same_files("y0.npy", "y1.npy");
    assert_same_files("m0.npy", "m1.npy");
    assert_same_files("dx0.npy", "dx1.npy");
}

/* Forward, and for the float types backward, on native and on the device. u16 is read as bf16. */
static void each_dtype_gives_the_files_that_native_gives(void **state)
{
    static const size_t in[] = {1, 2, 6, 8};
    static const npy_dtype dtypes[] = {NPY_F64, NPY_F16, NPY_U16, NPY_I8, NPY_U8, NPY_I32};
    size_t i;
    (void)state;
    for (i = 0; i < sizeof(dtypes) / sizeof(dtypes[0]); i++) {
        const char *const flag = dtypes[i] == NPY_U16 ? "--dtype" : NULL;
        struct run run;
        write_array("x.npy", dtypes[i], 4, in);
        sandbox_run(&run, "forward", "x.npy", "-o", "y0.npy", "--mask", "m0.npy", "--kernel", "2", "--device", "native",
                    "--nan", "ignore", flag, "bf16", NULL);
        assert_run(&run, 0, NULL, NULL);
        sandbox_run(&run, "forward", "x.npy", "-o", "y1.npy", "--mask", "m1.npy", "--kernel", "2", "--device",
                    wanted_device(), "--nan", "ignore", flag, "bf16", NULL);
        if (run.status == 3 && dtypes[i] == NPY_F64 && strstr(run.err, "has no cl_khr_fp64") != NULL) {
            printf("not run: %s", run.err);
            continue;
        }
        assert_run(&run, 0, NULL, NULL);
        assert_same_files("y0.npy", "y1.npy");
        assert_same_files("m0.npy", "m1.npy");
        if (dtypes[i] == NPY_I8 || dtypes[i] == NPY_U8 || dtypes[i] == NPY_I32) {
            continue;
        }
        sandbox_run(&run, "backward", "y0.npy", "--mask", "m0.npy", "--shape", "1,2,6,8", "-o", "dx0.npy", "--kernel",
                    "2", "--device", "native", flag, "bf16", NULL);
        assert_run(&run, 0, NULL, NULL);
        sandbox_run(&run, "backward", "y0.npy", "--mask", "m0.npy", "--shape", "1,2,6,8", "-o", "dx1.npy", "--kernel",
                    "2", "--device", wanted_device(), flag, "bf16", NULL);
        assert_run(&run, 0, NULL, NULL);
        assert_same_files("dx0.npy", "dx1.npy");
    }
}

static void channels_last_gives_the_files_that_native_gives(void **state)
{
    static const size_t in[] = {2, 6, 8, 3}, out[] = {2, 3, 4, 3};
    const char *const targets[] = {"native", wanted_device()};
    size_t i;
    (void)state;
    write_array("x.npy", NPY_F32, 4, in);
    write_array("dy.npy", NPY_F32, 4, out);
    for (i = 0; i < 2; i++) {
        const char *const y[] = {"y0.npy", "y1.npy"}, *const mask[] = {"m0.npy", "m1.npy"};
        const char *const dx[] = {"dx0.npy", "dx1.npy"};
        struct run run;
        sandbox_run(&run, "forward", "x.npy", "-o", y[i], "--mask", mask[i], "--kernel", "2", "--layout", "nhwc",
                    "--device", targets[i], NULL);
        assert_run(&run, 0, NULL, NULL);
        sandbox_run(&run, "backward", "dy.npy", "--mask", mask[i], "--shape", "2,6,8,3", "-o", dx[i], "--kernel", "2",
                    "--layout", "nhwc", "--device", targets[i], NULL);
        assert_run(&run, 0, NULL, NULL);
    }
    assert_same_files("y0.npy", "y1.npy");
    assert_same_files("m0.npy", "m1.npy");
    assert_same_files("dx0.npy", "dx1.npy");
}

/* Whatever form the mask has, and from x without any, the gradient is the same. */
static void every_form_of_mask_and_none_give_one_gradient(void **state)
{
    static const size_t in[] = {2, 3, 13, 17}, out[] = {2, 3, 7, 9};
    static const char *const forms[] = {"window", "plane", "plane_i32", "tensor", "tensor_colmajor", "window_4bit"};
    size_t i;
    struct run run;
    (void)state;
    write_array("x.npy", NPY_F32, 4, in);
    write_array("dy.npy", NPY_F32, 4, out);
    sandbox_run(&run, "backward", "dy.npy", "--input", "x.npy", "-o", "expected.npy", "--kernel", "3", "--stride", "2",
                "--padding", "1", "--device", "native", NULL);
    assert_run(&run, 0, NULL, NULL);
    sandbox_run(&run, "backward", "dy.npy", "--input", "x.npy", "-o", "dx.npy", "--kernel", "3", "--stride", "2",
                "--padding", "1", "--device", wanted_device(), NULL);
    assert_run(&run, 0, NULL, NULL);
    assert_same_files("dx.npy", "expected.npy");
    for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        sandbox_run(&run, "forward", "x.npy", "-o", "y.npy", "--mask", "m0.npy", "--mask-form", forms[i], "--kernel",
                    "3", "--stride", "2", "--padding", "1", "--device", "native", NULL);
        assert_run(&run, 0, NULL, NULL);
        sandbox_run(&run, "forward", "x.npy", "-o", "y.npy", "--mask", "m1.npy", "--mask-form", forms[i], "--kernel",
                    "3", "--stride", "2", "--padding", "1", "--device", wanted_device(), NULL);
        assert_run(&run, 0, NULL, NULL);
        assert_same_files("m0.npy", "m1.npy");
        sandbox_run(&run, "backward", "dy.npy", "--mask", "m1.npy", "--mask-form", forms[i], "--shape", "2,3,13,17",
                    "-o", "dx.npy", "--kernel", "3", "--stride", "2", "--padding", "1", "--device", wanted_device(),
                    NULL);
        assert_run(&run, 0, NULL, NULL);
        assert_same_files("dx.npy", "expected.npy");
    }
}

static void global_and_adaptive_windows_give_the_files_that_native_gives(void **state)
{
    static const size_t in[] = {2, 3, 13, 17};
    static const char *const modes[][4] = {{"--mode", "global_max", NULL, NULL},
                                           {"--mode", "adaptive_max", "--output-size", "5,4"}};
    size_t i;
    (void)state;
    write_array("x.npy", NPY_F32, 4, in);
    for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        struct run run;
        sandbox_run(&run, "forward", "x.npy", "-o", "y0.npy", "--mask", "m0.npy", "--device", "native", modes[i][0],
                    modes[i][1], modes[i][2], modes[i][3], NULL);
        assert_run(&run, 0, NULL, NULL);
        sandbox_run(&run, "forward", "x.npy", "-o", "y1.npy", "--mask", "m1.npy", "--device", wanted_device(),
                    modes[i][0], modes[i][1], modes[i][2], modes[i][3], NULL);
        assert_run(&run, 0, NULL, NULL);
        assert_same_files("y0.npy", "y1.npy");
        assert_same_files("m0.npy", "m1.npy");
        sandbox_run(&run, "backward", "y0.npy", "--input", "x.npy", "-o", "dx.npy", "--device", wanted_device(),
                    modes[i][0], modes[i][1], modes[i][2], modes[i][3], NULL);
        assert_run(&run, 0, NULL, NULL);
    }
}

/* Sums of small whole numbers are exact in any order, and the gradients are equal anyway. */
static void average_gives_the_files_that_native_gives(void **state)
{
    static const size_t in[] = {2, 3, 13, 17}, out[] = {2, 3, 7, 9};
    static const char *const divisors[] = {"include", "exclude", "7"};
    const char *const targets[] = {"native", wanted_device()};
    size_t i, divisor;
    (void)state;
    write_array("x.npy", NPY_F32, 4, in);
    write_array("dy.npy", NPY_F32, 4, out);
    for (divisor = 0; divisor < 3; divisor++) {
        for (i = 0; i < 2; i++) {
            const char *const y[] = {"y0.npy", "y1.npy"}, *const dx[] = {"dx0.npy", "dx1.npy"};
            struct run run;
            sandbox_run(&run, "forward", "x.npy", "-o", y[i], "--mode", "avg", "--divisor", divisors[divisor],
                        "--kernel", "3", "--stride", "2", "--padding", "1", "--device", targets[i], NULL);
            assert_run(&run, 0, NULL, NULL);
            sandbox_run(&run, "backward", "dy.npy", "--shape", "2,3,13,17", "-o", dx[i], "--mode", "avg", "--divisor",
                        divisors[divisor], "--kernel", "3", "--stride", "2", "--padding", "1", "--device", targets[i],
                        NULL);
            assert_run(&run, 0, NULL, NULL);
        }
        assert_same_files("y0.npy", "y1.npy");
        assert_same_files("dx0.npy", "dx1.npy");
    }
}

/* The y of either is as good for backward. */
static void lp_backward_gives_the_files_that_native_gives(void **state)
{
    static const size_t in[] = {2, 3, 13, 17}, out[] = {2, 3, 6, 8};
    const char *const targets[] = {"native", wanted_device()};
    size_t i;
    struct run run;
    (void)state;
    write_array("x.npy", NPY_F32, 4, in);
    write_array("dy.npy", NPY_F32, 4, out);
    sandbox_run(&run, "forward", "x.npy", "-o", "y.npy", "--mode", "lp", "--p", "3", "--kernel", "3", "--stride", "2",
                "--device", wanted_device(), NULL);
    assert_run(&run, 0, NULL, NULL);
    for (i = 0; i < 2; i++) {
        const char *const dx[] = {"dx0.npy", "dx1.npy"};
        sandbox_run(&run, "backward", "dy.npy", "--input", "x.npy", "--y", "y.npy", "-o", dx[i], "--mode", "lp", "--p",
                    "3", "--kernel", "3", "--stride", "2", "--device", targets[i], NULL);
        assert_run(&run, 0, NULL, NULL);
    }
    assert_same_files("dx0.npy", "dx1.npy");
}

static void unpool_gives_the_files_that_native_gives(void **state)
{
    static const size_t in[] = {2, 3, 13, 17};
    static const char *const forms[] = {"window", "plane", "plane_i32", "tensor", "tensor_colmajor", "window_4bit"};
    size_t i;
    struct run run;
    (void)state;
    write_array("x.npy", NPY_F32, 4, in);
    for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        sandbox_run(&run, "forward", "x.npy", "-o", "y.npy", "--mask", "m.npy", "--mask-form", forms[i], "--kernel",
                    "3", "--stride", "2", "--padding", "1", "--device", wanted_device(), NULL);
        assert_run(&run, 0, NULL, NULL);
        sandbox_run(&run, "unpool", "y.npy", "--mask", "m.npy", "--mask-form", forms[i], "--shape", "2,3,13,17", "-o",
                    "x0.npy", "--kernel", "3", "--stride", "2", "--padding", "1", "--device", "native", "--check",
                    NULL);
        assert_run(&run, 0, NULL, NULL);
        sandbox_run(&run, "unpool", "y.npy", "--mask", "m.npy", "--mask-form", forms[i], "--shape", "2,3,13,17", "-o",
                    "x1.npy", "--kernel", "3", "--stride", "2", "--padding", "1", "--device", wanted_device(),
                    "--check", NULL);
        assert_run(&run, 0, NULL, NULL);
        assert_same_files("x0.npy", "x1.npy");
        sandbox_run(&run, "unpool", "x.npy", "--backward", "--mask", "m.npy", "--mask-form", forms[i], "-o", "y0.npy",
                    "--kernel", "3", "--stride", "2", "--padding", "1", "--device", "native", NULL);
        assert_run(&run, 0, NULL, NULL);
        sandbox_run(&run, "unpool", "x.npy", "--backward", "--mask", "m.npy", "--mask-form", forms[i], "-o", "y1.npy",
                    "--kernel", "3", "--stride", "2", "--padding", "1", "--device", wanted_device(), NULL);
        assert_run(&run, 0, NULL, NULL);
        assert_same_files("y0.npy", "y1.npy");
        assert_same_files("y0.npy", "y.npy"); /* what the mask names in x are the winners */
    }
}

/* The masks that write_array() makes are taps below 4, some of them in the padding. */
static void masks_are_dropped_converted_and_checked_as_on_native(void **state)
{
    static const size_t out[] = {2, 3, 7, 9};
    static const char *const forms[] = {"plane", "plane_i32", "tensor", "tensor_colmajor", "window_4bit", "window"};
    const char *const targets[] = {"native", wanted_device()};
    struct run run[2];
    size_t i, form;
    (void)state;
    write_array("m.npy", NPY_U8, 4, out);
    write_array("y.npy", NPY_F32, 4, out);
    for (form = 0; form < sizeof(forms) / sizeof(forms[0]); form++) {
        for (i = 0; i < 2; i++) {
            const char *const to[] = {"to0.npy", "to1.npy"};
            sandbox_run(&run[i], "mask", "m.npy", "--shape", "2,3,13,17", "--kernel", "3", "--stride", "2", "--padding",
                        "1", "--to", forms[form], "-o", to[i], "--device", targets[i], NULL);
            assert_run(&run[i], 0, NULL, NULL);
        }
        assert_same_files("to0.npy", "to1.npy");
        for (i = 0; i < 2; i++) {
            sandbox_run(&run[i], "mask", "to0.npy", "--shape", "2,3,13,17", "--mask-form", forms[form], "--kernel", "3",
                        "--stride", "2", "--padding", "1", "--check", "--device", targets[i], NULL);
            assert_run(&run[i], 1, "of 378 values name no tap inside the array", NULL);
        }
        assert_string_equal(run[0].out, run[1].out);
    }
    for (i = 0; i < 2; i++) {
        const char *const x[] = {"x0.npy", "x1.npy"};
        sandbox_run(&run[i], "unpool", "y.npy", "--mask", "m.npy", "--shape", "2,3,13,17", "-o", x[i], "--kernel", "3",
                    "--stride", "2", "--padding", "1", "--device", targets[i], NULL);
        assert_run(&run[i], 0, NULL, "of the mask's 378 values name no element of x");
    }
    assert_string_equal(run[0].err, run[1].err);
    assert_same_files("x0.npy", "x1.npy");
}

static void an_empty_batch_gives_empty_files(void **state)
{
    static const size_t in[] = {0, 3, 8, 8};
    array y;
    struct run run;
    (void)state;
    write_array("x.npy", NPY_F32, 4, in);
    sandbox_run(&run, "forward", "x.npy", "-o", "y.npy", "--mask", "m.npy", "--kernel", "2", "--device",
                wanted_device(), NULL);
    assert_run(&run, 0, NULL, NULL);
    assert_int_equal(array_read("y.npy", &y), EXIT_DONE);
    assert_int_equal(y.elements, 0);
    assert_int_equal(y.shape[2], 4);
    array_free(&y);
    sandbox_run(&run, "unpool", "y.npy", "--mask", "m.npy", "--shape", "0,3,8,8", "-o", "back.npy", "--kernel", "2",
                "--check", "--device", wanted_device(), NULL);
    assert_run(&run, 0, NULL, NULL);
    assert_same_files("back.npy", "x.npy");
    sandbox_run(&run, "unpool", "x.npy", "--backward", "--mask", "m.npy", "-o", "back.npy", "--kernel", "2", "--device",
                wanted_device(), NULL);
    assert_run(&run, 0, NULL, NULL);
    assert_same_files("back.npy", "y.npy");
    sandbox_run(&run, "mask", "m.npy", "--shape", "0,3,8,8", "--kernel", "2", "--check", "--device", wanted_device(),
                NULL);
    assert_run(&run, 0, "m.npy: 0 of 0 values", NULL);
}

/* What --load-expression 'x * p0 + p1' makes of x in two channels; all numbers are whole. */
static const float scales_and_biases[] = {2, -3, -9, 12};

/* y and the mask of ReLU behind maximum, from those of maximum. */
static void cut_by_relu(const char *y_name, const char *mask_name)
{
    array y, mask;
    float *values;
    unsigned char *taps;
    size_t i, cut = 0;
    assert_int_equal(array_read_as(y_name, NPY_F32, &y), EXIT_DONE);
    assert_int_equal(array_read_as(mask_name, NPY_U8, &mask), EXIT_DONE);
    values = y.data;
    taps = mask.data;
    for (i = 0; i < y.elements; i++) {
        if (values[i] <= 0) {
            values[i] = 0;
            taps[i] = 0xff;
            cut++;
        }
    }
    assert_true(cut > 0 && cut < y.elements);
    write_values(y_name, NPY_F32, y.rank, y.shape, values);
    write_values(mask_name, NPY_U8, mask.rank, mask.shape, taps);
    array_free(&y);
    array_free(&mask);
}

static void fused_work_gives_the_files_that_three_passes_give(void **state)
{
    static const size_t in[] = {2, 2, 6, 8}, out[] = {2, 2, 5, 7}, two[] = {2, 2};
    float x[2 * 2 * 6 * 8];
    struct run run;
    size_t i;
    (void)state;
    for (i = 0; i < sizeof(x) / sizeof(x[0]); i++) {
        const size_t channel = i / (6 * 8) % 2;
        x[i] = (float)(i * 7 % 11) * scales_and_biases[channel] + scales_and_biases[2 + channel];
    }
    write_array("x.npy", NPY_F32, 4, in);
    write_array("dy.npy", NPY_F32, 4, out);
    write_values("loaded.npy", NPY_F32, 4, in, x);
    write_values("p.npy", NPY_F32, 2, two, scales_and_biases);
    sandbox_run(&run, "forward", "loaded.npy", "-o", "y0.npy", "--mask", "m0.npy", "--kernel", "2", "--stride", "1",
                "--device", "native", NULL);
    assert_run(&run, 0, NULL, NULL);
    cut_by_relu("y0.npy", "m0.npy");
    sandbox_run(&run, "forward", "x.npy", "-o", "y1.npy", "--mask", "m1.npy", "--kernel", "2", "--stride", "1",
                "--load-expression", "x * p0 + p1", "--parameters", "p.npy", "--relu", "--device", wanted_device(),
                NULL);
    assert_run(&run, 0, NULL, NULL);
    assert_same_files("y0.npy", "y1.npy");
    assert_same_files("m0.npy", "m1.npy");
    sandbox_run(&run, "backward", "dy.npy", "--mask", "m0.npy", "--shape", "2,2,6,8", "-o", "dx0.npy", "--kernel", "2",
                "--stride", "1", "--device", "native", NULL);
    assert_run(&run, 0, NULL, NULL);
    sandbox_run(&run, "backward", "dy.npy", "--input", "x.npy", "-o", "dx1.npy", "--kernel", "2", "--stride", "1",
                "--load-expression", "x * p0 + p1", "--parameters", "p.npy", "--relu", "--device", wanted_device(),
                NULL);
    assert_run(&run, 0, NULL, NULL);
    assert_same_files("dx0.npy", "dx1.npy");
}

/* Of all channels alike, and where nothing is left to pool but the elements themselves. */
static void a_store_expression_is_applied_to_what_was_pooled(void **state)
{
    static const size_t in[] = {1, 1, 1, 4}, one[] = {1};
    static const signed char x[] = {-3, 1, 100, 127}, y[] = {-5, 3, 127, 127};
    static const float sums[] = {-0.5f, 114.0f}, floors[] = {-1, 113};
    static const float factor[] = {2}, floats[] = {-3, 1, 100, 127};
    struct run run;
    (void)state;
    write_values("x.npy", NPY_I8, 4, in, x);
    write_values("f.npy", NPY_F32, 4, in, floats);
    write_values("p.npy", NPY_F32, 1, one, factor);
    sandbox_run(&run, "forward", "x.npy", "-o", "y.npy", "--kernel", "1", "--store-expression", "x * p0 + 1",
                "--parameters", "p.npy", "--device", wanted_device(), NULL);
    assert_run(&run, 0, NULL, NULL);
    assert_values("y.npy", NPY_I8, 4, y);
    sandbox_run(&run, "forward", "f.npy", "-o", "y.npy", "--kernel", "1,2", "--mode", "avg", "--store-expression",
                "x + 0.5", "--device", wanted_device(), NULL);
    assert_run(&run, 0, NULL, NULL);
    assert_values("y.npy", NPY_F32, 2, sums);
    sandbox_run(&run, "forward", "f.npy", "-o", "y.npy", "--kernel", "1,2", "--mode", "avg", "--store-expression",
                "floor(x)", "--device", wanted_device(), NULL);
    assert_run(&run, 0, NULL, NULL);
    assert_values("y.npy", NPY_F32, 2, floors);
}

static void a_wrong_expression_is_shown_and_leaves_no_file(void **state)
{
    static const struct {
        const char *flag, *expression, *text;
        int status;
    } rows[] = {
        {"--load-expression", "x * y", "names 'y' at byte 4;", 2},
        {"--load-expression", "x * y", "\n  x * y\n      ^\n", 2},
        {"--store-expression", "x; 1", "store_expression has ';' at byte 1", 2},
        {"--store-expression", "x; 1", "\n  x; 1\n   ^\n", 2},
        {"--load-expression", "x * p0", "names 'p0' at byte 4, and parameter_count is 0\n  x * p0\n      ^\n", 2},
        {"--load-expression", "(x", "load_expression leaves 1 '(' open\n", 2},
        {"--load-expression", "", "load_expression is blank", 2},
        {"--load-expression", "x +", "clpool: compiled with --load-expression 'x +'\n", 3},
        {"--store-expression", "fma(x)", "clpool: compiled with --store-expression 'fma(x)'\n", 3},
        {"--store-expression", "fma(x)", "error", 3},
    };
    size_t i;
    (void)state;
    write_x("x.npy");
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct run run;
        sandbox_run(&run, "forward", "x.npy", "-o", "y.npy", "--mask", "m.npy", "--kernel", "2", rows[i].flag,
                    rows[i].expression, "--device", wanted_device(), NULL);
        assert_int_equal(run.status, rows[i].status);
        assert_string_equal(run.out, "");
        if (strstr(run.err, rows[i].text) == NULL) {
            fail_msg("stderr has no '%s':\n%s", rows[i].text, run.err);
        }
        assert_int_equal(sandbox_count(), 1);
    }
}

static void a_strategy_that_does_not_take_the_problem_is_an_error(void **state)
{
    struct run run;
    (void)state;
    write_x("x.npy");
    sandbox_run(&run, "forward", "x.npy", "-o", "y.npy", "--kernel", "3", "--stride", "1", "--strategy", "blocks",
                "--device", wanted_device(), NULL);
    assert_run(&run, 2, NULL, "blocks");
    assert_int_equal(sandbox_count(), 1);
    sandbox_run(&run, "forward", "x.npy", "-o", "y.npy", "--kernel", "3", "--stride", "1", "--strategy", "generic",
                "--device", wanted_device(), NULL);
    assert_run(&run, 0, NULL, NULL);
}

static void a_device_that_is_not_there_is_answered_with_those_that_are(void **state)
{
    struct run run;
    (void)state;
    write_x("x.npy");
    sandbox_run(&run, "forward", "x.npy", "-o", "y.npy", "--kernel", "2", "--device", "Voodoo", NULL);
    assert_run(&run, 3, NULL, "'Voodoo' names no device of this machine");
    assert_run(&run, 3, NULL, "  0:0  ");
    assert_int_equal(sandbox_count(), 1);
}

static void the_golden_cases_pass(void **state)
{
    struct run run;
    (void)state;
    sandbox_run(&run, "verify", CLPOOL_TEST_GOLDEN, "--device", wanted_device(), NULL);
    assert_run(&run, 0, "120 cases, 120 pass, 0 fail; 0 skipped", NULL);
}

/* Runs compare with these arguments, up to a NULL, on the device, and returns what it wrote down. */
static json_t *compare(struct run *run, const char *const arguments[10])
{
    json_t *root;
    const char *const *a = arguments;
    sandbox_run(run, "compare", "--runs", "2", "--json", "c.json", "--device", wanted_device(), a[0], a[1], a[2], a[3],
                a[4], a[5], a[6], a[7], a[8], a[9], NULL);
    assert_run(run, 0, NULL, NULL);
    root = json_load_file("c.json", JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(root);
    return root;
}

/* The device's row of an operation; NULL if there is none. */
static json_t *find_row(json_t *root, const char *op)
{
    json_t *rows = json_object_get(root, "rows");
    size_t i;
    for (i = 0; i < json_array_size(rows); i++) {
        json_t *row = json_array_get(rows, i);
        if (strcmp(json_string_value(json_object_get(row, "op")), op) == 0 &&
            strcmp(json_string_value(json_object_get(row, "device")), "native") != 0) {
            return row;
        }
    }
    return NULL;
}

static void assert_equal_row(json_t *root, const char *op)
{
    json_t *row = find_row(root, op);
    assert_non_null(row);
    assert_true(json_is_true(json_object_get(row, "supported")));
    assert_true(json_is_true(json_object_get(row, "equal")));
    assert_true(json_is_null(json_object_get(row, "within_bound")));
}

/* True if the run said that the device has no f64. */
static int lacks_f64(const struct run *run, json_t *root)
{
    json_t *row = find_row(root, "forward");
    if (json_is_true(json_object_get(row, "supported"))) {
        return 0;
    }
    printf("not run: %s\n", json_string_value(json_object_get(row, "why")));
    assert_non_null(strstr(json_string_value(json_object_get(row, "why")), "has no cl_khr_fp64"));
    assert_non_null(strstr(run->out, "  not supported: device '"));
    assert_int_equal(json_integer_value(json_object_get(root, "compared")), 0);
    return 1;
}

static void compare_finds_equal_bits_and_writes_them_down(void **state)
{
    static const char *const arguments[10] = {"x.npy", "--kernel", "3", "--stride", "2"};
    struct run run;
    json_t *root, *rows, *row;
    (void)state;
    write_x("x.npy");
    root = compare(&run, arguments);
    assert_run(&run, 0, "all 4 comparisons are bit-equal\n", NULL);
    rows = json_object_get(root, "rows");
    assert_int_equal(json_array_size(json_object_get(root, "devices")), 2);
    assert_int_equal(json_array_size(json_object_get(root, "cases")), 1);
    assert_int_equal(json_array_size(rows), 6);
    assert_equal_row(root, "forward");
    assert_equal_row(root, "backward");
    assert_equal_row(root, "recompute");
    row = json_array_get(rows, 1);
    assert_string_equal(json_string_value(json_object_get(row, "op")), "forward");
    /* x, y and a u8 mask: 96 and 2 * 2 * 3 elements. */
    assert_int_equal(json_integer_value(json_object_get(row, "bytes")), 96 * 4 + 12 * 4 + 12);
    /* dx, dy and x, and no mask. */
    assert_int_equal(json_integer_value(json_object_get(find_row(root, "recompute"), "bytes")), 2 * 96 * 4 + 12 * 4);
    /* A driver without usable times gives null, which has the value 0 here. */
    assert_true(json_real_value(json_object_get(row, "total_seconds")) >
                json_real_value(json_object_get(row, "kernel_seconds")));
    assert_true(json_real_value(json_object_get(json_array_get(rows, 0), "kernel_seconds")) > 0);
    json_decref(root);
}

/* Arrays of each dtype in either layout; u16 is bf16. */
static void compare_takes_every_dtype_and_layout(void **state)
{
    static const size_t shape[] = {2, 3, 9, 7};
    static const npy_dtype dtypes[] = {NPY_F32, NPY_F64, NPY_F16, NPY_U16, NPY_I8, NPY_U8, NPY_I32};
    static const char *const layouts[] = {"nchw", "nhwc"};
    size_t i;
    (void)state;
    for (i = 0; i < 2 * sizeof(dtypes) / sizeof(dtypes[0]); i++) {
        npy_dtype dtype = dtypes[i / 2];
        const char *const arguments[10] = {"x.npy",     "--kernel", "3",        "--stride",    "2",
                                           "--padding", "1",        "--layout", layouts[i % 2]};
        const char *const of_u16[10] = {"x.npy",    "--kernel",     "3",       "--padding", "1",
                                        "--layout", layouts[i % 2], "--dtype", "bf16"};
        bool is_float = dtype == NPY_F32 || dtype == NPY_F64 || dtype == NPY_F16 || dtype == NPY_U16;
        struct run run;
        json_t *root, *first;
        write_array("x.npy", dtype, 4, shape);
        root = compare(&run, dtype == NPY_U16 ? of_u16 : arguments);
        first = json_array_get(json_object_get(root, "cases"), 0);
        assert_string_equal(json_string_value(json_object_get(first, "dtype")),
                            dtype == NPY_U16 ? "bf16" : npy_dtype_name(dtype));
        assert_string_equal(json_string_value(json_object_get(first, "layout")), layouts[i % 2]);
        if (dtype != NPY_F64 || !lacks_f64(&run, root)) {
            assert_equal_row(root, "forward");
            assert_int_equal(json_integer_value(json_object_get(root, "compared")), is_float ? 4 : 2);
            assert_true((find_row(root, "recompute") != NULL) == is_float);
        }
        json_decref(root);
    }
}

static void compare_takes_every_form_of_mask(void **state)
{
    static const char *const forms[] = {"window",    "window_2bit", "window_4bit",    "plane",
                                        "plane_i32", "tensor",      "tensor_colmajor"};
    size_t i;
    (void)state;
    write_x("x.npy");
    for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        const char *const arguments[10] = {"x.npy", "--kernel", "2", "--mask-form", forms[i]};
        struct run run;
        json_t *root = compare(&run, arguments);
        assert_run(&run, 0, "all 4 comparisons are bit-equal\n", NULL);
        json_decref(root);
    }
}

/* A picture is turned into each dtype, and averaged. */
static void compare_takes_averages_and_norms_by_their_bound(void **state)
{
    static const char *const dtypes[] = {"f32", "f64", "f16", "bf16", "i8"};
    static const char *const modes[][3] = {{"avg"}, {"lp", "--p", "3"}};
    size_t i;
    (void)state;
    write_png("in.png", 40, 30, 3);
    for (i = 0; i < 2 * sizeof(dtypes) / sizeof(dtypes[0]) - 1; i++) {
        const char *dtype = dtypes[i / 2];
        const char *const *mode = modes[i % 2];
        const char *const arguments[10] = {"in.png", "--kernel", "3",     "--dtype", dtype,
                                           "--mode", mode[0],    mode[1], mode[2]};
        struct run run;
        json_t *root = compare(&run, arguments);
        json_t *forward = find_row(root, "forward");
        if (strcmp(dtype, "i8") == 0) {
            assert_equal_row(root, "forward");
            assert_null(find_row(root, "backward"));
        } else if (strcmp(dtype, "f64") != 0 || !lacks_f64(&run, root)) {
            json_t *y = json_array_get(json_object_get(forward, "outputs"), 0);
            assert_run(&run, 0, "  within bound  ", NULL);
            assert_run(&run, 0, "all 2 comparisons agree: 1 are bit-equal, 1 within the bound of their mode\n", NULL);
            assert_true(json_is_true(json_object_get(forward, "within_bound")));
            assert_true(json_is_null(json_object_get(forward, "equal")));
            assert_true(json_is_number(json_object_get(y, "worst_error")));
            assert_true(json_number_value(json_object_get(y, "worst_error")) <= 1);
            assert_equal_row(root, "backward");
            assert_null(find_row(root, "recompute"));
        }
        json_decref(root);
    }
}

/* The sums of many terms, as a strategy likes to add them. */
static void compare_takes_global_and_adaptive_averages(void **state)
{
    static const char *const modes[][4] = {{"global_avg"},
                                           {"global_lp", "--p", "2"},
                                           {"adaptive_avg", "--output-size", "7"},
                                           {"adaptive_lp", "--p", "1", "--output-size=5"}};
    size_t i;
    (void)state;
    write_png("in.png", 100, 60, 3);
    for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        const char *const *mode = modes[i];
        const char *const arguments[10] = {"in.png", "--mode", mode[0], mode[1], mode[2], mode[3]};
        struct run run;
        json_t *root = compare(&run, arguments);
        assert_run(&run, 0, "1 within the bound of their mode\n", NULL);
        assert_string_equal(
            json_string_value(json_object_get(json_array_get(json_object_get(root, "cases"), 0), "mode")), mode[0]);
        json_decref(root);
    }
}

static void a_picture_can_be_pooled_and_compared(void **state)
{
    struct run run;
    size_t extent[3];
    (void)state;
    write_png("in.png", 20, 10, 3);
    sandbox_run(&run, "image", "in.png", "-o", "out.png", "--kernel", "3", "--stride", "2", "--padding", "1",
                "--device", wanted_device(), NULL);
    assert_run(&run, 0, NULL, NULL);
    read_png_extent("out.png", extent);
    assert_int_equal(extent[0], 10);
    assert_int_equal(extent[1], 5);
    sandbox_run(&run, "compare", "in.png", "--kernel", "2", "--runs", "1", "--device", wanted_device(), NULL);
    assert_run(&run, 0, "x (1, 3, 10, 20) f32, ", NULL);
    sandbox_run(&run, "compare", "in.png", "--kernel", "2", "--runs", "1", "--device", wanted_device(), "--layout",
                "nhwc", "--dtype", "bf16", NULL);
    assert_run(&run, 0, "x (1, 10, 20, 3) bf16, channels last, ", NULL);
}

static void assert_measured(json_t *row)
{
    const char *clock = json_string_value(json_object_get(row, "clock"));
    json_t *event = json_object_get(row, "event_seconds");
    assert_true(json_is_true(json_object_get(row, "supported")));
    assert_true(json_is_false(json_object_get(row, "failed")));
    assert_true(json_is_real(json_object_get(json_object_get(row, "wall_seconds"), "median")));
    assert_true(strcmp(clock, "wall") == 0 || (strcmp(clock, "event") == 0 && json_is_object(event)));
    assert_true(json_is_real(json_object_get(row, "copy_bytes_per_second")));
    assert_string_not_equal(json_string_value(json_object_get(row, "reason")), "");
}

/* Hot and cold, every operation. What times they are is not a test's business. */
static void bench_measures_every_operation(void **state)
{
    static const char *const shapes[] = {"2,3,9,7:3,2,1", "1,2,12:3", "1,2,4,6,8:1x2x2"};
    size_t shape, i;
    (void)state;
    for (shape = 0; shape < 3; shape++) {
        struct run run;
        json_t *root, *rows;
        sandbox_run(&run, "bench", "--case", shapes[shape], "--runs", "2", "--device", wanted_device(), "--json",
                    "b.json", "--svg", "b.svg", shape == 0 ? "--cold" : NULL, NULL);
        assert_run(&run, 0, shape == 0 ? "cold: " : "hot: ", NULL);
        root = json_load_file("b.json", JSON_REJECT_DUPLICATES, NULL);
        rows = json_object_get(root, "rows");
        assert_int_equal(json_array_size(rows), 4);
        for (i = 0; i < 4; i++) {
            assert_measured(json_array_get(rows, i));
        }
        assert_true((json_integer_value(json_object_get(json_array_get(rows, 0), "sets")) > 1) == (shape == 0));
        json_decref(root);
    }
}

static void bench_measures_averages_and_norms(void **state)
{
    struct run run;
    (void)state;
    sandbox_run(&run, "bench", "--case", "2,3,8,6:2", "--mode", "avg", "--runs", "1", "--device", wanted_device(),
                NULL);
    assert_run(&run, 0, "  backward  ", NULL);
    sandbox_run(&run, "bench", "--case", "2,3,8,6:2", "--mode", "lp", "--p", "2", "--runs", "1", "--device",
                wanted_device(), "--layout", "nhwc", NULL);
    assert_run(&run, 0, "  backward  ", NULL);
    sandbox_run(&run, "bench", "--case", "2,3,8,6:2", "--strategy", "blocks", "--layout", "nhwc", "--runs", "1",
                "--device", wanted_device(), NULL);
    assert_run(&run, 2, "4 of 4 rows failed", "blocks");
}

/* A row of bench --fused: its times, whose quotient is its ratio. */
static void assert_fused_row(const char *out, const char *name, const char *strategy)
{
    char device[32], wanted[128];
    double separate = 0, fused = 0, ratio = 0;
    const char *row;
    (void)snprintf(wanted, sizeof(wanted), " %s  %s ", name, strategy);
    row = strstr(out, wanted);
    assert_non_null(row);
    while (row > out && row[-1] != '\n') {
        row--;
    }
    assert_int_equal(sscanf(row, "%31s %*s %*s %lf %lf %lf\n", device, &separate, &fused, &ratio), 4);
    assert_non_null(strchr(device, ':'));
    assert_true(separate > 0 && fused > 0);
    assert_true(ratio > 0.9 * separate / fused - 0.01 && ratio < 1.1 * separate / fused + 0.01); /* of rounded times */
}

static void bench_measures_fused_work_beside_two_kernels(void **state)
{
    struct run run;
    (void)state;
    sandbox_run(&run, "bench", "--fused", "--case", "2,3,64,64:2", "--runs", "2", "--strategy", "generic", "--device",
                wanted_device(), NULL);
    assert_run(&run, 0, "device  case         strategy  two kernels ms  fused ms  ratio\n", NULL);
    assert_fused_row(run.out, "2,3,64,64:2", "generic");
    assert_non_null(
        strstr(run.out, "\n1 of 1 rows ran; the others are not of maximum in f32 on a device, or failed\n"));
    sandbox_run(&run, "bench", "--fused", "--suite", "alexnet", "--only", "pool5", "--batch", "1", "--runs", "1",
                "--layout", "nhwc", "--strategy", "blocks", "--device", wanted_device(), NULL);
    assert_run(&run, 2, "\n0 of 1 rows ran;", "blocks");
    sandbox_run(&run, "bench", "--fused", "--case", "1,1,4,4:2", "--mode", "avg", "--device", wanted_device(), NULL);
    assert_run(&run, 0, "\n0 of 1 rows ran;", NULL);
    sandbox_run(&run, "bench", "--fused", "--case", "1,1,4,4:2", "--dtype", "f16", "--device", "native", NULL);
    assert_run(&run, 0, "\n0 of 1 rows ran;", NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, sandbox_enter, sandbox_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(devices_lists_what_it_has_as_text_and_as_json),
        TEST(a_device_gives_the_files_that_native_gives),
        TEST(each_dtype_gives_the_files_that_native_gives),
        TEST(channels_last_gives_the_files_that_native_gives),
        TEST(every_form_of_mask_and_none_give_one_gradient),
        TEST(global_and_adaptive_windows_give_the_files_that_native_gives),
        TEST(average_gives_the_files_that_native_gives),
        TEST(lp_backward_gives_the_files_that_native_gives),
        TEST(unpool_gives_the_files_that_native_gives),
        TEST(masks_are_dropped_converted_and_checked_as_on_native),
        TEST(an_empty_batch_gives_empty_files),
        TEST(fused_work_gives_the_files_that_three_passes_give),
        TEST(a_store_expression_is_applied_to_what_was_pooled),
        TEST(a_wrong_expression_is_shown_and_leaves_no_file),
        TEST(a_strategy_that_does_not_take_the_problem_is_an_error),
        TEST(a_device_that_is_not_there_is_answered_with_those_that_are),
        TEST(the_golden_cases_pass),
        TEST(compare_finds_equal_bits_and_writes_them_down),
        TEST(compare_takes_every_dtype_and_layout),
        TEST(compare_takes_every_form_of_mask),
        TEST(compare_takes_averages_and_norms_by_their_bound),
        TEST(compare_takes_global_and_adaptive_averages),
        TEST(a_picture_can_be_pooled_and_compared),
        TEST(bench_measures_every_operation),
        TEST(bench_measures_averages_and_norms),
        TEST(bench_measures_fused_work_beside_two_kernels),
    };
    if (unsetenv("CLPOOL_DEVICE") != 0 || wanted_device() == NULL) {
        const char *wanted = getenv("CLPOOL_TEST_DEVICE");
        return missing_device(wanted == NULL ? "any" : wanted);
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
