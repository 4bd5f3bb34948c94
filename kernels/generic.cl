/* SPDX-License-Identifier: Apache-2.0
 *
 * generic.cl: any maximum on any device. One work-item an output element forward (with a mask, an element of it), one
 * an input element backward.
 *
 * Reads    x (forward), dy and mask (backward) or x and dy (recompute), from their offsets in elements on.
 * Writes   y and mask (forward) or dx (backward), each element exactly once; with `accumulate`, dx is read first.
 * Launch   two dimensions, any local size; work-items past the last element do nothing, so the host rounds up. `items`
 *          counts outputs forward and inputs backward.
 * Ranges   any geometry that the host has checked: extents, window and dilation >= 1, stride >= 1 or (on an adaptive
 *          axis) 0, pad (before the first element) >= 0; pitches that keep all elements apart; batch = (pitch of images
 *          in x, in y, channels, not used). Work-items go in the layout's order, in which the mask is dense. Borders
 *          are handled here.
 * Rules    first maximum wins, NaN as the options say; a window with no tap inside gives the identity and the sentinel.
 *          dx sums dy in ascending output order. Mask values are only compared: any value is safe.
 * Options  value.cl's. There is no backward for integer types.
 */

/* Pools the window of output `item`, and gives its mask value. */
static inline clpool_mask clpool_generic_max(__global const clpool_value *x, __global clpool_value *y,
                                             clpool_index item, clpool_index4 in, clpool_index4 out, clpool_index4 pad,
                                             clpool_index4 window, clpool_index4 stride, clpool_index4 dilation,
                                             clpool_index4 x_pitch, clpool_index4 y_pitch, clpool_index4 batch,
                                             clpool_fusion fusion)
{
    const clpool_place place = clpool_place_of(item, out, batch.z);
    const clpool_index4 start = clpool_start_of(place.spatial, in, out, pad, stride);
    const clpool_index4 taps = clpool_taps_of(place.spatial, in, out, window, stride);
    const clpool_fusion here = clpool_at_channel(fusion, place.c);
    uint winner;
    const clpool_value value = clpool_scan_clipped_fused(x + place.n * batch.x + place.c * x_pitch.w, x_pitch, in,
                                                         window, taps, dilation, start, here, &winner);
    y[clpool_offset(place, y_pitch, batch.y)] = clpool_fuse_store(value, here);
    return clpool_mask_of_tap(winner, place, in, batch.z, start, window, dilation);
}

__kernel void clpool_generic_forward(__global const clpool_value *x, ulong x_offset, __global clpool_value *y,
                                     ulong y_offset, clpool_index items, clpool_index4 in, clpool_index4 out,
                                     clpool_index4 pad, clpool_index4 window, clpool_index4 stride,
                                     clpool_index4 dilation, clpool_index4 x_pitch, clpool_index4 y_pitch,
                                     clpool_index4 batch CLPOOL_FUSION_ARGUMENTS)
{
    const clpool_index item = clpool_item();
    if (item < items) {
        (void)clpool_generic_max(x + x_offset, y + y_offset, item, in, out, pad, window, stride, dilation, x_pitch,
                                 y_pitch, batch, CLPOOL_FUSION);
    }
}

__kernel void clpool_generic_forward_mask(__global const clpool_value *x, ulong x_offset, __global clpool_value *y,
                                          ulong y_offset, __global clpool_mask *mask, ulong mask_offset,
                                          clpool_index items, clpool_index4 in, clpool_index4 out, clpool_index4 pad,
                                          clpool_index4 window, clpool_index4 stride, clpool_index4 dilation,
                                          clpool_index4 x_pitch, clpool_index4 y_pitch,
                                          clpool_index4 batch CLPOOL_FUSION_ARGUMENTS)
{
    const clpool_index element = clpool_item();
    clpool_mask packed = 0;
    if (element >= clpool_mask_elements(items)) {
        return;
    }
    for (clpool_index i = 0; i < CLPOOL_MASK_PER_ELEMENT; i++) {
        const clpool_index item = element * CLPOOL_MASK_PER_ELEMENT + i;
        if (item < items) {
            const clpool_mask value = clpool_generic_max(x + x_offset, y + y_offset, item, in, out, pad, window, stride,
                                                         dilation, x_pitch, y_pitch, batch, CLPOOL_FUSION);
            packed = clpool_pack_mask(packed, value, i);
        }
    }
    mask[mask_offset + (ulong)element] = packed;
}

#if CLPOOL_IS_FLOAT

/* The tap that wins a window of x. */
static inline uint clpool_winner(__global const clpool_value *x, clpool_index4 pitch, clpool_index4 output,
                                 clpool_index4 in, clpool_index4 out, clpool_index4 pad, clpool_index4 window,
                                 clpool_index4 stride, clpool_index4 dilation, clpool_fusion fusion)
{
    uint winner;
    (void)clpool_scan_clipped_fused(x, pitch, in, window, clpool_taps_of(output, in, out, window, stride), dilation,
                                    clpool_start_of(output, in, out, pad, stride), fusion, &winner);
    return winner;
}

__kernel void clpool_generic_backward(__global const clpool_value *dy, ulong dy_offset,
                                      __global const clpool_mask *mask, ulong mask_offset, __global clpool_value *dx,
                                      ulong dx_offset, int accumulate, clpool_index items, clpool_index4 in,
                                      clpool_index4 out, clpool_index4 pad, clpool_index4 window, clpool_index4 stride,
                                      clpool_index4 dilation, clpool_index4 x_pitch, clpool_index4 y_pitch,
                                      clpool_index4 batch)
{
    const clpool_index item = clpool_item();
    if (item >= items) {
        return;
    }
    const clpool_index channels = batch.z;
    const clpool_place place = clpool_place_of(item, in, channels);
    const clpool_searches at = clpool_search_of(place.spatial, in, out, pad, window, stride, dilation);
    /* The first output of this element's plane. */
    dy += dy_offset + (ulong)(place.n * batch.y + place.c * y_pitch.w);
    mask += mask_offset;
    const clpool_index mask_pitch = CLPOOL_CHANNELS_LAST ? channels : 1;
    const clpool_mask index = clpool_mask_of_place(place, in, channels);
    clpool_sum sum = 0;
    for (clpool_index d = at.d.first; d <= at.d.last; d++) {
        const clpool_index tap_d = clpool_tap_at(at.d, d, in.x, out.x, pad.x, window.x, stride.x, dilation.x);
        if (tap_d < 0) {
            continue;
        }
        for (clpool_index h = at.h.first; h <= at.h.last; h++) {
            const clpool_index tap_h = clpool_tap_at(at.h, h, in.y, out.y, pad.y, window.y, stride.y, dilation.y);
            if (tap_h < 0) {
                continue;
            }
            const clpool_index row = clpool_mask_row(place, d, h, out, channels);
            const clpool_index dy_row = d * y_pitch.x + h * y_pitch.y;
            const uint tap = ((uint)tap_d * (uint)window.y + (uint)tap_h) * (uint)window.z;
            for (clpool_index w = at.w.first; w <= at.w.last; w++) {
                const clpool_index tap_w = clpool_tap_at(at.w, w, in.z, out.z, pad.z, window.z, stride.z, dilation.z);
                if (tap_w >= 0 &&
                    clpool_names(clpool_load_mask(mask, row + w * mask_pitch), tap + (uint)tap_w, index)) {
                    sum = clpool_add(sum, clpool_widen(dy[dy_row + w * y_pitch.z]));
                }
            }
        }
    }
    clpool_store_sum(dx + dx_offset + clpool_offset(place, x_pitch, batch.x), sum, accumulate);
}

__kernel void clpool_generic_backward_recompute(__global const clpool_value *x, ulong x_offset,
                                                __global const clpool_value *dy, ulong dy_offset,
                                                __global clpool_value *dx, ulong dx_offset, int accumulate,
                                                clpool_index items, clpool_index4 in, clpool_index4 out,
                                                clpool_index4 pad, clpool_index4 window, clpool_index4 stride,
                                                clpool_index4 dilation, clpool_index4 x_pitch, clpool_index4 y_pitch,
                                                clpool_index4 batch CLPOOL_FUSION_ARGUMENTS)
{
    const clpool_index item = clpool_item();
    if (item >= items) {
        return;
    }
    const clpool_place place = clpool_place_of(item, in, batch.z);
    const clpool_searches at = clpool_search_of(place.spatial, in, out, pad, window, stride, dilation);
    x += x_offset + (ulong)(place.n * batch.x + place.c * x_pitch.w);
    dy += dy_offset + (ulong)(place.n * batch.y + place.c * y_pitch.w);
    const clpool_fusion fusion = clpool_at_channel(CLPOOL_FUSION, place.c);
    clpool_sum sum = 0;
    for (clpool_index d = at.d.first; d <= at.d.last; d++) {
        const clpool_index tap_d = clpool_tap_at(at.d, d, in.x, out.x, pad.x, window.x, stride.x, dilation.x);
        for (clpool_index h = at.h.first; h <= at.h.last && tap_d >= 0; h++) {
            const clpool_index tap_h = clpool_tap_at(at.h, h, in.y, out.y, pad.y, window.y, stride.y, dilation.y);
            for (clpool_index w = at.w.first; w <= at.w.last && tap_h >= 0; w++) {
                const clpool_index tap_w = clpool_tap_at(at.w, w, in.z, out.z, pad.z, window.z, stride.z, dilation.z);
                const uint tap = ((uint)tap_d * (uint)window.y + (uint)tap_h) * (uint)window.z + (uint)tap_w;
                if (tap_w >= 0 && clpool_winner(x, x_pitch, (clpool_index4)(d, h, w, 0), in, out, pad, window, stride,
                                                dilation, fusion) == tap) {
                    sum = clpool_add(sum, clpool_widen(dy[d * y_pitch.x + h * y_pitch.y + w * y_pitch.z]));
                }
            }
        }
    }
    clpool_store_sum(dx + dx_offset + clpool_offset(place, x_pitch, batch.x), sum, accumulate);
}

#endif
