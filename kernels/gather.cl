/* SPDX-License-Identifier: Apache-2.0
 *
 * gather.cl: backward of maximum with small windows on devices whose work-items have wide vectors of their own (CPUs). A
 * work-item takes whole bands of input rows, 16 elements at a time: for each tap of the windows that reach them it adds
 * the gradients whose mask value is that tap.
 *
 * Reads    dy and mask, from their offsets in elements on; with `accumulate` dx.
 * Writes   dx, each element exactly once.
 * Launch   one dimension, groups of one work-item; any number of them, which share the bands.
 * Ranges   dense tensors, channels first; axis D has a window of 1 and no padding, stride 1; a stride of 1 or 2 along W; a
 *          padded row fits into the limits below; masks in the window form, with any values.
 * Rules    as generic.cl, the same bits.
 * Options  value.cl's, and direct.cl's constants. There is none for f64 and for integer types.
 */

#if CLPOOL_IS_FLOAT && !CLPOOL_DTYPE_F64

#define CLPOOL_GATHER_MOST 8192 /* elements of a band of outputs with what surrounds it, and of one of inputs */

#define CLPOOL_GATHER_EXTENT_W (CLPOOL_DILATION_W * (CLPOOL_WINDOW_W - 1) + 1)
#define CLPOOL_GATHER_EXTENT_H (CLPOOL_DILATION_H * (CLPOOL_WINDOW_H - 1) + 1)
/* Windows that begin before an element and still reach it. */
#define CLPOOL_GATHER_BEFORE ((CLPOOL_GATHER_EXTENT_W - 1) / CLPOOL_STRIDE_W)

/* A band of input rows, and the outputs that reach it in private memory: row h of them at (h - begin) * out_width. */
typedef struct {
    int first; /* input row */
    int count;
    int begin; /* output row */
    int end;
    int out_width; /* of a row with what surrounds it */
    int in_width;
} clpool_gather;

/* Copies a row of dy, and the mask's as numbers, between margins that name no tap. Vectors overlap at its end, so that
 * nothing behind it is read. */
static inline void clpool_gather_row(__global const clpool_value *dy, __global const clpool_mask *mask, int count,
                                     int width, float *gradients, int *taps)
{
    for (int i = 0; i < CLPOOL_GATHER_BEFORE; i++) {
        taps[i] = -1;
    }
    gradients += CLPOOL_GATHER_BEFORE;
    taps += CLPOOL_GATHER_BEFORE;
    if (count >= 16) {
        for (int i = 0; i < count; i += 16) {
            const int at = min(i, count - 16);
            CLPOOL_WRITE(float, 16, gradients + at, CLPOOL_LOAD(16, dy + at));
            CLPOOL_WRITE(int, 16, taps + at, CLPOOL_LOAD_TAPS(16, mask + at));
        }
    } else if (count >= 8) {
        CLPOOL_WRITE(float, 8, gradients, CLPOOL_LOAD(8, dy));
        CLPOOL_WRITE(float, 8, gradients + count - 8, CLPOOL_LOAD(8, dy + count - 8));
        CLPOOL_WRITE(int, 8, taps, CLPOOL_LOAD_TAPS(8, mask));
        CLPOOL_WRITE(int, 8, taps + count - 8, CLPOOL_LOAD_TAPS(8, mask + count - 8));
    } else if (count >= 4) {
        CLPOOL_WRITE(float, 4, gradients, CLPOOL_LOAD(4, dy));
        CLPOOL_WRITE(float, 4, gradients + count - 4, CLPOOL_LOAD(4, dy + count - 4));
        CLPOOL_WRITE(int, 4, taps, CLPOOL_LOAD_TAPS(4, mask));
        CLPOOL_WRITE(int, 4, taps + count - 4, CLPOOL_LOAD_TAPS(4, mask + count - 4));
    } else {
        for (int i = 0; i < count; i++) {
            gradients[i] = clpool_widen(dy[i]);
            taps[i] = (int)mask[i];
        }
    }
    for (int i = count; i < width - CLPOOL_GATHER_BEFORE; i++) {
        taps[i] = -1;
    }
}

/* Adds the gradients of one row of outputs to 16 elements, a stride apart, the first of which lies `residue` behind the
 * begin of the window at `gradients` and `taps`; `row` is the window's row that lies on them. */
CLPOOL_INLINE float16 clpool_gather_lanes(const float *gradients, const int *taps, int row, int residue, float16 sum)
{
    for (int tap = CLPOOL_WINDOW_W - 1; tap >= 0; tap--) {
        if (tap * CLPOOL_DILATION_W % CLPOOL_STRIDE_W == residue) {
            const int before = tap * CLPOOL_DILATION_W / CLPOOL_STRIDE_W;
            const int16 named = CLPOOL_READ(int, 16, taps - before);
            const float16 gradient = CLPOOL_READ(float, 16, gradients - before);
            sum = named == (int16)(row * CLPOOL_WINDOW_W + tap) ? sum + gradient : sum;
        }
    }
    return sum;
}

/* The sums of one input row, at X = position + padding. */
CLPOOL_INLINE void clpool_gather_sum(const clpool_gather *band, int y, const float *gradients, const int *taps,
                                     int first_window, float *sums)
{
    for (int window = first_window; window * CLPOOL_STRIDE_W < band->in_width; window += 16) {
        float16 even = 0;
        float16 odd = 0;
        for (int row = CLPOOL_WINDOW_H - 1; row >= 0; row--) {
            const int step = y - row * CLPOOL_DILATION_H;
            const int h = step / CLPOOL_STRIDE_H;
            if (step < 0 || h * CLPOOL_STRIDE_H != step || h < band->begin || h >= band->end) {
                continue;
            }
            const int at = (h - band->begin) * band->out_width + CLPOOL_GATHER_BEFORE + window;
            even = clpool_gather_lanes(gradients + at, taps + at, row, 0, even);
#if CLPOOL_STRIDE_W == 2
            odd = clpool_gather_lanes(gradients + at, taps + at, row, 1, odd);
#endif
        }
#if CLPOOL_STRIDE_W == 2
        CLPOOL_WRITE(float, 16, sums + 2 * window,
                     (float16)(even.s0, odd.s0, even.s1, odd.s1, even.s2, odd.s2, even.s3, odd.s3, even.s4, odd.s4,
                               even.s5, odd.s5, even.s6, odd.s6, even.s7, odd.s7));
        CLPOOL_WRITE(float, 16, sums + 2 * window + 16,
                     (float16)(even.s8, odd.s8, even.s9, odd.s9, even.sa, odd.sa, even.sb, odd.sb, even.sc, odd.sc,
                               even.sd, odd.sd, even.se, odd.se, even.sf, odd.sf));
#else
        CLPOOL_WRITE(float, 16, sums + window, even);
#endif
    }
}

/* Rounds and stores n sums, or adds them to what dx holds. */
#define CLPOOL_GATHER_STORE(n)                                                                                         \
    {                                                                                                                  \
        float##n settled = CLPOOL_READ(float, n, sums + i);                                                            \
        if (accumulate) {                                                                                              \
            settled = CLPOOL_LOAD(n, dx + i) + settled;                                                                \
        }                                                                                                              \
        CLPOOL_SETTLE(n, settled);                                                                                     \
        CLPOOL_ROUND(n, settled, dx + i);                                                                              \
    }

static inline void clpool_gather_flush(const float *sums, int count, __global clpool_value *dx, int accumulate)
{
    int i = 0;
    for (; i + 16 <= count; i += 16) {
        CLPOOL_GATHER_STORE(16)
    }
    if ((count & 8) != 0) {
        CLPOOL_GATHER_STORE(8)
        i += 8;
    }
    if ((count & 4) != 0) {
        CLPOOL_GATHER_STORE(4)
        i += 4;
    }
    for (; i < count; i++) {
        clpool_store_sum(dx + i, sums[i], accumulate);
    }
}

/* Widths of rows in private memory: of outputs with margins, of inputs with padding. */
static inline int clpool_gather_out_width(clpool_index4 out, clpool_index4 in, clpool_index4 pad)
{
    const int windows = ((int)in.z + (int)pad.z - 1) / CLPOOL_STRIDE_W + 1;
    return CLPOOL_GATHER_BEFORE + max((int)out.z, windows) + 16;
}

static inline int clpool_gather_in_width(clpool_index4 in, clpool_index4 pad)
{
    return ((int)in.z + (int)pad.z + 16 * CLPOOL_STRIDE_W - 1) / (16 * CLPOOL_STRIDE_W) * (16 * CLPOOL_STRIDE_W) +
           16 * CLPOOL_STRIDE_W;
}

/* Input rows of a band: as many as fit with the outputs that reach them. */
static inline int clpool_gather_rows(clpool_index4 in, clpool_index4 out, clpool_index4 pad)
{
    const int outputs = CLPOOL_GATHER_MOST / clpool_gather_out_width(out, in, pad);
    const int from_outputs = (outputs - 1) * CLPOOL_STRIDE_H - (CLPOOL_GATHER_EXTENT_H - 1);
    return min(min(CLPOOL_GATHER_MOST / clpool_gather_in_width(in, pad), from_outputs), (int)in.y);
}

static void clpool_gather_band(__global const clpool_value *dy, __global const clpool_mask *mask,
                               __global clpool_value *dx, const clpool_gather *band, clpool_index4 in,
                               clpool_index4 out, clpool_index4 pad, int accumulate)
{
    float gradients[CLPOOL_GATHER_MOST];
    int taps[CLPOOL_GATHER_MOST];
    float sums[CLPOOL_GATHER_MOST];
    const int width = clpool_gather_in_width(in, pad);
    for (int h = band->begin; h < band->end; h++) {
        const int at = (h - band->begin) * band->out_width;
        clpool_gather_row(dy + (clpool_index)h * out.z, mask + (clpool_index)h * out.z, (int)out.z, band->out_width,
                          gradients + at, taps + at);
    }
    for (int y = 0; y < band->count; y++) {
        clpool_gather_sum(band, band->first + y + (int)pad.y, gradients, taps, (int)pad.z / CLPOOL_STRIDE_W,
                          sums + y * width);
    }
    for (int y = 0; y < band->count; y++) {
        clpool_gather_flush(sums + y * width + pad.z, (int)in.z, dx + (clpool_index)(band->first + y) * in.z,
                            accumulate);
    }
}

__kernel __attribute__((reqd_work_group_size(1, 1, 1))) void
clpool_gather_backward(__global const clpool_value *dy, ulong dy_offset, __global const clpool_mask *mask,
                       ulong mask_offset, __global clpool_value *dx, ulong dx_offset, int accumulate,
                       clpool_index items, clpool_index4 in, clpool_index4 out, clpool_index4 pad)
{
    const clpool_index planes = items / (in.y * in.z); /* those of axis D are planes too */
    const int rows = clpool_gather_rows(in, out, pad);
    const int bands = ((int)in.y + rows - 1) / rows;
    const int even = ((int)in.y + bands - 1) / bands;
    const ulong worker = get_global_id(0);
    const ulong workers = get_global_size(0);
    const ulong units = (ulong)planes * (ulong)bands;
    clpool_gather band;
    band.out_width = clpool_gather_out_width(out, in, pad);
    band.in_width = (int)in.z + (int)pad.z;
    dy += dy_offset;
    mask += mask_offset;
    dx += dx_offset;
    for (clpool_index unit = (clpool_index)(worker * units / workers);
         unit < (clpool_index)((worker + 1) * units / workers); unit++) {
        const clpool_index plane = unit / bands;
        band.first = (int)(unit % bands) * even;
        band.count = min(even, (int)in.y - band.first);
        const int reach = band.first + (int)pad.y; /* the band's first row, counted with the padding */
        const int before = reach - (CLPOOL_GATHER_EXTENT_H - 1);
        band.begin = before > 0 ? (before + CLPOOL_STRIDE_H - 1) / CLPOOL_STRIDE_H : 0;
        band.end = min((reach + band.count - 1) / CLPOOL_STRIDE_H + 1, (int)out.y);
        if (band.count > 0) {
            clpool_gather_band(dy + plane * (out.y * out.z), mask + plane * (out.y * out.z), dx + plane * (in.y * in.z),
                               &band, in, out, pad, accumulate);
        }
    }
}

#endif
