/* SPDX-License-Identifier: Apache-2.0
 *
 * generic.cl: any problem on any device. One work-item an output element forward, one an input element backward.
 *
 * Reads    x (forward) or dy and mask (backward), from their offsets in elements on.
 * Writes   y and mask (forward) or dx (backward), each element exactly once; with `accumulate`, dx is read first.
 * Launch   two dimensions, any local size; work-items numbered `items` or higher do nothing, so the host rounds up freely.
 * Ranges   any geometry that the host has checked: extents, window, stride and dilation >= 1, pad (before the first
 *          element) >= 0. Borders are handled here.
 * Rules    first maximum wins, last NaN wins; a window with no tap inside gives -inf and the sentinel.
 *          dx sums dy in ascending output order. Mask values are only compared: any value is safe.
 * Options  value.cl's.
 */

static inline void clpool_generic_max(__global const clpool_value *x, __global clpool_value *y,
                                      __global clpool_mask *mask, clpool_index items, clpool_index4 in,
                                      clpool_index4 out, clpool_index4 window, clpool_index4 stride,
                                      clpool_index4 dilation, clpool_index4 pad)
{
    const clpool_index item = clpool_item();
    if (item >= items) {
        return;
    }
    const clpool_index4 place = clpool_place(item, out);
    const clpool_index4 start = place * stride - pad;
    const clpool_index4 first = (clpool_index4)(clpool_first_tap(start.x, dilation.x),
                                                clpool_first_tap(start.y, dilation.y),
                                                clpool_first_tap(start.z, dilation.z), 0);
    const clpool_index4 end = (clpool_index4)(clpool_end_tap(start.x, dilation.x, in.x, window.x),
                                              clpool_end_tap(start.y, dilation.y, in.y, window.y),
                                              clpool_end_tap(start.z, dilation.z, in.z, window.z), 0);
    uint winner;
    y[item] = clpool_scan(x + place.w * (in.x * in.y * in.z), in, window, dilation, start, first, end, &winner);
    if (mask != 0) {
        mask[item] = (clpool_mask)winner;
    }
}

__kernel void clpool_generic_forward(__global const clpool_value *x, ulong x_offset, __global clpool_value *y,
                                     ulong y_offset, clpool_index items, clpool_index4 in, clpool_index4 out,
                                     clpool_index4 pad, clpool_index4 window, clpool_index4 stride,
                                     clpool_index4 dilation)
{
    clpool_generic_max(x + x_offset, y + y_offset, 0, items, in, out, window, stride, dilation, pad);
}

__kernel void clpool_generic_forward_mask(__global const clpool_value *x, ulong x_offset, __global clpool_value *y,
                                          ulong y_offset, __global clpool_mask *mask, ulong mask_offset,
                                          clpool_index items, clpool_index4 in, clpool_index4 out, clpool_index4 pad,
                                          clpool_index4 window, clpool_index4 stride, clpool_index4 dilation)
{
    clpool_generic_max(x + x_offset, y + y_offset, mask + mask_offset, items, in, out, window, stride, dilation, pad);
}

/* First window that reaches the padded position. */
static inline clpool_index clpool_first_window(clpool_index position, clpool_index extent, clpool_index stride)
{
    return position < extent ? 0 : (position - extent) / stride + 1;
}

/* The tap that lies `step` elements into a window; -1 where that is between two taps. */
static inline clpool_index clpool_tap_at(clpool_index step, clpool_index dilation)
{
    if (dilation == 1) {
        return step;
    }
    const clpool_index tap = step / dilation;
    return tap * dilation == step ? tap : -1;
}

__kernel void clpool_generic_backward(__global const clpool_value *dy, ulong dy_offset,
                                      __global const clpool_mask *mask, ulong mask_offset, __global clpool_value *dx,
                                      ulong dx_offset, int accumulate, clpool_index items, clpool_index4 in,
                                      clpool_index4 out, clpool_index4 pad, clpool_index4 window,
                                      clpool_index4 stride, clpool_index4 dilation)
{
    const clpool_index item = clpool_item();
    if (item >= items) {
        return;
    }
    dy += dy_offset;
    mask += mask_offset;
    const clpool_index4 place = clpool_place(item, in);
    const clpool_index4 position = place + pad;
    const clpool_index4 extent = dilation * (window - 1) + 1;
    const clpool_index4 last = min(position / stride, out - 1);
    const clpool_index plane = place.w * (out.x * out.y * out.z);
    clpool_sum sum = 0.0f;
    for (clpool_index d = clpool_first_window(position.x, extent.x, stride.x); d <= last.x; d++) {
        const clpool_index tap_d = clpool_tap_at(position.x - d * stride.x, dilation.x);
        if (tap_d < 0) {
            continue;
        }
        for (clpool_index h = clpool_first_window(position.y, extent.y, stride.y); h <= last.y; h++) {
            const clpool_index tap_h = clpool_tap_at(position.y - h * stride.y, dilation.y);
            if (tap_h < 0) {
                continue;
            }
            const clpool_index row = plane + (d * out.y + h) * out.z;
            const uint tap = ((uint)tap_d * (uint)window.y + (uint)tap_h) * (uint)window.z;
            for (clpool_index w = clpool_first_window(position.z, extent.z, stride.z); w <= last.z; w++) {
                const clpool_index tap_w = clpool_tap_at(position.z - w * stride.z, dilation.z);
                if (tap_w >= 0 && (uint)mask[row + w] == tap + (uint)tap_w) {
                    sum = clpool_add(sum, clpool_widen(dy[row + w]));
                }
            }
        }
    }
    clpool_store_sum(dx + dx_offset + item, sum, accumulate);
}
