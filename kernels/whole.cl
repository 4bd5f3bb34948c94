/* SPDX-License-Identifier: Apache-2.0
 *
 * whole.cl: maximum whose one window is the plane, on devices whose work-items have wide vectors of their own (CPUs). A
 * work-item takes whole planes, 16 elements at a time.
 *
 * Reads    x (forward) or dy and mask (backward), from their offsets in elements on; with `accumulate` dx.
 * Writes   y and mask (forward) or dx (backward), each element exactly once.
 * Launch   one dimension, groups of one work-item; any number of them, which share the planes.
 * Ranges   dense tensors, channels first; no padding; masks in the window form, backward with any values.
 * Rules    as generic.cl, the same bits. A tap's number is its element's in the plane.
 * Options  value.cl's. Not for f64; no backward for integer types.
 */

#if !CLPOOL_DTYPE_F64

/* Half as many lanes, each the winner of two: the greater, or of equal ones the first. */
#define CLPOOL_HALVE(n, half)                                                                                          \
    const int##half wins##half = (best##n.hi > best##n.lo) | ((best##n.hi == best##n.lo) & (at##n.hi < at##n.lo));     \
    const CLPOOL_LANES(half) best##half = wins##half ? best##n.hi : best##n.lo;                                        \
    const int##half at##half = select(at##n.lo, at##n.hi, wins##half);

/* Where the winner of 16 lanes is, each of which has the first greatest of its elements. */
static inline int clpool_first_greatest(CLPOOL_LANES(16) best16, int16 at16)
{
    CLPOOL_HALVE(16, 8)
    CLPOOL_HALVE(8, 4)
    CLPOOL_HALVE(4, 2)
    const bool second_wins = best2.y > best2.x || (best2.y == best2.x && at2.y < at2.x);
    return second_wins ? at2.y : at2.x;
}

/* The element of a plane that wins. */
static inline clpool_index clpool_whole_winner(__global const clpool_value *x, clpool_index count)
{
    clpool_index winner = 0;
    if (count >= 16) {
        const int16 lane = (int16)(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
        CLPOOL_LANES(16) best = CLPOOL_LOAD(16, x);
        CLPOOL_LANES(16) strange = 0;
        int16 at = 0;
        CLPOOL_WATCH(strange, best);
        for (clpool_index i = 16; i < count; i += 16) {
            const clpool_index from = min(i, count - 16); /* elements seen twice change nothing */
            const CLPOOL_LANES(16) lanes = CLPOOL_LOAD(16, x + from);
            const int16 greater = lanes > best;
            CLPOOL_WATCH(strange, lanes);
            best = greater ? lanes : best;
            at = select(at, (int16)((int)from), greater);
        }
        if (!CLPOOL_IS_STRANGE(strange)) {
            return clpool_first_greatest(best, at + lane);
        }
    }
    for (clpool_index i = 1; i < count; i++) {
        if (clpool_beats(clpool_key_of(x[i]), clpool_key_of(x[winner]))) {
            winner = i;
        }
    }
    return winner;
}

static inline void clpool_whole_max(__global const clpool_value *x, __global clpool_value *y,
                                    __global clpool_mask *mask, clpool_index planes, clpool_index4 in)
{
    const clpool_index count = in.x * in.y * in.z;
    const ulong worker = get_global_id(0);
    const ulong workers = get_global_size(0);
    for (clpool_index plane = (clpool_index)(worker * (ulong)planes / workers);
         plane < (clpool_index)((worker + 1) * (ulong)planes / workers); plane++) {
        const clpool_index winner = clpool_whole_winner(x + plane * count, count);
        y[plane] = x[plane * count + winner];
        if (mask != 0) {
            mask[plane] = (clpool_mask)winner;
        }
    }
}

__kernel __attribute__((reqd_work_group_size(1, 1, 1))) void
clpool_whole_forward(__global const clpool_value *x, ulong x_offset, __global clpool_value *y, ulong y_offset,
                     clpool_index items, clpool_index4 in, clpool_index4 out, clpool_index4 pad)
{
    (void)out;
    (void)pad;
    clpool_whole_max(x + x_offset, y + y_offset, 0, items, in);
}

__kernel __attribute__((reqd_work_group_size(1, 1, 1))) void
clpool_whole_forward_mask(__global const clpool_value *x, ulong x_offset, __global clpool_value *y, ulong y_offset,
                          __global clpool_mask *mask, ulong mask_offset, clpool_index items, clpool_index4 in,
                          clpool_index4 out, clpool_index4 pad)
{
    (void)out;
    (void)pad;
    clpool_whole_max(x + x_offset, y + y_offset, mask + mask_offset, items, in);
}

#if CLPOOL_IS_FLOAT

/* A plane of gradients: all 0 but at the winner. */
static inline void clpool_whole_plane(__global clpool_value *dx, clpool_index count, clpool_index winner,
                                      float gradient, int accumulate)
{
    const int16 lane = (int16)(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    clpool_index i = 0;
    for (; i + 16 <= count; i += 16) {
        float16 sums = 0;
        if (winner >= i && winner < i + 16) {
            sums = lane == (int16)((int)(winner - i)) ? (float16)(gradient) : sums;
        }
        if (accumulate) {
            sums = CLPOOL_LOAD(16, dx + i) + sums;
        }
        CLPOOL_SETTLE(16, sums);
        CLPOOL_ROUND(16, sums, dx + i);
    }
    for (; i < count; i++) {
        clpool_store_sum(dx + i, i == winner ? gradient : 0, accumulate);
    }
}

__kernel __attribute__((reqd_work_group_size(1, 1, 1))) void
clpool_whole_backward(__global const clpool_value *dy, ulong dy_offset, __global const clpool_mask *mask,
                      ulong mask_offset, __global clpool_value *dx, ulong dx_offset, int accumulate, clpool_index items,
                      clpool_index4 in, clpool_index4 out, clpool_index4 pad)
{
    const clpool_index count = in.x * in.y * in.z;
    const clpool_index planes = items / count;
    const ulong worker = get_global_id(0);
    const ulong workers = get_global_size(0);
    (void)out;
    (void)pad;
    dy += dy_offset;
    mask += mask_offset;
    dx += dx_offset;
    for (clpool_index plane = (clpool_index)(worker * (ulong)planes / workers);
         plane < (clpool_index)((worker + 1) * (ulong)planes / workers); plane++) {
        const ulong winner = mask[plane];
        clpool_whole_plane(dx + plane * count, count, winner < (ulong)count ? (clpool_index)winner : count,
                           clpool_widen(dy[plane]), accumulate);
    }
}

#endif

#endif
