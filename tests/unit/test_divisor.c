/* SPDX-License-Identifier: Apache-2.0 */
#include "problem/geometry.h"
#include "support/cmocka.h"
#include "support/problems.h"

static uint32_t divisor_of(clpool_problem problem, clpool_divisor_rule rule)
{
    struct geometry geometry;
    problem.mode = CLPOOL_AVERAGE;
    problem.divisor_rule = rule;
    problem.divisor = rule == CLPOOL_FIXED_DIVISOR ? 7 : 0;
    assert_success(geometry_from_problem(&problem, &geometry));
    return geometry_divisor(&geometry);
}

static void windows_inside_the_tensor_have_one_divisor(void **state)
{
    (void)state;
    const clpool_problem problem = clpool_problem_2d(1, 1, 9, 11, 3, 2, 0);
    assert_int_equal(divisor_of(problem, CLPOOL_EXCLUDE_PAD), 9);
    assert_int_equal(divisor_of(problem, CLPOOL_INCLUDE_PAD), 9);
}

static void padding_makes_divisors_differ_where_it_does_not_count(void **state)
{
    (void)state;
    const clpool_problem problem = clpool_problem_2d(1, 1, 9, 11, 3, 2, 1);
    assert_int_equal(divisor_of(problem, CLPOOL_EXCLUDE_PAD), 0);
    assert_int_equal(divisor_of(problem, CLPOOL_INCLUDE_PAD), 9);
    assert_int_equal(divisor_of(with_padding(problem, 0, 2), CLPOOL_EXCLUDE_PAD), 0);
}

static void a_window_that_hangs_over_the_padding_has_its_own_divisor(void **state)
{
    (void)state;
    const clpool_problem problem = with_ceil(clpool_problem_2d(1, 1, 8, 8, 3, 2, 0));
    assert_int_equal(divisor_of(problem, CLPOOL_INCLUDE_PAD), 0);
    assert_int_equal(divisor_of(problem, CLPOOL_EXCLUDE_PAD), 0);
    assert_int_equal(divisor_of(problem, CLPOOL_FIXED_DIVISOR), 7);
}

static void adaptive_windows_have_one_divisor_where_they_are_alike(void **state)
{
    (void)state;
    clpool_problem problem = clpool_problem_2d(1, 1, 8, 8, 1, 1, 0);
    problem.windows = CLPOOL_ADAPTIVE;
    problem.out[0] = 2;
    problem.out[1] = 4;
    assert_int_equal(divisor_of(problem, CLPOOL_INCLUDE_PAD), 8);
    problem.out[1] = 3;
    assert_int_equal(divisor_of(problem, CLPOOL_INCLUDE_PAD), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(windows_inside_the_tensor_have_one_divisor),
        cmocka_unit_test(padding_makes_divisors_differ_where_it_does_not_count),
        cmocka_unit_test(a_window_that_hangs_over_the_padding_has_its_own_divisor),
        cmocka_unit_test(adaptive_windows_have_one_divisor_where_they_are_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
