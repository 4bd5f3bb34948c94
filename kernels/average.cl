/* SPDX-License-Identifier: Apache-2.0
 *
 * average.cl: any average on any device. One work-item an output element forward, one an input element backward.
 *
 * Reads    x (forward) or dy (backward), from their offsets in elements on.
 * Writes   y (forward) or dx (backward), each element exactly once; with `accumulate`, dx is read first.
 * Launch   as generic.cl.
 * Ranges   geometry as generic.cl; `edge`: where the padded input ends, counted from the tensor's first element, >= in.
 * Rules    divisor: `divisor` unless that is 0; else the taps inside the tensor (`exclude_pad`) or those before `edge`.
 *          A window with no tap inside the tensor gives 0. Forward adds pairwise and divides once; 8-bit integers
 *          exactly, to nearest even, saturated. dx sums dy * (1 / divisor) in ascending output order.
 * Options  value.cl's; those of masks and NaN are not used. There is no i32, and no backward for integer types.
 */

#if !CLPOOL_DTYPE_I32

__kernel void clpool_average_forward(__global const clpool_value *x, ulong x_offset, __global clpool_value *y,
                                     ulong y_offset, clpool_index items, clpool_index4 in, clpool_index4 out,
                                     clpool_index4 pad, clpool_index4 window, clpool_index4 stride,
                                     clpool_index4 dilation, clpool_index4 x_pitch, clpool_index4 y_pitch,
                                     clpool_index4 batch, clpool_index4 edge, uint divisor,
                                     int exclude_pad CLPOOL_FUSION_ARGUMENTS)
{
    const clpool_average average = {{in, out, pad, window, stride, dilation, batch.z}, edge, divisor, exclude_pad};
    const clpool_index item = clpool_item();
    if (item >= items) {
        return;
    }
    const clpool_place place = clpool_place_of(item, out, batch.z);
    const clpool_index4 start = clpool_start_of(place.spatial, in, out, pad, stride);
    const clpool_index4 taps = clpool_taps_of(place.spatial, in, out, window, stride);
    const clpool_fusion fusion = clpool_at_channel(CLPOOL_FUSION, place.c);
    clpool_total total;
    clpool_clear_total(&total);
    clpool_add_clipped(&total, x + x_offset + (ulong)(place.n * batch.x + place.c * x_pitch.w), x_pitch, in, taps,
                       dilation, start, fusion);
    y[y_offset + (ulong)clpool_offset(place, y_pitch, batch.y)] =
        clpool_fuse_store(clpool_mean(&total, clpool_divisor(place.spatial, &average)), fusion);
}

#endif

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
