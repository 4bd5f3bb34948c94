/* SPDX-License-Identifier: Apache-2.0 */
/* A problem with any contents, from the bytes of an input. */
#ifndef CLPOOL_TESTS_FUZZ_PROBLEM_INPUT_H
#define CLPOOL_TESTS_FUZZ_PROBLEM_INPUT_H

#include "clpool.h"

#include <stddef.h>
#include <stdint.h>

/** What is left of the input. */
struct input {
    const uint8_t *at;
    size_t left;
};

static inline uint8_t take_byte(struct input *input)
{
    if (input->left == 0) {
        return 0;
    }
    input->left--;
    return *input->at++;
}

/** A small number; behind 255, any. */
static inline size_t take_size(struct input *input)
{
    size_t value = take_byte(input);
    if (value == 255) {
        value = 0;
        for (size_t i = 0; i < sizeof(value); i++) {
            value = value << 8 | take_byte(input);
        }
    }
    return value;
}

static inline void take_axes(struct input *input, size_t *axes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        axes[i] = take_size(input);
    }
}

static inline clpool_problem take_problem(struct input *input)
{
    clpool_problem problem = {.struct_size = sizeof(problem)};
    const uint8_t bits = take_byte(input);
    problem.rank = bits & 3;
    problem.layout = (clpool_layout)(bits >> 2 & 1);
    problem.nan_rule = (clpool_nan_rule)(bits >> 3 & 1);
    problem.rounding = (clpool_rounding)(bits >> 4 & 1);
    problem.windows = (clpool_windows)(bits >> 5 & 1);
    problem.mode = (clpool_mode)take_byte(input);
    problem.dtype = (clpool_dtype)take_byte(input);
    problem.mask_form = (clpool_mask_form)take_byte(input);
    problem.batch = take_size(input);
    problem.channels = take_size(input);
    take_axes(input, problem.in, problem.rank);
    take_axes(input, problem.windows == CLPOOL_ADAPTIVE ? problem.out : problem.kernel, problem.rank);
    take_axes(input, problem.stride, problem.rank);
    take_axes(input, problem.pad_lo, problem.rank);
    take_axes(input, problem.pad_hi, problem.rank);
    take_axes(input, problem.dilation, problem.rank);
    problem.divisor_rule = (clpool_divisor_rule)(bits >> 6);
    problem.divisor = problem.mode == CLPOOL_AVERAGE ? take_size(input) : 0;
    problem.p = problem.mode == CLPOOL_LP ? take_byte(input) : 0;
    if (bits >> 6 == 3) { /* no divisor rule: strides */
        problem.divisor_rule = CLPOOL_INCLUDE_PAD;
        take_axes(input, problem.x_stride, problem.rank + 2);
        take_axes(input, problem.y_stride, problem.rank + 2);
    }
    return problem;
}

#endif
