/* SPDX-License-Identifier: Apache-2.0
 *
 * sweeps.cl: maximum of large windows in planes, on devices whose work-items have wide vectors of their own (CPUs), by
 * the algorithm of van Herk, Gil and Werman. Lanes are 16 channels or, with channels first, 16 planes, which are
 * transposed on their way in and out. A work-item takes blocks of outputs: each row of elements, and then each column of
 * the rows' winners, is cut into pieces as long as a window, and swept both ways from each cut. What a window has before
 * the cut that it spans, and what it has behind, are winners of such sweeps. So three comparisons an axis make an
 * output, however large windows are.
 *
 * Reads    x, from its offset in elements on.
 * Writes   y and mask, each element at least once, always the same value.
 * Launch   one dimension, groups of one work-item; any number of them, which share the blocks.
 * Ranges   dense tensors; axis D has a window of 1 and no padding, stride 1; no dilation; each window has an element; at
 *          least 16 channels or, with channels first, 16 planes; masks in the window form; windows within the limits
 *          below.
 * Rules    as generic.cl, the same bits. Blocks with a NaN are swept by its rules, those without by simpler ones.
 * Options  value.cl's, and direct.cl's constants. Not for f64.
 */

#define CLPOOL_SWEEPS_FIELD 1024 /* elements, or outputs, of a block at a time, of each plane */
#define CLPOOL_SWEEPS_ROWS 4096  /* winners of a block's rows */
#define CLPOOL_SWEEPS_LINES 2    /* rows or columns swept at a time */

#define CLPOOL_SWEEPS_PIECE (CLPOOL_WINDOW_H > CLPOOL_WINDOW_W ? CLPOOL_WINDOW_H : CLPOOL_WINDOW_W)
#define CLPOOL_ALL _Pragma("unroll")
#define CLPOOL_ALL_LINES CLPOOL_ALL for (int line = 0; line < CLPOOL_SWEEPS_LINES; line++)

#if !CLPOOL_DTYPE_F64

typedef CLPOOL_LANES(16) clpool_lanes;

/* Taps as a mask holds them; until they count from their window's begin, they may wrap around. */
#if CLPOOL_MASK_BITS == 8
typedef uchar16 clpool_numbers;
#define CLPOOL_CHOICE(lanes) convert_uchar16(lanes)
#define CLPOOL_STORE_NUMBERS(taps, mask) CLPOOL_PUT(uchar, 16, mask, taps)
#elif CLPOOL_MASK_BITS == 16
typedef ushort16 clpool_numbers;
#define CLPOOL_CHOICE(lanes) convert_ushort16(lanes)
#define CLPOOL_STORE_NUMBERS(taps, mask) CLPOOL_PUT(ushort, 16, mask, taps)
#else
typedef uint16 clpool_numbers;
#define CLPOOL_CHOICE(lanes) as_uint16(lanes)
#define CLPOOL_STORE_NUMBERS(taps, mask) CLPOOL_PUT(uint, 16, mask, taps)
#endif

/* Winners of 16 planes. */
typedef struct {
    clpool_lanes value;
    clpool_numbers tap;
} clpool_winners;

/* One axis of a block. */
typedef struct {
    int first; /* element */
    int in;    /* elements */
    int out;   /* windows */
    int pad;   /* places by which the first window begins before the first element */
} clpool_extent;

/* Rows or columns of winners, which are swept at the same time. */
typedef struct {
    clpool_lanes *value;
    clpool_numbers *tap;
    long pitch;     /* of winners in a line */
    long apart;     /* of lines */
    long tap_apart; /* of their taps */
} clpool_lines;

/* A block of outputs of 16 planes. */
typedef struct {
    __global const clpool_value *x; /* its first element */
    __global clpool_value *y;
    __global clpool_mask *mask; /* or 0 */
    clpool_index x_row;         /* pitch of rows */
    clpool_index y_row;
    clpool_index x_pitch; /* of planes or, with channels last, of the elements of a row */
    clpool_index y_pitch;
    clpool_extent h;
    clpool_extent w;
} clpool_block;

/* What a work-item has of a block. */
typedef struct {
    clpool_lanes value[CLPOOL_SWEEPS_FIELD]; /* of elements, and then of outputs */
    clpool_numbers tap[CLPOOL_SWEEPS_FIELD];
    clpool_lanes row_value[CLPOOL_SWEEPS_ROWS];
    clpool_numbers row_tap[CLPOOL_SWEEPS_ROWS];
    clpool_lanes strange;
} clpool_field;

static inline int clpool_divide_up(int a, int b)
{
    return (a + b - 1) / b;
}

/* The winners of two parts of windows, all taps of one of which come first. */
CLPOOL_INLINE clpool_winners clpool_join(clpool_winners first, clpool_winners second, bool knows_nan)
{
    int16 wins = second.value > first.value;
#if CLPOOL_IS_FLOAT
    if (knows_nan) {
        wins |= CLPOOL_NAN_IGNORE ? isnan(first.value) & ~isnan(second.value) : isnan(second.value);
    }
#else
    (void)knows_nan;
#endif
    first.value = wins ? second.value : first.value;
    first.tap = select(first.tap, second.tap, CLPOOL_CHOICE(wins));
    return first;
}

CLPOOL_INLINE clpool_winners clpool_lines_get(const clpool_lines *lines, int line, long i)
{
    clpool_winners winners;
    winners.value = lines->value[line * lines->apart + i * lines->pitch];
    winners.tap = lines->tap[line * lines->tap_apart + i * lines->pitch];
    return winners;
}

CLPOOL_INLINE void clpool_lines_put(const clpool_lines *lines, int line, long i, clpool_winners winners)
{
    lines->value[line * lines->apart + i * lines->pitch] = winners.value;
    lines->tap[line * lines->tap_apart + i * lines->pitch] = winners.tap;
}

/* The winners of all windows of some lines. To the taps of the i-th windows is added base - i * step, and more from line
 * to line. An element that is compared twice changes nothing, so that no loop has to mind where others end. */
CLPOOL_INLINE void clpool_sweep(const clpool_extent *extent, int window, int stride, const clpool_lines *from,
                                const clpool_lines *to, int base, int base_step, int step, bool knows_nan)
{
    clpool_lanes before_value[CLPOOL_SWEEPS_PIECE * CLPOOL_SWEEPS_LINES];
    clpool_numbers before_tap[CLPOOL_SWEEPS_PIECE * CLPOOL_SWEEPS_LINES];
    const clpool_lines piece = {before_value, before_tap, 1, CLPOOL_SWEEPS_PIECE, CLPOOL_SWEEPS_PIECE};
    int output = 0;
    for (int place = window; output < extent->out; place += window) {
        const int cut = place - extent->pad;
        const int begin = max(cut - window, 0);
        const int end = min(cut, extent->in);
        clpool_winners before[CLPOOL_SWEEPS_LINES];
        clpool_winners behind[CLPOOL_SWEEPS_LINES];
        CLPOOL_ALL_LINES
        {
            before[line] = behind[line] = clpool_lines_get(from, line, end - 1);
            clpool_lines_put(&piece, line, end - 1 - begin, before[line]);
        }
        for (int i = end - 2; i >= begin; i--) {
            CLPOOL_ALL_LINES
            {
                before[line] = clpool_join(clpool_lines_get(from, line, i), before[line], knows_nan);
                clpool_lines_put(&piece, line, i - begin, before[line]);
            }
        }
        const int outputs_end = min(extent->out, clpool_divide_up(place, stride));
        for (; output < outputs_end; output++) {
            const int start = output * stride - extent->pad;
            for (int i = max(window - stride, 0); i < window; i++) {
                const int next = min(stride == 1 ? start + i : max(start + i, end - 1), extent->in - 1);
                CLPOOL_ALL_LINES
                {
                    behind[line] = clpool_join(behind[line], clpool_lines_get(from, line, next), knows_nan);
                }
            }
            CLPOOL_ALL_LINES
            {
                clpool_winners winners =
                    clpool_join(clpool_lines_get(&piece, line, max(start, 0) - begin), behind[line], knows_nan);
                winners.tap += (clpool_numbers)((clpool_mask)(base - output * step + line * base_step));
                clpool_lines_put(to, line, output, winners);
            }
        }
    }
}

/* One stage of a transposition of 16 vectors: in each pair whose numbers differ in one bit, halves change places. */
#define CLPOOL_EXCHANGE(bit, v, LOW, HIGH)                                                                             \
    CLPOOL_ALL for (int i = 0; i < 16; i++)                                                                            \
    {                                                                                                                  \
        if ((i & (bit)) == 0) {                                                                                        \
            const clpool_lanes a = (v)[i];                                                                             \
            const clpool_lanes b = (v)[i + (bit)];                                                                     \
            (v)[i] = LOW(a, b);                                                                                        \
            (v)[i + (bit)] = HIGH(a, b);                                                                               \
        }                                                                                                              \
    }
/* These are single instructions of x86. */
#define CLPOOL_UNPACK_LOW(a, b)                                                                                        \
    (clpool_lanes)(a.s0, b.s0, a.s1, b.s1, a.s4, b.s4, a.s5, b.s5, a.s8, b.s8, a.s9, b.s9, a.sc, b.sc, a.sd, b.sd)
#define CLPOOL_UNPACK_HIGH(a, b)                                                                                       \
    (clpool_lanes)(a.s2, b.s2, a.s3, b.s3, a.s6, b.s6, a.s7, b.s7, a.sa, b.sa, a.sb, b.sb, a.se, b.se, a.sf, b.sf)
#define CLPOOL_EVEN_QUARTERS(a, b) (clpool_lanes)(a.s0123, a.s89ab, b.s0123, b.s89ab)
#define CLPOOL_ODD_QUARTERS(a, b) (clpool_lanes)(a.s4567, a.scdef, b.s4567, b.scdef)

CLPOOL_INLINE void clpool_transpose(clpool_lanes *v)
{
    CLPOOL_EXCHANGE(2, v, CLPOOL_UNPACK_LOW, CLPOOL_UNPACK_HIGH)
    CLPOOL_EXCHANGE(1, v, CLPOOL_UNPACK_LOW, CLPOOL_UNPACK_HIGH)
    CLPOOL_EXCHANGE(4, v, CLPOOL_EVEN_QUARTERS, CLPOOL_ODD_QUARTERS)
    CLPOOL_EXCHANGE(8, v, CLPOOL_EVEN_QUARTERS, CLPOOL_ODD_QUARTERS)
}

/* The same for tap numbers, by interleaving them. */
CLPOOL_INLINE void clpool_transpose_numbers(clpool_numbers *v)
{
    CLPOOL_ALL for (int stage = 0; stage < 4; stage++)
    {
        clpool_numbers to[16];
        CLPOOL_ALL for (int i = 0; i < 8; i++)
        {
            const clpool_numbers a = v[i];
            const clpool_numbers b = v[i + 8];
            to[2 * i] = (clpool_numbers)(a.s0, b.s0, a.s1, b.s1, a.s2, b.s2, a.s3, b.s3, a.s4, b.s4, a.s5, b.s5, a.s6,
                                         b.s6, a.s7, b.s7);
            to[2 * i + 1] = (clpool_numbers)(a.s8, b.s8, a.s9, b.s9, a.sa, b.sa, a.sb, b.sb, a.sc, b.sc, a.sd, b.sd,
                                             a.se, b.se, a.sf, b.sf);
        }
        CLPOOL_ALL for (int i = 0; i < 16; i++)
        {
            v[i] = to[i];
        }
    }
}

#if CLPOOL_CHANNELS_LAST

/* Loads `count` neighbouring elements. */
CLPOOL_INLINE void clpool_load_run(const clpool_block *block, clpool_index at, int count, clpool_field *field, int to)
{
    for (int i = 0; i < count; i++) {
        const clpool_lanes lanes = CLPOOL_LOAD(16, block->x + at + i * block->x_pitch);
        CLPOOL_WATCH(field->strange, lanes);
        field->value[to + i] = lanes;
    }
}

/* Stores `count` neighbouring outputs. */
CLPOOL_INLINE void clpool_store_run(const clpool_block *block, clpool_index at, int count, const clpool_field *field,
                                    int from)
{
    for (int i = 0; i < count; i++) {
        CLPOOL_STORE(16, field->value[from + i], block->y + at + i * block->y_pitch);
        if (block->mask != 0) {
            CLPOOL_STORE_NUMBERS(field->tap[from + i], block->mask + at + i * block->y_pitch);
        }
    }
}

#else

/* Loads `count` neighbouring elements of each plane, fewer than 16. */
static void clpool_load_few(const clpool_block *block, clpool_index at, int count, clpool_field *field, int to)
{
    for (int i = 0; i < count; i++) {
        clpool_lane *lanes = (clpool_lane *)(field->value + to + i);
        for (int plane = 0; plane < 16; plane++) {
            lanes[plane] = clpool_to_lane(block->x[at + i + plane * block->x_pitch]);
        }
        CLPOOL_WATCH(field->strange, field->value[to + i]);
    }
}

/* The same for any count, with vectors that overlap at the end. */
CLPOOL_INLINE void clpool_load_run(const clpool_block *block, clpool_index at, int count, clpool_field *field, int to)
{
    if (count < 16) {
        clpool_load_few(block, at, count, field, to);
        return;
    }
    for (int next = 0; next < count; next += 16) {
        const int first = min(next, count - 16);
        clpool_lanes lanes[16];
        CLPOOL_ALL for (int plane = 0; plane < 16; plane++)
        {
            lanes[plane] = CLPOOL_LOAD(16, block->x + at + first + plane * block->x_pitch);
        }
        CLPOOL_WATCH_ALL(16, field->strange, lanes, 16)
        clpool_transpose(lanes);
        CLPOOL_ALL for (int i = 0; i < 16; i++)
        {
            field->value[to + first + i] = lanes[i];
        }
    }
}

/* Stores `count` neighbouring outputs of each plane, fewer than 16. */
static void clpool_store_few(const clpool_block *block, clpool_index at, int count, const clpool_field *field, int from)
{
    for (int i = 0; i < count; i++) {
        const clpool_lane *lanes = (const clpool_lane *)(field->value + from + i);
        const clpool_mask *taps = (const clpool_mask *)(field->tap + from + i);
        for (int plane = 0; plane < 16; plane++) {
            clpool_store_one(lanes[plane], block->y + at + i + plane * block->y_pitch);
            if (block->mask != 0) {
                block->mask[at + i + plane * block->y_pitch] = taps[plane];
            }
        }
    }
}

/* The same for any count, with vectors that overlap at the end. */
CLPOOL_INLINE void clpool_store_run(const clpool_block *block, clpool_index at, int count, const clpool_field *field,
                                    int from)
{
    if (count < 16) {
        clpool_store_few(block, at, count, field, from);
        return;
    }
    for (int next = 0; next < count; next += 16) {
        const int first = min(next, count - 16);
        clpool_lanes lanes[16];
        clpool_numbers taps[16];
        CLPOOL_ALL for (int i = 0; i < 16; i++)
        {
            lanes[i] = field->value[from + first + i];
            taps[i] = field->tap[from + first + i];
        }
        clpool_transpose(lanes);
        CLPOOL_ALL for (int plane = 0; plane < 16; plane++)
        {
            CLPOOL_STORE(16, lanes[plane], block->y + at + first + plane * block->y_pitch);
        }
        if (block->mask != 0) {
            clpool_transpose_numbers(taps);
            CLPOOL_ALL for (int plane = 0; plane < 16; plane++)
            {
                CLPOOL_STORE_NUMBERS(taps[plane], block->mask + at + first + plane * block->y_pitch);
            }
        }
    }
}

#endif

/* Loads rows of a block, of which those that lie side by side are one run. */
static void clpool_block_load(const clpool_block *block, int row, int rows, clpool_field *field)
{
    const bool is_run = !CLPOOL_CHANNELS_LAST && block->w.in == block->x_row;
    const int runs = is_run ? 1 : rows;
    const int count = is_run ? rows * block->w.in : block->w.in;
    for (int i = 0; i < runs; i++) {
        clpool_load_run(block, (row + i) * block->x_row, count, field, i * block->w.in);
    }
}

/* Stores columns of a block in the same way. */
static void clpool_block_store(const clpool_block *block, int column, int columns, const clpool_field *field)
{
    const bool is_run = !CLPOOL_CHANNELS_LAST && columns == block->y_row;
    const int runs = is_run ? 1 : block->h.out;
    const int count = is_run ? block->h.out * columns : columns;
    const clpool_index first = CLPOOL_CHANNELS_LAST ? column * block->y_pitch : column;
    for (int i = 0; i < runs; i++) {
        clpool_store_run(block, i * block->y_row + first, count, field, i * columns);
    }
}

/* The winners of some rows of a block. The last row may be swept twice, and so may be the only one. */
CLPOOL_INLINE void clpool_block_rows(const clpool_block *block, int first, int rows, clpool_field *field, bool knows_nan)
{
    const int apart = min(rows - 1, 1);
    for (int next = 0; next < rows; next += CLPOOL_SWEEPS_LINES) {
        const int row = max(min(next, rows - CLPOOL_SWEEPS_LINES), 0);
        const int to_row = (first + row) * block->w.out;
        const clpool_lines from = {field->value + row * block->w.in, field->tap, 1, apart * block->w.in, 0};
        const clpool_lines to = {field->row_value + to_row, field->row_tap + to_row, 1, apart * block->w.out,
                                 apart * block->w.out};
        clpool_sweep(&block->w, CLPOOL_WINDOW_W, CLPOOL_STRIDE_W, &from, &to,
                     (first + row) * CLPOOL_WINDOW_W + block->w.pad, apart * CLPOOL_WINDOW_W, CLPOOL_STRIDE_W,
                     knows_nan);
    }
}

/* The winners of some columns. */
CLPOOL_INLINE void clpool_block_columns(const clpool_block *block, int first, int columns, clpool_field *field,
                                        bool knows_nan)
{
    const int apart = min(columns - 1, 1);
    for (int next = 0; next < columns; next += CLPOOL_SWEEPS_LINES) {
        const int column = max(min(next, columns - CLPOOL_SWEEPS_LINES), 0);
        const clpool_lines from = {field->row_value + first + column, field->row_tap + first + column, block->w.out,
                                   apart, apart};
        const clpool_lines to = {field->value + column, field->tap + column, columns, apart, apart};
        clpool_sweep(&block->h, CLPOOL_WINDOW_H, CLPOOL_STRIDE_H, &from, &to, block->h.pad * CLPOOL_WINDOW_W, 0,
                     CLPOOL_STRIDE_H * CLPOOL_WINDOW_W, knows_nan);
    }
}

/* Makes a block, some of its rows and columns at a time; those at the end may be made twice. False if it knew no NaN
 * and there was one. */
CLPOOL_INLINE bool clpool_block_pool(const clpool_block *block, clpool_field *field, bool knows_nan)
{
    const int rows = min(CLPOOL_SWEEPS_FIELD / block->w.in, block->h.in);
    const int fitting = CLPOOL_SWEEPS_FIELD / block->h.out;
    const int columns = fitting < block->w.out ? fitting / 16 * 16 : block->w.out;
    field->strange = 0;
    for (int i = 0; i < block->w.in; i++) {
        field->tap[i] = (clpool_numbers)((clpool_mask)i);
    }
    for (int next = 0; next < block->h.in; next += rows) {
        const int row = min(next, block->h.in - rows);
        clpool_block_load(block, row, rows, field);
        if (!knows_nan && CLPOOL_IS_STRANGE(field->strange)) {
            return false;
        }
        clpool_block_rows(block, row, rows, field, knows_nan);
    }
    for (int next = 0; next < block->w.out; next += columns) {
        const int column = min(next, block->w.out - columns);
        clpool_block_columns(block, column, columns, field, knows_nan);
        clpool_block_store(block, column, columns, field);
    }
    return true;
}

/* One axis of a block whose first output is `first` of so many in all. */
static inline clpool_extent clpool_extent_of(int first, int out, int in, int pad, int window, int stride)
{
    const int start = first * stride - pad;
    clpool_extent extent;
    extent.first = max(start, 0);
    extent.in = min(start + (out - 1) * stride + window, in) - extent.first;
    extent.out = out;
    extent.pad = extent.first - start;
    return extent;
}

/* Whether a block of so many outputs fits. */
static inline bool clpool_block_fits(int rows, int columns, clpool_index4 in)
{
    const int in_rows = min((rows - 1) * CLPOOL_STRIDE_H + CLPOOL_WINDOW_H, (int)in.y);
    const int in_columns = min((columns - 1) * CLPOOL_STRIDE_W + CLPOOL_WINDOW_W, (int)in.z);
    return in_rows * columns <= CLPOOL_SWEEPS_ROWS && in_columns <= CLPOOL_SWEEPS_FIELD / CLPOOL_SWEEPS_LINES &&
           rows * min(columns, 16) <= CLPOOL_SWEEPS_FIELD;
}

/* Outputs of a block along an axis: at most so many, and fewer as long as they do not fit. */
static inline int clpool_block_columns_of(clpool_index4 in, clpool_index4 out)
{
    const int overlapping = clpool_divide_up(CLPOOL_WINDOW_H, CLPOOL_STRIDE_H);
    int columns = (int)out.z;
    while (columns > 16 && !clpool_block_fits(min(overlapping, (int)out.y), columns, in)) {
        columns = (columns - 1) / 16 * 16;
    }
    return columns;
}

static inline int clpool_block_rows_of(int columns, int wanted, clpool_index4 in, clpool_index4 out)
{
    const int most = (CLPOOL_SWEEPS_ROWS / columns - CLPOOL_WINDOW_H) / CLPOOL_STRIDE_H + 1;
    int rows = (int)out.y;
    while (rows > 1 && !clpool_block_fits(rows, columns, in)) {
        rows--;
    }
    (void)most;
    (void)wanted;
    return rows;
}

static inline void clpool_sweeps_max(__global const clpool_value *x, __global clpool_value *y,
                                     __global clpool_mask *mask, clpool_index items, clpool_index4 in,
                                     clpool_index4 out, clpool_index4 pad, clpool_index channels)
{
    clpool_field field;
    const ulong worker = get_global_id(0);
    const ulong workers = get_global_size(0);
#if CLPOOL_CHANNELS_LAST
    const clpool_index pixel = channels;
    const clpool_index planes = items / (out.y * out.z * channels) * channels;
    const clpool_index groups = (channels + 15) / 16 * (planes / channels);
#else
    const clpool_index pixel = 1;
    const clpool_index planes = items / (out.y * out.z); /* those of axis D are planes too */
    const clpool_index groups = (planes + 15) / 16;
#endif
    const int columns = clpool_block_columns_of(in, out);
    const int rows = clpool_block_rows_of(columns, 1, in, out);
    const int chunks = clpool_divide_up((int)out.z, columns);
    const int bands = clpool_divide_up((int)out.y, rows);
    const ulong units = (ulong)groups * (ulong)(chunks * bands);
    clpool_block block;
    block.x_row = in.z * pixel;
    block.y_row = out.z * pixel;
    block.x_pitch = CLPOOL_CHANNELS_LAST ? channels : in.y * in.z;
    block.y_pitch = CLPOOL_CHANNELS_LAST ? channels : out.y * out.z;
    for (ulong unit = worker * units / workers; unit < (worker + 1) * units / workers; unit++) {
        const int place = (int)(unit % (ulong)(chunks * bands));
        const clpool_index group = (clpool_index)(unit / (ulong)(chunks * bands));
        const int row = min(place / chunks * rows, (int)out.y - rows);
        const int column = min(place % chunks * columns, (int)out.z - columns);
        block.h = clpool_extent_of(row, rows, (int)in.y, (int)pad.y, CLPOOL_WINDOW_H, CLPOOL_STRIDE_H);
        block.w = clpool_extent_of(column, columns, (int)in.z, (int)pad.z, CLPOOL_WINDOW_W, CLPOOL_STRIDE_W);
#if CLPOOL_CHANNELS_LAST
        const clpool_index blocks = (channels + 15) / 16;
        const clpool_index image = group / blocks;
        const clpool_index channel = min(group % blocks * 16, channels - 16);
        const clpool_index x_plane = image * in.y * in.z * channels + channel;
        const clpool_index y_plane = image * out.y * out.z * channels + channel;
#else
        const clpool_index plane = min(group * 16, planes - 16);
        const clpool_index x_plane = plane * in.y * in.z;
        const clpool_index y_plane = plane * out.y * out.z;
#endif
        const clpool_index to = y_plane + (row * out.z + column) * pixel;
        block.x = x + x_plane + (block.h.first * in.z + block.w.first) * pixel;
        block.y = y + to;
        block.mask = mask == 0 ? 0 : mask + to;
        if (!clpool_block_pool(&block, &field, false)) {
            clpool_block_pool(&block, &field, true);
        }
    }
}

__kernel __attribute__((reqd_work_group_size(1, 1, 1))) void
clpool_sweeps_forward(__global const clpool_value *x, ulong x_offset, __global clpool_value *y, ulong y_offset,
                      clpool_index items, clpool_index4 in, clpool_index4 out, clpool_index4 pad, clpool_index channels)
{
    clpool_sweeps_max(x + x_offset, y + y_offset, 0, items, in, out, pad, channels);
}

__kernel __attribute__((reqd_work_group_size(1, 1, 1))) void
clpool_sweeps_forward_mask(__global const clpool_value *x, ulong x_offset, __global clpool_value *y, ulong y_offset,
                           __global clpool_mask *mask, ulong mask_offset, clpool_index items, clpool_index4 in,
                           clpool_index4 out, clpool_index4 pad, clpool_index channels)
{
    clpool_sweeps_max(x + x_offset, y + y_offset, mask + mask_offset, items, in, out, pad, channels);
}

#endif
