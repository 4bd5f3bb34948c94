/* SPDX-License-Identifier: Apache-2.0
 *
 * sweeps.cl: maximum of large windows in planes, on devices whose work-items have wide vectors of their own (CPUs), by
 * the algorithm of van Herk, Gil and Werman. Lanes are 16 channels or, with channels first, 16 planes, which are
 * transposed on their way in and out. A work-item takes blocks of outputs: each row of elements, and then each column
 * of the rows' winners, is cut into pieces as long as a window, and swept both ways from each cut. What a window has
 * before the cut that it spans, and what it has behind, are winners of such sweeps. So three comparisons an axis make
 * an output, however large windows are.
 *
 * Reads    x, from its offset in elements on.
 * Writes   y and mask, each element at least once, always the same value.
 * Launch   one dimension, groups of one work-item; any number of them, which share the blocks.
 * Ranges   dense tensors; axis D has a window of 1 and no padding, stride 1; no dilation; each window has an element;
 *          at least 16 channels or, with channels first, 16 planes; masks in the window form; windows of at most 128,
 *          with strides of at most 24.
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
#else
typedef ushort16 clpool_numbers;
#define CLPOOL_CHOICE(lanes) convert_ushort16(lanes)
#define CLPOOL_STORE_NUMBERS(taps, mask) CLPOOL_PUT(ushort, 16, mask, taps)
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

/* Rows or columns of winners, which are swept at the same time. Pitches are in bytes of taps; values lie as many times
 * farther apart as they are larger, so that one offset finds both. */
typedef struct {
    clpool_lanes *value;
    clpool_numbers *tap;
    long pitch;     /* of winners in a line */
    long apart;     /* of lines */
    long tap_apart; /* of their taps */
} clpool_lines;
#define CLPOOL_PITCH (long)sizeof(clpool_numbers)
#define CLPOOL_VALUE_PITCHES (long)(sizeof(clpool_lanes) / sizeof(clpool_numbers))

/* A block of outputs of 16 planes. */
typedef struct {
    __global const clpool_value *x; /* its first element */
    __global clpool_value *y;
    __global clpool_mask *mask; /* or 0 */
    clpool_index x_row;         /* pitch of rows */
    clpool_index y_row;
    clpool_index x_pitch; /* of planes or, with channels last, of the elements of a row */
    clpool_index y_pitch;
    int depth; /* vectors of channels, 1 with channels first */
    clpool_extent h;
    clpool_extent w;
#if CLPOOL_PARAMETERS
    clpool_fusion fusion;
    clpool_index lane;   /* its first channel or, with channels first, plane */
    clpool_index depths; /* planes of a channel, which follow each other */
#endif
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

CLPOOL_INLINE clpool_lanes *clpool_lines_value(const clpool_lines *lines, int line, long i)
{
    return (clpool_lanes *)((char *)lines->value + (line * lines->apart + i * lines->pitch) * CLPOOL_VALUE_PITCHES);
}

CLPOOL_INLINE clpool_numbers *clpool_lines_tap(const clpool_lines *lines, int line, long i)
{
    return (clpool_numbers *)((char *)lines->tap + line * lines->tap_apart + i * lines->pitch);
}

CLPOOL_INLINE clpool_winners clpool_lines_get(const clpool_lines *lines, int line, long i)
{
    clpool_winners winners;
    winners.value = *clpool_lines_value(lines, line, i);
    winners.tap = *clpool_lines_tap(lines, line, i);
    return winners;
}

CLPOOL_INLINE void clpool_lines_put(const clpool_lines *lines, int line, long i, clpool_winners winners)
{
    *clpool_lines_value(lines, line, i) = winners.value;
    *clpool_lines_tap(lines, line, i) = winners.tap;
}

/* The winners of all windows of some lines. To the taps of the i-th windows is added base - i * step, and base_step
 * from line to line. An element that is compared twice changes nothing: behind a cut the sweep so begins with the last
 * one before it, and stays at the last one of all. */
CLPOOL_INLINE void clpool_sweep(const clpool_extent *extent, int window, int stride, const clpool_lines *from,
                                const clpool_lines *to, int base, int base_step, int step, bool knows_nan)
{
    clpool_lanes before_value[CLPOOL_SWEEPS_PIECE * CLPOOL_SWEEPS_LINES];
    clpool_numbers before_tap[CLPOOL_SWEEPS_PIECE * CLPOOL_SWEEPS_LINES];
    const clpool_lines piece = {before_value, before_tap, CLPOOL_PITCH, CLPOOL_SWEEPS_PIECE * CLPOOL_PITCH,
                                CLPOOL_SWEEPS_PIECE * CLPOOL_PITCH};
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
        if (cut < extent->in) {
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
        for (; output < outputs_end; output++) { /* nothing lies behind the cut */
            const int start = output * stride - extent->pad;
            CLPOOL_ALL_LINES
            {
                clpool_winners winners = clpool_lines_get(&piece, line, max(start, 0) - begin);
                winners.tap += (clpool_numbers)((clpool_mask)(base - output * step + line * base_step));
                clpool_lines_put(to, line, output, winners);
            }
        }
    }
}

CLPOOL_INLINE void clpool_block_fuse(clpool_block *block, clpool_fusion fusion, clpool_index lane, clpool_index depths)
{
#if CLPOOL_PARAMETERS
    block->fusion = fusion;
    block->lane = lane;
    block->depths = depths;
#else
    (void)block, (void)fusion, (void)lane, (void)depths;
#endif
}

/* What is fused, for the channels from the i-th on, or for the i-th plane. */
CLPOOL_INLINE clpool_fusion clpool_block_fusion(const clpool_block *block, int i)
{
#if !CLPOOL_PARAMETERS
    (void)block, (void)i;
    return clpool_no_fusion();
#elif CLPOOL_CHANNELS_LAST
    return clpool_at_channel(block->fusion, block->lane + i);
#else
    return clpool_at_plane(block->fusion, (block->lane + i) / block->depths);
#endif
}

/* Lanes as they are pooled, with the one NaN that comes out of expressions, since sweeps let NaNs win. */
CLPOOL_INLINE clpool_lanes clpool_sweeps_load(__global const clpool_value *x, clpool_fusion fusion)
{
    clpool_lanes lanes = clpool_fuse_load16(CLPOOL_LOAD(16, x), fusion);
#if CLPOOL_IS_FLOAT && defined(CLPOOL_LOAD_EXPRESSION)
    CLPOOL_SETTLE_NAN(16, lanes);
#endif
    return lanes;
}

#if CLPOOL_CHANNELS_LAST

/* Loads `count` neighbouring elements. */
CLPOOL_INLINE void clpool_load_run(const clpool_block *block, clpool_index at, int count, clpool_field *field, int to)
{
    for (int i = 0; i < count; i++, at += block->x_pitch) {
        for (int j = 0; j < block->depth; j++) {
            const clpool_lanes lanes = clpool_sweeps_load(block->x + at + j * 16, clpool_block_fusion(block, j * 16));
            CLPOOL_WATCH(field->strange, lanes);
            field->value[to++] = lanes;
        }
    }
}

/* Stores `count` neighbouring outputs. */
CLPOOL_INLINE void clpool_store_run(const clpool_block *block, clpool_index at, int count, const clpool_field *field,
                                    int from)
{
    for (int i = 0; i < count; i++, at += block->y_pitch) {
        for (int j = 0; j < block->depth; j++, from++) {
            CLPOOL_STORE(16, clpool_fuse_store16(field->value[from], clpool_block_fusion(block, j * 16)),
                         block->y + at + j * 16);
            if (block->mask != 0) {
                CLPOOL_STORE_NUMBERS(field->tap[from], block->mask + at + j * 16);
            }
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
            lanes[plane] = clpool_to_lane(
                clpool_fuse_load(block->x[at + i + plane * block->x_pitch], clpool_block_fusion(block, plane)));
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
            lanes[plane] =
                clpool_sweeps_load(block->x + at + first + plane * block->x_pitch, clpool_block_fusion(block, plane));
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
            const clpool_fusion fusion = clpool_block_fusion(block, plane);
            clpool_store_one(clpool_fuse_store4((CLPOOL_LANES(4))(lanes[plane]), fusion).x,
                             block->y + at + i + plane * block->y_pitch);
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
            CLPOOL_STORE(16, clpool_fuse_store16(lanes[plane], clpool_block_fusion(block, plane)),
                         block->y + at + first + plane * block->y_pitch);
        }
        if (block->mask != 0) {
            CLPOOL_TRANSPOSE_SMALL(clpool_numbers, taps)
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
        clpool_load_run(block, (row + i) * block->x_row, count, field, i * block->w.in * block->depth);
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
        clpool_store_run(block, i * block->y_row + first, count, field, i * columns * block->depth);
    }
}

/* The winners of some rows of a block. Two lines are of neighbouring vectors of channels, or of rows; of these the last
 * may be swept twice, and so may the only one. */
CLPOOL_INLINE void clpool_block_rows(const clpool_block *block, int first, int rows, clpool_field *field,
                                     bool knows_nan)
{
    const int depth = CLPOOL_CHANNELS_LAST ? block->depth : 1;
    const int apart = depth > 1 ? 0 : min(rows - 1, 1); /* rows */
    const int beside = depth > 1 ? 1 : 0;
    for (int next = 0; next < rows * depth; next += CLPOOL_SWEEPS_LINES) {
        const int line = max(min(next, rows * depth - CLPOOL_SWEEPS_LINES), 0);
        const int row = line / depth;
        const int from_at = row * block->w.in * depth + line % depth;
        const int to_at = (first + row) * block->w.out * depth + line % depth;
        const int to_apart = apart * block->w.out + beside;
        const clpool_lines from = {field->value + from_at, field->tap, depth * CLPOOL_PITCH,
                                   (apart * block->w.in + beside) * CLPOOL_PITCH, 0};
        const clpool_lines to = {field->row_value + to_at, field->row_tap + to_at, depth * CLPOOL_PITCH,
                                 to_apart * CLPOOL_PITCH, to_apart * CLPOOL_PITCH};
        clpool_sweep(&block->w, CLPOOL_WINDOW_W, CLPOOL_STRIDE_W, &from, &to,
                     (first + row) * CLPOOL_WINDOW_W + block->w.pad, apart * CLPOOL_WINDOW_W, CLPOOL_STRIDE_W,
                     knows_nan);
    }
}

/* The winners of some columns, each of one vector. */
CLPOOL_INLINE void clpool_block_columns(const clpool_block *block, int first, int columns, clpool_field *field,
                                        bool knows_nan)
{
    const int pitch = block->w.out * block->depth;
    const int apart = min(columns - 1, 1);
    for (int next = 0; next < columns; next += CLPOOL_SWEEPS_LINES) {
        const int column = max(min(next, columns - CLPOOL_SWEEPS_LINES), 0);
        const clpool_lines from = {field->row_value + first + column, field->row_tap + first + column,
                                   pitch * CLPOOL_PITCH, apart * CLPOOL_PITCH, apart * CLPOOL_PITCH};
        const clpool_lines to = {field->value + column, field->tap + column, columns * CLPOOL_PITCH,
                                 apart * CLPOOL_PITCH, apart * CLPOOL_PITCH};
        clpool_sweep(&block->h, CLPOOL_WINDOW_H, CLPOOL_STRIDE_H, &from, &to, block->h.pad * CLPOOL_WINDOW_W, 0,
                     CLPOOL_STRIDE_H * CLPOOL_WINDOW_W, knows_nan);
    }
}

/* Makes the taps of winners that are cut the sentinel. */
CLPOOL_INLINE void clpool_block_cut(int count, clpool_field *field)
{
#if CLPOOL_RELU
    for (int i = 0; i < count; i++) {
        field->tap[i] |= CLPOOL_CHOICE(CLPOOL_CUT(16, field->value[i]));
    }
#else
    (void)count;
    (void)field;
#endif
}

/* Makes a block, some of its rows and columns at a time; those at the end may be made twice. False if it knew no NaN
 * and there was one. */
CLPOOL_INLINE bool clpool_block_pool(const clpool_block *block, clpool_field *field, bool knows_nan)
{
#if CLPOOL_CHANNELS_LAST
    const int rows = block->depth > 1 ? 1 : min(CLPOOL_SWEEPS_LINES, block->h.in);
    const int columns = block->depth > 1 ? 1 : min(CLPOOL_SWEEPS_LINES, block->w.out);
#else
    const int rows = min(CLPOOL_SWEEPS_FIELD / block->w.in, block->h.in);
    const int fitting = CLPOOL_SWEEPS_FIELD / block->h.out;
    const int columns = fitting < block->w.out ? fitting / 16 * 16 : block->w.out;
#endif
    field->strange = 0;
    for (int i = 0; i < block->w.in; i++) {
        field->tap[i * block->depth] = (clpool_numbers)((clpool_mask)i);
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
        clpool_block_columns(block, column * block->depth, columns * block->depth, field, knows_nan);
        clpool_block_cut(block->h.out * columns * block->depth, field);
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

/* Whether a block of so many outputs, and vectors of channels, fits. */
static inline bool clpool_block_fits(int rows, int columns, int depth, clpool_index4 in)
{
    const int in_rows = min((rows - 1) * CLPOOL_STRIDE_H + CLPOOL_WINDOW_H, (int)in.y);
    const int in_columns = min((columns - 1) * CLPOOL_STRIDE_W + CLPOOL_WINDOW_W, (int)in.z);
    return in_rows * columns * depth <= CLPOOL_SWEEPS_ROWS &&
           in_columns * depth <= CLPOOL_SWEEPS_FIELD / CLPOOL_SWEEPS_LINES &&
           rows * min(columns * depth, 16) <= CLPOOL_SWEEPS_FIELD;
}

/* How a plane is divided into blocks, and the channels or planes. */
typedef struct {
    int rows; /* outputs of a block */
    int columns;
    int depth; /* vectors of channels */
    int bands; /* blocks along each axis */
    int chunks;
    clpool_index groups; /* of channels of an image, or of planes */
} clpool_division;

static inline clpool_division clpool_divide_planes(clpool_index4 in, clpool_index4 out, clpool_index lanes,
                                                   clpool_index images)
{
    const int overlapping = min(clpool_divide_up(CLPOOL_WINDOW_H, CLPOOL_STRIDE_H), (int)out.y);
    clpool_division division;
    division.rows = min((int)out.y, CLPOOL_SWEEPS_FIELD); /* no more fit, whatever their columns */
    division.columns = min((int)out.z, CLPOOL_SWEEPS_ROWS);
    division.depth = CLPOOL_CHANNELS_LAST ? 4 : 1;
    while (division.depth > 1 &&
           (lanes < division.depth * 16 || !clpool_block_fits(division.rows, division.columns, division.depth, in))) {
        division.depth /= 2;
    }
    while (division.columns > 16 && !clpool_block_fits(overlapping, division.columns, division.depth, in)) {
        division.columns = (division.columns - 1) / 16 * 16;
    }
    while (division.rows > 1 && !clpool_block_fits(division.rows, division.columns, division.depth, in)) {
        division.rows--;
    }
    division.chunks = clpool_divide_up((int)out.z, division.columns);
    division.groups = (lanes + division.depth * 16 - 1) / (division.depth * 16);
    /* Where these are few, bands must keep all compute units busy; but rows at their edges are swept twice. */
    const ulong others = (ulong)images * (ulong)division.groups * (ulong)division.chunks;
    const ulong wanted = (get_global_size(0) / 4 + others - 1) / others;
    division.rows = min(division.rows, max((int)((ulong)out.y / max(wanted, (ulong)1)), overlapping));
    division.bands = clpool_divide_up((int)out.y, division.rows);
    return division;
}

static inline void clpool_sweeps_max(__global const clpool_value *x, __global clpool_value *y,
                                     __global clpool_mask *mask, clpool_index items, clpool_index4 in,
                                     clpool_index4 out, clpool_index4 pad, clpool_index channels, clpool_fusion fusion)
{
    clpool_field field;
    const ulong worker = get_global_id(0);
    const ulong workers = get_global_size(0);
    /* Images of as many lanes; those of axis D are images, or planes, too. */
    const clpool_index lanes = CLPOOL_CHANNELS_LAST ? channels : items / (out.y * out.z);
    const clpool_index images = CLPOOL_CHANNELS_LAST ? items / (out.y * out.z * channels) : 1;
    const clpool_index pixel = CLPOOL_CHANNELS_LAST ? channels : 1; /* pitch of neighbours */
    const clpool_division division = clpool_divide_planes(in, out, lanes, images);
    const ulong units = (ulong)(images * division.groups) * (ulong)(division.bands * division.chunks);
    clpool_block block;
    block.x_row = in.z * pixel;
    block.y_row = out.z * pixel;
    block.x_pitch = CLPOOL_CHANNELS_LAST ? channels : in.y * in.z;
    block.y_pitch = CLPOOL_CHANNELS_LAST ? channels : out.y * out.z;
    block.depth = division.depth;
    for (ulong unit = worker * units / workers; unit < (worker + 1) * units / workers; unit++) {
        const clpool_index group = (clpool_index)(unit % (ulong)division.groups);
        const ulong place = unit / (ulong)division.groups;
        const int chunk = (int)(place % (ulong)division.chunks);
        const int band = (int)(place / (ulong)division.chunks % (ulong)division.bands);
        const clpool_index image = (clpool_index)(place / (ulong)(division.chunks * division.bands));
        const clpool_index lane = min(group * division.depth * 16, lanes - division.depth * 16);
        const int row = min(band * division.rows, (int)out.y - division.rows);
        const int column = min(chunk * division.columns, (int)out.z - division.columns);
        const clpool_index first_x = CLPOOL_CHANNELS_LAST ? lane : lane * block.x_pitch;
        const clpool_index first_y = CLPOOL_CHANNELS_LAST ? lane : lane * block.y_pitch;
        clpool_block_fuse(&block, fusion, lane, out.x);
        block.h = clpool_extent_of(row, division.rows, (int)in.y, (int)pad.y, CLPOOL_WINDOW_H, CLPOOL_STRIDE_H);
        block.w = clpool_extent_of(column, division.columns, (int)in.z, (int)pad.z, CLPOOL_WINDOW_W, CLPOOL_STRIDE_W);
        const clpool_index to = first_y + image * out.y * block.y_row + row * block.y_row + column * pixel;
        block.x = x + first_x + image * in.y * block.x_row + block.h.first * block.x_row + block.w.first * pixel;
        block.y = y + to;
        block.mask = mask == 0 ? 0 : mask + to;
        if (!clpool_block_pool(&block, &field, false)) {
            clpool_block_pool(&block, &field, true);
        }
    }
}

__kernel __attribute__((reqd_work_group_size(1, 1, 1))) void
clpool_sweeps_forward(__global const clpool_value *x, ulong x_offset, __global clpool_value *y, ulong y_offset,
                      clpool_index items, clpool_index4 in, clpool_index4 out, clpool_index4 pad,
                      clpool_index channels CLPOOL_FUSION_ARGUMENTS)
{
    clpool_sweeps_max(x + x_offset, y + y_offset, 0, items, in, out, pad, channels, CLPOOL_FUSION);
}

__kernel __attribute__((reqd_work_group_size(1, 1, 1))) void
clpool_sweeps_forward_mask(__global const clpool_value *x, ulong x_offset, __global clpool_value *y, ulong y_offset,
                           __global clpool_mask *mask, ulong mask_offset, clpool_index items, clpool_index4 in,
                           clpool_index4 out, clpool_index4 pad, clpool_index channels CLPOOL_FUSION_ARGUMENTS)
{
    clpool_sweeps_max(x + x_offset, y + y_offset, mask + mask_offset, items, in, out, pad, channels, CLPOOL_FUSION);
}

#endif
