/* SPDX-License-Identifier: Apache-2.0
 *
 * window.cl: what the families share about places in tensors and about one window. Second part of every program.
 *
 * Vectors hold one spatial axis a component: x = depth, y = height, z = width. A problem of lower rank has extents and
 * windows of 1 on the leading axes. A pitch is the number of elements between neighbours; component w is that of
 * channels.
 */

/* Indices of an element. */
typedef struct {
    clpool_index n;
    clpool_index c;
    clpool_index4 spatial; /* w is not used */
} clpool_place;

/* The item-th element of a dense tensor in the layout's order. */
static inline clpool_place clpool_place_of(clpool_index item, clpool_index4 extent, clpool_index channels)
{
    clpool_place place;
#if CLPOOL_CHANNELS_LAST
    place.c = item % channels;
    item /= channels;
#endif
    const clpool_index row = item / extent.z;
    const clpool_index slice = row / extent.y;
    const clpool_index volume = slice / extent.x;
    place.spatial = (clpool_index4)(slice % extent.x, row % extent.y, item % extent.z, 0);
#if CLPOOL_CHANNELS_LAST
    place.n = volume;
#else
    place.c = volume % channels;
    place.n = volume / channels;
#endif
    return place;
}

/* Offset of an element, given the pitch of images. */
static inline clpool_index clpool_offset(clpool_place place, clpool_index4 pitch, clpool_index batch_pitch)
{
    return place.n * batch_pitch + place.c * pitch.w + place.spatial.x * pitch.x + place.spatial.y * pitch.y +
           place.spatial.z * pitch.z;
}

/* What names an element in the forms of mask that hold indices: these count N,C,D,H,W whatever the layout. */
static inline clpool_mask clpool_mask_of_place(clpool_place place, clpool_index4 in, clpool_index channels)
{
    const clpool_index4 at = place.spatial;
    const clpool_index index =
        CLPOOL_MASK_COLMAJOR ? (at.z * in.y + at.y) * in.x + at.x : (at.x * in.y + at.y) * in.z + at.z;
    const clpool_index plane = CLPOOL_MASK_TENSOR ? place.n * channels + place.c : 0;
    return (clpool_mask)(plane * (in.x * in.y * in.z) + index);
}

/* What names a tap of the window that begins at `start` in plane (place.n, place.c); CLPOOL_NO_TAP gives the
 * sentinel. */
static inline clpool_mask clpool_mask_of_tap(uint tap, clpool_place place, clpool_index4 in, clpool_index channels,
                                             clpool_index4 start, clpool_index4 window, clpool_index4 dilation)
{
    if (CLPOOL_MASK_WINDOW) {
        return (clpool_mask)tap;
    }
    if (tap == CLPOOL_NO_TAP) {
        return (clpool_mask)-1;
    }
    const uint row = tap / (uint)window.z;
    const clpool_index4 taps =
        (clpool_index4)((clpool_index)(row / (uint)window.y), (clpool_index)(row % (uint)window.y),
                        (clpool_index)(tap % (uint)window.z), 0);
    place.spatial = start + taps * dilation;
    return clpool_mask_of_place(place, in, channels);
}

/* Whether a mask value of a window names an element: as the window's tap on it, or by its index. */
static inline bool clpool_names(clpool_mask value, uint tap, clpool_mask index)
{
    return CLPOOL_MASK_WINDOW ? (uint)value == tap : value == index;
}

/* Where a window begins on one axis. A stride of 0 says that the axis is adaptive: window o covers the elements from
 * floor(o * in / out) to ceil((o + 1) * in / out) - 1. */
static inline clpool_index clpool_start(clpool_index output, clpool_index in, clpool_index out, clpool_index pad,
                                        clpool_index stride)
{
    return stride == 0 ? (clpool_index)((long)output * in / out) : output * stride - pad;
}

static inline clpool_index4 clpool_start_of(clpool_index4 output, clpool_index4 in, clpool_index4 out,
                                            clpool_index4 pad, clpool_index4 stride)
{
    return (clpool_index4)(clpool_start(output.x, in.x, out.x, pad.x, stride.x),
                           clpool_start(output.y, in.y, out.y, pad.y, stride.y),
                           clpool_start(output.z, in.z, out.z, pad.z, stride.z), 0);
}

/* Taps of a window on one axis: all alike, but on an adaptive one. */
static inline clpool_index clpool_taps(clpool_index output, clpool_index in, clpool_index out, clpool_index window,
                                       clpool_index stride)
{
    return stride == 0 ? (clpool_index)((((long)output + 1) * in - 1) / out + 1 - (long)output * in / out) : window;
}

static inline clpool_index4 clpool_taps_of(clpool_index4 output, clpool_index4 in, clpool_index4 out,
                                           clpool_index4 window, clpool_index4 stride)
{
    return (clpool_index4)(clpool_taps(output.x, in.x, out.x, window.x, stride.x),
                           clpool_taps(output.y, in.y, out.y, window.y, stride.y),
                           clpool_taps(output.z, in.z, out.z, window.z, stride.z), 0);
}

/* First tap of a window that lies at or after the tensor's first element. */
static inline clpool_index clpool_first_tap(clpool_index start, clpool_index dilation)
{
    return start < 0 ? (dilation - 1 - start) / dilation : 0;
}

/* One past the last tap that lies before the tensor's end; not above 0 where there is none. */
static inline clpool_index clpool_end_tap(clpool_index start, clpool_index dilation, clpool_index in,
                                          clpool_index window)
{
    return start >= in ? 0 : min(window, (in - 1 - start) / dilation + 1);
}

/* The winner of one window: its bits, and its tap in *winner. Scans the taps first <= t < end, all of them inside
 * the plane that begins at x, in row-major order. Without any, the identity and CLPOOL_NO_TAP. */
static inline clpool_value clpool_scan(__global const clpool_value *x, clpool_index4 pitch, clpool_index4 window,
                                       clpool_index4 dilation, clpool_index4 start, clpool_index4 first,
                                       clpool_index4 end, uint *winner)
{
    clpool_value best = CLPOOL_IDENTITY;
    clpool_key best_key = CLPOOL_KEY_NONE;
    *winner = CLPOOL_NO_TAP;
    for (clpool_index d = first.x; d < end.x; d++) {
        for (clpool_index h = first.y; h < end.y; h++) {
            const clpool_index row =
                (start.x + d * dilation.x) * pitch.x + (start.y + h * dilation.y) * pitch.y + start.z * pitch.z;
            const uint tap = ((uint)d * (uint)window.y + (uint)h) * (uint)window.z;
            for (clpool_index w = first.z; w < end.z; w++) {
                const clpool_value value = x[row + w * dilation.z * pitch.z];
                const clpool_key key = clpool_key_of(value);
                if (clpool_beats(key, best_key)) {
                    best = value;
                    best_key = key;
                    *winner = tap + (uint)w;
                }
            }
        }
    }
    return best;
}

/* The same for a window of `taps` that may hang over the tensor's edges; taps are numbered in `window`. */
static inline clpool_value clpool_scan_clipped(__global const clpool_value *x, clpool_index4 pitch, clpool_index4 in,
                                               clpool_index4 window, clpool_index4 taps, clpool_index4 dilation,
                                               clpool_index4 start, uint *winner)
{
    const clpool_index4 first = (clpool_index4)(clpool_first_tap(start.x, dilation.x),
                                                clpool_first_tap(start.y, dilation.y),
                                                clpool_first_tap(start.z, dilation.z), 0);
    const clpool_index4 end = (clpool_index4)(clpool_end_tap(start.x, dilation.x, in.x, taps.x),
                                              clpool_end_tap(start.y, dilation.y, in.y, taps.y),
                                              clpool_end_tap(start.z, dilation.z, in.z, taps.z), 0);
    return clpool_scan(x, pitch, window, dilation, start, first, end, winner);
}

#if CLPOOL_IS_FLOAT

/* Stores the sum of an element's gradients, or adds it to what dx holds. */
static inline void clpool_store_sum(__global clpool_value *dx, clpool_sum sum, int accumulate)
{
    *dx = clpool_narrow(accumulate ? clpool_add(clpool_widen(*dx), sum) : sum);
}

#endif
