/* SPDX-License-Identifier: Apache-2.0
 *
 * winners.cl: backward of any maximum on devices whose work-items run one by one (CPUs). A work-item goes through the
 * windows that reach a box of the input in ascending order, finds each one's winner, in the mask or once more in x, and
 * adds its gradient to the winner's sum in private memory. So a window is looked at once for each box that it reaches,
 * where generic.cl looks at it once for each of its elements.
 *
 * Reads    dy and mask (backward) or x and dy (recompute), from their offsets in elements on; with `accumulate` dx.
 * Writes   dx, each element exactly once.
 * Launch   one dimension, groups of one work-item; any number of them, which share the boxes. `items` counts inputs.
 * Ranges   as generic.cl; tensors dense.
 * Rules    as generic.cl, the same bits.
 * Options  value.cl's, and direct.cl's constants. There is none for integer types.
 */

#if CLPOOL_IS_FLOAT

/* Planes of a box: with channels last, channels side by side in memory, which share its lines. */
#if CLPOOL_CHANNELS_LAST
#define CLPOOL_BOX_PLANES 16
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

/* The tap of an output's window that wins, and where it is; -1 where none does. */
static inline long clpool_winning_tap(__global const clpool_value *x, __global const clpool_mask *mask,
                                      clpool_index index, clpool_place output, const clpool_geometry *geometry,
                                      clpool_index4 pitch, clpool_fusion fusion, clpool_index4 *position)
{
    uint winner;
    if (x == 0) {
        return clpool_named_tap((long)clpool_load_mask(mask, index), CLPOOL_MASK_FORM, output, geometry, position);
    }
    const clpool_index4 start =
        clpool_start_of(output.spatial, geometry->in, geometry->out, geometry->pad, CLPOOL_STRIDE);
    const clpool_index4 taps =
        clpool_taps_of(output.spatial, geometry->in, geometry->out, CLPOOL_WINDOW, CLPOOL_STRIDE);
    const clpool_index4 first = clpool_first_taps(start, CLPOOL_DILATION);
    const clpool_index4 end = clpool_end_taps(start, CLPOOL_DILATION, geometry->in, taps);
    if (first.x + first.y + first.z == 0 && end.x == CLPOOL_WINDOW_D && end.y == CLPOOL_WINDOW_H &&
        end.z == CLPOOL_WINDOW_W) { /* constant bounds */
        (void)clpool_scan_fused(x, pitch, CLPOOL_WINDOW, CLPOOL_DILATION, start, (clpool_index4)(0), CLPOOL_WINDOW,
                                fusion, &winner);
    } else {
        (void)clpool_scan_fused(x, pitch, CLPOOL_WINDOW, CLPOOL_DILATION, start, first, end, fusion, &winner);
    }
    return clpool_tap_place((long)winner, output, geometry, position) ? (long)winner : -1;
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
    clpool_place output = box->first;
    for (clpool_index d = first.d.first; d <= last.d.last; d++) {
        for (clpool_index h = first.h.first; h <= last.h.last; h++) {
            const clpool_index row = clpool_mask_row(box->first, d, h, geometry->out, geometry->channels);
            for (clpool_index w = first.w.first; w <= last.w.last; w++) {
                output.spatial = (clpool_index4)(d, h, w, 0);
                for (int i = 0; i < box->planes; i++) {
                    const clpool_index index = row + w * pitch.z + i;
                    clpool_index4 position = (clpool_index4)(0);
                    output.c = box->first.c + i;
                    __global const clpool_value *plane = x == 0 ? x : x + (output.n * batch_pitch + output.c * pitch.w);
                    const long tap = clpool_winning_tap(plane, mask, index, output, geometry, pitch,
                                                        clpool_at_channel(fusion, output.c), &position);
                    const clpool_index4 at = position - begin;
                    if (tap >= 0 && clpool_is_in_box(at, box->size)) {
                        clpool_sum *sum =
                            sums + ((at.x * box->size.y + at.y) * box->size.z + at.z) * CLPOOL_BOX_PLANES + i;
                        *sum = clpool_add(*sum, clpool_widen(dy[index]));
                    }
                }
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
    const clpool_index volume = in.x * in.y * in.z;
    const clpool_index image = volume * geometry->channels;
    const clpool_index step = CLPOOL_CHANNELS_LAST ? geometry->channels : 1;
    const clpool_index4 pitch =
        (clpool_index4)(in.y * in.z * step, in.z * step, step, CLPOOL_CHANNELS_LAST ? 1 : volume);
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

static inline clpool_geometry clpool_geometry_of(clpool_index4 in, clpool_index4 out, clpool_index4 pad,
                                                 clpool_index channels)
{
    const clpool_geometry geometry = {in, out, pad, CLPOOL_WINDOW, CLPOOL_STRIDE, CLPOOL_DILATION, channels};
    return geometry;
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
