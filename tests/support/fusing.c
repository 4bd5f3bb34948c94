/* SPDX-License-Identifier: Apache-2.0 */
#include "support/fusing.h"

#include "base/dtype.h"
#include "support/cmocka.h"

#include <math.h>

/* One function of an expression in both types; the compiler of tests keeps to IEEE 754 and fuses no operations. */
#define BOTH(name, expression)                                                                                         \
    static float name##_f32(float x, const float *p)                                                                   \
    {                                                                                                                  \
        typedef float real;                                                                                            \
        (void)p;                                                                                                       \
        return expression;                                                                                             \
    }                                                                                                                  \
    static double name##_f64(double x, const float *p)                                                                 \
    {                                                                                                                  \
        typedef double real;                                                                                           \
        (void)p;                                                                                                       \
        return expression;                                                                                             \
    }

/** Keeps the product a value of its own. */
#define TIMES(a, b) ((real)((a) * (b)))

BOTH(scale_and_bias, TIMES(x, (real)p[0]) + (real)p[1])
BOTH(leaky, x > (real)0 ? x : TIMES((real)0.125, x))
BOTH(scale, TIMES(x, (real)p[0]))
BOTH(requantise, TIMES(x - (real)p[0], (real)p[1]) + (real)3)
BOTH(square, TIMES(x, x))
BOTH(nan_if_negative, (real)sqrt((double)(x - (real)fabs((double)x))) + x)
BOTH(clamp_to_six, x != x ? x : x < (real)-2 ? (real)-2 : x > (real)6 ? (real)6 : x)

#define LOAD(name) .load_f32 = name##_f32, .load_f64 = name##_f64
#define STORE(name) .store_f32 = name##_f32, .store_f64 = name##_f64

static const struct fusing cases[] = {
    {.load = "x * p0 + p1", .activation = CLPOOL_RELU, .parameters = 2, LOAD(scale_and_bias)},
    {.load = "x > 0 ? x : 0.125f * x",
     .store = "x * p0",
     .parameters = 1,
     .scope = CLPOOL_PER_TENSOR,
     LOAD(leaky),
     STORE(scale)},
    {.store = "(x - p0) * p1 + 3", .parameters = 2, STORE(requantise)},
    {.activation = CLPOOL_RELU},
    {.load = "x*x", LOAD(square)},
    {.load = "sqrt(x - fabs(x)) + x",
     .store = "isnan(x) ? x : clamp(x, -2.0, 6)",
     LOAD(nan_if_negative),
     STORE(clamp_to_six)},
};

const struct fusing *fusing_at(size_t index)
{
    return index < sizeof(cases) / sizeof(cases[0]) ? &cases[index] : NULL;
}

float fusing_parameter(unsigned parameter, size_t channel)
{
    static const float values[] = {1.5f, -2.0f, 0.75f, 1.0f, -0.5f, 3.0f, 0.0f};
    return values[(channel * 3 + parameter * 5) % (sizeof(values) / sizeof(values[0]))];
}

int fusing_takes(const struct fusing *fusing, const clpool_problem *problem)
{
    size_t taps = 1;
    for (unsigned i = 0; i < problem->rank; i++) {
        taps *= problem->kernel[i];
    }
    const int is_full = (problem->mask_form == CLPOOL_MASK_WINDOW_2BIT && taps == 4) ||
                        (problem->mask_form == CLPOOL_MASK_WINDOW_4BIT && taps == 16);
    const int has_expressions = fusing->load != NULL || fusing->store != NULL;
    return !(has_expressions && problem->dtype == CLPOOL_I32) &&
           !(fusing->activation == CLPOOL_RELU && (problem->mode != CLPOOL_MAX || is_full));
}

/* ---- elements ---- */

static void store_integer(const clpool_problem *problem, void *tensor, size_t index, float value)
{
    const float least = problem->dtype == CLPOOL_U8 ? 0.0f : -128.0f;
    const float most = problem->dtype == CLPOOL_U8 ? 255.0f : 127.0f;
    const float settled = isnan(value) ? 0.0f : value < least ? least : value > most ? most : value;
    ((unsigned char *)tensor)[index] = (unsigned char)(int)nearbyintf(settled);
}

/** Rounds a value to the dtype; the library's own rounding of sums, which loses the sign of zero. */
static void store(const clpool_problem *problem, void *tensor, size_t index, double value)
{
    const struct dtype *dtype = dtype_find(problem->dtype);
    if (!dtype->is_float) {
        store_integer(problem, tensor, index, (float)value);
    } else if (value == 0.0) {
        dtype_store_bits(dtype, tensor, index, signbit(value) ? (uint64_t)1 << (8 * dtype->bytes - 1) : 0);
    } else {
        dtype->store(tensor, index, value);
    }
}

static void apply(const clpool_problem *problem, const struct fusing *fusing, int is_load, void *tensor, size_t index,
                  size_t channel)
{
    float p[CLPOOL_MAX_PARAMETERS];
    const double x = dtype_find(problem->dtype)->load(tensor, index);
    for (unsigned i = 0; i < fusing->parameters; i++) {
        p[i] = fusing_parameter(i, fusing->scope == CLPOOL_PER_TENSOR ? 0 : channel);
    }
    if (problem->dtype == CLPOOL_F64) {
        store(problem, tensor, index, (is_load ? fusing->load_f64 : fusing->store_f64)(x, p));
    } else {
        store(problem, tensor, index, (double)(is_load ? fusing->load_f32 : fusing->store_f32)((float)x, p));
    }
}

/** Cuts an element that is not above zero; whether it was. */
static int cut(const clpool_problem *problem, void *tensor, size_t index)
{
    const int is_cut = dtype_find(problem->dtype)->load(tensor, index) <= 0.0;
    if (is_cut) {
        dtype_store_bits(dtype_find(problem->dtype), tensor, index, 0);
    }
    return is_cut;
}

/* ---- tensors ---- */

/** All elements of a tensor in the order of N, C and the spatial axes: where each is, and where it were if the tensor
 * was dense in its layout. */
struct walk {
    size_t extent[CLPOOL_MAX_RANK + 2];
    size_t stride[CLPOOL_MAX_RANK + 2];
    size_t dense[CLPOOL_MAX_RANK + 2];
    size_t axes;
    size_t count;
};

static struct walk make_walk(const clpool_problem *problem, const size_t *extent, const size_t *stride)
{
    struct walk walk = {.axes = problem->rank + 2, .count = problem->batch * problem->channels};
    int is_strided = 0;
    size_t pitch = problem->layout == CLPOOL_CHANNELS_LAST ? problem->channels : 1;
    walk.extent[0] = problem->batch;
    walk.extent[1] = problem->channels;
    for (size_t i = walk.axes; i-- > 2;) {
        walk.extent[i] = extent[i - 2];
        walk.count *= extent[i - 2];
        walk.dense[i] = pitch;
        pitch *= extent[i - 2];
    }
    walk.dense[1] = problem->layout == CLPOOL_CHANNELS_LAST ? 1 : pitch;
    walk.dense[0] = problem->layout == CLPOOL_CHANNELS_LAST ? pitch : pitch * problem->channels;
    for (size_t i = 0; i < walk.axes; i++) {
        is_strided = is_strided || stride[i] != 0;
    }
    memcpy(walk.stride, is_strided ? stride : walk.dense, sizeof(walk.stride));
    return walk;
}

static size_t place_of(const struct walk *walk, const size_t *stride, size_t item)
{
    size_t place = 0;
    for (size_t i = walk->axes; i-- > 0;) {
        place += item % walk->extent[i] * stride[i];
        item /= walk->extent[i];
    }
    return place;
}

static size_t channel_of(const struct walk *walk, size_t item)
{
    return item / (walk->count / walk->extent[0] / walk->extent[1]) % walk->extent[1];
}

void fusing_load(const struct fusing *fusing, const clpool_problem *problem, unsigned char *x)
{
    const struct walk walk = make_walk(problem, problem->in, problem->x_stride);
    for (size_t i = 0; i < walk.count && fusing->load != NULL; i++) {
        apply(problem, fusing, 1, x, place_of(&walk, walk.stride, i), channel_of(&walk, i));
    }
}

/** Sets all bits of the index-th value of a mask. */
static void store_sentinel(const clpool_problem *problem, unsigned char *mask, size_t index)
{
    const unsigned bits = problem->mask_form == CLPOOL_MASK_WINDOW_2BIT   ? 2
                          : problem->mask_form == CLPOOL_MASK_WINDOW_4BIT ? 4
                                                                          : 8;
    size_t bytes = 0;
    assert_success(clpool_mask_element_bytes(problem, &bytes));
    if (bits == 8) {
        memset(mask + index * bytes, 0xff, bytes);
    } else {
        mask[index * bits / 8] |= (unsigned char)(((1u << bits) - 1) << index * bits % 8);
    }
}

void fusing_store(const struct fusing *fusing, const clpool_problem *problem, unsigned char *y, unsigned char *mask)
{
    size_t out[CLPOOL_MAX_RANK];
    assert_success(clpool_output_extent(problem, out));
    const struct walk walk = make_walk(problem, out, problem->y_stride);
    for (size_t i = 0; i < walk.count; i++) {
        const size_t place = place_of(&walk, walk.stride, i);
        if (fusing->activation == CLPOOL_RELU && cut(problem, y, place) && mask != NULL) {
            store_sentinel(problem, mask, place_of(&walk, walk.dense, i));
        }
        if (fusing->store != NULL) {
            apply(problem, fusing, 0, y, place, channel_of(&walk, i));
        }
    }
}
