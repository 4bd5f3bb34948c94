/* SPDX-License-Identifier: Apache-2.0
 *
 * rows.cl: maximum on devices whose work-items have wide vectors of their own (CPUs). A work-item takes bands of rows:
 * it copies them into private memory with their padding, several planes side by side where these are narrow, reduces
 * each input row along the width, 16 outputs at a time, then the rows along the height, and then what slices of a
 * window have, along the depth.
 *
 * Reads    x, from its offset in elements on.
 * Writes   y and mask, each element at least once, always the same value.
 * Launch   one dimension, groups of one work-item; any number of them, which share the bands.
 * Ranges   dense tensors, channels first; a padded row and the rows of a window within the limits below; where axis D
 *          has windows of 1 and a stride of 1, as many outputs as elements and no padding there; masks of any form, not
 *          packed; planes of less than 2^31 elements where masks hold indices.
 * Rules    as generic.cl, the same bits. The fast way knows no NaN, and cannot tell padding from -inf; where a band
 *          holds what it does not know, the band is done again tap by tap.
 * Options  value.cl's, and direct.cl's constants. Not for f64.
 */

#define CLPOOL_ROWS_LANES 16
#define CLPOOL_ROWS_MOST 96      /* input rows of a band */
#define CLPOOL_ROWS_PADDED 16384 /* elements of a band with its padding */
#define CLPOOL_ROWS_SIDE 16      /* planes side by side */
#define CLPOOL_ROWS_OUTPUTS 4096 /* of a band whose planes lie side by side */
#define CLPOOL_ROWS_NARROW 48    /* outputs of a row: wider ones fill their vectors well */

#define CLPOOL_ROWS_EXTENT_H (CLPOOL_DILATION_H * (CLPOOL_WINDOW_H - 1) + 1)
#define CLPOOL_ROWS_EXTENT_W (CLPOOL_DILATION_W * (CLPOOL_WINDOW_W - 1) + 1)
/* Outputs that an input row may belong to, along the height. */
#define CLPOOL_ROWS_OPEN ((CLPOOL_WINDOW_H + CLPOOL_STRIDE_H - 1) / CLPOOL_STRIDE_H)
/* Few are held in registers while their rows come. */
#define CLPOOL_ROWS_SMALL (CLPOOL_DILATION_H == 1 && CLPOOL_WINDOW_H <= 7 && CLPOOL_ROWS_OPEN <= 4)
/* Rows that a step of a stride adds. */
#define CLPOOL_ROWS_STEP (CLPOOL_STRIDE_H < CLPOOL_WINDOW_H ? CLPOOL_STRIDE_H : CLPOOL_WINDOW_H)
/* Elements of a band of one plane, and of planes side by side. Memory rests while a band is reduced: where that takes
 * little for an element, bands must be short. */
#if CLPOOL_ROWS_SMALL
#define CLPOOL_ROWS_BAND 1024
#define CLPOOL_ROWS_GROUP 2048
#else
#define CLPOOL_ROWS_BAND CLPOOL_ROWS_PADDED
#define CLPOOL_ROWS_GROUP CLPOOL_ROWS_PADDED
#endif
/* Elements of x that are asked for while 16 outputs are made of a row. */
#define CLPOOL_ROWS_AHEAD (16 * (CLPOOL_STRIDE_W < 4 ? CLPOOL_STRIDE_W : 4))
#if CLPOOL_WINDOW_W <= 7
#define CLPOOL_ROWS_TAPS _Pragma("unroll")
#else
#define CLPOOL_ROWS_TAPS
#endif

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

/* Taps in private memory: their numbers, or how far their indices are from that of the window's first one; all bits set
 * for none. And in a mask, in which they follow the name of their window. */
#if CLPOOL_MASK_BITS == 8
typedef uchar clpool_tap;
#define CLPOOL_KEEP_TAPS(p, taps) CLPOOL_WRITE(uchar, 16, p, convert_uchar16(taps))
#define CLPOOL_TAKE_TAPS(p) convert_int16(CLPOOL_READ(uchar, 16, p))
#define CLPOOL_COPY_TAPS(n, p, names, i, mask) CLPOOL_PUT(uchar, n, mask, CLPOOL_READ(uchar, n, p))
#elif CLPOOL_MASK_BITS == 16
typedef ushort clpool_tap;
#define CLPOOL_KEEP_TAPS(p, taps) CLPOOL_WRITE(ushort, 16, p, convert_ushort16(taps))
#define CLPOOL_TAKE_TAPS(p) convert_int16(CLPOOL_READ(ushort, 16, p))
#define CLPOOL_COPY_TAPS(n, p, names, i, mask) CLPOOL_PUT(ushort, n, mask, CLPOOL_READ(ushort, n, p))
#else
typedef int clpool_tap;
#define CLPOOL_KEEP_TAPS(p, taps) CLPOOL_WRITE(int, 16, p, taps)
#define CLPOOL_TAKE_TAPS(p) CLPOOL_READ(int, 16, p)
#if CLPOOL_MASK_WINDOW
#define CLPOOL_COPY_TAPS(n, p, names, i, mask) CLPOOL_PUT(int, n, mask, CLPOOL_READ(int, n, p))
#elif CLPOOL_MASK_BITS == 32
#define CLPOOL_COPY_TAPS(n, p, names, i, mask) CLPOOL_COPY_INDICES(int, n, p, names, i, mask)
#else
#define CLPOOL_COPY_TAPS(n, p, names, i, mask) CLPOOL_COPY_INDICES(long, n, p, names, i, mask)
#endif
#endif
#define CLPOOL_COPY_INDICES(type, n, p, names, i, mask)                                                                \
    {                                                                                                                  \
        const int##n taps = CLPOOL_READ(int, n, p);                                                                    \
        const int##n windows = (CLPOOL_NUMBERS##n + (i)) * (names).step;                                               \
        const type##n indices = convert_##type##n(taps + windows) + (type##n)((names).first);                          \
        CLPOOL_PUT(type, n, mask, CLPOOL_RELU ? indices | convert_##type##n(taps < 0) : indices);                      \
    }

/* How the planes of a band lie side by side in padded rows. Between the columns of two there is room for the padding of
 * both; outputs in between are computed too, and dropped. */
typedef struct {
    int side;        /* planes */
    int slot;        /* outputs from one plane to the next */
    int lanes;       /* outputs of a row of all planes, whole vectors */
    int width;       /* elements of a padded row of all planes, whole vectors */
    int used;        /* elements of a plane's row that windows see */
    bool is_clipped; /* whether windows hang over the edges */
} clpool_line;

/* What the outputs of a band are made of. */
typedef struct {
    __global const clpool_value *x; /* all of it */
    __global clpool_value *y;       /* its first plane */
    __global clpool_mask *mask;     /* its first plane, or 0 */
    clpool_index4 in;
    clpool_index4 out;
    clpool_index4 pad;
    int planes;
    int first;             /* output row */
    int count;             /* of output rows */
    int begin;             /* the first of its rows, padding included, that x has */
    int end;               /* behind the last one */
    clpool_index elements; /* of x */
    clpool_index plane;    /* number of its first plane, among those of outputs */
    clpool_fusion fusion;
} clpool_band;

/* What is fused, for a plane of the band. Those of axis D that are of one channel follow each other. */
CLPOOL_INLINE clpool_fusion clpool_band_fusion(const clpool_band *band, int plane)
{
    return clpool_at_plane(band->fusion, (band->plane + plane) / band->out.x);
}

/* Number of the plane of x under a tap along D; below 0 where that is padding. */
CLPOOL_INLINE clpool_index clpool_band_slice(const clpool_band *band, int plane, int tap)
{
    const clpool_index number = band->plane + plane;
#if CLPOOL_FLAT
    (void)tap;
    return number;
#else
    const clpool_index volume = number / band->out.x;
    const clpool_index depth =
        (number - volume * band->out.x) * CLPOOL_STRIDE_D - band->pad.x + tap * CLPOOL_DILATION_D;
    return depth < 0 || depth >= band->in.x ? -1 : volume * band->in.x + depth;
#endif
}

/* Asks for what follows in x, so that memory does not rest while a band is reduced. */
CLPOOL_INLINE void clpool_look_ahead(__global const clpool_value **ahead)
{
    if (ahead != 0) {
        _Pragma("unroll") for (int i = 0; i < CLPOOL_ROWS_AHEAD; i += CLPOOL_LINE_VALUES)
        {
            CLPOOL_PREFETCH(*ahead + i);
        }
        *ahead += CLPOOL_ROWS_AHEAD;
    }
}

/* Winners of 16 neighbouring outputs: their values, and taps. */
typedef struct {
    clpool_lanes value;
    int16 tap;
} clpool_winners;

/* Winners of a band's outputs, row by row of all planes, or 16 columns of them. */
typedef struct {
    clpool_lane value[CLPOOL_ROWS_OUTPUTS];
    clpool_tap tap[CLPOOL_ROWS_OUTPUTS];
} clpool_outputs;

#define CLPOOL_TAKE16(p) CLPOOL_TAKE(16, p)

/* For 16 outputs the elements under a tap of a window's row; p is the first one of the first window. */
CLPOOL_INLINE clpool_lanes clpool_strided(const clpool_lane *p, int tap)
{
#if CLPOOL_STRIDE_W == 2
    /* Two neighbouring taps are of the same elements. */
    const int at = tap * CLPOOL_DILATION_W;
    p += at - at % 2;
    const clpool_lanes low = CLPOOL_TAKE(16, p);
    const clpool_lanes high = CLPOOL_TAKE(16, p + 16);
    return at % 2 != 0 ? (clpool_lanes)(low.odd, high.odd) : (clpool_lanes)(low.even, high.even);
#else
    return CLPOOL_STRIDED(clpool_lanes, CLPOOL_TAKE16, p + tap * CLPOOL_DILATION_W);
#endif
}

static inline int clpool_divide_up(int a, int b)
{
    return (a + b - 1) / b;
}

/* Copies a row, with vectors that overlap at its end, so that nothing behind it is read. */
static inline void clpool_copy_row(__global const clpool_value *x, int width, clpool_fusion fusion, clpool_lane *to,
                                   clpool_lanes *strange)
{
    if (width >= 16) {
        for (int i = 0; i < width; i += 16) {
            const int at = min(i, width - 16);
            const clpool_lanes lanes = clpool_fuse_load16(CLPOOL_LOAD(16, x + at), fusion);
            CLPOOL_WATCH(*strange, lanes);
            CLPOOL_KEEP(16, to + at, lanes);
        }
    } else if (width >= 8) {
        const CLPOOL_HALF low = clpool_fuse_load8(CLPOOL_LOAD(8, x), fusion);
        const CLPOOL_HALF high = clpool_fuse_load8(CLPOOL_LOAD(8, x + width - 8), fusion);
        CLPOOL_WATCH((*strange).lo, low);
        CLPOOL_WATCH((*strange).hi, high);
        CLPOOL_KEEP(8, to, low);
        CLPOOL_KEEP(8, to + width - 8, high);
    } else if (width >= 4) {
        const CLPOOL_QUARTER low = clpool_fuse_load4(CLPOOL_LOAD(4, x), fusion);
        const CLPOOL_QUARTER high = clpool_fuse_load4(CLPOOL_LOAD(4, x + width - 4), fusion);
        CLPOOL_WATCH((*strange).lo.lo, low);
        CLPOOL_WATCH((*strange).lo.hi, high);
        CLPOOL_KEEP(4, to, low);
        CLPOOL_KEEP(4, to + width - 4, high);
    } else {
        for (int i = 0; i < width; i++) {
            to[i] = clpool_to_lane(clpool_fuse_load(x[i], fusion));
            CLPOOL_WATCH((*strange).s0, to[i]);
        }
    }
}

/* Fills whole vectors with padding. */
static inline void clpool_clear_row(clpool_lane *to, int count)
{
    for (int i = 0; i < count; i += 16) {
        CLPOOL_KEEP(16, to + i, (clpool_lanes)(CLPOOL_LANE_NONE));
    }
}

/* Rows of a band, with those of padding. */
CLPOOL_INLINE int clpool_band_rows(const clpool_band *band)
{
    return (band->count - 1) * CLPOOL_STRIDE_H + CLPOOL_ROWS_EXTENT_H;
}

/* Elements of the band's rows under one tap along D. */
CLPOOL_INLINE int clpool_band_pitch(const clpool_band *band, const clpool_line *line)
{
    return clpool_band_rows(band) * line->width;
}

/* Rows of x under a tap along D, counted from the first of the band's. */
CLPOOL_INLINE clpool_index clpool_band_row(const clpool_band *band, clpool_index slice, int row)
{
    return (slice * band->in.y + band->first * CLPOOL_STRIDE_H - band->pad.y + row) * band->in.z;
}

/* Makes padding of a plane's rows, as clpool_copy_row copies them. */
CLPOOL_INLINE void clpool_clear_plane(const clpool_band *band, const clpool_line *line, clpool_lane *to)
{
    for (int row = band->begin; row < band->end; row++, to += line->width) {
        for (int i = 0; i < max(line->used, 1); i += 16) {
            CLPOOL_KEEP(16, to + min(i, max(line->used - 16, 0)), (clpool_lanes)(CLPOOL_LANE_NONE));
        }
    }
}

/* Copies the band's input rows under a tap along D, plane by plane. A vector that holds a row has padding behind it,
 * which the next plane overwrites where that has elements. The columns of padding have been filled once. */
static void clpool_band_load(const clpool_band *band, const clpool_line *line, int tap, clpool_lane *padded,
                             clpool_lanes *strange)
{
#if CLPOOL_ROWS_SMALL
    clpool_clear_row(padded, band->begin * line->width);
    clpool_clear_row(padded + band->end * line->width, (clpool_band_rows(band) - band->end) * line->width);
#endif
    for (int plane = 0; plane < band->planes; plane++) {
        clpool_lane *to = padded + band->begin * line->width + plane * line->slot * CLPOOL_STRIDE_W + (int)band->pad.z;
        const clpool_index slice = clpool_band_slice(band, plane, tap);
        clpool_index at = clpool_band_row(band, slice, band->begin);
        const clpool_fusion fusion = clpool_band_fusion(band, plane);
        if (!CLPOOL_FLAT && slice < 0) {
            clpool_clear_plane(band, line, to);
            continue;
        }
        for (int row = band->begin; row < band->end; row++) {
            if (line->used <= 16 && at + 16 <= band->elements) {
                const clpool_lanes lanes = clpool_fuse_load16(CLPOOL_LOAD(16, band->x + at), fusion);
                CLPOOL_WATCH(*strange, lanes);
                CLPOOL_KEEP(16, to, CLPOOL_NUMBERS16 < (int16)(line->used) ? lanes : (clpool_lanes)(CLPOOL_LANE_NONE));
            } else {
                clpool_copy_row(band->x + at, line->used, fusion, to, strange);
            }
            to += line->width;
            at += band->in.z;
        }
    }
}

/* Makes winners of those so far and of what comes later in the order of taps. */
CLPOOL_INLINE void clpool_join(clpool_winners *winners, clpool_lanes value, int16 tap)
{
    const int16 greater = value > winners->value;
    winners->value = greater ? value : winners->value;
    winners->tap = select(winners->tap, tap, greater);
}

/* The winners of a window's row for 16 outputs; p is the first element of the first window, and `step` lies between
 * two taps. */
CLPOOL_INLINE void clpool_reduce_row(const clpool_lane *p, int step, clpool_winners *winners)
{
    winners->value = clpool_strided(p, 0);
    winners->tap = 0;
    CLPOOL_ROWS_TAPS for (int tap = 1; tap < CLPOOL_WINDOW_W; tap++)
    {
        clpool_join(winners, clpool_strided(p, tap), (int16)(tap * step));
    }
}

/* Keeps the winners of 16 windows, those under a tap along D with those of the taps before it. Returns which windows
 * have found nothing above the identity. */
CLPOOL_INLINE int16 clpool_keep_winners(clpool_winners winners, int tap, int step, clpool_outputs *outputs, int at)
{
    if (tap > 0) {
        clpool_winners before;
        before.value = CLPOOL_TAKE(16, outputs->value + at);
        before.tap = CLPOOL_TAKE_TAPS(outputs->tap + at);
        clpool_join(&before, winners.value, winners.tap + tap * step);
        winners = before;
    }
    if (tap == CLPOOL_WINDOW_D - 1) {
        winners.tap |= CLPOOL_CUT(16, winners.value);
    }
    CLPOOL_KEEP(16, outputs->value + at, winners.value);
    CLPOOL_KEEP_TAPS(outputs->tap + at, winners.tap);
    return winners.value == (clpool_lanes)(CLPOOL_LANE_NONE);
}

#if CLPOOL_ROWS_SMALL

/* 16 columns of outputs under a tap along D, whose first window begins at p. What is open goes down the rows in
 * registers. Returns which lanes have found nothing above the identity. Asks for what lies ahead, unless that is 0. */
CLPOOL_INLINE int16 clpool_band_columns(const clpool_band *band, const clpool_lane *p, int width, int depth_tap,
                                        bool is_clipped, clpool_outputs *outputs, int at, int pitch,
                                        __global const clpool_value **ahead)
{
    clpool_winners open[CLPOOL_ROWS_OPEN];
    const int rows = clpool_band_rows(band);
    const int4 steps = clpool_tap_steps(band->in);
    int16 lacking = 0;
    _Pragma("unroll") for (int j = 0; j < CLPOOL_ROWS_OPEN; j++)
    {
        open[j].value = CLPOOL_LANE_NONE;
        open[j].tap = 0;
    }
    for (int o = 0; o < band->count + CLPOOL_ROWS_OPEN - 1; o++) {
        _Pragma("unroll") for (int row = 0; row < CLPOOL_ROWS_STEP; row++)
        {
            if (o * CLPOOL_STRIDE_H + row < rows) {
                clpool_winners winners;
                clpool_reduce_row(p + (o * CLPOOL_STRIDE_H + row) * width, steps.z, &winners);
                clpool_look_ahead(ahead);
                _Pragma("unroll") for (int j = 0; j < CLPOOL_ROWS_OPEN; j++)
                {
                    const int tap = row + j * CLPOOL_STRIDE_H;
                    if (tap == 0) {
                        open[0] = winners;
                    } else if (tap < CLPOOL_WINDOW_H) {
                        clpool_join(&open[j], winners.value, winners.tap + tap * steps.y);
                    }
                }
            }
        }
        if (o >= CLPOOL_ROWS_OPEN - 1) {
            const int16 none = clpool_keep_winners(open[CLPOOL_ROWS_OPEN - 1], depth_tap, steps.x, outputs, at);
            if (is_clipped) {
                lacking |= none;
            }
            at += pitch;
        }
        _Pragma("unroll") for (int j = CLPOOL_ROWS_OPEN - 1; j > 0; j--)
        {
            open[j] = open[j - 1];
        }
    }
    return lacking;
}

#else

/* The same for large windows: all rows along the width first. Those of padding are left out. Taps count from the band's
 * first row until a window is done. */
CLPOOL_INLINE int16 clpool_band_columns(const clpool_band *band, const clpool_lane *p, int width, int depth_tap,
                                        bool is_clipped, clpool_outputs *outputs, int at, int pitch,
                                        __global const clpool_value **ahead)
{
    clpool_winners rows[CLPOOL_ROWS_MOST];
    const int4 steps = clpool_tap_steps(band->in);
    int16 lacking = 0;
    for (int row = band->begin; row < band->end; row++) {
        clpool_reduce_row(p + row * width, steps.z, &rows[row]);
        rows[row].tap += row / CLPOOL_DILATION_H * steps.y;
        clpool_look_ahead(ahead);
    }
    for (int h = 0; h < band->count; h++) {
        const int top = h * CLPOOL_STRIDE_H;
        const int first = top + clpool_divide_up(max(band->begin - top, 0), CLPOOL_DILATION_H) * CLPOOL_DILATION_H;
        const int end = min(top + CLPOOL_ROWS_EXTENT_H, band->end);
        clpool_winners best;
        best.value = CLPOOL_LANE_NONE;
        best.tap = 0;
        if (first < end) {
            best = rows[first];
        }
        for (int row = first + CLPOOL_DILATION_H; row < end; row += CLPOOL_DILATION_H) {
            clpool_join(&best, rows[row].value, rows[row].tap);
        }
        best.tap -= top / CLPOOL_DILATION_H * steps.y;
        const int16 none = clpool_keep_winners(best, depth_tap, steps.x, outputs, at);
        if (is_clipped) {
            lacking |= none;
        }
        at += pitch;
    }
    return lacking;
}

#endif

/* 16 columns of outputs under all taps along D. */
CLPOOL_INLINE int16 clpool_band_windows(const clpool_band *band, const clpool_line *line, const clpool_lane *p,
                                        clpool_outputs *outputs, int at, int pitch, __global const clpool_value **ahead)
{
    int16 lacking = 0;
    for (int tap = 0; tap < CLPOOL_WINDOW_D; tap++) {
        lacking = clpool_band_columns(band, p, line->width, tap, line->is_clipped, outputs, at, pitch,
                                      ahead == 0 ? 0 : ahead + tap);
        p += clpool_band_pitch(band, line);
    }
    return lacking;
}

#define CLPOOL_ROWS_STORE(n, i)                                                                                        \
    {                                                                                                                  \
        const CLPOOL_LANES(n) lanes = CLPOOL_TAKE(n, value + (i));                                                     \
        CLPOOL_STORE(n, clpool_fuse_store##n(lanes, fusion), y + (i));                                                 \
        if (mask != 0) {                                                                                               \
            CLPOOL_COPY_TAPS(n, tap + (i), names, i, mask + (i));                                                      \
        }                                                                                                              \
    }

/* The mask value of one output. */
CLPOOL_INLINE clpool_mask clpool_name_one(clpool_tap tap, clpool_row_names names, int i)
{
    const bool is_index = !CLPOOL_MASK_WINDOW && tap != (clpool_tap)-1;
    return is_index ? names.first + (clpool_mask)((int)tap + i * names.step) : (clpool_mask)tap;
}

/* Stores `count` neighbouring outputs, with vectors that overlap at the end. */
CLPOOL_INLINE void clpool_store_row(const clpool_lane *value, const clpool_tap *tap, int count, clpool_fusion fusion,
                                    clpool_row_names names, __global clpool_value *y, __global clpool_mask *mask)
{
    if (count >= 16) {
        for (int i = 0; i < count; i += 16) {
            const int at = min(i, count - 16);
            CLPOOL_ROWS_STORE(16, at)
        }
    } else if (count >= 8) {
        CLPOOL_ROWS_STORE(8, 0)
        CLPOOL_ROWS_STORE(8, count - 8)
    } else if (count >= 4) {
        CLPOOL_ROWS_STORE(4, 0)
        CLPOOL_ROWS_STORE(4, count - 4)
    } else {
        for (int i = 0; i < count; i++) {
            clpool_store_one(clpool_fuse_store4((CLPOOL_QUARTER)(value[i]), fusion).x, y + i);
            if (mask != 0) {
                mask[i] = clpool_name_one(tap[i], names, i);
            }
        }
    }
}

/* Stores columns of a plane's outputs; `at` is where they are among those of the band. */
static void clpool_band_store(const clpool_band *band, int plane, int column, int count, const clpool_outputs *outputs,
                              int at, int pitch)
{
    clpool_index to = ((clpool_index)plane * band->out.y + band->first) * band->out.z + column;
    for (int h = 0; h < band->count; h++) {
        const clpool_row_names names =
            clpool_names_of_row(band->plane + plane, band->first + h, column, band->in, band->out, band->pad);
        clpool_store_row(outputs->value + at, outputs->tap + at, count, clpool_band_fusion(band, plane), names,
                         band->y + to, band->mask == 0 ? 0 : band->mask + to);
        at += pitch;
        to += band->out.z;
    }
}

/* Lanes from a column on that are outputs of the band. */
CLPOOL_INLINE int16 clpool_line_outputs(const clpool_band *band, const clpool_line *line, int column)
{
    int lanes[16];
    for (int i = 0; i < 16; i++) {
        const int plane = (column + i) / line->slot;
        lanes[i] = plane < band->planes && column + i - plane * line->slot < (int)band->out.z ? -1 : 0;
    }
    return vload16(0, lanes);
}

/* Makes the outputs of a band, and asks for what follows it in x. Returns whether a window found nothing above the
 * identity. */
static bool clpool_band_pool(const clpool_band *band, const clpool_line *line, const clpool_lane *padded,
                             clpool_outputs *outputs)
{
    const int out_width = (int)band->out.z;
    int16 lacking = 0;
    if (line->side == 1 && out_width >= 16) {
        __global const clpool_value *ahead[CLPOOL_WINDOW_D];
        for (int tap = 0; tap < CLPOOL_WINDOW_D; tap++) {
            ahead[tap] = band->x + clpool_band_row(band, clpool_band_slice(band, band->planes - 1, tap), band->end);
        }
        for (int column = 0; column < out_width; column += 16) {
            const int at = min(column, out_width - 16);
            lacking |= clpool_band_windows(band, line, padded + at * CLPOOL_STRIDE_W, outputs, 0, 16, ahead);
            clpool_band_store(band, 0, at, 16, outputs, 0, 16);
        }
        return any(lacking);
    }
    for (int column = 0; column < line->lanes; column += 16) {
        const int16 lanes =
            clpool_band_windows(band, line, padded + column * CLPOOL_STRIDE_W, outputs, column, line->lanes, 0);
        if (line->is_clipped && any(lanes)) {
            lacking |= lanes & clpool_line_outputs(band, line, column);
        }
    }
    for (int plane = 0; plane < band->planes; plane++) {
        clpool_band_store(band, plane, 0, out_width, outputs, plane * line->slot, line->lanes);
    }
    return any(lacking);
}

/* An output of the band. */
CLPOOL_INLINE clpool_place clpool_band_place(const clpool_band *band, int plane, int h, int w)
{
    const clpool_index number = band->plane + plane;
    clpool_place place;
    place.n = number / band->out.x;
    place.c = 0;
    place.spatial = (clpool_index4)(number - place.n * band->out.x, band->first + h, w, 0);
    return place;
}

/* The band tap by tap. */
static void clpool_band_slowly(const clpool_band *band)
{
    const clpool_index4 in = band->in;
    const clpool_index4 pitch = (clpool_index4)(in.y * in.z, in.z, 1, 0);
    for (int i = 0; i < band->planes * band->count; i++) {
        const int plane = i / band->count;
        const int h = i % band->count;
        const clpool_fusion fusion = clpool_band_fusion(band, plane);
        for (int w = 0; w < (int)band->out.z; w++) {
            const clpool_place place = clpool_band_place(band, plane, h, w);
            const clpool_index4 start = place.spatial * CLPOOL_STRIDE - band->pad;
            const clpool_index at = (plane * band->out.y + place.spatial.y) * band->out.z + w;
            uint winner;
            const clpool_value value =
                clpool_scan_clipped_fused(band->x + place.n * (in.x * in.y * in.z), pitch, in, CLPOOL_WINDOW,
                                          CLPOOL_WINDOW, CLPOOL_DILATION, start, fusion, &winner);
            band->y[at] = clpool_fuse_store(value, fusion);
            if (band->mask != 0) {
                band->mask[at] = clpool_mask_of_tap(winner, place, in, 1, start, CLPOOL_WINDOW, CLPOOL_DILATION);
            }
        }
    }
}

static void clpool_band_do(const clpool_band *band, const clpool_line *line, clpool_lane *padded,
                           clpool_outputs *outputs)
{
    clpool_lanes strange = 0;
    bool is_strange = false;
    for (int tap = 0; tap < CLPOOL_WINDOW_D; tap++) {
        clpool_band_load(band, line, tap, padded + tap * clpool_band_pitch(band, line), &strange);
    }
#if CLPOOL_IS_FLOAT
    is_strange = CLPOOL_IS_STRANGE(strange);
#endif
    if (is_strange || clpool_band_pool(band, line, padded, outputs)) {
        clpool_band_slowly(band);
    }
}

/* A line of so many planes. */
static inline void clpool_line_of(int side, clpool_index4 in, clpool_index4 out, clpool_index4 pad, clpool_line *line)
{
    const int out_width = (int)out.z;
    const int before = (int)pad.z;
    const int reach = (out_width - 1) * CLPOOL_STRIDE_W + CLPOOL_ROWS_EXTENT_W;
    line->side = side;
    line->used = max(min((int)in.z, reach - before), 0);
    line->slot = max(out_width, clpool_divide_up(max(line->used, reach - 2 * before) + before, CLPOOL_STRIDE_W));
    line->lanes = clpool_divide_up((side - 1) * line->slot + out_width, 16) * 16;
    const int windows = line->lanes * CLPOOL_STRIDE_W + CLPOOL_ROWS_EXTENT_W + 1; /* clpool_strided reads pairs */
    const int elements = (side - 1) * line->slot * CLPOOL_STRIDE_W + before + max(line->used, 16);
    line->width = clpool_divide_up(max(windows, elements), 16) * 16;
    line->is_clipped = pad.z > 0 || pad.y > 0 || pad.x > 0 || reach > (int)in.z ||
                       ((int)out.y - 1) * CLPOOL_STRIDE_H + CLPOOL_ROWS_EXTENT_H > (int)in.y ||
                       (out.x - 1) * CLPOOL_STRIDE_D + CLPOOL_EXTENT_D > in.x;
}

/* Output rows of a band, at most; below 1 if the line does not fit. */
static inline int clpool_line_rows(const clpool_line *line, clpool_index4 out)
{
    const int width = line->width * CLPOOL_WINDOW_D; /* of rows under all taps along D */
    const int rows = min(CLPOOL_ROWS_MOST, CLPOOL_ROWS_PADDED / width);
    const int kept = line->side > 1 || (int)out.z < 16 ? line->lanes : 16;
    const int most = min(CLPOOL_ROWS_OUTPUTS / kept, (int)out.y);
    const int fitting = rows < CLPOOL_ROWS_EXTENT_H ? 0 : (rows - CLPOOL_ROWS_EXTENT_H) / CLPOOL_STRIDE_H + 1;
    const int wanted = (CLPOOL_ROWS_BAND / width - CLPOOL_ROWS_EXTENT_H) / CLPOOL_STRIDE_H + 1;
    return min(line->side > 1 ? fitting : min(fitting, max(wanted, 2)), most);
}

/* So many planes side by side that vectors are well filled. */
static inline void clpool_line_choose(clpool_index4 in, clpool_index4 out, clpool_index4 pad, clpool_index planes,
                                      clpool_line *best)
{
    clpool_line_of(1, in, out, pad, best);
    const int most = (int)out.z > CLPOOL_ROWS_NARROW ? 1 : (int)min(planes, (clpool_index)CLPOOL_ROWS_SIDE);
    for (int side = 2; side <= most; side++) {
        clpool_line line;
        clpool_line_of(side, in, out, pad, &line);
        const bool is_better = line.lanes * best->side * 20 < best->lanes * side * 19;
        const int rows = ((int)out.y - 1) * CLPOOL_STRIDE_H + CLPOOL_ROWS_EXTENT_H;
        const int elements = line.width * rows * CLPOOL_WINDOW_D;
        if (is_better && elements <= CLPOOL_ROWS_GROUP && clpool_line_rows(&line, out) == (int)out.y) {
            *best = line;
        }
    }
}

static inline void clpool_rows_max(__global const clpool_value *x, __global clpool_value *y, __global clpool_mask *mask,
                                   clpool_index items, clpool_index4 in, clpool_index4 out, clpool_index4 pad,
                                   clpool_fusion fusion)
{
    __attribute__((aligned(64))) clpool_lane padded[CLPOOL_ROWS_PADDED];
    __attribute__((aligned(64))) clpool_outputs outputs;
    const clpool_index planes = items / (out.y * out.z); /* those of axis D are planes too */
    const ulong worker = get_global_id(0);
    const ulong workers = get_global_size(0);
    clpool_line line;
    clpool_line_choose(in, out, pad, planes, &line);
    const clpool_index groups = (planes + line.side - 1) / line.side;
    const int least = clpool_divide_up((int)out.y, clpool_line_rows(&line, out));
    /* Where groups are few, bands must keep all compute units busy; but rows at their edges are loaded twice. */
    const int wanted = (int)((workers / 4 + (ulong)groups - 1) / (ulong)groups);
    const int bands = max(least, min(wanted, (int)out.y * CLPOOL_STRIDE_H / CLPOOL_ROWS_EXTENT_H));
    const ulong units = (ulong)groups * (ulong)bands;
    clpool_band band;
    band.in = in;
    band.out = out;
    band.pad = pad;
    band.fusion = fusion;
    band.x = x;
    band.elements = planes / out.x * in.x * (in.y * in.z);
    clpool_clear_row(padded, min(CLPOOL_ROWS_MOST * CLPOOL_WINDOW_D, CLPOOL_ROWS_PADDED / line.width) * line.width);
    for (ulong unit = worker * units / workers; unit < (worker + 1) * units / workers; unit++) {
        const clpool_index plane = (clpool_index)(unit / (ulong)bands) * line.side;
        const long which = (long)(unit % (ulong)bands);
        band.y = y + plane * (out.y * out.z);
        band.mask = mask == 0 ? 0 : mask + plane * (out.y * out.z);
        band.planes = (int)min((clpool_index)line.side, planes - plane);
        band.plane = plane;
        band.first = (int)(which * (long)out.y / bands);
        band.count = (int)((which + 1) * (long)out.y / bands) - band.first;
        const int top = band.first * CLPOOL_STRIDE_H - (int)pad.y;
        band.begin = min(max(-top, 0), clpool_band_rows(&band));
        band.end = max(min((int)in.y - top, clpool_band_rows(&band)), band.begin);
        if (band.count > 0) {
            clpool_band_do(&band, &line, padded, &outputs);
        }
    }
}

__kernel __attribute__((reqd_work_group_size(1, 1, 1))) void
clpool_rows_forward(__global const clpool_value *x, ulong x_offset, __global clpool_value *y, ulong y_offset,
                    clpool_index items, clpool_index4 in, clpool_index4 out, clpool_index4 pad CLPOOL_FUSION_ARGUMENTS)
{
    clpool_rows_max(x + x_offset, y + y_offset, 0, items, in, out, pad, CLPOOL_FUSION);
}

__kernel __attribute__((reqd_work_group_size(1, 1, 1))) void
clpool_rows_forward_mask(__global const clpool_value *x, ulong x_offset, __global clpool_value *y, ulong y_offset,
                         __global clpool_mask *mask, ulong mask_offset, clpool_index items, clpool_index4 in,
                         clpool_index4 out, clpool_index4 pad CLPOOL_FUSION_ARGUMENTS)
{
    clpool_rows_max(x + x_offset, y + y_offset, mask + mask_offset, items, in, out, pad, CLPOOL_FUSION);
}

#endif
