/* SPDX-License-Identifier: Apache-2.0 */
/* Geometry against values computed by hand, and every rule that a problem can break. */
#include "support/cmocka.h"
#include "support/problems.h"

static size_t out_of(const clpool_problem *problem)
{
    size_t out[CLPOOL_MAX_RANK] = {0};
    assert_success(clpool_output_extent(problem, out));
    return out[0];
}

static clpool_problem line(size_t in, size_t kernel, size_t stride, size_t dilation, size_t low, size_t high)
{
    const clpool_problem problem = with_in(problem_of_rank(1), 0, 0, in);
    return with_padding(with_dilation(with_stride(with_kernel(problem, kernel), stride), dilation), low, high);
}

static size_t floor_out(size_t in, size_t kernel, size_t stride, size_t dilation, size_t low, size_t high)
{
    const clpool_problem problem = line(in, kernel, stride, dilation, low, high);
    return out_of(&problem);
}

static size_t ceil_out(size_t in, size_t kernel, size_t stride, size_t dilation, size_t low, size_t high)
{
    const clpool_problem problem = with_ceil(line(in, kernel, stride, dilation, low, high));
    return out_of(&problem);
}

static void floor_rounding_drops_what_does_not_fill_a_window(void **state)
{
    (void)state;
    assert_int_equal(floor_out(8, 2, 2, 1, 0, 0), 4);
    assert_int_equal(floor_out(9, 2, 2, 1, 0, 0), 4);
    assert_int_equal(floor_out(112, 3, 2, 1, 1, 1), 56);
    assert_int_equal(floor_out(55, 3, 2, 1, 0, 0), 27);
    assert_int_equal(floor_out(7, 3, 1, 3, 0, 0), 1);
    assert_int_equal(floor_out(8, 3, 1, 3, 0, 0), 2);
    assert_int_equal(floor_out(5, 1, 7, 1, 0, 0), 1);
    assert_int_equal(floor_out(8, 3, 3, 1, 7, 5), 6);
}

static void ceil_rounding_keeps_a_window_that_starts_inside(void **state)
{
    (void)state;
    assert_int_equal(ceil_out(9, 2, 2, 1, 0, 0), 5);
    assert_int_equal(ceil_out(8, 2, 2, 1, 0, 0), 4);
    assert_int_equal(ceil_out(15, 3, 3, 1, 0, 0), 5);
    assert_int_equal(ceil_out(6, 2, 3, 1, 0, 0), 2);
}

static void ceil_rounding_drops_a_last_window_that_starts_in_the_padding(void **state)
{
    (void)state;
    assert_int_equal(ceil_out(3, 2, 2, 1, 1, 1), 2); /* starts at 0, 2; 4 is 3 + 1, past the input: dropped */
    assert_int_equal(ceil_out(4, 2, 5, 1, 1, 1), 1); /* the second would start at 5 = 4 + 1 */
    assert_int_equal(ceil_out(5, 2, 5, 1, 1, 1), 2); /* here it starts at 5 < 5 + 1 */
}

static void same_padding_is_split_as_its_name_says(void **state)
{
    (void)state;
    clpool_problem problem = with_kernel(with_in(problem_of_rank(2), 0, 5, 6), 2);
    assert_success(clpool_problem_set_auto_pad(&problem, CLPOOL_SAME_UPPER));
    assert_int_equal(problem.pad_lo[0], 0); /* out 3: (3 - 1) * 2 + 2 - 5 = 1 */
    assert_int_equal(problem.pad_hi[0], 1);
    assert_int_equal(problem.pad_lo[1], 0); /* out 3: 0 */
    assert_int_equal(problem.pad_hi[1], 0);
    assert_int_equal(out_of(&problem), 3);
    assert_success(clpool_problem_set_auto_pad(&problem, CLPOOL_SAME_LOWER));
    assert_int_equal(problem.pad_lo[0], 1);
    assert_int_equal(problem.pad_hi[0], 0);
    assert_success(clpool_problem_set_auto_pad(&problem, CLPOOL_VALID));
    assert_int_equal(problem.pad_lo[0], 0);
    assert_int_equal(problem.pad_hi[0], 0);
    assert_int_equal(out_of(&problem), 2);
}

static void same_padding_gives_in_over_stride_outputs(void **state)
{
    (void)state;
    for (size_t in = 1; in < 12; in++) {
        for (size_t kernel = 1; kernel < 6; kernel++) {
            for (size_t stride = 1; stride < 7; stride++) {
                clpool_problem problem = with_in(with_ceil(problem_of_rank(1)), 0, 0, in);
                problem = with_dilation(with_stride(with_kernel(problem, kernel), stride), 2);
                assert_success(clpool_problem_set_auto_pad(&problem, CLPOOL_SAME_LOWER));
                assert_int_equal(problem.rounding, CLPOOL_FLOOR);
                assert_int_equal(out_of(&problem), (in + stride - 1) / stride);
            }
        }
    }
}

static void auto_padding_that_fails_changes_nothing(void **state)
{
    (void)state;
    clpool_problem problem = with_padding(problem_of_rank(1), 1, 2);
    assert_fails(clpool_problem_set_auto_pad(&problem, (clpool_auto_pad)9), CLPOOL_INVALID_ARGUMENT, "rule is 9");
    problem.kernel[0] = 9;
    assert_fails(clpool_problem_set_auto_pad(&problem, CLPOOL_VALID), CLPOOL_INVALID_PROBLEM, "must fit");
    assert_int_equal(problem.pad_lo[0], 1);
    assert_int_equal(problem.pad_hi[0], 2);
    problem.dilation[0] = SIZE_MAX;
    assert_fails(clpool_problem_set_auto_pad(&problem, CLPOOL_SAME_UPPER), CLPOOL_INVALID_PROBLEM, "overflows");
}

static void helpers_make_valid_problems(void **state)
{
    (void)state;
    const clpool_problem line_problem = clpool_problem_1d(2, 3, 11, 3, 2, 1);
    const clpool_problem picture = clpool_problem_2d(8, 64, 112, 112, 3, 2, 1);
    const clpool_problem volume = clpool_problem_3d(1, 2, 4, 6, 8, 2, 2, 0);
    size_t out[CLPOOL_MAX_RANK] = {0};
    assert_success(clpool_output_extent(&line_problem, out));
    assert_int_equal(out[0], 6);
    assert_success(clpool_output_extent(&picture, out));
    assert_int_equal(out[0], 56);
    assert_int_equal(out[1], 56);
    assert_success(clpool_output_extent(&volume, out));
    assert_int_equal(out[0], 2);
    assert_int_equal(out[1], 3);
    assert_int_equal(out[2], 4);
}

static void sizes_are_counted_in_elements_and_bytes(void **state)
{
    (void)state;
    const clpool_problem problem = clpool_problem_2d(8, 64, 112, 112, 3, 2, 1);
    size_t size = 0;
    assert_success(clpool_tensor_elements(&problem, CLPOOL_X, &size));
    assert_int_equal(size, 8 * 64 * 112 * 112);
    assert_success(clpool_tensor_bytes(&problem, CLPOOL_Y, &size));
    assert_int_equal(size, 8 * 64 * 56 * 56 * 4);
    assert_success(clpool_tensor_bytes(&problem, CLPOOL_MASK, &size));
    assert_int_equal(size, 8 * 64 * 56 * 56);
    assert_fails(clpool_tensor_bytes(&problem, (clpool_tensor)7, &size), CLPOOL_INVALID_ARGUMENT, "tensor is 7");
    assert_fails(clpool_tensor_bytes(&problem, CLPOOL_X, NULL), CLPOOL_INVALID_ARGUMENT, "NULL");
    assert_fails(clpool_output_extent(&problem, NULL), CLPOOL_INVALID_ARGUMENT, "NULL");
}

static size_t mask_bytes(size_t kernel)
{
    const clpool_problem problem = clpool_problem_1d(1, 1, 70000, kernel, 1, 0);
    size_t bytes = 0;
    assert_success(clpool_mask_element_bytes(&problem, &bytes));
    return bytes;
}

static void masks_are_as_narrow_as_the_window_allows(void **state)
{
    (void)state;
    assert_int_equal(mask_bytes(1), 1);
    assert_int_equal(mask_bytes(255), 1);
    assert_int_equal(mask_bytes(256), 2);
    assert_int_equal(mask_bytes(65535), 2);
    assert_int_equal(mask_bytes(65536), 4);
    assert_int_equal(mask_bytes(65537), 4);
}

static void no_image_is_a_valid_problem(void **state)
{
    (void)state;
    const clpool_problem problem = with_planes(problem_of_rank(2), 0, 3);
    size_t bytes = 1;
    assert_success(clpool_tensor_bytes(&problem, CLPOOL_X, &bytes));
    assert_int_equal(bytes, 0);
}

static void zero_extents_are_named(void **state)
{
    (void)state;
    clpool_problem problem = problem_of_rank(2);
    problem.stride[1] = 0;
    assert_fails(clpool_problem_check(&problem), CLPOOL_INVALID_PROBLEM,
                 "stride[1] is 0; each stride must be at least 1");
    problem = with_kernel(problem_of_rank(2), 0);
    assert_fails(clpool_problem_check(&problem), CLPOOL_INVALID_PROBLEM, "kernel[0] is 0");
    problem = with_dilation(problem_of_rank(3), 0);
    assert_fails(clpool_problem_check(&problem), CLPOOL_INVALID_PROBLEM, "dilation[0] is 0");
    problem = with_in(problem_of_rank(3), 4, 4, 0);
    assert_fails(clpool_problem_check(&problem), CLPOOL_INVALID_PROBLEM, "in[2] is 0");
    problem = with_planes(problem_of_rank(1), 1, 0);
    assert_fails(clpool_problem_check(&problem), CLPOOL_INVALID_PROBLEM, "channels is 0");
    problem = problem_of_rank(1);
    problem.rank = 4;
    assert_fails(clpool_problem_check(&problem), CLPOOL_INVALID_PROBLEM, "rank is 4");
    problem.rank = 0;
    assert_fails(clpool_problem_check(&problem), CLPOOL_INVALID_PROBLEM, "rank is 0");
}

static void a_window_larger_than_the_padded_input_is_refused(void **state)
{
    (void)state;
    clpool_problem problem = with_dilation(with_kernel(with_in(problem_of_rank(2), 0, 9, 7), 3), 4);
    assert_fails(clpool_problem_check(&problem), CLPOOL_INVALID_PROBLEM,
                 "kernel[1] = 3 with dilation 4 spans 9 elements, but in[1] = 7 with padding 0:0 has 7");
    problem = with_padding(problem, 1, 1);
    assert_success(clpool_problem_check(&problem));
}

static void sizes_that_overflow_are_refused(void **state)
{
    (void)state;
    clpool_problem problem = with_in(problem_of_rank(3), (size_t)1 << 31, (size_t)1 << 31, (size_t)1 << 31);
    assert_fails(clpool_problem_check(&problem), CLPOOL_INVALID_PROBLEM, "x has 1 x 1 x 2147483648");
    problem = with_planes(problem_of_rank(1), SIZE_MAX, SIZE_MAX);
    assert_fails(clpool_problem_check(&problem), CLPOOL_INVALID_PROBLEM, "x has");
    problem = with_planes(problem_of_rank(1), 0, SIZE_MAX);
    assert_fails(clpool_problem_check(&problem), CLPOOL_INVALID_PROBLEM, "x has 0 x");
    problem = with_padding(problem_of_rank(1), SIZE_MAX, 1);
    assert_fails(clpool_problem_check(&problem), CLPOOL_INVALID_PROBLEM, "is too long");
    problem = with_dilation(with_kernel(problem_of_rank(1), 3), SIZE_MAX / 2 + 1);
    assert_fails(clpool_problem_check(&problem), CLPOOL_INVALID_PROBLEM, "overflows the size of a window");
    problem = with_stride(with_padding(problem_of_rank(3), (size_t)1 << 32, 0), 1);
    assert_fails(clpool_problem_check(&problem), CLPOOL_INVALID_PROBLEM, "y has 1 x 1 x 4294967303");
}

static void windows_of_too_many_taps_are_refused(void **state)
{
    (void)state;
    const clpool_problem problem = with_kernel(with_in(problem_of_rank(2), 0, 65536, 65536), 65536);
    assert_fails(clpool_problem_check(&problem), CLPOOL_UNSUPPORTED, "has too many taps; a window may have 4294967295");
}

static void huge_steps_do_not_overflow_the_output_extent(void **state)
{
    (void)state;
    clpool_problem problem = with_ceil(with_stride(problem_of_rank(1), SIZE_MAX));
    assert_int_equal(out_of(&problem), 1);
    problem = with_dilation(with_kernel(problem, 1), SIZE_MAX);
    assert_int_equal(out_of(&problem), 1);
}

static void strides_that_let_elements_fall_together_are_refused(void **state)
{
    (void)state;
    clpool_problem problem = with_planes(with_in(problem_of_rank(2), 0, 4, 6), 2, 3);
    size_t bytes = 0;
    const size_t padded[] = {3 * 4 * 8, 4 * 8, 8, 1};   /* rows of 8 */
    const size_t last[] = {4 * 6 * 5, 1, 6 * 5, 5};     /* 3 of 5 channels, channels last */
    const size_t together[] = {3 * 4 * 5, 4 * 5, 5, 1}; /* rows of 5 for 6 elements */
    const size_t missing[] = {72, 24, 6, 0};
    memcpy(problem.x_stride, padded, sizeof(padded));
    assert_success(clpool_tensor_bytes(&problem, CLPOOL_X, &bytes));
    assert_int_equal(bytes, (2 * 3 * 4 * 8 - 2) * 4);
    memcpy(problem.x_stride, last, sizeof(last));
    assert_success(clpool_tensor_bytes(&problem, CLPOOL_X, &bytes));
    assert_int_equal(bytes, (2 * 4 * 6 * 5 - 2) * 4);
    memcpy(problem.x_stride, together, sizeof(together));
    assert_fails(clpool_problem_check(&problem), CLPOOL_INVALID_PROBLEM,
                 "x_stride is 60, 20, 0, 5, 1 (n, c, d, h, w); no two elements may fall together");
    memcpy(problem.x_stride, missing, sizeof(missing));
    assert_fails(clpool_problem_check(&problem), CLPOOL_INVALID_PROBLEM, "x_stride is 72, 24, 0, 6, 0");
    memset(problem.x_stride, 0, sizeof(problem.x_stride));
    problem.y_stride[3] = SIZE_MAX;
    assert_fails(clpool_problem_check(&problem), CLPOOL_INVALID_PROBLEM, "y_stride is");
    /* An axis of one element has no neighbour, so its stride may be anything. */
    problem = with_in(problem_of_rank(2), 0, 4, 2);
    const size_t any[] = {0, 0, 1, 0};
    memcpy(problem.x_stride, any, sizeof(any));
    assert_fails(clpool_problem_check(&problem), CLPOOL_INVALID_PROBLEM, "x_stride");
    problem = with_kernel(with_in(problem_of_rank(2), 0, 4, 1), 1);
    memcpy(problem.x_stride, any, sizeof(any));
    assert_success(clpool_problem_check(&problem));
}

static void adaptive_windows_give_the_outputs_asked_for(void **state)
{
    (void)state;
    const size_t in[] = {5, 7};
    const size_t out[] = {3, 14};
    clpool_problem problem = clpool_problem_adaptive(2, 1, 1, in, out);
    size_t got[CLPOOL_MAX_RANK] = {0};
    assert_success(clpool_output_extent(&problem, got));
    assert_true(got[0] == 3 && got[1] == 14);
    problem.kernel[0] = 0; /* not looked at */
    assert_success(clpool_problem_check(&problem));
    problem.out[1] = 0;
    assert_fails(clpool_problem_check(&problem), CLPOOL_INVALID_PROBLEM, "out[1] is 0");
    problem.out[1] = SIZE_MAX;
    assert_fails(clpool_problem_check(&problem), CLPOOL_INVALID_PROBLEM, "too long for adaptive windows");
    problem.out[1] = 2;
    assert_fails(clpool_problem_set_auto_pad(&problem, CLPOOL_VALID), CLPOOL_INVALID_ARGUMENT, "windows is 1");
    problem.windows = (clpool_windows)2;
    assert_fails(clpool_problem_check(&problem), CLPOOL_UNSUPPORTED, "windows is 2");
}

static void a_global_window_is_the_plane(void **state)
{
    (void)state;
    const size_t in[] = {5, 7};
    const clpool_problem problem = clpool_problem_global(2, 1, 3, in);
    size_t elements = 0;
    assert_success(clpool_tensor_elements(&problem, CLPOOL_Y, &elements));
    assert_int_equal(elements, 3);
}

static void choices_that_do_not_exist_are_unsupported(void **state)
{
    (void)state;
    clpool_problem problem = problem_of_rank(1);
    problem.mode = (clpool_mode)3;
    assert_fails(clpool_problem_check(&problem), CLPOOL_UNSUPPORTED, "mode is 3; this version supports CLPOOL_MAX");
    problem = problem_of_rank(1);
    problem.dtype = (clpool_dtype)7;
    assert_fails(clpool_problem_check(&problem), CLPOOL_UNSUPPORTED,
                 "dtype is 7; this version supports CLPOOL_F32 to CLPOOL_I32");
    problem = problem_of_rank(1);
    problem.layout = (clpool_layout)2;
    assert_fails(clpool_problem_check(&problem), CLPOOL_UNSUPPORTED, "layout is 2");
    problem = problem_of_rank(1);
    problem.nan_rule = (clpool_nan_rule)2;
    assert_fails(clpool_problem_check(&problem), CLPOOL_UNSUPPORTED, "nan_rule is 2");
    problem = problem_of_rank(1);
    problem.rounding = (clpool_rounding)2;
    assert_fails(clpool_problem_check(&problem), CLPOOL_UNSUPPORTED, "rounding is 2");
    problem = problem_of_rank(1);
    problem.mask_form = (clpool_mask_form)7;
    assert_fails(clpool_problem_check(&problem), CLPOOL_UNSUPPORTED, "mask_form is 7");
}

static void a_problem_without_its_size_is_refused(void **state)
{
    (void)state;
    clpool_problem problem = problem_of_rank(1);
    problem.struct_size = 0;
    assert_fails(clpool_problem_check(&problem), CLPOOL_INVALID_ARGUMENT, "clpool_problem.struct_size is 0");
    assert_fails(clpool_problem_check(NULL), CLPOOL_INVALID_ARGUMENT, "problem is NULL");
}

static void a_larger_problem_of_a_newer_caller_is_read_if_its_new_fields_are_zero(void **state)
{
    (void)state;
    struct {
        clpool_problem problem;
        size_t new_field;
    } newer = {problem_of_rank(2), 0};
    newer.problem.struct_size = sizeof(newer);
    assert_success(clpool_problem_check(&newer.problem));
    newer.new_field = 1;
    assert_fails(clpool_problem_check(&newer.problem), CLPOOL_UNSUPPORTED,
                 "this version of the library knows the first");
}

static void each_mode_checks_what_it_needs(void **state)
{
    (void)state;
    clpool_problem average = problem_of_rank(2);
    clpool_problem lp = problem_of_rank(2);
    average.mode = CLPOOL_AVERAGE;
    lp.mode = CLPOOL_LP;
    assert_success(clpool_problem_check(&average));
    assert_fails(clpool_problem_check(&lp), CLPOOL_INVALID_PROBLEM, "p is 0; it must be at least 1");
    lp.p = 1;
    assert_success(clpool_problem_check(&lp));
    lp.dtype = CLPOOL_U8;
    assert_fails(clpool_problem_check(&lp), CLPOOL_UNSUPPORTED, "dtype is u8; Lp needs a float type");
    average.divisor_rule = CLPOOL_FIXED_DIVISOR;
    assert_fails(clpool_problem_check(&average), CLPOOL_INVALID_PROBLEM, "divisor is 0; it must be 1 to 4294967295");
    average.divisor = 4294967296;
    assert_fails(clpool_problem_check(&average), CLPOOL_INVALID_PROBLEM, "divisor is 4294967296");
    average.divisor = 4294967295;
    assert_success(clpool_problem_check(&average));
    average.divisor_rule = (clpool_divisor_rule)3;
    assert_fails(clpool_problem_check(&average), CLPOOL_UNSUPPORTED, "divisor_rule is 3");
    average.divisor_rule = CLPOOL_EXCLUDE_PAD;
    average.dtype = CLPOOL_I32;
    assert_fails(clpool_problem_check(&average), CLPOOL_UNSUPPORTED, "dtype is i32; average has the float types");
}

static void only_maximum_has_a_mask(void **state)
{
    (void)state;
    clpool_problem problem = problem_of_rank(1);
    size_t count = 0;
    const uint8_t mask[4] = {0};
    int64_t plane[4];
    problem.mode = CLPOOL_AVERAGE;
    problem.mask_form = CLPOOL_MASK_WINDOW_2BIT; /* not looked at, like what it would need */
    problem.kernel[0] = 5;
    assert_success(clpool_problem_check(&problem));
    assert_fails(clpool_tensor_elements(&problem, CLPOOL_MASK, &count), CLPOOL_UNSUPPORTED,
                 "mode is CLPOOL_AVERAGE; only CLPOOL_MAX has masks");
    assert_fails(clpool_tensor_bytes(&problem, CLPOOL_MASK, &count), CLPOOL_UNSUPPORTED, "only CLPOOL_MAX");
    assert_fails(clpool_mask_element_bytes(&problem, &count), CLPOOL_UNSUPPORTED, "only CLPOOL_MAX");
    assert_fails(clpool_mask_to_plane(&problem, mask, plane), CLPOOL_UNSUPPORTED, "only CLPOOL_MAX");
    assert_fails(clpool_convert_mask(&problem, mask, CLPOOL_MASK_WINDOW, plane, CLPOOL_MASK_PLANE_I64),
                 CLPOOL_UNSUPPORTED, "only CLPOOL_MAX");
}

/** The most taps that a packed form takes for windows that always have an element, and for those that may have none. */
static void packed_forms_number_as_many_taps_as_they_can(void **state)
{
    (void)state;
    const struct {
        clpool_mask_form form;
        size_t taps;
    } rows[] = {{CLPOOL_MASK_WINDOW_2BIT, 4}, {CLPOOL_MASK_WINDOW_4BIT, 16}};
    for (size_t i = 0; i < 2; i++) {
        clpool_problem problem = clpool_problem_1d(1, 1, 40, rows[i].taps, 1, 0);
        problem.mask_form = rows[i].form;
        assert_success(clpool_problem_check(&problem));
        problem.pad_lo[0] = rows[i].taps - 1; /* the first window has its last tap inside */
        problem.pad_hi[0] = rows[i].taps - 1;
        assert_success(clpool_problem_check(&problem));
        problem.pad_lo[0]++;
        assert_fails(clpool_problem_check(&problem), CLPOOL_INVALID_PROBLEM, "where some window may have none inside");
        problem.pad_lo[0] = 0;
        problem.pad_hi[0]++;
        assert_fails(clpool_problem_check(&problem), CLPOOL_INVALID_PROBLEM, "where some window may have none inside");
        problem.kernel[0]--;
        problem.pad_lo[0] = 30;
        assert_success(clpool_problem_check(&problem));
        problem = clpool_problem_1d(1, 1, 40, rows[i].taps + 1, 1, 0);
        problem.mask_form = rows[i].form;
        assert_fails(clpool_problem_check(&problem), CLPOOL_INVALID_PROBLEM, "mask_form has");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_mode_checks_what_it_needs),
        cmocka_unit_test(only_maximum_has_a_mask),
        cmocka_unit_test(packed_forms_number_as_many_taps_as_they_can),
        cmocka_unit_test(floor_rounding_drops_what_does_not_fill_a_window),
        cmocka_unit_test(ceil_rounding_keeps_a_window_that_starts_inside),
        cmocka_unit_test(ceil_rounding_drops_a_last_window_that_starts_in_the_padding),
        cmocka_unit_test(same_padding_is_split_as_its_name_says),
        cmocka_unit_test(same_padding_gives_in_over_stride_outputs),
        cmocka_unit_test(auto_padding_that_fails_changes_nothing),
        cmocka_unit_test(helpers_make_valid_problems),
        cmocka_unit_test(sizes_are_counted_in_elements_and_bytes),
        cmocka_unit_test(masks_are_as_narrow_as_the_window_allows),
        cmocka_unit_test(no_image_is_a_valid_problem),
        cmocka_unit_test(zero_extents_are_named),
        cmocka_unit_test(a_window_larger_than_the_padded_input_is_refused),
        cmocka_unit_test(sizes_that_overflow_are_refused),
        cmocka_unit_test(windows_of_too_many_taps_are_refused),
        cmocka_unit_test(huge_steps_do_not_overflow_the_output_extent),
        cmocka_unit_test(strides_that_let_elements_fall_together_are_refused),
        cmocka_unit_test(adaptive_windows_give_the_outputs_asked_for),
        cmocka_unit_test(a_global_window_is_the_plane),
        cmocka_unit_test(choices_that_do_not_exist_are_unsupported),
        cmocka_unit_test(a_problem_without_its_size_is_refused),
        cmocka_unit_test(a_larger_problem_of_a_newer_caller_is_read_if_its_new_fields_are_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
