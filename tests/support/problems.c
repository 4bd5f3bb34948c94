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

clpool_problem with_dtype(clpool_problem problem, clpool_dtype dtype)
{
    problem.dtype = dtype;
    return problem;
}

clpool_problem with_mask_form(clpool_problem problem, clpool_mask_form form)
{
    problem.mask_form = form;
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

/** Strides of a tensor with these extents in the order of the layout, with gaps of up to 3 elements at some axes. */
static void random_strides(struct random *random, const clpool_problem *problem, const size_t *spatial, size_t *strides)
{
    size_t order[CLPOOL_MAX_RANK + 2]; /* axes, fastest first, as the strides count them */
    size_t count = 0;
    if (problem->layout == CLPOOL_CHANNELS_LAST) {
        order[count++] = 1;
    }
    for (unsigned i = problem->rank; i-- > 0;) {
        order[count++] = 2 + i;
    }
    if (problem->layout == CLPOOL_CHANNELS_FIRST) {
        order[count++] = 1;
    }
    order[count++] = 0;
    size_t stride = random_between(random, 1, 2);
    for (size_t i = 0; i < count; i++) {
        const size_t axis = order[i];
        const size_t extent = axis == 0 ? problem->batch : axis == 1 ? problem->channels : spatial[axis - 2];
        strides[axis] = stride;
        stride = stride * extent + (random_once_in(random, 3) ? random_between(random, 1, 3) : 0);
    }
}

static void random_layout(struct random *random, clpool_problem *problem)
{
    size_t out[CLPOOL_MAX_RANK] = {0};
    memset(problem->x_stride, 0, sizeof(problem->x_stride));
    memset(problem->y_stride, 0, sizeof(problem->y_stride));
    if (clpool_output_extent(problem, out) != CLPOOL_SUCCESS) {
        return;
    }
    if (random_once_in(random, 5)) {
        random_strides(random, problem, problem->in, problem->x_stride);
    }
    if (random_once_in(random, 5)) {
        random_strides(random, problem, out, problem->y_stride);
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

/** A few, a few vectors of them (usual where they are last), or many. */
static size_t random_channels(struct random *random, clpool_layout layout)
{
    if (random_once_in(random, layout == CLPOOL_CHANNELS_LAST ? 2 : 16)) {
        return random_between(random, 15, 70);
    }
    return random_once_in(random, 8) ? random_between(random, 60, 200) : random_between(random, 1, 5);
}

int random_extents(struct random *random, size_t most_elements, clpool_problem *problem)
{
    for (int attempt = 0; attempt < 50; attempt++) {
        problem->batch = random_between(random, 1, 3);
        problem->channels = random_channels(random, problem->layout);
        for (unsigned i = 0; i < problem->rank; i++) {
            problem->in[i] = random_extent(random, problem->kernel[i]);
            problem->out[i] = random_between(random, 1, problem->in[i] + problem->in[i] / 2);
        }
        random_layout(random, problem);
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
    problem->windows = CLPOOL_SLIDING;
    for (unsigned i = 0; i < problem->rank; i++) {
        problem->kernel[i] = random_between(random, 1, 5);
        problem->dilation[i] = random_once_in(random, 4) ? random_between(random, 2, 3) : 1;
        const size_t extent = problem->dilation[i] * (problem->kernel[i] - 1) + 1;
        problem->stride[i] = random_once_in(random, 3) ? extent + random_between(random, 1, 3) : extent;
        problem->pad_lo[i] = random_between(random, 0, extent);
        problem->pad_hi[i] = random_between(random, 0, extent);
    }
}

void random_small_window(struct random *random, clpool_problem *problem)
{
    problem->windows = CLPOOL_SLIDING;
    for (unsigned i = 0; i < problem->rank; i++) {
        const int is_depth = problem->rank == 3 && i == 0;
        problem->kernel[i] = is_depth ? 1 : random_between(random, 1, 7);
        problem->stride[i] = is_depth ? 1 : random_between(random, 1, problem->kernel[i] + 1);
        problem->dilation[i] = 1;
        problem->pad_lo[i] = random_between(random, 0, problem->kernel[i] / 2);
        problem->pad_hi[i] = random_between(random, 0, problem->kernel[i] / 2);
    }
}

void random_deep_window(struct random *random, clpool_problem *problem)
{
    problem->rank = 3;
    random_small_window(random, problem);
    problem->kernel[0] = random_between(random, 1, 3);
    problem->stride[0] = random_between(random, 1, 3);
    problem->dilation[0] = random_once_in(random, 3) ? 2 : 1;
    problem->pad_lo[0] = random_between(random, 0, 2);
    problem->pad_hi[0] = random_between(random, 0, 2);
}

void random_large_window(struct random *random, clpool_problem *problem)
{
    problem->windows = CLPOOL_SLIDING;
    problem->rank = 2;
    problem->dtype = problem->dtype == CLPOOL_F64 ? CLPOOL_F32 : problem->dtype;
    for (unsigned i = 0; i < 2; i++) {
        problem->kernel[i] = random_between(random, 5, 13);
        problem->stride[i] = random_once_in(random, 2) ? 1 : random_between(random, 1, problem->kernel[i] + 1);
        problem->dilation[i] = 1;
        problem->pad_lo[i] = random_between(random, 0, problem->kernel[i] - 1);
        problem->pad_hi[i] = random_between(random, 0, problem->kernel[i] - 1);
    }
}

clpool_problem packed(clpool_problem problem, clpool_layout layout)
{
    problem.layout = layout;
    memset(problem.x_stride, 0, sizeof(problem.x_stride));
    memset(problem.y_stride, 0, sizeof(problem.y_stride));
    return problem;
}

/** Every other one is maximum. */
static void random_mode(struct random *random, clpool_problem *problem)
{
    problem->mode =
        random_once_in(random, 2) ? CLPOOL_MAX : (clpool_mode)random_between(random, CLPOOL_AVERAGE, CLPOOL_LP);
    problem->divisor_rule = (clpool_divisor_rule)random_between(random, CLPOOL_INCLUDE_PAD, CLPOOL_FIXED_DIVISOR);
    problem->divisor =
        random_once_in(random, 4) ? random_between(random, 1, UINT32_MAX) : random_between(random, 1, 50);
    problem->p = (unsigned)(random_once_in(random, 10) ? random_between(random, 5, 100) : random_between(random, 1, 4));
}

clpool_problem random_problem(struct random *random, size_t most_elements)
{
    clpool_problem problem;
    do {
        problem = problem_of_rank((unsigned)random_between(random, 1, CLPOOL_MAX_RANK));
        problem.dtype = (clpool_dtype)random_between(random, CLPOOL_F32, CLPOOL_I32);
        problem.windows = random_once_in(random, 6) ? CLPOOL_ADAPTIVE : CLPOOL_SLIDING;
        problem.layout = random_once_in(random, 3) ? CLPOOL_CHANNELS_LAST : CLPOOL_CHANNELS_FIRST;
        problem.mask_form = random_once_in(random, 2)
                                ? CLPOOL_MASK_WINDOW
                                : (clpool_mask_form)random_between(random, 1, CLPOOL_MASK_WINDOW_4BIT);
        problem.nan_rule = random_once_in(random, 2) ? CLPOOL_NAN_IGNORE : CLPOOL_NAN_PROPAGATE;
        random_mode(random, &problem);
        random_window(random, &problem);
    } while (!random_extents(random, most_elements, &problem));
    return problem;
}

void random_variant(clpool_problem *problem, const clpool_problem *variant)
{
    problem->dtype = variant->dtype;
    problem->mode = variant->mode;
    problem->p = variant->p;
    problem->layout = variant->layout;
    problem->nan_rule = variant->nan_rule;
    problem->mask_form = variant->mask_form;
    if (clpool_problem_check(problem) != CLPOOL_SUCCESS) { /* a packed form does not fit every window */
        problem->mask_form = CLPOOL_MASK_WINDOW;
    }
}

const char *problem_text(const clpool_problem *problem)
{
    static _Thread_local char text[700];
    static const char *const modes[] = {"max", "average", "Lp"};
    static const char *const dtypes[] = {"f32", "f64", "f16", "bf16", "i8", "u8", "i32"};
    int length = snprintf(text, sizeof(text), "%s %s N=%zu C=%zu%s%s, mask form %d%s", modes[problem->mode],
                          dtypes[problem->dtype], problem->batch, problem->channels,
                          problem->nan_rule == CLPOOL_NAN_IGNORE ? " ignoring NaN" : "",
                          problem->layout == CLPOOL_CHANNELS_LAST ? " channels last" : "", (int)problem->mask_form,
                          problem->rounding == CLPOOL_CEIL ? " ceil" : "");
    if (problem->mode == CLPOOL_AVERAGE) {
        length += snprintf(text + length, sizeof(text) - (size_t)length, " divisor rule %d (%zu)",
                           (int)problem->divisor_rule, problem->divisor);
    } else if (problem->mode == CLPOOL_LP) {
        length += snprintf(text + length, sizeof(text) - (size_t)length, " p=%u", problem->p);
    }
    for (unsigned i = 0; i < problem->rank; i++) {
        length +=
            snprintf(text + length, sizeof(text) - (size_t)length,
                     " | in %zu kernel %zu stride %zu dilation %zu pad %zu:%zu", problem->in[i], problem->kernel[i],
                     problem->stride[i], problem->dilation[i], problem->pad_lo[i], problem->pad_hi[i]);
    }
    for (unsigned i = 0; i < problem->rank && problem->windows == CLPOOL_ADAPTIVE; i++) {
        length += snprintf(text + length, sizeof(text) - (size_t)length, "%s%zu", i > 0 ? "," : " | adaptive to ",
                           problem->out[i]);
    }
    const size_t *const strides[] = {problem->x_stride, problem->y_stride};
    for (size_t tensor = 0; tensor < 2; tensor++) {
        for (unsigned i = 0; i < problem->rank + 2 && strides[tensor][0] != 0; i++) {
            length += snprintf(text + length, sizeof(text) - (size_t)length, "%s%zu",
                               i > 0         ? ","
                               : tensor == 0 ? " | x strides "
                                             : " | y strides ",
                               strides[tensor][i]);
        }
    }
    return text;
}

static int add_list(char *text, size_t size, const char *flag, const size_t *values, const size_t *high, unsigned rank)
{
    int length = snprintf(text, size, " %s ", flag);
    for (unsigned i = 0; i < rank; i++) {
        length += snprintf(text + length, size - (size_t)length, "%s%zu", i > 0 ? "," : "", values[i]);
        if (high != NULL) {
            length += snprintf(text + length, size - (size_t)length, ":%zu", high[i]);
        }
    }
    return length;
}

const char *problem_flags(const clpool_problem *problem)
{
    static _Thread_local char text[700];
    static const char *const modes[] = {"max", "avg", "lp"};
    static const char *const forms[] = {"window",          "plane_i32",   "plane",      "tensor",
                                        "tensor_colmajor", "window_2bit", "window_4bit"};
    int length = snprintf(text, sizeof(text), "--mode %s%s", problem->windows == CLPOOL_ADAPTIVE ? "adaptive_" : "",
                          modes[problem->mode]);
    if (problem->windows == CLPOOL_ADAPTIVE) {
        length +=
            add_list(text + length, sizeof(text) - (size_t)length, "--output-size", problem->out, NULL, problem->rank);
    } else {
        length +=
            add_list(text + length, sizeof(text) - (size_t)length, "--kernel", problem->kernel, NULL, problem->rank);
        length +=
            add_list(text + length, sizeof(text) - (size_t)length, "--stride", problem->stride, NULL, problem->rank);
        length += add_list(text + length, sizeof(text) - (size_t)length, "--dilation", problem->dilation, NULL,
                           problem->rank);
        length += add_list(text + length, sizeof(text) - (size_t)length, "--padding", problem->pad_lo, problem->pad_hi,
                           problem->rank);
        length += snprintf(text + length, sizeof(text) - (size_t)length, "%s",
                           problem->rounding == CLPOOL_CEIL ? " --ceil" : "");
    }
    if (problem->mode == CLPOOL_MAX) {
        length += snprintf(text + length, sizeof(text) - (size_t)length, " --mask-form %s%s", forms[problem->mask_form],
                           problem->nan_rule == CLPOOL_NAN_IGNORE ? " --nan ignore" : "");
    } else if (problem->mode == CLPOOL_LP) {
        length += snprintf(text + length, sizeof(text) - (size_t)length, " --p %u", problem->p);
    } else if (problem->divisor_rule == CLPOOL_FIXED_DIVISOR) {
        length += snprintf(text + length, sizeof(text) - (size_t)length, " --divisor %zu", problem->divisor);
    } else {
        length += snprintf(text + length, sizeof(text) - (size_t)length, " --divisor %s",
                           problem->divisor_rule == CLPOOL_EXCLUDE_PAD ? "exclude" : "include");
    }
    (void)snprintf(text + length, sizeof(text) - (size_t)length, "%s%s",
                   problem->dtype == CLPOOL_BF16 ? " --dtype bf16" : "",
                   problem->layout == CLPOOL_CHANNELS_LAST ? " --layout nhwc" : "");
    return text;
}
