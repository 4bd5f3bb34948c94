/* SPDX-License-Identifier: Apache-2.0
 *
 * value.cl: element types, the order of values, and sums. First part of every program.
 *
 * Options, all of them set by the host:
 *   CLPOOL_INDEX_BITS         32 or 64: width of offsets within a tensor. 32 only where each tensor has fewer than
 *                             2^30 elements and each padded axis fewer than 2^29, so that no sum here overflows.
 *   CLPOOL_MASK_BITS          8, 16 or 32: width of a mask value.
 *   CLPOOL_FLUSHES_DENORMALS  1 where the device's f32 arithmetic may flush denormals (no CL_FP_DENORM), else 0.
 *
 * Bits: values are loaded, compared and stored as integers. Maximum so needs no floating-point instruction, and neither
 * a NaN's payload, a denormal nor the sign of a zero can change on the way. Sums use IEEE additions, in the order that
 * the caller gives; see clpool_add and clpool_narrow for what makes them equal on every device.
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
#else
typedef uint clpool_mask;
#endif

/* All bits set: the sentinel of every mask width once it is narrowed to it. */
#define CLPOOL_NO_TAP 0xffffffffu

/* f32 */
typedef uint clpool_value;
typedef int clpool_key;
typedef float clpool_sum;

#define CLPOOL_SIGN 0x80000000u
#define CLPOOL_INFINITY 0x7f800000u
#define CLPOOL_QUIET_NAN 0x7fc00000u

/* Maximum of no value at all. */
#define CLPOOL_IDENTITY (CLPOOL_SIGN | CLPOOL_INFINITY)

/* Key below that of every value. */
#define CLPOOL_KEY_NONE INT_MIN
#define CLPOOL_KEY_NAN INT_MAX

static inline bool clpool_is_nan(clpool_value value)
{
    return (value & ~CLPOOL_SIGN) > CLPOOL_INFINITY;
}

/* An integer that orders as the value does: -inf lowest, -0.0 and +0.0 equal, NaN highest. */
static inline clpool_key clpool_key_of(clpool_value value)
{
    if (clpool_is_nan(value)) {
        return CLPOOL_KEY_NAN;
    }
    return (value & CLPOOL_SIGN) != 0u ? (clpool_key)(CLPOOL_SIGN - value) : (clpool_key)value;
}

/* Whether a value takes the place of the best before it in scan order: the first maximum and the last NaN win. */
static inline bool clpool_beats(clpool_key candidate, clpool_key best)
{
    return candidate > best || candidate == CLPOOL_KEY_NAN;
}

static inline clpool_sum clpool_widen(clpool_value value)
{
    return as_float(value);
}

/* Rounds a sum to the stored type. Devices disagree on the payload of a NaN that they compute, and some compilers drop
 * the addition of zero that turns -0.0 into +0.0: both are settled here. */
static inline clpool_value clpool_narrow(clpool_sum sum)
{
    const clpool_value value = as_uint(sum);
    if (clpool_is_nan(value)) {
        return CLPOOL_QUIET_NAN;
    }
    return value == CLPOOL_SIGN ? 0u : value;
}

#if CLPOOL_FLUSHES_DENORMALS

/* Magnitude of 2^-100. A sum with an operand of at least this magnitude is not changed by flushing: a denormal is less
 * than half of the smallest step near that operand, and the sum itself, if not zero, is far from the denormals. */
#define CLPOOL_SAFE_MAGNITUDE 0x0d800000u

/* A value below that magnitude in units of 2^-149, the smallest denormal. */
static inline long clpool_to_fixed(uint bits)
{
    const uint exponent = (bits & CLPOOL_INFINITY) >> 23;
    const ulong fraction = bits & 0x007fffffu;
    const ulong magnitude = exponent == 0u ? fraction : (fraction | 0x00800000u) << (exponent - 1u);
    return (bits & CLPOOL_SIGN) != 0u ? -(long)magnitude : (long)magnitude;
}

static inline uint clpool_from_fixed(long fixed)
{
    const uint sign = fixed < 0 ? CLPOOL_SIGN : 0u;
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
    if (max(a_bits & ~CLPOOL_SIGN, b_bits & ~CLPOOL_SIGN) >= CLPOOL_SAFE_MAGNITUDE) {
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

/* Number of this work-item in a launch of two dimensions, row by row. */
static inline clpool_index clpool_item(void)
{
    return (clpool_index)(get_global_id(1) * get_global_size(0) + get_global_id(0));
}

/* Place of the item-th element of a tensor: (plane, d, h, w) for spatial extents (d, h, w). */
static inline clpool_index4 clpool_place(clpool_index item, clpool_index4 extent)
{
    const clpool_index row = item / extent.z;
    const clpool_index slice = row / extent.y;
    return (clpool_index4)(slice % extent.x, row % extent.y, item % extent.z, slice / extent.x);
}
