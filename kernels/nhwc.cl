/* SPDX-License-Identifier: Apache-2.0
 *
 * nhwc.cl: maximum in channels-last tensors on devices that run work-items in lanes (GPUs). Neighbouring work-items
 * take neighbouring channels, so that lanes read and write side by side and never part. A work-item takes a few
 * channels of a few neighbours along W: outputs forward, elements of dx backward.
 *
 * Reads    x (forward), dy and mask (backward) or x and dy (recompute), from their offsets in elements on.
 * Writes   y and mask (forward) or dx (backward), each element exactly once; with `accumulate`, dx is read first.
 * Launch   as generic.cl; `items` counts work-items: for each row of y or dx its blocks along W, and in each of them
 *          the blocks of channels. Blocks of y begin at output 0, those of dx where the padded row begins.
 * Ranges   as generic.cl, without adaptive axes; tensors dense, channels last; mask values of whole bytes. Any number
 *          of channels: vectors are loaded where it and all offsets are multiples of CLPOOL_ITEM_CHANNELS.
 * Rules    as generic.cl, the same bits.
 * Options  value.cl's, direct.cl's constants, and
 *   CLPOOL_ITEM_CHANNELS   channels of a work-item: 1, 2 or 4
 *   CLPOOL_ITEM_OUTPUTS    neighbours along W of a work-item
 *
 * Forward, windows that overlap along W share columns: a column is reduced over D and H once, and its winner is merged
 * into each window that has it. Small windows are unrolled, and load from places moved into the tensor what lies
 * outside, so that no load waits for a branch. Backward, neighbours share the loads of their windows' gradients and
 * mask values.
 */

/* Columns of a work-item's windows, which the preprocessor can compare. */
#define CLPOOL_NHWC_COLUMNS (1L * CLPOOL_STRIDE_W * (CLPOOL_ITEM_OUTPUTS - 1) + CLPOOL_EXTENT_W)
#define CLPOOL_NHWC_UNROLLED 40 /* the most loads that are written out one by one */

#if CLPOOL_ITEM_OUTPUTS > 1 && CLPOOL_STRIDE_W < CLPOOL_EXTENT_W
#define CLPOOL_NHWC_SHARES 1 /* columns */
#else
#define CLPOOL_NHWC_SHARES 0
#endif

#if CLPOOL_NHWC_COLUMNS <= CLPOOL_NHWC_UNROLLED && CLPOOL_WINDOW_D <= CLPOOL_NHWC_UNROLLED &&                          \
    CLPOOL_WINDOW_H <= CLPOOL_NHWC_UNROLLED
#if CLPOOL_NHWC_COLUMNS * CLPOOL_WINDOW_D * CLPOOL_WINDOW_H <= CLPOOL_NHWC_UNROLLED
#define CLPOOL_NHWC_IS_SMALL 1
#endif
#endif
#ifndef CLPOOL_NHWC_IS_SMALL
#define CLPOOL_NHWC_IS_SMALL 0
#endif
#define CLPOOL_NHWC_ALL _Pragma("unroll")
#define CLPOOL_NHWC_ONE _Pragma("unroll 1") /* since many loads at once take more registers than they save time */
#if CLPOOL_NHWC_IS_SMALL
#define CLPOOL_NHWC_INNER CLPOOL_NHWC_ALL
#else
#define CLPOOL_NHWC_INNER
#endif
#define CLPOOL_NHWC_EACH(i, count) _Pragma("unroll") for (int i = 0; i < (count); i++)

/* ---- Several channels ---- */

typedef CLPOOL_VECTOR(clpool_value, CLPOOL_ITEM_CHANNELS) clpool_value_vector;
typedef CLPOOL_VECTOR(clpool_mask, CLPOOL_ITEM_CHANNELS) clpool_mask_vector;

/* The channels of a work-item, and how they are loaded and stored. */
typedef struct {
    clpool_index channels; /* of the tensor */
    clpool_index first;
    int count;      /* at most CLPOOL_ITEM_CHANNELS */
    bool is_vector; /* all of them, aligned */
    CLPOOL_FUSION_MEMBER
} clpool_block;

/* Of the element whose channel block->first is at `from`. Touches no other channel. */
#define CLPOOL_NHWC_LOAD(type)                                                                                         \
    CLPOOL_INLINE void clpool_load_##type##s(const clpool_block *block, __global const clpool_##type *from,            \
                                             clpool_##type *values)                                                    \
    {                                                                                                                  \
        if (block->is_vector) {                                                                                        \
            CLPOOL_SPLIT(CLPOOL_ITEM_CHANNELS, *(__global const clpool_##type##_vector *)from, values);                \
        } else {                                                                                                       \
            CLPOOL_NHWC_EACH(i, CLPOOL_ITEM_CHANNELS)                                                                  \
            {                                                                                                          \
                values[i] = i < block->count ? from[i] : (clpool_##type)0;                                             \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    CLPOOL_INLINE void clpool_store_##type##s(const clpool_block *block, const clpool_##type *values,                  \
                                              __global clpool_##type *to)                                              \
    {                                                                                                                  \
        if (block->is_vector) {                                                                                        \
            *(__global clpool_##type##_vector *)to = CLPOOL_JOIN(CLPOOL_ITEM_CHANNELS, values);                        \
        } else {                                                                                                       \
            CLPOOL_NHWC_EACH(i, CLPOOL_ITEM_CHANNELS)                                                                  \
            {                                                                                                          \
                if (i < block->count) {                                                                                \
                    to[i] = values[i];                                                                                 \
                }                                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
    }

CLPOOL_NHWC_LOAD(value)
CLPOOL_NHWC_LOAD(mask)

CLPOOL_INLINE clpool_index clpool_blocks_of(clpool_index channels)
{
    return (channels + (CLPOOL_ITEM_CHANNELS - 1)) / CLPOOL_ITEM_CHANNELS;
}

/* The block of channels that work-item `item` takes. */
CLPOOL_INLINE clpool_block clpool_block_of(clpool_index item, clpool_index channels, bool is_vector,
                                           clpool_fusion fusion)
{
    clpool_block block;
    block.channels = channels;
    block.first = item % clpool_blocks_of(channels) * CLPOOL_ITEM_CHANNELS;
    block.count = (int)min((clpool_index)CLPOOL_ITEM_CHANNELS, channels - block.first);
    block.is_vector = is_vector;
    CLPOOL_KEEP_FUSION(&block, fusion);
    return block;
}

/* What is fused, for the i-th channel; the last one's for those that are not there. */
CLPOOL_INLINE clpool_fusion clpool_block_fusion(const clpool_block *block, int i)
{
    return clpool_at_channel(CLPOOL_KEPT_FUSION(block), block->first + min(i, block->count - 1));
}

/* Whether elements that begin at a multiple of the channels can be loaded as vectors. */
CLPOOL_INLINE bool clpool_is_aligned(clpool_index channels, ulong offsets)
{
    return channels % CLPOOL_ITEM_CHANNELS == 0 && offsets % CLPOOL_ITEM_CHANNELS == 0u;
}

/* ---- Winners ---- */

/* Of each channel. Where there is none the key is CLPOOL_KEY_NONE, and the tap 0. */
typedef struct {
    clpool_value value[CLPOOL_ITEM_CHANNELS];
    clpool_key key[CLPOOL_ITEM_CHANNELS];
    uint tap[CLPOOL_ITEM_CHANNELS];
} clpool_winners;

CLPOOL_INLINE void clpool_clear(clpool_winners *winners)
{
    CLPOOL_NHWC_EACH(i, CLPOOL_ITEM_CHANNELS)
    {
        winners->value[i] = CLPOOL_IDENTITY;
        winners->key[i] = CLPOOL_KEY_NONE;
        winners->tap[i] = 0u;
    }
}

/* Makes of loaded values what is pooled. */
CLPOOL_INLINE void clpool_fuse_values(const clpool_block *block, clpool_value *values)
{
#ifdef CLPOOL_LOAD_EXPRESSION
    CLPOOL_NHWC_EACH(i, CLPOOL_ITEM_CHANNELS)
    {
        values[i] = clpool_fuse_load(values[i], clpool_block_fusion(block, i));
    }
#else
    (void)block;
    (void)values;
#endif
}

/* Loads the next tap in scan order; one that is not inside the tensor counts for nothing. */
CLPOOL_INLINE void clpool_take(clpool_winners *winners, const clpool_block *block, __global const clpool_value *x,
                               bool is_inside, uint tap)
{
    clpool_value values[CLPOOL_ITEM_CHANNELS];
    clpool_load_values(block, x, values);
    clpool_fuse_values(block, values);
    CLPOOL_NHWC_EACH(i, CLPOOL_ITEM_CHANNELS)
    {
        const clpool_key key = is_inside ? clpool_key_of(values[i]) : CLPOOL_KEY_NONE;
        if (clpool_beats(key, winners->key[i])) {
            winners->value[i] = values[i];
            winners->key[i] = key;
            winners->tap[i] = tap;
        }
    }
}

/* Merges the winners of another part of the window, whose taps are numbered from `tap` on. */
CLPOOL_INLINE void clpool_merge(clpool_winners *winners, const clpool_winners *part, uint tap)
{
    CLPOOL_NHWC_EACH(i, CLPOOL_ITEM_CHANNELS)
    {
        if (clpool_outranks(part->key[i], part->tap[i] + tap, winners->key[i], winners->tap[i])) {
            winners->value[i] = part->value[i];
            winners->key[i] = part->key[i];
            winners->tap[i] = part->tap[i] + tap;
        }
    }
}

/* Makes of winners what is stored. */
CLPOOL_INLINE void clpool_fuse_winners(const clpool_block *block, clpool_winners *winners)
{
#if CLPOOL_IS_FUSED
    CLPOOL_NHWC_EACH(i, CLPOOL_ITEM_CHANNELS)
    {
        winners->value[i] = clpool_fuse_store(winners->value[i], clpool_block_fusion(block, i));
    }
#else
    (void)block;
    (void)winners;
#endif
}

/* The tap that wins the i-th channel, unless that is cut to zero. */
CLPOOL_INLINE uint clpool_tap_of_winner(const clpool_winners *winners, int i)
{
    return clpool_cuts(winners->key[i]) ? CLPOOL_NO_TAP : winners->tap[i];
}

/* Taps of one axis: all of them where they are unrolled, else those inside the tensor. */
typedef struct {
    clpool_index first;
    clpool_index end;
} clpool_range;

CLPOOL_INLINE clpool_range clpool_range_of(clpool_index start, clpool_index in, clpool_index window,
                                           clpool_index dilation)
{
    clpool_range range;
    range.first = CLPOOL_NHWC_IS_SMALL ? 0 : clpool_first_tap(start, dilation);
    range.end = CLPOOL_NHWC_IS_SMALL ? window : clpool_end_tap(start, dilation, in, window);
    return range;
}

/* A place on an axis, moved into the tensor. */
CLPOOL_INLINE clpool_index clpool_inside(clpool_index place, clpool_index in)
{
    return clamp(place, (clpool_index)0, in - 1);
}

/* Elements before a row of x, and whether it is inside the tensor. */
typedef struct {
    clpool_index pitch;
    bool is_inside;
} clpool_row;

CLPOOL_INLINE clpool_row clpool_row_at(clpool_index d, clpool_index h, clpool_index4 in)
{
    clpool_row row;
    const clpool_index inside_d = clpool_inside(d, in.x);
    const clpool_index inside_h = clpool_inside(h, in.y);
    row.pitch = (inside_d * in.y + inside_h) * in.z;
    row.is_inside = inside_d == d && inside_h == h;
    return row;
}

/* The winners of the window that begins at `start`, in the image whose channel block->first begins at x. */
CLPOOL_INLINE void clpool_scan_window(const clpool_block *block, __global const clpool_value *x, clpool_index4 in,
                                      clpool_index4 start, clpool_winners *winners)
{
    const clpool_range d_taps = clpool_range_of(start.x, in.x, CLPOOL_WINDOW_D, CLPOOL_DILATION_D);
    const clpool_range h_taps = clpool_range_of(start.y, in.y, CLPOOL_WINDOW_H, CLPOOL_DILATION_H);
    const clpool_range w_taps = clpool_range_of(start.z, in.z, CLPOOL_WINDOW_W, CLPOOL_DILATION_W);
    clpool_clear(winners);
    CLPOOL_NHWC_ONE for (clpool_index d = d_taps.first; d < d_taps.end; d++)
    {
        CLPOOL_NHWC_ONE for (clpool_index h = h_taps.first; h < h_taps.end; h++)
        {
            const clpool_row row = clpool_row_at(start.x + d * CLPOOL_DILATION_D, start.y + h * CLPOOL_DILATION_H, in);
            const uint tap = ((uint)d * (uint)CLPOOL_WINDOW_H + (uint)h) * (uint)CLPOOL_WINDOW_W;
            CLPOOL_NHWC_INNER for (clpool_index w = w_taps.first; w < w_taps.end; w++)
            {
                const clpool_index place = start.z + w * CLPOOL_DILATION_W;
                const clpool_index inside = clpool_inside(place, in.z);
                clpool_take(winners, block, x + (row.pitch + inside) * block->channels,
                            row.is_inside && inside == place, tap + (uint)w);
            }
        }
    }
}

/* ---- Forward ---- */

/* The winners of the column at w of the windows that begin at start.x, start.y. Its taps are those of tap 0 along W. */
CLPOOL_INLINE void clpool_scan_column(const clpool_block *block, __global const clpool_value *x, clpool_index4 in,
                                      clpool_index4 start, clpool_index w, clpool_winners *column)
{
    const clpool_range d_taps = clpool_range_of(start.x, in.x, CLPOOL_WINDOW_D, CLPOOL_DILATION_D);
    const clpool_range h_taps = clpool_range_of(start.y, in.y, CLPOOL_WINDOW_H, CLPOOL_DILATION_H);
    const clpool_index inside = clpool_inside(w, in.z);
    clpool_clear(column);
    CLPOOL_NHWC_ONE for (clpool_index d = d_taps.first; d < d_taps.end; d++)
    {
        CLPOOL_NHWC_INNER for (clpool_index h = h_taps.first; h < h_taps.end; h++)
        {
            const clpool_row row = clpool_row_at(start.x + d * CLPOOL_DILATION_D, start.y + h * CLPOOL_DILATION_H, in);
            clpool_take(column, block, x + (row.pitch + inside) * block->channels, row.is_inside && inside == w,
                        ((uint)d * (uint)CLPOOL_WINDOW_H + (uint)h) * (uint)CLPOOL_WINDOW_W);
        }
    }
}

/* Whether a window along W that begins i columns before has a tap there. */
CLPOOL_INLINE bool clpool_has_column(clpool_index i)
{
    return i >= 0 && i < (clpool_index)CLPOOL_EXTENT_W && i % CLPOOL_DILATION_W == 0;
}

/* The winners of a work-item's windows, the first of which begins at `start`. */
CLPOOL_INLINE void clpool_scan_windows(const clpool_block *block, __global const clpool_value *x, clpool_index4 in,
                                       clpool_index4 start, clpool_winners winners[CLPOOL_ITEM_OUTPUTS])
{
#if CLPOOL_NHWC_SHARES
    const clpool_index columns = (clpool_index)CLPOOL_NHWC_COLUMNS;
    const clpool_index begin = CLPOOL_NHWC_IS_SMALL ? 0 : max(-start.z, (clpool_index)0);
    const clpool_index end = CLPOOL_NHWC_IS_SMALL ? columns : min(columns, in.z - start.z);
    CLPOOL_NHWC_EACH(r, CLPOOL_ITEM_OUTPUTS)
    {
        clpool_clear(&winners[r]);
    }
    CLPOOL_NHWC_ONE for (clpool_index i = begin; i < end; i++)
    {
        clpool_winners column;
        bool is_used = false;
        CLPOOL_NHWC_EACH(r, CLPOOL_ITEM_OUTPUTS)
        {
            is_used = is_used || clpool_has_column(i - r * (clpool_index)CLPOOL_STRIDE_W);
        }
        if (is_used) {
            clpool_scan_column(block, x, in, start, start.z + i, &column);
            CLPOOL_NHWC_EACH(r, CLPOOL_ITEM_OUTPUTS)
            {
                const clpool_index step = i - r * (clpool_index)CLPOOL_STRIDE_W;
                if (clpool_has_column(step)) {
                    clpool_merge(&winners[r], &column, (uint)(step / CLPOOL_DILATION_W));
                }
            }
        }
    }
#else
    CLPOOL_NHWC_EACH(r, CLPOOL_ITEM_OUTPUTS)
    {
        clpool_scan_window(block, x, in, start + (clpool_index4)(0, 0, r * (clpool_index)CLPOOL_STRIDE_W, 0),
                           &winners[r]);
    }
#endif
}

CLPOOL_INLINE void clpool_nhwc_max(__global const clpool_value *x, __global clpool_value *y, __global clpool_mask *mask,
                                   clpool_index item, clpool_index4 in, clpool_index4 out, clpool_index4 pad,
                                   clpool_index channels, bool is_vector, clpool_fusion fusion)
{
    const clpool_block block = clpool_block_of(item, channels, is_vector, fusion);
    const clpool_index across = (out.z + (CLPOOL_ITEM_OUTPUTS - 1)) / CLPOOL_ITEM_OUTPUTS;
    const clpool_index4 blocks = (clpool_index4)(out.x, out.y, across, 0);
    const clpool_place place = clpool_place_of(item / clpool_blocks_of(channels), blocks, 1);
    const clpool_index4 output = place.spatial * (clpool_index4)(1, 1, CLPOOL_ITEM_OUTPUTS, 0);
    const clpool_index4 start = output * CLPOOL_STRIDE - pad;
    const clpool_index first = ((place.n * out.x + output.x) * out.y + output.y) * out.z + output.z;
    clpool_winners winners[CLPOOL_ITEM_OUTPUTS];
    clpool_scan_windows(&block, x + (place.n * (in.x * in.y * in.z) * channels + block.first), in, start, winners);
    CLPOOL_NHWC_EACH(r, CLPOOL_ITEM_OUTPUTS)
    {
        if (output.z + r < out.z) {
            const clpool_index to = (first + r) * channels + block.first;
            clpool_fuse_winners(&block, &winners[r]);
            clpool_store_values(&block, winners[r].value, y + to);
            if (mask != 0) {
                clpool_mask values[CLPOOL_ITEM_CHANNELS];
                CLPOOL_NHWC_EACH(i, CLPOOL_ITEM_CHANNELS)
                {
                    const uint tap =
                        winners[r].key[i] == CLPOOL_KEY_NONE ? CLPOOL_NO_TAP : clpool_tap_of_winner(&winners[r], i);
                    const clpool_place plane = {place.n, block.first + i, (clpool_index4)(0)};
                    values[i] = clpool_mask_of_tap(tap, plane, in, channels,
                                                   start + (clpool_index4)(0, 0, r * (clpool_index)CLPOOL_STRIDE_W, 0),
                                                   CLPOOL_WINDOW, CLPOOL_DILATION);
                }
                clpool_store_masks(&block, values, mask + to);
            }
        }
    }
}

__kernel void clpool_nhwc_forward(__global const clpool_value *x, ulong x_offset, __global clpool_value *y,
                                  ulong y_offset, clpool_index items, clpool_index4 in, clpool_index4 out,
                                  clpool_index4 pad, clpool_index channels CLPOOL_FUSION_ARGUMENTS)
{
    const clpool_index item = clpool_item();
    if (item >= items) {
        return;
    }
    if (clpool_is_aligned(channels, x_offset | y_offset)) {
        clpool_nhwc_max(x + x_offset, y + y_offset, 0, item, in, out, pad, channels, true, CLPOOL_FUSION);
    } else {
        clpool_nhwc_max(x + x_offset, y + y_offset, 0, item, in, out, pad, channels, false, CLPOOL_FUSION);
    }
}

__kernel void clpool_nhwc_forward_mask(__global const clpool_value *x, ulong x_offset, __global clpool_value *y,
                                       ulong y_offset, __global clpool_mask *mask, ulong mask_offset,
                                       clpool_index items, clpool_index4 in, clpool_index4 out, clpool_index4 pad,
                                       clpool_index channels CLPOOL_FUSION_ARGUMENTS)
{
    const clpool_index item = clpool_item();
    if (item >= items) {
        return;
    }
    if (clpool_is_aligned(channels, x_offset | y_offset | mask_offset)) {
        clpool_nhwc_max(x + x_offset, y + y_offset, mask + mask_offset, item, in, out, pad, channels, true,
                        CLPOOL_FUSION);
    } else {
        clpool_nhwc_max(x + x_offset, y + y_offset, mask + mask_offset, item, in, out, pad, channels, false,
                        CLPOOL_FUSION);
    }
}

/* ---- Backward ---- */

#if CLPOOL_IS_FLOAT

/* Windows that may hold one of n neighbours, which begin at a multiple of n from the beginning of the padded axis. */
#define CLPOOL_NHWC_REACH(n, stride, extent)                                                                           \
    ((n) % (stride) == 0 ? (n) / (stride) + ((extent)-1) / (stride)                                                    \
                         : ((stride) % (n) == 0 ? 1 + ((extent)-1) / (stride) : ((extent) + (n)-1) / (stride) + 1))
#define CLPOOL_NHWC_REACH_D CLPOOL_NHWC_REACH(1, CLPOOL_STRIDE_D, CLPOOL_EXTENT_D)
#define CLPOOL_NHWC_REACH_H CLPOOL_NHWC_REACH(1, CLPOOL_STRIDE_H, CLPOOL_EXTENT_H)
#define CLPOOL_NHWC_REACH_W CLPOOL_NHWC_REACH(CLPOOL_ITEM_OUTPUTS, CLPOOL_STRIDE_W, CLPOOL_EXTENT_W)
#define CLPOOL_NHWC_REACH_UNROLLED 6 /* the most gradients that are loaded at once */
#if CLPOOL_NHWC_REACH_W * CLPOOL_ITEM_CHANNELS <= CLPOOL_NHWC_REACH_UNROLLED
#define CLPOOL_NHWC_UNROLLS_REACH 1
#define CLPOOL_NHWC_UNROLL_REACH _Pragma("unroll")
#else
#define CLPOOL_NHWC_UNROLLS_REACH 0
#define CLPOOL_NHWC_UNROLL_REACH CLPOOL_NHWC_ONE
#endif

/* Elements between the first tap along W of window w, the i-th of CLPOOL_NHWC_REACH_W, and the element at `place`, the
 * first of a work-item's neighbours: a constant where all work-items lie alike. */
#if CLPOOL_NHWC_UNROLLS_REACH && CLPOOL_ITEM_OUTPUTS % CLPOOL_STRIDE_W == 0
#define CLPOOL_NHWC_STEP(place, w, i)                                                                                  \
    (((clpool_index)CLPOOL_NHWC_REACH_W - CLPOOL_ITEM_OUTPUTS / CLPOOL_STRIDE_W - (i)) * CLPOOL_STRIDE_W)
#else
#define CLPOOL_NHWC_STEP(place, w, i) ((place) - (w)*CLPOOL_STRIDE_W)
#endif

/* What a work-item of backward works on. */
typedef struct {
    clpool_block block;
    clpool_place place; /* of its first channel and neighbour, counted along W from where the padded row begins */
    clpool_index4 in;
    clpool_index4 out;
    clpool_index4 pad;
} clpool_neighbours;

CLPOOL_INLINE clpool_neighbours clpool_neighbours_of(clpool_index item, clpool_index4 in, clpool_index4 out,
                                                     clpool_index4 pad, clpool_index channels, clpool_fusion fusion)
{
    clpool_neighbours at;
    const clpool_index skipped = pad.z / CLPOOL_ITEM_OUTPUTS; /* blocks of nothing but padding */
    const clpool_index across = (pad.z + in.z - 1) / CLPOOL_ITEM_OUTPUTS - skipped + 1;
    at.block = clpool_block_of(item, channels, false, fusion);
    at.place = clpool_place_of(item / clpool_blocks_of(channels), (clpool_index4)(in.x, in.y, across, 0), 1);
    at.place.c = at.block.first;
    at.place.spatial.z = (at.place.spatial.z + skipped) * CLPOOL_ITEM_OUTPUTS;
    at.in = in;
    at.out = out;
    at.pad = pad;
    return at;
}

/* The tap that lies `step` elements behind a window's first; -1 where none does. */
CLPOOL_INLINE clpool_index clpool_tap_of_step(clpool_index step, clpool_index window, clpool_index dilation)
{
    const clpool_index tap = step / dilation;
    return step >= 0 && tap < window && tap * dilation == step ? tap : -1;
}

typedef struct {
    clpool_sum of[CLPOOL_ITEM_OUTPUTS][CLPOOL_ITEM_CHANNELS];
} clpool_sums;

CLPOOL_INLINE void clpool_clear_sums(clpool_sums *sums)
{
    CLPOOL_NHWC_EACH(r, CLPOOL_ITEM_OUTPUTS)
    {
        CLPOOL_NHWC_EACH(i, CLPOOL_ITEM_CHANNELS)
        {
            sums->of[r][i] = 0;
        }
    }
}

/* A window's values of a work-item's channels. Winners are named by the mask, or were found again. */
typedef struct {
    clpool_value gradients[CLPOOL_ITEM_CHANNELS];
    clpool_mask named[CLPOOL_ITEM_CHANNELS];
    uint winners[CLPOOL_ITEM_CHANNELS];
} clpool_window;

/* Adds a window's gradients to those neighbours that win it, as the mask (`has_mask`) or `winners` say. Along W the
 * first of them lies `step` elements behind its first tap; `row` is the number of its first tap in their row. */
CLPOOL_INLINE void clpool_add_gradients(const clpool_neighbours *at, const clpool_window *window, bool has_mask,
                                        clpool_index step, uint row, clpool_sums *sums)
{
    clpool_place place = at->place;
    CLPOOL_NHWC_EACH(r, CLPOOL_ITEM_OUTPUTS)
    {
        const clpool_index tap_w = clpool_tap_of_step(step + r, CLPOOL_WINDOW_W, CLPOOL_DILATION_W);
        const uint tap = row + (uint)tap_w;
        place.spatial.z = at->place.spatial.z + r - at->pad.z;
        CLPOOL_NHWC_EACH(i, CLPOOL_ITEM_CHANNELS)
        {
            place.c = at->place.c + i;
            const bool is_named =
                has_mask ? clpool_names(window->named[i], tap, clpool_mask_of_place(place, at->in, at->block.channels))
                         : window->winners[i] == tap;
            if (tap_w >= 0 && is_named) {
                sums->of[r][i] = clpool_add(sums->of[r][i], clpool_widen(window->gradients[i]));
            }
        }
    }
}

/* Stores the sums of neighbours of the image at dx, or adds them to what it holds. */
CLPOOL_INLINE void clpool_store_sums(const clpool_neighbours *at, const clpool_sums *sums, __global clpool_value *dx,
                                     int accumulate)
{
    const clpool_place place = at->place;
    dx +=
        ((place.n * at->in.x + place.spatial.x) * at->in.y + place.spatial.y) * at->in.z * at->block.channels + place.c;
    CLPOOL_NHWC_EACH(r, CLPOOL_ITEM_OUTPUTS)
    {
        const clpool_index w = place.spatial.z + r - at->pad.z;
        if (w >= 0 && w < at->in.z) {
            __global clpool_value *to = dx + w * at->block.channels;
            clpool_value values[CLPOOL_ITEM_CHANNELS];
            if (accumulate) {
                clpool_load_values(&at->block, to, values);
            }
            CLPOOL_NHWC_EACH(i, CLPOOL_ITEM_CHANNELS)
            {
                const clpool_sum sum = sums->of[r][i];
                values[i] = clpool_narrow(accumulate ? clpool_add(clpool_widen(values[i]), sum) : sum);
            }
            clpool_store_values(&at->block, values, to);
        }
    }
}

/* Windows from `first` to `last` may hold an element, or one of several neighbours, along one axis. */
typedef struct {
    clpool_index first;
    clpool_index last;
} clpool_reach;

/* `place` is the last neighbour's, counted from where the padded axis begins. */
CLPOOL_INLINE clpool_reach clpool_reach_of(clpool_index place, clpool_index out, clpool_index stride,
                                           clpool_index reach)
{
    clpool_reach windows;
    const clpool_index last = place / stride;
    windows.first = max(last - (reach - 1), (clpool_index)0);
    windows.last = min(last, out - 1);
    return windows;
}

/* Adds the gradients of one row of windows, the first of which is number `row` of all. `tap` is as above. */
CLPOOL_INLINE void clpool_add_row(const clpool_neighbours *at, __global const clpool_value *dy,
                                  __global const clpool_mask *mask, clpool_index row, uint tap, clpool_sums *sums)
{
    const clpool_index reach = (clpool_index)CLPOOL_NHWC_REACH_W;
    const clpool_index last = (at->place.spatial.z + (CLPOOL_ITEM_OUTPUTS - 1)) / CLPOOL_STRIDE_W;
    const clpool_index first = last - (reach - 1);
    const clpool_index begin = CLPOOL_NHWC_UNROLLS_REACH ? 0 : max(-first, (clpool_index)0);
    const clpool_index end = CLPOOL_NHWC_UNROLLS_REACH ? reach : min(reach, at->out.z - first);
    CLPOOL_NHWC_UNROLL_REACH for (clpool_index i = begin; i < end; i++)
    {
        clpool_window window;
        const clpool_index inside = clpool_inside(first + i, at->out.z);
        const clpool_index from = (row + inside) * at->block.channels + at->block.first;
        clpool_load_masks(&at->block, mask + from, window.named);
        clpool_load_values(&at->block, dy + from, window.gradients);
        if (inside == first + i) {
            clpool_add_gradients(at, &window, true, CLPOOL_NHWC_STEP(at->place.spatial.z, inside, i), tap, sums);
        }
    }
}

/* The same for windows of row (d, h), whose winners are found again. In the image, block.first begins at x. */
CLPOOL_INLINE void clpool_add_row_again(const clpool_neighbours *at, __global const clpool_value *dy,
                                        __global const clpool_value *x, clpool_index d, clpool_index h,
                                        clpool_index row, uint tap, clpool_sums *sums)
{
    const clpool_reach reach = clpool_reach_of(at->place.spatial.z + (CLPOOL_ITEM_OUTPUTS - 1), at->out.z,
                                               CLPOOL_STRIDE_W, (clpool_index)CLPOOL_NHWC_REACH_W);
    CLPOOL_NHWC_ONE for (clpool_index w = reach.first; w <= reach.last; w++)
    {
        clpool_window window;
        clpool_winners winners;
        clpool_scan_window(&at->block, x, at->in, (clpool_index4)(d, h, w, 0) * CLPOOL_STRIDE - at->pad, &winners);
        CLPOOL_NHWC_EACH(i, CLPOOL_ITEM_CHANNELS)
        {
            window.winners[i] = clpool_tap_of_winner(&winners, i);
        }
        clpool_load_values(&at->block, dy + ((row + w) * at->block.channels + at->block.first), window.gradients);
        clpool_add_gradients(at, &window, false, at->place.spatial.z - w * CLPOOL_STRIDE_W, tap, sums);
    }
}

/* One of x and mask is NULL. */
CLPOOL_INLINE void clpool_nhwc_gather(__global const clpool_value *x, __global const clpool_value *dy,
                                      __global const clpool_mask *mask, __global clpool_value *dx, int accumulate,
                                      const clpool_neighbours *at)
{
    const clpool_index4 in = at->in;
    const clpool_index4 out = at->out;
    const clpool_index4 place = at->place.spatial + (clpool_index4)(at->pad.x, at->pad.y, 0, 0);
    const clpool_reach d_reach = clpool_reach_of(place.x, out.x, CLPOOL_STRIDE_D, (clpool_index)CLPOOL_NHWC_REACH_D);
    const clpool_reach h_reach = clpool_reach_of(place.y, out.y, CLPOOL_STRIDE_H, (clpool_index)CLPOOL_NHWC_REACH_H);
    clpool_sums sums;
    clpool_clear_sums(&sums);
    CLPOOL_NHWC_ONE for (clpool_index d = d_reach.first; d <= d_reach.last; d++)
    {
        const clpool_index tap_d =
            clpool_tap_of_step(place.x - d * CLPOOL_STRIDE_D, CLPOOL_WINDOW_D, CLPOOL_DILATION_D);
        CLPOOL_NHWC_ONE for (clpool_index h = h_reach.first; h <= h_reach.last && tap_d >= 0; h++)
        {
            const clpool_index tap_h =
                clpool_tap_of_step(place.y - h * CLPOOL_STRIDE_H, CLPOOL_WINDOW_H, CLPOOL_DILATION_H);
            const clpool_index row = ((at->place.n * out.x + d) * out.y + h) * out.z;
            const uint tap = ((uint)tap_d * (uint)CLPOOL_WINDOW_H + (uint)tap_h) * (uint)CLPOOL_WINDOW_W;
            if (tap_h >= 0 && mask != 0) {
                clpool_add_row(at, dy, mask, row, tap, &sums);
            } else if (tap_h >= 0) {
                clpool_add_row_again(at, dy,
                                     x + (at->place.n * (in.x * in.y * in.z) * at->block.channels + at->block.first), d,
                                     h, row, tap, &sums);
            }
        }
    }
    clpool_store_sums(at, &sums, dx, accumulate);
}

__kernel void clpool_nhwc_backward(__global const clpool_value *dy, ulong dy_offset, __global const clpool_mask *mask,
                                   ulong mask_offset, __global clpool_value *dx, ulong dx_offset, int accumulate,
                                   clpool_index items, clpool_index4 in, clpool_index4 out, clpool_index4 pad,
                                   clpool_index channels)
{
    const clpool_index item = clpool_item();
    if (item >= items) {
        return;
    }
    clpool_neighbours at = clpool_neighbours_of(item, in, out, pad, channels, clpool_no_fusion());
    at.block.is_vector = clpool_is_aligned(channels, dy_offset | mask_offset | dx_offset);
    if (at.block.is_vector) {
        at.block.is_vector = true;
        clpool_nhwc_gather(0, dy + dy_offset, mask + mask_offset, dx + dx_offset, accumulate, &at);
    } else {
        at.block.is_vector = false;
        clpool_nhwc_gather(0, dy + dy_offset, mask + mask_offset, dx + dx_offset, accumulate, &at);
    }
}

__kernel void clpool_nhwc_backward_recompute(__global const clpool_value *x, ulong x_offset,
                                             __global const clpool_value *dy, ulong dy_offset,
                                             __global clpool_value *dx, ulong dx_offset, int accumulate,
                                             clpool_index items, clpool_index4 in, clpool_index4 out, clpool_index4 pad,
                                             clpool_index channels CLPOOL_FUSION_ARGUMENTS)
{
    const clpool_index item = clpool_item();
    if (item >= items) {
        return;
    }
    clpool_neighbours at = clpool_neighbours_of(item, in, out, pad, channels, CLPOOL_FUSION);
    at.block.is_vector = clpool_is_aligned(channels, x_offset | dy_offset | dx_offset);
    clpool_nhwc_gather(x + x_offset, dy + dy_offset, 0, dx + dx_offset, accumulate, &at);
}

#endif
