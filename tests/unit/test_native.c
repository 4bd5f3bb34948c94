/* SPDX-License-Identifier: Apache-2.0 */
/* The reference and the fast path against cases worked out by hand. */
#include "support/cmocka.h"
#include "support/problems.h"

#include <math.h>

/** Which of them runs. */
static clpool_native_options path = {.struct_size = sizeof(clpool_native_options)};

static clpool_status forward(const clpool_problem *problem, const void *x, void *y, void *mask)
{
    return clpool_native_forward_with(problem, x, y, mask, &path);
}

static clpool_status backward(const clpool_problem *problem, const void *dy, const void *mask, void *dx, unsigned flags)
{
    return clpool_native_backward_with(problem, dy, mask, dx, flags, &path);
}

static uint32_t bits_of(float value)
{
    uint32_t bits = 0;
    memcpy(&bits, &value, sizeof(bits));
    return bits;
}

static float from_bits(uint32_t bits)
{
    float value = 0;
    memcpy(&value, &bits, sizeof(value));
    return value;
}

/** One window over four values: returns its mask value and the bits of its output. */
static unsigned pool_four(float a, float b, float c, float d, uint32_t *bits)
{
    const clpool_problem problem = clpool_problem_1d(1, 1, 4, 4, 4, 0);
    const float x[] = {a, b, c, d};
    float y = 0;
    uint8_t mask = 99;
    assert_success(forward(&problem, x, &y, &mask));
    *bits = bits_of(y);
    return mask;
}

static void the_first_of_equal_maxima_wins(void **state)
{
    (void)state;
    uint32_t bits = 0;
    assert_int_equal(pool_four(1, 7, 7, 2, &bits), 1);
    assert_int_equal(bits, bits_of(7));
}

static void zeros_of_both_signs_are_equal_and_keep_their_bits(void **state)
{
    (void)state;
    uint32_t bits = 0;
    assert_int_equal(pool_four(-1.0f, -0.0f, 0.0f, -3, &bits), 1);
    assert_int_equal(bits, 0x80000000u);
    assert_int_equal(pool_four(0.0f, -0.0f, -1, -1, &bits), 0);
    assert_int_equal(bits, 0);
}

static void the_last_nan_wins_with_its_payload(void **state)
{
    (void)state;
    uint32_t bits = 0;
    assert_int_equal(pool_four(1, from_bits(0x7fc00123u), INFINITY, from_bits(0xffc00456u), &bits), 3);
    assert_int_equal(bits, 0xffc00456u);
    assert_int_equal(pool_four(from_bits(0x7fc00123u), INFINITY, 2, 3, &bits), 0);
    assert_int_equal(bits, 0x7fc00123u);
}

static void nans_that_are_ignored_never_beat_a_number(void **state)
{
    (void)state;
    clpool_problem problem = clpool_problem_1d(1, 1, 8, 4, 4, 0);
    problem.nan_rule = CLPOOL_NAN_IGNORE;
    const float x[] = {NAN, -INFINITY, NAN, -INFINITY, from_bits(0x7fc00123u), NAN, NAN, NAN};
    float y[2];
    uint8_t mask[2];
    assert_success(forward(&problem, x, y, mask));
    assert_int_equal(mask[0], 1);
    assert_int_equal(bits_of(y[0]), 0xff800000u);
    assert_int_equal(mask[1], 0);
    assert_int_equal(bits_of(y[1]), 0x7fc00123u);
}

static void integers_have_their_own_identity(void **state)
{
    (void)state;
    clpool_problem problem = with_padding(with_in(problem_of_rank(1), 0, 0, 2), 2, 1); /* [] [x x] [] */
    const int8_t small[] = {-128, -127};
    const int32_t large[] = {INT32_MIN, INT32_MIN};
    const uint8_t unsigned_x[] = {0, 200};
    int8_t small_y[2];
    int32_t large_y[2];
    uint8_t unsigned_y[2];
    uint8_t mask[2];
    problem.dtype = CLPOOL_I8;
    assert_success(forward(&problem, small, small_y, mask));
    assert_true(small_y[0] == -128 && mask[0] == 255 && small_y[1] == -127 && mask[1] == 1);
    problem.dtype = CLPOOL_I32;
    assert_success(forward(&problem, large, large_y, mask));
    assert_true(large_y[0] == INT32_MIN && mask[0] == 255 && large_y[1] == INT32_MIN && mask[1] == 0);
    problem.dtype = CLPOOL_U8;
    assert_success(forward(&problem, unsigned_x, unsigned_y, mask));
    assert_true(unsigned_y[0] == 0 && mask[0] == 255 && unsigned_y[1] == 200 && mask[1] == 1);
    assert_fails(backward(&problem, unsigned_y, mask, unsigned_y, 0), CLPOOL_UNSUPPORTED,
                 "dtype is u8; backward needs a float type");
}

/** Backward of three windows that all name the middle of five elements. */
static void add_three(clpool_dtype dtype, const void *dy, void *dx)
{
    clpool_problem problem = clpool_problem_1d(1, 1, 5, 3, 1, 0);
    const uint8_t mask[] = {2, 1, 0};
    problem.dtype = dtype;
    assert_success(backward(&problem, dy, mask, dx, 0));
}

static void narrow_floats_are_summed_in_f32_and_rounded_once(void **state)
{
    (void)state;
    /* f16: 2048 + 1 + 1 = 2050; rounded after each addition it would be 2048. bf16: 256 + 1 + 1 = 258 likewise. */
    const uint16_t halves[] = {0x6800, 0x3c00, 0x3c00};
    const uint16_t bfloats[] = {0x4380, 0x3f80, 0x3f80};
    const uint16_t nans[] = {0xfe01, 0x3c00, 0x3c00};
    uint16_t dx[5];
    add_three(CLPOOL_F16, halves, dx);
    assert_int_equal(dx[2], 0x6801);
    assert_int_equal(dx[0], 0);
    add_three(CLPOOL_BF16, bfloats, dx);
    assert_int_equal(dx[2], 0x4381);
    add_three(CLPOOL_F16, nans, dx);
    assert_int_equal(dx[2], 0x7e00);
}

static void f64_is_summed_in_f64(void **state)
{
    (void)state;
    const double dy[] = {1, 1e-12, 1e-12};
    double dx[5];
    add_three(CLPOOL_F64, dy, dx);
    assert_true(dx[2] == (1 + 1e-12) + 1e-12);
}

static void a_window_of_minus_infinity_names_its_first_tap(void **state)
{
    (void)state;
    uint32_t bits = 0;
    assert_int_equal(pool_four(-INFINITY, -INFINITY, -INFINITY, -INFINITY, &bits), 0);
    assert_int_equal(bits, 0xff800000u);
}

static void padding_never_wins(void **state)
{
    (void)state;
    const clpool_problem problem = clpool_problem_1d(1, 1, 2, 3, 1, 1);
    const float x[] = {-INFINITY, -3};
    float y[2];
    uint8_t mask[2];
    assert_success(forward(&problem, x, y, mask));
    assert_int_equal(mask[0], 2);
    assert_int_equal(mask[1], 1);
    assert_true(y[0] == -3 && y[1] == -3);
}

static void a_window_without_a_tap_gives_the_identity_and_the_sentinel(void **state)
{
    (void)state;
    const clpool_problem problem = with_padding(with_in(problem_of_rank(1), 0, 0, 2), 2, 2);
    const float x[] = {5, 6};
    float y[3];
    uint8_t mask[3];
    float dx[2] = {9, 9};
    const float dy[] = {100, 10, 1000};
    assert_success(forward(&problem, x, y, mask));
    assert_int_equal(bits_of(y[0]), 0xff800000u);
    assert_int_equal(mask[0], 255);
    assert_int_equal(mask[1], 1);
    assert_int_equal(mask[2], 255);
    assert_success(backward(&problem, dy, mask, dx, 0));
    assert_true(dx[0] == 0 && dx[1] == 10);
}

static void gradients_of_overlapping_windows_add_up(void **state)
{
    (void)state;
    const clpool_problem problem = clpool_problem_1d(1, 1, 5, 3, 1, 0);
    const float x[] = {0, 1, 9, 2, 1};
    float y[3];
    uint8_t mask[3];
    const float dy[] = {1, 2, 4};
    float dx[5] = {50, 50, 50, 50, 50};
    assert_success(forward(&problem, x, y, mask));
    assert_success(backward(&problem, dy, mask, dx, 0));
    assert_true(dx[2] == 7 && dx[0] == 0 && dx[4] == 0);
    assert_success(backward(&problem, dy, mask, dx, CLPOOL_ACCUMULATE));
    assert_true(dx[2] == 14 && dx[0] == 0);
}

static void gradients_are_added_in_ascending_output_order(void **state)
{
    (void)state;
    const clpool_problem problem = clpool_problem_1d(1, 1, 5, 3, 1, 0);
    const uint8_t mask[] = {2, 1, 0};
    const float dy[] = {1e8f, 3, -1e8f}; /* (1e8 + 3) - 1e8 is 0 in f32; any other order gives 3 or 8 */
    float dx[5];
    assert_success(backward(&problem, dy, mask, dx, 0));
    assert_true(dx[2] == (1e8f + 3) - 1e8f);
}

static void sums_are_settled_to_one_nan_and_one_zero(void **state)
{
    (void)state;
    const clpool_problem problem = clpool_problem_1d(1, 1, 3, 1, 1, 0);
    const uint8_t mask[] = {0, 0, 0};
    const float dy[] = {from_bits(0xff800123u), -0.0f, 1};
    float dx[3];
    assert_success(backward(&problem, dy, mask, dx, 0));
    assert_int_equal(bits_of(dx[0]), 0x7fc00000u);
    assert_int_equal(bits_of(dx[1]), 0);
    dx[1] = -0.0f;
    assert_success(backward(&problem, dy, mask, dx, CLPOOL_ACCUMULATE));
    assert_int_equal(bits_of(dx[0]), 0x7fc00000u);
    assert_int_equal(bits_of(dx[1]), 0);
    assert_true(dx[2] == 2);
}

static void mask_values_that_name_no_tap_move_nothing(void **state)
{
    (void)state;
    const clpool_problem problem = with_padding(with_in(problem_of_rank(1), 0, 0, 3), 1, 0);
    const uint8_t mask[] = {0, 200}; /* a tap in the padding; a number beyond the window */
    const float dy[] = {1, 1};
    float dx[] = {9, 9, 9};
    int64_t plane[2] = {0, 0};
    assert_success(backward(&problem, dy, mask, dx, 0));
    assert_true(dx[0] == 0 && dx[1] == 0 && dx[2] == 0);
    assert_success(clpool_mask_to_plane(&problem, mask, plane));
    assert_true(plane[0] == -1 && plane[1] == -1);
}

static void a_window_mask_becomes_plane_indices(void **state)
{
    (void)state;
    const clpool_problem problem = with_in(problem_of_rank(2), 0, 4, 6);
    const uint8_t mask[] = {0, 1, 2, 3, 255, 1};
    int64_t plane[6] = {0};
    assert_success(clpool_mask_to_plane(&problem, mask, plane));
    const int64_t expected[] = {0, 3, 10, 19, -1, 17};
    assert_memory_equal(plane, expected, sizeof(expected));
    assert_fails(clpool_mask_to_plane(&problem, mask, NULL), CLPOOL_INVALID_ARGUMENT, "plane is NULL");
}

/** The mask of one 2 x 2 x 2 window over a 3 x 4 x 5 plane, third of the tensor, whose winner is at (1, 2, 3). */
static int64_t mask_value(clpool_mask_form form)
{
    float x[3 * 60] = {0};
    float y[3 * 2 * 3 * 4];
    int64_t mask[3 * 2 * 3 * 4]; /* wide enough for every form */
    clpool_problem problem = clpool_problem_3d(1, 3, 3, 4, 5, 2, 1, 0);
    problem.mask_form = form;
    x[2 * 60 + (1 * 4 + 2) * 5 + 3] = 7;
    assert_success(forward(&problem, x, y, mask));
    const size_t output = 2 * 24 + (0 * 3 + 1) * 4 + 2; /* window at (0, 1, 2) */
    return form == CLPOOL_MASK_WINDOW      ? ((const uint8_t *)mask)[output]
           : form == CLPOOL_MASK_PLANE_I32 ? ((const int32_t *)mask)[output]
                                           : mask[output];
}

static void each_form_of_mask_names_the_winner_in_its_own_way(void **state)
{
    (void)state;
    assert_int_equal(mask_value(CLPOOL_MASK_WINDOW), 7);
    assert_int_equal(mask_value(CLPOOL_MASK_PLANE_I32), (1 * 4 + 2) * 5 + 3);
    assert_int_equal(mask_value(CLPOOL_MASK_PLANE_I64), (1 * 4 + 2) * 5 + 3);
    assert_int_equal(mask_value(CLPOOL_MASK_TENSOR), 2 * 60 + (1 * 4 + 2) * 5 + 3);
    assert_int_equal(mask_value(CLPOOL_MASK_TENSOR_COLMAJOR), 2 * 60 + (3 * 4 + 2) * 3 + 1);
}

static void every_form_has_a_sentinel_of_all_bits_and_ignores_what_names_no_tap(void **state)
{
    (void)state;
    clpool_problem problem = with_padding(with_in(problem_of_rank(1), 0, 0, 4), 2, 0); /* [] [x x] [x x] */
    const float x[] = {5, 6, 7, 8};
    const float dy[] = {1, 1, 1};
    float y[3];
    float dx[4];
    int64_t mask[3];
    problem.mask_form = CLPOOL_MASK_TENSOR;
    assert_success(forward(&problem, x, y, mask));
    assert_true(mask[0] == -1 && mask[1] == 1 && mask[2] == 3);
    mask[1] = 2;         /* an element of the next window */
    mask[2] = INT64_MAX; /* no element at all */
    assert_success(backward(&problem, dy, mask, dx, 0));
    assert_true(dx[0] == 0 && dx[1] == 0 && dx[2] == 0 && dx[3] == 0);
    mask[1] = 0;
    assert_success(backward(&problem, dy, mask, dx, 0));
    assert_true(dx[0] == 1);
}

static void backward_from_x_needs_no_mask(void **state)
{
    (void)state;
    const clpool_problem problem = clpool_problem_1d(1, 1, 5, 3, 1, 0);
    const float x[] = {0, 1, 9, 9, 1};
    const float dy[] = {1, 2, 4};
    float dx[5];
    assert_success(clpool_native_backward_recompute(&problem, x, dy, dx, 0));
    assert_true(dx[2] == 7 && dx[3] == 0);
    assert_fails(clpool_native_backward_recompute(&problem, NULL, dy, dx, 0), CLPOOL_INVALID_ARGUMENT, "x is NULL");
}

static void adaptive_windows_number_their_taps_in_the_largest_window(void **state)
{
    (void)state;
    const size_t in[] = {5};
    const size_t out[] = {3}; /* 0..1, 1..3, 3..4 */
    const clpool_problem problem = clpool_problem_adaptive(1, 1, 1, in, out);
    const float x[] = {1, 9, 2, 3, 5};
    const float dy[] = {1, 2, 4};
    float y[3];
    uint8_t mask[3];
    float dx[5];
    assert_success(forward(&problem, x, y, mask));
    assert_true(y[0] == 9 && y[1] == 9 && y[2] == 5);
    assert_true(mask[0] == 1 && mask[1] == 0 && mask[2] == 1);
    assert_success(backward(&problem, dy, mask, dx, 0));
    assert_true(dx[1] == 3 && dx[4] == 4 && dx[0] == 0);
    mask[0] = 2; /* a tap of the largest window that this one has not */
    assert_success(backward(&problem, dy, mask, dx, 0));
    assert_true(dx[1] == 2 && dx[2] == 0);
}

static void two_and_four_byte_masks_hold_their_taps(void **state)
{
    (void)state;
    enum { LENGTH = 70000 };
    static float x[LENGTH];
    for (size_t i = 0; i < LENGTH; i++) {
        x[i] = (float)i;
    }
    float y = 0;
    uint16_t narrow = 0;
    uint32_t wide = 0;
    const clpool_problem middle = clpool_problem_1d(1, 1, 300, 300, 1, 0);
    const clpool_problem large = clpool_problem_1d(1, 1, LENGTH, LENGTH, 1, 0);
    assert_success(forward(&middle, x, &y, &narrow));
    assert_int_equal(narrow, 299);
    assert_success(forward(&large, x, &y, &wide));
    assert_int_equal(wide, LENGTH - 1);
}

static void no_mask_is_needed_and_no_image_needs_no_memory(void **state)
{
    (void)state;
    const clpool_problem problem = clpool_problem_1d(1, 1, 4, 2, 2, 0);
    const clpool_problem nothing = clpool_problem_1d(0, 1, 4, 2, 2, 0);
    const float x[] = {1, 2, 4, 3};
    float y[2];
    assert_success(forward(&problem, x, y, NULL));
    assert_true(y[0] == 2 && y[1] == 4);
    assert_success(forward(&nothing, NULL, NULL, NULL));
    assert_success(backward(&nothing, NULL, NULL, NULL, 0));
}

static void null_tensors_and_unknown_flags_are_named(void **state)
{
    (void)state;
    const clpool_problem problem = clpool_problem_1d(1, 1, 4, 2, 2, 0);
    float x[4] = {0};
    uint8_t mask[2] = {0};
    assert_fails(forward(&problem, NULL, x, NULL), CLPOOL_INVALID_ARGUMENT, "x is NULL");
    assert_fails(forward(&problem, x, NULL, NULL), CLPOOL_INVALID_ARGUMENT, "y is NULL");
    assert_fails(backward(&problem, NULL, mask, x, 0), CLPOOL_INVALID_ARGUMENT, "dy is NULL");
    assert_fails(backward(&problem, x, NULL, x, 0), CLPOOL_INVALID_ARGUMENT, "mask is NULL");
    assert_fails(backward(&problem, x, mask, NULL, 0), CLPOOL_INVALID_ARGUMENT, "dx is NULL");
    assert_fails(backward(&problem, x, mask, x, 6), CLPOOL_INVALID_ARGUMENT, "flags is 0x6");
}

/** Windows of 3 with stride 2 over {2, 4, 6, 8} with a pad on either side, rounded up: [- 2 4] [4 6 8] [8 - .] */
static clpool_problem average_of_four(clpool_divisor_rule rule)
{
    clpool_problem problem = with_ceil(with_padding(clpool_problem_1d(1, 1, 4, 3, 2, 1), 1, 1));
    problem.mode = CLPOOL_AVERAGE;
    problem.divisor_rule = rule;
    problem.divisor = 10;
    return problem;
}

static void divisors_are_counted_by_the_rule(void **state)
{
    (void)state;
    const float x[] = {2, 4, 6, 8};
    const float dy[] = {30, 60, 90};
    const struct {
        clpool_divisor_rule rule;
        float y[3];
        float dx[4];
    } rows[] = {
        {CLPOOL_INCLUDE_PAD, {2, 6, 4}, {10, 30, 20, 65}},
        {CLPOOL_EXCLUDE_PAD, {3, 6, 8}, {15, 35, 20, 110}},
        {CLPOOL_FIXED_DIVISOR, {0.6f, 1.8f, 0.8f}, {3, 9, 6, 15}},
    };
    for (size_t i = 0; i < 3; i++) {
        const clpool_problem problem = average_of_four(rows[i].rule);
        float y[3];
        float dx[4];
        assert_success(forward(&problem, x, y, NULL));
        assert_success(backward(&problem, dy, NULL, dx, 0));
        for (size_t j = 0; j < 3; j++) {
            assert_true(bits_of(y[j]) == bits_of(rows[i].y[j]));
        }
        for (size_t j = 0; j < 4; j++) {
            assert_true(fabsf(dx[j] - rows[i].dx[j]) <= 1e-5f * rows[i].dx[j]);
        }
    }
}

/** The third window hangs over the padded input: of its 4 taps only 2 lie before its end. */
static void a_window_over_the_edge_counts_what_is_padded(void **state)
{
    (void)state;
    clpool_problem problem = with_ceil(clpool_problem_1d(1, 1, 7, 4, 3, 0));
    problem.mode = CLPOOL_AVERAGE;
    const float x[] = {1, 1, 1, 1, 1, 1, 7};
    float y[2];
    assert_success(forward(&problem, x, y, NULL));
    assert_true(y[0] == 1 && y[1] == 2.5f);
    problem.in[0] = 6;
    assert_success(forward(&problem, x, y, NULL));
    assert_true(y[1] == 1);
}

static void integer_averages_round_half_to_even_and_saturate(void **state)
{
    (void)state;
    clpool_problem problem = clpool_problem_1d(1, 1, 8, 2, 2, 0);
    const int8_t x[] = {1, 2, 2, 3, -1, -2, -128, -127};
    int8_t y[4];
    problem.mode = CLPOOL_AVERAGE;
    problem.dtype = CLPOOL_I8;
    assert_success(forward(&problem, x, y, NULL)); /* 1.5, 2.5, -1.5, -127.5 */
    assert_true(y[0] == 2 && y[1] == 2 && y[2] == -2 && y[3] == -128);
    problem.divisor_rule = CLPOOL_FIXED_DIVISOR;
    problem.divisor = 1;
    assert_success(forward(&problem, x, y, NULL));
    assert_true(y[0] == 3 && y[3] == -128);
    const uint8_t bright[] = {200, 200, 1, 0, 0, 0, 255, 1};
    uint8_t unsigned_y[4];
    problem.dtype = CLPOOL_U8;
    assert_success(forward(&problem, bright, unsigned_y, NULL));
    assert_true(unsigned_y[0] == 255 && unsigned_y[1] == 1 && unsigned_y[3] == 255);
}

static void a_window_without_an_element_averages_to_zero(void **state)
{
    (void)state;
    clpool_problem problem = with_padding(with_in(problem_of_rank(1), 0, 0, 2), 2, 2); /* [] [x x] [] */
    const float x[] = {-4, -6};
    const float dy[] = {INFINITY, 2, INFINITY};
    float y[3];
    float dx[2];
    for (int rule = CLPOOL_INCLUDE_PAD; rule <= CLPOOL_EXCLUDE_PAD; rule++) {
        problem.mode = CLPOOL_AVERAGE;
        problem.divisor_rule = (clpool_divisor_rule)rule;
        assert_success(forward(&problem, x, y, NULL));
        assert_success(backward(&problem, dy, NULL, dx, 0));
        assert_true(bits_of(y[0]) == 0 && y[1] == -5 && bits_of(y[2]) == 0 && dx[0] == 1 && dx[1] == 1);
    }
    problem.mode = CLPOOL_LP;
    problem.p = 1;
    assert_success(forward(&problem, x, y, NULL));
    assert_true(bits_of(y[0]) == 0 && y[1] == 10);
}

static void lp_is_the_norm_and_its_gradient_the_norm_s(void **state)
{
    (void)state;
    clpool_problem problem = clpool_problem_1d(1, 1, 6, 2, 2, 0);
    const float x[] = {3, -4, 0, 0, NAN, 1};
    const float dy[] = {10, 7, 1};
    float y[3];
    float dx[6];
    problem.mode = CLPOOL_LP;
    problem.p = 2;
    assert_success(forward(&problem, x, y, NULL));
    assert_true(y[0] == 5 && bits_of(y[1]) == 0 && bits_of(y[2]) == 0x7fc00000u);
    assert_success(clpool_native_backward_lp(&problem, x, y, dy, dx, 0));
    assert_true(dx[0] == 6 && dx[1] == -8);         /* dy * x / y */
    assert_true(bits_of(dx[2]) == 0 && dx[3] == 0); /* none at 0 */
    assert_true(bits_of(dx[4]) == 0x7fc00000u && isnan(dx[5]));
    problem.p = 1;
    assert_success(forward(&problem, x, y, NULL));
    assert_success(clpool_native_backward_lp(&problem, x, y, dy, dx, 0));
    assert_true(y[0] == 7 && dx[0] == 10 && dx[1] == -10 && dx[2] == 0);
}

/** Three windows of 3 over 5 elements. */
static void the_last_of_equal_places_is_unpooled_and_bad_indices_are_dropped(void **state)
{
    (void)state;
    clpool_problem problem = clpool_problem_1d(1, 1, 5, 3, 1, 0);
    const float y[] = {1, -0.0f, 3};
    const uint8_t taps[] = {2, 1, 3};
    float x[5];
    size_t dropped = 0;
    assert_success(clpool_native_unpool(&problem, y, taps, x, &dropped));
    assert_int_equal(dropped, 1); /* 3 is no tap */
    assert_true(x[0] == 0 && x[1] == 0 && bits_of(x[2]) == 0x80000000u && x[3] == 0 && x[4] == 0);
    problem.mask_form = CLPOOL_MASK_PLANE_I64;
    const int64_t places[] = {4, 0, 5}; /* 4 lies outside of the first window, 5 outside of x */
    assert_success(clpool_native_unpool(&problem, y, places, x, &dropped));
    assert_int_equal(dropped, 1);
    assert_true(bits_of(x[0]) == 0x80000000u && x[1] == 0 && x[4] == 1);
    problem.mode = CLPOOL_AVERAGE;
    assert_fails(clpool_native_unpool(&problem, y, places, x, &dropped), CLPOOL_UNSUPPORTED,
                 "mode is CLPOOL_AVERAGE; unpooling is for CLPOOL_MAX");
}

/** The same windows: each output whose value names an element gets its gradient. */
static void backward_of_unpooling_fetches_gradients_by_the_mask(void **state)
{
    (void)state;
    clpool_problem problem = clpool_problem_1d(1, 1, 5, 3, 1, 0);
    const float dx[] = {-0.0f, 10, 20, 30, 40};
    const uint8_t taps[] = {2, 1, 3};
    float dy[] = {7, 7, 7};
    assert_success(clpool_native_unpool_backward(&problem, dx, taps, dy));
    assert_true(dy[0] == 20 && dy[1] == 20 && bits_of(dy[2]) == 0); /* 3 is no tap */
    problem.mask_form = CLPOOL_MASK_PLANE_I64;
    const int64_t places[] = {4, 0, 5}; /* 4 lies outside of the first window, 5 outside of x */
    assert_success(clpool_native_unpool_backward(&problem, dx, places, dy));
    assert_true(dy[0] == 40 && bits_of(dy[1]) == 0x80000000u && bits_of(dy[2]) == 0);
    assert_fails(clpool_native_unpool_backward(&problem, NULL, places, dy), CLPOOL_INVALID_ARGUMENT,
                 "dx is NULL; it must have 5 elements");
    assert_fails(clpool_native_unpool_backward(&problem, dx, places, NULL), CLPOOL_INVALID_ARGUMENT,
                 "dy is NULL; it must have 3 elements");
    problem.mode = CLPOOL_LP;
    problem.p = 2;
    assert_fails(clpool_native_unpool_backward(&problem, dx, places, dy), CLPOOL_UNSUPPORTED,
                 "mode is CLPOOL_LP; unpooling is for CLPOOL_MAX");
}

static void packed_masks_share_bytes_first_value_lowest(void **state)
{
    (void)state;
    clpool_problem problem = clpool_problem_2d(1, 1, 2, 10, 2, 2, 0);
    const float x[] = {1, 0, 0, 1, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0}; /* taps 0, 1, 2, 3, 1 */
    const float dy[] = {1, 2, 3, 4, 5};
    float y[5];
    float dx[20];
    uint8_t two[2] = {0xff, 0xff};
    uint8_t four[3] = {0xff, 0xff, 0xff};
    size_t bytes = 0;
    problem.mask_form = CLPOOL_MASK_WINDOW_2BIT;
    assert_success(clpool_tensor_bytes(&problem, CLPOOL_MASK, &bytes));
    assert_int_equal(bytes, 2);
    assert_success(forward(&problem, x, y, two));
    assert_int_equal(two[0], 0 | 1 << 2 | 2 << 4 | 3 << 6);
    assert_int_equal(two[1], 1);
    assert_success(backward(&problem, dy, two, dx, 0));
    assert_true(dx[0] == 1 && dx[3] == 2 && dx[14] == 3 && dx[17] == 4 && dx[9] == 5);
    problem.mask_form = CLPOOL_MASK_WINDOW_4BIT;
    assert_success(forward(&problem, x, y, four));
    assert_true(four[0] == 0x10 && four[1] == 0x32 && four[2] == 0x01);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(divisors_are_counted_by_the_rule),
        cmocka_unit_test(a_window_over_the_edge_counts_what_is_padded),
        cmocka_unit_test(integer_averages_round_half_to_even_and_saturate),
        cmocka_unit_test(a_window_without_an_element_averages_to_zero),
        cmocka_unit_test(lp_is_the_norm_and_its_gradient_the_norm_s),
        cmocka_unit_test(the_last_of_equal_places_is_unpooled_and_bad_indices_are_dropped),
        cmocka_unit_test(backward_of_unpooling_fetches_gradients_by_the_mask),
        cmocka_unit_test(packed_masks_share_bytes_first_value_lowest),
        cmocka_unit_test(the_first_of_equal_maxima_wins),
        cmocka_unit_test(zeros_of_both_signs_are_equal_and_keep_their_bits),
        cmocka_unit_test(the_last_nan_wins_with_its_payload),
        cmocka_unit_test(nans_that_are_ignored_never_beat_a_number),
        cmocka_unit_test(integers_have_their_own_identity),
        cmocka_unit_test(narrow_floats_are_summed_in_f32_and_rounded_once),
        cmocka_unit_test(f64_is_summed_in_f64),
        cmocka_unit_test(a_window_of_minus_infinity_names_its_first_tap),
        cmocka_unit_test(padding_never_wins),
        cmocka_unit_test(a_window_without_a_tap_gives_the_identity_and_the_sentinel),
        cmocka_unit_test(gradients_of_overlapping_windows_add_up),
        cmocka_unit_test(gradients_are_added_in_ascending_output_order),
        cmocka_unit_test(sums_are_settled_to_one_nan_and_one_zero),
        cmocka_unit_test(mask_values_that_name_no_tap_move_nothing),
        cmocka_unit_test(a_window_mask_becomes_plane_indices),
        cmocka_unit_test(each_form_of_mask_names_the_winner_in_its_own_way),
        cmocka_unit_test(every_form_has_a_sentinel_of_all_bits_and_ignores_what_names_no_tap),
        cmocka_unit_test(backward_from_x_needs_no_mask),
        cmocka_unit_test(adaptive_windows_number_their_taps_in_the_largest_window),
        cmocka_unit_test(two_and_four_byte_masks_hold_their_taps),
        cmocka_unit_test(no_mask_is_needed_and_no_image_needs_no_memory),
        cmocka_unit_test(null_tensors_and_unknown_flags_are_named),
    };
    const int failed = cmocka_run_group_tests_name("fast", tests, NULL, NULL);
    path.reference = 1;
    return failed + cmocka_run_group_tests_name("reference", tests, NULL, NULL);
}
