/* SPDX-License-Identifier: Apache-2.0
 *
 * fused.cl: what the caller's expressions make of values where these are loaded and stored. Fourth part of every
 * program.
 *
 * Options, which the text before value.cl defines (host/problem/expression.c makes it); without them values stay as
 * they are:
 *   CLPOOL_LOAD_EXPRESSION    what becomes of a loaded value: an expression of `x`, of type clpool_x, and parameters
 *   CLPOOL_STORE_EXPRESSION   what becomes of a pooled value before it is stored
 *   CLPOOL_RELU               1 where a pooled value that is not above zero becomes +0.0 (a NaN stays), before the
 *                             expression, and its mask value the sentinel
 *   CLPOOL_PARAMETERS         how many parameters there are; kernels then take CLPOOL_FUSION_ARGUMENTS
 *   CLPOOL_PER_TENSOR         1 where parameters are one number each, 0 where they are one for each channel
 *
 * Expressions are computed in f64 for f64, else in f32, and rounded once to the dtype, to nearest even; 8-bit integers
 * saturate, and take 0 for a NaN. The one NaN that comes out is the positive quiet one without a payload.
 */

#ifndef CLPOOL_RELU
#define CLPOOL_RELU 0
#endif
#ifndef CLPOOL_PARAMETERS
#define CLPOOL_PARAMETERS 0
#endif
#ifndef CLPOOL_PER_TENSOR
#define CLPOOL_PER_TENSOR 0
#endif

#if CLPOOL_RELU || defined(CLPOOL_LOAD_EXPRESSION) || defined(CLPOOL_STORE_EXPRESSION)
#define CLPOOL_IS_FUSED 1
#else
#define CLPOOL_IS_FUSED 0
#endif

#if CLPOOL_DTYPE_F64
typedef double clpool_real;
typedef double clpool_real1;
typedef double4 clpool_real4;
#else
typedef float clpool_real;
typedef float clpool_real1;
typedef float4 clpool_real4;
typedef float8 clpool_real8;
typedef float16 clpool_real16;
#endif

/* ---- Parameters ---- */

/* Where the parameters are, and the channel of the values at hand, or the first of as many as there are lanes. */
typedef struct {
#if CLPOOL_PARAMETERS
    __global const clpool_real *parameters; /* of all channels, one parameter after the other */
    clpool_index channels;
    clpool_index channel;
#else
    int none;
#endif
} clpool_fusion;

#if CLPOOL_PARAMETERS
#define CLPOOL_FUSION_ARGUMENTS                                                                                        \
    , __global const clpool_real *parameters, ulong parameters_offset, clpool_index parameter_channels
#define CLPOOL_FUSION clpool_fusion_of(parameters + parameters_offset, parameter_channels)

static inline clpool_fusion clpool_fusion_of(__global const clpool_real *parameters, clpool_index channels)
{
    clpool_fusion fusion;
    fusion.parameters = parameters;
    fusion.channels = channels;
    fusion.channel = 0;
    return fusion;
}
#else
#define CLPOOL_FUSION_ARGUMENTS
#define CLPOOL_FUSION clpool_no_fusion()
#endif

/* Of kernels that load and store values as they are. */
static inline clpool_fusion clpool_no_fusion(void)
{
    const clpool_fusion fusion = {0};
    return fusion;
}

/* What is fused, as a member of another struct: there only where it holds something, since Mesa's compiler passes an
 * empty one through memory. */
#if CLPOOL_PARAMETERS
#define CLPOOL_FUSION_MEMBER clpool_fusion fusion;
#define CLPOOL_KEEP_FUSION(structure, value) ((structure)->fusion = (value))
#define CLPOOL_KEPT_FUSION(structure) ((structure)->fusion)
#else
#define CLPOOL_FUSION_MEMBER
#define CLPOOL_KEEP_FUSION(structure, value) ((void)(structure), (void)(value))
#define CLPOOL_KEPT_FUSION(structure) ((void)(structure), clpool_no_fusion())
#endif

static inline clpool_fusion clpool_at_channel(clpool_fusion fusion, clpool_index channel)
{
#if CLPOOL_PARAMETERS
    fusion.channel = channel;
#endif
    (void)channel;
    return fusion;
}

/* The same, given the number of a plane in a tensor whose channels come first. */
static inline clpool_fusion clpool_at_plane(clpool_fusion fusion, clpool_index plane)
{
#if CLPOOL_PARAMETERS && !CLPOOL_PER_TENSOR
    fusion.channel = plane % fusion.channels;
#endif
    (void)plane;
    return fusion;
}

/* A parameter in an expression: one number for all lanes, or where lanes are channels, one for each. */
#if CLPOOL_PER_TENSOR
#define CLPOOL_PARAMETER(i) ((clpool_x)(fusion.parameters[i]))
#else
#define CLPOOL_PARAMETER(i)                                                                                            \
    ((clpool_x)(*(__global const clpool_x_parameter *)(fusion.parameters + (ulong)(i) * (ulong)fusion.channels +       \
                                                       (ulong)fusion.channel)))
#endif
#if CLPOOL_CHANNELS_LAST
#define CLPOOL_PARAMETER_TYPE(n) clpool_real##n
#else
#define CLPOOL_PARAMETER_TYPE(n) clpool_real
#endif

/* ---- Expressions ---- */

/* One of n lanes; types inside have the names that the text uses. */
#define CLPOOL_EXPRESSION(name, expression, n)                                                                         \
    static inline clpool_real##n name##n(clpool_real##n x, clpool_fusion fusion)                                       \
    {                                                                                                                  \
        typedef clpool_real##n clpool_x;                                                                               \
        typedef CLPOOL_PARAMETER_TYPE(n) clpool_x_parameter __attribute__((aligned(sizeof(clpool_real))));             \
        (void)sizeof(clpool_x_parameter);                                                                              \
        (void)fusion;                                                                                                  \
        return (clpool_x)(expression);                                                                                 \
    }

/* For one value and for lanes, in every program: what one of them does not take, none does. */
#if CLPOOL_DTYPE_F64
#define CLPOOL_EXPRESSIONS(name, expression)                                                                           \
    CLPOOL_EXPRESSION(name, expression, 1)                                                                             \
    CLPOOL_EXPRESSION(name, expression, 4)
#else
#define CLPOOL_EXPRESSIONS(name, expression)                                                                           \
    CLPOOL_EXPRESSION(name, expression, 1)                                                                             \
    CLPOOL_EXPRESSION(name, expression, 4)                                                                             \
    CLPOOL_EXPRESSION(name, expression, 8)                                                                             \
    CLPOOL_EXPRESSION(name, expression, 16)
#endif
#ifdef CLPOOL_LOAD_EXPRESSION
CLPOOL_EXPRESSIONS(clpool_load_expression, CLPOOL_LOAD_EXPRESSION)
#endif
#ifdef CLPOOL_STORE_EXPRESSION
CLPOOL_EXPRESSIONS(clpool_store_expression, CLPOOL_STORE_EXPRESSION)
#endif

/* ---- One value ---- */

#if defined(CLPOOL_LOAD_EXPRESSION) || defined(CLPOOL_STORE_EXPRESSION)

#if CLPOOL_IS_FLOAT

static inline clpool_real clpool_to_real(clpool_value value)
{
    return clpool_widen(value);
}

/* A zero keeps its sign, unlike a sum's. */
static inline clpool_value clpool_from_real(clpool_real real)
{
    return clpool_bits_of_sum(real) == CLPOOL_SUM_SIGN ? (clpool_value)(CLPOOL_SIGN >> CLPOOL_UNUSED_BITS)
                                                       : clpool_narrow(real);
}

#else

static inline clpool_real clpool_to_real(clpool_value value)
{
    return (clpool_real)value;
}

#if CLPOOL_DTYPE_U8
#define CLPOOL_REAL_LEAST 0.0f
#define CLPOOL_REAL_MOST 255.0f
#else
#define CLPOOL_REAL_LEAST (-128.0f)
#define CLPOOL_REAL_MOST 127.0f
#endif

/* By way of an int: of a float to 8 bits Mesa 22.3 makes code for llvmpipe that LLVM ends the process at. */
static inline clpool_value clpool_from_real(clpool_real real)
{
    const clpool_real number = isnan(real) ? 0.0f : clamp(real, CLPOOL_REAL_LEAST, CLPOOL_REAL_MOST);
    return (clpool_value)convert_int(rint(number));
}

#endif

#endif

/* A loaded value as it is pooled. */
static inline clpool_value clpool_fuse_load(clpool_value value, clpool_fusion fusion)
{
#ifdef CLPOOL_LOAD_EXPRESSION
    return clpool_from_real(clpool_load_expression1(clpool_to_real(value), fusion));
#else
    (void)fusion;
    return value;
#endif
}

/* Whether a pooled value is cut to zero, so that its window has no winner, given the value's key; and given itself. */
static inline bool clpool_cuts(clpool_key key)
{
#if CLPOOL_RELU && CLPOOL_IS_FLOAT
    return key <= 0 && key != CLPOOL_KEY_NAN;
#else
    return CLPOOL_RELU && key <= 0;
#endif
}

static inline bool clpool_is_cut(clpool_value value)
{
    return clpool_cuts(clpool_key_of(value));
}

/* A pooled value as it is stored. */
static inline clpool_value clpool_fuse_store(clpool_value value, clpool_fusion fusion)
{
    if (clpool_is_cut(value)) {
        value = 0;
    }
#ifdef CLPOOL_STORE_EXPRESSION
    return clpool_from_real(clpool_store_expression1(clpool_to_real(value), fusion));
#else
    (void)fusion;
    return value;
#endif
}

/* ---- Lanes ---- */

#if !CLPOOL_DTYPE_F64

/* From lanes, and back with the value rounded to the dtype; the bits of a NaN are settled by who stores it. */
#if CLPOOL_DTYPE_F32
#define CLPOOL_TO_REALS(n, lanes) (lanes)
#define CLPOOL_FROM_REALS(n, reals) (reals)
#elif CLPOOL_DTYPE_F16
#define CLPOOL_TO_REALS(n, lanes) (lanes)
#define CLPOOL_FROM_REALS(n, reals) clpool_from_half##n(clpool_to_half##n(reals))
#elif CLPOOL_DTYPE_BF16
#define CLPOOL_TO_REALS(n, lanes) (lanes)
#define CLPOOL_FROM_REALS(n, reals)                                                                                    \
    as_float##n(isnan(reals) ? (uint##n)(0x7fc00000u)                                                                  \
                             : ((as_uint##n(reals) + 0x7fffu + (as_uint##n(reals) >> 16 & 1u)) & 0xffff0000u))
#else
#define CLPOOL_TO_REALS(n, lanes) convert_float##n(lanes)
#define CLPOOL_FROM_REALS(n, reals)                                                                                    \
    convert_int##n(isnan(reals) ? (float##n)(0.0f) : rint(clamp(reals, CLPOOL_REAL_LEAST, CLPOOL_REAL_MOST)))
#endif

/* Which lanes are cut: all bits set, so that taps become the sentinel. */
#if CLPOOL_RELU
#define CLPOOL_CUT(n, lanes) ((lanes) <= (CLPOOL_LANES(n))(0))
#else
#define CLPOOL_CUT(n, lanes) ((int##n)(0))
#endif

#ifdef CLPOOL_LOAD_EXPRESSION
#define CLPOOL_FUSE_LOAD(n)                                                                                            \
    const clpool_real##n loaded = clpool_load_expression##n(CLPOOL_TO_REALS(n, lanes), fusion);                        \
    lanes = CLPOOL_FROM_REALS(n, loaded);
#else
#define CLPOOL_FUSE_LOAD(n)
#endif

#ifdef CLPOOL_STORE_EXPRESSION
#define CLPOOL_FUSE_STORE(n)                                                                                           \
    clpool_real##n stored = clpool_store_expression##n(CLPOOL_TO_REALS(n, lanes), fusion);                             \
    CLPOOL_SETTLE_NAN(n, stored);                                                                                      \
    lanes = CLPOOL_FROM_REALS(n, stored);
#else
#define CLPOOL_FUSE_STORE(n)
#endif

/* Lanes as they are pooled, and pooled ones, none of them a NaN, as they are stored. */
#define CLPOOL_FUSE_LANES(n)                                                                                           \
    CLPOOL_INLINE CLPOOL_LANES(n) clpool_fuse_load##n(CLPOOL_LANES(n) lanes, clpool_fusion fusion)                     \
    {                                                                                                                  \
        (void)fusion;                                                                                                  \
        CLPOOL_FUSE_LOAD(n)                                                                                            \
        return lanes;                                                                                                  \
    }                                                                                                                  \
                                                                                                                       \
    CLPOOL_INLINE CLPOOL_LANES(n) clpool_fuse_store##n(CLPOOL_LANES(n) lanes, clpool_fusion fusion)                    \
    {                                                                                                                  \
        (void)fusion;                                                                                                  \
        lanes = CLPOOL_CUT(n, lanes) ? (CLPOOL_LANES(n))(0) : lanes;                                                   \
        CLPOOL_FUSE_STORE(n)                                                                                           \
        return lanes;                                                                                                  \
    }
CLPOOL_FUSE_LANES(4)
CLPOOL_FUSE_LANES(8)
CLPOOL_FUSE_LANES(16)

#endif
