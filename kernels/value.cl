/* SPDX-License-Identifier: Apache-2.0
 *
 * value.cl: element types, the order of values, and sums. First part of every program.
 *
 * Options, all of them set by the host:
 *   CLPOOL_INDEX_BITS         32 or 64: width of offsets within a tensor. 32 only where each tensor has fewer than
 *                             2^30 elements and each padded axis fewer than 2^29, so that no sum here overflows.
 *   CLPOOL_MASK_BITS          8, 16, 32 or 64: width of a mask value.
 *   CLPOOL_MASK_WINDOW        1 where a mask value is a tap's number in its window (8, 16 or 32 bits), 0 where it is
 *                             an index:
 *   CLPOOL_MASK_TENSOR        in the whole tensor (1), or in its plane (0), and
 *   CLPOOL_MASK_COLMAJOR      with the spatial axes column-major (1), or row-major (0).
 *   CLPOOL_DTYPE_F32          1 for that dtype; so _F64, _F16, _BF16, _I8, _U8 and _I32. Exactly one is set.
 *   CLPOOL_NAN_IGNORE         1 where a NaN never beats a number, 0 where it propagates.
 *   CLPOOL_CHANNELS_LAST      1 where channels are the fastest axis of dense tensors, 0 where they come before the
 *                             spatial axes.
 *   CLPOOL_FLUSHES_DENORMALS  1 where the device's f32 arithmetic may flush denormals (no CL_FP_DENORM), else 0.
 *
 * Bits: values are loaded, compared and stored as integers. Maximum so needs no floating-point instruction, and neither
 * a NaN's payload, a denormal nor the sign of a zero can change on the way. Sums use IEEE additions, in f64 for f64 and
 * in f32 for the other float types, in the order that the caller gives; see clpool_add and clpool_narrow for what makes
 * them equal on every device.
 */

#if CLPOOL_INDEX_BITS == 64
typedef long clpool_index;
typedef long4 clpool_index4;
#else
typedef int clpool_index;
typedef int4 clpool_index4;
#endif

#if CLPOOL_MASK_BITS == 8
typedef uchar clpool_mask;
#elif CLPOOL_MASK_BITS == 16
typedef ushort clpool_mask;
#elif CLPOOL_MASK_BITS == 64
typedef long clpool_mask;
#elif CLPOOL_MASK_WINDOW
typedef uint clpool_mask;
#else
typedef int clpool_mask;
#endif

/* All bits set: the sentinel of every mask width once it is narrowed to it. */
#define CLPOOL_NO_TAP 0xffffffffu

/* For each dtype: clpool_value as stored, clpool_bits as computed with (floats left-aligned, so that sign, infinity and
 * comparison are alike for all), and clpool_key, wide enough for the order and two keys more. */
#if CLPOOL_DTYPE_F64
typedef ulong clpool_value;
typedef ulong clpool_bits;
typedef long clpool_key;
#define CLPOOL_SIGN 0x8000000000000000UL
#define CLPOOL_INFINITY 0x7ff0000000000000UL
#define CLPOOL_UNUSED_BITS 0
#elif CLPOOL_DTYPE_F32
typedef uint clpool_value;
typedef uint clpool_bits;
typedef int clpool_key;
#define CLPOOL_SIGN 0x80000000u
#define CLPOOL_INFINITY 0x7f800000u
#define CLPOOL_UNUSED_BITS 0
#elif CLPOOL_DTYPE_F16
typedef ushort clpool_value;
typedef uint clpool_bits;
typedef int clpool_key;
#define CLPOOL_SIGN 0x80000000u
#define CLPOOL_INFINITY 0x7c000000u
#define CLPOOL_UNUSED_BITS 16
#elif CLPOOL_DTYPE_BF16
typedef ushort clpool_value;
typedef uint clpool_bits;
typedef int clpool_key;
#define CLPOOL_SIGN 0x80000000u
#define CLPOOL_INFINITY 0x7f800000u
#define CLPOOL_UNUSED_BITS 16
#elif CLPOOL_DTYPE_I8
typedef char clpool_value;
typedef int clpool_key;
#define CLPOOL_IDENTITY ((clpool_value)CHAR_MIN)
#elif CLPOOL_DTYPE_U8
typedef uchar clpool_value;
typedef int clpool_key;
#define CLPOOL_IDENTITY ((clpool_value)0)
#else /* CLPOOL_DTYPE_I32 */
typedef int clpool_value;
typedef long clpool_key;
#define CLPOOL_IDENTITY INT_MIN
#endif

#define CLPOOL_IS_FLOAT (CLPOOL_DTYPE_F64 || CLPOOL_DTYPE_F32 || CLPOOL_DTYPE_F16 || CLPOOL_DTYPE_BF16)

/* Keys outside the order of the values: below all of them, and (for a NaN that is to win) above. */
#if CLPOOL_DTYPE_F64 || CLPOOL_DTYPE_I32
#define CLPOOL_KEY_NONE LONG_MIN
#define CLPOOL_KEY_TOP LONG_MAX
#else
#define CLPOOL_KEY_NONE INT_MIN
#define CLPOOL_KEY_TOP INT_MAX
#endif

#if CLPOOL_IS_FLOAT

/* The maximum of no value at all: -inf. */
#define CLPOOL_IDENTITY ((clpool_value)((CLPOOL_SIGN | CLPOOL_INFINITY) >> CLPOOL_UNUSED_BITS))

/* A NaN that propagates is above every value; one that is ignored is below, but above no value at all. */
#if CLPOOL_NAN_IGNORE
#define CLPOOL_KEY_NAN (CLPOOL_KEY_NONE + 1)
#else
#define CLPOOL_KEY_NAN CLPOOL_KEY_TOP
#endif

/* An integer that orders as the value does: -inf lowest, -0.0 and +0.0 equal. */
static inline clpool_key clpool_key_of(clpool_value value)
{
    const clpool_bits bits = (clpool_bits)value << CLPOOL_UNUSED_BITS;
    if ((bits & ~CLPOOL_SIGN) > CLPOOL_INFINITY) {
        return CLPOOL_KEY_NAN;
    }
    return (bits & CLPOOL_SIGN) != 0u ? (clpool_key)(CLPOOL_SIGN - bits) : (clpool_key)bits;
}

#else

static inline clpool_key clpool_key_of(clpool_value value)
{
    return (clpool_key)value;
}

#endif

/* Whether a value takes the place of the best before it in scan order: the first maximum and, where NaNs propagate, the
 * last NaN win. */
static inline bool clpool_beats(clpool_key candidate, clpool_key best)
{
    return candidate > best || candidate == CLPOOL_KEY_TOP;
}

#if CLPOOL_DTYPE_F64
#pragma OPENCL EXTENSION cl_khr_fp64 : enable

typedef double clpool_sum;

static inline clpool_sum clpool_widen(clpool_value value)
{
    return as_double(value);
}

/* Rounds a sum to the stored type. Devices disagree on the payload of a NaN that they compute, and some compilers drop
 * the addition of zero that turns -0.0 into +0.0: both are settled here, for every dtype. */
static inline clpool_value clpool_narrow(clpool_sum sum)
{
    const clpool_value value = as_ulong(sum);
    if ((value & ~CLPOOL_SIGN) > CLPOOL_INFINITY) {
        return 0x7ff8000000000000UL;
    }
    return value == CLPOOL_SIGN ? 0u : value;
}

/* Denormals are part of cl_khr_fp64. */
static inline clpool_sum clpool_add(clpool_sum a, clpool_sum b)
{
    return a + b;
}

#elif CLPOOL_IS_FLOAT

typedef float clpool_sum;

#define CLPOOL_F32_SIGN 0x80000000u
#define CLPOOL_F32_INFINITY 0x7f800000u

/* f32 bits of a sum with NaN and zero settled; see clpool_narrow above. */
static inline uint clpool_settle(clpool_sum sum)
{
    const uint bits = as_uint(sum);
    if ((bits & ~CLPOOL_F32_SIGN) > CLPOOL_F32_INFINITY) {
        return 0x7fc00000u;
    }
    return bits == CLPOOL_F32_SIGN ? 0u : bits;
}

#if CLPOOL_DTYPE_F32

static inline clpool_sum clpool_widen(clpool_value value)
{
    return as_float(value);
}

static inline clpool_value clpool_narrow(clpool_sum sum)
{
    return clpool_settle(sum);
}

#elif CLPOOL_DTYPE_BF16

static inline clpool_sum clpool_widen(clpool_value value)
{
    return as_float((uint)value << 16);
}

/* To nearest even; the settled NaN has a zero lower half and stays as it is. */
static inline clpool_value clpool_narrow(clpool_sum sum)
{
    const uint bits = clpool_settle(sum);
    return (clpool_value)((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}

#else /* f16: conversions are core OpenCL, arithmetic in it is not and is not needed */

static inline clpool_sum clpool_widen(clpool_value value)
{
    return vload_half(0, (const half *)&value);
}

static inline clpool_value clpool_narrow(clpool_sum sum)
{
    clpool_value value;
    const float settled = as_float(clpool_settle(sum));
    if (isnan(settled)) {
        return 0x7e00;
    }
    vstore_half_rte(settled, 0, (half *)&value);
    return value;
}

#endif

#if CLPOOL_FLUSHES_DENORMALS

/* Magnitude of 2^-100. A sum with an operand of at least this magnitude is not changed by flushing: a denormal is less
 * than half of the smallest step near that operand, and the sum itself, if not zero, is far from the denormals. */
#define CLPOOL_SAFE_MAGNITUDE 0x0d800000u

/* A value below that magnitude in units of 2^-149, the smallest denormal. */
static inline long clpool_to_fixed(uint bits)
{
    const uint exponent = (bits & CLPOOL_F32_INFINITY) >> 23;
    const ulong fraction = bits & 0x007fffffu;
    const ulong magnitude = exponent == 0u ? fraction : (fraction | 0x00800000u) << (exponent - 1u);
    return (bits & CLPOOL_F32_SIGN) != 0u ? -(long)magnitude : (long)magnitude;
}

static inline uint clpool_from_fixed(long fixed)
{
    const uint sign = fixed < 0 ? CLPOOL_F32_SIGN : 0u;
    const ulong magnitude = (ulong)(fixed < 0 ? -fixed : fixed);
    if (magnitude < 0x01000000u) { /* up to 24 bits the units are the bits of the value */
        return sign | (uint)magnitude;
    }
    return sign | (as_uint(convert_float_rte(magnitude)) - (149u << 23));
}

/* a + b rounded to nearest even, denormals kept. */
static inline clpool_sum clpool_add(clpool_sum a, clpool_sum b)
{
    const uint a_bits = as_uint(a);
    const uint b_bits = as_uint(b);
    if (max(a_bits & ~CLPOOL_F32_SIGN, b_bits & ~CLPOOL_F32_SIGN) >= CLPOOL_SAFE_MAGNITUDE) {
        return a + b;
    }
    return as_float(clpool_from_fixed(clpool_to_fixed(a_bits) + clpool_to_fixed(b_bits)));
}

#else

static inline clpool_sum clpool_add(clpool_sum a, clpool_sum b)
{
    return a + b;
}

#endif

#endif /* float types */

/* Number of this work-item in a launch of two dimensions, row by row. */
static inline clpool_index clpool_item(void)
{
    return (clpool_index)(get_global_id(1) * get_global_size(0) + get_global_id(0));
}
