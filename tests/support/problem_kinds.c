/* SPDX-License-Identifier: Apache-2.0 */
#include "support/problem_kinds.h"

#include "support/problems.h"

clpool_problem with_whole_planes(clpool_problem problem)
{
    problem = with_dilation(with_padding(packed(problem, problem.layout), 0, 0), 1);
    problem.windows = CLPOOL_SLIDING;
    memcpy(problem.kernel, problem.in, sizeof(problem.kernel));
    memcpy(problem.stride, problem.in, sizeof(problem.stride));
    if (clpool_problem_check(&problem) != CLPOOL_SUCCESS) { /* a packed mask has too few bits */
        problem.mask_form = CLPOOL_MASK_WINDOW;
    }
    return problem;
}

static size_t at_most(size_t value, size_t most)
{
    return value < most ? value : most;
}

clpool_problem with_full_rows(clpool_problem problem)
{
    const unsigned w = problem.rank - 1;
    problem = packed(problem, CLPOOL_CHANNELS_FIRST);
    for (unsigned i = 0; i < w; i++) {
        const size_t gap = problem.stride[i] > problem.dilation[i] * (problem.kernel[i] - 1) + 1;
        problem.kernel[i] = at_most(problem.kernel[i], 2);
        problem.dilation[i] = at_most(problem.dilation[i], 2);
        problem.stride[i] = problem.dilation[i] * (problem.kernel[i] - 1) + 1 + gap;
    }
    problem.kernel[w] = at_most(problem.kernel[w], 4);
    problem.stride[w] = problem.kernel[w];
    problem.dilation[w] = 1;
    problem.pad_lo[w] = problem.pad_hi[w] = 0;
    problem.in[w] = (problem.in[w] / (2 * problem.kernel[w]) + 1) * (2 * problem.kernel[w]);
    return problem;
}

clpool_problem with_many_planes(clpool_problem problem, size_t most_elements)
{
    size_t side = 3;
    problem = packed(problem, problem.layout);
    problem.channels = problem.channels % 3 == 0 ? 16 : 32 - problem.channels % 8;
    while ((side + 1) * (side + 1) * problem.channels <= most_elements) {
        side++;
    }
    for (unsigned i = 0; i < problem.rank; i++) {
        const size_t padding = problem.pad_lo[i] + problem.pad_hi[i];
        const size_t least = problem.kernel[i] > padding ? problem.kernel[i] - padding : 1;
        problem.in[i] = at_most(problem.in[i], side);
        problem.in[i] = problem.in[i] < least ? least : problem.in[i];
    }
    return problem;
}

clpool_problem with_close_windows(clpool_problem problem, size_t most_elements)
{
    const unsigned w = problem.rank - 1;
    const size_t kernel = problem.kernel[w] % 2 == 0 ? 3 : 5;
    clpool_problem close =
        clpool_problem_2d(problem.batch, problem.channels, problem.in[0], problem.in[w], kernel, 1, kernel / 2);
    close.dtype = problem.dtype == CLPOOL_F64 ? CLPOOL_F32 : problem.dtype;
    close.nan_rule = problem.nan_rule;
    return with_many_planes(packed(close, CLPOOL_CHANNELS_LAST), most_elements);
}

clpool_problem problem_of_kind(struct random *random, size_t most_elements, enum problem_kind kind)
{
    clpool_problem problem = random_problem(random, most_elements);
    if (kind == KIND_AVERAGE) {
        problem.mode = CLPOOL_AVERAGE;
        problem.dtype = problem.dtype == CLPOOL_I32 ? CLPOOL_F32 : problem.dtype;
    } else if (kind != KIND_ANY) {
        problem.mode = CLPOOL_MAX;
        problem.windows = CLPOOL_SLIDING;
    }
    if (kind == KIND_DISJOINT) {
        random_disjoint_window(random, &problem);
    }
    if (kind == KIND_SMALL_FIRST || kind == KIND_SMALL_LAST) {
        problem.layout = kind == KIND_SMALL_FIRST ? CLPOOL_CHANNELS_FIRST : CLPOOL_CHANNELS_LAST;
        random_small_window(random, &problem);
    }
    if (kind == KIND_LARGE) {
        random_large_window(random, &problem);
    }
    if (kind == KIND_DEEP) {
        problem.layout = CLPOOL_CHANNELS_FIRST;
        problem.mask_form = (clpool_mask_form)random_between(random, CLPOOL_MASK_WINDOW, CLPOOL_MASK_TENSOR_COLMAJOR);
        random_deep_window(random, &problem);
    } else if (kind > KIND_DISJOINT) {
        problem.mask_form = CLPOOL_MASK_WINDOW;
    }
    if (clpool_problem_check(&problem) != CLPOOL_SUCCESS) { /* a packed form does not fit every window */
        problem.mask_form = CLPOOL_MASK_WINDOW;
    }
    return problem;
}
