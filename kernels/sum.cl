/* SPDX-License-Identifier: Apache-2.0
 *
 * sum.cl: arithmetic for sums. Second part of every program.
 *
 * Options  value.cl's, and for families that sum:
 *   CLPOOL_SHORT_SUMS             1 where no sum has more than 255 terms, else 0
 *   CLPOOL_P                      of Lp norms only: the exponent, 1 to 2^32 - 1
 *
 * IEEE operations, in f64 for f64 and in f32 for the other float types, in the order that the caller gives. See
 * clpool_narrow and the operations themselves for what makes them equal on every device. Of integer types there is but
 * the exact mean of 8-bit ones, at the end.
 */

/* A product and a sum are rounded one by one. */
#pragma OPENCL FP_CONTRACT OFF

#if CLPOOL_DTYPE_F64
#pragma OPENCL EXTENSION cl_khr_fp64 : enable

typedef double clpool_sum;
typedef ulong clpool_sum_bits;
#define CLPOOL_SUM_SIGN 0x8000000000000000UL
#define CLPOOL_SUM_INFINITY 0x7ff0000000000000UL
#define CLPOOL_SUM_FRACTION_BITS 52
#define CLPOOL_SUM_BIAS 1023
#define clpool_bits_of_sum as_ulong
#define clpool_sum_of_bits as_double

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

/* Denormals and exact division are part of cl_khr_fp64. */
static inline clpool_sum clpool_add(clpool_sum a, clpool_sum b)
{
    return a + b;
}

static inline clpool_sum clpool_multiply(clpool_sum a, clpool_sum b)
{
    return a * b;
}

static inline clpool_sum clpool_divide(clpool_sum a, clpool_sum b)
{
    return a / b;
}

#elif CLPOOL_IS_FLOAT

typedef float clpool_sum;
typedef uint clpool_sum_bits;
#define CLPOOL_SUM_SIGN 0x80000000u
#define CLPOOL_SUM_INFINITY 0x7f800000u
#define CLPOOL_SUM_FRACTION_BITS 23
#define CLPOOL_SUM_BIAS 127
#define clpool_bits_of_sum as_uint
#define clpool_sum_of_bits as_float

/* f32 bits of a sum with NaN and zero settled; see clpool_narrow above. */
static inline uint clpool_settle(clpool_sum sum)
{
    const uint bits = as_uint(sum);
    if ((bits & ~CLPOOL_SUM_SIGN) > CLPOOL_SUM_INFINITY) {
        return 0x7fc00000u;
    }
    return bits == CLPOOL_SUM_SIGN ? 0u : bits;
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

/* A magnitude as fraction * 2^(exponent - 150) with 2^23 <= fraction < 2^24; the exponent of a denormal is below 1. */
typedef struct {
    uint fraction;
    int exponent;
} clpool_parts;

/* Of a finite number that is not zero. */
static inline clpool_parts clpool_parts_of(uint bits)
{
    clpool_parts parts;
    parts.fraction = bits & 0x007fffffu;
    parts.exponent = (int)((bits & CLPOOL_SUM_INFINITY) >> 23);
    if (parts.exponent == 0) {
        const uint shift = clz(parts.fraction) - 8u;
        parts.fraction <<= shift;
        parts.exponent = 1 - (int)shift;
    } else {
        parts.fraction |= 0x00800000u;
    }
    return parts;
}

/* Bits of the float nearest to (fraction + rest) * 2^(exponent - 150 - shift) where 2^(23 + shift) <= fraction <
 * 2^(24 + shift), 0 < shift < 32, and 0 <= rest < 1 is zero or not. */
static inline uint clpool_round_parts(ulong fraction, int exponent, uint shift, bool has_rest)
{
    if (exponent < 1) { /* a denormal: fewer bits are kept, or none */
        shift = min(shift + (uint)(1 - exponent), 63u);
        exponent = 1;
    }
    const ulong half_step = 1ul << (shift - 1u);
    const ulong dropped = fraction & ((half_step << 1) - 1ul);
    ulong kept = fraction >> shift;
    if (dropped > half_step || (dropped == half_step && (has_rest || (kept & 1u) != 0u))) {
        kept += 1u; /* which may carry into the exponent, as it should */
    }
    const ulong bits = ((ulong)(exponent - 1) << 23) + kept;
    return bits < CLPOOL_SUM_INFINITY ? (uint)bits : CLPOOL_SUM_INFINITY;
}

static inline bool clpool_is_finite_not_zero(uint magnitude)
{
    return magnitude != 0u && magnitude < CLPOOL_SUM_INFINITY;
}

/* a / b rounded to nearest even, denormals kept; OpenCL's own division may be off by 2.5 ulp. */
static inline clpool_sum clpool_divide(clpool_sum a, clpool_sum b)
{
    const uint a_magnitude = as_uint(a) & ~CLPOOL_SUM_SIGN;
    const uint b_magnitude = as_uint(b) & ~CLPOOL_SUM_SIGN;
    const uint sign = (as_uint(a) ^ as_uint(b)) & CLPOOL_SUM_SIGN;
    if (!clpool_is_finite_not_zero(a_magnitude) || !clpool_is_finite_not_zero(b_magnitude)) {
        if (a_magnitude > CLPOOL_SUM_INFINITY || b_magnitude > CLPOOL_SUM_INFINITY ||
            a_magnitude == b_magnitude) { /* a NaN, 0 / 0 or inf / inf */
            return as_float(0x7fc00000u);
        }
        return as_float(sign | (a_magnitude < b_magnitude ? 0u : CLPOOL_SUM_INFINITY));
    }
    const clpool_parts x = clpool_parts_of(a_magnitude);
    const clpool_parts y = clpool_parts_of(b_magnitude);
    const ulong dividend = (ulong)x.fraction << 26;
    const ulong quotient = dividend / y.fraction;
    const bool has_rest = quotient * y.fraction != dividend;
    const bool is_below_one = quotient < (1ul << 26);
    return as_float(sign | clpool_round_parts(quotient, x.exponent - y.exponent + (is_below_one ? 126 : 127),
                                              is_below_one ? 2u : 3u, has_rest));
}

#if CLPOOL_FLUSHES_DENORMALS

/* Magnitude of 2^-100. A sum with an operand of at least this magnitude is not changed by flushing: a denormal is less
 * than half of the smallest step near that operand, and the sum itself, if not zero, is far from the denormals. */
#define CLPOOL_SAFE_MAGNITUDE 0x0d800000u

/* A value below that magnitude in units of 2^-149, the smallest denormal. */
static inline long clpool_to_fixed(uint bits)
{
    const uint exponent = (bits & CLPOOL_SUM_INFINITY) >> 23;
    const ulong fraction = bits & 0x007fffffu;
    const ulong magnitude = exponent == 0u ? fraction : (fraction | 0x00800000u) << (exponent - 1u);
    return (bits & CLPOOL_SUM_SIGN) != 0u ? -(long)magnitude : (long)magnitude;
}

static inline uint clpool_from_fixed(long fixed)
{
    const uint sign = fixed < 0 ? CLPOOL_SUM_SIGN : 0u;
    const ulong magnitude = abs(fixed);
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
    if (max(a_bits & ~CLPOOL_SUM_SIGN, b_bits & ~CLPOOL_SUM_SIGN) >= CLPOOL_SAFE_MAGNITUDE) {
        return a + b;
    }
    return as_float(clpool_from_fixed(clpool_to_fixed(a_bits) + clpool_to_fixed(b_bits)));
}

/* a * b rounded to nearest even, denormals kept. */
static inline clpool_sum clpool_multiply(clpool_sum a, clpool_sum b)
{
    const uint a_magnitude = as_uint(a) & ~CLPOOL_SUM_SIGN;
    const uint b_magnitude = as_uint(b) & ~CLPOOL_SUM_SIGN;
    const uint sign = (as_uint(a) ^ as_uint(b)) & CLPOOL_SUM_SIGN;
    if (!clpool_is_finite_not_zero(a_magnitude) || !clpool_is_finite_not_zero(b_magnitude)) {
        if (a_magnitude > CLPOOL_SUM_INFINITY || b_magnitude > CLPOOL_SUM_INFINITY ||
            (min(a_magnitude, b_magnitude) == 0u && max(a_magnitude, b_magnitude) == CLPOOL_SUM_INFINITY)) {
            return as_float(0x7fc00000u);
        }
        return as_float(sign | (min(a_magnitude, b_magnitude) == 0u ? 0u : CLPOOL_SUM_INFINITY));
    }
    const clpool_parts x = clpool_parts_of(a_magnitude);
    const clpool_parts y = clpool_parts_of(b_magnitude);
    const ulong product = (ulong)x.fraction * y.fraction;
    const bool is_below_two = product < (1ul << 47);
    return as_float(sign | clpool_round_parts(product, x.exponent + y.exponent - (is_below_two ? 127 : 126),
                                              is_below_two ? 23u : 24u, false));
}

#else

static inline clpool_sum clpool_add(clpool_sum a, clpool_sum b)
{
    return a + b;
}

static inline clpool_sum clpool_multiply(clpool_sum a, clpool_sum b)
{
    return a * b;
}

#endif

#endif /* float types */

#if CLPOOL_IS_FLOAT

/* Stores the sum of an element's gradients, or adds it to what dx holds. */
static inline void clpool_store_sum(__global clpool_value *dx, clpool_sum sum, int accumulate)
{
    *dx = clpool_narrow(accumulate ? clpool_add(clpool_widen(*dx), sum) : sum);
}

/* A sum of many terms, added in pairs, then pairs of pairs, and so on, so that the error grows with the logarithm of
 * their number. Wherever bit k of the count is set, level k is the sum of 2^k terms. */
#if CLPOOL_SHORT_SUMS

/* Names in place of an array, so that all levels stay in registers. */
typedef struct {
    uint count;
    clpool_sum level0, level1, level2, level3, level4, level5, level6, level7;
} clpool_pairwise;

static inline void clpool_pairwise_add(clpool_pairwise *sum, clpool_sum term)
{
    const uint count = sum->count++;
/* Ends with the term in level k where that is free; else carries the sum of both on. */
#define CLPOOL_CARRY(k)              \
    if ((count >> (k) & 1u) == 0u) { \
        sum->level##k = term;        \
        return;                      \
    }                                \
    term = clpool_add(sum->level##k, term)
    CLPOOL_CARRY(0);
    CLPOOL_CARRY(1);
    CLPOOL_CARRY(2);
    CLPOOL_CARRY(3);
    CLPOOL_CARRY(4);
    CLPOOL_CARRY(5);
    CLPOOL_CARRY(6);
    sum->level7 = term;
}

/* 0 of no terms. */
static inline clpool_sum clpool_pairwise_total(const clpool_pairwise *sum)
{
    clpool_sum total = 0;
#define CLPOOL_COLLECT(k)                         \
    if ((sum->count >> (k) & 1u) != 0u) {         \
        total = clpool_add(sum->level##k, total); \
    }
    CLPOOL_COLLECT(0)
    CLPOOL_COLLECT(1)
    CLPOOL_COLLECT(2)
    CLPOOL_COLLECT(3)
    CLPOOL_COLLECT(4)
    CLPOOL_COLLECT(5)
    CLPOOL_COLLECT(6)
    CLPOOL_COLLECT(7)
    return total;
}

#else

typedef struct {
    uint count;
    clpool_sum level[32];
} clpool_pairwise;

static inline void clpool_pairwise_add(clpool_pairwise *sum, clpool_sum term)
{
    uint k = 0;
    while ((sum->count >> k & 1u) != 0u) {
        term = clpool_add(sum->level[k], term);
        k++;
    }
    sum->level[k] = term;
    sum->count++;
}

/* 0 of no terms. */
static inline clpool_sum clpool_pairwise_total(const clpool_pairwise *sum)
{
    clpool_sum total = 0;
    for (uint k = 0; k < 32u; k++) {
        if ((sum->count >> k & 1u) != 0u) {
            total = clpool_add(sum->level[k], total);
        }
    }
    return total;
}

#endif /* short sums */

typedef clpool_pairwise clpool_total;

static inline void clpool_clear_total(clpool_total *total)
{
    total->count = 0;
}

#ifdef CLPOOL_P

/* base^exponent by the exponent's bits, highest first. */
static inline clpool_sum clpool_power(clpool_sum base, uint exponent)
{
    clpool_sum power = 1;
    for (uint bit = 32u - clz(exponent); bit-- > 0u;) {
        power = clpool_multiply(power, power);
        if ((exponent >> bit & 1u) != 0u) {
            power = clpool_multiply(power, base);
        }
    }
    return power;
}

static inline clpool_sum clpool_magnitude(clpool_sum value)
{
    return clpool_sum_of_bits(clpool_bits_of_sum(value) & ~CLPOOL_SUM_SIGN);
}

#define CLPOOL_TERM(value) clpool_power(clpool_magnitude(clpool_widen(value)), CLPOOL_P)

#else

#define CLPOOL_TERM(value) clpool_widen(value)

static inline clpool_value clpool_mean(const clpool_total *total, uint divisor)
{
    return clpool_narrow(total->count == 0u ? 0 : clpool_divide(clpool_pairwise_total(total), (clpool_sum)divisor));
}

#endif

/* Adds what a value counts for in the sum of its window. */
static inline void clpool_add_value(clpool_total *total, clpool_value value)
{
    clpool_pairwise_add(total, CLPOOL_TERM(value));
}

#elif !CLPOOL_DTYPE_I32

/* Fewer than 256 terms of 8 bits need but 16. */
#if CLPOOL_SHORT_SUMS
typedef int clpool_integer;
typedef uint clpool_natural;
#else
typedef long clpool_integer;
typedef ulong clpool_natural;
#endif

typedef struct {
    uint count;
    clpool_integer sum;
} clpool_total;

static inline void clpool_clear_total(clpool_total *total)
{
    total->count = 0;
    total->sum = 0;
}

static inline void clpool_add_value(clpool_total *total, clpool_value value)
{
    total->count++;
    total->sum += value;
}

/* To nearest even, saturated. */
static inline clpool_value clpool_mean(const clpool_total *total, uint divisor)
{
    if (total->count == 0u) {
        return 0;
    }
    const clpool_natural magnitude = abs(total->sum);
    const clpool_natural twice_rest = magnitude % divisor * 2u;
    clpool_natural quotient = magnitude / divisor;
    if (twice_rest > divisor || (twice_rest == divisor && (quotient & 1u) != 0u)) {
        quotient++;
    }
    const clpool_integer mean = total->sum < 0 ? -(clpool_integer)quotient : (clpool_integer)quotient;
#if CLPOOL_DTYPE_U8
    return convert_uchar_sat(mean);
#else
    return convert_char_sat(mean);
#endif
}

#endif
