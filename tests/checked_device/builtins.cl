/* SPDX-License-Identifier: Apache-2.0
 *
 * builtins.cl: the built-in functions of OpenCL C that kernels/ calls, for native code. First part of every program of
 * the checked device. What is not here, no kernel uses yet.
 */

#define CHECKED static inline __attribute__((overloadable, always_inline, unused))

/* ---- work-items: the device knows which one runs (group.c) ---- */

ulong checked_item(int what, uint dimension);
void checked_barrier(int place, int line);
#define get_global_id(dimension) checked_item(0, dimension)
#define get_global_size(dimension) checked_item(1, dimension)
#define get_local_id(dimension) checked_item(2, dimension)
#define get_local_size(dimension) checked_item(3, dimension)
#define get_group_id(dimension) checked_item(4, dimension)
#define get_num_groups(dimension) checked_item(5, dimension)

/* Each barrier of the text has a number, by which the device tells it from others. */
#define barrier(flags) ((void)(flags), checked_barrier(__COUNTER__, __LINE__))

/* Work-items take turns only at barriers. */
CHECKED uint atomic_add(volatile __global uint *to, uint value)
{
    const uint old = *to;
    *to = old + value;
    return old;
}

/* ---- integers and order ---- */

#define CHECKED_ORDER(type)                                                                                            \
    CHECKED type min(type a, type b)                                                                                   \
    {                                                                                                                  \
        return b < a ? b : a;                                                                                          \
    }                                                                                                                  \
    CHECKED type max(type a, type b)                                                                                   \
    {                                                                                                                  \
        return a < b ? b : a;                                                                                          \
    }                                                                                                                  \
    CHECKED type clamp(type value, type low, type high)                                                                \
    {                                                                                                                  \
        return min(max(value, low), high);                                                                             \
    }
CHECKED_ORDER(int)
CHECKED_ORDER(uint)
CHECKED_ORDER(long)
CHECKED_ORDER(ulong)
CHECKED_ORDER(int4)
CHECKED_ORDER(int8)
CHECKED_ORDER(int16)
CHECKED_ORDER(uint4)
CHECKED_ORDER(uint8)
CHECKED_ORDER(uint16)
CHECKED_ORDER(long4)

CHECKED uint clz(uint value)
{
    return value == 0u ? 32u : (uint)__builtin_clz(value);
}

CHECKED ulong clz(ulong value)
{
    return value == 0u ? 64u : (ulong)__builtin_clzl(value);
}

CHECKED uint abs(int value)
{
    return value < 0 ? 0u - (uint)value : (uint)value;
}

CHECKED ulong abs(long value)
{
    return value < 0 ? 0ul - (ulong)value : (ulong)value;
}

CHECKED uint mul_hi(uint a, uint b)
{
    return (uint)(((ulong)a * b) >> 32);
}

/* ---- floats ---- */

float checked_from_half(ushort half_bits);
ushort checked_to_half(float value);

CHECKED int isnan(float value)
{
    return value != value;
}

CHECKED float fma(float a, float b, float c)
{
    return __builtin_fmaf(a, b, c);
}

CHECKED float vload_half(size_t offset, const half *from)
{
    return checked_from_half(((const ushort *)from)[offset]);
}

CHECKED void vstore_half(float value, size_t offset, __global half *to)
{
    ((__global ushort *)to)[offset] = checked_to_half(value);
}

CHECKED void vstore_half_rte(float value, size_t offset, half *to)
{
    ((ushort *)to)[offset] = checked_to_half(value);
}

/* Of any accuracy. */
#define native_exp2(value) __builtin_exp2f(value)
#define native_log2(value) __builtin_log2f(value)
CHECKED float exp2(float value)
{
    return __builtin_exp2f(value);
}

CHECKED float log2(float value)
{
    return __builtin_log2f(value);
}

CHECKED double exp2(double value)
{
    return __builtin_exp2(value);
}

CHECKED double log2(double value)
{
    return __builtin_log2(value);
}

/* ---- vectors ---- */

#define CHECKED_LANES(n)                                                                                               \
    CHECKED int##n isnan(float##n value)                                                                               \
    {                                                                                                                  \
        return value != value;                                                                                         \
    }                                                                                                                  \
    CHECKED int any(int##n value)                                                                                      \
    {                                                                                                                  \
        int found = 0;                                                                                                 \
        for (int i = 0; i < n; i++) {                                                                                  \
            found |= value[i] < 0;                                                                                     \
        }                                                                                                              \
        return found;                                                                                                  \
    }                                                                                                                  \
    CHECKED int##n select(int##n otherwise, int##n chosen, int##n condition)                                           \
    {                                                                                                                  \
        return condition ? chosen : otherwise;                                                                         \
    }                                                                                                                  \
    CHECKED float##n select(float##n otherwise, float##n chosen, int##n condition)                                     \
    {                                                                                                                  \
        return condition ? chosen : otherwise;                                                                         \
    }                                                                                                                  \
    CHECKED float##n fma(float##n a, float##n b, float##n c)                                                           \
    {                                                                                                                  \
        for (int i = 0; i < n; i++) {                                                                                  \
            c[i] = __builtin_fmaf(a[i], b[i], c[i]);                                                                   \
        }                                                                                                              \
        return c;                                                                                                      \
    }
CHECKED_LANES(4)
CHECKED_LANES(8)
CHECKED_LANES(16)

#define CHECKED_SELECT(type, condition_type, n)                                                                        \
    CHECKED type##n select(type##n otherwise, type##n chosen, condition_type##n condition)                             \
    {                                                                                                                  \
        return condition ? chosen : otherwise;                                                                         \
    }
#define CHECKED_SELECT_ALL(n)                                                                                          \
    CHECKED_SELECT(uint, int, n)                                                                                       \
    CHECKED_SELECT(long, long, n)                                                                                      \
    CHECKED_SELECT(short, short, n)                                                                                    \
    CHECKED_SELECT(ushort, short, n)                                                                                   \
    CHECKED_SELECT(char, char, n)                                                                                      \
    CHECKED_SELECT(uchar, char, n)                                                                                     \
    CHECKED_SELECT(int, uint, n)                                                                                       \
    CHECKED_SELECT(uint, uint, n)                                                                                      \
    CHECKED_SELECT(short, ushort, n)                                                                                   \
    CHECKED_SELECT(ushort, ushort, n)                                                                                  \
    CHECKED_SELECT(char, uchar, n)                                                                                     \
    CHECKED_SELECT(uchar, uchar, n)
CHECKED_SELECT_ALL(4)
CHECKED_SELECT_ALL(8)
CHECKED_SELECT_ALL(16)

/* ---- conversions ---- */

#define CHECKED_CONVERT(from, to, n)                                                                                   \
    CHECKED to##n convert_##to##n(from##n value)                                                                       \
    {                                                                                                                  \
        return __builtin_convertvector(value, to##n);                                                                  \
    }
#define CHECKED_CONVERT_FROM(from, n)                                                                                  \
    CHECKED_CONVERT(from, char, n)                                                                                     \
    CHECKED_CONVERT(from, uchar, n)                                                                                    \
    CHECKED_CONVERT(from, short, n)                                                                                    \
    CHECKED_CONVERT(from, ushort, n)                                                                                   \
    CHECKED_CONVERT(from, int, n)                                                                                      \
    CHECKED_CONVERT(from, uint, n)
#define CHECKED_CONVERT_ALL(n)                                                                                         \
    CHECKED_CONVERT_FROM(char, n)                                                                                      \
    CHECKED_CONVERT_FROM(uchar, n)                                                                                     \
    CHECKED_CONVERT_FROM(short, n)                                                                                     \
    CHECKED_CONVERT_FROM(ushort, n)                                                                                    \
    CHECKED_CONVERT_FROM(int, n)                                                                                       \
    CHECKED_CONVERT_FROM(uint, n)                                                                                      \
    CHECKED_CONVERT(int, long, n)                                                                                      \
    CHECKED_CONVERT(long, int, n)
CHECKED_CONVERT_ALL(4)
CHECKED_CONVERT_ALL(8)
CHECKED_CONVERT_ALL(16)

CHECKED float convert_float_rte(ulong value)
{
    return (float)value;
}

CHECKED uchar convert_uchar_sat(int value)
{
    return (uchar)clamp(value, 0, UCHAR_MAX);
}

CHECKED uchar convert_uchar_sat(long value)
{
    return (uchar)clamp(value, 0l, (long)UCHAR_MAX);
}

CHECKED char convert_char_sat(int value)
{
    return (char)clamp(value, CHAR_MIN, CHAR_MAX);
}

CHECKED char convert_char_sat(long value)
{
    return (char)clamp(value, (long)CHAR_MIN, (long)CHAR_MAX);
}

/* ---- private arrays as vectors, element by element, so that each index is checked ---- */

#define CHECKED_MOVE(type, n)                                                                                          \
    CHECKED type##n vload##n(size_t offset, const type *from)                                                          \
    {                                                                                                                  \
        type##n value;                                                                                                 \
        for (int i = 0; i < n; i++) {                                                                                  \
            value[i] = from[offset * n + (size_t)i];                                                                   \
        }                                                                                                              \
        return value;                                                                                                  \
    }                                                                                                                  \
    CHECKED void vstore##n(type##n value, size_t offset, type *to)                                                     \
    {                                                                                                                  \
        for (int i = 0; i < n; i++) {                                                                                  \
            to[offset * n + (size_t)i] = value[i];                                                                     \
        }                                                                                                              \
    }
#define CHECKED_MOVE_ALL(n)                                                                                            \
    CHECKED_MOVE(char, n)                                                                                              \
    CHECKED_MOVE(uchar, n)                                                                                             \
    CHECKED_MOVE(ushort, n)                                                                                            \
    CHECKED_MOVE(int, n)                                                                                               \
    CHECKED_MOVE(uint, n)                                                                                              \
    CHECKED_MOVE(long, n)                                                                                              \
    CHECKED_MOVE(ulong, n)                                                                                             \
    CHECKED_MOVE(float, n)
CHECKED_MOVE_ALL(2)
CHECKED_MOVE_ALL(4)
CHECKED_MOVE_ALL(8)
CHECKED_MOVE_ALL(16)

/* ---- what expressions of the tests call ---- */

#define CHECKED_ONE(type, name)                                                                                        \
    CHECKED type name(type value)                                                                                      \
    {                                                                                                                  \
        return (type)__builtin_##name(value);                                                                          \
    }
#define CHECKED_REAL(type)                                                                                             \
    CHECKED_ONE(type, rint)                                                                                            \
    CHECKED_ONE(type, sqrt)                                                                                            \
    CHECKED_ONE(type, fabs)                                                                                            \
    CHECKED type clamp(type value, type low, type high)                                                                \
    {                                                                                                                  \
        return value < low ? low : value > high ? high : value;                                                        \
    }
CHECKED_REAL(float)
CHECKED_REAL(double)

#define CHECKED_EACH(type, n, name)                                                                                    \
    CHECKED type##n name(type##n value)                                                                                \
    {                                                                                                                  \
        for (int i = 0; i < n; i++) {                                                                                  \
            value[i] = __builtin_##name(value[i]);                                                                     \
        }                                                                                                              \
        return value;                                                                                                  \
    }
#define CHECKED_REALS(type, n)                                                                                         \
    CHECKED_EACH(type, n, rint)                                                                                        \
    CHECKED_EACH(type, n, sqrt)                                                                                        \
    CHECKED_EACH(type, n, fabs)                                                                                        \
    CHECKED type##n clamp(type##n value, type##n low, type##n high)                                                    \
    {                                                                                                                  \
        return value < low ? low : value > high ? high : value;                                                        \
    }
CHECKED_REALS(float, 4)
CHECKED_REALS(float, 8)
CHECKED_REALS(float, 16)
CHECKED_REALS(double, 4)

CHECKED int isnan(double value)
{
    return value != value;
}

CHECKED long4 isnan(double4 value)
{
    return value != value;
}

CHECKED int convert_int(float value)
{
    return (int)value;
}

CHECKED_CONVERT(int, float, 4)
CHECKED_CONVERT(int, float, 8)
CHECKED_CONVERT(int, float, 16)
CHECKED_CONVERT(float, int, 4)
CHECKED_CONVERT(float, int, 8)
CHECKED_CONVERT(float, int, 16)
