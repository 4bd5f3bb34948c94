/* SPDX-License-Identifier: Apache-2.0
 *
 * scatter.cl: backward of maximum on devices whose work-items run one by one (CPUs). A work-item takes bands of input
 * rows, with channels first one after the other down a plane: it goes through the outputs that reach a band in
 * ascending order, and adds each gradient in private memory where the mask says, so that a window of any size costs one
 * addition.
 *
 * Reads    dy and mask, from their offsets in elements on; with `accumulate` dx.
 * Writes   dx, each element at least once, at last with its value.
 * Launch   one dimension, groups of one work-item; any number of them, which share the bands.
 * Ranges   dense tensors; axis D has a window of 1 and no padding, stride 1; masks in the window form, with any values.
 *          With channels first, the rows of two windows fit into the limit below; with channels last, 16 channels of a
 *          row, and there are at least 16, and it is not for f64.
 * Rules    as generic.cl, the same bits. Gradients that go to the padding land beside the band and are dropped.
 * Options  value.cl's, and direct.cl's constants. There is none for integer types.
 */

#if CLPOOL_IS_FLOAT

#define CLPOOL_SCATTER_PLANES 4   /* so many at once, where there are many */
#define CLPOOL_SCATTER_MOST 32768 /* elements of a band with what surrounds it, of a plane */

#define CLPOOL_SCATTER_EXTENT_H (CLPOOL_DILATION_H * (CLPOOL_WINDOW_H - 1) + 1)
#define CLPOOL_SCATTER_EXTENT_W (CLPOOL_DILATION_W * (CLPOOL_WINDOW_W - 1) + 1)
#define CLPOOL_SCATTER_TAPS (CLPOOL_WINDOW_H * CLPOOL_WINDOW_W)
/* Whether neighbouring windows mostly have the same winner: several planes at once then take less time than one by one
 * on several compute units. */
#define CLPOOL_SCATTER_REPEATS (CLPOOL_WINDOW_W >= 4 * CLPOOL_STRIDE_W)

/* Elements of a row with what surrounds it. */
static inline int clpool_scatter_width(clpool_index4 in, clpool_index4 out, clpool_index4 pad)
{
    return max(((int)out.z - 1) * CLPOOL_STRIDE_W + CLPOOL_SCATTER_EXTENT_W, (int)pad.z + (int)in.z);
}

/* Clears so many sums, and up to 15 more. */
static inline void clpool_scatter_clear(clpool_sum *sums, int count)
{
#if CLPOOL_DTYPE_F64
    for (int i = 0; i < count; i++) {
        sums[i] = 0;
    }
#else
    for (int i = 0; i < count; i += 16) {
        CLPOOL_WRITE(float, 16, sums + i, (float16)(0));
    }
#endif
}

#if !CLPOOL_CHANNELS_LAST

/* Where in `sums` the taps of a window are, counted from its begin. */
static inline int clpool_scatter_place(uint tap, int width)
{
    return (int)(tap / (uint)CLPOOL_WINDOW_W) * CLPOOL_DILATION_H * width +
           (int)(tap % (uint)CLPOOL_WINDOW_W) * CLPOOL_DILATION_W;
}

/* The gradient of one output, whose window begins at `sums`. Any value of 8 bits has a place. */
CLPOOL_INLINE void clpool_scatter_one(clpool_value gradient, uint value, clpool_sum *sums, const int *places, int width)
{
    const bool is_tap = value < (uint)CLPOOL_SCATTER_TAPS;
#if CLPOOL_MASK_BITS == 8
    clpool_sum *to = sums + places[value];
    (void)width;
#else
    clpool_sum *to = sums + clpool_scatter_place(is_tap ? value : 0u, width);
    (void)places;
#endif
    *to = clpool_add(*to, is_tap ? clpool_widen(gradient) : 0); /* + 0.0 changes no sum: none is -0.0 */
}

/* The gradients of one row of outputs of each of some planes. Windows that overlap much have the same winner again and
 * again, so that each addition waits for the one before; those of other planes do not. */
#define CLPOOL_SCATTER_ROW(planes)                                                                                     \
    for (int w = 0; w < count; w++) {                                                                                  \
        _Pragma("unroll") for (int i = 0; i < planes; i++)                                                             \
        {                                                                                                              \
            clpool_scatter_one(dy[i * out_pitch + w], mask[i * out_pitch + w],                                         \
                               sums + i * sums_pitch + w * CLPOOL_STRIDE_W, places, width);                            \
        }                                                                                                              \
    }

static inline void clpool_scatter_row(__global const clpool_value *dy, __global const clpool_mask *mask,
                                      clpool_index out_pitch, int count, clpool_sum *sums, int sums_pitch, int planes,
                                      const int *places, int width)
{
    if (planes == CLPOOL_SCATTER_PLANES) {
        CLPOOL_SCATTER_ROW(CLPOOL_SCATTER_PLANES)
    } else if (planes == 3) {
        CLPOOL_SCATTER_ROW(3)
    } else if (planes == 2) {
        CLPOOL_SCATTER_ROW(2)
    } else {
        CLPOOL_SCATTER_ROW(1)
    }
}

/* Stores `count` sums; `room` elements may be overwritten, since those behind are stored later. */
static inline void clpool_scatter_flush(const clpool_sum *sums, int count, __global clpool_value *dx, clpool_index room,
                                        int accumulate)
{
    int i = 0;
#if !CLPOOL_DTYPE_F64
    while (i + 16 <= count || (!accumulate && i < count && i + 16 <= room)) {
        CLPOOL_FLUSH(16, sums, dx, i, accumulate)
    }
    if (i + 8 <= count) {
        CLPOOL_FLUSH(8, sums, dx, i, accumulate)
    }
    if (i + 4 <= count) {
        CLPOOL_FLUSH(4, sums, dx, i, accumulate)
    }
#else
    (void)room;
#endif
    for (; i < count; i++) {
        clpool_store_sum(dx + i, sums[i], accumulate);
    }
}

/* Stores rows of sums. Not inlined: the loops that add need all registers. */
static __attribute__((noinline)) void clpool_scatter_flush_rows(const clpool_sum *sums, int rows, int width,
                                                                __global clpool_value *dx, int in_width, int accumulate)
{
    for (; rows > 0; rows--, sums += width, dx += in_width) {
        clpool_scatter_flush(sums, in_width, dx, (clpool_index)rows * in_width, accumulate);
    }
}

/* Rows of a band, around which are those of two windows: all of several planes should stay in the second cache. */
static inline int clpool_scatter_step(int rows, int width)
{
    const int around = 2 * (CLPOOL_SCATTER_EXTENT_H - 1);
    const int few = max(CLPOOL_SCATTER_MOST / CLPOOL_SCATTER_PLANES / width - around, CLPOOL_SCATTER_EXTENT_H);
    return min(min(rows, few), CLPOOL_SCATTER_MOST / width - around);
}

/* What a band has added to `count` rows behind it, from `from` on, becomes the begin of the next one. */
static inline void clpool_scatter_carry(clpool_sum *sums, int from, int count, int rows, int width)
{
    for (int i = 0; i < count * width; i++) {
        sums[i] = sums[i + from * width];
    }
    clpool_scatter_clear(sums + count * width, (rows - count) * width);
}

/* Input rows `first` to `end` of up to CLPOOL_SCATTER_PLANES planes, band by band. */
static void clpool_scatter_part(__global const clpool_value *dy, __global const clpool_mask *mask,
                                __global clpool_value *dx, int first, int end, clpool_index4 in, clpool_index4 out,
                                clpool_index4 pad, int accumulate, int planes, clpool_sum *sums, const int *places)
{
    const int in_width = (int)in.z;
    const int out_width = (int)out.z;
    const int width = clpool_scatter_width(in, out, pad);
    const int step = clpool_scatter_step(end - first, width);
    const int margin = CLPOOL_SCATTER_EXTENT_H - 1; /* rows that windows at a band's edges may reach beyond it */
    int reach = first + (int)pad.y;                 /* the band's first row, counted with the padding */
    const int behind = ((int)out.y - 1) * CLPOOL_STRIDE_H + CLPOOL_SCATTER_EXTENT_H - reach - step;
    int above = min(margin, reach);
    const int rows = above + step + max(min(margin, behind), 0);
    const int pitch = rows * width + 16; /* since more may be cleared */
    int h = reach > margin ? (reach - margin + CLPOOL_STRIDE_H - 1) / CLPOOL_STRIDE_H : 0;
    clpool_scatter_clear(sums, planes * pitch);
    for (int begin = first; begin < end; begin += step, reach += step, above = 0) {
        const int count = min(step, end - begin);
        for (; h < min((reach + count - 1) / CLPOOL_STRIDE_H + 1, (int)out.y); h++) {
            clpool_scatter_row(dy + (clpool_index)h * out_width, mask + (clpool_index)h * out_width, out.y * out.z,
                               out_width, sums + (h * CLPOOL_STRIDE_H - reach + above) * width, pitch, planes, places,
                               width);
        }
        for (int i = 0; i < planes; i++) {
            clpool_sum *band = sums + i * pitch;
            clpool_scatter_flush_rows(band + above * width + (int)pad.z, count, width,
                                      dx + i * (in.y * in.z) + (clpool_index)begin * in_width, in_width, accumulate);
            if (begin + count < end) {
                clpool_scatter_carry(band, above + count, rows - above - count, rows, width);
            }
        }
    }
}

__kernel __attribute__((reqd_work_group_size(1, 1, 1))) void
clpool_scatter_backward(__global const clpool_value *dy, ulong dy_offset, __global const clpool_mask *mask,
                        ulong mask_offset, __global clpool_value *dx, ulong dx_offset, int accumulate,
                        clpool_index items, clpool_index4 in, clpool_index4 out, clpool_index4 pad)
{
    clpool_sum sums[CLPOOL_SCATTER_PLANES * (CLPOOL_SCATTER_MOST + 16) + 16];
    int places[256];
    const clpool_index planes = items / (in.y * in.z); /* those of axis D are planes too */
    const ulong worker = get_global_id(0);
    const ulong workers = get_global_size(0);
    /* Where planes are few, parts of them keep all compute units busy; but each output is looked at for every part that
     * its window reaches. */
    const ulong wanted = (workers + 7) / 8;
    const bool is_grouped = CLPOOL_SCATTER_REPEATS || (ulong)planes >= wanted * CLPOOL_SCATTER_PLANES;
    const clpool_index at_once = is_grouped ? CLPOOL_SCATTER_PLANES : 1;
    const clpool_index groups = (planes + at_once - 1) / at_once;
    const int most = max((int)in.y / CLPOOL_SCATTER_EXTENT_H, 1);
    const int parts = (int)min((ulong)most, (wanted + (ulong)groups - 1) / (ulong)groups);
    const ulong units = (ulong)groups * (ulong)parts;
    for (uint tap = 0; tap < 256u; tap++) {
        places[tap] =
            tap < (uint)CLPOOL_SCATTER_TAPS ? clpool_scatter_place(tap, clpool_scatter_width(in, out, pad)) : 0;
    }
    dy += dy_offset;
    mask += mask_offset;
    dx += dx_offset;
    for (ulong unit = worker * units / workers; unit < (worker + 1) * units / workers; unit++) {
        const long part = (long)(unit % (ulong)parts);
        const int first = (int)(part * (long)in.y / parts);
        const int end = (int)((part + 1) * (long)in.y / parts);
        const clpool_index plane = (clpool_index)(unit / (ulong)parts) * at_once;
        const int side_by_side = (int)min(planes - plane, at_once);
        clpool_scatter_part(dy + plane * (out.y * out.z), mask + plane * (out.y * out.z), dx + plane * (in.y * in.z),
                            first, end, in, out, pad, accumulate, side_by_side, sums, places);
    }
}

#elif !CLPOOL_DTYPE_F64

/* 16 channels of input rows of an image. */
typedef struct {
    __global const clpool_value *dy; /* its image and channels */
    __global const clpool_mask *mask;
    __global clpool_value *dx;
    clpool_index4 in;
    clpool_index4 out;
    clpool_index4 pad;
    clpool_index channels;
    int first; /* row */
    int count; /* of rows */
    int skips; /* channels that another has stored */
    int accumulate;
} clpool_channels_band;

/* Adds the gradients of one output, whose window begins in row `begin` of the band and column `column` of its sums.
 * What goes to other rows, or nowhere, lands behind the band. */
CLPOOL_INLINE void clpool_scatter_output(const clpool_channels_band *band, clpool_index output, int begin, int column,
                                         int width, float *sums)
{
    const int16 lane = (int16)(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    const uint16 named = as_uint16(CLPOOL_LOAD_TAPS(16, band->mask + output * band->channels));
    const float16 gradients = CLPOOL_LOAD(16, band->dy + output * band->channels);
    const uint16 tap_row = named / (uint)CLPOOL_WINDOW_W;
    const int16 row = as_int16(tap_row) * CLPOOL_DILATION_H + begin;
    const int16 place = row * width + as_int16(named - tap_row * CLPOOL_WINDOW_W) * CLPOOL_DILATION_W + column;
    const int16 is_here = (named < (uint)CLPOOL_SCATTER_TAPS) & (row >= 0) & (row < band->count);
    const int16 at = select((int16)(band->count * width), place, is_here) * 16 + lane;
    int to[16];
    float gradient[16];
    *(int16 *)to = at;
    CLPOOL_WRITE(float, 16, gradient, gradients);
    _Pragma("unroll") for (int i = 0; i < 16; i++)
    {
        sums[to[i]] += gradient[i];
    }
}

/* Rounds the sums of one element and stores them, or adds them to what dx holds. */
CLPOOL_INLINE void clpool_scatter_store(const float *sums, __global clpool_value *dx, int skips, int accumulate)
{
    if (skips == 0) {
        int i = 0;
        CLPOOL_FLUSH(16, sums, dx, i, accumulate)
    }
    for (int i = skips; i < 16 && skips != 0; i++) {
        clpool_store_sum(dx + i, sums[i], accumulate);
    }
}

static void clpool_scatter_channels(const clpool_channels_band *band, float *sums)
{
    const int width = clpool_scatter_width(band->in, band->out, band->pad);
    const int reach = band->first + (int)band->pad.y; /* the band's first row, counted with the padding */
    const int before = reach - (CLPOOL_SCATTER_EXTENT_H - 1);
    const int begin = before > 0 ? (before + CLPOOL_STRIDE_H - 1) / CLPOOL_STRIDE_H : 0;
    const int end = min((reach + band->count - 1) / CLPOOL_STRIDE_H + 1, (int)band->out.y);
    clpool_scatter_clear(sums, band->count * width * 16);
    for (int h = begin; h < end; h++) {
        for (int w = 0; w < (int)band->out.z; w++) {
            clpool_scatter_output(band, (clpool_index)h * band->out.z + w, h * CLPOOL_STRIDE_H - reach,
                                  w * CLPOOL_STRIDE_W, width, sums);
        }
    }
    for (int row = 0; row < band->count; row++) {
        __global clpool_value *dx = band->dx + (clpool_index)(band->first + row) * band->in.z * band->channels;
        for (clpool_index w = 0; w < band->in.z; w++) {
            clpool_scatter_store(sums + (row * width + (int)(w + band->pad.z)) * 16, dx + w * band->channels,
                                 band->skips, band->accumulate);
        }
    }
}

/* Bands of an image: of as many rows as fit, or fewer so that there are `wanted`; but each output is looked at for
 * every band that its window reaches. */
static inline int clpool_scatter_bands(clpool_index4 in, clpool_index4 out, clpool_index4 pad, ulong wanted)
{
    const int fit = CLPOOL_SCATTER_MOST / 16 / clpool_scatter_width(in, out, pad);
    const int least = ((int)in.y + fit - 1) / fit;
    const int most = (int)in.y / CLPOOL_SCATTER_EXTENT_H;
    return max(least, (int)min((ulong)most, wanted));
}

__kernel __attribute__((reqd_work_group_size(1, 1, 1))) void
clpool_scatter_channels_backward(__global const clpool_value *dy, ulong dy_offset, __global const clpool_mask *mask,
                                 ulong mask_offset, __global clpool_value *dx, ulong dx_offset, int accumulate,
                                 clpool_index items, clpool_index4 in, clpool_index4 out, clpool_index4 pad,
                                 clpool_index channels)
{
    float sums[CLPOOL_SCATTER_MOST + 16];
    const clpool_index images = items / (in.y * in.z * channels); /* those of axis D are images too */
    const clpool_index blocks = (channels + 15) / 16;
    const ulong worker = get_global_id(0);
    const ulong workers = get_global_size(0);
    const ulong blocks_in_all = (ulong)images * (ulong)blocks;
    const int bands = clpool_scatter_bands(in, out, pad, (workers / 4 + blocks_in_all) / blocks_in_all);
    const ulong units = blocks_in_all * (ulong)bands;
    clpool_channels_band band;
    band.in = in;
    band.out = out;
    band.pad = pad;
    band.channels = channels;
    band.accumulate = accumulate;
    for (ulong unit = worker * units / workers; unit < (worker + 1) * units / workers; unit++) {
        const long which = (long)(unit % (ulong)bands);
        const clpool_index block = (clpool_index)(unit / (ulong)bands);
        const clpool_index c = min(block % blocks * 16, channels - 16);
        const ulong image = (ulong)(block / blocks);
        band.first = (int)(which * (long)in.y / bands);
        band.count = (int)((which + 1) * (long)in.y / bands) - band.first;
        band.skips = (int)(block % blocks * 16 - c);
        band.dy = dy + dy_offset + image * (ulong)(out.y * out.z * channels) + c;
        band.mask = mask + mask_offset + image * (ulong)(out.y * out.z * channels) + c;
        band.dx = dx + dx_offset + image * (ulong)(in.y * in.z * channels) + c;
        clpool_scatter_channels(&band, sums);
    }
}

#endif

#endif
