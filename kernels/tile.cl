/* SPDX-License-Identifier: Apache-2.0
 *
 * tile.cl: maximum on devices whose work-items are lanes (GPUs), channels first. A group loads the elements that its
 * windows share once, side by side, into local memory (see cells.cl). Forward, a work-item goes down the input rows
 * under CLPOOL_TILE_OUTPUTS rows of y in one column: each row is reduced along W once, and its winner takes part in
 * every window of the column that has the row. Backward, it adds up for as many elements of dx in one column, from the
 * tile's dy and mask; or (recompute) from dy and the winners of the tile's windows, found in the cells of x under them,
 * the sources: inverse.w is the reciprocal of sources.x.
 *
 * Reads    x (forward), dy and mask (backward) or x and dy (recompute), from their offsets in elements on.
 * Writes   y and mask (forward) or dx (backward), each element exactly once; with `accumulate`, dx is read first.
 * Launch   two dimensions, whole groups along the first, so many work-items each as the host made tiles for; groups
 *          past the last tile do nothing. `items` counts tiles.
 * Ranges   as generic.cl; tensors dense, channels first, no adaptive axis, not f64; forward no packed masks; the limits
 *          of cells.cl. Borders are handled here.
 * Rules    as generic.cl, the same bits.
 * Options  value.cl's, and the window as constants, so that loops unroll:
 *   CLPOOL_WINDOW_D, _H, _W       taps on each axis
 *   CLPOOL_STRIDE_D, _H, _W       elements between two windows
 *   CLPOOL_DILATION_D, _H, _W     elements between two taps
 *   CLPOOL_TILE_OUTPUTS           rows that a work-item makes
 */

#if !CLPOOL_DTYPE_F64

/* Elements that a window spans: ints, since llvmpipe (Mesa 22.3) gets loops up to longs wrong. */
#define CLPOOL_TILE_EXTENT_D (CLPOOL_DILATION_D * (CLPOOL_WINDOW_D - 1) + 1)
#define CLPOOL_TILE_EXTENT_H (CLPOOL_DILATION_H * (CLPOOL_WINDOW_H - 1) + 1)
#define CLPOOL_TILE_EXTENT_W (CLPOOL_DILATION_W * (CLPOOL_WINDOW_W - 1) + 1)

/* Input rows under a work-item's windows. */
#define CLPOOL_TILE_ROWS ((CLPOOL_TILE_OUTPUTS - 1) * CLPOOL_STRIDE_H + CLPOOL_TILE_EXTENT_H)

/* Windows that an element may lie in, on each axis. */
#define CLPOOL_TILE_REACH_D ((CLPOOL_TILE_EXTENT_D - 1) / CLPOOL_STRIDE_D + 1)
#define CLPOOL_TILE_REACH_H ((CLPOOL_TILE_EXTENT_H - 1) / CLPOOL_STRIDE_H + 1)
#define CLPOOL_TILE_REACH_W ((CLPOOL_TILE_EXTENT_W - 1) / CLPOOL_STRIDE_W + 1)

/* Lets the windows of a column, whose first cell is `codes`, have what a slice holds for them. */
CLPOOL_INLINE void clpool_tile_reduce(__local const clpool_code *codes, int cell_columns,
                                      clpool_code best[CLPOOL_TILE_OUTPUTS])
{
    for (int row = 0; row < CLPOOL_TILE_ROWS; row++) {
        clpool_code winner = codes[row * cell_columns];
        for (int w = 1; w < CLPOOL_WINDOW_W; w++) {
            winner = max(winner, codes[row * cell_columns + w * CLPOOL_DILATION_W]);
        }
#pragma unroll
        for (int i = 0; i < CLPOOL_TILE_OUTPUTS; i++) {
            const int step = row - i * CLPOOL_STRIDE_H;
            if (step >= 0 && step < CLPOOL_TILE_EXTENT_H && step % CLPOOL_DILATION_H == 0) {
                best[i] = max(best[i], winner);
            }
        }
    }
}

CLPOOL_INLINE void clpool_tile_take(__local clpool_code *codes, const clpool_spot *spot, const clpool_tiling *tiling,
                                    clpool_code best[CLPOOL_TILE_OUTPUTS])
{
    if (spot->makes) {
        clpool_tile_reduce(codes + clpool_first_cell(spot, tiling, 0), tiling->cells.x, best);
    }
}

CLPOOL_TILE_MAX(clpool_tile_max, clpool_tile_take)

__kernel void clpool_tile_forward(__global const clpool_value *x, ulong x_offset, __global clpool_value *y,
                                  ulong y_offset, clpool_index items, clpool_index4 in, clpool_index4 out,
                                  clpool_index4 pad, int4 tile_items, int4 tile_cells, uint4 inverse,
                                  clpool_index4 tiles, __local clpool_code *codes CLPOOL_FUSION_ARGUMENTS)
{
    const clpool_tiling tiling =
        clpool_tiling_of(items, in, out, pad, tile_items, tile_cells, inverse, tiles, CLPOOL_FUSION);
    clpool_tile_max(x + x_offset, y + y_offset, 0, false, &tiling, codes);
}

__kernel void clpool_tile_forward_mask(__global const clpool_value *x, ulong x_offset, __global clpool_value *y,
                                       ulong y_offset, __global clpool_mask *mask, ulong mask_offset,
                                       clpool_index items, clpool_index4 in, clpool_index4 out, clpool_index4 pad,
                                       int4 tile_items, int4 tile_cells, uint4 inverse, clpool_index4 tiles,
                                       __local clpool_code *codes CLPOOL_FUSION_ARGUMENTS)
{
    const clpool_tiling tiling =
        clpool_tiling_of(items, in, out, pad, tile_items, tile_cells, inverse, tiles, CLPOOL_FUSION);
    clpool_tile_max(x + x_offset, y + y_offset, mask + mask_offset, true, &tiling, codes);
}

#if CLPOOL_IS_FLOAT

/* One axis of the search for the windows that hold an element. */
typedef struct {
    int cell; /* of the first such window */
    int step; /* from where that window begins to the element */
} clpool_reach;

/* `first` is the output of the tile's first cell. */
CLPOOL_INLINE clpool_reach clpool_reach_of(clpool_index place, clpool_index pad, int extent, int stride,
                                           clpool_index first)
{
    const clpool_index window = clpool_ceiling(place + pad - (extent - 1), stride);
    clpool_reach reach;
    reach.cell = (int)(window - first);
    reach.step = (int)(place + pad - window * stride);
    return reach;
}

/* Adds the gradients that one slice's windows move to the element, in ascending output order. `tap` is the first of
 * that slice's taps, `index` what else a mask may name the element by. */
CLPOOL_INLINE clpool_sum clpool_tile_gather(clpool_sum sum, clpool_reach h, clpool_reach w,
                                            __local const clpool_mask *masks, __local const clpool_value *gradients,
                                            int cell_columns, uint tap, clpool_mask index)
{
    for (int i = 0; i < CLPOOL_TILE_REACH_H; i++) {
        const int step_h = h.step - i * CLPOOL_STRIDE_H;
        if ((CLPOOL_STRIDE_H > 1 && step_h < 0) || step_h % CLPOOL_DILATION_H != 0) {
            continue; /* the window begins past the element, or its taps pass it by */
        }
        const uint tap_row = tap + (uint)(step_h / CLPOOL_DILATION_H) * CLPOOL_WINDOW_W;
        const int row = (h.cell + i) * cell_columns + w.cell;
        for (int j = 0; j < CLPOOL_TILE_REACH_W; j++) {
            const int step_w = w.step - j * CLPOOL_STRIDE_W;
            if ((CLPOOL_STRIDE_W == 1 || step_w >= 0) && step_w % CLPOOL_DILATION_W == 0 &&
                clpool_names(masks[row + j], tap_row + (uint)(step_w / CLPOOL_DILATION_W), index)) {
                sum = clpool_add(sum, clpool_widen(gradients[row + j]));
            }
        }
    }
    return sum;
}

/* Fills the cells of a slice with dy and mask of outputs from (top, left) on, of the slice with that number; where
 * there are none, with a mask that names nothing. */
CLPOOL_INLINE void clpool_tile_load(__local clpool_mask *masks, __local clpool_value *gradients,
                                    __global const clpool_value *dy, __global const clpool_mask *mask, bool is_there,
                                    clpool_index slice, clpool_index top, clpool_index left, int lane,
                                    const clpool_tiling *tiling)
{
    const clpool_index4 out = tiling->out;
    clpool_walk walk = clpool_walk_from(lane, tiling->cells, tiling->inverse.z);
    while (walk.cell < tiling->cells.x * tiling->cells.y) {
        const clpool_index h = top + walk.row;
        const clpool_index w = left + walk.column;
        clpool_mask value = (clpool_mask)CLPOOL_NO_TAP;
        if (is_there && h >= 0 && h < out.y && w >= 0 && w < out.z) {
            const clpool_index output = (slice * out.y + h) * out.z + w;
            value = clpool_load_mask(mask, output);
            gradients[walk.cell] = dy[output];
        }
        masks[walk.cell] = value;
        clpool_walk_on(&walk, tiling->items.w, tiling->cells);
    }
}

/* What a work-item makes of dx, and what it needs for that. */
typedef struct {
    clpool_spot spot;
    clpool_place place; /* of its first element */
    clpool_index top;   /* the output of the tile's first cell */
    clpool_index left;
    clpool_index output_d; /* of the first window along D. Not narrowed: llvmpipe (Mesa 22.3) loses the sign */
    int step_d;            /* from where that begins to the element */
    clpool_reach w;
} clpool_targets;

CLPOOL_INLINE void clpool_tile_targets(const clpool_tiling *tiling, clpool_targets *targets)
{
    const clpool_index4 pad = tiling->pad;
    const clpool_spot spot = clpool_spot_of(tiling);
    targets->spot = spot;
    targets->place = clpool_place_of_slice(spot.slice, tiling->in.x);
    targets->place.spatial.y = spot.first_h + spot.row * CLPOOL_TILE_OUTPUTS;
    targets->place.spatial.z = spot.first_w + spot.column;
    targets->top = clpool_ceiling(spot.first_h + pad.y - (CLPOOL_TILE_EXTENT_H - 1), CLPOOL_STRIDE_H);
    targets->left = clpool_ceiling(spot.first_w + pad.z - (CLPOOL_TILE_EXTENT_W - 1), CLPOOL_STRIDE_W);
    targets->output_d = clpool_ceiling(targets->place.spatial.x + pad.x - (CLPOOL_TILE_EXTENT_D - 1), CLPOOL_STRIDE_D);
    targets->step_d = (int)(targets->place.spatial.x + pad.x - targets->output_d * CLPOOL_STRIDE_D);
    targets->w = clpool_reach_of(targets->place.spatial.z, pad.z, CLPOOL_TILE_EXTENT_W, CLPOOL_STRIDE_W, targets->left);
}

/* Whether a work-item makes an i-th element. */
CLPOOL_INLINE bool clpool_tile_makes(const clpool_targets *targets, int i, clpool_index4 in)
{
    return targets->spot.makes && targets->place.spatial.y + i < in.y && targets->place.spatial.z < in.z;
}

CLPOOL_INLINE void clpool_tile_store(__global clpool_value *dx, const clpool_sum sums[CLPOOL_TILE_OUTPUTS],
                                     const clpool_targets *targets, clpool_index4 in, int accumulate)
{
    const clpool_index4 at = targets->place.spatial;
#pragma unroll
    for (int i = 0; i < CLPOOL_TILE_OUTPUTS; i++) {
        if (clpool_tile_makes(targets, i, in)) {
            clpool_store_sum(dx + (targets->spot.slice * in.y + at.y + i) * in.z + at.z, sums[i], accumulate);
        }
    }
}

__kernel void clpool_tile_backward(__global const clpool_value *dy, ulong dy_offset, __global const clpool_mask *mask,
                                   ulong mask_offset, __global clpool_value *dx, ulong dx_offset, int accumulate,
                                   clpool_index items, clpool_index4 in, clpool_index4 out, clpool_index4 pad,
                                   int4 tile_items, int4 tile_cells, uint4 inverse, clpool_index4 tiles,
                                   __local clpool_mask *masks, __local clpool_value *gradients)
{
    const clpool_tiling tiling =
        clpool_tiling_of(items, in, out, pad, tile_items, tile_cells, inverse, tiles, clpool_no_fusion());
    clpool_targets targets;
    clpool_sum sums[CLPOOL_TILE_OUTPUTS];
    clpool_tile_targets(&tiling, &targets);
    masks += targets.spot.part * (tile_cells.x * tile_cells.y);
    gradients += targets.spot.part * (tile_cells.x * tile_cells.y);
#pragma unroll
    for (int i = 0; i < CLPOOL_TILE_OUTPUTS; i++) {
        sums[i] = 0;
    }
#pragma unroll 1
    for (int k = 0; k < CLPOOL_TILE_REACH_D; k++) {
        const clpool_index output = targets.output_d + k;
        const int step = targets.step_d - k * CLPOOL_STRIDE_D;
        const bool is_there =
            targets.spot.is_there && step >= 0 && step % CLPOOL_DILATION_D == 0 && output >= 0 && output < out.x;
        const uint tap = (uint)(step / CLPOOL_DILATION_D) * (CLPOOL_WINDOW_H * CLPOOL_WINDOW_W);
        clpool_tile_load(masks, gradients, dy + dy_offset, mask + mask_offset, is_there,
                         targets.place.n * out.x + output, targets.top, targets.left, targets.spot.lane, &tiling);
        barrier(CLK_LOCAL_MEM_FENCE);
#pragma unroll
        for (int i = 0; i < CLPOOL_TILE_OUTPUTS; i++) {
            if (clpool_tile_makes(&targets, i, in)) {
                clpool_place place = targets.place;
                place.spatial.y += i;
                const clpool_reach h =
                    clpool_reach_of(place.spatial.y, pad.y, CLPOOL_TILE_EXTENT_H, CLPOOL_STRIDE_H, targets.top);
                sums[i] = clpool_tile_gather(sums[i], h, targets.w, masks, gradients, tile_cells.x, tap,
                                             clpool_mask_of_place(place, in, 1));
            }
        }
#if CLPOOL_TILE_REACH_D > 1
        barrier(CLK_LOCAL_MEM_FENCE); /* before the next slice takes the place of this */
#endif
    }
    clpool_tile_store(dx + dx_offset, sums, &targets, in, accumulate);
}

/* Whether fewer steps are needed to spread codes over windows than to go through each. */
#define CLPOOL_TILE_SPREADS (CLPOOL_WINDOW_H + CLPOOL_WINDOW_W >= 16)

/* Lets the windows of a tile's cells have what a slice of x holds for them. Those outside y get no winner. */
CLPOOL_INLINE void clpool_tile_choose(__local clpool_code *winners, __local const clpool_code *codes, bool is_first,
                                      const clpool_targets *targets, const clpool_tiling *tiling, int source_columns)
{
    const clpool_index4 out = tiling->out;
    clpool_walk walk = clpool_walk_from(targets->spot.lane, tiling->cells, tiling->inverse.z);
    while (walk.cell < tiling->cells.x * tiling->cells.y) {
        const clpool_index output_h = targets->top + walk.row;
        const clpool_index output_w = targets->left + walk.column;
        const int source = walk.row * CLPOOL_STRIDE_H * source_columns + walk.column * CLPOOL_STRIDE_W;
        clpool_code winner = is_first ? CLPOOL_CODE_NONE : winners[walk.cell];
        if (output_h >= 0 && output_h < out.y && output_w >= 0 && output_w < out.z) {
            for (int h = 0; h < (CLPOOL_TILE_SPREADS ? 1 : CLPOOL_WINDOW_H); h++) {
                for (int w = 0; w < (CLPOOL_TILE_SPREADS ? 1 : CLPOOL_WINDOW_W); w++) {
                    winner =
                        max(winner, codes[source + h * CLPOOL_DILATION_H * source_columns + w * CLPOOL_DILATION_W]);
                }
            }
        }
        winners[walk.cell] = winner;
        clpool_walk_on(&walk, tiling->items.w, tiling->cells);
    }
}

/* Fills the cells of a slice with dy, where there is any. */
CLPOOL_INLINE void clpool_tile_load_gradients(__local clpool_value *gradients, __global const clpool_value *dy,
                                              bool is_there, clpool_index slice, const clpool_targets *targets,
                                              const clpool_tiling *tiling)
{
    const clpool_index4 out = tiling->out;
    clpool_walk walk = clpool_walk_from(targets->spot.lane, tiling->cells, tiling->inverse.z);
    while (walk.cell < tiling->cells.x * tiling->cells.y) {
        const clpool_index h = targets->top + walk.row;
        const clpool_index w = targets->left + walk.column;
        if (is_there && h >= 0 && h < out.y && w >= 0 && w < out.z) {
            gradients[walk.cell] = dy[(slice * out.y + h) * out.z + w];
        }
        clpool_walk_on(&walk, tiling->items.w, tiling->cells);
    }
}

/* As clpool_tile_gather, of windows whose winner is at the element's position. */
CLPOOL_INLINE clpool_sum clpool_tile_gather_winners(clpool_sum sum, clpool_reach h, clpool_reach w,
                                                    __local const clpool_code *winners,
                                                    __local const clpool_value *gradients, int cell_columns,
                                                    uint position)
{
    for (int i = 0; i < CLPOOL_TILE_REACH_H && h.step >= i * CLPOOL_STRIDE_H; i++) {
        const int row = (h.cell + i) * cell_columns + w.cell;
        for (int j = 0; j < CLPOOL_TILE_REACH_W && w.step >= j * CLPOOL_STRIDE_W; j++) {
            if (clpool_position_of(winners[row + j]) == position && !clpool_code_is_cut(winners[row + j])) {
                sum = clpool_add(sum, clpool_widen(gradients[row + j]));
            }
        }
    }
    return sum;
}

__kernel void clpool_tile_backward_recompute(
    __global const clpool_value *x, ulong x_offset, __global const clpool_value *dy, ulong dy_offset,
    __global clpool_value *dx, ulong dx_offset, int accumulate, clpool_index items, clpool_index4 in, clpool_index4 out,
    clpool_index4 pad, int4 tile_items, int4 tile_cells, int4 tile_sources, uint4 inverse, clpool_index4 tiles,
    __local clpool_code *winners, __local clpool_value *gradients, __local clpool_code *codes CLPOOL_FUSION_ARGUMENTS)
{
    const clpool_tiling tiling =
        clpool_tiling_of(items, in, out, pad, tile_items, tile_cells, inverse, tiles, CLPOOL_FUSION);
    const int sources = tile_sources.x * tile_sources.y;
    clpool_targets targets;
    clpool_sum sums[CLPOOL_TILE_OUTPUTS];
    clpool_tile_targets(&tiling, &targets);
    const clpool_index top = targets.top * CLPOOL_STRIDE_H - pad.y; /* of x, for the first source */
    const clpool_index left = targets.left * CLPOOL_STRIDE_W - pad.z;
    winners += targets.spot.part * (tile_cells.x * tile_cells.y);
    gradients += targets.spot.part * (tile_cells.x * tile_cells.y);
    codes += targets.spot.part * sources;
    x += x_offset;
#pragma unroll
    for (int i = 0; i < CLPOOL_TILE_OUTPUTS; i++) {
        sums[i] = 0;
    }
#pragma unroll 1
    for (int k = 0; k < CLPOOL_TILE_REACH_D; k++) {
        const clpool_index output = targets.output_d + k;
        const int step = targets.step_d - k * CLPOOL_STRIDE_D;
        const bool is_there =
            targets.spot.is_there && step >= 0 && step % CLPOOL_DILATION_D == 0 && output >= 0 && output < out.x;
        clpool_tile_load_gradients(gradients, dy + dy_offset, is_there, targets.place.n * out.x + output, &targets,
                                   &tiling);
#pragma unroll 1
        for (int d = 0; d < CLPOOL_WINDOW_D; d++) {
            const clpool_index depth = output * CLPOOL_STRIDE_D - pad.x + d * CLPOOL_DILATION_D;
            const bool has_slice = is_there && depth >= 0 && depth < in.x;
            clpool_load_codes(codes, has_slice ? x + (targets.place.n * in.x + depth) * in.y * in.z : x, has_slice, in,
                              top, left, (uint)(d * sources), targets.spot.lane, tile_items.w, tile_sources, inverse.w,
                              clpool_at_plane(CLPOOL_KEPT_FUSION(&tiling), targets.place.n));
            barrier(CLK_LOCAL_MEM_FENCE);
#if CLPOOL_TILE_SPREADS
            clpool_spread(codes, sources, CLPOOL_WINDOW_W, CLPOOL_DILATION_W, targets.spot.lane, tile_items.w);
            clpool_spread(codes, sources, CLPOOL_WINDOW_H, CLPOOL_DILATION_H * tile_sources.x, targets.spot.lane,
                          tile_items.w);
#endif
            clpool_tile_choose(winners, codes, d == 0, &targets, &tiling, tile_sources.x);
            barrier(CLK_LOCAL_MEM_FENCE);
        }
#pragma unroll
        for (int i = 0; i < CLPOOL_TILE_OUTPUTS; i++) {
            /* where no window is, no position is one: it may be that of no winner */
            if (is_there && clpool_tile_makes(&targets, i, in)) {
                const clpool_index4 at = targets.place.spatial;
                const clpool_reach h =
                    clpool_reach_of(at.y + i, pad.y, CLPOOL_TILE_EXTENT_H, CLPOOL_STRIDE_H, targets.top);
                const int source = (int)(at.y + i - top) * tile_sources.x + (int)(at.z - left);
                sums[i] = clpool_tile_gather_winners(sums[i], h, targets.w, winners, gradients, tile_cells.x,
                                                     (uint)(step / CLPOOL_DILATION_D * sources + source));
            }
        }
#if CLPOOL_TILE_REACH_D > 1
        barrier(CLK_LOCAL_MEM_FENCE); /* before the next slice takes the place of this */
#endif
    }
    clpool_tile_store(dx + dx_offset, sums, &targets, in, accumulate);
}

#endif /* float types */

#endif
