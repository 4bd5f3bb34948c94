/* SPDX-License-Identifier: Apache-2.0 */
#include "support/problems.h"

#include <stdio.h>

clpool_problem problem_of_rank(unsigned rank)
{
    const size_t in[CLPOOL_MAX_RANK] = {8, 8, 8};
    return clpool_problem_nd(rank, 1, 1, in, 2, 2, 0);
}

clpool_problem with_in(clpool_problem problem, size_t d, size_t h, size_t w)
{
    const size_t in[] = {d, h, w};
    for (unsigned i = 0; i < problem.rank; i++) {
        problem.in[i] = in[CLPOOL_MAX_RANK - problem.rank + i];
    }
    return problem;
}

static void set_all(size_t values[CLPOOL_MAX_RANK], unsigned rank, size_t value)
{
    for (unsigned i = 0; i < rank; i++) {
        values[i] = value;
    }
}

clpool_problem with_kernel(clpool_problem problem, size_t kernel)
{
    set_all(problem.kernel, problem.rank, kernel);
    return problem;
}

clpool_problem with_stride(clpool_problem problem, size_t stride)
{
    set_all(problem.stride, problem.rank, stride);
    return problem;
}

clpool_problem with_dilation(clpool_problem problem, size_t dilation)
{
    set_all(problem.dilation, problem.rank, dilation);
    return problem;
}

clpool_problem with_padding(clpool_problem problem, size_t low, size_t high)
{
    set_all(problem.pad_lo, problem.rank, low);
    set_all(problem.pad_hi, problem.rank, high);
    return problem;
}

clpool_problem with_planes(clpool_problem problem, size_t batch, size_t channels)
{
    problem.batch = batch;
    problem.channels = channels;
    return problem;
}

clpool_problem with_ceil(clpool_problem problem)
{
    problem.rounding = CLPOOL_CEIL;
    return problem;
}

/** Extents at, just below and just above powers of two and the kernel, and anything up to 70. */
static size_t random_extent(struct random *random, size_t kernel)
{
    const size_t power = (size_t)1 << random_between(random, 0, 6);
    switch (random_between(random, 0, 3)) {
    case 0:
        return power - 1 + random_between(random, power == 1, 2);
    case 1:
        return kernel - 1 + random_between(random, kernel == 1, 2);
    case 2:
        return 1;
    default:
        return random_between(random, 1, 70);
    }
}

static size_t random_kernel(struct random *random)
{
    switch (random_between(random, 0, 9)) {
    case 0:
        return random_between(random, 8, 40); /* windows of more than 255 taps in rank 2, often larger than the input */
    case 1:
    case 2:
        return 1;
    default:
        return random_between(random, 2, 7);
    }
}

static int within(const clpool_problem *problem, size_t most_elements)
{
    size_t x = 0;
    size_t y = 0;
    return clpool_problem_check(problem) == CLPOOL_SUCCESS &&
           clpool_tensor_elements(problem, CLPOOL_X, &x) == CLPOOL_SUCCESS &&
           clpool_tensor_elements(problem, CLPOOL_Y, &y) == CLPOOL_SUCCESS && x <= most_elements && y <= most_elements;
}

int random_extents(struct random *random, size_t most_elements, clpool_problem *problem)
{
    for (int attempt = 0; attempt < 50; attempt++) {
        problem->batch = random_between(random, 1, 3);
        problem->channels = random_once_in(random, 8) ? random_between(random, 60, 200) : random_between(random, 1, 5);
        for (unsigned i = 0; i < problem->rank; i++) {
            problem->in[i] = random_extent(random, problem->kernel[i]);
        }
        if (within(problem, most_elements)) {
            return 1;
        }
    }
    return 0;
}

static void random_window(struct random *random, clpool_problem *problem)
{
    for (unsigned i = 0; i < problem->rank; i++) {
        const size_t kernel = random_kernel(random);
        problem->kernel[i] = kernel;
        problem->stride[i] = random_once_in(random, 3) ? kernel : random_between(random, 1, kernel + 3);
        problem->dilation[i] = random_once_in(random, 4) ? random_between(random, 2, 5) : 1;
        const size_t most_padding = random_once_in(random, 6) ? 2 * kernel + 2 : kernel / 2;
        problem->pad_lo[i] = random_once_in(random, 2) ? random_between(random, 0, most_padding) : 0;
        problem->pad_hi[i] = random_once_in(random, 2) ? problem->pad_lo[i] : random_between(random, 0, most_padding);
    }
    problem->rounding = random_once_in(random, 2) ? CLPOOL_CEIL : CLPOOL_FLOOR;
}

void random_disjoint_window(struct random *random, clpool_problem *problem)
{
    for (unsigned i = 0; i < problem->rank; i++) {
        problem->kernel[i] = random_between(random, 1, 5);
        problem->dilation[i] = random_once_in(random, 4) ? random_between(random, 2, 3) : 1;
        const size_t extent = problem->dilation[i] * (problem->kernel[i] - 1) + 1;
        problem->stride[i] = random_once_in(random, 3) ? extent + random_between(random, 1, 3) : extent;
        problem->pad_lo[i] = random_between(random, 0, extent);
        problem->pad_hi[i] = random_between(random, 0, extent);
    }
}

clpool_problem random_problem(struct random *random, size_t most_elements)
{
    clpool_problem problem;
    do {
        problem = problem_of_rank((unsigned)random_between(random, 1, CLPOOL_MAX_RANK));
        problem.dtype = (clpool_dtype)random_between(random, CLPOOL_F32, CLPOOL_I32);
        problem.nan_rule = random_once_in(random, 2) ? CLPOOL_NAN_IGNORE : CLPOOL_NAN_PROPAGATE;
        random_window(random, &problem);
    } while (!random_extents(random, most_elements, &problem));
    return problem;
}

const char *problem_text(const clpool_problem *problem)
{
    static _Thread_local char text[512];
    static const char *const dtypes[] = {"f32", "f64", "f16", "bf16", "i8", "u8", "i32"};
    int length = snprintf(text, sizeof(text), "max %s N=%zu C=%zu%s%s", dtypes[problem->dtype], problem->batch,
                          problem->channels, problem->nan_rule == CLPOOL_NAN_IGNORE ? " ignoring NaN" : "",
                          problem->rounding == CLPOOL_CEIL ? " ceil" : "");
    for (unsigned i = 0; i < problem->rank; i++) {
        length +=
            snprintf(text + length, sizeof(text) - (size_t)length,
                     " | in %zu kernel %zu stride %zu dilation %zu pad %zu:%zu", problem->in[i], problem->kernel[i],
                     problem->stride[i], problem->dilation[i], problem->pad_lo[i], problem->pad_hi[i]);
    }
    return text;
}
