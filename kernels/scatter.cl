/* SPDX-License-Identifier: Apache-2.0
 *
 * scatter.cl: backward of maximum on devices whose work-items run one by one (CPUs). A work-item takes whole bands of
 * input rows: it goes through the outputs that reach the band in ascending order, and adds each gradient in private
 * memory where the mask says, so that a window of any size costs one addition.
 *
 * Reads    dy and mask, from their offsets in elements on; with `accumulate` dx.
 * Writes   dx, each element exactly once.
 * Launch   one dimension, groups of one work-item; any number of them, which share the bands.
 * Ranges   dense tensors, channels first; axis D has a window of 1 and no padding, stride 1; the rows of two windows fit
 *          into the limit below; masks in the window form, with any values.
 * Rules    as generic.cl, the same bits. Gradients that go to the padding land beside the band and are dropped.
 * Options  value.cl's, and direct.cl's constants. There is none for integer types.
 */

#if CLPOOL_IS_FLOAT

#define CLPOOL_SCATTER_MOST 32768 /* elements of a band with what surrounds it */

#define CLPOOL_SCATTER_EXTENT_H (CLPOOL_DILATION_H * (CLPOOL_WINDOW_H - 1) + 1)
#define CLPOOL_SCATTER_EXTENT_W (CLPOOL_DILATION_W * (CLPOOL_WINDOW_W - 1) + 1)
#define CLPOOL_SCATTER_TAPS (CLPOOL_WINDOW_H * CLPOOL_WINDOW_W)

/* Elements of a row with what surrounds it. */
static inline int clpool_scatter_width(clpool_index4 in, clpool_index4 out, clpool_index4 pad)
{
    return max(((int)out.z - 1) * CLPOOL_STRIDE_W + CLPOOL_SCATTER_EXTENT_W, (int)pad.z + (int)in.z);
}

/* Where in `sums` the taps of a window are, counted from its begin. */
static inline int clpool_scatter_place(uint tap, int width)
{
    return (int)(tap / (uint)CLPOOL_WINDOW_W) * CLPOOL_DILATION_H * width +
           (int)(tap % (uint)CLPOOL_WINDOW_W) * CLPOOL_DILATION_W;
}

/* The gradients of one row of outputs, which begins at `sums`. Any value of 8 bits has a place. */
static inline void clpool_scatter_row(__global const clpool_value *dy, __global const clpool_mask *mask, int count,
                                      clpool_sum *sums, const int *places, int width)
{
    for (int w = 0; w < count; w++) {
        const uint value = mask[w];
        const bool is_tap = value < (uint)CLPOOL_SCATTER_TAPS;
        const clpool_sum gradient = is_tap ? clpool_widen(dy[w]) : 0;
#if CLPOOL_MASK_BITS == 8
        clpool_sum *to = sums + w * CLPOOL_STRIDE_W + places[value];
        (void)width;
#else
        clpool_sum *to = sums + w * CLPOOL_STRIDE_W + clpool_scatter_place(is_tap ? value : 0u, width);
        (void)places;
#endif
        *to = clpool_add(*to, gradient); /* + 0.0 changes no sum: none is -0.0 */
    }
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

/* Rounds n sums and stores them, or adds them to what dx holds. */
#define CLPOOL_SCATTER_FLUSH(n)                                                                                        \
    {                                                                                                                  \
        float##n lanes = CLPOOL_READ(float, n, sums + i);                                                              \
        if (accumulate) {                                                                                              \
            lanes = CLPOOL_LOAD(n, dx + i) + lanes;                                                                    \
        }                                                                                                              \
        CLPOOL_SETTLE(n, lanes);                                                                                       \
        CLPOOL_ROUND(n, lanes, dx + i);                                                                                \
        i += n;                                                                                                        \
    }

static inline void clpool_scatter_flush(const clpool_sum *sums, int count, __global clpool_value *dx, int accumulate)
{
    int i = 0;
#if !CLPOOL_DTYPE_F64
    while (i + 16 <= count) {
        CLPOOL_SCATTER_FLUSH(16)
    }
    if (i + 8 <= count) {
        CLPOOL_SCATTER_FLUSH(8)
    }
    if (i + 4 <= count) {
        CLPOOL_SCATTER_FLUSH(4)
    }
#endif
    for (; i < count; i++) {
        clpool_store_sum(dx + i, sums[i], accumulate);
    }
}

/* Input rows `first` to `first + count` of a plane. */
static void clpool_scatter_band(__global const clpool_value *dy, __global const clpool_mask *mask,
                                __global clpool_value *dx, int first, int count, clpool_index4 in, clpool_index4 out,
                                clpool_index4 pad, int accumulate, clpool_sum *sums, const int *places)
{
    const int in_width = (int)in.z;
    const int out_width = (int)out.z;
    const int before = (int)pad.z;
    const int width = clpool_scatter_width(in, out, pad);
    const int margin = CLPOOL_SCATTER_EXTENT_H - 1; /* rows that windows at the band's edges reach beyond it */
    const int rows = count + 2 * margin;
    const int reach = first + (int)pad.y; /* the band's first row, counted with the padding */
    const int begin = reach > margin ? (reach - margin + CLPOOL_STRIDE_H - 1) / CLPOOL_STRIDE_H : 0;
    const int end = min((reach + count - 1) / CLPOOL_STRIDE_H + 1, (int)out.y);
    clpool_scatter_clear(sums, rows * width);
    for (int h = begin; h < end; h++) {
        clpool_scatter_row(dy + (clpool_index)h * out_width, mask + (clpool_index)h * out_width, out_width,
                           sums + (h * CLPOOL_STRIDE_H - reach + margin) * width, places, width);
    }
    for (int row = 0; row < count; row++) {
        clpool_scatter_flush(sums + (row + margin) * width + before, in_width,
                             dx + (clpool_index)(first + row) * in_width, accumulate);
    }
}

/* Input rows of a band: as many as fit. */
static inline int clpool_scatter_rows(clpool_index4 in, clpool_index4 out, clpool_index4 pad)
{
    return min(CLPOOL_SCATTER_MOST / clpool_scatter_width(in, out, pad) - 2 * (CLPOOL_SCATTER_EXTENT_H - 1), (int)in.y);
}

__kernel __attribute__((reqd_work_group_size(1, 1, 1))) void
clpool_scatter_backward(__global const clpool_value *dy, ulong dy_offset, __global const clpool_mask *mask,
                        ulong mask_offset, __global clpool_value *dx, ulong dx_offset, int accumulate,
                        clpool_index items, clpool_index4 in, clpool_index4 out, clpool_index4 pad)
{
    clpool_sum sums[CLPOOL_SCATTER_MOST + 16];
    const clpool_index planes = items / (in.y * in.z); /* those of axis D are planes too */
    const int rows = clpool_scatter_rows(in, out, pad);
    const int bands = ((int)in.y + rows - 1) / rows;
    const int even = ((int)in.y + bands - 1) / bands;
    const ulong worker = get_global_id(0);
    const ulong workers = get_global_size(0);
    const ulong units = (ulong)planes * (ulong)bands;
    int places[256];
    for (uint tap = 0; tap < 256u; tap++) {
        places[tap] =
            tap < (uint)CLPOOL_SCATTER_TAPS ? clpool_scatter_place(tap, clpool_scatter_width(in, out, pad)) : 0;
    }
    dy += dy_offset;
    mask += mask_offset;
    dx += dx_offset;
    for (clpool_index unit = (clpool_index)(worker * units / workers);
         unit < (clpool_index)((worker + 1) * units / workers); unit++) {
        const clpool_index plane = unit / bands;
        const int first = (int)(unit % bands) * even;
        const int count = min(even, (int)in.y - first);
        if (count > 0) {
            clpool_scatter_band(dy + plane * (out.y * out.z), mask + plane * (out.y * out.z),
                                dx + plane * (in.y * in.z), first, count, in, out, pad, accumulate, sums, places);
        }
    }
}

#endif
