/* SPDX-License-Identifier: Apache-2.0 */
/* The fast path of the native functions against the reference: equal bits over random problems, on one thread and on
 * several, and nothing written around the tensors. */
#include "support/cmocka.h"
#include "support/problems.h"
#include "support/tensors.h"
#include "support/wild_mask.h"

#include <stdlib.h>

enum { PROBLEMS = 4000, MOST_ELEMENTS = 20000, LARGE_PROBLEMS = 60, MOST_LARGE_ELEMENTS = 600000 };

static clpool_native_options on_threads(unsigned threads)
{
    return (clpool_native_options){.struct_size = sizeof(clpool_native_options), .threads = threads};
}

/** A tensor's bytes, as they are before a call writes it. */
static unsigned char *gap(size_t bytes)
{
    unsigned char *memory = malloc(bytes + 1);
    assert_non_null(memory);
    memset(memory, TENSORS_GAP, bytes + 1);
    return memory;
}

static void require_equal(const unsigned char *got, const unsigned char *expected, size_t bytes, const char *what,
                          const clpool_problem *problem, unsigned threads)
{
    for (size_t i = 0; i < bytes + 1; i++) {
        if (got[i] != (i < bytes ? expected[i] : TENSORS_GAP)) {
            print_error("%s differs at byte %zu of %zu on %u threads\n  %s\n", what, i, bytes, threads,
                        problem_text(problem));
            fail();
        }
    }
}

static void compare_forward(const struct tensors *t, const clpool_problem *problem, unsigned threads)
{
    const clpool_native_options options = on_threads(threads);
    const size_t y_bytes = t->y_elements * t->element_bytes;
    const size_t mask_bytes = t->mask_elements * t->mask_bytes;
    unsigned char *y = gap(y_bytes);
    unsigned char *mask = gap(mask_bytes);
    if (problem->mode == CLPOOL_MAX) {
        assert_success(clpool_native_forward_with(problem, t->x, y, mask, &options));
        require_equal(y, t->y, y_bytes, "y", problem, threads);
        require_equal(mask, t->mask, mask_bytes, "mask", problem, threads);
        free(y);
        y = gap(y_bytes);
    }
    assert_success(clpool_native_forward_with(problem, t->x, y, NULL, &options));
    require_equal(y, t->y, y_bytes, "y without a mask", problem, threads);
    free(y);
    free(mask);
}

static void compare_backward(struct tensors *t, const clpool_problem *problem, unsigned flags, unsigned threads)
{
    const clpool_native_options options = on_threads(threads);
    const size_t bytes = t->x_elements * t->element_bytes;
    unsigned char *dx = gap(bytes);
    memcpy(dx, t->dx_old, bytes);
    tensors_reference_backward(t, problem, flags);
    assert_success(
        clpool_native_backward_with(problem, t->dy, problem->mode == CLPOOL_MAX ? t->mask : NULL, dx, flags, &options));
    require_equal(dx, t->dx, bytes, flags == 0 ? "dx" : "dx, accumulated", problem, threads);
    free(dx);
}

/** Backward from x, which equals backward from the mask that forward made. */
static void compare_recompute(struct tensors *t, const clpool_problem *problem, unsigned flags)
{
    const size_t bytes = t->x_elements * t->element_bytes;
    unsigned char *dx = gap(bytes);
    memcpy(dx, t->dx_old, bytes);
    tensors_reference_backward(t, problem, flags);
    assert_success(clpool_native_backward_recompute(problem, t->x, t->dy, dx, flags));
    require_equal(dx, t->dx, bytes, "dx, recomputed", problem, 0);
    free(dx);
}

static clpool_problem one_that_may_be_fast(struct random *random, size_t most_elements)
{
    clpool_problem problem = random_problem(random, most_elements);
    if (random_once_in(random, 2)) {
        problem.dtype = CLPOOL_F32;
        problem.mask_form = CLPOOL_MASK_WINDOW;
    }
    if (problem.mode == CLPOOL_LP || random_once_in(random, 2)) {
        problem.mode = CLPOOL_MAX;
    }
    return random_once_in(random, 2) ? packed(problem, problem.layout) : problem;
}

static void compare(const clpool_problem *problem, unsigned threads, struct random *random)
{
    struct tensors t;
    tensors_make(&t, problem, random);
    tensors_reference_forward(&t, problem);
    compare_forward(&t, problem, threads);
    if (tensors_have_backward(problem) && problem->mode == CLPOOL_MAX) {
        compare_recompute(&t, problem, random_once_in(random, 3) ? CLPOOL_ACCUMULATE : 0);
        if (random_once_in(random, 4)) {
            wild_mask(&t, problem, random);
        }
    }
    if (tensors_have_backward(problem)) {
        compare_backward(&t, problem, random_once_in(random, 3) ? CLPOOL_ACCUMULATE : 0, threads);
    }
    tensors_free(&t);
}

static void the_fast_path_equals_the_reference(void **state)
{
    struct random *random = *state;
    for (int i = 0; i < PROBLEMS; i++) {
        const clpool_problem problem = one_that_may_be_fast(random, MOST_ELEMENTS);
        if (clpool_problem_check(&problem) == CLPOOL_SUCCESS) {
            compare(&problem, 1, random);
        }
    }
}

static void it_does_on_any_number_of_threads(void **state)
{
    static const unsigned threads[] = {2, 3, 8, 0};
    struct random *random = *state;
    for (int i = 0; i < LARGE_PROBLEMS; i++) {
        clpool_problem problem = one_that_may_be_fast(random, MOST_ELEMENTS);
        problem.batch = random_between(random, 1, 5);
        problem.channels = random_between(random, 1, 200);
        problem = packed(problem, problem.layout);
        size_t elements = 0;
        if (clpool_tensor_elements(&problem, CLPOOL_X, &elements) == CLPOOL_SUCCESS && elements < MOST_LARGE_ELEMENTS) {
            compare(&problem, threads[i % 4], random);
        }
    }
}

static void extents_around_the_width_of_a_vector(void **state)
{
    struct random *random = *state;
    for (size_t width = 1; width <= 70; width++) {
        const clpool_problem rows =
            with_padding(with_kernel(with_stride(with_in(problem_of_rank(2), 0, 9, width), 1 + width % 3), 3), 1, 1);
        clpool_problem lanes = with_planes(with_in(rows, 0, 9, 5), 2, width);
        lanes.layout = CLPOOL_CHANNELS_LAST;
        compare(&rows, 1, random);
        compare(&lanes, 1, random);
    }
}

/** Large windows are made of shorter ones, in steps that depend on their extent. */
static void windows_of_every_extent(void **state)
{
    struct random *random = *state;
    for (size_t kernel = 1; kernel <= 40; kernel++) {
        for (int layout = 0; layout < 2; layout++) {
            clpool_problem problem =
                with_padding(with_kernel(with_stride(with_in(problem_of_rank(2), 0, 11, 13), 1), kernel), kernel / 2,
                             (kernel + 1) / 2);
            problem.dilation[1] = 1 + kernel % 3 / 2;
            problem.layout = (clpool_layout)layout;
            problem.nan_rule = (clpool_nan_rule)(kernel / 2 % 2);
            problem = with_planes(problem, 2, 9);
            if (clpool_problem_check(&problem) == CLPOOL_SUCCESS) {
                compare(&problem, 1, random);
            }
        }
    }
}

/** Of channels in blocks, whole and not, rows of x are reduced once for all windows that share them. */
static void windows_that_share_rows_of_channels(void **state)
{
    struct random *random = *state;
    for (unsigned i = 0; i < 120; i++) {
        clpool_problem problem = with_in(problem_of_rank(2), 0, i % 5 == 0 ? 40 : 7, 11);
        problem = with_padding(with_stride(with_kernel(problem, 3), 1), i % 3, i % 2);
        problem.kernel[0] = 2 + i % 5;
        problem.kernel[1] = 4 + i % 6;
        problem.dilation[1] = 1 + i % 7 / 6;
        problem.layout = CLPOOL_CHANNELS_LAST;
        problem.nan_rule = (clpool_nan_rule)(i / 2 % 2);
        problem = with_planes(problem, 2, (const size_t[]){32, 96, 128, 160, 288}[i / 24]);
        if (clpool_problem_check(&problem) == CLPOOL_SUCCESS) {
            compare(&problem, 1 + i % 2, random);
        }
    }
}

/** Planes so large that they are cut, and so small that many are copied at once, in every type, layout and form of
 * mask. */
static void planes_of_every_size_and_type(void **state)
{
    static const size_t height[] = {1, 2, 63, 64, 65, 300};
    static const size_t width[] = {1, 15, 64, 65};
    struct random *random = *state;
    for (unsigned i = 0; i < 6 * 4 * 7 * 2; i++) {
        clpool_problem problem = with_in(problem_of_rank(2), 0, height[i % 6], width[i / 6 % 4]);
        problem = with_padding(with_stride(with_kernel(problem, 3), 1 + i % 2), 1, 1);
        problem = with_planes(problem, 1, random_between(random, 1, 40));
        problem.dtype = (clpool_dtype)(i / 24 % 7);
        problem.layout = (clpool_layout)(i / 168);
        problem.mask_form = (clpool_mask_form)random_between(random, CLPOOL_MASK_WINDOW, CLPOOL_MASK_TENSOR_COLMAJOR);
        assert_success(clpool_problem_check(&problem));
        compare(&problem, 1 + i % 3, random);
    }
}

/** Masks of less than a byte a value. */
static void masks_of_few_bits(void **state)
{
    struct random *random = *state;
    for (unsigned i = 0; i < 200; i++) {
        const size_t kernel = random_between(random, 1, i % 2 == 0 ? 2 : 3);
        clpool_problem problem = with_kernel(problem_of_rank(2), kernel);
        problem = with_in(problem, 0, random_between(random, 3, 20), random_between(random, 3, 20));
        problem = with_padding(with_stride(problem, random_between(random, 1, 3)), kernel / 2, 1);
        problem = with_planes(problem, random_between(random, 1, 3), random_between(random, 1, 40));
        problem.layout = (clpool_layout)random_between(random, 0, 1);
        problem.mask_form = i % 2 == 0 ? CLPOOL_MASK_WINDOW_2BIT : CLPOOL_MASK_WINDOW_4BIT;
        assert_success(clpool_problem_check(&problem));
        compare(&problem, 1 + i % 3, random);
    }
}

/** Averages, and maximum of adaptive windows, of planes that are cut and of such that are not. */
static void averages_and_adaptive_windows_of_every_type(void **state)
{
    static const size_t height[] = {1, 13, 64, 130};
    static const size_t width[] = {1, 16, 65};
    struct random *random = *state;
    for (unsigned i = 0; i < 4 * 3 * 7 * 2 * 3; i++) {
        clpool_problem problem = with_in(problem_of_rank(2), 0, height[i % 4], width[i / 4 % 3]);
        problem = with_padding(with_stride(with_kernel(problem, 3), 1 + i % 2), 1, 1);
        problem = with_planes(problem, 1, random_between(random, 1, 20));
        problem.dtype = (clpool_dtype)(i / 12 % 7);
        problem.layout = (clpool_layout)(i / 84 % 2);
        problem.mode = i / 168 == 0 ? CLPOOL_MAX : CLPOOL_AVERAGE;
        problem.divisor_rule = (clpool_divisor_rule)random_between(random, 0, 1);
        problem.mask_form = (clpool_mask_form)random_between(random, CLPOOL_MASK_WINDOW, CLPOOL_MASK_TENSOR_COLMAJOR);
        if (i / 168 != 1) {
            problem.windows = CLPOOL_ADAPTIVE;
            problem.out[0] = random_between(random, 1, problem.in[0]);
            problem.out[1] = random_between(random, 1, problem.in[1] + 3);
        }
        if (clpool_problem_check(&problem) == CLPOOL_SUCCESS) { /* integers of 32 bits have no average */
            compare(&problem, 1 + i % 3, random);
        }
    }
}

/** Backward with strides of 2 goes through dx in tiles: at every edge, some of their windows or elements are none. */
static void tiles_at_every_edge_and_at_the_ends_of_bands(void **state)
{
    struct random *random = *state;
    for (unsigned i = 0; i < 2 * 3 * 2 * 6 * 6; i++) {
        clpool_problem problem =
            with_in(with_stride(with_kernel(problem_of_rank(2), 2 + i % 2), 2), 0, 1 + i / 12 % 6, 1 + i / 72);
        problem = with_planes(with_padding(problem, i / 2 % 3, i / 6 % 2), 2, random_once_in(random, 4) ? 96 : 32);
        problem.layout = CLPOOL_CHANNELS_LAST;
        if (clpool_problem_check(&problem) == CLPOOL_SUCCESS) {
            compare(&problem, 1, random);
        }
    }
    for (unsigned height = 34; height < 40; height++) {
        clpool_problem problem = with_in(with_stride(with_kernel(problem_of_rank(2), 3), 2), 0, height, 41);
        problem = with_planes(with_padding(problem, height % 2, 1), 2, 64);
        problem.layout = CLPOOL_CHANNELS_LAST;
        compare(&problem, 1 + height % 3, random);
    }
}

/** An axis of one element whose only window lies before it. */
static void a_window_in_the_padding_of_an_axis_of_one_element(void **state)
{
    struct random *random = *state;
    for (int layout = 0; layout < 2; layout++) {
        clpool_problem problem = with_planes(with_in(problem_of_rank(3), 1, 5, 65), 2, 3);
        problem.layout = (clpool_layout)layout;
        problem.kernel[0] = 1;
        problem.stride[0] = 3;
        problem.pad_lo[0] = problem.pad_hi[0] = 1;
        compare(&problem, 1, random);
    }
}

static void options_are_checked(void **state)
{
    (void)state;
    const clpool_problem problem = problem_of_rank(1);
    const clpool_native_options unset = {.threads = 1};
    const float x[8] = {0};
    float y[8] = {0};
    uint8_t mask[8] = {0};
    assert_int_equal(clpool_native_forward_with(&problem, x, y, mask, &unset), CLPOOL_INVALID_ARGUMENT);
    assert_int_equal(clpool_native_backward_with(&problem, x, mask, y, 0, &unset), CLPOOL_INVALID_ARGUMENT);
}

int main(void)
{
    struct random random = random_from_environment();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(the_fast_path_equals_the_reference, &random),
        cmocka_unit_test_prestate(it_does_on_any_number_of_threads, &random),
        cmocka_unit_test_prestate(extents_around_the_width_of_a_vector, &random),
        cmocka_unit_test_prestate(windows_of_every_extent, &random),
        cmocka_unit_test_prestate(planes_of_every_size_and_type, &random),
        cmocka_unit_test_prestate(windows_that_share_rows_of_channels, &random),
        cmocka_unit_test_prestate(masks_of_few_bits, &random),
        cmocka_unit_test_prestate(averages_and_adaptive_windows_of_every_type, &random),
        cmocka_unit_test_prestate(tiles_at_every_edge_and_at_the_ends_of_bands, &random),
        cmocka_unit_test_prestate(a_window_in_the_padding_of_an_axis_of_one_element, &random),
        cmocka_unit_test(options_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
