/* SPDX-License-Identifier: Apache-2.0
 *
 * mask.cl: masks from one form to another, and how many of their values name no tap. One program for every problem:
 * forms, widths and layout are arguments.
 *
 * Reads    a mask, from its offset in elements on.
 * Writes   convert: the other mask, each element exactly once. check: one count.
 * Launch   convert: two dimensions, any local size; work-items numbered `items` or higher do nothing. check: one
 *          work-group of at most CLPOOL_CHECK_ITEMS work-items, which go through the mask together.
 * Ranges   any values in the mask: each is checked before it is used, and none is an address.
 * Rules    form: 0 window, 1 and 2 plane, 3 tensor, 4 tensor with column-major planes, as clpool_mask_form; bytes:
 *          1, 2, 4 or 8 a value. A value that names no tap inside the tensor becomes the sentinel.
 * Options  value.cl's, with CLPOOL_INDEX_BITS = 64; those of masks are not used.
 */

#define CLPOOL_CHECK_ITEMS 64

/* What the geometry arguments say, for the functions below. */
typedef struct {
    clpool_index4 in;
    clpool_index4 out;
    clpool_index4 pad;
    clpool_index4 window;
    clpool_index4 stride;
    clpool_index4 dilation;
    clpool_index channels;
} clpool_geometry;

/* The index-th value; the sentinel of every form comes out as -1. */
static inline long clpool_load_mask(__global const uchar *mask, int form, int bytes, ulong index)
{
    if (bytes == 1) {
        const uchar value = mask[index];
        return value == UCHAR_MAX ? -1 : (long)value;
    }
    if (bytes == 2) {
        const ushort value = ((__global const ushort *)mask)[index];
        return value == USHRT_MAX ? -1 : (long)value;
    }
    if (bytes == 4 && form == 0) {
        const uint value = ((__global const uint *)mask)[index];
        return value == UINT_MAX ? -1 : (long)value;
    }
    return bytes == 4 ? (long)((__global const int *)mask)[index] : ((__global const long *)mask)[index];
}

static inline void clpool_store_mask(__global uchar *mask, int bytes, ulong index, long value)
{
    if (bytes == 1) {
        mask[index] = (uchar)value;
    } else if (bytes == 2) {
        ((__global ushort *)mask)[index] = (ushort)value;
    } else if (bytes == 4) {
        ((__global uint *)mask)[index] = (uint)value;
    } else {
        ((__global long *)mask)[index] = value;
    }
}

/* Output number `item` of a dense tensor in the layout's order. */
static inline clpool_place clpool_output(clpool_index item, const clpool_geometry *geometry, int channels_last)
{
    clpool_place place;
    const clpool_index plane = geometry->out.x * geometry->out.y * geometry->out.z;
    clpool_index at = channels_last ? item / geometry->channels % plane : item % plane;
    place.c = channels_last ? item % geometry->channels : item / plane % geometry->channels;
    place.n = item / plane / geometry->channels;
    place.spatial.z = at % geometry->out.z;
    at /= geometry->out.z;
    place.spatial.y = at % geometry->out.y;
    place.spatial.x = at / geometry->out.y;
    place.spatial.w = 0;
    return place;
}

/* Whether a tap of an output's window lies inside the tensor, and where. */
static inline bool clpool_tap_place(long tap, clpool_place output, const clpool_geometry *geometry,
                                    clpool_index4 *position)
{
    const clpool_index4 window = geometry->window;
    if (tap < 0 || tap >= window.x * window.y * window.z) {
        return false;
    }
    const clpool_index4 taps =
        (clpool_index4)(tap / window.z / window.y, tap / window.z % window.y, tap % window.z, 0);
    const clpool_index4 here = clpool_taps_of(output.spatial, geometry->in, geometry->out, window, geometry->stride);
    *position = clpool_start_of(output.spatial, geometry->in, geometry->out, geometry->pad, geometry->stride) +
                taps * geometry->dilation;
    return taps.x < here.x && taps.y < here.y && taps.z < here.z && position->x >= 0 && position->x < geometry->in.x &&
           position->y >= 0 && position->y < geometry->in.y && position->z >= 0 && position->z < geometry->in.z;
}

/* The tap of a window that lies on one coordinate of an axis, given where the window begins and its taps; -1 where none
 * does. */
static inline long clpool_axis_tap(clpool_index position, clpool_index start, clpool_index taps, clpool_index dilation)
{
    const clpool_index step = position - start;
    return step >= 0 && step % dilation == 0 && step / dilation < taps ? step / dilation : -1;
}

/* The tap of an output's window that a mask value names, and its place; -1 where it names none inside the tensor. */
static inline long clpool_named_tap(long value, int form, clpool_place output, const clpool_geometry *geometry,
                                    clpool_index4 *position)
{
    const clpool_index4 in = geometry->in;
    const clpool_index plane = in.x * in.y * in.z;
    if (form == 0) {
        return clpool_tap_place(value, output, geometry, position) ? value : -1;
    }
    const clpool_index base = form >= 3 ? (output.n * geometry->channels + output.c) * plane : 0;
    if (value < base || value - base >= plane) {
        return -1;
    }
    const clpool_index index = value - base;
    *position = form == 4 ? (clpool_index4)(index % in.x, index / in.x % in.y, index / in.x / in.y, 0)
                          : (clpool_index4)(index / in.z / in.y, index / in.z % in.y, index % in.z, 0);
    const clpool_index4 start = clpool_start_of(output.spatial, in, geometry->out, geometry->pad, geometry->stride);
    const clpool_index4 taps = clpool_taps_of(output.spatial, in, geometry->out, geometry->window, geometry->stride);
    const long d = clpool_axis_tap(position->x, start.x, taps.x, geometry->dilation.x);
    const long h = clpool_axis_tap(position->y, start.y, taps.y, geometry->dilation.y);
    const long w = clpool_axis_tap(position->z, start.z, taps.z, geometry->dilation.z);
    return d < 0 || h < 0 || w < 0 ? -1 : (d * geometry->window.y + h) * geometry->window.z + w;
}

static inline long clpool_value_of(long tap, clpool_index4 position, int form, clpool_place output,
                                   const clpool_geometry *geometry)
{
    const clpool_index4 in = geometry->in;
    if (tap < 0 || form == 0) {
        return tap;
    }
    const clpool_index base = form >= 3 ? (output.n * geometry->channels + output.c) * (in.x * in.y * in.z) : 0;
    return base + (form == 4 ? (position.z * in.y + position.y) * in.x + position.x
                             : (position.x * in.y + position.y) * in.z + position.z);
}

/* Whether the window of an output has a tap inside the tensor. */
static inline bool clpool_has_tap(clpool_place output, const clpool_geometry *geometry)
{
    const clpool_index4 start =
        clpool_start_of(output.spatial, geometry->in, geometry->out, geometry->pad, geometry->stride);
    const clpool_index4 dilation = geometry->dilation;
    const clpool_index4 in = geometry->in;
    const clpool_index4 window = geometry->window;
    return clpool_first_tap(start.x, dilation.x) < clpool_end_tap(start.x, dilation.x, in.x, window.x) &&
           clpool_first_tap(start.y, dilation.y) < clpool_end_tap(start.y, dilation.y, in.y, window.y) &&
           clpool_first_tap(start.z, dilation.z) < clpool_end_tap(start.z, dilation.z, in.z, window.z);
}

__kernel void clpool_convert_mask(__global const uchar *from, ulong from_offset, __global uchar *to, ulong to_offset,
                                  int from_form, int from_bytes, int to_form, int to_bytes, int channels_last,
                                  clpool_index channels, clpool_index items, clpool_index4 in, clpool_index4 out,
                                  clpool_index4 pad, clpool_index4 window, clpool_index4 stride, clpool_index4 dilation)
{
    const clpool_geometry geometry = {in, out, pad, window, stride, dilation, channels};
    const clpool_index item = clpool_item();
    if (item >= items) {
        return;
    }
    const clpool_place output = clpool_output(item, &geometry, channels_last);
    const long value = clpool_load_mask(from, from_form, from_bytes, from_offset + (ulong)item);
    clpool_index4 position = (clpool_index4)(0);
    const long tap = clpool_named_tap(value, from_form, output, &geometry, &position);
    clpool_store_mask(to, to_bytes, to_offset + (ulong)item,
                      clpool_value_of(tap, position, to_form, output, &geometry));
}

__kernel void clpool_check_mask(__global const uchar *mask, ulong mask_offset, __global ulong *count,
                                ulong count_offset, int form, int bytes, int channels_last, clpool_index channels,
                                clpool_index items, clpool_index4 in, clpool_index4 out, clpool_index4 pad,
                                clpool_index4 window, clpool_index4 stride, clpool_index4 dilation)
{
    const clpool_geometry geometry = {in, out, pad, window, stride, dilation, channels};
    __local ulong counts[CLPOOL_CHECK_ITEMS];
    const clpool_index group = (clpool_index)get_local_size(0);
    const clpool_index local_id = (clpool_index)get_local_id(0);
    ulong wrong = 0;
    for (clpool_index item = local_id; item < items; item += group) {
        const clpool_place output = clpool_output(item, &geometry, channels_last);
        const long value = clpool_load_mask(mask, form, bytes, mask_offset + (ulong)item);
        clpool_index4 position = (clpool_index4)(0);
        const bool is_named = clpool_named_tap(value, form, output, &geometry, &position) >= 0;
        const bool is_empty = value == -1 && !clpool_has_tap(output, &geometry);
        wrong += is_named || is_empty ? 0u : 1u;
    }
    counts[local_id] = wrong;
    barrier(CLK_LOCAL_MEM_FENCE);
    if (local_id == 0) {
        ulong sum = 0;
        for (clpool_index i = 0; i < group; i++) {
            sum += counts[i];
        }
        count[count_offset] = sum;
    }
}
