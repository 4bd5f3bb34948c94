/* SPDX-License-Identifier: Apache-2.0 */
/* Planted failures, which shrinking must bring down to the smallest problem that has them. */
#include "support/cmocka.h"
#include "support/problems.h"
#include "support/shrink.h"

static int fails_with_dilation_and_ceil(void *context, const clpool_problem *problem)
{
    (*(size_t *)context)++;
    for (unsigned i = 0; i < problem->rank; i++) {
        if (problem->dilation[i] >= 2 && problem->kernel[i] >= 3 && problem->rounding == CLPOOL_CEIL) {
            return 1;
        }
    }
    return 0;
}

static void a_failure_is_brought_down_to_what_it_needs(void **state)
{
    (void)state;
    size_t tries = 0;
    clpool_problem problem = with_ceil(with_dilation(with_kernel(problem_of_rank(3), 5), 3));
    problem = with_planes(with_padding(with_in(problem, 40, 50, 60), 7, 8), 9, 100);
    problem.layout = CLPOOL_CHANNELS_LAST;
    problem.mask_form = CLPOOL_MASK_TENSOR;
    problem.dtype = CLPOOL_I8;
    const clpool_problem smallest = shrink_problem(problem, fails_with_dilation_and_ceil, &tries);
    assert_true(smallest.rank == 1 && smallest.batch == 1 && smallest.channels == 1);
    assert_true(smallest.kernel[0] == 3 && smallest.dilation[0] == 2 && smallest.stride[0] == 1);
    assert_true(smallest.in[0] + smallest.pad_lo[0] + smallest.pad_hi[0] == 5);
    assert_true(smallest.layout == CLPOOL_CHANNELS_FIRST && smallest.dtype == CLPOOL_F32);
    assert_true(smallest.mask_form == CLPOOL_MASK_WINDOW && smallest.rounding == CLPOOL_CEIL);
    assert_true(tries < 1000);
}

static int fails_with_strides(void *context, const clpool_problem *problem)
{
    (void)context;
    return problem->x_stride[0] != 0;
}

static void strides_stay_where_the_failure_needs_them(void **state)
{
    (void)state;
    clpool_problem problem = clpool_problem_1d(2, 3, 8, 2, 2, 0);
    const size_t strides[] = {48, 16, 2};
    memcpy(problem.x_stride, strides, sizeof(strides));
    const clpool_problem smallest = shrink_problem(problem, fails_with_strides, NULL);
    assert_int_equal(smallest.x_stride[2], 2);
    assert_int_equal(smallest.batch, 1);
}

static void the_flags_say_all_of_a_problem(void **state)
{
    (void)state;
    clpool_problem problem = with_ceil(with_padding(clpool_problem_2d(1, 2, 9, 8, 3, 2, 1), 1, 0));
    problem.nan_rule = CLPOOL_NAN_IGNORE;
    problem.mask_form = CLPOOL_MASK_PLANE_I64;
    problem.layout = CLPOOL_CHANNELS_LAST;
    assert_string_equal(
        problem_flags(&problem),
        "--mode max --kernel 3,3 --stride 2,2 --dilation 1,1 --padding 1:0,1:0 --ceil --mask-form plane "
        "--nan ignore --layout nhwc");
    problem.mode = CLPOOL_LP;
    problem.windows = CLPOOL_ADAPTIVE;
    problem.out[0] = 4;
    problem.out[1] = 5;
    problem.p = 3;
    problem.dtype = CLPOOL_BF16;
    assert_string_equal(problem_flags(&problem),
                        "--mode adaptive_lp --output-size 4,5 --p 3 --dtype bf16 --layout nhwc");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failure_is_brought_down_to_what_it_needs),
        cmocka_unit_test(strides_stay_where_the_failure_needs_them),
        cmocka_unit_test(the_flags_say_all_of_a_problem),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
