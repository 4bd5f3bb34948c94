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
 * Rules    form: 0 window, 1 and 2 plane, 3 tensor, 4 tensor with column-major planes, 5 and 6 window packed, as
 *          clpool_mask_form; bits: 2, 4, 8, 16, 32 or 64 a value. A value that names no tap inside the tensor becomes
 *          the sentinel. `items` counts values; a work-item of convert makes one element. `cuts`: a window whose
 *          values are cut to zero has the sentinel, too.
 * Options  value.cl's, with CLPOOL_INDEX_BITS = 64; those of masks are not used.
 */

#define CLPOOL_CHECK_ITEMS 64

/* Values of an element: several in the packed forms. */
static inline int clpool_per_element(int bits)
{
    return bits < 8 ? 8 / bits : 1;
}

/* The index-th value; the sentinel of every form comes out as -1, unless a tap has its bits. */
static inline long clpool_load_any(__global const uchar *mask, int form, int bits, ulong offset, ulong index,
                                   clpool_index taps)
{
    const ulong element = offset + index / (ulong)clpool_per_element(bits);
    long value;
    if (bits == 64) {
        return ((__global const long *)mask)[element];
    }
    if (bits == 32) {
        value = clpool_numbers_taps(form) ? (long)((__global const uint *)mask)[element]
                                          : (long)((__global const int *)mask)[element];
    } else if (bits == 16) {
        value = (long)((__global const ushort *)mask)[element];
    } else {
        const int shift = (int)(index % (ulong)clpool_per_element(bits)) * bits;
        value = (long)(mask[element] >> shift & ((1 << bits) - 1));
    }
    return clpool_numbers_taps(form) && value == (1L << bits) - 1L && value >= taps ? -1 : value;
}

/* Stores an element that holds one value. */
static inline void clpool_store_any(__global uchar *mask, int bits, ulong element, long value)
{
    if (bits <= 8) {
        mask[element] = (uchar)value;
    } else if (bits == 16) {
        ((__global ushort *)mask)[element] = (ushort)value;
    } else if (bits == 32) {
        ((__global uint *)mask)[element] = (uint)value;
    } else {
        ((__global long *)mask)[element] = value;
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

static inline long clpool_value_of(long tap, clpool_index4 position, int form, clpool_place output,
                                   const clpool_geometry *geometry)
{
    const clpool_index4 in = geometry->in;
    if (tap < 0 || clpool_numbers_taps(form)) {
        return tap;
    }
    const clpool_index base =
        form == 3 || form == 4 ? (output.n * geometry->channels + output.c) * (in.x * in.y * in.z) : 0;
    return base + (form == 4 ? (position.z * in.y + position.y) * in.x + position.x
                             : (position.x * in.y + position.y) * in.z + position.z);
}

/* The value of output `item`, from one form to another. */
static inline long clpool_convert(__global const uchar *from, int from_form, int from_bits, ulong from_offset,
                                  int to_form, clpool_index item, const clpool_geometry *geometry, int channels_last)
{
    const clpool_place output = clpool_output(item, geometry, channels_last);
    const clpool_index taps = geometry->window.x * geometry->window.y * geometry->window.z;
    const long value = clpool_load_any(from, from_form, from_bits, from_offset, (ulong)item, taps);
    clpool_index4 position = (clpool_index4)(0);
    const long tap = clpool_named_tap(value, from_form, output, geometry, &position);
    return clpool_value_of(tap, position, to_form, output, geometry);
}

__kernel void clpool_convert_mask(__global const uchar *from, ulong from_offset, __global uchar *to, ulong to_offset,
                                  int from_form, int from_bits, int to_form, int to_bits, int channels_last,
                                  clpool_index channels, clpool_index items, clpool_index4 in, clpool_index4 out,
                                  clpool_index4 pad, clpool_index4 window, clpool_index4 stride, clpool_index4 dilation)
{
    const clpool_geometry geometry = {in, out, pad, window, stride, dilation, channels};
    const clpool_index per_element = clpool_per_element(to_bits);
    const clpool_index element = clpool_item();
    const clpool_index first = element * per_element;
    if (first >= items) {
        return;
    }
    long stored = 0;
    for (clpool_index i = 0; i < per_element && first + i < items; i++) {
        const long value =
            clpool_convert(from, from_form, from_bits, from_offset, to_form, first + i, &geometry, channels_last);
        stored = per_element == 1 ? value : stored | (value & ((1L << to_bits) - 1L)) << (int)(i * to_bits);
    }
    clpool_store_any(to, to_bits, to_offset + (ulong)element, stored);
}

__kernel void clpool_check_mask(__global const uchar *mask, ulong mask_offset, __global ulong *count,
                                ulong count_offset, int form, int bits, int channels_last, clpool_index channels,
                                clpool_index items, clpool_index4 in, clpool_index4 out, clpool_index4 pad,
                                clpool_index4 window, clpool_index4 stride, clpool_index4 dilation, int cuts)
{
    const clpool_geometry geometry = {in, out, pad, window, stride, dilation, channels};
    __local ulong counts[CLPOOL_CHECK_ITEMS];
    const clpool_index group = (clpool_index)get_local_size(0);
    const clpool_index local_id = (clpool_index)get_local_id(0);
    ulong wrong = 0;
    for (clpool_index item = local_id; item < items; item += group) {
        const clpool_place output = clpool_output(item, &geometry, channels_last);
        const long value = clpool_load_any(mask, form, bits, mask_offset, (ulong)item, window.x * window.y * window.z);
        clpool_index4 position = (clpool_index4)(0);
        const bool is_named = clpool_named_tap(value, form, output, &geometry, &position) >= 0;
        const bool is_empty = value == -1 && (cuts || !clpool_has_tap(output, &geometry));
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
