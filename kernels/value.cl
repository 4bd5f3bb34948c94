/* SPDX-License-Identifier: Apache-2.0
 *
 * value.cl: element types and the order of values. First part of every program; sum.cl, window.cl and a family follow.
 *
 * Options, all of them set by the host:
 *   CLPOOL_INDEX_BITS         32 or 64: width of offsets within a tensor. 32 only where each tensor has fewer than
 *                             2^30 elements and each padded axis fewer than 2^29, so that no sum here overflows.
 *   CLPOOL_MASK_BITS          2, 4, 8, 16, 32 or 64: width of a mask value. Below 8, several share a byte, the first in
 *                             the lowest bits.
 *   CLPOOL_MASK_WINDOW        1 where a mask value is a tap's number in its window (up to 32 bits), 0 where it is an
 *                             index:
 *   CLPOOL_MASK_TENSOR        in the whole tensor (1), or in its plane (0), and
 *   CLPOOL_MASK_COLMAJOR      with the spatial axes column-major (1), or row-major (0).
 *   CLPOOL_DTYPE_F32          1 for that dtype; so _F64, _F16, _BF16, _I8, _U8 and _I32. Exactly one is set.
 *   CLPOOL_NAN_IGNORE         1 where a NaN never beats a number, 0 where it propagates.
 *   CLPOOL_CHANNELS_LAST      1 where channels are the fastest axis of dense tensors, 0 where they come before the
 *                             spatial axes.
 *   CLPOOL_FLUSHES_DENORMALS  1 where the device's f32 arithmetic may flush denormals (no CL_FP_DENORM), else 0.
 *
 * Bits: values are loaded, compared and stored as integers. Maximum so needs no floating-point instruction, and neither
 * a NaN's payload, a denormal nor the sign of a zero can change on the way.
 */

#if CLPOOL_INDEX_BITS == 64
typedef long clpool_index;
typedef long4 clpool_index4;
#else
typedef int clpool_index;
typedef int4 clpool_index4;
#endif

/* A type and its vectors; CLPOOL_VECTOR(name, n) is that of n elements, 1 too. */
#define CLPOOL_TYPES(type, name)                                                                                       \
    typedef type name;                                                                                                 \
    typedef type name##1;                                                                                              \
    typedef type##2 name##2;                                                                                           \
    typedef type##4 name##4;                                                                                           \
    typedef type##8 name##8;                                                                                           \
    typedef type##16 name##16
#define CLPOOL_PASTE(a, b) a##b
#define CLPOOL_VECTOR(type, n) CLPOOL_PASTE(type, n)

/* A vector of n from as many values in private memory, and back. */
#define CLPOOL_JOIN(n, values) CLPOOL_PASTE(CLPOOL_JOIN, n)(values)
#define CLPOOL_JOIN1(values) (*(values))
#define CLPOOL_JOIN2(values) vload2(0, values)
#define CLPOOL_JOIN4(values) vload4(0, values)
#define CLPOOL_JOIN8(values) vload8(0, values)
#define CLPOOL_SPLIT(n, vector, values) CLPOOL_PASTE(CLPOOL_SPLIT, n)(vector, values)
#define CLPOOL_SPLIT1(vector, values) (*(values) = (vector))
#define CLPOOL_SPLIT2(vector, values) vstore2(vector, 0, values)
#define CLPOOL_SPLIT4(vector, values) vstore4(vector, 0, values)
#define CLPOOL_SPLIT8(vector, values) vstore8(vector, 0, values)

/* What is stored: a value, or a byte of several. */
#if CLPOOL_MASK_BITS <= 8
CLPOOL_TYPES(uchar, clpool_mask);
#elif CLPOOL_MASK_BITS == 16
CLPOOL_TYPES(ushort, clpool_mask);
#elif CLPOOL_MASK_BITS == 64
CLPOOL_TYPES(long, clpool_mask);
#elif CLPOOL_MASK_WINDOW
CLPOOL_TYPES(uint, clpool_mask);
#else
CLPOOL_TYPES(int, clpool_mask);
#endif

#if CLPOOL_MASK_BITS < 8
#define CLPOOL_MASK_PER_ELEMENT (8 / CLPOOL_MASK_BITS)
#else
#define CLPOOL_MASK_PER_ELEMENT 1
#endif

/* All bits set: the sentinel of every mask width once it is narrowed to it. */
#define CLPOOL_NO_TAP 0xffffffffu

/* For each dtype: clpool_value as stored, clpool_bits as computed with (floats left-aligned, so that sign, infinity and
 * comparison are alike for all), and clpool_key, wide enough for the order and two keys more. */
#if CLPOOL_DTYPE_F64
CLPOOL_TYPES(ulong, clpool_value);
typedef ulong clpool_bits;
typedef long clpool_key;
#define CLPOOL_SIGN 0x8000000000000000UL
#define CLPOOL_INFINITY 0x7ff0000000000000UL
#define CLPOOL_UNUSED_BITS 0
#elif CLPOOL_DTYPE_F32
CLPOOL_TYPES(uint, clpool_value);
typedef uint clpool_bits;
typedef int clpool_key;
#define CLPOOL_SIGN 0x80000000u
#define CLPOOL_INFINITY 0x7f800000u
#define CLPOOL_UNUSED_BITS 0
#elif CLPOOL_DTYPE_F16
CLPOOL_TYPES(ushort, clpool_value);
typedef uint clpool_bits;
typedef int clpool_key;
#define CLPOOL_SIGN 0x80000000u
#define CLPOOL_INFINITY 0x7c000000u
#define CLPOOL_UNUSED_BITS 16
#elif CLPOOL_DTYPE_BF16
CLPOOL_TYPES(ushort, clpool_value);
typedef uint clpool_bits;
typedef int clpool_key;
#define CLPOOL_SIGN 0x80000000u
#define CLPOOL_INFINITY 0x7f800000u
#define CLPOOL_UNUSED_BITS 16
#elif CLPOOL_DTYPE_I8
CLPOOL_TYPES(char, clpool_value);
typedef int clpool_key;
#define CLPOOL_IDENTITY ((clpool_value)CHAR_MIN)
#elif CLPOOL_DTYPE_U8
CLPOOL_TYPES(uchar, clpool_value);
typedef int clpool_key;
#define CLPOOL_IDENTITY ((clpool_value)0)
#else /* CLPOOL_DTYPE_I32 */
CLPOOL_TYPES(int, clpool_value);
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

/* The same for the winners of two parts of a window in any order, given their taps. */
static inline bool clpool_outranks(clpool_key candidate, uint tap, clpool_key best, uint best_tap)
{
    return candidate > best || (candidate == best && (candidate == CLPOOL_KEY_TOP ? tap > best_tap : tap < best_tap));
}

/* Number of this work-item in a launch of two dimensions, row by row. */
static inline clpool_index clpool_item(void)
{
    return (clpool_index)(get_global_id(1) * get_global_size(0) + get_global_id(0));
}
