/* SPDX-License-Identifier: Apache-2.0
 *
 * blocks.cl: maximum of small windows that lie side by side along W. A work-item takes CLPOOL_ITEM_OUTPUTS windows of a
 * row; backward also what lies between them and the next ones along D and H. So each element is loaded and stored once,
 * and in vectors.
 *
 * Reads    x (forward), dy and mask (backward) or x and dy (recompute), from their offsets in elements on.
 * Writes   y and mask (forward) or dx (backward), each element exactly once; with `accumulate`, dx is read first.
 * Launch   as generic.cl; `items` counts work-items: for each row of windows its blocks. Backward there are as many
 *          rows as cover the padded input, but those of nothing but padding before the first element.
 * Ranges   as direct.cl; on W no padding, windows without gaps in and between them, and in.z = out.z * stride; forward
 *          no packed masks. Vectors are used where out.z and all offsets let them be aligned.
 * Rules    as generic.cl, the same bits.
 * Options  value.cl's, direct.cl's constants, and
 *   CLPOOL_ITEM_OUTPUTS   windows of a work-item: 1, 2 or 4
 */

#define CLPOOL_BLOCK_SPAN (CLPOOL_ITEM_OUTPUTS * CLPOOL_STRIDE_W) /* elements of a work-item in a row of x */

/* PoCL 6.0 on LLVM 18 ends the process where it is asked to unroll these loops: "Instruction Combining did not reach a
 * fixpoint", its issue 1608. PoCL unrolls them unasked. */
#ifdef POCL_DEVICE_ADDRESS_BITS
#define CLPOOL_BLOCK_EACH(i, count) for (int i = 0; i < (count); i++)
#else
#define CLPOOL_BLOCK_EACH(i, count) _Pragma("unroll") for (int i = 0; i < (count); i++)
#endif

/* Elements of a vector: up to 16 bytes, and of the block a whole number. */
#if CLPOOL_BLOCK_SPAN % 8 == 0 && (CLPOOL_DTYPE_F16 || CLPOOL_DTYPE_BF16 || CLPOOL_DTYPE_I8 || CLPOOL_DTYPE_U8)
#define CLPOOL_BLOCK_WIDTH 8
#elif CLPOOL_BLOCK_SPAN % 4 == 0 && !CLPOOL_DTYPE_F64
#define CLPOOL_BLOCK_WIDTH 4
#elif CLPOOL_BLOCK_SPAN % 2 == 0
#define CLPOOL_BLOCK_WIDTH 2
#else
#define CLPOOL_BLOCK_WIDTH 1
#endif

/* The windows of a work-item. */
typedef struct {
    clpool_place place; /* the output of the first, place.n counting planes */
    clpool_index4 start;
    int count; /* at most CLPOOL_ITEM_OUTPUTS */
    CLPOOL_FUSION_MEMBER
} clpool_block;

/* `place` counts along W in blocks. */
CLPOOL_INLINE clpool_block clpool_block_at(clpool_place place, clpool_index4 out, clpool_index4 pad,
                                           clpool_fusion fusion)
{
    clpool_block block;
    block.place = place;
    block.place.spatial.z *= CLPOOL_ITEM_OUTPUTS;
    block.start = block.place.spatial * CLPOOL_STRIDE - pad;
    block.count = (int)min((clpool_index)CLPOOL_ITEM_OUTPUTS, out.z - block.place.spatial.z);
    CLPOOL_KEEP_FUSION(&block, clpool_at_plane(fusion, place.n));
    return block;
}

CLPOOL_INLINE clpool_index clpool_blocks_of_row(clpool_index4 out)
{
    return (out.z + (CLPOOL_ITEM_OUTPUTS - 1)) / CLPOOL_ITEM_OUTPUTS;
}

/* Number of the block's first output; there may be none. */
CLPOOL_INLINE clpool_index clpool_block_output(const clpool_block *block, clpool_index4 out)
{
    const clpool_index4 at = block->place.spatial;
    return ((block->place.n * out.x + at.x) * out.y + at.y) * out.z + at.z;
}

/* Whether all blocks are whole, and their rows begin at multiples of a vector's elements. */
CLPOOL_INLINE bool clpool_blocks_are_aligned(clpool_index4 out, ulong offsets)
{
    return out.z % CLPOOL_ITEM_OUTPUTS == 0 && offsets % (ulong)max(CLPOOL_BLOCK_WIDTH, CLPOOL_ITEM_OUTPUTS) == 0u;
}

/* Copies `size` elements, all of them by vectors of `width`, or `count` of them one by one. */
#define CLPOOL_BLOCK_COPY(name, type, size, width)                                                                     \
    CLPOOL_INLINE void clpool_load_##name(type *values, __global const type *from, int count, bool is_vector)          \
    {                                                                                                                  \
        if (is_vector) {                                                                                               \
            CLPOOL_BLOCK_EACH(i, (size) / (width))                                                                     \
            {                                                                                                          \
                CLPOOL_SPLIT(width, ((__global const CLPOOL_VECTOR(type, width) *)from)[i], values + i * (width));     \
            }                                                                                                          \
        } else {                                                                                                       \
            CLPOOL_BLOCK_EACH(i, size)                                                                                 \
            {                                                                                                          \
                values[i] = i < count ? from[i] : (type)0;                                                             \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    CLPOOL_INLINE void clpool_store_##name(const type *values, __global type *to, int count, bool is_vector)           \
    {                                                                                                                  \
        if (is_vector) {                                                                                               \
            CLPOOL_BLOCK_EACH(i, (size) / (width))                                                                     \
            {                                                                                                          \
                ((__global CLPOOL_VECTOR(type, width) *)to)[i] = CLPOOL_JOIN(width, values + i * (width));             \
            }                                                                                                          \
        } else {                                                                                                       \
            CLPOOL_BLOCK_EACH(i, size)                                                                                 \
            {                                                                                                          \
                if (i < count) {                                                                                       \
                    to[i] = values[i];                                                                                 \
                }                                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
    }

CLPOOL_BLOCK_COPY(row, clpool_value, CLPOOL_BLOCK_SPAN, CLPOOL_BLOCK_WIDTH)
CLPOOL_BLOCK_COPY(outputs, clpool_value, CLPOOL_ITEM_OUTPUTS, CLPOOL_ITEM_OUTPUTS)
CLPOOL_BLOCK_COPY(masks, clpool_mask, CLPOOL_ITEM_OUTPUTS, CLPOOL_ITEM_OUTPUTS)

typedef struct {
    clpool_value value[CLPOOL_ITEM_OUTPUTS];
    clpool_key key[CLPOOL_ITEM_OUTPUTS];
    uint tap[CLPOOL_ITEM_OUTPUTS];
} clpool_winners;

/* Makes of a loaded row what is pooled. */
CLPOOL_INLINE void clpool_fuse_row(const clpool_block *block, clpool_value *values)
{
#ifdef CLPOOL_LOAD_EXPRESSION
    CLPOOL_BLOCK_EACH(c, CLPOOL_BLOCK_SPAN)
    {
        values[c] = clpool_fuse_load(values[c], CLPOOL_KEPT_FUSION(block));
    }
#else
    (void)block;
    (void)values;
#endif
}

/* Takes the tap from winners that are cut to zero. */
CLPOOL_INLINE void clpool_cut_winners(clpool_winners *winners)
{
#if CLPOOL_RELU
    CLPOOL_BLOCK_EACH(r, CLPOOL_ITEM_OUTPUTS)
    {
        winners->tap[r] = clpool_cuts(winners->key[r]) ? CLPOOL_NO_TAP : winners->tap[r];
    }
#else
    (void)winners;
#endif
}

/* Makes of winners what is stored. */
CLPOOL_INLINE void clpool_fuse_winners(const clpool_block *block, clpool_winners *winners)
{
#if CLPOOL_IS_FUSED
    CLPOOL_BLOCK_EACH(r, CLPOOL_ITEM_OUTPUTS)
    {
        winners->value[r] = clpool_fuse_store(winners->value[r], CLPOOL_KEPT_FUSION(block));
    }
#else
    (void)block;
    (void)winners;
#endif
}

/* The winners of the windows. What lies outside the tensor loads from a place moved into it, and counts for nothing. */
CLPOOL_INLINE void clpool_block_scan(const clpool_block *block, __global const clpool_value *x, clpool_index4 in,
                                     bool is_vector, clpool_winners *winners)
{
    CLPOOL_BLOCK_EACH(r, CLPOOL_ITEM_OUTPUTS)
    {
        winners->value[r] = CLPOOL_IDENTITY;
        winners->key[r] = CLPOOL_KEY_NONE;
        winners->tap[r] = CLPOOL_NO_TAP;
    }
    CLPOOL_BLOCK_EACH(i, CLPOOL_WINDOW_D * CLPOOL_WINDOW_H)
    {
        clpool_value values[CLPOOL_BLOCK_SPAN];
        const clpool_index d = block->start.x + i / CLPOOL_WINDOW_H * CLPOOL_DILATION_D;
        const clpool_index h = block->start.y + i % CLPOOL_WINDOW_H * CLPOOL_DILATION_H;
        const clpool_index inside_d = clamp(d, (clpool_index)0, in.x - 1);
        const clpool_index inside_h = clamp(h, (clpool_index)0, in.y - 1);
        clpool_load_row(values, x + ((block->place.n * in.x + inside_d) * in.y + inside_h) * in.z + block->start.z,
                        block->count * CLPOOL_STRIDE_W, is_vector);
        clpool_fuse_row(block, values);
        CLPOOL_BLOCK_EACH(c, CLPOOL_BLOCK_SPAN)
        {
            const int r = c / CLPOOL_STRIDE_W;
            const clpool_key key = inside_d == d && inside_h == h ? clpool_key_of(values[c]) : CLPOOL_KEY_NONE;
            if (clpool_beats(key, winners->key[r])) {
                winners->value[r] = values[c];
                winners->key[r] = key;
                winners->tap[r] = (uint)(i * CLPOOL_WINDOW_W + c % CLPOOL_STRIDE_W);
            }
        }
    }
    clpool_cut_winners(winners);
}

/* ---- Forward ---- */

/* `mask` may be NULL. */
CLPOOL_INLINE void clpool_block_max(__global const clpool_value *x, __global clpool_value *y,
                                    __global clpool_mask *mask, clpool_index item, clpool_index4 in, clpool_index4 out,
                                    clpool_index4 pad, bool is_vector, clpool_fusion fusion)
{
    const clpool_place place = clpool_place_of(item, (clpool_index4)(out.x, out.y, clpool_blocks_of_row(out), 0), 1);
    const clpool_block block = clpool_block_at(place, out, pad, fusion);
    const clpool_index output = clpool_block_output(&block, out);
    clpool_winners winners;
    clpool_block_scan(&block, x, in, is_vector, &winners);
    clpool_fuse_winners(&block, &winners);
    clpool_store_outputs(winners.value, y + output, block.count, is_vector);
    if (mask != 0) {
        clpool_mask masks[CLPOOL_ITEM_OUTPUTS];
        CLPOOL_BLOCK_EACH(r, CLPOOL_ITEM_OUTPUTS)
        {
            masks[r] = clpool_mask_of_tap(winners.tap[r], block.place, in, 1,
                                          block.start + (clpool_index4)(0, 0, r * CLPOOL_STRIDE_W, 0), CLPOOL_WINDOW,
                                          CLPOOL_DILATION);
        }
        clpool_store_masks(masks, mask + output, block.count, is_vector);
    }
}

__kernel void clpool_blocks_forward(__global const clpool_value *x, ulong x_offset, __global clpool_value *y,
                                    ulong y_offset, clpool_index items, clpool_index4 in, clpool_index4 out,
                                    clpool_index4 pad CLPOOL_FUSION_ARGUMENTS)
{
    const clpool_index item = clpool_item();
    if (item >= items) {
        return;
    }
    if (clpool_blocks_are_aligned(out, x_offset | y_offset)) {
        clpool_block_max(x + x_offset, y + y_offset, 0, item, in, out, pad, true, CLPOOL_FUSION);
    } else {
        clpool_block_max(x + x_offset, y + y_offset, 0, item, in, out, pad, false, CLPOOL_FUSION);
    }
}

#if CLPOOL_MASK_PER_ELEMENT == 1

__kernel void clpool_blocks_forward_mask(__global const clpool_value *x, ulong x_offset, __global clpool_value *y,
                                         ulong y_offset, __global clpool_mask *mask, ulong mask_offset,
                                         clpool_index items, clpool_index4 in, clpool_index4 out,
                                         clpool_index4 pad CLPOOL_FUSION_ARGUMENTS)
{
    const clpool_index item = clpool_item();
    if (item >= items) {
        return;
    }
    if (clpool_blocks_are_aligned(out, x_offset | y_offset | mask_offset)) {
        clpool_block_max(x + x_offset, y + y_offset, mask + mask_offset, item, in, out, pad, true, CLPOOL_FUSION);
    } else {
        clpool_block_max(x + x_offset, y + y_offset, mask + mask_offset, item, in, out, pad, false, CLPOOL_FUSION);
    }
}

#endif

/* ---- Backward ---- */

#if CLPOOL_IS_FLOAT

/* The block of work-item `item`, whose windows along D and H may lie behind the last output. */
CLPOOL_INLINE clpool_block clpool_block_of_cells(clpool_index item, clpool_index4 in, clpool_index4 out,
                                                 clpool_index4 pad, clpool_fusion fusion)
{
    const clpool_index4 skipped = pad / CLPOOL_STRIDE;
    const clpool_index4 cells = (pad + in - 1) / CLPOOL_STRIDE - skipped + 1;
    clpool_place place = clpool_place_of(item, (clpool_index4)(cells.x, cells.y, clpool_blocks_of_row(out), 0), 1);
    place.spatial += skipped;
    return clpool_block_at(place, out, pad, fusion);
}

CLPOOL_INLINE bool clpool_block_has_outputs(const clpool_block *block, clpool_index4 out)
{
    return block->place.spatial.x < out.x && block->place.spatial.y < out.y;
}

/* The tap along an axis that lies `step` elements behind a window's first; -1 where none does. */
CLPOOL_INLINE int clpool_block_tap(int step, int window, int dilation)
{
    return step % dilation == 0 && step / dilation < window ? step / dilation : -1;
}

/* Writes all elements of the cells: to those that win goes the gradient. Winners are named by `masks` (`has_mask`), or
 * are winners->tap. */
CLPOOL_INLINE void clpool_block_write(const clpool_block *block, const clpool_value *gradients,
                                      const clpool_mask *masks, bool has_mask, const clpool_winners *winners,
                                      __global clpool_value *dx, int accumulate, clpool_index4 in, bool is_vector)
{
    CLPOOL_BLOCK_EACH(i, CLPOOL_STRIDE_D * CLPOOL_STRIDE_H)
    {
        const int tap_d = clpool_block_tap(i / CLPOOL_STRIDE_H, CLPOOL_WINDOW_D, CLPOOL_DILATION_D);
        const int tap_h = clpool_block_tap(i % CLPOOL_STRIDE_H, CLPOOL_WINDOW_H, CLPOOL_DILATION_H);
        clpool_place place = block->place;
        place.spatial = block->start + (clpool_index4)(i / CLPOOL_STRIDE_H, i % CLPOOL_STRIDE_H, 0, 0);
        if (place.spatial.x < 0 || place.spatial.x >= in.x || place.spatial.y < 0 || place.spatial.y >= in.y) {
            continue;
        }
        __global clpool_value *row =
            dx + ((place.n * in.x + place.spatial.x) * in.y + place.spatial.y) * in.z + place.spatial.z;
        clpool_value values[CLPOOL_BLOCK_SPAN];
        if (accumulate) {
            clpool_load_row(values, row, block->count * CLPOOL_STRIDE_W, is_vector);
        }
        CLPOOL_BLOCK_EACH(c, CLPOOL_BLOCK_SPAN)
        {
            const int r = c / CLPOOL_STRIDE_W;
            const uint tap = (uint)((tap_d * CLPOOL_WINDOW_H + tap_h) * CLPOOL_WINDOW_W + c % CLPOOL_STRIDE_W);
            place.spatial.z = block->start.z + c;
            const bool is_named =
                has_mask ? clpool_names(masks[r], tap, clpool_mask_of_place(place, in, 1)) : winners->tap[r] == tap;
            const clpool_sum sum = tap_d >= 0 && tap_h >= 0 && is_named ? clpool_widen(gradients[r]) : 0;
            values[c] = clpool_narrow(accumulate ? clpool_add(clpool_widen(values[c]), sum) : sum);
        }
        clpool_store_row(values, row, block->count * CLPOOL_STRIDE_W, is_vector);
    }
}

/* One of x and mask is NULL. */
CLPOOL_INLINE void clpool_block_backward(__global const clpool_value *x, __global const clpool_value *dy,
                                         __global const clpool_mask *mask, __global clpool_value *dx, int accumulate,
                                         clpool_index item, clpool_index4 in, clpool_index4 out, clpool_index4 pad,
                                         bool is_vector, clpool_fusion fusion)
{
    const clpool_block block = clpool_block_of_cells(item, in, out, pad, fusion);
    const clpool_index output = clpool_block_output(&block, out);
    clpool_winners winners;
    clpool_value gradients[CLPOOL_ITEM_OUTPUTS];
    clpool_mask masks[CLPOOL_ITEM_OUTPUTS];
    CLPOOL_BLOCK_EACH(r, CLPOOL_ITEM_OUTPUTS)
    {
        gradients[r] = 0;
        masks[r] = 0; /* whatever it names gets nothing */
        winners.tap[r] = 0;
    }
    if (clpool_block_has_outputs(&block, out)) {
        clpool_load_outputs(gradients, dy + output, block.count, is_vector);
        if (mask == 0) {
            clpool_block_scan(&block, x, in, is_vector, &winners);
        } else {
#if CLPOOL_MASK_PER_ELEMENT == 1
            clpool_load_masks(masks, mask + output, block.count, is_vector);
#else
            CLPOOL_BLOCK_EACH(r, CLPOOL_ITEM_OUTPUTS)
            {
                masks[r] = r < block.count ? clpool_load_mask(mask, output + r) : (clpool_mask)0;
            }
#endif
        }
    }
    clpool_block_write(&block, gradients, masks, mask != 0, &winners, dx, accumulate, in, is_vector);
}

__kernel void clpool_blocks_backward(__global const clpool_value *dy, ulong dy_offset, __global const clpool_mask *mask,
                                     ulong mask_offset, __global clpool_value *dx, ulong dx_offset, int accumulate,
                                     clpool_index items, clpool_index4 in, clpool_index4 out, clpool_index4 pad)
{
    const clpool_index item = clpool_item();
    if (item >= items) {
        return;
    }
    if (clpool_blocks_are_aligned(out, dy_offset | mask_offset | dx_offset)) {
        clpool_block_backward(0, dy + dy_offset, mask + mask_offset, dx + dx_offset, accumulate, item, in, out, pad,
                              true, clpool_no_fusion());
    } else {
        clpool_block_backward(0, dy + dy_offset, mask + mask_offset, dx + dx_offset, accumulate, item, in, out, pad,
                              false, clpool_no_fusion());
    }
}

__kernel void clpool_blocks_backward_recompute(__global const clpool_value *x, ulong x_offset,
                                               __global const clpool_value *dy, ulong dy_offset,
                                               __global clpool_value *dx, ulong dx_offset, int accumulate,
                                               clpool_index items, clpool_index4 in, clpool_index4 out,
                                               clpool_index4 pad CLPOOL_FUSION_ARGUMENTS)
{
    const clpool_index item = clpool_item();
    if (item >= items) {
        return;
    }
    if (clpool_blocks_are_aligned(out, x_offset | dy_offset | dx_offset)) {
        clpool_block_backward(x + x_offset, dy + dy_offset, 0, dx + dx_offset, accumulate, item, in, out, pad, true,
                              CLPOOL_FUSION);
    } else {
        clpool_block_backward(x + x_offset, dy + dy_offset, 0, dx + dx_offset, accumulate, item, in, out, pad, false,
                              CLPOOL_FUSION);
    }
}

#endif
