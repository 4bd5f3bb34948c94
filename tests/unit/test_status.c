/* SPDX-License-Identifier: Apache-2.0 */
#include "base/size.h"
#include "base/status.h"
#include "support/cmocka.h"

static void every_status_has_a_name_and_a_sentence(void **state)
{
    (void)state;
    assert_string_equal(clpool_status_name(CLPOOL_SUCCESS), "CLPOOL_SUCCESS");
    assert_string_equal(clpool_status_name(CLPOOL_INVALID_BUFFER), "CLPOOL_INVALID_BUFFER");
    assert_string_equal(clpool_status_sentence(CLPOOL_DEVICE_LACKS), "the device lacks a needed capability");
    assert_string_equal(clpool_status_name((clpool_status)999), "unknown status");
    assert_string_equal(clpool_status_sentence((clpool_status)-1), "unknown status");
}

static void status_values_are_pinned(void **state)
{
    (void)state;
    assert_int_equal(CLPOOL_SUCCESS, 0);
    assert_int_equal(CLPOOL_INVALID_ARGUMENT, 10);
    assert_int_equal(CLPOOL_INVALID_PROBLEM, 11);
    assert_int_equal(CLPOOL_INVALID_BUFFER, 12);
    assert_int_equal(CLPOOL_UNSUPPORTED, 20);
    assert_int_equal(CLPOOL_DEVICE_LACKS, 21);
    assert_int_equal(CLPOOL_OUT_OF_MEMORY, 30);
    assert_int_equal(CLPOOL_BUILD_FAILED, 40);
    assert_int_equal(CLPOOL_OPENCL_ERROR, 41);
}

static void a_failure_leaves_its_sentence_and_code(void **state)
{
    (void)state;
    assert_int_equal(status_fail_cl(CL_INVALID_KERNEL, "clFoo of %s failed", "bar"), CLPOOL_OPENCL_ERROR);
    assert_string_equal(clpool_error_detail(), "clFoo of bar failed: CL_INVALID_KERNEL (-48)");
    assert_int_equal(clpool_error_cl_code(), CL_INVALID_KERNEL);
    assert_int_equal(status_fail(CLPOOL_UNSUPPORTED, "no %d", 7), CLPOOL_UNSUPPORTED);
    assert_string_equal(clpool_error_detail(), "no 7");
    assert_int_equal(clpool_error_cl_code(), CL_SUCCESS);
}

static void out_of_host_memory_is_out_of_memory(void **state)
{
    (void)state;
    assert_int_equal(status_fail_cl(CL_OUT_OF_HOST_MEMORY, "x"), CLPOOL_OUT_OF_MEMORY);
    assert_int_equal(clpool_error_cl_code(), CL_OUT_OF_HOST_MEMORY);
}

static void a_long_sentence_is_cut_and_not_overrun(void **state)
{
    (void)state;
    char text[2000];
    memset(text, 'a', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    (void)status_fail(CLPOOL_UNSUPPORTED, "%s", text);
    assert_int_equal(strlen(clpool_error_detail()), 511);
}

static void opencl_codes_have_names(void **state)
{
    (void)state;
    assert_string_equal(clpool_cl_error_name(CL_SUCCESS), "CL_SUCCESS");
    assert_string_equal(clpool_cl_error_name(-1001), "CL_PLATFORM_NOT_FOUND_KHR");
    assert_string_equal(clpool_cl_error_name(-9999), "unknown OpenCL error");
}

static void the_version_is_the_headers(void **state)
{
    (void)state;
    assert_int_equal(clpool_version(), CLPOOL_VERSION);
}

static void size_arithmetic_says_when_it_overflows(void **state)
{
    (void)state;
    size_t result = 7;
    assert_true(size_add(SIZE_MAX - 1, 1, &result));
    assert_true(result == SIZE_MAX);
    assert_false(size_add(SIZE_MAX, 1, &result));
    assert_true(size_multiply(SIZE_MAX, 1, &result));
    assert_true(size_multiply(0, SIZE_MAX, &result));
    assert_int_equal(result, 0);
    assert_true(size_multiply(SIZE_MAX, 0, &result));
    assert_false(size_multiply(SIZE_MAX / 2 + 1, 2, &result));
    assert_true(size_divide_up(SIZE_MAX, 2) == SIZE_MAX / 2 + 1);
    assert_int_equal(size_divide_up(6, 3), 2);
    assert_int_equal(size_divide_up(0, 3), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_status_has_a_name_and_a_sentence),
        cmocka_unit_test(status_values_are_pinned),
        cmocka_unit_test(a_failure_leaves_its_sentence_and_code),
        cmocka_unit_test(out_of_host_memory_is_out_of_memory),
        cmocka_unit_test(a_long_sentence_is_cut_and_not_overrun),
        cmocka_unit_test(opencl_codes_have_names),
        cmocka_unit_test(the_version_is_the_headers),
        cmocka_unit_test(size_arithmetic_says_when_it_overflows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
