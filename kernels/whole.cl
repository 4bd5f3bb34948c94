/* SPDX-License-Identifier: Apache-2.0
 *
 * whole.cl: maximum whose one window is the plane, on devices whose work-items have wide vectors of their own (CPUs). A
 * work-item takes whole planes, 16 elements at a time, and finds the winners of 16 planes together.
 *
 * Reads    x (forward) or dy and mask (backward), from their offsets in elements on; with `accumulate` dx.
 * Writes   y and mask (forward) or dx (backward), each element exactly once.
 * Launch   one dimension, groups of one work-item; any number of them, which share the planes.
 * Ranges   dense tensors, channels first; no padding; masks in the window form, backward with any values.
 * Rules    as generic.cl, the same bits. A tap's number is its element's in the plane.
 * Options  value.cl's. Not for f64; no backward for integer types.
 */

#if !CLPOOL_DTYPE_F64

/* Planes whose winners are found together; and whether they are stored together, too: not where each has its own
 * parameters. */
#define CLPOOL_WHOLE_PLANES 16
#define CLPOOL_WHOLE_STORES (!CLPOOL_PARAMETERS || CLPOOL_PER_TENSOR)

/* For each of 16 lanes the winner of the elements that it has seen. */
typedef struct {
    CLPOOL_LANES(16) value;
    int16 at;
} clpool_seen;

/* Of each two neighbouring lanes the winner, those of `first` before those of `second`: the greater, or of equal ones
 * the first in the plane. */
CLPOOL_INLINE void clpool_halve(clpool_seen *to, const clpool_seen *first, const clpool_seen *second)
{
    const CLPOOL_LANES(16) even = (CLPOOL_LANES(16))(first->value.even, second->value.even);
    const CLPOOL_LANES(16) odd = (CLPOOL_LANES(16))(first->value.odd, second->value.odd);
    const int16 even_at = (int16)(first->at.even, second->at.even);
    const int16 odd_at = (int16)(first->at.odd, second->at.odd);
    const int16 odd_wins = (odd > even) | ((odd == even) & (odd_at < even_at));
    to->value = odd_wins ? odd : even;
    to->at = select(even_at, odd_at, odd_wins);
}

/* Goes through a plane of at least 16 elements. */
CLPOOL_INLINE void clpool_see_plane(__global const clpool_value *x, clpool_index count, clpool_fusion fusion,
                                    clpool_seen *seen, CLPOOL_LANES(16) * strange)
{
    const int16 lane = (int16)(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    CLPOOL_LANES(16) best = clpool_fuse_load16(CLPOOL_LOAD(16, x), fusion);
    int16 from = 0;
    CLPOOL_WATCH(*strange, best);
    for (clpool_index i = 16; i < count; i += 16) {
        const clpool_index at = min(i, count - 16); /* elements seen twice change nothing */
        const CLPOOL_LANES(16) lanes = clpool_fuse_load16(CLPOOL_LOAD(16, x + at), fusion);
        const int16 greater = lanes > best;
        CLPOOL_WATCH(*strange, lanes);
        best = greater ? lanes : best;
        from = select(from, (int16)((int)at), greater);
    }
    seen->value = best;
    seen->at = from + lane;
}

/* The element of a plane that wins, whatever it holds. */
static inline clpool_index clpool_whole_winner(__global const clpool_value *x, clpool_index count, clpool_fusion fusion)
{
    clpool_index winner = 0;
    clpool_key best = clpool_key_of(clpool_fuse_load(x[0], fusion));
    for (clpool_index i = 1; i < count; i++) {
        const clpool_key key = clpool_key_of(clpool_fuse_load(x[i], fusion));
        if (clpool_beats(key, best)) {
            winner = i;
            best = key;
        }
    }
    return winner;
}

/* Tensors whose planes are pooled. */
typedef struct {
    __global const clpool_value *x;
    __global clpool_value *y;
    __global clpool_mask *mask; /* may be NULL */
    clpool_index count;         /* elements of a plane */
    CLPOOL_FUSION_MEMBER
} clpool_wholes;

CLPOOL_INLINE clpool_fusion clpool_whole_fusion(const clpool_wholes *at, clpool_index plane)
{
    return clpool_at_plane(CLPOOL_KEPT_FUSION(at), plane);
}

/* Stores the value and the tap of an element that wins its plane. */
static inline void clpool_store_whole(const clpool_wholes *at, clpool_index plane, clpool_index winner)
{
    const clpool_fusion fusion = clpool_whole_fusion(at, plane);
    const clpool_value value = clpool_fuse_load(at->x[plane * at->count + winner], fusion);
    at->y[plane] = clpool_fuse_store(value, fusion);
    if (at->mask != 0) {
        at->mask[plane] = clpool_is_cut(value) ? (clpool_mask)CLPOOL_NO_TAP : (clpool_mask)winner;
    }
}

/* Up to 16 planes, from `first` on, of at least 16 elements. Returns false, and writes nothing, where these hold what
 * lanes misjudge. */
static inline bool clpool_whole_planes(const clpool_wholes *at, clpool_index first, int planes)
{
    clpool_seen seen[CLPOOL_WHOLE_PLANES];
    CLPOOL_LANES(16) strange = 0;
    for (int i = 0; i < CLPOOL_WHOLE_PLANES; i++) {
        const int there = min(i, planes - 1);
        if (there == i) {
            clpool_see_plane(at->x + (first + i) * at->count, at->count, clpool_whole_fusion(at, first + i), &seen[i],
                             &strange);
        } else {
            seen[i] = seen[there];
        }
    }
    if (CLPOOL_IS_STRANGE(strange)) {
        return false;
    }
    _Pragma("unroll") for (int left = CLPOOL_WHOLE_PLANES / 2; left > 0; left /= 2)
    {
        _Pragma("unroll") for (int i = 0; i < left; i++)
        {
            clpool_halve(&seen[i], &seen[2 * i], &seen[2 * i + 1]);
        }
    }
    if (planes == CLPOOL_WHOLE_PLANES && CLPOOL_WHOLE_STORES) {
        CLPOOL_STORE(16, clpool_fuse_store16(seen[0].value, clpool_whole_fusion(at, first)), at->y + first);
        if (at->mask != 0) {
            CLPOOL_STORE_TAPS(16, seen[0].at | CLPOOL_CUT(16, seen[0].value), at->mask + first);
        }
        return true;
    }
    int winners[CLPOOL_WHOLE_PLANES];
    vstore16(seen[0].at, 0, winners);
    for (int i = 0; i < planes; i++) {
        clpool_store_whole(at, first + i, winners[i]);
    }
    return true;
}

/* A work-item's share of the planes. */
static inline void clpool_whole_max(const clpool_wholes *at, clpool_index planes)
{
    const ulong worker = get_global_id(0);
    const ulong workers = get_global_size(0);
    const clpool_index end = (clpool_index)((worker + 1) * (ulong)planes / workers);
    clpool_index plane = (clpool_index)(worker * (ulong)planes / workers);
    while (plane < end) {
        const int here = (int)min(end - plane, (clpool_index)CLPOOL_WHOLE_PLANES);
        const bool is_done = at->count >= 16 && clpool_whole_planes(at, plane, here);
        for (int i = 0; i < here && !is_done; i++) {
            clpool_store_whole(at, plane + i,
                               clpool_whole_winner(at->x + (plane + i) * at->count, at->count,
                                                   clpool_whole_fusion(at, plane + i)));
        }
        plane += here;
    }
}

__kernel __attribute__((reqd_work_group_size(1, 1, 1))) void
clpool_whole_forward(__global const clpool_value *x, ulong x_offset, __global clpool_value *y, ulong y_offset,
                     clpool_index items, clpool_index4 in, clpool_index4 out, clpool_index4 pad CLPOOL_FUSION_ARGUMENTS)
{
    clpool_wholes at;
    (void)out;
    (void)pad;
    at.x = x + x_offset;
    at.y = y + y_offset;
    at.mask = 0;
    at.count = in.x * in.y * in.z;
    CLPOOL_KEEP_FUSION(&at, CLPOOL_FUSION);
    clpool_whole_max(&at, items);
}

__kernel __attribute__((reqd_work_group_size(1, 1, 1))) void
clpool_whole_forward_mask(__global const clpool_value *x, ulong x_offset, __global clpool_value *y, ulong y_offset,
                          __global clpool_mask *mask, ulong mask_offset, clpool_index items, clpool_index4 in,
                          clpool_index4 out, clpool_index4 pad CLPOOL_FUSION_ARGUMENTS)
{
    clpool_wholes at;
    (void)out;
    (void)pad;
    at.x = x + x_offset;
    at.y = y + y_offset;
    at.mask = mask + mask_offset;
    at.count = in.x * in.y * in.z;
    CLPOOL_KEEP_FUSION(&at, CLPOOL_FUSION);
    clpool_whole_max(&at, items);
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
