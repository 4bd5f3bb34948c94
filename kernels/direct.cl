/* SPDX-License-Identifier: Apache-2.0
 *
 * direct.cl: maximum in dense tensors, compiled for its window. Forward, any window; backward, windows that do not
 * overlap: each input element belongs to at most one, so it looks at one mask value and sums nothing. One work-item an
 * output element forward (with a mask, an element of it), one an input element backward.
 *
 * Reads    x (forward), dy and mask (backward) or x and dy (recompute), from their offsets in elements on.
 * Writes   y and mask (forward) or dx (backward), each element exactly once; with `accumulate`, dx is read first.
 * Launch   as generic.cl.
 * Ranges   as generic.cl, not adaptive; tensors dense; backward, on each axis stride >= dilation * (window - 1) + 1.
 * Rules    as generic.cl, the same bits.
 * Options  value.cl's, and the window as constants, so that loops unroll and divisions become multiplications:
 *   CLPOOL_WINDOW_D, _H, _W       taps on each axis
 *   CLPOOL_STRIDE_D, _H, _W       elements between two windows; winners.cl: 0 on an adaptive axis
 *   CLPOOL_DILATION_D, _H, _W     elements between two taps
 */

/* Channels that places tell apart. Where these come first, they are one axis of planes with the images. */
#define CLPOOL_DIRECT_CHANNELS(channels) (CLPOOL_CHANNELS_LAST ? (channels) : 1)
#define CLPOOL_DIRECT_FUSION(fusion, place)                                                                            \
    (CLPOOL_CHANNELS_LAST ? clpool_at_channel(fusion, (place).c) : clpool_at_plane(fusion, (place).n))

/* The value and the tap that win the window from `start` on in the plane of a place. One inside the plane has constant
 * loop bounds. */
static inline clpool_value clpool_direct_scan(__global const clpool_value *x, clpool_place place, clpool_index4 in,
                                              clpool_index channels, clpool_index4 start, clpool_fusion fusion,
                                              uint *winner)
{
    const clpool_index4 pitch = (clpool_index4)(in.y * in.z, in.z, 1, 0) * channels;
    const clpool_index4 stop = start + CLPOOL_EXTENT;
    x += place.n * in.x * pitch.x + place.c;
    if (start.x >= 0 && start.y >= 0 && start.z >= 0 && stop.x <= in.x && stop.y <= in.y && stop.z <= in.z) {
        return clpool_scan_fused(x, pitch, CLPOOL_WINDOW, CLPOOL_DILATION, start, (clpool_index4)(0), CLPOOL_WINDOW,
                                 fusion, winner);
    }
    return clpool_scan_clipped_fused(x, pitch, in, CLPOOL_WINDOW, CLPOOL_WINDOW, CLPOOL_DILATION, start, fusion,
                                     winner);
}

/* Pools the window of output `item`, and gives its mask value. */
static inline clpool_mask clpool_direct_max(__global const clpool_value *x, __global clpool_value *y, clpool_index item,
                                            clpool_index4 in, clpool_index4 out, clpool_index4 pad,
                                            clpool_index channels, clpool_fusion fusion)
{
    const clpool_place place = clpool_place_of(item, out, channels);
    const clpool_index4 start = place.spatial * CLPOOL_STRIDE - pad;
    const clpool_fusion here = CLPOOL_DIRECT_FUSION(fusion, place);
    uint winner;
    y[item] = clpool_fuse_store(clpool_direct_scan(x, place, in, channels, start, here, &winner), here);
    return clpool_mask_of_tap(winner, place, in, channels, start, CLPOOL_WINDOW, CLPOOL_DILATION);
}

__kernel void clpool_direct_forward(__global const clpool_value *x, ulong x_offset, __global clpool_value *y,
                                    ulong y_offset, clpool_index items, clpool_index4 in, clpool_index4 out,
                                    clpool_index4 pad, clpool_index channels CLPOOL_FUSION_ARGUMENTS)
{
    const clpool_index item = clpool_item();
    if (item < items) {
        (void)clpool_direct_max(x + x_offset, y + y_offset, item, in, out, pad, CLPOOL_DIRECT_CHANNELS(channels),
                                CLPOOL_FUSION);
    }
}

__kernel void clpool_direct_forward_mask(__global const clpool_value *x, ulong x_offset, __global clpool_value *y,
                                         ulong y_offset, __global clpool_mask *mask, ulong mask_offset,
                                         clpool_index items, clpool_index4 in, clpool_index4 out, clpool_index4 pad,
                                         clpool_index channels CLPOOL_FUSION_ARGUMENTS)
{
    const clpool_index element = clpool_item();
    clpool_mask packed = 0;
    if (element >= clpool_mask_elements(items)) {
        return;
    }
    for (clpool_index i = 0; i < CLPOOL_MASK_PER_ELEMENT; i++) {
        const clpool_index item = element * CLPOOL_MASK_PER_ELEMENT + i;
        if (item < items) {
            const clpool_mask value = clpool_direct_max(x + x_offset, y + y_offset, item, in, out, pad,
                                                        CLPOOL_DIRECT_CHANNELS(channels), CLPOOL_FUSION);
            packed = clpool_pack_mask(packed, value, i);
        }
    }
    mask[mask_offset + (ulong)element] = packed;
}

#if CLPOOL_IS_FLOAT

/* The only window that may hold an element. */
typedef struct {
    bool is_there;       /* and one of its taps lies on the element: */
    uint tap;            /* this one */
    clpool_index output; /* its number */
    clpool_index4 start;
} clpool_home;

static inline clpool_home clpool_home_of(clpool_place place, clpool_index4 out, clpool_index4 pad,
                                         clpool_index channels)
{
    clpool_home home;
    const clpool_index4 position = place.spatial + pad;
    const clpool_index4 window = position / CLPOOL_STRIDE;
    const clpool_index4 step = position - window * CLPOOL_STRIDE;
    const clpool_index4 tap = step / CLPOOL_DILATION;
    home.is_there = tap.x < CLPOOL_WINDOW_D && tap.y < CLPOOL_WINDOW_H && tap.z < CLPOOL_WINDOW_W &&
                    tap.x * CLPOOL_DILATION_D == step.x && tap.y * CLPOOL_DILATION_H == step.y &&
                    tap.z * CLPOOL_DILATION_W == step.z && window.x < out.x && window.y < out.y && window.z < out.z;
    home.tap = ((uint)tap.x * (uint)CLPOOL_WINDOW_H + (uint)tap.y) * (uint)CLPOOL_WINDOW_W + (uint)tap.z;
    home.output = (((place.n * out.x + window.x) * out.y + window.y) * out.z + window.z) * channels + place.c;
    home.start = window * CLPOOL_STRIDE - pad;
    return home;
}

__kernel void clpool_direct_backward(__global const clpool_value *dy, ulong dy_offset, __global const clpool_mask *mask,
                                     ulong mask_offset, __global clpool_value *dx, ulong dx_offset, int accumulate,
                                     clpool_index items, clpool_index4 in, clpool_index4 out, clpool_index4 pad,
                                     clpool_index channels)
{
    const clpool_index item = clpool_item();
    if (item >= items) {
        return;
    }
    const clpool_place place = clpool_place_of(item, in, CLPOOL_DIRECT_CHANNELS(channels));
    const clpool_home home = clpool_home_of(place, out, pad, CLPOOL_DIRECT_CHANNELS(channels));
    clpool_sum sum = 0;
    dy += dy_offset;
    mask += mask_offset;
    if (home.is_there && clpool_names(clpool_load_mask(mask, home.output), home.tap,
                                      clpool_mask_of_place(place, in, CLPOOL_DIRECT_CHANNELS(channels)))) {
        sum = clpool_widen(dy[home.output]);
    }
    clpool_store_sum(dx + dx_offset + item, sum, accumulate);
}

__kernel void clpool_direct_backward_recompute(__global const clpool_value *x, ulong x_offset,
                                               __global const clpool_value *dy, ulong dy_offset,
                                               __global clpool_value *dx, ulong dx_offset, int accumulate,
                                               clpool_index items, clpool_index4 in, clpool_index4 out,
                                               clpool_index4 pad, clpool_index channels CLPOOL_FUSION_ARGUMENTS)
{
    const clpool_index item = clpool_item();
    if (item >= items) {
        return;
    }
    const clpool_place place = clpool_place_of(item, in, CLPOOL_DIRECT_CHANNELS(channels));
    const clpool_home home = clpool_home_of(place, out, pad, CLPOOL_DIRECT_CHANNELS(channels));
    clpool_sum sum = 0;
    dy += dy_offset;
    if (home.is_there) {
        uint winner;
        (void)clpool_direct_scan(x + x_offset, place, in, CLPOOL_DIRECT_CHANNELS(channels), home.start,
                                 CLPOOL_DIRECT_FUSION(CLPOOL_FUSION, place), &winner);
        if (winner == home.tap) {
            sum = clpool_widen(dy[home.output]);
        }
    }
    clpool_store_sum(dx + dx_offset + item, sum, accumulate);
}

#endif
