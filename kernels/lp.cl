/* SPDX-License-Identifier: Apache-2.0
 *
 * lp.cl: any Lp norm on any device. One work-item an output element forward, one an input element backward.
 *
 * Reads    x (forward), or x, y and dy (backward), from their offsets in elements on.
 * Writes   y (forward) or dx (backward), each element exactly once; with `accumulate`, dx is read first.
 * Launch   as generic.cl.
 * Ranges   geometry as generic.cl.
 * Rules    p is CLPOOL_P. y = (sum |x|^p)^(1/p), 0 of no taps. dx sums sign(x) * dy * (|x| / y)^(p - 1) in ascending
 *          output order; an x or y of 0 moves no gradient.
 * Options  value.cl's and sum.cl's; those of masks and of NaN are not used. Float types only.
 */

#if CLPOOL_IS_FLOAT

/* 2^exponent of a normal number. */
static inline clpool_sum clpool_power_of_two(int exponent)
{
    return clpool_sum_of_bits((clpool_sum_bits)(exponent + CLPOOL_SUM_BIAS) << CLPOOL_SUM_FRACTION_BITS);
}

/* Newton's steps make a root exact, up to exponents whose 2^r below might overflow. Before them anything near will do,
 * so that fast functions begin; they exist for f32 alone. */
#define CLPOOL_LP_NEWTON (CLPOOL_P <= 64u)
#if CLPOOL_LP_NEWTON && !CLPOOL_DTYPE_F64
#define CLPOOL_LP_EXP2 native_exp2
#define CLPOOL_LP_LOG2 native_log2
#else
#define CLPOOL_LP_EXP2 exp2
#define CLPOOL_LP_LOG2 log2
#endif

/* The p-th root. A value is m * 2^(q * p + r) with 1 <= m < 2 and 0 <= r < p, and its root that of m * 2^r, times
 * 2^q. */
static inline clpool_sum clpool_root(clpool_sum value)
{
    const clpool_sum_bits one = (clpool_sum_bits)1 << CLPOOL_SUM_FRACTION_BITS;
    const int p = (int)min(CLPOOL_P, 0x7fffffffu);
    clpool_sum_bits bits = clpool_bits_of_sum(value);
    if (CLPOOL_P == 1u || bits == 0u || bits >= CLPOOL_SUM_INFINITY) { /* sums of powers have no sign */
        return value;
    }
    int exponent = (int)(bits >> CLPOOL_SUM_FRACTION_BITS) - CLPOOL_SUM_BIAS;
    if (bits < one) { /* a denormal */
        const int shift = (int)clz(bits) - (int)clz(one);
        bits <<= shift;
        exponent = 1 - shift - CLPOOL_SUM_BIAS;
    }
    const clpool_sum m =
        clpool_sum_of_bits((bits & (one - 1u)) | (clpool_sum_bits)CLPOOL_SUM_BIAS << CLPOOL_SUM_FRACTION_BITS);
    const int q = exponent >= 0 ? exponent / p : -((p - 1 - exponent) / p);
    const int r = exponent - q * p;
    clpool_sum root = CLPOOL_LP_EXP2(((clpool_sum)r + CLPOOL_LP_LOG2(m)) / (clpool_sum)CLPOOL_P);
#if CLPOOL_LP_NEWTON
    const clpool_sum scaled = m * clpool_power_of_two(r);
    for (int step = 0; step < 3; step++) {
        root += root * ((scaled - clpool_power(root, CLPOOL_P)) / scaled / (clpool_sum)CLPOOL_P);
    }
#endif
    return root * clpool_power_of_two(q);
}

__kernel void clpool_lp_forward(__global const clpool_value *x, ulong x_offset, __global clpool_value *y,
                                ulong y_offset, clpool_index items, clpool_index4 in, clpool_index4 out,
                                clpool_index4 pad, clpool_index4 window, clpool_index4 stride, clpool_index4 dilation,
                                clpool_index4 x_pitch, clpool_index4 y_pitch,
                                clpool_index4 batch CLPOOL_FUSION_ARGUMENTS)
{
    const clpool_index item = clpool_item();
    if (item >= items) {
        return;
    }
    const clpool_place place = clpool_place_of(item, out, batch.z);
    const clpool_index4 start = clpool_start_of(place.spatial, in, out, pad, stride);
    const clpool_index4 taps = clpool_taps_of(place.spatial, in, out, window, stride);
    const clpool_fusion fusion = clpool_at_channel(CLPOOL_FUSION, place.c);
    clpool_total sum;
    clpool_clear_total(&sum);
    clpool_add_clipped(&sum, x + x_offset + (ulong)(place.n * batch.x + place.c * x_pitch.w), x_pitch, in, taps,
                       dilation, start, fusion);
    y[y_offset + (ulong)clpool_offset(place, y_pitch, batch.y)] =
        clpool_fuse_store(clpool_narrow(clpool_root(clpool_pairwise_total(&sum))), fusion);
}

__kernel void clpool_lp_backward(__global const clpool_value *x, ulong x_offset, __global const clpool_value *y,
                                 ulong y_offset, __global const clpool_value *dy, ulong dy_offset,
                                 __global clpool_value *dx, ulong dx_offset, int accumulate, clpool_index items,
                                 clpool_index4 in, clpool_index4 out, clpool_index4 pad, clpool_index4 window,
                                 clpool_index4 stride, clpool_index4 dilation, clpool_index4 x_pitch,
                                 clpool_index4 y_pitch, clpool_index4 batch)
{
    const clpool_index item = clpool_item();
    if (item >= items) {
        return;
    }
    const clpool_place place = clpool_place_of(item, in, batch.z);
    const clpool_searches at = clpool_search_of(place.spatial, in, out, pad, window, stride, dilation);
    const clpool_index plane = place.n * batch.y + place.c * y_pitch.w;
    const clpool_index here = clpool_offset(place, x_pitch, batch.x);
    const clpool_sum value = clpool_widen(x[x_offset + (ulong)here]);
    const clpool_sum_bits value_bits = clpool_bits_of_sum(value);
    const clpool_sum magnitude = clpool_magnitude(value);
    clpool_sum sum = 0;
    for (clpool_index d = at.d.first; d <= at.d.last; d++) {
        const clpool_index tap_d = clpool_tap_at(at.d, d, in.x, out.x, pad.x, window.x, stride.x, dilation.x);
        for (clpool_index h = at.h.first; h <= at.h.last && tap_d >= 0; h++) {
            const clpool_index tap_h = clpool_tap_at(at.h, h, in.y, out.y, pad.y, window.y, stride.y, dilation.y);
            for (clpool_index w = at.w.first; w <= at.w.last && tap_h >= 0; w++) {
                if (clpool_tap_at(at.w, w, in.z, out.z, pad.z, window.z, stride.z, dilation.z) < 0) {
                    continue;
                }
                const clpool_index output = plane + d * y_pitch.x + h * y_pitch.y + w * y_pitch.z;
                const clpool_sum norm = clpool_widen(y[y_offset + (ulong)output]);
                if (((value_bits & ~CLPOOL_SUM_SIGN) == 0u) || (clpool_bits_of_sum(norm) & ~CLPOOL_SUM_SIGN) == 0u) {
                    continue;
                }
                const clpool_sum power = clpool_power(clpool_divide(magnitude, norm), CLPOOL_P - 1u);
                const clpool_sum term = clpool_multiply(clpool_widen(dy[dy_offset + (ulong)output]), power);
                const clpool_sum_bits sign = value_bits & CLPOOL_SUM_SIGN;
                const bool is_nan = (value_bits & ~CLPOOL_SUM_SIGN) > CLPOOL_SUM_INFINITY;
                sum = clpool_add(sum, is_nan ? value : clpool_sum_of_bits(clpool_bits_of_sum(term) ^ sign));
            }
        }
    }
    clpool_store_sum(dx + dx_offset + here, sum, accumulate);
}

#endif
