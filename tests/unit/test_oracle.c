/* SPDX-License-Identifier: Apache-2.0 */
/* The oracle accepts what the header allows, and no more: planted errors of a few steps must be caught. */
#include "support/cmocka.h"
#include "support/oracle.h"
#include "support/problems.h"

#include <math.h>

static int accepts(const clpool_problem *problem, const void *x, const void *y)
{
    char message[256] = "";
    return oracle_accepts(problem, x, y, message, sizeof(message));
}

static float steps_from(float value, int steps)
{
    for (; steps > 0; steps--) {
        value = nextafterf(value, INFINITY);
    }
    return value;
}

static void an_average_off_by_more_than_the_bound_is_caught(void **state)
{
    (void)state;
    clpool_problem problem = clpool_problem_1d(1, 1, 3, 3, 1, 0);
    const float x[] = {1, 1.5f, 2};
    float y = 1.5f;
    problem.mode = CLPOOL_AVERAGE;
    assert_true(accepts(&problem, x, &y));
    y = steps_from(1.5f, 5);
    assert_true(accepts(&problem, x, &y)); /* 4 epsilons of 1.5 are 6 steps */
    y = steps_from(1.5f, 7);
    assert_false(accepts(&problem, x, &y));
    y = NAN;
    assert_false(accepts(&problem, x, &y));
    problem.divisor_rule = CLPOOL_FIXED_DIVISOR;
    problem.divisor = 2;
    y = 1.5f;
    assert_false(accepts(&problem, x, &y));
    y = 2.25f;
    assert_true(accepts(&problem, x, &y));
}

static void a_norm_off_by_more_than_the_bound_is_caught(void **state)
{
    (void)state;
    clpool_problem problem = clpool_problem_1d(1, 1, 2, 2, 1, 0);
    const float x[] = {3, -4};
    float y = 5;
    problem.mode = CLPOOL_LP;
    problem.p = 2;
    assert_true(accepts(&problem, x, &y));
    y = steps_from(5, 6);
    assert_false(accepts(&problem, x, &y));
    problem.p = 1;
    y = 7;
    assert_true(accepts(&problem, x, &y));
    y = -1;
    assert_false(accepts(&problem, x, &y));
}

static void integers_and_empty_windows_are_exact(void **state)
{
    (void)state;
    clpool_problem problem = with_padding(with_in(problem_of_rank(1), 0, 0, 2), 2, 0); /* [] [x x] */
    const int8_t x[] = {1, 2};
    const int8_t right[] = {0, 2};
    const int8_t wrong[] = {0, 1};
    const int8_t identity[] = {-128, 2};
    problem.mode = CLPOOL_AVERAGE;
    problem.dtype = CLPOOL_I8;
    assert_true(accepts(&problem, x, right));
    assert_false(accepts(&problem, x, wrong));
    assert_false(accepts(&problem, x, identity));
    const uint16_t halves[] = {0x3c00, 0x4000}; /* 1 and 2 in f16 */
    const uint16_t half_right[] = {0, 0x3e00};  /* 1.5 */
    const uint16_t half_negative_zero[] = {0x8000, 0x3e00};
    const uint16_t half_wrong[] = {0, 0x3e02};
    problem.dtype = CLPOOL_F16;
    assert_true(accepts(&problem, halves, half_right));
    assert_false(accepts(&problem, halves, half_negative_zero));
    assert_false(accepts(&problem, halves, half_wrong));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_average_off_by_more_than_the_bound_is_caught),
        cmocka_unit_test(a_norm_off_by_more_than_the_bound_is_caught),
        cmocka_unit_test(integers_and_empty_windows_are_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
