/* SPDX-License-Identifier: Apache-2.0
 *
 * strips.cl: maximum of small windows in planes with channels last, on devices whose work-items have wide vectors of
 * their own (CPUs). Forward, a work-item takes strips, a few neighbouring columns of outputs of 16 channels, and goes
 * down their rows: each input row is reduced along the width once, in registers, and joins the outputs that are open
 * then. Backward, it takes runs of elements, and loads each gradient once for all elements of a run; or, where windows
 * share none, each element in memory order.
 *
 * Reads    x (forward) or dy and mask (backward), from their offsets in elements on; with `accumulate` dx.
 * Writes   y and mask (forward) or dx (backward), each element at least once, always the same value.
 * Launch   one dimension, groups of one work-item; any number of them, which share the strips, or the rows of runs.
 * Ranges   dense tensors, channels last, at least 16 of them; axis D has a window of 1 and no padding, stride 1; no
 *          dilation; masks in the window form, backward with any values and strides of 7 at most.
 * Rules    as generic.cl, the same bits. The fast way forward knows no NaN, and cannot tell padding from -inf; where a
 *          strip holds what it does not know, it is done again tap by tap.
 * Options  value.cl's, and direct.cl's constants. Not for f64; no backward for integer types.
 */

#if !CLPOOL_DTYPE_F64

#define CLPOOL_ALL _Pragma("unroll")
#if CLPOOL_STRIDE_H > 3
#define CLPOOL_ROWS _Pragma("nounroll")
#else
#define CLPOOL_ROWS CLPOOL_ALL
#endif

/* Outputs that an input row may belong to, along the height. */
#define CLPOOL_STRIP_OPEN ((CLPOOL_WINDOW_H + CLPOOL_STRIDE_H - 1) / CLPOOL_STRIDE_H)
/* Rows of inputs from one row of outputs to the next. */
#define CLPOOL_STRIP_ROWS (CLPOOL_STRIDE_H < CLPOOL_WINDOW_H ? CLPOOL_STRIDE_H : CLPOOL_WINDOW_H)
/* Columns of outputs: what is open, and a row's winners, stay in registers. */
#define CLPOOL_STRIP_COLUMNS (CLPOOL_STRIP_OPEN <= 3 ? 4 : CLPOOL_STRIP_OPEN <= 5 ? 2 : 1)
#define CLPOOL_STRIP_INPUTS ((CLPOOL_STRIP_COLUMNS - 1) * CLPOOL_STRIDE_W + CLPOOL_WINDOW_W) /* columns of inputs */

typedef CLPOOL_LANES(16) clpool_lanes;

/* Winners of one column's outputs: values and taps. */
typedef struct {
    clpool_lanes value[CLPOOL_STRIP_COLUMNS];
    int16 tap[CLPOOL_STRIP_COLUMNS];
} clpool_winners;

/* One strip. */
typedef struct {
    __global const clpool_value *x; /* its image and channels */
    __global clpool_value *y;
    __global clpool_mask *mask; /* or 0 */
    clpool_index4 in;
    clpool_index4 out;
    clpool_index4 pad;
    clpool_index channels;
    clpool_index channel; /* its first */
    clpool_index column;  /* of outputs */
    clpool_index row;
    clpool_index rows;
    clpool_fusion fusion; /* of its first channel */
} clpool_strip;

/* What a strip found that it does not know: a NaN in `sum`, or the identity as the least of its outputs. */
typedef struct {
    clpool_lanes sum;
    clpool_lanes least;
} clpool_doubts;

/* One input row of a strip, which begins at x; padding where columns lie outside the tensor, unless all are inside. */
CLPOOL_INLINE void clpool_strip_load(const clpool_strip *strip, __global const clpool_value *x, bool is_inside,
                                     clpool_lanes lanes[CLPOOL_STRIP_INPUTS], clpool_doubts *doubts)
{
    const clpool_index begin = strip->column * CLPOOL_STRIDE_W - strip->pad.z;
    clpool_lanes sum = 0;
    CLPOOL_ALL for (int i = 0; i < CLPOOL_STRIP_INPUTS; i++)
    {
        const clpool_index column = begin + i;
        lanes[i] = (clpool_lanes)(CLPOOL_LANE_NONE);
        if (is_inside || (column >= 0 && column < strip->in.z)) {
            lanes[i] = clpool_fuse_load16(CLPOOL_LOAD(16, x + column * strip->channels), strip->fusion);
#if CLPOOL_IS_FLOAT
            /* as CLPOOL_WATCH_ALL, but at once, since registers are few */
            if (!is_inside || (i == CLPOOL_STRIP_INPUTS - 1 && i % 2 == 0)) {
                sum += lanes[i];
            } else if (i % 2 != 0) {
                sum = CLPOOL_MULTIPLY_ADD(lanes[i - 1], lanes[i], sum);
            }
#endif
        }
    }
    doubts->sum += sum;
}

/* The winners of a strip's windows in one input row. */
CLPOOL_INLINE void clpool_strip_row(const clpool_lanes lanes[CLPOOL_STRIP_INPUTS], clpool_winners *winners)
{
    CLPOOL_ALL for (int i = 0; i < CLPOOL_STRIP_COLUMNS; i++)
    {
        const int first = i * CLPOOL_STRIDE_W;
        winners->value[i] = lanes[first];
        winners->tap[i] = 0;
        CLPOOL_ALL for (int w = 1; w < CLPOOL_WINDOW_W; w++)
        {
            const int16 greater = lanes[first + w] > winners->value[i];
            winners->value[i] = greater ? lanes[first + w] : winners->value[i];
            winners->tap[i] = select(winners->tap[i], (int16)(w), greater);
        }
    }
}

/* A row's winners join an output of which it is the h-th row. */
CLPOOL_INLINE void clpool_strip_join(const clpool_winners *row, int h, clpool_winners *output)
{
    CLPOOL_ALL for (int i = 0; i < CLPOOL_STRIP_COLUMNS; i++)
    {
        const int16 greater = row->value[i] > output->value[i];
        output->value[i] = greater ? row->value[i] : output->value[i];
        output->tap[i] = select(output->tap[i], row->tap[i] + h * CLPOOL_WINDOW_W, greater);
    }
}

/* Stores a row of outputs. */
CLPOOL_INLINE void clpool_strip_store(const clpool_strip *strip, clpool_index row, bool is_inside, bool is_clipped,
                                      const clpool_winners *winners, clpool_doubts *doubts)
{
    const clpool_index at = (row * strip->out.z + strip->column) * strip->channels;
    CLPOOL_ALL for (int i = 0; i < CLPOOL_STRIP_COLUMNS; i++)
    {
        if (is_inside || strip->column + i < strip->out.z) {
            if (is_clipped)
                doubts->least = winners->value[i] < doubts->least ? winners->value[i] : doubts->least;
            CLPOOL_STORE(16, clpool_fuse_store16(winners->value[i], strip->fusion),
                         strip->y + at + i * strip->channels);
            if (strip->mask != 0) {
                CLPOOL_STORE_TAPS(16, winners->tap[i] | CLPOOL_CUT(16, winners->value[i]),
                                  strip->mask + at + i * strip->channels);
            }
        }
    }
}

/* Goes down a strip; whether a window hung over the tensor's edges. */
CLPOOL_INLINE bool clpool_strip_walk(const clpool_strip *strip, bool is_inside, clpool_doubts *doubts)
{
    clpool_winners open[CLPOOL_STRIP_OPEN];
    bool is_clipped = !is_inside;
    for (clpool_index o = strip->row; o < strip->row + strip->rows + CLPOOL_STRIP_OPEN - 1; o++) {
        CLPOOL_ALL for (int i = 0; i < CLPOOL_STRIP_COLUMNS; i++)
        {
            open[0].value[i] = (clpool_lanes)(CLPOOL_LANE_NONE);
            open[0].tap[i] = 0;
        }
        CLPOOL_ROWS for (int row = 0; row < CLPOOL_STRIP_ROWS; row++)
        {
            const clpool_index h = o * CLPOOL_STRIDE_H - strip->pad.y + row;
            if (h >= 0 && h < strip->in.y) {
                clpool_lanes lanes[CLPOOL_STRIP_INPUTS];
                clpool_winners winners;
                clpool_strip_load(strip, strip->x + h * strip->in.z * strip->channels, is_inside, lanes, doubts);
                clpool_strip_row(lanes, &winners);
                CLPOOL_ALL for (int j = 0; j < CLPOOL_STRIP_OPEN; j++)
                {
                    if (row == 0 && j == 0) {
                        open[0] = winners;
                    } else if (row + j * CLPOOL_STRIDE_H < CLPOOL_WINDOW_H) {
                        clpool_strip_join(&winners, row + j * CLPOOL_STRIDE_H, &open[j]);
                    }
                }
            } else {
                is_clipped = true;
            }
        }
        if (o - (CLPOOL_STRIP_OPEN - 1) >= strip->row) {
            clpool_strip_store(strip, o - (CLPOOL_STRIP_OPEN - 1), is_inside, is_clipped, &open[CLPOOL_STRIP_OPEN - 1],
                               doubts);
        }
        CLPOOL_ALL for (int j = CLPOOL_STRIP_OPEN - 1; j > 0; j--)
        {
            open[j] = open[j - 1];
        }
    }
    return is_clipped;
}

/* A strip tap by tap. */
static void clpool_strip_slowly(const clpool_strip *strip)
{
    const clpool_index4 window = (clpool_index4)(1, CLPOOL_WINDOW_H, CLPOOL_WINDOW_W, 1);
    const clpool_index4 pitch = (clpool_index4)(0, strip->in.z, 1, 0) * strip->channels;
    for (clpool_index row = strip->row; row < strip->row + strip->rows; row++) {
        for (clpool_index w = strip->column; w < min(strip->column + CLPOOL_STRIP_COLUMNS, strip->out.z); w++) {
            const clpool_index4 start =
                (clpool_index4)(0, row * CLPOOL_STRIDE_H - strip->pad.y, w * CLPOOL_STRIDE_W - strip->pad.z, 0);
            const clpool_index at = (row * strip->out.z + w) * strip->channels;
            for (clpool_index c = 0; c < 16; c++) {
                uint winner;
                const clpool_fusion fusion = clpool_at_channel(strip->fusion, strip->channel + c);
                const clpool_value value =
                    clpool_scan_clipped_fused(strip->x + c, pitch, strip->in, window, window,
                                              (clpool_index4)(1, 1, 1, 1), start, fusion, &winner);
                strip->y[at + c] = clpool_fuse_store(value, fusion);
                if (strip->mask != 0) {
                    strip->mask[at + c] = (clpool_mask)winner;
                }
            }
        }
    }
}

static void clpool_strip_pool(const clpool_strip *strip)
{
    const clpool_index begin = strip->column * CLPOOL_STRIDE_W - strip->pad.z;
    const clpool_index end = begin + CLPOOL_STRIP_INPUTS;
    clpool_doubts doubts;
    bool is_clipped;
    doubts.sum = 0;
    doubts.least = (clpool_lanes)(0);
    if (begin >= 0 && end <= strip->in.z && strip->column + CLPOOL_STRIP_COLUMNS <= strip->out.z) {
        is_clipped = clpool_strip_walk(strip, true, &doubts);
    } else {
        is_clipped = clpool_strip_walk(strip, false, &doubts);
    }
    if (CLPOOL_IS_STRANGE(doubts.sum) || (is_clipped && any(doubts.least == (clpool_lanes)(CLPOOL_LANE_NONE)))) {
        clpool_strip_slowly(strip);
    }
}

/* Rows of outputs that a strip goes down, about: few, so that strips come soon to where the one before them was. */
#define CLPOOL_STRIP_BAND 8

/* How the work is divided into units: by rows, and where that leaves work-items without one, by channels. A unit's
 * strips may overlap, and so may its channels, so that each is whole; those of two units do not. */
typedef struct {
    clpool_index parts; /* of the channels */
    clpool_index bands; /* of the rows */
    ulong units;
} clpool_division;

static inline clpool_division clpool_divide_strips(clpool_index images, clpool_index blocks, clpool_index rows)
{
    const ulong workers = (get_global_size(0) + 3) / 4;
    clpool_division division;
    division.bands = max(rows / CLPOOL_STRIP_BAND, (clpool_index)1);
    const ulong bands = (ulong)images * (ulong)division.bands;
    division.parts = (clpool_index)min((workers + bands - 1) / bands, max((ulong)blocks / 2, (ulong)1));
    division.units = bands * (ulong)division.parts;
    return division;
}

static inline void clpool_strips_max(__global const clpool_value *x, __global clpool_value *y,
                                     __global clpool_mask *mask, clpool_index items, clpool_index4 in,
                                     clpool_index4 out, clpool_index4 pad, clpool_index channels, clpool_fusion fusion)
{
    const clpool_index step = 16;
    const clpool_index blocks = (channels + step - 1) / step;
    const clpool_division division = clpool_divide_strips(items / (out.y * out.z * channels), blocks, out.y);
    const ulong worker = get_global_id(0);
    const ulong workers = get_global_size(0);
    clpool_strip strip;
    strip.in = in;
    strip.out = out;
    strip.pad = pad;
    strip.channels = channels;
    for (clpool_index unit = (clpool_index)(worker * division.units / workers);
         unit < (clpool_index)((worker + 1) * division.units / workers); unit++) {
        const clpool_index part = unit % division.parts;
        const clpool_index band = unit / division.parts % division.bands;
        const clpool_index image = unit / division.parts / division.bands;
        strip.row = (clpool_index)((ulong)band * (ulong)out.y / (ulong)division.bands);
        strip.rows = (clpool_index)(((ulong)band + 1) * (ulong)out.y / (ulong)division.bands) - strip.row;
        for (clpool_index column = 0; column < out.z; column += CLPOOL_STRIP_COLUMNS) {
            strip.column = max(min(column, out.z - CLPOOL_STRIP_COLUMNS), (clpool_index)0);
            for (clpool_index block = part * blocks / division.parts; block < (part + 1) * blocks / division.parts;
                 block++) {
                const clpool_index c = min(block * step, channels - step);
                strip.channel = c;
                strip.fusion = clpool_at_channel(fusion, c);
                strip.x = x + image * in.y * in.z * channels + c;
                strip.y = y + image * out.y * out.z * channels + c;
                strip.mask = mask == 0 ? 0 : mask + image * out.y * out.z * channels + c;
                clpool_strip_pool(&strip);
            }
        }
    }
}

__kernel __attribute__((reqd_work_group_size(1, 1, 1))) void
clpool_strips_forward(__global const clpool_value *x, ulong x_offset, __global clpool_value *y, ulong y_offset,
                      clpool_index items, clpool_index4 in, clpool_index4 out, clpool_index4 pad,
                      clpool_index channels CLPOOL_FUSION_ARGUMENTS)
{
    clpool_strips_max(x + x_offset, y + y_offset, 0, items, in, out, pad, channels, CLPOOL_FUSION);
}

__kernel __attribute__((reqd_work_group_size(1, 1, 1))) void
clpool_strips_forward_mask(__global const clpool_value *x, ulong x_offset, __global clpool_value *y, ulong y_offset,
                           __global clpool_mask *mask, ulong mask_offset, clpool_index items, clpool_index4 in,
                           clpool_index4 out, clpool_index4 pad, clpool_index channels CLPOOL_FUSION_ARGUMENTS)
{
    clpool_strips_max(x + x_offset, y + y_offset, mask + mask_offset, items, in, out, pad, channels, CLPOOL_FUSION);
}

#if CLPOOL_IS_FLOAT

#if CLPOOL_WINDOW_H > 3 * CLPOOL_STRIDE_H
#define CLPOOL_RUN_ROWS _Pragma("nounroll")
#else
#define CLPOOL_RUN_ROWS CLPOOL_ALL
#endif

/* Windows along the width that may hold an element. */
#define CLPOOL_RUN_OPEN ((CLPOOL_WINDOW_W + CLPOOL_STRIDE_W - 1) / CLPOOL_STRIDE_W)
/* Windows that begin in a run, elements of it, and windows that reach it, all along the width. */
#define CLPOOL_RUN_BEGINS (CLPOOL_STRIDE_W == 1 ? 4 : 1)
#define CLPOOL_RUN_WIDTH (CLPOOL_RUN_BEGINS * CLPOOL_STRIDE_W)
#define CLPOOL_RUN_WINDOWS (CLPOOL_RUN_OPEN - 1 + CLPOOL_RUN_BEGINS)

/* A run of neighbouring elements, in as many rows as a stride has: the same windows reach all of them. */
typedef struct {
    __global const clpool_value *dy; /* its image */
    __global const clpool_mask *mask;
    __global clpool_value *dx;
    clpool_index4 in;
    clpool_index4 out;
    clpool_index4 pad;
    clpool_index channels;
    clpool_index row; /* of outputs whose windows begin in its first row, and so the column */
    clpool_index column;
    int accumulate;
} clpool_run;

/* Adds the gradients of the windows of one row of outputs, the `before`-th before the run's. */
CLPOOL_INLINE void clpool_run_add(const clpool_run *run, clpool_index c, int before, bool is_inside,
                                  float16 sums[CLPOOL_STRIDE_H * CLPOOL_RUN_WIDTH])
{
    const clpool_index column = run->column - (CLPOOL_RUN_OPEN - 1);
    const clpool_index from = ((run->row - before) * run->out.z + column) * run->channels + c;
    CLPOOL_ALL for (int i = 0; i < CLPOOL_RUN_WINDOWS; i++)
    {
        if (is_inside || (column + i >= 0 && column + i < run->out.z)) {
            const float16 gradients = CLPOOL_LOAD(16, run->dy + from + i * run->channels);
            const int16 named = CLPOOL_LOAD_TAPS(16, run->mask + from + i * run->channels);
            CLPOOL_ALL for (int place = 0; place < CLPOOL_STRIDE_H * CLPOOL_RUN_WIDTH; place++)
            {
                const int h = before * CLPOOL_STRIDE_H + place / CLPOOL_RUN_WIDTH;
                const int w = (CLPOOL_RUN_OPEN - 1 - i) * CLPOOL_STRIDE_W + place % CLPOOL_RUN_WIDTH;
                if (h < CLPOOL_WINDOW_H && w >= 0 && w < CLPOOL_WINDOW_W) {
                    sums[place] = named == (int16)(h * CLPOOL_WINDOW_W + w) ? sums[place] + gradients : sums[place];
                }
            }
        }
    }
}

#define CLPOOL_LANE_NUMBERS ((int16)(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15))

/* Stores the sums of 16 channels of one element; with `accumulate` those before `first` are stored already. */
CLPOOL_INLINE void clpool_element_store(float16 sums, int first, bool accumulate, __global clpool_value *dx)
{
    if (accumulate) {
        const float16 kept = CLPOOL_LOAD(16, dx);
        sums = CLPOOL_LANE_NUMBERS < first ? kept : kept + sums;
    }
    CLPOOL_SETTLE_NAN(16, sums);
    CLPOOL_ROUND(16, sums, dx);
}

/* Stores the sums of 16 channels of a run. */
CLPOOL_INLINE void clpool_run_store(const clpool_run *run, clpool_index c, int first, bool is_plain,
                                    float16 sums[CLPOOL_STRIDE_H * CLPOOL_RUN_WIDTH])
{
    const clpool_index4 begin =
        (clpool_index4)(0, run->row * CLPOOL_STRIDE_H, run->column * CLPOOL_STRIDE_W, 0) - run->pad;
    CLPOOL_ALL for (int place = 0; place < CLPOOL_STRIDE_H * CLPOOL_RUN_WIDTH; place++)
    {
        const clpool_index h = begin.y + place / CLPOOL_RUN_WIDTH;
        const clpool_index w = begin.z + place % CLPOOL_RUN_WIDTH;
        if (is_plain || (h >= 0 && h < run->in.y && w >= 0 && w < run->in.z)) {
            clpool_element_store(sums[place], first, !is_plain && run->accumulate,
                                 run->dx + (h * run->in.z + w) * run->channels + c);
        }
    }
}

CLPOOL_INLINE void clpool_run_sum(const clpool_run *run, bool is_plain)
{
    for (clpool_index step = 0; step < run->channels; step += 16) {
        const clpool_index c = min(step, run->channels - 16);
        float16 sums[CLPOOL_STRIDE_H * CLPOOL_RUN_WIDTH];
        CLPOOL_ALL for (int place = 0; place < CLPOOL_STRIDE_H * CLPOOL_RUN_WIDTH; place++)
        {
            sums[place] = 0;
        }
        CLPOOL_RUN_ROWS for (int before = CLPOOL_STRIP_OPEN - 1; before >= 0; before--)
        {
            if (is_plain || (run->row - before >= 0 && run->row - before < run->out.y)) {
                clpool_run_add(run, c, before, is_plain, sums);
            }
        }
        clpool_run_store(run, c, (int)(step - c), is_plain, sums);
    }
}

#if CLPOOL_STRIDE_H >= CLPOOL_WINDOW_H && CLPOOL_STRIDE_W >= CLPOOL_WINDOW_W

/* All channels of an element, which is the `tap`-th of no window but the one at `from`. */
CLPOOL_INLINE void clpool_element_take(const clpool_run *run, clpool_index from, int tap, __global clpool_value *dx)
{
    for (clpool_index step = 0; step < run->channels; step += 16) {
        const clpool_index c = min(step, run->channels - 16);
        const float16 gradients = CLPOOL_LOAD(16, run->dy + from + c);
        const int16 named = CLPOOL_LOAD_TAPS(16, run->mask + from + c);
        clpool_element_store(named == (int16)(tap) ? 0.0f + gradients : (float16)(0.0f), (int)(step - c),
                             run->accumulate, dx + c);
    }
}

/* All channels of an element that is in no window. */
CLPOOL_INLINE void clpool_element_leave(const clpool_run *run, __global clpool_value *dx)
{
    for (clpool_index step = 0; step < run->channels; step += 16) {
        const clpool_index c = min(step, run->channels - 16);
        clpool_element_store((float16)(0.0f), (int)(step - c), run->accumulate, dx + c);
    }
}

/* One row of runs: as windows share no element, in the order in which elements lie in memory. The sums of a run would
 * be stored far apart. */
static void clpool_run_row(clpool_run run)
{
    for (int i = 0; i < CLPOOL_STRIDE_H; i++) {
        const clpool_index h = run.row * CLPOOL_STRIDE_H - run.pad.y + i;
        for (clpool_index w = 0; w < run.in.z && h >= 0 && h < run.in.y; w++) {
            __global clpool_value *dx = run.dx + (h * run.in.z + w) * run.channels;
            const int tap = (int)((w + run.pad.z) % CLPOOL_STRIDE_W);
            run.column = (w + run.pad.z) / CLPOOL_STRIDE_W;
            if (i < CLPOOL_WINDOW_H && tap < CLPOOL_WINDOW_W && run.row < run.out.y && run.column < run.out.z) {
                clpool_element_take(&run, (run.row * run.out.z + run.column) * run.channels, i * CLPOOL_WINDOW_W + tap,
                                    dx);
            } else {
                clpool_element_leave(&run, dx);
            }
        }
    }
}

#else

/* One row of runs. */
static void clpool_run_row(clpool_run run)
{
    const clpool_index top = run.row * CLPOOL_STRIDE_H - run.pad.y;
    const bool is_whole = !run.accumulate && top >= 0 && top + CLPOOL_STRIDE_H <= run.in.y &&
                          run.row >= CLPOOL_STRIP_OPEN - 1 && run.row < run.out.y;
    for (run.column = run.pad.z / CLPOOL_STRIDE_W; run.column * CLPOOL_STRIDE_W < run.in.z + run.pad.z;
         run.column += CLPOOL_RUN_BEGINS) {
        const clpool_index begin = run.column * CLPOOL_STRIDE_W - run.pad.z;
        if (is_whole && begin >= 0 && begin + CLPOOL_RUN_WIDTH <= run.in.z && run.column >= CLPOOL_RUN_OPEN - 1 &&
            run.column + CLPOOL_RUN_BEGINS <= run.out.z) {
            clpool_run_sum(&run, true);
        } else {
            clpool_run_sum(&run, false);
        }
    }
}

#endif

__kernel __attribute__((reqd_work_group_size(1, 1, 1))) void
clpool_strips_backward(__global const clpool_value *dy, ulong dy_offset, __global const clpool_mask *mask,
                       ulong mask_offset, __global clpool_value *dx, ulong dx_offset, int accumulate,
                       clpool_index items, clpool_index4 in, clpool_index4 out, clpool_index4 pad,
                       clpool_index channels)
{
    const clpool_index first = pad.y / CLPOOL_STRIDE_H;
    const clpool_index rows = (in.y + pad.y - 1) / CLPOOL_STRIDE_H + 1 - first;
    const ulong units = (ulong)(items / (in.y * in.z * channels)) * (ulong)rows;
    const ulong worker = get_global_id(0);
    const ulong workers = get_global_size(0);
    clpool_run run;
    run.in = in;
    run.out = out;
    run.pad = pad;
    run.channels = channels;
    run.accumulate = accumulate;
    for (ulong unit = worker * units / workers; unit < (worker + 1) * units / workers; unit++) {
        const clpool_index image = (clpool_index)(unit / (ulong)rows);
        run.row = first + (clpool_index)(unit % (ulong)rows);
        run.dy = dy + dy_offset + (ulong)(image * out.y * out.z * channels);
        run.mask = mask + mask_offset + (ulong)(image * out.y * out.z * channels);
        run.dx = dx + dx_offset + (ulong)(image * in.y * in.z * channels);
        clpool_run_row(run);
    }
}

#endif

#endif
