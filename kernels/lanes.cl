/* SPDX-License-Identifier: Apache-2.0
 *
 * lanes.cl: vectors of values for devices whose work-items have wide ones of their own (CPUs). Third part of every
 * program; for f64 nothing but the last macro. A lane is a float for the float types, which f32 can hold, and an int
 * for the others.
 */

#if !CLPOOL_DTYPE_F64

#if CLPOOL_IS_FLOAT
typedef float clpool_lane;
#define CLPOOL_LANES(n) float##n
#define CLPOOL_LANE_NONE (-INFINITY)
#else
typedef int clpool_lane;
#define CLPOOL_LANES(n) int##n
#define CLPOOL_LANE_NONE INT_MIN
#endif

/* n elements of a type from an address, and to one, whatever its alignment: one instruction, where vloadn and vstoren
 * may make several. */
#define CLPOOL_UNALIGNED(type, n) typedef type##n clpool_##type##n __attribute__((aligned(sizeof(type))))
#define CLPOOL_UNALIGNED_ALL(n)                                                                                        \
    CLPOOL_UNALIGNED(long, n);                                                                                         \
    CLPOOL_UNALIGNED(float, n);                                                                                        \
    CLPOOL_UNALIGNED(int, n);                                                                                          \
    CLPOOL_UNALIGNED(uint, n);                                                                                         \
    CLPOOL_UNALIGNED(ushort, n);                                                                                       \
    CLPOOL_UNALIGNED(uchar, n);                                                                                        \
    CLPOOL_UNALIGNED(char, n)
CLPOOL_UNALIGNED_ALL(4);
CLPOOL_UNALIGNED_ALL(8);
CLPOOL_UNALIGNED_ALL(16);
#define CLPOOL_GET(type, n, p) (*(__global const clpool_##type##n *)(p))
#define CLPOOL_PUT(type, n, p, value) (*(__global clpool_##type##n *)(p) = (value))

/* The numbers of n lanes. */
#define CLPOOL_NUMBERS4 ((int4)(0, 1, 2, 3))
#define CLPOOL_NUMBERS8 ((int8)(0, 1, 2, 3, 4, 5, 6, 7))
#define CLPOOL_NUMBERS16 ((int16)(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15))

#define CLPOOL_INLINE static inline __attribute__((always_inline))

/* Asks for the cache line at an address, which need not be in a buffer. OpenCL's prefetch() does nothing on PoCL. */
#if defined(__clang__) && (defined(__x86_64__) || defined(__aarch64__))
#define CLPOOL_PREFETCH(p) __builtin_prefetch((const void *)(size_t)(p))
#else
#define CLPOOL_PREFETCH(p) (void)(p)
#endif
#define CLPOOL_LINE_VALUES (64 / (int)sizeof(clpool_value)) /* of a cache line, at most */

#if CLPOOL_DTYPE_F16

/* Halves as floats and back, rounded to even. Not by vload_halfn and vstore_halfn: PoCL 3.1 compiles these to
 * instructions that fault at an address which is no multiple of the vector's size. */
#define CLPOOL_HALVES(n)                                                                                               \
    CLPOOL_INLINE float##n clpool_from_half##n(ushort##n halves)                                                       \
    {                                                                                                                  \
        const uint##n bits = convert_uint##n(halves);                                                                  \
        const uint##n magnitude = (bits & 0x7fffu) << 13;                                                              \
        const uint##n number = as_uint##n(as_float##n(magnitude) * 0x1p112f);                                          \
        const uint##n settled = magnitude >= 0x0f800000u ? magnitude | 0x7f800000u : number;                           \
        return as_float##n(settled | (bits & 0x8000u) << 16);                                                          \
    }                                                                                                                  \
                                                                                                                       \
    CLPOOL_INLINE ushort##n clpool_to_half##n(float##n lanes)                                                          \
    {                                                                                                                  \
        const uint##n bits = as_uint##n(lanes);                                                                        \
        const uint##n magnitude = bits & 0x7fffffffu;                                                                  \
        const uint##n normal = (magnitude - 0x38000000u + 0xfffu + (magnitude >> 13 & 1u)) >> 13;                      \
        const uint##n denormal = as_uint##n(as_float##n(magnitude) + 0.5f) - 0x3f000000u;                              \
        const uint##n infinite = magnitude > 0x7f800000u ? (magnitude >> 13 & 0x3ffu) | 0x7c00u : (uint##n)(0x7c00u);  \
        const uint##n number = magnitude < 0x38800000u ? denormal : normal;                                            \
        const uint##n settled = magnitude >= 0x47800000u ? infinite : number;                                          \
        return convert_ushort##n(settled | bits >> 16 & 0x8000u);                                                      \
    }
CLPOOL_HALVES(4)
CLPOOL_HALVES(8)
CLPOOL_HALVES(16)

#endif

/* Lanes from and to global memory. To f16 and bf16 goes what came from there, so that nothing is rounded. */
#if CLPOOL_DTYPE_F32
#define CLPOOL_LOAD(n, x) CLPOOL_GET(float, n, x)
#define CLPOOL_STORE(n, lanes, y) CLPOOL_PUT(float, n, y, lanes)
#elif CLPOOL_DTYPE_F16
#define CLPOOL_LOAD(n, x) clpool_from_half##n(CLPOOL_GET(ushort, n, x))
#define CLPOOL_STORE(n, lanes, y) CLPOOL_PUT(ushort, n, y, clpool_to_half##n(lanes))
#elif CLPOOL_DTYPE_BF16
#define CLPOOL_LOAD(n, x) as_float##n(convert_uint##n(CLPOOL_GET(ushort, n, x)) << 16)
#define CLPOOL_STORE(n, lanes, y) CLPOOL_PUT(ushort, n, y, convert_ushort##n(as_uint##n(lanes) >> 16))
#elif CLPOOL_DTYPE_I32
#define CLPOOL_LOAD(n, x) CLPOOL_GET(int, n, x)
#define CLPOOL_STORE(n, lanes, y) CLPOOL_PUT(int, n, y, lanes)
#elif CLPOOL_DTYPE_I8
#define CLPOOL_LOAD(n, x) convert_int##n(CLPOOL_GET(char, n, x))
#define CLPOOL_STORE(n, lanes, y) CLPOOL_PUT(char, n, y, convert_char##n(lanes))
#else
#define CLPOOL_LOAD(n, x) convert_int##n(CLPOOL_GET(uchar, n, x))
#define CLPOOL_STORE(n, lanes, y) CLPOOL_PUT(uchar, n, y, convert_uchar##n(lanes))
#endif

/* The same for one lane. Halves keep the bits of any NaN, which OpenCL's own conversions need not. */
#if CLPOOL_DTYPE_F32
#define CLPOOL_TO_LANE(value) clpool_widen(value)
#define CLPOOL_FROM_LANE(lane) as_uint(lane)
#elif CLPOOL_DTYPE_F16
#define CLPOOL_TO_LANE(value) clpool_from_half4((ushort4)(value)).x
#define CLPOOL_FROM_LANE(lane) clpool_to_half4((float4)(lane)).x
#elif CLPOOL_DTYPE_BF16
#define CLPOOL_TO_LANE(value) clpool_widen(value)
#define CLPOOL_FROM_LANE(lane) ((ushort)(as_uint(lane) >> 16))
#else
#define CLPOOL_TO_LANE(value) ((clpool_lane)(value))
#define CLPOOL_FROM_LANE(lane) ((clpool_value)(lane))
#endif

static inline clpool_lane clpool_to_lane(clpool_value value)
{
    return CLPOOL_TO_LANE(value);
}

static inline void clpool_store_one(clpool_lane lane, __global clpool_value *y)
{
    *y = CLPOOL_FROM_LANE(lane);
}

/* The same for tap numbers, as ints. */
#if CLPOOL_MASK_BITS == 8
#define CLPOOL_LOAD_TAPS(n, mask) convert_int##n(CLPOOL_GET(uchar, n, mask))
#define CLPOOL_STORE_TAPS(n, taps, mask) CLPOOL_PUT(uchar, n, mask, convert_uchar##n(taps))
#elif CLPOOL_MASK_BITS == 16
#define CLPOOL_LOAD_TAPS(n, mask) convert_int##n(CLPOOL_GET(ushort, n, mask))
#define CLPOOL_STORE_TAPS(n, taps, mask) CLPOOL_PUT(ushort, n, mask, convert_ushort##n(taps))
#else
#define CLPOOL_LOAD_TAPS(n, mask) as_int##n(CLPOOL_GET(uint, n, mask))
#define CLPOOL_STORE_TAPS(n, taps, mask) CLPOOL_PUT(uint, n, mask, as_uint##n(taps))
#endif

/* Lanes in private memory. */
#define CLPOOL_READ(type, n, p) (*(const clpool_##type##n *)(p))
#define CLPOOL_WRITE(type, n, p, value) (*(clpool_##type##n *)(p) = (value))

/* Transposes 16 vectors of lanes: at each stage, of two vectors whose numbers differ in one bit, parts change places.
 * On x86 each part is one instruction. */
#define CLPOOL_UNPACK_LOW(a, b)                                                                                        \
    (a.s0, b.s0, a.s1, b.s1, a.s4, b.s4, a.s5, b.s5, a.s8, b.s8, a.s9, b.s9, a.sc, b.sc, a.sd, b.sd)
#define CLPOOL_UNPACK_HIGH(a, b)                                                                                       \
    (a.s2, b.s2, a.s3, b.s3, a.s6, b.s6, a.s7, b.s7, a.sa, b.sa, a.sb, b.sb, a.se, b.se, a.sf, b.sf)
#define CLPOOL_EVEN_QUARTERS(a, b) (a.s0123, a.s89ab, b.s0123, b.s89ab)
#define CLPOOL_ODD_QUARTERS(a, b) (a.s4567, a.scdef, b.s4567, b.scdef)
#define CLPOOL_EXCHANGE(bit, LOW, HIGH)                                                                                \
    _Pragma("unroll") for (int i = 0; i < 16; i++)                                                                     \
    {                                                                                                                  \
        if ((i & (bit)) == 0) {                                                                                        \
            const CLPOOL_LANES(16) a = vectors[i];                                                                     \
            const CLPOOL_LANES(16) b = vectors[i + (bit)];                                                             \
            vectors[i] = (CLPOOL_LANES(16))LOW(a, b);                                                                  \
            vectors[i + (bit)] = (CLPOOL_LANES(16))HIGH(a, b);                                                         \
        }                                                                                                              \
    }

CLPOOL_INLINE void clpool_transpose(CLPOOL_LANES(16) * vectors)
{
    CLPOOL_EXCHANGE(2, CLPOOL_UNPACK_LOW, CLPOOL_UNPACK_HIGH)
    CLPOOL_EXCHANGE(1, CLPOOL_UNPACK_LOW, CLPOOL_UNPACK_HIGH)
    CLPOOL_EXCHANGE(4, CLPOOL_EVEN_QUARTERS, CLPOOL_ODD_QUARTERS)
    CLPOOL_EXCHANGE(8, CLPOOL_EVEN_QUARTERS, CLPOOL_ODD_QUARTERS)
}

/* The same for 16 vectors of 16 small numbers, which are interleaved four times. */
#define CLPOOL_TRANSPOSE_SMALL(type, vectors)                                                                          \
    _Pragma("unroll") for (int stage = 0; stage < 4; stage++)                                                          \
    {                                                                                                                  \
        type stretched[16];                                                                                            \
        _Pragma("unroll") for (int i = 0; i < 8; i++)                                                                  \
        {                                                                                                              \
            const type a = (vectors)[i];                                                                               \
            const type b = (vectors)[i + 8];                                                                           \
            stretched[2 * i] = (type)(a.s0, b.s0, a.s1, b.s1, a.s2, b.s2, a.s3, b.s3, a.s4, b.s4, a.s5, b.s5, a.s6,    \
                                      b.s6, a.s7, b.s7);                                                               \
            stretched[2 * i + 1] = (type)(a.s8, b.s8, a.s9, b.s9, a.sa, b.sa, a.sb, b.sb, a.sc, b.sc, a.sd, b.sd,      \
                                          a.se, b.se, a.sf, b.sf);                                                     \
        }                                                                                                              \
        _Pragma("unroll") for (int i = 0; i < 16; i++)                                                                 \
        {                                                                                                              \
            (vectors)[i] = stretched[i];                                                                               \
        }                                                                                                              \
    }

/* A sum of gradients rounded to the dtype, with NaN and zero settled as clpool_narrow does. */
#define CLPOOL_SETTLE_NAN(n, sums) (sums) = isnan(sums) ? as_float##n((uint##n)(0x7fc00000u)) : (sums)
#define CLPOOL_SETTLE(n, sums)                                                                                         \
    CLPOOL_SETTLE_NAN(n, sums);                                                                                        \
    (sums) = (sums) == 0.0f ? (float##n)(0.0f) : (sums)
#if CLPOOL_DTYPE_BF16
#define CLPOOL_ROUND(n, sums, dx)                                                                                      \
    CLPOOL_PUT(ushort, n, dx, convert_ushort##n((as_uint##n(sums) + 0x7fffu + (as_uint##n(sums) >> 16 & 1u)) >> 16))
#else
#define CLPOOL_ROUND(n, sums, dx) CLPOOL_STORE(n, sums, dx)
#endif

/* Rounds n sums, from the i-th on, and stores them, or adds them to what dx holds there; i goes on behind them. */
#define CLPOOL_FLUSH(n, sums, dx, i, accumulate)                                                                       \
    {                                                                                                                  \
        float##n flushed = CLPOOL_READ(float, n, (sums) + (i));                                                        \
        if (accumulate) {                                                                                              \
            flushed = CLPOOL_LOAD(n, (dx) + (i)) + flushed;                                                            \
        }                                                                                                              \
        CLPOOL_SETTLE(n, flushed);                                                                                     \
        CLPOOL_ROUND(n, flushed, (dx) + (i));                                                                          \
        (i) += n;                                                                                                      \
    }

/* Tap numbers are chosen with select(), not with ?:, of which compilers make a comparison widened without a sign where
 * they know both numbers: Oclgrind 21.10 gives 255 for 1 then. */

/* For what needs no certain bits: one instruction where the device has it. */
#if defined(FP_FAST_FMAF) || defined(__FMA__) || defined(__ARM_FEATURE_FMA)
#define CLPOOL_MULTIPLY_ADD(a, b, c) fma((a), (b), (c))
#else
#define CLPOOL_MULTIPLY_ADD(a, b, c) ((a) * (b) + (c))
#endif

/* A NaN, which comparisons of lanes misjudge, makes `strange` one. So does an infinity, which only costs time. */
#if !CLPOOL_IS_FLOAT
#define CLPOOL_WATCH(strange, lanes) (void)(strange)
#define CLPOOL_IS_STRANGE(strange) false
#else
/* Not in one instruction: the next waits for the sum alone, and an addition is sooner done. */
#define CLPOOL_WATCH(strange, lanes) (strange) = (lanes)*0.0f + (strange)
#define CLPOOL_IS_STRANGE(strange) any(isnan(strange))
#endif

/* The same for an array, in half as many instructions: so do numbers whose products are too great. */
#if !CLPOOL_IS_FLOAT
#define CLPOOL_WATCH_ALL(n, strange, lanes, count) (void)(strange);
#else
#define CLPOOL_WATCH_ALL(n, strange, lanes, count)                                                                     \
    {                                                                                                                  \
        CLPOOL_LANES(n) sum = (count) % 2 == 0 ? (CLPOOL_LANES(n))(0.0f) : (lanes)[(count)-1];                         \
        _Pragma("unroll") for (int i = 1; i < (count); i += 2)                                                         \
        {                                                                                                              \
            sum = CLPOOL_MULTIPLY_ADD((lanes)[i - 1], (lanes)[i], sum);                                                \
        }                                                                                                              \
        (strange) += sum;                                                                                              \
    }
#endif

#endif

#define CLPOOL_INLINE static inline __attribute__((always_inline))
