/* SPDX-License-Identifier: Apache-2.0
 *
 * direct.cl: windows that do not overlap. Each input element belongs to at most one window, so backward looks at one
 * mask value and sums nothing. One work-item an output element forward, one an input element backward.
 *
 * Reads    x (forward) or dy and mask (backward), from their offsets in elements on.
 * Writes   y and mask (forward) or dx (backward), each element exactly once; with `accumulate`, dx is read first.
 * Launch   two dimensions, any local size; work-items numbered `items` or higher do nothing, so the host rounds up freely.
 * Ranges   as generic.cl, and on each axis stride >= dilation * (window - 1) + 1; tensors dense, channels first.
 * Rules    as generic.cl, the same bits.
 * Options  value.cl's, and the window as constants, so that loops unroll and divisions become multiplications:
 *   CLPOOL_WINDOW_D, _H, _W       taps on each axis
 *   CLPOOL_STRIDE_D, _H, _W       elements between two windows
 *   CLPOOL_DILATION_D, _H, _W     elements between two taps
 */

#define CLPOOL_DIRECT_WINDOW ((clpool_index4)(CLPOOL_WINDOW_D, CLPOOL_WINDOW_H, CLPOOL_WINDOW_W, 1))
#define CLPOOL_DIRECT_STRIDE ((clpool_index4)(CLPOOL_STRIDE_D, CLPOOL_STRIDE_H, CLPOOL_STRIDE_W, 1))
#define CLPOOL_DIRECT_DILATION ((clpool_index4)(CLPOOL_DILATION_D, CLPOOL_DILATION_H, CLPOOL_DILATION_W, 1))
#define CLPOOL_DIRECT_EXTENT (CLPOOL_DIRECT_DILATION * (CLPOOL_DIRECT_WINDOW - 1) + 1)

static inline void clpool_direct_max(__global const clpool_value *x, __global clpool_value *y,
                                     __global clpool_mask *mask, clpool_index items, clpool_index4 in,
                                     clpool_index4 out, clpool_index4 pad)
{
    const clpool_index item = clpool_item();
    if (item >= items) {
        return;
    }
    /* Images and channels are all alike in dense tensors: one axis of planes. */
    const clpool_place place = clpool_place_of(item, out, 1);
    const clpool_index4 start = place.spatial * CLPOOL_DIRECT_STRIDE - pad;
    const clpool_index4 pitch = (clpool_index4)(in.y * in.z, in.z, 1, 0);
    const clpool_index4 stop = start + CLPOOL_DIRECT_EXTENT;
    x += place.n * (in.x * in.y * in.z);
    uint winner;
    /* A window inside the plane has constant loop bounds. */
    if (start.x >= 0 && start.y >= 0 && start.z >= 0 && stop.x <= in.x && stop.y <= in.y && stop.z <= in.z) {
        y[item] = clpool_scan(x, pitch, CLPOOL_DIRECT_WINDOW, CLPOOL_DIRECT_DILATION, start, (clpool_index4)(0),
                              CLPOOL_DIRECT_WINDOW, &winner);
    } else {
        const clpool_index4 first = (clpool_index4)(clpool_first_tap(start.x, CLPOOL_DILATION_D),
                                                    clpool_first_tap(start.y, CLPOOL_DILATION_H),
                                                    clpool_first_tap(start.z, CLPOOL_DILATION_W), 0);
        const clpool_index4 end =
            (clpool_index4)(clpool_end_tap(start.x, CLPOOL_DILATION_D, in.x, CLPOOL_WINDOW_D),
                            clpool_end_tap(start.y, CLPOOL_DILATION_H, in.y, CLPOOL_WINDOW_H),
                            clpool_end_tap(start.z, CLPOOL_DILATION_W, in.z, CLPOOL_WINDOW_W), 0);
        y[item] = clpool_scan(x, pitch, CLPOOL_DIRECT_WINDOW, CLPOOL_DIRECT_DILATION, start, first, end, &winner);
    }
    if (mask != 0) {
        mask[item] = (clpool_mask)winner;
    }
}

__kernel void clpool_direct_forward(__global const clpool_value *x, ulong x_offset, __global clpool_value *y,
                                    ulong y_offset, clpool_index items, clpool_index4 in, clpool_index4 out,
                                    clpool_index4 pad)
{
    clpool_direct_max(x + x_offset, y + y_offset, 0, items, in, out, pad);
}

__kernel void clpool_direct_forward_mask(__global const clpool_value *x, ulong x_offset, __global clpool_value *y,
                                         ulong y_offset, __global clpool_mask *mask, ulong mask_offset,
                                         clpool_index items, clpool_index4 in, clpool_index4 out, clpool_index4 pad)
{
    clpool_direct_max(x + x_offset, y + y_offset, mask + mask_offset, items, in, out, pad);
}

#if CLPOOL_IS_FLOAT

__kernel void clpool_direct_backward(__global const clpool_value *dy, ulong dy_offset,
                                     __global const clpool_mask *mask, ulong mask_offset, __global clpool_value *dx,
                                     ulong dx_offset, int accumulate, clpool_index items, clpool_index4 in,
                                     clpool_index4 out, clpool_index4 pad)
{
    const clpool_index item = clpool_item();
    if (item >= items) {
        return;
    }
    dy += dy_offset;
    mask += mask_offset;
    const clpool_place place = clpool_place_of(item, in, 1);
    const clpool_index4 position = place.spatial + pad;
    const clpool_index4 window = position / CLPOOL_DIRECT_STRIDE; /* the only one that may hold this element */
    const clpool_index4 step = position - window * CLPOOL_DIRECT_STRIDE;
    const clpool_index4 tap = step / CLPOOL_DIRECT_DILATION;
    const bool is_tap = tap.x < CLPOOL_WINDOW_D && tap.y < CLPOOL_WINDOW_H && tap.z < CLPOOL_WINDOW_W &&
                        tap.x * CLPOOL_DILATION_D == step.x && tap.y * CLPOOL_DILATION_H == step.y &&
                        tap.z * CLPOOL_DILATION_W == step.z;
    clpool_sum sum = 0;
    if (is_tap && window.x < out.x && window.y < out.y && window.z < out.z) {
        const clpool_index output = ((place.n * out.x + window.x) * out.y + window.y) * out.z + window.z;
        const uint number =
            ((uint)tap.x * (uint)CLPOOL_WINDOW_H + (uint)tap.y) * (uint)CLPOOL_WINDOW_W + (uint)tap.z;
        if ((uint)mask[output] == number) {
            sum = clpool_widen(dy[output]);
        }
    }
    clpool_store_sum(dx + dx_offset + item, sum, accumulate);
}

#endif
