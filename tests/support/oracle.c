/* SPDX-License-Identifier: Apache-2.0 */
#include "support/oracle.h"

#include "support/cmocka.h"

#include <float.h>
#include <math.h>
#include <stdio.h>

/** A float format as IEEE 754 has it. */
struct format {
    int bits;
    int mantissa;
};

static const struct format formats[] = {
    [CLPOOL_F32] = {32, 23}, [CLPOOL_F64] = {64, 52}, [CLPOOL_F16] = {16, 10}, [CLPOOL_BF16] = {16, 7}};

/** The value of a float's bits, by the definition of its format. */
static long double decode(struct format format, uint64_t bits)
{
    const int exponent_bits = format.bits - 1 - format.mantissa;
    const int bias = (1 << (exponent_bits - 1)) - 1;
    const uint64_t fraction = bits & (((uint64_t)1 << format.mantissa) - 1);
    const int exponent = (int)(bits >> format.mantissa & (((uint64_t)1 << exponent_bits) - 1));
    const long double sign = (bits >> (format.bits - 1) & 1) != 0 ? -1.0L : 1.0L;
    if (exponent == (1 << exponent_bits) - 1) {
        return fraction != 0 ? (long double)NAN : sign * (long double)INFINITY;
    }
    const long double significand = (long double)fraction + (exponent > 0 ? ldexpl(1, format.mantissa) : 0);
    return sign * ldexpl(significand, (exponent > 0 ? exponent : 1) - bias - format.mantissa);
}

static long double load(clpool_dtype dtype, const unsigned char *tensor, size_t index)
{
    switch (dtype) {
    case CLPOOL_I8:
        return ((const int8_t *)tensor)[index];
    case CLPOOL_U8:
        return tensor[index];
    default: {
        const size_t bytes = (size_t)formats[dtype].bits / 8;
        uint64_t bits = 0;
        memcpy(&bits, tensor + index * bytes, bytes);
        return decode(formats[dtype], bits);
    }
    }
}

/** The distance between neighbours of a value in its format. */
static long double step_at(struct format format, long double value)
{
    const int bias = (1 << (format.bits - 2 - format.mantissa)) - 1;
    int exponent = 0;
    (void)frexpl(value, &exponent);
    exponent = exponent - 1 < 1 - bias || value == 0 ? 1 - bias : exponent - 1;
    return ldexpl(1, exponent - format.mantissa);
}

static long double greatest_of(struct format format)
{
    const uint64_t infinity = ((uint64_t)1 << (format.bits - 1)) - ((uint64_t)1 << format.mantissa);
    return decode(format, infinity - 1);
}

/** One window: what its taps add up to. */
struct window {
    uint64_t taps;    /* inside the tensor */
    uint64_t counted; /* for the divisor, by the rule */
    long double sum;
    long double absolute; /* of finite values, like powers */
    long double powers;
    int has_infinity;
    int has_nan;
};

/** Where elements lie. */
struct places {
    size_t x[CLPOOL_MAX_RANK + 2];
    size_t y[CLPOOL_MAX_RANK + 2];
    size_t out[CLPOOL_MAX_RANK];
};

static void dense_strides(const clpool_problem *problem, const size_t *spatial, const size_t *given, size_t *strides)
{
    size_t stride = 1;
    memcpy(strides, given, (problem->rank + 2) * sizeof(*strides));
    for (unsigned i = 0; i < problem->rank + 2; i++) {
        if (given[i] != 0) {
            return;
        }
    }
    if (problem->layout == CLPOOL_CHANNELS_LAST) {
        strides[1] = stride;
        stride *= problem->channels;
    }
    for (unsigned i = problem->rank; i-- > 0;) {
        strides[2 + i] = stride;
        stride *= spatial[i];
    }
    if (problem->layout == CLPOOL_CHANNELS_FIRST) {
        strides[1] = stride;
        stride *= problem->channels;
    }
    strides[0] = stride;
}

/** Whether window `output` of an axis has a tap on an input position, which may lie in the padding. */
static int has_tap(const clpool_problem *problem, const struct places *places, unsigned axis, size_t output,
                   long long position)
{
    if (problem->windows == CLPOOL_ADAPTIVE) {
        const long double in = (long double)problem->in[axis];
        const long double out = (long double)places->out[axis];
        return (long double)position >= floorl((long double)output * in / out) &&
               (long double)position < ceill((long double)(output + 1) * in / out);
    }
    const long long start = (long long)(output * problem->stride[axis]) - (long long)problem->pad_lo[axis];
    const long long dilation = (long long)problem->dilation[axis];
    return position >= start && (position - start) % dilation == 0 &&
           (position - start) / dilation < (long long)problem->kernel[axis];
}

/** Taps of a window on one axis that count for the divisor. */
static uint64_t count_axis(const clpool_problem *problem, const struct places *places, unsigned axis, size_t output)
{
    const int is_sliding = problem->windows == CLPOOL_SLIDING;
    const int pads = is_sliding && problem->divisor_rule == CLPOOL_INCLUDE_PAD;
    const long long low = pads ? -(long long)problem->pad_lo[axis] : 0;
    const long long high = (long long)problem->in[axis] + (pads ? (long long)problem->pad_hi[axis] : 0);
    uint64_t count = 0;
    for (long long position = low; position < high; position++) {
        count += has_tap(problem, places, axis, output, position) ? 1 : 0;
    }
    return count;
}

static long double power(long double base, unsigned p)
{
    return p == 1 ? base : powl(base, p);
}

/** Goes through all of the plane for the elements on which the window has a tap. */
static struct window sum_window(const clpool_problem *problem, const struct places *places, const unsigned char *x,
                                size_t plane, const size_t output[CLPOOL_MAX_RANK])
{
    struct window window = {.counted = problem->divisor_rule == CLPOOL_FIXED_DIVISOR ? problem->divisor : 1};
    const size_t in[CLPOOL_MAX_RANK] = {problem->in[0], problem->rank > 1 ? problem->in[1] : 1,
                                        problem->rank > 2 ? problem->in[2] : 1};
    for (unsigned i = 0; i < problem->rank && problem->divisor_rule != CLPOOL_FIXED_DIVISOR; i++) {
        window.counted *= count_axis(problem, places, i, output[i]);
    }
    for (size_t i = 0; i < in[0]; i++) {
        if (!has_tap(problem, places, 0, output[0], (long long)i)) {
            continue;
        }
        for (size_t j = 0; j < in[1]; j++) {
            if (problem->rank > 1 && !has_tap(problem, places, 1, output[1], (long long)j)) {
                continue;
            }
            for (size_t k = 0; k < in[2]; k++) {
                if (problem->rank > 2 && !has_tap(problem, places, 2, output[2], (long long)k)) {
                    continue;
                }
                const size_t at = plane + i * places->x[2] + (problem->rank > 1 ? j * places->x[3] : 0) +
                                  (problem->rank > 2 ? k * places->x[4] : 0);
                const long double value = load(problem->dtype, x, at);
                window.taps++;
                window.sum += value;
                window.has_infinity |= isinf(value) != 0;
                window.has_nan |= isnan(value) != 0;
                window.absolute += isinf(value) ? 0 : fabsl(value);
                window.powers += isinf(value) ? 0 : power(fabsl(value), problem->p);
            }
        }
    }
    return window;
}

/** What the header allows, in epsilons of the sums' type. */
static long double epsilons(const clpool_problem *problem, uint64_t taps)
{
    const long double epsilon = problem->dtype == CLPOOL_F64 ? (long double)DBL_EPSILON : (long double)FLT_EPSILON;
    const long double beyond = taps > 256 ? log2l((long double)taps / 256) : 0;
    return (4 + beyond) * epsilon;
}

/** Whether sums come so near to overflow, or powers to underflow, that their order or precision matters. */
static int is_extreme(const clpool_problem *problem, const struct window *window)
{
    const long double greatest = problem->dtype == CLPOOL_F64 ? (long double)DBL_MAX : (long double)FLT_MAX;
    const long double least = problem->dtype == CLPOOL_F64 ? 1e-290L : 1e-27L;
    const long double sum = problem->mode == CLPOOL_LP ? window->powers : window->absolute;
    return sum > greatest / 4 ||
           (problem->mode == CLPOOL_LP && !window->has_infinity && window->absolute > 0 && sum < least);
}

static int accepts_element(const clpool_problem *problem, const struct window *window, long double got,
                           long double *expected, long double *bound)
{
    *bound = 0;
    *expected = 0;
    if (problem->dtype == CLPOOL_I8 || problem->dtype == CLPOOL_U8) {
        const long double low = problem->dtype == CLPOOL_I8 ? -128 : 0;
        const long double high = problem->dtype == CLPOOL_I8 ? 127 : 255;
        *expected = window->taps == 0 ? 0 : rintl(window->sum / (long double)window->counted);
        *expected = *expected < low ? low : *expected > high ? high : *expected;
        return got == *expected;
    }
    if (window->taps == 0) {
        return got == 0 && !signbit(got);
    }
    if (is_extreme(problem, window)) {
        return 1;
    }
    *expected = window->sum / (long double)window->counted;
    if (problem->mode == CLPOOL_LP) {
        *expected = window->has_nan        ? (long double)NAN
                    : window->has_infinity ? (long double)INFINITY
                                           : powl(window->powers, 1 / (long double)problem->p);
    }
    if (isnan(*expected) || isinf(*expected)) {
        return isnan(*expected) ? isnan(got) != 0 : got == *expected;
    }
    const long double size = problem->mode == CLPOOL_LP ? *expected : window->absolute / (long double)window->counted;
    const struct format sums = formats[problem->dtype == CLPOOL_F64 ? CLPOOL_F64 : CLPOOL_F32];
    *bound = epsilons(problem, window->taps) * size + step_at(sums, 0);
    if (isinf(got)) { /* rounded up to infinity */
        return fabsl(*expected) + *bound >= greatest_of(formats[problem->dtype]);
    }
    if (problem->dtype == CLPOOL_F16 || problem->dtype == CLPOOL_BF16) {
        *bound += step_at(formats[problem->dtype], *expected);
    }
    return fabsl(got - *expected) <= *bound;
}

int oracle_accepts(const clpool_problem *problem, const unsigned char *x, const unsigned char *y, char *message,
                   size_t size)
{
    struct places places;
    size_t planes = 1;
    memset(&places, 0, sizeof(places));
    assert_success(clpool_output_extent(problem, places.out));
    dense_strides(problem, problem->in, problem->x_stride, places.x);
    dense_strides(problem, places.out, problem->y_stride, places.y);
    for (unsigned i = 0; i < problem->rank; i++) {
        planes *= places.out[i];
    }
    for (size_t number = 0; number < problem->batch * problem->channels * planes; number++) {
        const size_t n = number / planes / problem->channels;
        const size_t c = number / planes % problem->channels;
        size_t output[CLPOOL_MAX_RANK] = {0};
        size_t rest = number % planes;
        size_t at = n * places.y[0] + c * places.y[1];
        for (unsigned i = problem->rank; i-- > 0;) {
            output[i] = rest % places.out[i];
            rest /= places.out[i];
            at += output[i] * places.y[2 + i];
        }
        const struct window window = sum_window(problem, &places, x, n * places.x[0] + c * places.x[1], output);
        const long double got = load(problem->dtype, y, at);
        long double expected = 0;
        long double bound = 0;
        if (!accepts_element(problem, &window, got, &expected, &bound)) {
            (void)snprintf(message, size, "y[%zu] is %.21Lg, expected %.21Lg within %.3Lg (%llu taps)", at, got,
                           expected, bound, (unsigned long long)window.taps);
            return 0;
        }
    }
    return 1;
}
