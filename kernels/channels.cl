/* SPDX-License-Identifier: Apache-2.0
 *
 * channels.cl: maximum in channels-last tensors on devices whose work-items have wide vectors of their own (CPUs). A
 * work-item takes whole rows, forward of outputs and backward of inputs, 16 channels at a time.
 *
 * Reads    x (forward) or dy and mask (backward), from their offsets in elements on; with `accumulate` dx.
 * Writes   y and mask (forward) or dx (backward), each element exactly once.
 * Launch   one dimension, groups of one work-item; any number of them, which share the rows.
 * Ranges   dense tensors, channels last; masks in the window form, backward with any values.
 * Rules    as generic.cl, the same bits.
 * Options  value.cl's, and direct.cl's constants. Not for f64; no backward for integer types.
 */

#if !CLPOOL_DTYPE_F64

#define CLPOOL_CHANNELS_TAPS (CLPOOL_WINDOW_D * CLPOOL_WINDOW_H * CLPOOL_WINDOW_W)
#define CLPOOL_CHANNELS_UNROLLED 16 /* the most taps that are written out one by one */

/* Taps that are, of a window that lies inside. */
#define CLPOOL_CHANNELS_WRITTEN (CLPOOL_CHANNELS_TAPS <= CLPOOL_CHANNELS_UNROLLED ? CLPOOL_CHANNELS_TAPS : 1)
#define CLPOOL_ALL _Pragma("unroll")

/* Windows of many taps that share none are reduced row by row, for many vectors of channels: in memory order. */
#if CLPOOL_CHANNELS_TAPS > CLPOOL_CHANNELS_UNROLLED && CLPOOL_WINDOW_W <= CLPOOL_CHANNELS_UNROLLED &&                  \
    CLPOOL_STRIDE_H >= CLPOOL_WINDOW_H && CLPOOL_STRIDE_W >= CLPOOL_WINDOW_W
#define CLPOOL_CHANNELS_BY_ROWS 1
#else
#define CLPOOL_CHANNELS_BY_ROWS 0
#endif
#define CLPOOL_CHANNELS_AT_ONCE 64

/* One tap of n channels. */
#define CLPOOL_TAP(n, d, h, w)                                                                                         \
    {                                                                                                                  \
        const CLPOOL_LANES(n) lanes =                                                                                  \
            clpool_fuse_load##n(CLPOOL_LOAD(n, x + ((d)*pitch.x + (h)*pitch.y + (w)*pitch.z)), fusion);                \
        const int##n greater = lanes > best;                                                                           \
        CLPOOL_WATCH(strange, lanes);                                                                                  \
        best = greater ? lanes : best;                                                                                 \
        at = select(at, (int##n)((int)(((d)*CLPOOL_WINDOW_H + (h)) * CLPOOL_WINDOW_W + (w))), greater);                \
    }

/* Pools n channels of one window that has a tap inside; *watch is a NaN if some value was no finite number. */
#define CLPOOL_POOL(n)                                                                                                 \
    CLPOOL_INLINE void clpool_pool##n(__global const clpool_value *x, __global clpool_value *y,                        \
                                      __global clpool_mask *mask, clpool_index4 first, clpool_index4 end,              \
                                      clpool_index4 pitch, clpool_fusion fusion, CLPOOL_LANES(n) * watch)              \
    {                                                                                                                  \
        CLPOOL_LANES(n) strange = *watch;                                                                              \
        CLPOOL_LANES(n)                                                                                                \
        best = clpool_fuse_load##n(CLPOOL_LOAD(n, x + (first.x * pitch.x + first.y * pitch.y + first.z * pitch.z)),    \
                                   fusion);                                                                            \
        int##n at = (int##n)((int)((first.x * CLPOOL_WINDOW_H + first.y) * CLPOOL_WINDOW_W + first.z));                \
        for (clpool_index d = first.x; d < end.x; d++) {                                                               \
            for (clpool_index h = first.y; h < end.y; h++) {                                                           \
                for (clpool_index w = first.z; w < end.z; w++) {                                                       \
                    CLPOOL_TAP(n, d, h, w)                                                                             \
                }                                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
        *watch = strange;                                                                                              \
        CLPOOL_STORE(n, clpool_fuse_store##n(best, fusion), y);                                                        \
        if (mask != 0) {                                                                                               \
            CLPOOL_STORE_TAPS(n, at | CLPOOL_CUT(n, best), mask);                                                      \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    /* The same for a window all of which lies inside. */                                                              \
    CLPOOL_INLINE void clpool_pool_whole##n(__global const clpool_value *x, __global clpool_value *y,                  \
                                            __global clpool_mask *mask, clpool_index4 pitch, clpool_fusion fusion,     \
                                            CLPOOL_LANES(n) * watch)                                                   \
    {                                                                                                                  \
        CLPOOL_LANES(n) lanes[CLPOOL_CHANNELS_WRITTEN];                                                                \
        CLPOOL_ALL for (int tap = 0; tap < CLPOOL_CHANNELS_WRITTEN; tap++)                                             \
        {                                                                                                              \
            const clpool_index d = tap / CLPOOL_WINDOW_W / CLPOOL_WINDOW_H;                                            \
            const clpool_index h = tap / CLPOOL_WINDOW_W % CLPOOL_WINDOW_H;                                            \
            const clpool_index w = tap % CLPOOL_WINDOW_W;                                                              \
            lanes[tap] = clpool_fuse_load##n(CLPOOL_LOAD(n, x + (d * pitch.x + h * pitch.y + w * pitch.z)), fusion);   \
        }                                                                                                              \
        CLPOOL_LANES(n) best = lanes[0];                                                                               \
        int##n at = 0;                                                                                                 \
        CLPOOL_ALL for (int tap = 1; tap < CLPOOL_CHANNELS_WRITTEN; tap++)                                             \
        {                                                                                                              \
            const int##n greater = lanes[tap] > best;                                                                  \
            best = greater ? lanes[tap] : best;                                                                        \
            at = select(at, (int##n)(tap), greater);                                                                   \
        }                                                                                                              \
        CLPOOL_WATCH_ALL(n, *watch, lanes, CLPOOL_CHANNELS_WRITTEN)                                                    \
        CLPOOL_STORE(n, clpool_fuse_store##n(best, fusion), y);                                                        \
        if (mask != 0) {                                                                                               \
            CLPOOL_STORE_TAPS(n, at | CLPOOL_CUT(n, best), mask);                                                      \
        }                                                                                                              \
    }

CLPOOL_POOL(16)
CLPOOL_POOL(8)
CLPOOL_POOL(4)

/* Where one window is in its image, and in y and the mask. */
typedef struct {
    __global const clpool_value *x;
    __global clpool_value *y;
    __global clpool_mask *mask; /* or 0 */
    clpool_index4 in;
    clpool_index4 start;
    clpool_index4 pitch; /* of neighbouring taps */
    clpool_index begin;  /* of tap 0 */
    clpool_index channels;
    clpool_index channel; /* the first, at which x, y and mask begin */
    clpool_fusion fusion;
} clpool_pooled;

/* What is fused, for the channels from the c-th on. */
CLPOOL_INLINE clpool_fusion clpool_pooled_fusion(const clpool_pooled *at, clpool_index c)
{
    return clpool_at_channel(at->fusion, at->channel + c);
}

/* The channels from `c` to `end` one by one, whatever the values are. */
static void clpool_pool_some_slowly(const clpool_pooled *at, clpool_index c, clpool_index end)
{
    const clpool_index4 pitch =
        (clpool_index4)(at->in.y * at->in.z * at->channels, at->in.z * at->channels, at->channels, 0);
    for (; c < end; c++) {
        uint winner;
        const clpool_fusion fusion = clpool_pooled_fusion(at, c);
        const clpool_value value =
            clpool_scan_clipped_fused(at->x + c, pitch, at->in, CLPOOL_WINDOW, CLPOOL_WINDOW, CLPOOL_DILATION,
                                      at->start, fusion, &winner);
        at->y[c] = clpool_fuse_store(value, fusion);
        if (at->mask != 0) {
            at->mask[c] = (clpool_mask)winner;
        }
    }
}

/* All channels of one window but the last 3 at most, whose taps from `first` to `end` lie inside the tensor. */
CLPOOL_INLINE void clpool_pool_window(const clpool_pooled *at, bool is_whole, clpool_index4 first, clpool_index4 end,
                                      CLPOOL_LANES(16) * watch)
{
    __global const clpool_value *x = at->x + at->begin;
    clpool_index c = 0;
#define CLPOOL_POOL_LANES(n, watched)                                                                                  \
    if (is_whole) {                                                                                                    \
        clpool_pool_whole##n(x + c, at->y + c, at->mask == 0 ? 0 : at->mask + c, at->pitch,                            \
                             clpool_pooled_fusion(at, c), &watched);                                                   \
    } else {                                                                                                           \
        clpool_pool##n(x + c, at->y + c, at->mask == 0 ? 0 : at->mask + c, first, end, at->pitch,                      \
                       clpool_pooled_fusion(at, c), &watched);                                                         \
    }
    for (; c + 16 <= at->channels; c += 16) {
        CLPOOL_POOL_LANES(16, *watch)
    }
    if (c + 8 <= at->channels) {
        CLPOOL_LANES(8) half_watch = (*watch).lo;
        CLPOOL_POOL_LANES(8, half_watch)
        (*watch).lo = half_watch;
        c += 8;
    }
    if (c + 4 <= at->channels) {
        CLPOOL_LANES(4) quarter_watch = (*watch).lo.lo;
        CLPOOL_POOL_LANES(4, quarter_watch)
        (*watch).lo.lo = quarter_watch;
    }
}

#if CLPOOL_CHANNELS_BY_ROWS

/* The winner of 16 channels of one row of a window. */
CLPOOL_INLINE CLPOOL_LANES(16) clpool_pool_row_of_window(__global const clpool_value *x, clpool_index pitch,
                                                         clpool_fusion fusion, int16 *tap, CLPOOL_LANES(16) * watch)
{
    CLPOOL_LANES(16) lanes[CLPOOL_WINDOW_W];
    CLPOOL_ALL for (int w = 0; w < CLPOOL_WINDOW_W; w++)
    {
        lanes[w] = clpool_fuse_load16(CLPOOL_LOAD(16, x + w * pitch), fusion);
    }
    CLPOOL_LANES(16) best = lanes[0];
    *tap = 0;
    CLPOOL_ALL for (int w = 1; w < CLPOOL_WINDOW_W; w++)
    {
        const int16 greater = lanes[w] > best;
        best = greater ? lanes[w] : best;
        *tap = select(*tap, (int16)(w), greater);
    }
    CLPOOL_WATCH_ALL(16, *watch, lanes, CLPOOL_WINDOW_W)
    return best;
}

/* `count` vectors of channels, from `c` on, of one window that lies inside. */
static void clpool_pool_by_rows(const clpool_pooled *at, clpool_index c, int count, CLPOOL_LANES(16) * watch)
{
    __global const clpool_value *x = at->x + at->begin + c;
    CLPOOL_LANES(16) strange = *watch;
    CLPOOL_LANES(16) values[CLPOOL_CHANNELS_AT_ONCE];
    int16 taps[CLPOOL_CHANNELS_AT_ONCE];
    for (int row = 0; row < CLPOOL_WINDOW_D * CLPOOL_WINDOW_H; row++) {
        __global const clpool_value *from =
            x + (row / CLPOOL_WINDOW_H * at->pitch.x + row % CLPOOL_WINDOW_H * at->pitch.y);
        for (int i = 0; i < count; i++) {
            int16 tap;
            const CLPOOL_LANES(16) best = clpool_pool_row_of_window(
                from + i * 16, at->pitch.z, clpool_pooled_fusion(at, c + i * 16), &tap, &strange);
            if (row == 0) {
                values[i] = best;
                taps[i] = tap;
            } else {
                const int16 greater = best > values[i];
                values[i] = greater ? best : values[i];
                taps[i] = select(taps[i], tap + row * CLPOOL_WINDOW_W, greater);
            }
        }
    }
    for (int i = 0; i < count; i++) {
        CLPOOL_STORE(16, clpool_fuse_store16(values[i], clpool_pooled_fusion(at, c + i * 16)), at->y + c + i * 16);
        if (at->mask != 0) {
            CLPOOL_STORE_TAPS(16, taps[i] | CLPOOL_CUT(16, values[i]), at->mask + c + i * 16);
        }
    }
    *watch = strange;
}

#endif

/* One window that has fewer taps inside than others, or more of them than are written out. */
CLPOOL_INLINE void clpool_pool_edge(const clpool_pooled *at, CLPOOL_LANES(16) * watch)
{
    const clpool_index4 first = clpool_first_taps(at->start, CLPOOL_DILATION);
    const clpool_index4 end = clpool_end_taps(at->start, CLPOOL_DILATION, at->in, CLPOOL_WINDOW);
#if CLPOOL_CHANNELS_BY_ROWS
    const clpool_index4 taps = end - first;
    if (at->channels % 16 == 0 && taps.x == CLPOOL_WINDOW_D && taps.y == CLPOOL_WINDOW_H && taps.z == CLPOOL_WINDOW_W) {
        for (clpool_index c = 0; c < at->channels; c += CLPOOL_CHANNELS_AT_ONCE * 16) {
            clpool_pool_by_rows(at, c, (int)min((at->channels - c) / 16, (clpool_index)CLPOOL_CHANNELS_AT_ONCE), watch);
        }
        return;
    }
#endif
    if (first.x < end.x && first.y < end.y && first.z < end.z) {
        clpool_pool_window(at, false, first, end, watch);
    } else {
        clpool_pool_some_slowly(at, 0, at->channels / 4 * 4);
    }
}

/* The windows of one row of outputs, of which those from `first` to `end` have all their taps inside. */
CLPOOL_INLINE void clpool_pool_row(clpool_pooled here, bool is_slow, clpool_index first, clpool_index end,
                                   clpool_index columns, CLPOOL_LANES(16) * watch)
{
    for (clpool_index w = 0; w < columns; w++) {
        if (is_slow) {
            clpool_pool_some_slowly(&here, 0, here.channels);
        } else {
            if (w >= first && w < end) {
                clpool_pool_window(&here, true, 0, 0, watch);
            } else {
                clpool_pool_edge(&here, watch);
            }
            if (here.channels % 4 != 0) {
                clpool_pool_some_slowly(&here, here.channels / 4 * 4, here.channels);
            }
        }
        here.start.z += CLPOOL_STRIDE_W;
        here.begin += CLPOOL_STRIDE_W * here.channels;
        here.y += here.channels;
        here.mask = here.mask == 0 ? 0 : here.mask + here.channels;
    }
}

/* The same, once more without vectors where a value was no finite number. */
CLPOOL_INLINE void clpool_pool_rows(clpool_pooled at, clpool_index4 output, clpool_index4 out, clpool_index4 pad)
{
    CLPOOL_LANES(16) watch = 0;
    at.start = output * CLPOOL_STRIDE - pad;
    at.begin = (at.start.x * at.in.y * at.in.z + at.start.y * at.in.z + at.start.z) * at.channels;
    const clpool_index4 extent = (CLPOOL_WINDOW - 1) * CLPOOL_DILATION + 1;
    const bool is_whole = CLPOOL_CHANNELS_TAPS <= CLPOOL_CHANNELS_UNROLLED && at.start.x >= 0 && at.start.y >= 0 &&
                          at.start.x + extent.x <= at.in.x && at.start.y + extent.y <= at.in.y &&
                          at.in.z + pad.z >= extent.z;
    const clpool_index first = (pad.z + CLPOOL_STRIDE_W - 1) / CLPOOL_STRIDE_W;
    const clpool_index end = is_whole ? (at.in.z + pad.z - extent.z) / CLPOOL_STRIDE_W + 1 : 0;
    clpool_pool_row(at, false, first, end, out.z, &watch);
    if (CLPOOL_IS_STRANGE(watch)) {
        clpool_pool_row(at, true, first, end, out.z, &watch);
    }
}

#define CLPOOL_BLOCK_MOST 1024 /* rows times columns of a block, in vectors */
#define CLPOOL_BLOCK_EXTENT (CLPOOL_DILATION_H * (CLPOOL_WINDOW_H - 1) + 1)

#if CLPOOL_WINDOW_D == 1 && !CLPOOL_CHANNELS_BY_ROWS && CLPOOL_CHANNELS_TAPS > CLPOOL_CHANNELS_UNROLLED &&             \
    2 * CLPOOL_BLOCK_EXTENT <= CLPOOL_BLOCK_MOST
#define CLPOOL_CHANNELS_SEPARABLE 1
#else
#define CLPOOL_CHANNELS_SEPARABLE 0
#endif

#if CLPOOL_CHANNELS_SEPARABLE

/* So few that twice the rows of a window fit. */
#define CLPOOL_BLOCK_COLUMNS min(CLPOOL_BLOCK_MOST / (2 * CLPOOL_BLOCK_EXTENT), 32)

/* A block of outputs of one image, 16 channels of it: windows with many taps are reduced along the width, for each
 * input row, and then along the height. */
typedef struct {
    clpool_pooled at; /* of the image and the channels */
    clpool_index4 out;
    clpool_index4 pad;
    clpool_index row; /* of outputs */
    clpool_index rows;
    clpool_index column;
    clpool_index columns;
} clpool_block;

/* The winner of each window's part in one input row; false if a window has none, or a value was no finite number. */
CLPOOL_INLINE bool clpool_block_row(const clpool_block *block, clpool_index h, CLPOOL_LANES(16) * values, int16 *places)
{
    const clpool_index4 in = block->at.in;
    const clpool_index channels = block->at.channels;
    __global const clpool_value *x = block->at.x + h * in.z * channels;
    const clpool_fusion fusion = clpool_pooled_fusion(&block->at, 0);
    CLPOOL_LANES(16) strange = 0;
    for (clpool_index i = 0; i < block->columns; i++) {
        const clpool_index start = (block->column + i) * CLPOOL_STRIDE_W - block->pad.z;
        const clpool_index first = clpool_first_tap(start, CLPOOL_DILATION_W);
        const clpool_index end = clpool_end_tap(start, CLPOOL_DILATION_W, in.z, CLPOOL_WINDOW_W);
        if (first >= end) {
            return false;
        }
        __global const clpool_value *from = x + (start + first * CLPOOL_DILATION_W) * channels;
        CLPOOL_LANES(16) best = clpool_fuse_load16(CLPOOL_LOAD(16, from), fusion);
        int16 at = (int16)((int)first);
        CLPOOL_WATCH(strange, best);
        for (clpool_index w = first + 1; w < end; w++) {
            from += CLPOOL_DILATION_W * channels;
            const CLPOOL_LANES(16) lanes = clpool_fuse_load16(CLPOOL_LOAD(16, from), fusion);
            const int16 greater = lanes > best;
            CLPOOL_WATCH(strange, lanes);
            best = greater ? lanes : best;
            at = select(at, (int16)((int)w), greater);
        }
        values[i] = best;
        places[i] = at;
    }
    return !CLPOOL_IS_STRANGE(strange);
}

/* The block's outputs from the winners of its rows, of which `first` is the first; false if a window has none. */
CLPOOL_INLINE bool clpool_block_outputs(const clpool_block *block, clpool_index first_row,
                                        const CLPOOL_LANES(16) * values, const int16 *places)
{
    const clpool_pooled *at = &block->at;
    for (clpool_index row = block->row; row < block->row + block->rows; row++) {
        const clpool_index start = row * CLPOOL_STRIDE_H - block->pad.y;
        const clpool_index first = clpool_first_tap(start, CLPOOL_DILATION_H);
        const clpool_index end = clpool_end_tap(start, CLPOOL_DILATION_H, at->in.y, CLPOOL_WINDOW_H);
        if (first >= end) {
            return false;
        }
        for (clpool_index i = 0; i < block->columns; i++) {
            clpool_index from = (start + first * CLPOOL_DILATION_H - first_row) * block->columns + i;
            CLPOOL_LANES(16) best = values[from];
            int16 tap = places[from] + (int)first * CLPOOL_WINDOW_W;
            for (clpool_index h = first + 1; h < end; h++) {
                from += CLPOOL_DILATION_H * block->columns;
                const int16 greater = values[from] > best;
                best = greater ? values[from] : best;
                tap = select(tap, places[from] + (int)h * CLPOOL_WINDOW_W, greater);
            }
            const clpool_index to = (row * block->out.z + block->column + i) * at->channels;
            CLPOOL_STORE(16, clpool_fuse_store16(best, clpool_pooled_fusion(at, 0)), at->y + to);
            if (at->mask != 0) {
                CLPOOL_STORE_TAPS(16, tap | CLPOOL_CUT(16, best), at->mask + to);
            }
        }
    }
    return true;
}

static void clpool_block_slowly(const clpool_block *block)
{
    for (clpool_index row = block->row; row < block->row + block->rows; row++) {
        for (clpool_index i = 0; i < block->columns; i++) {
            const clpool_index to = (row * block->out.z + block->column + i) * block->at.channels;
            clpool_pooled here = block->at;
            here.y += to;
            here.mask = here.mask == 0 ? 0 : here.mask + to;
            here.start = (clpool_index4)(0, row * CLPOOL_STRIDE_H - block->pad.y,
                                         (block->column + i) * CLPOOL_STRIDE_W - block->pad.z, 0);
            clpool_pool_some_slowly(&here, 0, 16);
        }
    }
}

static void clpool_block_pool(const clpool_block *block)
{
    CLPOOL_LANES(16) values[CLPOOL_BLOCK_MOST];
    int16 places[CLPOOL_BLOCK_MOST];
    const clpool_index begin = max(block->row * CLPOOL_STRIDE_H - block->pad.y, (clpool_index)0);
    const clpool_index end =
        min((block->row + block->rows - 1) * CLPOOL_STRIDE_H - block->pad.y + CLPOOL_BLOCK_EXTENT, block->at.in.y);
    bool is_done = true;
    for (clpool_index h = begin; h < end && is_done; h++) {
        is_done =
            clpool_block_row(block, h, values + (h - begin) * block->columns, places + (h - begin) * block->columns);
    }
    if (!is_done || !clpool_block_outputs(block, begin, values, places)) {
        clpool_block_slowly(block);
    }
}

/* All blocks of a problem of planes whose channels are a multiple of 16. */
static void clpool_blocks_max(__global const clpool_value *x, __global clpool_value *y, __global clpool_mask *mask,
                              clpool_index images, clpool_index4 in, clpool_index4 out, clpool_index4 pad,
                              clpool_index channels, clpool_fusion fusion)
{
    const clpool_index columns = min(out.z, (clpool_index)CLPOOL_BLOCK_COLUMNS);
    const clpool_index rows = min((CLPOOL_BLOCK_MOST / columns - CLPOOL_BLOCK_EXTENT) / CLPOOL_STRIDE_H + 1, out.y);
    const clpool_index across = (out.z + columns - 1) / columns;
    const clpool_index down = (out.y + rows - 1) / rows;
    const clpool_index units = images * down * across * (channels / 16);
    const ulong worker = get_global_id(0);
    const ulong workers = get_global_size(0);
    clpool_block block;
    block.at.in = in;
    block.at.channels = channels;
    block.at.fusion = fusion;
    block.out = out;
    block.pad = pad;
    for (clpool_index unit = (clpool_index)(worker * (ulong)units / workers);
         unit < (clpool_index)((worker + 1) * (ulong)units / workers); unit++) {
        const clpool_index c = unit % (channels / 16) * 16;
        const clpool_index tile = unit / (channels / 16);
        const clpool_index image = tile / across / down;
        block.column = tile % across * columns;
        block.columns = min(columns, out.z - block.column);
        block.row = tile / across % down * rows;
        block.rows = min(rows, out.y - block.row);
        block.at.channel = c;
        block.at.x = x + image * in.y * in.z * channels + c;
        block.at.y = y + image * out.y * out.z * channels + c;
        block.at.mask = mask == 0 ? 0 : mask + image * out.y * out.z * channels + c;
        clpool_block_pool(&block);
    }
}

#endif

static inline void clpool_channels_max(__global const clpool_value *x, __global clpool_value *y,
                                       __global clpool_mask *mask, clpool_index items, clpool_index4 in,
                                       clpool_index4 out, clpool_index4 pad, clpool_index channels,
                                       clpool_fusion fusion)
{
    const clpool_index rows = items / (out.z * channels);
    const ulong worker = get_global_id(0);
    const ulong workers = get_global_size(0);
    clpool_pooled at;
#if CLPOOL_CHANNELS_SEPARABLE
    if (in.x == 1 && out.x == 1 && pad.x == 0 && channels % 16 == 0) {
        clpool_blocks_max(x, y, mask, items / (out.y * out.z * channels), in, out, pad, channels, fusion);
        return;
    }
#endif
    at.in = in;
    at.pitch = (clpool_index4)(in.y * in.z * channels, in.z * channels, channels, 0) * CLPOOL_DILATION;
    at.channels = channels;
    at.channel = 0;
    at.fusion = fusion;
    for (clpool_index row = (clpool_index)(worker * (ulong)rows / workers);
         row < (clpool_index)((worker + 1) * (ulong)rows / workers); row++) {
        at.x = x + row / out.y / out.x * (in.x * in.y * in.z * channels);
        at.y = y + row * out.z * channels;
        at.mask = mask == 0 ? 0 : mask + row * out.z * channels;
        clpool_pool_rows(at, (clpool_index4)(row / out.y % out.x, row % out.y, 0, 0), out, pad);
    }
}

__kernel __attribute__((reqd_work_group_size(1, 1, 1))) void
clpool_channels_forward(__global const clpool_value *x, ulong x_offset, __global clpool_value *y, ulong y_offset,
                        clpool_index items, clpool_index4 in, clpool_index4 out, clpool_index4 pad,
                        clpool_index channels CLPOOL_FUSION_ARGUMENTS)
{
    clpool_channels_max(x + x_offset, y + y_offset, 0, items, in, out, pad, channels, CLPOOL_FUSION);
}

__kernel __attribute__((reqd_work_group_size(1, 1, 1))) void
clpool_channels_forward_mask(__global const clpool_value *x, ulong x_offset, __global clpool_value *y, ulong y_offset,
                             __global clpool_mask *mask, ulong mask_offset, clpool_index items, clpool_index4 in,
                             clpool_index4 out, clpool_index4 pad, clpool_index channels CLPOOL_FUSION_ARGUMENTS)
{
    clpool_channels_max(x + x_offset, y + y_offset, mask + mask_offset, items, in, out, pad, channels, CLPOOL_FUSION);
}

#if CLPOOL_IS_FLOAT

#define CLPOOL_CHANNELS_REACH 2048 /* windows that may have a tap on an element, at most */

/* The windows that have a tap on an element, in ascending order. */
typedef struct {
    int count;
    clpool_index at[CLPOOL_CHANNELS_REACH]; /* of channel 0 in dy and the mask, within the image */
    int tap[CLPOOL_CHANNELS_REACH];         /* the one on the element */
} clpool_windows;

static inline void clpool_find_windows(clpool_index4 place, clpool_index4 in, clpool_index4 out, clpool_index4 pad,
                                       clpool_index channels, clpool_windows *found)
{
    const clpool_searches at =
        clpool_search_of(place, in, out, pad, CLPOOL_WINDOW, CLPOOL_STRIDE, CLPOOL_DILATION);
    found->count = 0;
    for (clpool_index d = at.d.first; d <= at.d.last; d++) {
        const clpool_index tap_d =
            clpool_tap_at(at.d, d, in.x, out.x, pad.x, CLPOOL_WINDOW_D, CLPOOL_STRIDE_D, CLPOOL_DILATION_D);
        for (clpool_index h = at.h.first; h <= at.h.last && tap_d >= 0; h++) {
            const clpool_index tap_h =
                clpool_tap_at(at.h, h, in.y, out.y, pad.y, CLPOOL_WINDOW_H, CLPOOL_STRIDE_H, CLPOOL_DILATION_H);
            for (clpool_index w = at.w.first; w <= at.w.last && tap_h >= 0; w++) {
                const clpool_index tap_w =
                    clpool_tap_at(at.w, w, in.z, out.z, pad.z, CLPOOL_WINDOW_W, CLPOOL_STRIDE_W, CLPOOL_DILATION_W);
                if (tap_w >= 0) {
                    found->at[found->count] = ((d * out.y + h) * out.z + w) * channels;
                    found->tap[found->count] = (int)((tap_d * CLPOOL_WINDOW_H + tap_h) * CLPOOL_WINDOW_W + tap_w);
                    found->count++;
                }
            }
        }
    }
}

/* The gradients of n channels of one element. */
#define CLPOOL_GATHER(n)                                                                                               \
    CLPOOL_INLINE void clpool_gather##n(const clpool_windows *windows, __global const clpool_value *dy,                \
                                        __global const clpool_mask *mask, __global clpool_value *dx, int accumulate)   \
    {                                                                                                                  \
        float##n sums = 0;                                                                                             \
        for (int i = 0; i < windows->count; i++) {                                                                     \
            const int##n named = CLPOOL_LOAD_TAPS(n, mask + windows->at[i]);                                           \
            const float##n gradients = CLPOOL_LOAD(n, dy + windows->at[i]);                                            \
            sums = named == (int##n)(windows->tap[i]) ? sums + gradients : sums;                                       \
        }                                                                                                              \
        if (accumulate) {                                                                                              \
            sums = CLPOOL_LOAD(n, dx) + sums;                                                                          \
        }                                                                                                              \
        CLPOOL_SETTLE_NAN(n, sums);                                                                                    \
        CLPOOL_ROUND(n, sums, dx);                                                                                     \
    }

CLPOOL_GATHER(16)
CLPOOL_GATHER(8)
CLPOOL_GATHER(4)

/* One channel of an element. */
static inline void clpool_gather_one(const clpool_windows *windows, __global const clpool_value *dy,
                                     __global const clpool_mask *mask, __global clpool_value *dx, int accumulate)
{
    clpool_sum sum = 0;
    for (int i = 0; i < windows->count; i++) {
        if ((int)mask[windows->at[i]] == windows->tap[i]) {
            sum = clpool_add(sum, clpool_widen(dy[windows->at[i]]));
        }
    }
    clpool_store_sum(dx, sum, accumulate);
}

__kernel __attribute__((reqd_work_group_size(1, 1, 1))) void
clpool_channels_backward(__global const clpool_value *dy, ulong dy_offset, __global const clpool_mask *mask,
                         ulong mask_offset, __global clpool_value *dx, ulong dx_offset, int accumulate,
                         clpool_index items, clpool_index4 in, clpool_index4 out, clpool_index4 pad,
                         clpool_index channels)
{
    const clpool_index rows = items / (in.z * channels);
    const ulong worker = get_global_id(0);
    const ulong workers = get_global_size(0);
    clpool_windows windows;
    for (clpool_index row = (clpool_index)(worker * (ulong)rows / workers);
         row < (clpool_index)((worker + 1) * (ulong)rows / workers); row++) {
        const clpool_index image = row / in.y / in.x * (out.x * out.y * out.z * channels);
        __global const clpool_value *from = dy + dy_offset + (ulong)image;
        __global const clpool_mask *named = mask + mask_offset + (ulong)image;
        for (clpool_index w = 0; w < in.z; w++) {
            const clpool_index4 place = (clpool_index4)(row / in.y % in.x, row % in.y, w, 0);
            __global clpool_value *to = dx + dx_offset + (ulong)((row * in.z + w) * channels);
            clpool_index c = 0;
            clpool_find_windows(place, in, out, pad, channels, &windows);
            for (; c + 16 <= channels; c += 16) {
                clpool_gather16(&windows, from + c, named + c, to + c, accumulate);
            }
            if (c + 8 <= channels) {
                clpool_gather8(&windows, from + c, named + c, to + c, accumulate);
                c += 8;
            }
            if (c + 4 <= channels) {
                clpool_gather4(&windows, from + c, named + c, to + c, accumulate);
                c += 4;
            }
            for (; c < channels; c++) {
                clpool_gather_one(&windows, from + c, named + c, to + c, accumulate);
            }
        }
    }
}

#endif

#endif
