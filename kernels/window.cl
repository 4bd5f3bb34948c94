/* SPDX-License-Identifier: Apache-2.0
 *
 * window.cl: what the families share about places in tensors and about one window. Fifth part of every program.
 *
 * Vectors hold one spatial axis a component: x = depth, y = height, z = width. A problem of lower rank has extents and
 * windows of 1 on the leading axes. A pitch is the number of elements between neighbours; component w is that of
 * channels.
 */

/* The window of a specialised build. Extents, which it spans, are longs, which the preprocessor can compare. */
#ifdef CLPOOL_WINDOW_D
#define CLPOOL_WINDOW ((clpool_index4)(CLPOOL_WINDOW_D, CLPOOL_WINDOW_H, CLPOOL_WINDOW_W, 1))
#define CLPOOL_STRIDE ((clpool_index4)(CLPOOL_STRIDE_D, CLPOOL_STRIDE_H, CLPOOL_STRIDE_W, 1))
#define CLPOOL_DILATION ((clpool_index4)(CLPOOL_DILATION_D, CLPOOL_DILATION_H, CLPOOL_DILATION_W, 1))
#define CLPOOL_EXTENT (CLPOOL_DILATION * (CLPOOL_WINDOW - 1) + 1)
/* Whether a window has one slice, and each slice a window; where none is padding, slices of x and y are one for one. */
#define CLPOOL_FLAT (CLPOOL_WINDOW_D == 1 && CLPOOL_STRIDE_D == 1)
#define CLPOOL_EXTENT_D (1L * CLPOOL_DILATION_D * (CLPOOL_WINDOW_D - 1) + 1)
#define CLPOOL_EXTENT_H (1L * CLPOOL_DILATION_H * (CLPOOL_WINDOW_H - 1) + 1)
#define CLPOOL_EXTENT_W (1L * CLPOOL_DILATION_W * (CLPOOL_WINDOW_W - 1) + 1)
#endif

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

#ifdef CLPOOL_WINDOW_D
/* Of what lies under 16 windows that are neighbours in a row of y, what lies under one tap: p is the first window's,
 * and TAKE gives 16 neighbours as a vector of the type. Some strides take up to three elements behind the windows. */
#if CLPOOL_STRIDE_W == 1
#define CLPOOL_STRIDED(type, TAKE, p) TAKE(p)
#elif CLPOOL_STRIDE_W == 2
#define CLPOOL_STRIDED(type, TAKE, p) ((type)(TAKE(p).even, TAKE((p) + 16).even))
#elif CLPOOL_STRIDE_W == 4
#define CLPOOL_STRIDED(type, TAKE, p)                                                                                  \
    ((type)(TAKE(p).even.even, TAKE((p) + 16).even.even, TAKE((p) + 32).even.even, TAKE((p) + 48).even.even))
#else
#define CLPOOL_STEP(p, i) (p)[(i)*CLPOOL_STRIDE_W]
#define CLPOOL_STRIDED(type, TAKE, p)                                                                                  \
    ((type)(CLPOOL_STEP(p, 0), CLPOOL_STEP(p, 1), CLPOOL_STEP(p, 2), CLPOOL_STEP(p, 3), CLPOOL_STEP(p, 4),             \
            CLPOOL_STEP(p, 5), CLPOOL_STEP(p, 6), CLPOOL_STEP(p, 7), CLPOOL_STEP(p, 8), CLPOOL_STEP(p, 9),             \
            CLPOOL_STEP(p, 10), CLPOOL_STEP(p, 11), CLPOOL_STEP(p, 12), CLPOOL_STEP(p, 13), CLPOOL_STEP(p, 14),        \
            CLPOOL_STEP(p, 15)))
#endif
#endif

/* How far the indices of neighbours along each axis are apart; and the names of neighbouring taps, which are such
 * indices, or numbers of taps. For planes of less than 2^31 elements. */
static inline int4 clpool_element_steps(clpool_index4 in)
{
    return CLPOOL_MASK_COLMAJOR ? (int4)(1, (int)in.x, (int)(in.x * in.y), 0)
                                : (int4)((int)(in.y * in.z), (int)in.z, 1, 0);
}

#ifdef CLPOOL_WINDOW_D
static inline int4 clpool_tap_steps(clpool_index4 in)
{
    return CLPOOL_MASK_WINDOW
               ? (int4)(CLPOOL_WINDOW_H * CLPOOL_WINDOW_W, CLPOOL_WINDOW_W, 1, 0)
               : clpool_element_steps(in) * (int4)(CLPOOL_DILATION_D, CLPOOL_DILATION_H, CLPOOL_DILATION_W, 0);
}

/* What the windows of a row are called in a mask: nothing where that numbers taps, else by the indices of their first
 * taps. */
typedef struct {
    clpool_mask first;
    int step; /* from one to the next */
} clpool_row_names;

/* Those of windows from output (h, w) on, of a plane whose number counts axis D too. Channels first. */
static inline clpool_row_names clpool_names_of_row(clpool_index plane, clpool_index h, clpool_index w, clpool_index4 in,
                                                   clpool_index4 out, clpool_index4 pad)
{
    clpool_row_names names = {0, 0};
    if (!CLPOOL_MASK_WINDOW) {
        clpool_place place;
        place.n = plane / out.x;
        place.c = 0;
        place.spatial = (clpool_index4)(plane - place.n * out.x, h, w, 0) * CLPOOL_STRIDE - pad;
        names.first = clpool_mask_of_place(place, in, 1);
        names.step = CLPOOL_STRIDE_W * clpool_element_steps(in).z;
    }
    return names;
}
#endif

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

/* The index-th value of a mask. */
static inline clpool_mask clpool_load_mask(__global const clpool_mask *mask, clpool_index index)
{
#if CLPOOL_MASK_PER_ELEMENT > 1
    const uint shift = (uint)(index % CLPOOL_MASK_PER_ELEMENT) * CLPOOL_MASK_BITS;
    return (clpool_mask)(mask[index / CLPOOL_MASK_PER_ELEMENT] >> shift & ((1 << CLPOOL_MASK_BITS) - 1));
#else
    return mask[index];
#endif
}

/* Adds a value as the i-th of an element of a mask, which begins as 0. */
static inline clpool_mask clpool_pack_mask(clpool_mask element, clpool_mask value, clpool_index i)
{
#if CLPOOL_MASK_PER_ELEMENT > 1
    return (clpool_mask)(element | (value & ((1 << CLPOOL_MASK_BITS) - 1)) << (uint)(i * CLPOOL_MASK_BITS));
#else
    (void)element;
    (void)i;
    return value;
#endif
}

/* Elements of a mask of so many values. */
static inline clpool_index clpool_mask_elements(clpool_index values)
{
    return (values + (CLPOOL_MASK_PER_ELEMENT - 1)) / CLPOOL_MASK_PER_ELEMENT;
}

/* Number of the mask's value of output (place.n, place.c, d, h, 0); a mask is dense. */
static inline clpool_index clpool_mask_row(clpool_place place, clpool_index d, clpool_index h, clpool_index4 out,
                                           clpool_index channels)
{
#if CLPOOL_CHANNELS_LAST
    return ((place.n * out.x + d) * out.y + h) * out.z * channels + place.c;
#else
    return (((place.n * channels + place.c) * out.x + d) * out.y + h) * out.z;
#endif
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

static inline clpool_index4 clpool_first_taps(clpool_index4 start, clpool_index4 dilation)
{
    return (clpool_index4)(clpool_first_tap(start.x, dilation.x), clpool_first_tap(start.y, dilation.y),
                           clpool_first_tap(start.z, dilation.z), 0);
}

static inline clpool_index4 clpool_end_taps(clpool_index4 start, clpool_index4 dilation, clpool_index4 in,
                                            clpool_index4 window)
{
    return (clpool_index4)(clpool_end_tap(start.x, dilation.x, in.x, window.x),
                           clpool_end_tap(start.y, dilation.y, in.y, window.y),
                           clpool_end_tap(start.z, dilation.z, in.z, window.z), 0);
}

/* The winner of one window: its bits, and its tap in *winner. Scans the taps first <= t < end, all of them inside
 * the plane that begins at x, in row-major order. Without any, the identity and CLPOOL_NO_TAP, which is the tap of a
 * winner that is cut, too. */
static inline clpool_value clpool_scan_fused(__global const clpool_value *x, clpool_index4 pitch, clpool_index4 window,
                                             clpool_index4 dilation, clpool_index4 start, clpool_index4 first,
                                             clpool_index4 end, clpool_fusion fusion, uint *winner)
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
                const clpool_value value = clpool_fuse_load(x[row + w * dilation.z * pitch.z], fusion);
                const clpool_key key = clpool_key_of(value);
                if (clpool_beats(key, best_key)) {
                    best = value;
                    best_key = key;
                    *winner = tap + (uint)w;
                }
            }
        }
    }
    if (clpool_is_cut(best)) {
        *winner = CLPOOL_NO_TAP;
    }
    return best;
}

/* The same for a window of `taps` that may hang over the tensor's edges; taps are numbered in `window`. */
static inline clpool_value clpool_scan_clipped_fused(__global const clpool_value *x, clpool_index4 pitch,
                                                     clpool_index4 in, clpool_index4 window, clpool_index4 taps,
                                                     clpool_index4 dilation, clpool_index4 start, clpool_fusion fusion,
                                                     uint *winner)
{
    return clpool_scan_fused(x, pitch, window, dilation, start, clpool_first_taps(start, dilation),
                             clpool_end_taps(start, dilation, in, taps), fusion, winner);
}

#if !CLPOOL_DTYPE_I32

/* Adds the taps first <= t < end of a window, all of them inside the plane that begins at x, in row-major order. */
static inline void clpool_add_taps(clpool_total *total, __global const clpool_value *x, clpool_index4 pitch,
                                   clpool_index4 dilation, clpool_index4 start, clpool_index4 first, clpool_index4 end,
                                   clpool_fusion fusion)
{
    for (clpool_index d = first.x; d < end.x; d++) {
        for (clpool_index h = first.y; h < end.y; h++) {
            const clpool_index row =
                (start.x + d * dilation.x) * pitch.x + (start.y + h * dilation.y) * pitch.y + start.z * pitch.z;
            for (clpool_index w = first.z; w < end.z; w++) {
                clpool_add_value(total, clpool_fuse_load(x[row + w * dilation.z * pitch.z], fusion));
            }
        }
    }
}

/* The same for a window of `taps` that may hang over the tensor's edges. */
static inline void clpool_add_clipped(clpool_total *total, __global const clpool_value *x, clpool_index4 pitch,
                                      clpool_index4 in, clpool_index4 taps, clpool_index4 dilation, clpool_index4 start,
                                      clpool_fusion fusion)
{
    clpool_add_taps(total, x, pitch, dilation, start, clpool_first_taps(start, dilation),
                    clpool_end_taps(start, dilation, in, taps), fusion);
}

#endif

/* One axis of the search for the windows that hold an element: those from `first` to `last` may. */
typedef struct {
    clpool_index place; /* of the element */
    clpool_index first;
    clpool_index last;
} clpool_search;

static inline clpool_search clpool_search_axis(clpool_index place, clpool_index in, clpool_index out, clpool_index pad,
                                               clpool_index window, clpool_index stride, clpool_index dilation)
{
    clpool_search search;
    search.place = place;
    if (stride == 0) { /* adaptive: o * in / out < place + 1 and place < (o + 1) * in / out */
        search.first = (clpool_index)((long)place * out / in);
        search.last = (clpool_index)((((long)place + 1) * out - 1) / in);
        return search;
    }
    const clpool_index last = stride == 1 ? place + pad : (place + pad) / stride;
    search.first = max(last - dilation * (window - 1) / stride, (clpool_index)0);
    search.last = min(last, out - 1);
    return search;
}

/* The tap of window `output` that lies on the element; -1 where none does. */
static inline clpool_index clpool_tap_at(clpool_search search, clpool_index output, clpool_index in, clpool_index out,
                                         clpool_index pad, clpool_index window, clpool_index stride,
                                         clpool_index dilation)
{
    const clpool_index step = search.place - clpool_start(output, in, out, pad, stride);
    const clpool_index tap = dilation == 1 ? step : step / dilation;
    return tap < window && tap * dilation == step ? tap : -1;
}

/* The windows that may hold an element, on each axis. */
typedef struct {
    clpool_search d;
    clpool_search h;
    clpool_search w;
} clpool_searches;

static inline clpool_searches clpool_search_of(clpool_index4 place, clpool_index4 in, clpool_index4 out,
                                               clpool_index4 pad, clpool_index4 window, clpool_index4 stride,
                                               clpool_index4 dilation)
{
    clpool_searches search;
    search.d = clpool_search_axis(place.x, in.x, out.x, pad.x, window.x, stride.x, dilation.x);
    search.h = clpool_search_axis(place.y, in.y, out.y, pad.y, window.y, stride.y, dilation.y);
    search.w = clpool_search_axis(place.z, in.z, out.z, pad.z, window.z, stride.z, dilation.z);
    return search;
}

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

/* Whether a tap of an output's window lies inside the tensor, and where. */
static inline bool clpool_tap_place(long tap, clpool_place output, const clpool_geometry *geometry,
                                    clpool_index4 *position)
{
    const clpool_index4 window = geometry->window;
    if (tap < 0 || tap >= (long)window.x * window.y * window.z) {
        return false;
    }
    const clpool_index row = (clpool_index)(tap / window.z);
    const clpool_index4 taps = (clpool_index4)(row / window.y, row % window.y, (clpool_index)(tap % window.z), 0);
    const clpool_index4 here = clpool_taps_of(output.spatial, geometry->in, geometry->out, window, geometry->stride);
    *position = clpool_start_of(output.spatial, geometry->in, geometry->out, geometry->pad, geometry->stride) +
                taps * geometry->dilation;
    return taps.x < here.x && taps.y < here.y && taps.z < here.z && position->x >= 0 && position->x < geometry->in.x &&
           position->y >= 0 && position->y < geometry->in.y && position->z >= 0 && position->z < geometry->in.z;
}

/* The form of the program's masks, as mask.cl has them. */
#define CLPOOL_MASK_FORM (CLPOOL_MASK_WINDOW ? 0 : !CLPOOL_MASK_TENSOR ? 1 : CLPOOL_MASK_COLMAJOR ? 4 : 3)

/* Whether a form of mask, as mask.cl has them, numbers taps: 0, 5 and 6. */
static inline bool clpool_numbers_taps(int form)
{
    return form == 0 || form >= 5;
}

/* The tap of a window that lies on one coordinate of an axis, given where the window begins and its taps; -1 where none
 * does. */
static inline long clpool_axis_tap(clpool_index position, clpool_index start, clpool_index taps, clpool_index dilation)
{
    const clpool_index step = position - start;
    return step >= 0 && step % dilation == 0 && step / dilation < taps ? step / dilation : -1;
}

/* The element of its own plane, in the order of rows, that a mask value of a form with indices names; -1 where it names
 * none. */
static inline clpool_index clpool_indexed(long value, int form, clpool_place output, const clpool_geometry *geometry)
{
    const clpool_index4 in = geometry->in;
    const clpool_index plane = in.x * in.y * in.z;
    const long base = form == 3 || form == 4 ? ((long)output.n * geometry->channels + output.c) * plane : 0;
    if (value < base || value - base >= plane) {
        return -1;
    }
    const clpool_index index = (clpool_index)(value - base);
    return form == 4 ? (index % in.x * in.y + index / in.x % in.y) * in.z + index / in.x / in.y : index;
}

/* The tap of an output's window that a mask value names, and its place; -1 where it names none inside the tensor. */
static inline long clpool_named_tap(long value, int form, clpool_place output, const clpool_geometry *geometry,
                                    clpool_index4 *position)
{
    const clpool_index4 in = geometry->in;
    if (clpool_numbers_taps(form)) {
        return clpool_tap_place(value, output, geometry, position) ? value : -1;
    }
    const clpool_index index = clpool_indexed(value, form, output, geometry);
    if (index < 0) {
        return -1;
    }
    *position = (clpool_index4)(index / in.z / in.y, index / in.z % in.y, index % in.z, 0);
    const clpool_index4 start = clpool_start_of(output.spatial, in, geometry->out, geometry->pad, geometry->stride);
    const clpool_index4 taps = clpool_taps_of(output.spatial, in, geometry->out, geometry->window, geometry->stride);
    const long d = clpool_axis_tap(position->x, start.x, taps.x, geometry->dilation.x);
    const long h = clpool_axis_tap(position->y, start.y, taps.y, geometry->dilation.y);
    const long w = clpool_axis_tap(position->z, start.z, taps.z, geometry->dilation.z);
    return d < 0 || h < 0 || w < 0 ? -1 : (d * geometry->window.y + h) * geometry->window.z + w;
}

/* Whether the window of an output has a tap inside the tensor. */
static inline bool clpool_has_tap(clpool_place output, const clpool_geometry *geometry)
{
    const clpool_index4 start =
        clpool_start_of(output.spatial, geometry->in, geometry->out, geometry->pad, geometry->stride);
    const clpool_index4 first = clpool_first_taps(start, geometry->dilation);
    const clpool_index4 end = clpool_end_taps(start, geometry->dilation, geometry->in, geometry->window);
    return first.x < end.x && first.y < end.y && first.z < end.z;
}

/* How the divisor of a window is found: `divisor` unless that is 0, else its taps inside the tensor (`exclude_pad`) or
 * those before `edge`, where the padded input ends. */
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
