/* SPDX-License-Identifier: Apache-2.0
 *
 * winners.cl: any maximum in dense tensors on devices whose work-items run one by one (CPUs) and have vectors. It finds
 * the winners of 16 windows at once: neighbours in a row of y, or with channels last those of 16 channels. Vectors hold
 * keys, which are integers that order as values do, so every dtype has them, and NaN and zeros need no care.
 *
 * Forward, a work-item makes a share of y. Backward, it goes through the windows that reach a box of the input in
 * ascending order, finds each one's winner, in the mask or once more in x, and adds its gradient to the winner's sum in
 * private memory. So a window is looked at once for each box that it reaches, where generic.cl looks at it once for
 * each of its elements.
 *
 * Reads    x (forward), dy and mask (backward) or x and dy (recompute), from their offsets in elements on; with
 *          `accumulate` dx.
 * Writes   y and mask (forward) or dx (backward), each element exactly once.
 * Launch   one dimension, groups of one work-item; any number of them, which share the work. `items` counts outputs
 *          forward and inputs backward.
 * Ranges   as generic.cl; tensors dense.
 * Rules    as generic.cl, the same bits.
 * Options  value.cl's, and direct.cl's constants. There is no backward for integer types.
 */

#define CLPOOL_ABREAST 16 /* windows whose winners are found together */

/* Where every window of a row has as many taps, and few enough elements of a row lie under those found together. */
#define CLPOOL_COLUMNS ((CLPOOL_ABREAST - 1L) * CLPOOL_STRIDE_W + CLPOOL_EXTENT_W)
#define CLPOOL_HAS_COLUMNS (!CLPOOL_CHANNELS_LAST && CLPOOL_STRIDE_W != 0 && CLPOOL_COLUMNS <= 4096)

/* ---- Keys ---- */

/* Of values, and tap numbers of vectors that are as wide. */
#if CLPOOL_DTYPE_F64 || CLPOOL_DTYPE_I32
typedef long16 clpool_keys;
#define CLPOOL_TO_TAPS(taps) as_uint16(convert_int16(taps))
#else
typedef int16 clpool_keys;
#define CLPOOL_TO_TAPS(taps) as_uint16(taps)
#endif
#if CLPOOL_DTYPE_F64
#define CLPOOL_TO_KEYS(values) as_long16(values)
#elif CLPOOL_DTYPE_I32
#define CLPOOL_TO_KEYS(values) convert_long16(values)
#elif CLPOOL_DTYPE_F32
#define CLPOOL_TO_KEYS(values) as_int16(values)
#else
#define CLPOOL_TO_KEYS(values) convert_int16(values)
#endif
typedef clpool_value16 clpool_near_values __attribute__((aligned(sizeof(clpool_value))));
typedef clpool_keys clpool_near_keys __attribute__((aligned(sizeof(clpool_key))));
#define CLPOOL_TAKE_KEYS(p) (*(const clpool_near_keys *)(p))

/* What clpool_key_of makes of each value. */
CLPOOL_INLINE clpool_keys clpool_keys_of(clpool_value16 values)
{
#if CLPOOL_IS_FLOAT
    const clpool_keys bits = CLPOOL_TO_KEYS(values) << CLPOOL_UNUSED_BITS;
    const clpool_keys magnitude = bits & (clpool_keys)(CLPOOL_KEY_TOP);
    const clpool_keys keys = bits < (clpool_keys)(0) ? -magnitude : magnitude;
    return magnitude > (clpool_keys)((clpool_key)CLPOOL_INFINITY) ? (clpool_keys)(CLPOOL_KEY_NAN) : keys;
#else
    return CLPOOL_TO_KEYS(values);
#endif
}

/* What is fused with the i-th of several neighbours in memory, given the channel of the first. */
CLPOOL_INLINE clpool_fusion clpool_fusion_beside(clpool_fusion fusion, clpool_index channel, int i)
{
    return clpool_at_channel(fusion, CLPOOL_CHANNELS_LAST ? channel + i : channel);
}

/* The keys of 16 neighbours in memory as they are pooled. */
CLPOOL_INLINE clpool_keys clpool_load_keys(__global const clpool_value *x, clpool_fusion fusion, clpool_index channel)
{
#ifdef CLPOOL_LOAD_EXPRESSION
    clpool_key keys[CLPOOL_ABREAST];
    for (int i = 0; i < CLPOOL_ABREAST; i++) {
        keys[i] = clpool_key_of(clpool_fuse_load(x[i], clpool_fusion_beside(fusion, channel, i)));
    }
    return CLPOOL_TAKE_KEYS(keys);
#else
    (void)fusion;
    (void)channel;
    return clpool_keys_of(*(__global const clpool_near_values *)x);
#endif
}

/* ---- Winners ---- */

/* The winners of windows found together: their keys, and taps, of which -1 becomes CLPOOL_NO_TAP. */
typedef struct {
    clpool_keys key;
    clpool_keys tap;
} clpool_leaders;

/* Makes winners of those so far and of a tap that comes later. */
CLPOOL_INLINE void clpool_challenge(clpool_leaders *leaders, clpool_keys keys, uint tap)
{
    clpool_keys wins = keys > leaders->key;
#if CLPOOL_IS_FLOAT && !CLPOOL_NAN_IGNORE
    wins |= keys == (clpool_keys)(CLPOOL_KEY_TOP);
#endif
    leaders->key = select(leaders->key, keys, wins);
    leaders->tap = select(leaders->tap, (clpool_keys)((clpool_key)tap), wins);
}

/* The taps of winners, as clpool_scan_fused gives them. */
CLPOOL_INLINE void clpool_store_leaders(const clpool_leaders *leaders, uint *winners)
{
    vstore16(CLPOOL_TO_TAPS(leaders->tap), 0, winners);
#if CLPOOL_RELU
    clpool_key keys[CLPOOL_ABREAST];
    vstore16(leaders->key, 0, keys);
    for (int i = 0; i < CLPOOL_ABREAST; i++) {
        winners[i] = clpool_cuts(keys[i]) ? CLPOOL_NO_TAP : winners[i];
    }
#endif
}

/* A window's place in x, and of its taps those inside. */
typedef struct {
    clpool_index4 start;
    clpool_index4 first;
    clpool_index4 end;
} clpool_reach;

CLPOOL_INLINE clpool_reach clpool_reach_of(clpool_index4 output, const clpool_geometry *geometry)
{
    clpool_reach reach;
    const clpool_index4 taps = clpool_taps_of(output, geometry->in, geometry->out, CLPOOL_WINDOW, CLPOOL_STRIDE);
    reach.start = clpool_start_of(output, geometry->in, geometry->out, geometry->pad, CLPOOL_STRIDE);
    reach.first = clpool_first_taps(reach.start, CLPOOL_DILATION);
    reach.end = clpool_end_taps(reach.start, CLPOOL_DILATION, geometry->in, taps);
    return reach;
}

#if CLPOOL_HAS_COLUMNS

/* The keys of so many elements of a row, with vectors that overlap at its end, so that nothing behind it is read. */
CLPOOL_INLINE void clpool_load_columns(__global const clpool_value *x, int count, clpool_fusion fusion,
                                       clpool_index channel, clpool_key *columns)
{
    if (count >= CLPOOL_ABREAST) {
        for (int i = 0; i < count; i += CLPOOL_ABREAST) {
            const int at = min(i, count - CLPOOL_ABREAST);
            *(clpool_near_keys *)(columns + at) = clpool_load_keys(x + at, fusion, channel);
        }
    } else {
        for (int i = 0; i < count; i++) {
            columns[i] = clpool_key_of(clpool_fuse_load(x[i], clpool_at_channel(fusion, channel)));
        }
    }
}

/* Finds the winners of 16 neighbours in a row of y, of which the first window is given; those past the row's end are of
 * no use. The elements under them are made keys once for each row of a window, with padding as no value at all. */
static void clpool_scan_row(__global const clpool_value *x, const clpool_reach *reach, const clpool_geometry *geometry,
                            clpool_index4 pitch, clpool_fusion fusion, clpool_index channel, uint *winners)
{
    enum { COLUMNS = CLPOOL_COLUMNS, SPARE = 3 }; /* what CLPOOL_STRIDED takes beyond */
    clpool_key columns[COLUMNS + SPARE];
    clpool_leaders leaders;
    const int begin = (int)clamp(-reach->start.z, (clpool_index)0, (clpool_index)COLUMNS);
    const int stop = (int)clamp(geometry->in.z - reach->start.z, (clpool_index)0, (clpool_index)COLUMNS);
    for (int i = 0; i < begin; i++) {
        columns[i] = CLPOOL_KEY_NONE;
    }
    for (int i = stop; i < COLUMNS + SPARE; i++) {
        columns[i] = CLPOOL_KEY_NONE;
    }
    leaders.key = (clpool_keys)(CLPOOL_KEY_NONE);
    leaders.tap = (clpool_keys)(-1);
    x += reach->start.z + begin;
    for (clpool_index d = reach->first.x; d < reach->end.x; d++) {
        for (clpool_index h = reach->first.y; h < reach->end.y; h++) {
            const uint tap = ((uint)d * CLPOOL_WINDOW_H + (uint)h) * CLPOOL_WINDOW_W;
            clpool_load_columns(x + (reach->start.x + d * CLPOOL_DILATION_D) * pitch.x +
                                    (reach->start.y + h * CLPOOL_DILATION_H) * pitch.y,
                                stop - begin, fusion, channel, columns + begin);
            for (int w = 0; w < CLPOOL_WINDOW_W; w++) {
                const clpool_key *p = columns + w * CLPOOL_DILATION_W;
                clpool_challenge(&leaders, CLPOOL_STRIDED(clpool_keys, CLPOOL_TAKE_KEYS, p), tap + (uint)w);
            }
        }
    }
    clpool_store_leaders(&leaders, winners);
}

#endif

#if CLPOOL_CHANNELS_LAST

/* Finds the winners of a window in 16 channels, of which the first one's plane begins at x. */
static void clpool_scan_channels(__global const clpool_value *x, const clpool_reach *reach, clpool_index4 pitch,
                                 clpool_fusion fusion, clpool_index channel, uint *winners)
{
    clpool_leaders leaders;
    leaders.key = (clpool_keys)(CLPOOL_KEY_NONE);
    leaders.tap = (clpool_keys)(-1);
    for (clpool_index d = reach->first.x; d < reach->end.x; d++) {
        for (clpool_index h = reach->first.y; h < reach->end.y; h++) {
            const uint tap = ((uint)d * CLPOOL_WINDOW_H + (uint)h) * CLPOOL_WINDOW_W;
            __global const clpool_value *row = x + (reach->start.x + d * CLPOOL_DILATION_D) * pitch.x +
                                               (reach->start.y + h * CLPOOL_DILATION_H) * pitch.y +
                                               reach->start.z * pitch.z;
            for (clpool_index w = reach->first.z; w < reach->end.z; w++) {
                clpool_challenge(&leaders, clpool_load_keys(row + w * CLPOOL_DILATION_W * pitch.z, fusion, channel),
                                 tap + (uint)w);
            }
        }
    }
    clpool_store_leaders(&leaders, winners);
}

#endif

/* The output i places further in y, of the same row or (channels last) of the next channels. */
CLPOOL_INLINE clpool_place clpool_beside(clpool_place output, int i)
{
#if CLPOOL_CHANNELS_LAST
    output.c += i;
#else
    output.spatial.z += i;
#endif
    return output;
}

/* The tap that wins one window. */
static uint clpool_scan_one(__global const clpool_value *x, clpool_place output, const clpool_geometry *geometry,
                            clpool_index4 pitch, clpool_index batch_pitch, clpool_fusion fusion)
{
    const clpool_reach reach = clpool_reach_of(output.spatial, geometry);
    uint winner;
    (void)clpool_scan_fused(x + output.n * batch_pitch + output.c * pitch.w, pitch, CLPOOL_WINDOW, CLPOOL_DILATION,
                            reach.start, reach.first, reach.end, clpool_at_channel(fusion, output.c), &winner);
    return winner;
}

/* Finds the winning taps of the windows of up to 16 neighbours in y, which clpool_beside counts. */
static void clpool_find_winners(__global const clpool_value *x, clpool_place output, int count,
                                const clpool_geometry *geometry, clpool_index4 pitch, clpool_index batch_pitch,
                                clpool_fusion fusion, uint *winners)
{
#if CLPOOL_CHANNELS_LAST
    if (geometry->channels >= CLPOOL_ABREAST) {
        const clpool_reach reach = clpool_reach_of(output.spatial, geometry);
        const clpool_index channel = min(output.c, geometry->channels - CLPOOL_ABREAST);
        uint found[CLPOOL_ABREAST];
        clpool_scan_channels(x + output.n * batch_pitch + channel, &reach, pitch, fusion, channel, found);
        for (int i = 0; i < count; i++) {
            winners[i] = found[(int)(output.c - channel) + i];
        }
        return;
    }
#elif CLPOOL_HAS_COLUMNS
    if (count > 1) {
        const clpool_reach reach = clpool_reach_of(output.spatial, geometry);
        clpool_scan_row(x + output.n * batch_pitch + output.c * pitch.w, &reach, geometry, pitch, fusion, output.c,
                        winners);
        return;
    }
#endif
    for (int i = 0; i < count; i++) {
        winners[i] = clpool_scan_one(x, clpool_beside(output, i), geometry, pitch, batch_pitch, fusion);
    }
}

/* Where a tap of an output's window lies; it is inside. */
CLPOOL_INLINE clpool_index4 clpool_position_under(uint tap, clpool_place output, const clpool_geometry *geometry)
{
    const uint row = tap / CLPOOL_WINDOW_W;
    const clpool_index4 taps =
        (clpool_index4)((clpool_index)(row / CLPOOL_WINDOW_H), (clpool_index)(row % CLPOOL_WINDOW_H),
                        (clpool_index)(tap % CLPOOL_WINDOW_W), 0);
    return clpool_start_of(output.spatial, geometry->in, geometry->out, geometry->pad, CLPOOL_STRIDE) +
           taps * CLPOOL_DILATION;
}

/* ---- Arguments ---- */

static inline clpool_geometry clpool_geometry_of(clpool_index4 in, clpool_index4 out, clpool_index4 pad,
                                                 clpool_index channels)
{
    const clpool_geometry geometry = {in, out, pad, CLPOOL_WINDOW, CLPOOL_STRIDE, CLPOOL_DILATION, channels};
    return geometry;
}

/* How far neighbours in x are apart: along each axis, and channels. */
static inline clpool_index4 clpool_pitch_of(const clpool_geometry *geometry)
{
    const clpool_index4 in = geometry->in;
    const clpool_index step = CLPOOL_CHANNELS_LAST ? geometry->channels : 1;
    return (clpool_index4)(in.y * in.z * step, in.z * step, step, CLPOOL_CHANNELS_LAST ? 1 : in.x * in.y * in.z);
}

/* ---- Forward ---- */

/* Pools the window of an output whose winning tap is known, and gives its mask value. */
CLPOOL_INLINE clpool_mask clpool_pool_winner(__global const clpool_value *x, __global clpool_value *y, uint winner,
                                             clpool_place output, const clpool_geometry *geometry, clpool_index4 pitch,
                                             clpool_index batch_pitch, clpool_fusion fusion)
{
    const clpool_fusion here = clpool_at_channel(fusion, output.c);
    clpool_place element = output;
    clpool_value value = CLPOOL_IDENTITY;
    if (winner != CLPOOL_NO_TAP) {
        element.spatial = clpool_position_under(winner, output, geometry);
        value = clpool_fuse_load(x[clpool_offset(element, pitch, batch_pitch)], here);
    }
    *y = clpool_fuse_store(value, here);
    if (CLPOOL_MASK_WINDOW) {
        return (clpool_mask)winner;
    }
    return winner == CLPOOL_NO_TAP ? (clpool_mask)-1
                                   : clpool_mask_of_place(element, geometry->in, geometry->channels);
}

/* Pools 16 outputs from number `first` on, or those that are left. */
static void clpool_pool_some(__global const clpool_value *x, __global clpool_value *y, __global clpool_mask *mask,
                             clpool_index first, int count, const clpool_geometry *geometry, clpool_fusion fusion)
{
    clpool_mask masks[CLPOOL_ABREAST];
    uint winners[CLPOOL_ABREAST];
    const clpool_index4 pitch = clpool_pitch_of(geometry);
    const clpool_index batch_pitch = geometry->in.x * geometry->in.y * geometry->in.z * geometry->channels;
    for (int done = 0; done < count;) {
        const clpool_place output = clpool_place_of(first + done, geometry->out, geometry->channels);
        const clpool_index left =
            CLPOOL_CHANNELS_LAST ? geometry->channels - output.c : geometry->out.z - output.spatial.z;
        const int together = (int)min(left, (clpool_index)(count - done));
        clpool_find_winners(x, output, together, geometry, pitch, batch_pitch, fusion, winners);
        for (int i = 0; i < together; i++, done++) {
            masks[done] = clpool_pool_winner(x, y + (first + done), winners[i], clpool_beside(output, i), geometry,
                                             pitch, batch_pitch, fusion);
        }
    }
    for (int i = 0; mask != 0 && i < count; i += CLPOOL_MASK_PER_ELEMENT) {
        clpool_mask packed = 0;
        for (int j = 0; j < min(CLPOOL_MASK_PER_ELEMENT, count - i); j++) {
            packed = clpool_pack_mask(packed, masks[i + j], j);
        }
        mask[(first + i) / CLPOOL_MASK_PER_ELEMENT] = packed;
    }
}

/* Pools a work-item's share of y. */
static inline void clpool_share_outputs(__global const clpool_value *x, __global clpool_value *y,
                                        __global clpool_mask *mask, clpool_index items, const clpool_geometry *geometry,
                                        clpool_fusion fusion)
{
    const ulong units = ((ulong)items + (CLPOOL_ABREAST - 1)) / CLPOOL_ABREAST;
    const ulong worker = get_global_id(0);
    const ulong workers = get_global_size(0);
    for (ulong unit = worker * units / workers; unit < (worker + 1) * units / workers; unit++) {
        const clpool_index first = (clpool_index)unit * CLPOOL_ABREAST;
        clpool_pool_some(x, y, mask, first, (int)min((clpool_index)CLPOOL_ABREAST, items - first), geometry, fusion);
    }
}

__kernel __attribute__((reqd_work_group_size(1, 1, 1))) void
clpool_winners_forward(__global const clpool_value *x, ulong x_offset, __global clpool_value *y, ulong y_offset,
                       clpool_index items, clpool_index4 in, clpool_index4 out, clpool_index4 pad,
                       clpool_index channels CLPOOL_FUSION_ARGUMENTS)
{
    const clpool_geometry geometry = clpool_geometry_of(in, out, pad, channels);
    clpool_share_outputs(x + x_offset, y + y_offset, 0, items, &geometry, CLPOOL_FUSION);
}

__kernel __attribute__((reqd_work_group_size(1, 1, 1))) void
clpool_winners_forward_mask(__global const clpool_value *x, ulong x_offset, __global clpool_value *y, ulong y_offset,
                            __global clpool_mask *mask, ulong mask_offset, clpool_index items, clpool_index4 in,
                            clpool_index4 out, clpool_index4 pad, clpool_index channels CLPOOL_FUSION_ARGUMENTS)
{
    const clpool_geometry geometry = clpool_geometry_of(in, out, pad, channels);
    clpool_share_outputs(x + x_offset, y + y_offset, mask + mask_offset, items, &geometry, CLPOOL_FUSION);
}

/* ---- Backward ---- */

#if CLPOOL_IS_FLOAT

/* Planes of a box: with channels last, channels side by side in memory, which share its lines. */
#if CLPOOL_CHANNELS_LAST
#define CLPOOL_BOX_PLANES CLPOOL_ABREAST
#else
#define CLPOOL_BOX_PLANES 1
#endif
#define CLPOOL_BOX_MOST (16384 / CLPOOL_BOX_PLANES) /* elements of a plane of it: all sums should stay in a cache */

typedef struct {
    clpool_place first; /* element, of the first plane */
    clpool_index4 size;
    int planes;
} clpool_box;

/* How large boxes are. Few planes are parted into as many as are wanted, but those of one window at least, since each
 * looks at the windows on its edges too. */
static inline clpool_index4 clpool_box_size(clpool_index4 in, clpool_index wanted)
{
    clpool_index4 size = in;
    size.z = min(in.z, (clpool_index)CLPOOL_BOX_MOST);
    size.y = min(in.y, CLPOOL_BOX_MOST / size.z);
    size.x = min(in.x, CLPOOL_BOX_MOST / (size.z * size.y));
    const clpool_index4 part = max((in + wanted - 1) / wanted, CLPOOL_EXTENT);
    if (in.x > 1) {
        size.x = min(size.x, part.x);
    } else if (in.y > 1) {
        size.y = min(size.y, part.y);
    } else {
        size.z = min(size.z, part.z);
    }
    return size;
}

/* The number-th of a block's boxes. */
static inline clpool_box clpool_box_of(clpool_index number, clpool_index block, clpool_index blocks, clpool_index4 size,
                                       const clpool_geometry *geometry)
{
    const clpool_index4 counts = (geometry->in + size - 1) / size;
    clpool_box box;
    box.first.n = block / blocks;
    box.first.c = block % blocks * CLPOOL_BOX_PLANES;
    box.first.spatial =
        (clpool_index4)(number / counts.z / counts.y, number / counts.z % counts.y, number % counts.z, 0);
    box.first.spatial *= size;
    box.size = min(size, geometry->in - box.first.spatial);
    box.planes = (int)min((clpool_index)CLPOOL_BOX_PLANES, geometry->channels - box.first.c);
    return box;
}

/* Whether a place, counted from where a box begins, lies in it. */
static inline bool clpool_is_in_box(clpool_index4 at, clpool_index4 size)
{
    return at.x >= 0 && at.y >= 0 && at.z >= 0 && at.x < size.x && at.y < size.y && at.z < size.z;
}

/* Whether a window of the box's planes has a winner, and where: in the mask, or (mask == NULL) at the tap given. */
CLPOOL_INLINE bool clpool_winner_place(__global const clpool_mask *mask, clpool_index index, uint winner,
                                       clpool_place output, const clpool_geometry *geometry, clpool_index4 *position)
{
    if (mask != 0) {
        return clpool_named_tap((long)clpool_load_mask(mask, index), CLPOOL_MASK_FORM, output, geometry, position) >= 0;
    }
    *position = clpool_position_under(winner, output, geometry);
    return winner != CLPOOL_NO_TAP;
}

/* Adds the gradients of windows that are neighbours in y, the first of them number `index`. */
CLPOOL_INLINE void clpool_add_some(__global const clpool_value *dy, __global const clpool_mask *mask,
                                   const uint *winners, clpool_place output, clpool_index index, int count,
                                   const clpool_box *box, const clpool_geometry *geometry, clpool_sum *sums)
{
    for (int i = 0; i < count; i++) {
        clpool_index4 position = (clpool_index4)(0);
        const bool is_won =
            clpool_winner_place(mask, index + i, winners[i], clpool_beside(output, i), geometry, &position);
        const clpool_index4 at = position - box->first.spatial;
        if (is_won && clpool_is_in_box(at, box->size)) {
            const int plane = CLPOOL_CHANNELS_LAST ? i : 0;
            clpool_sum *sum = sums + ((at.x * box->size.y + at.y) * box->size.z + at.z) * CLPOOL_BOX_PLANES + plane;
            *sum = clpool_add(*sum, clpool_widen(dy[index + i]));
        }
    }
}

/* Adds the gradients of all windows that reach a box. One of x and mask is NULL. */
static inline void clpool_add_winners(__global const clpool_value *x, __global const clpool_value *dy,
                                      __global const clpool_mask *mask, const clpool_box *box,
                                      const clpool_geometry *geometry, clpool_index4 pitch, clpool_index batch_pitch,
                                      clpool_fusion fusion, clpool_sum *sums)
{
    const clpool_index4 begin = box->first.spatial;
    const clpool_searches first = clpool_search_of(begin, geometry->in, geometry->out, geometry->pad, CLPOOL_WINDOW,
                                                   CLPOOL_STRIDE, CLPOOL_DILATION);
    const clpool_searches last = clpool_search_of(begin + box->size - 1, geometry->in, geometry->out, geometry->pad,
                                                  CLPOOL_WINDOW, CLPOOL_STRIDE, CLPOOL_DILATION);
    const clpool_index step = CLPOOL_CHANNELS_LAST ? 1 : CLPOOL_ABREAST;
    clpool_place output = box->first;
    uint winners[CLPOOL_ABREAST] = {0};
    for (clpool_index d = first.d.first; d <= last.d.last; d++) {
        for (clpool_index h = first.h.first; h <= last.h.last; h++) {
            const clpool_index row = clpool_mask_row(box->first, d, h, geometry->out, geometry->channels);
            for (clpool_index w = first.w.first; w <= last.w.last; w += step) {
                const int count = CLPOOL_CHANNELS_LAST ? box->planes : (int)min(step, last.w.last + 1 - w);
                output.spatial = (clpool_index4)(d, h, w, 0);
                if (x != 0) {
                    clpool_find_winners(x, output, count, geometry, pitch, batch_pitch, fusion, winners);
                }
                clpool_add_some(dy, mask, winners, output, row + w * pitch.z, count, box, geometry, sums);
            }
        }
    }
}

/* Stores the sums of a box, or adds them to what dx holds. */
static inline void clpool_store_box(const clpool_sum *sums, __global clpool_value *dx, const clpool_box *box,
                                    clpool_index4 pitch, clpool_index batch_pitch, int accumulate)
{
    for (clpool_index row = 0; row < box->size.x * box->size.y; row++) {
        clpool_place place = box->first;
        place.spatial.x += row / box->size.y;
        place.spatial.y += row % box->size.y;
        __global clpool_value *to = dx + clpool_offset(place, pitch, batch_pitch);
        for (clpool_index w = 0; w < box->size.z; w++) {
            for (int i = 0; i < box->planes; i++) {
                clpool_store_sum(to + w * pitch.z + i, sums[(row * box->size.z + w) * CLPOOL_BOX_PLANES + i],
                                 accumulate);
            }
        }
    }
}

/* A work-item's share of the boxes. One of x and mask is NULL. */
static inline void clpool_share_winners(__global const clpool_value *x, __global const clpool_value *dy,
                                        __global const clpool_mask *mask, __global clpool_value *dx, int accumulate,
                                        clpool_index items, const clpool_geometry *geometry, clpool_fusion fusion)
{
    clpool_sum sums[CLPOOL_BOX_MOST * CLPOOL_BOX_PLANES];
    const clpool_index4 in = geometry->in;
    const clpool_index image = in.x * in.y * in.z * geometry->channels;
    const clpool_index4 pitch = clpool_pitch_of(geometry);
    const clpool_index blocks = (geometry->channels + (CLPOOL_BOX_PLANES - 1)) / CLPOOL_BOX_PLANES; /* of an image */
    const ulong all_blocks = (ulong)(items / image) * (ulong)blocks;
    const ulong worker = get_global_id(0);
    const ulong workers = get_global_size(0);
    const clpool_index4 size = clpool_box_size(in, (clpool_index)max(workers / 4 / all_blocks, 1ul));
    const clpool_index4 counts = (in + size - 1) / size;
    const ulong boxes = (ulong)counts.x * (ulong)counts.y * (ulong)counts.z; /* of a block */
    const ulong units = all_blocks * boxes;
    for (ulong unit = worker * units / workers; unit < (worker + 1) * units / workers; unit++) {
        const clpool_box box =
            clpool_box_of((clpool_index)(unit % boxes), (clpool_index)(unit / boxes), blocks, size, geometry);
        const clpool_index elements = box.size.x * box.size.y * box.size.z * CLPOOL_BOX_PLANES;
        for (clpool_index i = 0; i < elements; i++) {
            sums[i] = 0;
        }
        clpool_add_winners(x, dy, mask, &box, geometry, pitch, image, fusion, sums);
        clpool_store_box(sums, dx, &box, pitch, image, accumulate);
    }
}

__kernel __attribute__((reqd_work_group_size(1, 1, 1))) void
clpool_winners_backward(__global const clpool_value *dy, ulong dy_offset, __global const clpool_mask *mask,
                        ulong mask_offset, __global clpool_value *dx, ulong dx_offset, int accumulate,
                        clpool_index items, clpool_index4 in, clpool_index4 out, clpool_index4 pad,
                        clpool_index channels)
{
    const clpool_geometry geometry = clpool_geometry_of(in, out, pad, channels);
    clpool_share_winners(0, dy + dy_offset, mask + mask_offset, dx + dx_offset, accumulate, items, &geometry,
                         clpool_no_fusion());
}

__kernel __attribute__((reqd_work_group_size(1, 1, 1))) void
clpool_winners_backward_recompute(__global const clpool_value *x, ulong x_offset, __global const clpool_value *dy,
                                  ulong dy_offset, __global clpool_value *dx, ulong dx_offset, int accumulate,
                                  clpool_index items, clpool_index4 in, clpool_index4 out, clpool_index4 pad,
                                  clpool_index channels CLPOOL_FUSION_ARGUMENTS)
{
    const clpool_geometry geometry = clpool_geometry_of(in, out, pad, channels);
    clpool_share_winners(x + x_offset, dy + dy_offset, 0, dx + dx_offset, accumulate, items, &geometry, CLPOOL_FUSION);
}

#endif
