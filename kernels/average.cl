/* SPDX-License-Identifier: Apache-2.0
 *
 * average.cl: any average on any device. One work-item an output element forward, one an input element backward.
 *
 * Reads    x (forward) or dy (backward), from their offsets in elements on.
 * Writes   y (forward) or dx (backward), each element exactly once; with `accumulate`, dx is read first.
 * Launch   as generic.cl.
 * Ranges   geometry as generic.cl; `edge`: where the padded input ends, counted from the tensor's first element, >= in.
 * Rules    divisor: `divisor` unless that is 0; else the taps inside the tensor (`exclude_pad`) or those before `edge`.
 *          A window with no tap inside the tensor gives 0. Forward adds pairwise and divides once; 8-bit integers exactly,
 *          to nearest even, saturated. dx sums dy * (1 / divisor) in ascending output order.
 * Options  value.cl's; those of masks and NaN are not used. There is no i32, and no backward for integer types.
 */

/* How the divisor of a window is found. */
typedef struct {
    clpool_geometry geometry;
    clpool_index4 edge;
    uint divisor;
    int exclude_pad;
} clpool_average;

static inline uint clpool_product(clpool_index4 taps)
{
    return (uint)taps.x * (uint)taps.y * (uint)taps.z;
}

/* What the window of an output is divided by. */
static inline uint clpool_divisor(clpool_index4 output, const clpool_average *average)
{
    const clpool_geometry *g = &average->geometry;
    const clpool_index4 start = clpool_start_of(output, g->in, g->out, g->pad, g->stride);
    const clpool_index4 taps = clpool_taps_of(output, g->in, g->out, g->window, g->stride);
    if (average->divisor != 0u) {
        return average->divisor;
    }
    if (!average->exclude_pad) {
        return clpool_product(clpool_end_taps(start, g->dilation, average->edge, taps));
    }
    const clpool_index4 end = clpool_end_taps(start, g->dilation, g->in, taps);
    return clpool_product(max(end - clpool_first_taps(start, g->dilation), (clpool_index4)(0)));
}

#if CLPOOL_IS_FLOAT

typedef clpool_pairwise clpool_total;

static inline void clpool_add_value(clpool_total *total, clpool_value value)
{
    clpool_pairwise_add(total, clpool_widen(value));
}

static inline clpool_value clpool_mean(const clpool_total *total, uint divisor)
{
    return clpool_narrow(total->count == 0u ? 0 : clpool_divide(clpool_pairwise_total(total), (clpool_sum)divisor));
}

#else

typedef struct {
    uint count;
    long sum;
} clpool_total;

static inline void clpool_add_value(clpool_total *total, clpool_value value)
{
    total->count++;
    total->sum += (long)value;
}

static inline clpool_value clpool_mean(const clpool_total *total, uint divisor)
{
    if (total->count == 0u) {
        return 0;
    }
    const ulong magnitude = abs(total->sum);
    const ulong twice_rest = magnitude % divisor * 2u;
    ulong quotient = magnitude / divisor;
    if (twice_rest > divisor || (twice_rest == divisor && (quotient & 1u) != 0u)) {
        quotient++;
    }
    const long mean = total->sum < 0 ? -(long)quotient : (long)quotient;
#if CLPOOL_DTYPE_U8
    return convert_uchar_sat(mean);
#else
    return convert_char_sat(mean);
#endif
}

#endif

__kernel void clpool_average_forward(__global const clpool_value *x, ulong x_offset, __global clpool_value *y,
                                     ulong y_offset, clpool_index items, clpool_index4 in, clpool_index4 out,
                                     clpool_index4 pad, clpool_index4 window, clpool_index4 stride,
                                     clpool_index4 dilation, clpool_index4 x_pitch, clpool_index4 y_pitch,
                                     clpool_index4 batch, clpool_index4 edge, uint divisor, int exclude_pad)
{
    const clpool_average average = {{in, out, pad, window, stride, dilation, batch.z}, edge, divisor, exclude_pad};
    const clpool_index item = clpool_item();
    if (item >= items) {
        return;
    }
    const clpool_place place = clpool_place_of(item, out, batch.z);
    const clpool_index4 start = clpool_start_of(place.spatial, in, out, pad, stride);
    const clpool_index4 taps = clpool_taps_of(place.spatial, in, out, window, stride);
    const clpool_index4 first = clpool_first_taps(start, dilation);
    const clpool_index4 end = clpool_end_taps(start, dilation, in, taps);
    clpool_total total;
    total.count = 0;
#if !CLPOOL_IS_FLOAT
    total.sum = 0;
#endif
    x += x_offset + (ulong)(place.n * batch.x + place.c * x_pitch.w);
    for (clpool_index d = first.x; d < end.x; d++) {
        for (clpool_index h = first.y; h < end.y; h++) {
            const clpool_index row =
                (start.x + d * dilation.x) * x_pitch.x + (start.y + h * dilation.y) * x_pitch.y + start.z * x_pitch.z;
            for (clpool_index w = first.z; w < end.z; w++) {
                clpool_add_value(&total, x[row + w * dilation.z * x_pitch.z]);
            }
        }
    }
    y[y_offset + (ulong)clpool_offset(place, y_pitch, batch.y)] =
        clpool_mean(&total, clpool_divisor(place.spatial, &average));
}

#if CLPOOL_IS_FLOAT

__kernel void clpool_average_backward(__global const clpool_value *dy, ulong dy_offset, __global clpool_value *dx,
                                      ulong dx_offset, int accumulate, clpool_index items, clpool_index4 in,
                                      clpool_index4 out, clpool_index4 pad, clpool_index4 window, clpool_index4 stride,
                                      clpool_index4 dilation, clpool_index4 x_pitch, clpool_index4 y_pitch,
                                      clpool_index4 batch, clpool_index4 edge, uint divisor, int exclude_pad)
{
    const clpool_average average = {{in, out, pad, window, stride, dilation, batch.z}, edge, divisor, exclude_pad};
    const clpool_index item = clpool_item();
    if (item >= items) {
        return;
    }
    const clpool_place place = clpool_place_of(item, in, batch.z);
    const clpool_searches at = clpool_search_of(place.spatial, in, out, pad, window, stride, dilation);
    /* Neighbouring windows mostly have one divisor, so its reciprocal is kept. */
    uint last_divisor = 0;
    clpool_sum reciprocal = 0;
    clpool_sum sum = 0;
    dy += dy_offset + (ulong)(place.n * batch.y + place.c * y_pitch.w);
    for (clpool_index d = at.d.first; d <= at.d.last; d++) {
        const clpool_index tap_d = clpool_tap_at(at.d, d, in.x, out.x, pad.x, window.x, stride.x, dilation.x);
        for (clpool_index h = at.h.first; h <= at.h.last && tap_d >= 0; h++) {
            const clpool_index tap_h = clpool_tap_at(at.h, h, in.y, out.y, pad.y, window.y, stride.y, dilation.y);
            for (clpool_index w = at.w.first; w <= at.w.last && tap_h >= 0; w++) {
                if (clpool_tap_at(at.w, w, in.z, out.z, pad.z, window.z, stride.z, dilation.z) < 0) {
                    continue;
                }
                const uint window_divisor = clpool_divisor((clpool_index4)(d, h, w, 0), &average);
                if (window_divisor != last_divisor) {
                    last_divisor = window_divisor;
                    reciprocal = clpool_divide(1, (clpool_sum)window_divisor);
                }
                const clpool_value gradient = dy[d * y_pitch.x + h * y_pitch.y + w * y_pitch.z];
                sum = clpool_add(sum, clpool_multiply(clpool_widen(gradient), reciprocal));
            }
        }
    }
    clpool_store_sum(dx + dx_offset + clpool_offset(place, x_pitch, batch.x), sum, accumulate);
}

#endif
