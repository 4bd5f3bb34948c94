/* SPDX-License-Identifier: Apache-2.0
 *
 * rows.cl: maximum on devices whose work-items have wide vectors of their own (CPUs). A work-item takes whole bands of
 * output rows: it reduces each input row along the width, 16 outputs at a time, and then the rows along the height.
 *
 * Reads    x, from its offset in elements on.
 * Writes   y and mask, each element exactly once.
 * Launch   one dimension, groups of one work-item; any number of them, which share the bands.
 * Ranges   dense tensors, channels first; axis D has a window of 1 and no padding, stride 1; a padded row and the rows
 *          of a window within the limits below; masks in the window form.
 * Rules    as generic.cl, the same bits. The fast way knows no NaN, and cannot tell padding from -inf; where a band holds
 *          what it does not know, the band is done again tap by tap.
 * Options  value.cl's, and direct.cl's constants. Not for f64.
 */

#define CLPOOL_ROWS_LANES 16
#define CLPOOL_ROWS_MOST 96      /* input rows of a band */
#define CLPOOL_ROWS_PADDED 16384 /* elements of a band with its padding */

#define CLPOOL_ROWS_EXTENT_H (CLPOOL_DILATION_H * (CLPOOL_WINDOW_H - 1) + 1)
#define CLPOOL_ROWS_EXTENT_W (CLPOOL_DILATION_W * (CLPOOL_WINDOW_W - 1) + 1)

#if !CLPOOL_DTYPE_F64

#if CLPOOL_IS_FLOAT
typedef float16 clpool_lanes;
#define CLPOOL_HALF float8
#define CLPOOL_QUARTER float4
#define CLPOOL_KEEP(n, p, lanes) CLPOOL_WRITE(float, n, p, lanes)
#define CLPOOL_TAKE(n, p) CLPOOL_READ(float, n, p)
#else
typedef int16 clpool_lanes;
#define CLPOOL_HALF int8
#define CLPOOL_QUARTER int4
#define CLPOOL_KEEP(n, p, lanes) CLPOOL_WRITE(int, n, p, lanes)
#define CLPOOL_TAKE(n, p) CLPOOL_READ(int, n, p)
#endif

static inline clpool_lane clpool_to_lane(clpool_value value)
{
#if CLPOOL_IS_FLOAT
    return clpool_widen(value);
#else
    return (clpool_lane)value;
#endif
}

static inline void clpool_store_one(clpool_lane lane, __global clpool_value *y)
{
#if CLPOOL_DTYPE_F32
    *y = as_uint(lane);
#elif CLPOOL_DTYPE_F16
    vstore_half(lane, 0, (__global half *)y);
#elif CLPOOL_DTYPE_BF16
    *y = (ushort)(as_uint(lane) >> 16);
#else
    *y = (clpool_value)lane;
#endif
}

/* Every stride-th of the elements from p on. */
CLPOOL_INLINE clpool_lanes clpool_strided(const clpool_lane *p)
{
#if CLPOOL_STRIDE_W == 1
    return CLPOOL_TAKE(16, p);
#elif CLPOOL_STRIDE_W == 2
    return (clpool_lanes)(CLPOOL_TAKE(16, p).even, CLPOOL_TAKE(16, p + 16).even);
#elif CLPOOL_STRIDE_W == 4
    return (clpool_lanes)(CLPOOL_TAKE(16, p).even.even, CLPOOL_TAKE(16, p + 16).even.even,
                          CLPOOL_TAKE(16, p + 32).even.even, CLPOOL_TAKE(16, p + 48).even.even);
#else
#define CLPOOL_AT(i) p[(i)*CLPOOL_STRIDE_W]
    return (clpool_lanes)(CLPOOL_AT(0), CLPOOL_AT(1), CLPOOL_AT(2), CLPOOL_AT(3), CLPOOL_AT(4), CLPOOL_AT(5),
                          CLPOOL_AT(6), CLPOOL_AT(7), CLPOOL_AT(8), CLPOOL_AT(9), CLPOOL_AT(10), CLPOOL_AT(11),
                          CLPOOL_AT(12), CLPOOL_AT(13), CLPOOL_AT(14), CLPOOL_AT(15));
#endif
}

/* Copies a row, with vectors that overlap at its end, so that nothing behind it is read. */
static inline void clpool_copy_row(__global const clpool_value *x, int width, clpool_lane *to, clpool_lanes *strange)
{
    if (width >= 16) {
        for (int i = 0; i < width; i += 16) {
            const int at = min(i, width - 16);
            const clpool_lanes lanes = CLPOOL_LOAD(16, x + at);
            CLPOOL_WATCH(*strange, lanes);
            CLPOOL_KEEP(16, to + at, lanes);
        }
    } else if (width >= 8) {
        const CLPOOL_HALF low = CLPOOL_LOAD(8, x);
        const CLPOOL_HALF high = CLPOOL_LOAD(8, x + width - 8);
        CLPOOL_WATCH((*strange).lo, low);
        CLPOOL_WATCH((*strange).hi, high);
        CLPOOL_KEEP(8, to, low);
        CLPOOL_KEEP(8, to + width - 8, high);
    } else if (width >= 4) {
        const CLPOOL_QUARTER low = CLPOOL_LOAD(4, x);
        const CLPOOL_QUARTER high = CLPOOL_LOAD(4, x + width - 4);
        CLPOOL_WATCH((*strange).lo.lo, low);
        CLPOOL_WATCH((*strange).lo.hi, high);
        CLPOOL_KEEP(4, to, low);
        CLPOOL_KEEP(4, to + width - 4, high);
    } else {
        for (int i = 0; i < width; i++) {
            to[i] = clpool_to_lane(x[i]);
            CLPOOL_WATCH((*strange).s0, to[i]);
        }
    }
}

/* The greatest of a window's row for 16 outputs, and its column. */
CLPOOL_INLINE clpool_lanes clpool_reduce_row(const clpool_lane *p, int16 *column)
{
    clpool_lanes best = clpool_strided(p);
    int16 at = 0;
    for (int tap = 1; tap < CLPOOL_WINDOW_W; tap++) {
        const clpool_lanes lanes = clpool_strided(p + tap * CLPOOL_DILATION_W);
        const int16 greater = lanes > best;
        best = greater ? lanes : best;
        at = select(at, (int16)(tap), greater);
    }
    *column = at;
    return best;
}

/* What the outputs of a band are made of. */
typedef struct {
    __global const clpool_value *x; /* its plane */
    __global clpool_value *y;       /* its plane */
    __global clpool_mask *mask;     /* its plane, or 0 */
    clpool_index4 in;
    clpool_index4 out;
    clpool_index4 pad;
    int first; /* output row */
    int count; /* of output rows */
} clpool_band;

/* The band tap by tap. */
static void clpool_band_slowly(const clpool_band *band)
{
    const clpool_index4 window = (clpool_index4)(1, CLPOOL_WINDOW_H, CLPOOL_WINDOW_W, 1);
    const clpool_index4 dilation = (clpool_index4)(1, CLPOOL_DILATION_H, CLPOOL_DILATION_W, 1);
    const clpool_index4 in = (clpool_index4)(1, band->in.y, band->in.z, 1);
    const clpool_index4 pitch = (clpool_index4)(0, band->in.z, 1, 0);
    for (int h = band->first; h < band->first + band->count; h++) {
        for (int w = 0; w < (int)band->out.z; w++) {
            const clpool_index4 start =
                (clpool_index4)(0, h * CLPOOL_STRIDE_H - band->pad.y, w * CLPOOL_STRIDE_W - band->pad.z, 0);
            const clpool_index at = (clpool_index)h * band->out.z + w;
            uint winner;
            band->y[at] = clpool_scan_clipped(band->x, pitch, in, window, window, dilation, start, &winner);
            if (band->mask != 0) {
                band->mask[at] = (clpool_mask)winner;
            }
        }
    }
}

/* Stores the first `count` of 16 outputs. */
CLPOOL_INLINE void clpool_store_values(clpool_lanes lanes, int count, __global clpool_value *y)
{
    CLPOOL_HALF eight = lanes.lo;
    if (count >= 16) {
        CLPOOL_STORE(16, lanes, y);
        return;
    }
    if ((count & 8) != 0) {
        CLPOOL_STORE(8, eight, y);
        eight = lanes.hi;
        y += 8;
    }
    CLPOOL_QUARTER four = eight.lo;
    if ((count & 4) != 0) {
        CLPOOL_STORE(4, four, y);
        four = eight.hi;
        y += 4;
    }
    if ((count & 3) > 0) {
        clpool_store_one(four.s0, y);
    }
    if ((count & 3) > 1) {
        clpool_store_one(four.s1, y + 1);
    }
    if ((count & 3) > 2) {
        clpool_store_one(four.s2, y + 2);
    }
}

CLPOOL_INLINE void clpool_store_taps(int16 taps, int count, __global clpool_mask *mask)
{
    int8 eight = taps.lo;
    if (count >= 16) {
        CLPOOL_STORE_TAPS(16, taps, mask);
        return;
    }
    if ((count & 8) != 0) {
        CLPOOL_STORE_TAPS(8, eight, mask);
        eight = taps.hi;
        mask += 8;
    }
    int4 four = eight.lo;
    if ((count & 4) != 0) {
        CLPOOL_STORE_TAPS(4, four, mask);
        four = eight.hi;
        mask += 4;
    }
    if ((count & 3) > 0) {
        mask[0] = (clpool_mask)four.s0;
    }
    if ((count & 3) > 1) {
        mask[1] = (clpool_mask)four.s1;
    }
    if ((count & 3) > 2) {
        mask[2] = (clpool_mask)four.s2;
    }
}

/* 16 columns of outputs; whether a lane has found nothing above the identity. */
CLPOOL_INLINE bool clpool_band_columns(const clpool_band *band, int column, const clpool_lane *padded, int padded_width)
{
    clpool_lanes values[CLPOOL_ROWS_MOST];
    int16 columns[CLPOOL_ROWS_MOST];
    const int rows = (band->count - 1) * CLPOOL_STRIDE_H + CLPOOL_ROWS_EXTENT_H;
    const int count = min((int)band->out.z - column, CLPOOL_ROWS_LANES);
    for (int row = 0; row < rows; row++) {
        values[row] = clpool_reduce_row(padded + row * padded_width + column * CLPOOL_STRIDE_W, &columns[row]);
    }
    int16 lacking = 0;
    for (int h = 0; h < band->count; h++) {
        const int row = h * CLPOOL_STRIDE_H;
        clpool_lanes best = values[row];
        int16 taps = columns[row];
        for (int tap = 1; tap < CLPOOL_WINDOW_H; tap++) {
            const clpool_lanes lanes = values[row + tap * CLPOOL_DILATION_H];
            const int16 greater = lanes > best;
            best = greater ? lanes : best;
            taps = select(taps, columns[row + tap * CLPOOL_DILATION_H] + tap * CLPOOL_WINDOW_W, greater);
        }
        lacking |= best == (clpool_lanes)(CLPOOL_LANE_NONE);
        const clpool_index at = (clpool_index)(band->first + h) * band->out.z + column;
        clpool_store_values(best, count, band->y + at);
        if (band->mask != 0) {
            clpool_store_taps(taps, count, band->mask + at);
        }
    }
    const int16 lane = (int16)(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    return any(lacking & (lane < (int16)(count)));
}

static void clpool_band_pool(const clpool_band *band, clpool_lane *padded)
{
    const int width = (int)band->in.z;
    const int out_width = (int)band->out.z;
    const int padded_width =
        (out_width + CLPOOL_ROWS_LANES - 1) / CLPOOL_ROWS_LANES * CLPOOL_ROWS_LANES * CLPOOL_STRIDE_W +
        CLPOOL_ROWS_EXTENT_W;
    const int rows = (band->count - 1) * CLPOOL_STRIDE_H + CLPOOL_ROWS_EXTENT_H;
    const int begin = band->first * CLPOOL_STRIDE_H - (int)band->pad.y;
    const int before = (int)band->pad.z;
    clpool_lanes strange = 0;
    for (int row = 0; row < rows; row++) {
        clpool_lane *to = padded + row * padded_width;
        const int from = begin + row;
        const bool is_inside = from >= 0 && from < (int)band->in.y;
        for (int i = 0; i < (is_inside ? before : padded_width); i++) {
            to[i] = CLPOOL_LANE_NONE;
        }
        if (is_inside) {
            const int used = min(width, padded_width - before);
            clpool_copy_row(band->x + (clpool_index)from * width, used, to + before, &strange);
            for (int i = before + used; i < padded_width; i++) {
                to[i] = CLPOOL_LANE_NONE;
            }
        }
    }
    bool is_strange = false;
#if CLPOOL_IS_FLOAT
    is_strange = CLPOOL_IS_STRANGE(strange);
#endif
    for (int column = 0; column < out_width && !is_strange; column += CLPOOL_ROWS_LANES) {
        is_strange = clpool_band_columns(band, column, padded, padded_width);
    }
    if (is_strange) {
        clpool_band_slowly(band);
    }
}

/* Output rows of a band: as many as the limits allow. */
static inline int clpool_band_rows(clpool_index4 out)
{
    const int padded_width =
        ((int)out.z + CLPOOL_ROWS_LANES - 1) / CLPOOL_ROWS_LANES * CLPOOL_ROWS_LANES * CLPOOL_STRIDE_W +
        CLPOOL_ROWS_EXTENT_W;
    const int rows = min(CLPOOL_ROWS_MOST, CLPOOL_ROWS_PADDED / padded_width);
    return min((rows - CLPOOL_ROWS_EXTENT_H) / CLPOOL_STRIDE_H + 1, (int)out.y);
}

static inline void clpool_rows_max(__global const clpool_value *x, __global clpool_value *y, __global clpool_mask *mask,
                                   clpool_index items, clpool_index4 in, clpool_index4 out, clpool_index4 pad)
{
    clpool_lane padded[CLPOOL_ROWS_PADDED];
    const clpool_index planes = items / (out.y * out.z); /* those of axis D are planes too */
    const int most = clpool_band_rows(out);
    const int bands = ((int)out.y + most - 1) / most;
    const int even = ((int)out.y + bands - 1) / bands;
    const clpool_index worker = (clpool_index)get_global_id(0);
    const clpool_index workers = (clpool_index)get_global_size(0);
    const clpool_index units = planes * bands;
    for (clpool_index unit = (clpool_index)((ulong)worker * (ulong)units / (ulong)workers);
         unit < (clpool_index)(((ulong)worker + 1) * (ulong)units / (ulong)workers); unit++) {
        const clpool_index plane = unit / bands;
        clpool_band band;
        band.x = x + plane * (in.y * in.z);
        band.y = y + plane * (out.y * out.z);
        band.mask = mask == 0 ? 0 : mask + plane * (out.y * out.z);
        band.in = in;
        band.out = out;
        band.pad = pad;
        band.first = (int)(unit % bands) * even;
        band.count = min(even, (int)out.y - band.first);
        if (band.count > 0) {
            clpool_band_pool(&band, padded);
        }
    }
}

__kernel __attribute__((reqd_work_group_size(1, 1, 1))) void
clpool_rows_forward(__global const clpool_value *x, ulong x_offset, __global clpool_value *y, ulong y_offset,
                    clpool_index items, clpool_index4 in, clpool_index4 out, clpool_index4 pad)
{
    clpool_rows_max(x + x_offset, y + y_offset, 0, items, in, out, pad);
}

__kernel __attribute__((reqd_work_group_size(1, 1, 1))) void
clpool_rows_forward_mask(__global const clpool_value *x, ulong x_offset, __global clpool_value *y, ulong y_offset,
                         __global clpool_mask *mask, ulong mask_offset, clpool_index items, clpool_index4 in,
                         clpool_index4 out, clpool_index4 pad)
{
    clpool_rows_max(x + x_offset, y + y_offset, mask + mask_offset, items, in, out, pad);
}

#endif
