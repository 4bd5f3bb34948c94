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

/* Planes whose winners are found together. */
#define CLPOOL_WHOLE_PLANES 16

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
CLPOOL_INLINE void clpool_see_plane(__global const clpool_value *x, clpool_index count, clpool_seen *seen,
                                    CLPOOL_LANES(16) * strange)
{
    const int16 lane = (int16)(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    CLPOOL_LANES(16) best = CLPOOL_LOAD(16, x);
    int16 from = 0;
    CLPOOL_WATCH(*strange, best);
    for (clpool_index i = 16; i < count; i += 16) {
        const clpool_index at = min(i, count - 16); /* elements seen twice change nothing */
        const CLPOOL_LANES(16) lanes = CLPOOL_LOAD(16, x + at);
        const int16 greater = lanes > best;
        CLPOOL_WATCH(*strange, lanes);
        best = greater ? lanes : best;
        from = select(from, (int16)((int)at), greater);
    }
    seen->value = best;
    seen->at = from + lane;
}

/* The element of a plane that wins, whatever it holds. */
static inline clpool_index clpool_whole_winner(__global const clpool_value *x, clpool_index count)
{
    clpool_index winner = 0;
    for (clpool_index i = 1; i < count; i++) {
        if (clpool_beats(clpool_key_of(x[i]), clpool_key_of(x[winner]))) {
            winner = i;
        }
    }
    return winner;
}

/* Up to 16 planes of at least 16 elements. Returns false, and writes nothing, where these hold what lanes misjudge. */
static inline bool clpool_whole_planes(__global const clpool_value *x, __global clpool_value *y,
                                       __global clpool_mask *mask, int planes, clpool_index count)
{
    clpool_seen seen[CLPOOL_WHOLE_PLANES];
    CLPOOL_LANES(16) strange = 0;
    for (int plane = 0; plane < CLPOOL_WHOLE_PLANES; plane++) {
        const int there = min(plane, planes - 1);
        if (there == plane) {
            clpool_see_plane(x + plane * count, count, &seen[plane], &strange);
        } else {
            seen[plane] = seen[there];
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
    if (planes == CLPOOL_WHOLE_PLANES) {
        CLPOOL_STORE(16, seen[0].value, y);
        if (mask != 0) {
            CLPOOL_STORE_TAPS(16, seen[0].at, mask);
        }
        return true;
    }
    int winners[CLPOOL_WHOLE_PLANES];
    vstore16(seen[0].at, 0, winners);
    for (int plane = 0; plane < planes; plane++) {
        y[plane] = x[plane * count + winners[plane]];
        if (mask != 0) {
            mask[plane] = (clpool_mask)winners[plane];
        }
    }
    return true;
}

static inline void clpool_whole_max(__global const clpool_value *x, __global clpool_value *y,
                                    __global clpool_mask *mask, clpool_index planes, clpool_index4 in)
{
    const clpool_index count = in.x * in.y * in.z;
    const ulong worker = get_global_id(0);
    const ulong workers = get_global_size(0);
    const clpool_index end = (clpool_index)((worker + 1) * (ulong)planes / workers);
    clpool_index plane = (clpool_index)(worker * (ulong)planes / workers);
    while (plane < end) {
        const int here = (int)min(end - plane, (clpool_index)CLPOOL_WHOLE_PLANES);
        const bool is_done =
            count >= 16 && clpool_whole_planes(x + plane * count, y + plane, mask == 0 ? 0 : mask + plane, here, count);
        for (int i = 0; i < here && !is_done; i++) {
            const clpool_index winner = clpool_whole_winner(x + (plane + i) * count, count);
            y[plane + i] = x[(plane + i) * count + winner];
            if (mask != 0) {
                mask[plane + i] = (clpool_mask)winner;
            }
        }
        plane += here;
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
