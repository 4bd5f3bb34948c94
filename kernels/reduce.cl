/* SPDX-License-Identifier: Apache-2.0
 *
 * reduce.cl: maximum over whole planes on devices that run work-items in lanes (GPUs). A team of work-items shares a
 * plane: each finds the winner of its share, then the team's winners are merged two by two in local memory.
 *
 * Reads    x (forward), dy and mask (backward) or x and dy (recompute), from their offsets in elements on.
 * Writes   y and mask (forward) or dx (backward), each element exactly once; with `accumulate`, dx is read first.
 * Launch   two dimensions, groups of CLPOOL_GROUP; `items` is not used. Forward and recompute: so many groups that
 *          each plane has a team. Channels first, a group has as many teams as it can (see CLPOOL_TEAM); channels
 *          last, a team for each of up to CLPOOL_LANES_MOST channels of one image. Backward: a work-item for each
 *          CLPOOL_REDUCE_SHARE elements of a plane, rounded up. Surplus groups and work-items do nothing.
 * Ranges   as generic.cl, with one window that is the plane; tensors dense; mask values of whole bytes, numbers of
 *          taps or row-major indices.
 * Rules    as generic.cl, the same bits: of two winners the greater value stands, then the first, of NaNs that
 *          propagate the last.
 * Options  value.cl's, direct.cl's constants, and
 *   CLPOOL_GROUP   work-items of a group: a power of two, at least 32
 *
 * Not covered: a few very large planes, since no two groups share one.
 */

/* Taps of the window, and elements of a plane: a long, which the preprocessor can compare. */
#define CLPOOL_REDUCE_TAPS (1L * CLPOOL_WINDOW_D * CLPOOL_WINDOW_H * CLPOOL_WINDOW_W)
#define CLPOOL_PLANE ((clpool_index)CLPOOL_REDUCE_TAPS)

/* Work-items that share a plane, channels first: a power of two that leaves each at least 4 elements, where there are
 * so many. */
#if CLPOOL_REDUCE_TAPS >= 4 * CLPOOL_GROUP
#define CLPOOL_TEAM CLPOOL_GROUP
#elif CLPOOL_REDUCE_TAPS >= 1024
#define CLPOOL_TEAM 256
#elif CLPOOL_REDUCE_TAPS >= 512
#define CLPOOL_TEAM 128
#elif CLPOOL_REDUCE_TAPS >= 256
#define CLPOOL_TEAM 64
#elif CLPOOL_REDUCE_TAPS >= 128
#define CLPOOL_TEAM 32
#elif CLPOOL_REDUCE_TAPS >= 64
#define CLPOOL_TEAM 16
#elif CLPOOL_REDUCE_TAPS >= 32
#define CLPOOL_TEAM 8
#else
#define CLPOOL_TEAM 4
#endif

#define CLPOOL_LANES_MOST 32 /* neighbouring channels of a group, channels last */

/* A work-item's part in the work of its group. */
typedef struct {
    bool is_there;      /* else it has none, but waits with the others */
    clpool_index plane; /* of its team, as y counts them */
    clpool_index start; /* of the plane, in x */
    clpool_index pitch; /* elements between two taps */
    uint member;        /* its number in its team */
    uint members;
    uint distance; /* work-items between two members */
    CLPOOL_FUSION_MEMBER
} clpool_part;

static inline clpool_part clpool_part_of(clpool_index planes, clpool_index channels, clpool_fusion fusion)
{
    clpool_part part;
    const clpool_index group = (clpool_index)(get_group_id(1) * get_num_groups(0) + get_group_id(0));
    const uint item = (uint)get_local_id(0);
#if CLPOOL_CHANNELS_LAST
    const uint lanes = (uint)min(channels, (clpool_index)CLPOOL_LANES_MOST);
    const clpool_index blocks = (channels + (clpool_index)lanes - 1) / (clpool_index)lanes;
    const clpool_index image = group / blocks;
    const clpool_index channel = (group - image * blocks) * (clpool_index)lanes + (clpool_index)(item % lanes);
    part.plane = image * channels + channel;
    part.start = image * CLPOOL_PLANE * channels + channel;
    part.pitch = channels;
    part.member = item / lanes;
    part.members = CLPOOL_GROUP / lanes;
    part.distance = lanes;
    part.is_there = part.plane < planes && channel < channels && part.member < part.members;
#else
    (void)channels;
    part.plane = group * (CLPOOL_GROUP / CLPOOL_TEAM) + (clpool_index)(item / CLPOOL_TEAM);
    part.start = part.plane * CLPOOL_PLANE;
    part.pitch = 1;
    part.member = item % CLPOOL_TEAM;
    part.members = CLPOOL_TEAM;
    part.distance = 1;
    part.is_there = part.plane < planes;
#endif
    CLPOOL_KEEP_FUSION(&part, clpool_at_plane(fusion, part.plane));
    return part;
}

/* A winner. Where there is none, the key is CLPOOL_KEY_NONE. */
typedef struct {
    clpool_key key;
    uint tap;
} clpool_winner;

static inline void clpool_take(clpool_winner *winner, clpool_value value, clpool_fusion fusion, clpool_index tap)
{
    const clpool_key key = clpool_key_of(clpool_fuse_load(value, fusion));
    if (clpool_beats(key, winner->key)) {
        winner->key = key;
        winner->tap = (uint)tap;
    }
}

#if !CLPOOL_CHANNELS_LAST && CLPOOL_REDUCE_TAPS % 4 == 0

/* Scans every members-th four elements of a plane, which lie aligned. */
static inline void clpool_scan_fours(const clpool_part *part, __global const clpool_value *x, clpool_winner *winner)
{
    for (clpool_index i = (clpool_index)part->member * 4; i < CLPOOL_PLANE; i += (clpool_index)part->members * 4) {
        const clpool_value4 values = *(__global const clpool_value4 *)(x + i);
        clpool_take(winner, values.s0, CLPOOL_KEPT_FUSION(part), i);
        clpool_take(winner, values.s1, CLPOOL_KEPT_FUSION(part), i + 1);
        clpool_take(winner, values.s2, CLPOOL_KEPT_FUSION(part), i + 2);
        clpool_take(winner, values.s3, CLPOOL_KEPT_FUSION(part), i + 3);
    }
}

#define CLPOOL_IS_OF_FOURS(x_offset) ((x_offset) % 4u == 0u)
#else
#define clpool_scan_fours(part, x, winner) (void)(winner)
#define CLPOOL_IS_OF_FOURS(x_offset) false
#endif

/* The winner of a work-item's share of its plane. */
static inline void clpool_scan_share(const clpool_part *part, __global const clpool_value *x, ulong x_offset,
                                     clpool_winner *winner)
{
    winner->key = CLPOOL_KEY_NONE;
    winner->tap = 0u;
    if (!part->is_there) {
        return;
    }
    x += x_offset + (ulong)part->start;
    if (CLPOOL_IS_OF_FOURS(x_offset)) {
        clpool_scan_fours(part, x, winner);
        return;
    }
    for (clpool_index i = (clpool_index)part->member; i < CLPOOL_PLANE; i += (clpool_index)part->members) {
        clpool_take(winner, x[i * part->pitch], CLPOOL_KEPT_FUSION(part), i);
    }
}

/* What wins a work-item's plane; all work-items of the group come here. */
static inline clpool_winner clpool_merge(const clpool_part *part, const clpool_winner *winner, __local clpool_key *keys,
                                         __local uint *taps)
{
    const uint item = (uint)get_local_id(0);
    keys[item] = winner->key;
    taps[item] = winner->tap;
    barrier(CLK_LOCAL_MEM_FENCE);
    for (uint half_team = (1u << (32u - clz(part->members - 1u))) / 2u; half_team > 0u; half_team /= 2u) {
        if (part->member < half_team && part->member + half_team < part->members) {
            const uint other = item + half_team * part->distance;
            if (clpool_outranks(keys[other], taps[other], keys[item], taps[item])) {
                keys[item] = keys[other];
                taps[item] = taps[other];
            }
        }
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    clpool_winner merged;
    merged.key = keys[item - part->member * part->distance];
    merged.tap = taps[item - part->member * part->distance];
    return merged;
}

/* What names a tap in the mask. */
static inline clpool_mask clpool_name_of(clpool_index plane, clpool_index tap)
{
    return (clpool_mask)(CLPOOL_MASK_TENSOR ? plane * CLPOOL_PLANE + tap : tap);
}

__kernel __attribute__((reqd_work_group_size(CLPOOL_GROUP, 1, 1))) void
clpool_reduce_forward(__global const clpool_value *x, ulong x_offset, __global clpool_value *y, ulong y_offset,
                      clpool_index items, clpool_index4 in, clpool_index4 out, clpool_index4 pad, clpool_index planes,
                      clpool_index channels CLPOOL_FUSION_ARGUMENTS)
{
    __local clpool_key keys[CLPOOL_GROUP];
    __local uint taps[CLPOOL_GROUP];
    const clpool_part part = clpool_part_of(planes, channels, CLPOOL_FUSION);
    clpool_winner winner;
    (void)items, (void)in, (void)out, (void)pad;
    clpool_scan_share(&part, x, x_offset, &winner);
    const clpool_index tap = (clpool_index)clpool_merge(&part, &winner, keys, taps).tap;
    if (part.is_there && part.member == 0u) {
        const clpool_value value =
            clpool_fuse_load(x[x_offset + (ulong)(part.start + tap * part.pitch)], CLPOOL_KEPT_FUSION(&part));
        y[y_offset + (ulong)part.plane] = clpool_fuse_store(value, CLPOOL_KEPT_FUSION(&part));
    }
}

__kernel __attribute__((reqd_work_group_size(CLPOOL_GROUP, 1, 1))) void
clpool_reduce_forward_mask(__global const clpool_value *x, ulong x_offset, __global clpool_value *y, ulong y_offset,
                           __global clpool_mask *mask, ulong mask_offset, clpool_index items, clpool_index4 in,
                           clpool_index4 out, clpool_index4 pad, clpool_index planes,
                           clpool_index channels CLPOOL_FUSION_ARGUMENTS)
{
    __local clpool_key keys[CLPOOL_GROUP];
    __local uint taps[CLPOOL_GROUP];
    const clpool_part part = clpool_part_of(planes, channels, CLPOOL_FUSION);
    clpool_winner winner;
    (void)items, (void)in, (void)out, (void)pad;
    clpool_scan_share(&part, x, x_offset, &winner);
    const clpool_index tap = (clpool_index)clpool_merge(&part, &winner, keys, taps).tap;
    if (part.is_there && part.member == 0u) {
        const clpool_value value =
            clpool_fuse_load(x[x_offset + (ulong)(part.start + tap * part.pitch)], CLPOOL_KEPT_FUSION(&part));
        y[y_offset + (ulong)part.plane] = clpool_fuse_store(value, CLPOOL_KEPT_FUSION(&part));
        mask[mask_offset + (ulong)part.plane] =
            clpool_is_cut(value) ? (clpool_mask)-1 : clpool_name_of(part.plane, tap);
    }
}

#if CLPOOL_IS_FLOAT

#define CLPOOL_REDUCE_SHARE 8 /* elements of dx for each work-item of backward */

__kernel __attribute__((reqd_work_group_size(CLPOOL_GROUP, 1, 1))) void
clpool_reduce_backward(__global const clpool_value *dy, ulong dy_offset, __global const clpool_mask *mask,
                       ulong mask_offset, __global clpool_value *dx, ulong dx_offset, int accumulate,
                       clpool_index items, clpool_index4 in, clpool_index4 out, clpool_index4 pad, clpool_index planes,
                       clpool_index channels)
{
    /* A work-item takes each step-th element from `first` on, so that neighbours write side by side. */
    const clpool_index step = (CLPOOL_PLANE + (CLPOOL_REDUCE_SHARE - 1)) / CLPOOL_REDUCE_SHARE;
    const clpool_index item = clpool_item();
#if CLPOOL_CHANNELS_LAST
    const clpool_index row = item / channels;
    const clpool_index image = row / step;
    const clpool_index channel = item - row * channels;
    const clpool_index first = row - image * step;
    const clpool_index plane = image * channels + channel;
    const clpool_index start = image * CLPOOL_PLANE * channels + channel;
    const clpool_index pitch = channels;
#else
    const clpool_index plane = item / step;
    const clpool_index first = item - plane * step;
    const clpool_index start = plane * CLPOOL_PLANE;
    const clpool_index pitch = 1;
#endif
    (void)items, (void)in, (void)out, (void)pad, (void)channels;
    if (plane >= planes) {
        return;
    }
    const clpool_mask named = mask[mask_offset + (ulong)plane];
    dy += dy_offset + (ulong)plane;
    dx += dx_offset + (ulong)start;
    for (clpool_index tap = first; tap < CLPOOL_PLANE; tap += step) {
        clpool_store_sum(dx + tap * pitch, clpool_name_of(plane, tap) == named ? clpool_widen(*dy) : 0, accumulate);
    }
}

__kernel __attribute__((reqd_work_group_size(CLPOOL_GROUP, 1, 1))) void
clpool_reduce_backward_recompute(__global const clpool_value *x, ulong x_offset, __global const clpool_value *dy,
                                 ulong dy_offset, __global clpool_value *dx, ulong dx_offset, int accumulate,
                                 clpool_index items, clpool_index4 in, clpool_index4 out, clpool_index4 pad,
                                 clpool_index planes, clpool_index channels CLPOOL_FUSION_ARGUMENTS)
{
    __local clpool_key keys[CLPOOL_GROUP];
    __local uint taps[CLPOOL_GROUP];
    const clpool_part part = clpool_part_of(planes, channels, CLPOOL_FUSION);
    clpool_winner winner;
    (void)items, (void)in, (void)out, (void)pad;
    clpool_scan_share(&part, x, x_offset, &winner);
    winner = clpool_merge(&part, &winner, keys, taps);
    const clpool_index named = clpool_cuts(winner.key) ? -1 : (clpool_index)winner.tap;
    if (!part.is_there) {
        return;
    }
    dy += dy_offset + (ulong)part.plane;
    dx += dx_offset + (ulong)part.start;
    for (clpool_index tap = (clpool_index)part.member; tap < CLPOOL_PLANE; tap += (clpool_index)part.members) {
        clpool_store_sum(dx + tap * part.pitch, tap == named ? clpool_widen(*dy) : 0, accumulate);
    }
}

#endif
