/* SPDX-License-Identifier: Apache-2.0 */
/* Problems for the paths through kernels that random small ones hardly take: with them too, each strategy does what the
 * reference does. ci/check-kernel-sanitizers demands that these and the random ones come to every line of kernels/. */
#include "support/cmocka.h"
#include "support/device_group.h"
#include "support/problems.h"
#include "support/trial.h"

/** Runs a problem with a strategy, maybe with its settings, where the device can; several times, with other data. */
static void check_with(clpool_problem problem, const char *strategy)
{
    enum { REPETITIONS = 3 };
    assert_success(clpool_problem_check(&problem));
    for (int i = 0; i < REPETITIONS; i++) {
        struct trial_result result = {0};
        const struct trial trial = {.problem = problem, .seed = random_bits(&random_source), .strategy = strategy};
        trial_run(&device, engine, &trial, &result);
        if (result.has_failed) {
            trial_report(&device, engine, &trial);
            fail();
        }
    }
}

static clpool_problem last(clpool_problem problem)
{
    return packed(problem, CLPOOL_CHANNELS_LAST);
}

static clpool_problem of_average(clpool_problem problem, clpool_divisor_rule rule)
{
    problem.mode = CLPOOL_AVERAGE;
    problem.divisor_rule = rule;
    return problem;
}

static const clpool_dtype dtypes[] = {CLPOOL_F32, CLPOOL_F16, CLPOOL_BF16, CLPOOL_U8, CLPOOL_I8, CLPOOL_I32};
enum { DTYPES = sizeof(dtypes) / sizeof(dtypes[0]) };

static void packed_masks_lead_blocks_back(void **state)
{
    (void)state;
    check_with(with_mask_form(clpool_problem_2d(2, 3, 8, 16, 2, 2, 0), CLPOOL_MASK_WINDOW_2BIT), "blocks");
}

static void divisors_of_windows_differ(void **state)
{
    (void)state;
    check_with(of_average(clpool_problem_2d(2, 3, 9, 9, 3, 1, 1), CLPOOL_EXCLUDE_PAD), "box");
}

static void sums_have_more_than_128_terms(void **state)
{
    (void)state;
    check_with(of_average(clpool_problem_2d(1, 2, 13, 14, 12, 1, 0), CLPOOL_INCLUDE_PAD), "box");
    check_with(with_dtype(of_average(clpool_problem_2d(1, 2, 13, 14, 12, 1, 0), CLPOOL_INCLUDE_PAD), CLPOOL_I8), "box");
}

/** Windows whose taps are all in the padding, and fewer channels than a vector has lanes. */
static void windows_of_channels_are_empty(void **state)
{
    (void)state;
    check_with(last(with_padding(clpool_problem_2d(1, 6, 3, 5, 2, 2, 0), 9, 9)), "channels");
    check_with(last(with_padding(clpool_problem_2d(1, 16, 6, 7, 5, 1, 0), 9, 9)), "channels");
    clpool_problem empty_along_h = clpool_problem_2d(1, 16, 6, 7, 5, 1, 0);
    empty_along_h.pad_lo[0] = 9;
    check_with(last(empty_along_h), "channels");
}

/** Windows of many taps that share none, all inside. */
static void windows_of_channels_are_reduced_row_by_row(void **state)
{
    (void)state;
    check_with(last(clpool_problem_2d(1, 32, 15, 10, 5, 5, 0)), "channels");
}

/** Planes too high to be gathered at once, with narrow rows and wide ones. */
static void planes_are_gathered_in_bands(void **state)
{
    (void)state;
    check_with(clpool_problem_2d(1, 1, 2400, 7, 3, 1, 1), "gather");
    check_with(clpool_problem_2d(1, 1, 1200, 15, 3, 1, 1), "gather");
    check_with(clpool_problem_2d(1, 1, 300, 60, 2, 2, 0), "gather");
}

static clpool_mask_form form_at(size_t i)
{
    return (clpool_mask_form)(i % (CLPOOL_MASK_TENSOR_COLMAJOR + 1));
}

/** Rows of outputs that fill vectors, share them, or are shorter than any; and slices that are padding. */
static void windows_have_a_depth(void **state)
{
    (void)state;
    static const size_t widths[] = {3, 5, 9, 15, 17, 30, 70};
    for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
        clpool_problem problem = with_planes(with_in(problem_of_rank(3), 5, 7, widths[i]), 2, 3);
        problem = with_stride(with_padding(with_kernel(problem, 3), 1, 1), 1 + i % 2);
        problem = with_mask_form(problem, form_at(i));
        check_with(with_dtype(problem, dtypes[i % DTYPES]), "rows");
        check_with(with_dtype(problem, i % 3 == 0 ? CLPOOL_F16 : CLPOOL_F32), "gather");
    }
    clpool_problem apart = with_stride(with_in(problem_of_rank(3), 9, 6, 20), 2);
    apart.dilation[0] = 3;
    apart.pad_lo[0] = 5;
    check_with(apart, "rows"); /* some outputs have nothing but padding */
    check_with(apart, "gather");
}

/** Masks as PyTorch and ONNX have them, in bands and in narrow planes. */
static void masks_hold_indices(void **state)
{
    (void)state;
    const clpool_problem problems[] = {clpool_problem_2d(2, 3, 40, 50, 3, 2, 1), clpool_problem_2d(2, 9, 9, 6, 2, 2, 0),
                                       clpool_problem_2d(2, 3, 300, 60, 2, 1, 1),
                                       clpool_problem_2d(2, 9, 9, 6, 2, 2, 0)};
    for (size_t i = 0; i < sizeof(problems) / sizeof(problems[0]); i++) {
        check_with(with_mask_form(problems[i], form_at(CLPOOL_MASK_PLANE_I32 + i)), "rows");
        check_with(with_mask_form(problems[i], form_at(CLPOOL_MASK_TENSOR_COLMAJOR - i)), "gather");
    }
    check_with(with_mask_form(clpool_problem_2d(2, 3, 30, 19, 13, 1, 6), CLPOOL_MASK_PLANE_I64), "rows");
}

static void rows_are_wider_than_those_that_share_vectors(void **state)
{
    (void)state;
    for (size_t i = 0; i < DTYPES; i++) {
        check_with(with_dtype(clpool_problem_2d(1, 2, 20, 100, 3, 2, 1), dtypes[i]), "rows");
    }
}

static void rows_have_fewer_outputs_than_any_vector(void **state)
{
    (void)state;
    for (size_t i = 0; i < DTYPES; i++) {
        check_with(with_dtype(clpool_problem_2d(2, 9, 9, 6, 2, 2, 0), dtypes[i]), "rows");
        check_with(with_dtype(clpool_problem_2d(1, 1, 2, 6, 2, 2, 0), dtypes[i]), "rows"); /* hardly ever with a NaN */
    }
}

static void planes_are_reduced_sixteen_at_a_time(void **state)
{
    (void)state;
    const size_t plane[] = {5, 4};
    for (size_t i = 0; i < DTYPES; i++) {
        check_with(with_dtype(clpool_problem_global(2, 2, 19, plane), dtypes[i]), "whole");
    }
}

static void strips_have_whole_steps_of_channels_and_a_rest(void **state)
{
    (void)state;
    for (size_t i = 0; i < DTYPES; i++) {
        check_with(with_dtype(last(clpool_problem_2d(2, 21, 9, 11, 3, 1, 1)), dtypes[i]), "strips");
    }
    check_with(last(clpool_problem_2d(2, 16, 9, 11, 3, 1, 1)), "strips");
    check_with(last(clpool_problem_2d(2, 40, 9, 11, 5, 2, 2)), "strips");
    check_with(last(clpool_problem_2d(2, 21, 9, 11, 3, 2, 1)), "strips");
}

static void neighbouring_channels_have_vectors_or_none(void **state)
{
    (void)state;
    check_with(last(clpool_problem_2d(2, 7, 9, 11, 3, 2, 1)), "nhwc:channels=2");
    check_with(last(clpool_problem_2d(2, 8, 9, 11, 3, 2, 1)), "nhwc:channels=2");
    check_with(last(clpool_problem_2d(2, 8, 9, 11, 3, 2, 1)), "nhwc:channels=1");
}

/** Windows whose rows fit into a band but for what vectors need beyond them. */
static void rows_hardly_fit(void **state)
{
    (void)state;
    const size_t plane[] = {32, 5, 6};
    check_with(clpool_problem_global(3, 1, 1, plane), "rows");
    check_with(clpool_problem_global(3, 1, 1, (const size_t[]){29, 5, 6}), "rows");
}

/** An element at the end of a tile, of which some windows that could have it along D begin behind it. */
static void tiles_end_where_windows_pass_elements_by(void **state)
{
    (void)state;
    clpool_problem problem = clpool_problem_2d(2, 3, 45, 16, 1, 1, 0);
    problem.rank = 3;
    problem.in[2] = 1;
    problem.kernel[0] = 4;
    problem.stride[0] = 6;
    problem.dilation[0] = 2;
    problem.pad_lo[0] = problem.pad_hi[0] = 4;
    problem.kernel[2] = problem.stride[2] = problem.dilation[2] = 1;
    check_with(problem, "tile:outputs=1");
    check_with(problem, "tile:outputs=4");
}

static void large_windows_of_channels_share_no_element(void **state)
{
    (void)state;
    const size_t plane[] = {7, 6};
    for (size_t i = 0; i < DTYPES; i++) {
        check_with(with_dtype(last(clpool_problem_2d(2, 21, 17, 13, 5, 5, 2)), dtypes[i]), "strips");
    }
    check_with(last(clpool_problem_global(2, 2, 48, plane)), "strips");
    check_with(last(clpool_problem_2d(1, 16, 20, 22, 4, 6, 1)), "strips");
    check_with(last(clpool_problem_2d(1, 16, 20, 22, 2, 7, 0)), "strips");
    check_with(last(clpool_problem_2d(1, 16, 10, 15, 7, 7, 0)), "strips");
}

static void windows_are_swept_at_all_sides(void **state)
{
    (void)state;
    const clpool_problem problems[] = {
        clpool_problem_2d(1, 17, 13, 11, 13, 1, 6), clpool_problem_2d(1, 16, 20, 20, 9, 3, 2),
        clpool_problem_2d(1, 16, 3, 5, 17, 1, 8), clpool_problem_2d(2, 16, 30, 7, 8, 4, 1)};
    for (size_t i = 0; i < sizeof(problems) / sizeof(problems[0]); i++) {
        for (size_t j = 0; j < DTYPES; j += 2) {
            check_with(with_dtype(problems[i], dtypes[(i + j) % DTYPES]), "sweeps");
            check_with(with_dtype(last(problems[i]), dtypes[(i + j) % DTYPES]), "sweeps");
        }
    }
    check_with(with_dtype(problems[0], CLPOOL_F16), "sweeps");
    check_with(with_dtype(problems[2], CLPOOL_F16), "sweeps");
    check_with(clpool_problem_2d(1, 16, 24, 400, 9, 1, 4), "sweeps"); /* in blocks both ways */
}

/** Four planes at once, and those that are left. */
static void planes_are_scattered_side_by_side(void **state)
{
    (void)state;
    for (size_t planes = 1; planes <= 7; planes++) {
        check_with(clpool_problem_2d(1, planes, 9, 14, 9, 1, 4), "scatter");
    }
}

static void gradients_are_carried_from_band_to_band(void **state)
{
    (void)state;
    const clpool_problem several_planes = clpool_problem_2d(1, 5, 30, 130, 15, 1, 7);
    check_with(several_planes, "scatter");
    check_with(with_dtype(several_planes, CLPOOL_F16), "scatter");
    check_with(clpool_problem_2d(1, 3, 40, 260, 15, 4, 7), "scatter");
    check_with(clpool_problem_2d(1, 1, 120, 400, 9, 1, 4), "scatter"); /* in parts, too */
}

/** Planes of several boxes, along each axis, whose edges windows cross. */
static void winners_are_added_in_boxes(void **state)
{
    (void)state;
    check_with(with_mask_form(clpool_problem_2d(1, 1, 150, 160, 3, 2, 1), CLPOOL_MASK_PLANE_I64), "winners");
    check_with(with_dtype(clpool_problem_2d(1, 1, 3, 20000, 3, 1, 1), CLPOOL_F64), "winners");
    check_with(last(with_padding(with_kernel(with_in(with_planes(problem_of_rank(3), 2, 5), 6, 20, 21), 3), 1, 0)),
               "winners");
    check_with(last(clpool_problem_2d(2, 18, 40, 41, 3, 2, 0)), "winners");
    check_with(with_in(problem_of_rank(1), 1, 1, 40000), "winners");
}

/** With each stride that lanes are taken by, dilated too; where windows hang over each side, or have no tap inside; and
 * in rows of more and of fewer than 16 windows, of which several share an element of the mask. */
static void winners_of_neighbours_are_found_together(void **state)
{
    (void)state;
    static const clpool_dtype all[] = {CLPOOL_F32, CLPOOL_F64, CLPOOL_F16, CLPOOL_BF16,
                                       CLPOOL_U8,  CLPOOL_I8,  CLPOOL_I32};
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        const size_t stride = 1 + i % 5;
        const clpool_problem problem = with_dtype(clpool_problem_2d(2, 3, 7, 18 * stride, 3, stride, 1), all[i]);
        check_with(with_mask_form(problem, CLPOOL_MASK_WINDOW_4BIT), "winners");
        check_with(with_mask_form(with_dilation(problem, 2), form_at(i)), "winners");
    }
    check_with(with_mask_form(clpool_problem_2d(2, 3, 9, 9, 2, 3, 0), CLPOOL_MASK_WINDOW_2BIT), "winners");
    const clpool_problem empty = with_padding(clpool_problem_2d(1, 2, 6, 20, 2, 2, 0), 9, 9);
    check_with(empty, "winners");
    check_with(with_mask_form(empty, CLPOOL_MASK_PLANE_I64), "winners");
    check_with(with_dilation(clpool_problem_2d(1, 1, 3, 5000, 2, 1, 0), 2), "winners");
    check_with(with_stride(with_in(problem_of_rank(1), 1, 1, 40000), 300), "winners"); /* too far apart for that */
}

/** Those of channels too, also where 16 do not divide them, or are more. */
static void winners_of_channels_are_found_together(void **state)
{
    (void)state;
    static const size_t channels[] = {5, 16, 21, 40};
    static const clpool_dtype all[] = {CLPOOL_F64, CLPOOL_F32, CLPOOL_F16, CLPOOL_U8};
    for (size_t i = 0; i < 4; i++) {
        const clpool_problem problem = with_dtype(clpool_problem_2d(2, channels[i], 7, 8, 3, 2, 1), all[i]);
        check_with(last(with_mask_form(problem, CLPOOL_MASK_WINDOW_4BIT)), "winners");
        check_with(last(with_mask_form(problem, CLPOOL_MASK_TENSOR_COLMAJOR)), "winners");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(packed_masks_lead_blocks_back),
        cmocka_unit_test(divisors_of_windows_differ),
        cmocka_unit_test(sums_have_more_than_128_terms),
        cmocka_unit_test(windows_of_channels_are_empty),
        cmocka_unit_test(windows_of_channels_are_reduced_row_by_row),
        cmocka_unit_test(planes_are_gathered_in_bands),
        cmocka_unit_test(windows_have_a_depth),
        cmocka_unit_test(masks_hold_indices),
        cmocka_unit_test(rows_are_wider_than_those_that_share_vectors),
        cmocka_unit_test(rows_have_fewer_outputs_than_any_vector),
        cmocka_unit_test(planes_are_reduced_sixteen_at_a_time),
        cmocka_unit_test(strips_have_whole_steps_of_channels_and_a_rest),
        cmocka_unit_test(neighbouring_channels_have_vectors_or_none),
        cmocka_unit_test(rows_hardly_fit),
        cmocka_unit_test(tiles_end_where_windows_pass_elements_by),
        cmocka_unit_test(large_windows_of_channels_share_no_element),
        cmocka_unit_test(windows_are_swept_at_all_sides),
        cmocka_unit_test(planes_are_scattered_side_by_side),
        cmocka_unit_test(gradients_are_carried_from_band_to_band),
        cmocka_unit_test(winners_are_added_in_boxes),
        cmocka_unit_test(winners_of_neighbours_are_found_together),
        cmocka_unit_test(winners_of_channels_are_found_together),
    };
    return cmocka_run_group_tests(tests, device_group_open, device_group_close);
}
