/* SPDX-License-Identifier: Apache-2.0
 *
 * unpool.cl: each element of y back to where its mask value says. Two ways: `generic` for any mask, a work-item for
 * each segment of a plane, which goes through all outputs of the plane; `gather` for masks that number taps, a
 * work-item for each element of x, which looks at the windows that hold it. And its backward, a work-item for each
 * element of dy, which fetches the element of dx that the mask value names.
 *
 * Reads    y (backward: dx) and mask, from their offsets in elements on.
 * Writes   each element of x exactly once (gather), or as 0 first (generic); each element of dy exactly once; the
 *          kernels that count add to one uint.
 * Launch   as generic.cl. `items` counts planes * segments, elements of x, or elements of dy.
 * Ranges   geometry as generic.cl; 1 <= segments <= elements of a plane. Any mask: each value is checked before it is
 *          used.
 * Rules    the greatest output index wins an element. Values that name no element are dropped; but for sentinels of
 *          windows without a tap inside the tensor they are counted.
 * Options  value.cl's; that of NaN is not used.
 */

/* Number, in the dense order of y and mask, of output `at` of plane (output->n, output->c); its place goes to
 * output. */
static inline clpool_index clpool_output_at(clpool_index at, const clpool_geometry *geometry, clpool_place *output)
{
    const clpool_index4 out = geometry->out;
    const clpool_index row = at / out.z;
    const clpool_index plane = out.x * out.y * out.z;
    output->spatial = (clpool_index4)(row / out.y, row % out.y, at % out.z, 0);
    return CLPOOL_CHANNELS_LAST ? (output->n * plane + at) * geometry->channels + output->c
                                : (output->n * geometry->channels + output->c) * plane + at;
}

/* Index in its own plane of the element that a mask value names; -1 where it names none. */
static inline clpool_index clpool_target(clpool_mask value, clpool_place output, const clpool_geometry *geometry)
{
    const clpool_index4 in = geometry->in;
    clpool_index4 position;
    if (!clpool_numbers_taps(CLPOOL_MASK_FORM)) {
        return clpool_indexed((long)value, CLPOOL_MASK_FORM, output, geometry);
    }
    return clpool_tap_place((long)value, output, geometry, &position)
               ? (position.x * in.y + position.y) * in.z + position.z
               : -1;
}

/* Whether a value that names no element is the sentinel in its place. */
static inline bool clpool_is_empty(clpool_mask value, clpool_place output, const clpool_geometry *geometry)
{
    const clpool_mask sentinel = (clpool_mask)(CLPOOL_MASK_BITS < 8 ? (1 << CLPOOL_MASK_BITS) - 1 : -1);
#if CLPOOL_RELU
    (void)output;
    (void)geometry;
    return value == sentinel;
#else
    return value == sentinel && !clpool_has_tap(output, geometry);
#endif
}

/* Unpools a segment of a plane; the number of values of the plane that are dropped. */
static inline uint clpool_unpool_segment(__global const clpool_value *y, __global const clpool_mask *mask,
                                         __global clpool_value *x, clpool_index item, clpool_index planes,
                                         clpool_index segments, const clpool_geometry *geometry, clpool_index4 x_pitch,
                                         clpool_index4 y_pitch, clpool_index4 batch)
{
    const clpool_index4 in = geometry->in;
    const clpool_index in_plane = in.x * in.y * in.z;
    const clpool_index out_plane = geometry->out.x * geometry->out.y * geometry->out.z;
    const clpool_index plane = item % planes;
    const clpool_index length = (in_plane - 1) / segments + 1;
    const clpool_index begin = item / planes * length;
    const clpool_index end = min(begin + length, in_plane);
    uint dropped = 0;
    clpool_place place;
    place.n = plane / geometry->channels;
    place.c = plane % geometry->channels;
    clpool_place output = place;
    for (clpool_index index = begin; index < end; index++) {
        const clpool_index row = index / in.z;
        place.spatial = (clpool_index4)(row / in.y, row % in.y, index % in.z, 0);
        x[clpool_offset(place, x_pitch, batch.x)] = 0;
    }
    for (clpool_index at = 0; at < out_plane; at++) {
        const clpool_mask value = clpool_load_mask(mask, clpool_output_at(at, geometry, &output));
        const clpool_index index = clpool_target(value, output, geometry);
        if (index < 0) {
            dropped += clpool_is_empty(value, output, geometry) ? 0u : 1u;
        } else if (index >= begin && index < end) {
            const clpool_index row = index / in.z;
            place.spatial = (clpool_index4)(row / in.y, row % in.y, index % in.z, 0);
            x[clpool_offset(place, x_pitch, batch.x)] = y[clpool_offset(output, y_pitch, batch.y)];
        }
    }
    return begin == 0 ? dropped : 0u;
}

__kernel void clpool_unpool_generic(__global const clpool_value *y, ulong y_offset, __global const clpool_mask *mask,
                                    ulong mask_offset, __global clpool_value *x, ulong x_offset, clpool_index items,
                                    clpool_index4 in, clpool_index4 out, clpool_index4 pad, clpool_index4 window,
                                    clpool_index4 stride, clpool_index4 dilation, clpool_index4 x_pitch,
                                    clpool_index4 y_pitch, clpool_index4 batch, clpool_index segments)
{
    const clpool_geometry geometry = {in, out, pad, window, stride, dilation, batch.z};
    const clpool_index item = clpool_item();
    if (item < items) {
        (void)clpool_unpool_segment(y + y_offset, mask + mask_offset, x + x_offset, item, items / segments, segments,
                                    &geometry, x_pitch, y_pitch, batch);
    }
}

__kernel void clpool_unpool_generic_count(__global const clpool_value *y, ulong y_offset,
                                          __global const clpool_mask *mask, ulong mask_offset, __global clpool_value *x,
                                          ulong x_offset, __global uint *dropped, ulong dropped_offset,
                                          clpool_index items, clpool_index4 in, clpool_index4 out, clpool_index4 pad,
                                          clpool_index4 window, clpool_index4 stride, clpool_index4 dilation,
                                          clpool_index4 x_pitch, clpool_index4 y_pitch, clpool_index4 batch,
                                          clpool_index segments)
{
    const clpool_geometry geometry = {in, out, pad, window, stride, dilation, batch.z};
    const clpool_index item = clpool_item();
    if (item < items) {
        const uint count = clpool_unpool_segment(y + y_offset, mask + mask_offset, x + x_offset, item, items / segments,
                                                 segments, &geometry, x_pitch, y_pitch, batch);
        if (count > 0u) {
            (void)atomic_add(dropped + dropped_offset, count);
        }
    }
}

__kernel void clpool_unpool_backward(__global const clpool_value *dx, ulong dx_offset, __global const clpool_mask *mask,
                                     ulong mask_offset, __global clpool_value *dy, ulong dy_offset, clpool_index items,
                                     clpool_index4 in, clpool_index4 out, clpool_index4 pad, clpool_index4 window,
                                     clpool_index4 stride, clpool_index4 dilation, clpool_index4 x_pitch,
                                     clpool_index4 y_pitch, clpool_index4 batch, clpool_index segments)
{
    const clpool_geometry geometry = {in, out, pad, window, stride, dilation, batch.z};
    const clpool_index item = clpool_item();
    (void)segments;
    if (item >= items) {
        return;
    }
    const clpool_place output = clpool_place_of(item, out, batch.z);
    const clpool_index index = clpool_target(clpool_load_mask(mask + mask_offset, item), output, &geometry);
    clpool_value value = 0;
    if (index >= 0) {
        const clpool_index row = index / in.z;
        clpool_place place = output;
        place.spatial = (clpool_index4)(row / in.y, row % in.y, index % in.z, 0);
        value = dx[dx_offset + (ulong)clpool_offset(place, x_pitch, batch.x)];
    }
    dy[dy_offset + (ulong)clpool_offset(output, y_pitch, batch.y)] = value;
}

#if CLPOOL_MASK_WINDOW

/* The value of an element of x: that of the last output whose mask value names it, or 0. */
static inline clpool_value clpool_gather(__global const clpool_value *y, __global const clpool_mask *mask,
                                         clpool_place place, const clpool_geometry *g, clpool_index4 y_pitch,
                                         clpool_index4 batch)
{
    const clpool_searches at =
        clpool_search_of(place.spatial, g->in, g->out, g->pad, g->window, g->stride, g->dilation);
    const clpool_index mask_pitch = CLPOOL_CHANNELS_LAST ? g->channels : 1;
    clpool_place output = place;
    clpool_value value = 0;
    for (clpool_index d = at.d.first; d <= at.d.last; d++) {
        const clpool_index tap_d =
            clpool_tap_at(at.d, d, g->in.x, g->out.x, g->pad.x, g->window.x, g->stride.x, g->dilation.x);
        for (clpool_index h = at.h.first; h <= at.h.last && tap_d >= 0; h++) {
            const clpool_index tap_h =
                clpool_tap_at(at.h, h, g->in.y, g->out.y, g->pad.y, g->window.y, g->stride.y, g->dilation.y);
            const clpool_index row = clpool_mask_row(place, d, h, g->out, g->channels);
            for (clpool_index w = at.w.first; w <= at.w.last && tap_h >= 0; w++) {
                const clpool_index tap_w =
                    clpool_tap_at(at.w, w, g->in.z, g->out.z, g->pad.z, g->window.z, g->stride.z, g->dilation.z);
                const uint tap = ((uint)tap_d * (uint)g->window.y + (uint)tap_h) * (uint)g->window.z + (uint)tap_w;
                if (tap_w >= 0 && (uint)clpool_load_mask(mask, row + w * mask_pitch) == tap) {
                    output.spatial = (clpool_index4)(d, h, w, 0);
                    value = y[clpool_offset(output, y_pitch, batch.y)];
                }
            }
        }
    }
    return value;
}

__kernel void clpool_unpool_gather(__global const clpool_value *y, ulong y_offset, __global const clpool_mask *mask,
                                   ulong mask_offset, __global clpool_value *x, ulong x_offset, clpool_index items,
                                   clpool_index4 in, clpool_index4 out, clpool_index4 pad, clpool_index4 window,
                                   clpool_index4 stride, clpool_index4 dilation, clpool_index4 x_pitch,
                                   clpool_index4 y_pitch, clpool_index4 batch, clpool_index segments)
{
    const clpool_geometry geometry = {in, out, pad, window, stride, dilation, batch.z};
    const clpool_index item = clpool_item();
    (void)segments;
    if (item < items) {
        const clpool_place place = clpool_place_of(item, in, batch.z);
        x[x_offset + (ulong)clpool_offset(place, x_pitch, batch.x)] =
            clpool_gather(y + y_offset, mask + mask_offset, place, &geometry, y_pitch, batch);
    }
}

__kernel void clpool_unpool_gather_count(__global const clpool_value *y, ulong y_offset,
                                         __global const clpool_mask *mask, ulong mask_offset, __global clpool_value *x,
                                         ulong x_offset, __global uint *dropped, ulong dropped_offset,
                                         clpool_index items, clpool_index4 in, clpool_index4 out, clpool_index4 pad,
                                         clpool_index4 window, clpool_index4 stride, clpool_index4 dilation,
                                         clpool_index4 x_pitch, clpool_index4 y_pitch, clpool_index4 batch,
                                         clpool_index segments)
{
    const clpool_geometry geometry = {in, out, pad, window, stride, dilation, batch.z};
    const clpool_index item = clpool_item();
    (void)segments;
    if (item >= items) {
        return;
    }
    const clpool_place place = clpool_place_of(item, in, batch.z);
    x[x_offset + (ulong)clpool_offset(place, x_pitch, batch.x)] =
        clpool_gather(y + y_offset, mask + mask_offset, place, &geometry, y_pitch, batch);
    /* The work-items share the outputs among them. */
    const clpool_index outputs = items / (in.x * in.y * in.z) * (out.x * out.y * out.z);
    uint count = 0;
    for (clpool_index number = item; number < outputs; number += items) {
        const clpool_place output = clpool_place_of(number, out, batch.z);
        const clpool_mask value = clpool_load_mask(mask + mask_offset, number);
        if (clpool_target(value, output, &geometry) < 0 && !clpool_is_empty(value, output, &geometry)) {
            count++;
        }
    }
    if (count > 0u) {
        (void)atomic_add(dropped + dropped_offset, count);
    }
}

#endif
