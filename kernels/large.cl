/* SPDX-License-Identifier: Apache-2.0
 *
 * large.cl: maximum over large windows on devices whose work-items are lanes (GPUs), channels first. A group loads a
 * tile into local memory (see cells.cl) and makes there, of each cell, the maximum of as many cells along W as the
 * window has taps, then the same along H, in steps whose number grows with the logarithm of the taps.
 *
 * Reads, writes, launch, ranges, rules   as tile.cl, forward.
 * Options  tile.cl's, but CLPOOL_LARGE_OUTPUTS in place of CLPOOL_TILE_OUTPUTS.
 */

#if !CLPOOL_DTYPE_F64

/* Pools a tile's windows. */
CLPOOL_INLINE void clpool_large_max(__global const clpool_value *x, __global clpool_value *y,
                                    __global clpool_mask *mask, bool has_mask, const clpool_tiling *tiling,
                                    __local clpool_code *codes)
{
    const clpool_spot spot = clpool_spot_of(tiling);
    const int columns = tiling->cells.x;
    const int count = columns * tiling->cells.y;
    clpool_code best[CLPOOL_LARGE_OUTPUTS];
#pragma unroll
    for (int i = 0; i < CLPOOL_LARGE_OUTPUTS; i++) {
        best[i] = CLPOOL_CODE_NONE;
    }
    codes += spot.part * count;
#pragma unroll 1
    for (int d = 0; d < CLPOOL_WINDOW_D; d++) {
        clpool_load_slice(codes, x, &spot, tiling, d);
        barrier(CLK_LOCAL_MEM_FENCE);
        clpool_spread(codes, count, CLPOOL_WINDOW_W, CLPOOL_DILATION_W, spot.lane, tiling->items.w);
        clpool_spread(codes, count, CLPOOL_WINDOW_H, CLPOOL_DILATION_H * columns, spot.lane, tiling->items.w);
        if (spot.makes) {
#pragma unroll
            for (int i = 0; i < CLPOOL_LARGE_OUTPUTS; i++) {
                best[i] = max(best[i], codes[clpool_first_cell(&spot, tiling, i)]);
            }
        }
#if CLPOOL_WINDOW_D > 1
        barrier(CLK_LOCAL_MEM_FENCE); /* before the next slice takes the place of this */
#endif
    }
    if (spot.makes) {
#pragma unroll
        for (int i = 0; i < CLPOOL_LARGE_OUTPUTS; i++) {
            clpool_store_code(best[i], i, x, y, mask, has_mask, &spot, tiling);
        }
    }
}

CLPOOL_INLINE clpool_tiling clpool_large_tiling(clpool_index count, clpool_index4 in, clpool_index4 out,
                                                clpool_index4 pad, int4 items, int4 cells, uint4 inverse,
                                                clpool_index4 tiles)
{
    clpool_tiling tiling;
    tiling.count = count;
    tiling.in = in;
    tiling.out = out;
    tiling.pad = pad;
    tiling.window = (clpool_index4)(CLPOOL_WINDOW_D, CLPOOL_WINDOW_H, CLPOOL_WINDOW_W, 1);
    tiling.stride = (clpool_index4)(CLPOOL_STRIDE_D, CLPOOL_STRIDE_H, CLPOOL_STRIDE_W, 1);
    tiling.dilation = (clpool_index4)(CLPOOL_DILATION_D, CLPOOL_DILATION_H, CLPOOL_DILATION_W, 1);
    tiling.outputs = CLPOOL_LARGE_OUTPUTS;
    tiling.items = items;
    tiling.cells = cells;
    tiling.inverse = inverse;
    tiling.tiles = tiles;
    return tiling;
}

__kernel void clpool_large_forward(__global const clpool_value *x, ulong x_offset, __global clpool_value *y,
                                   ulong y_offset, clpool_index items, clpool_index4 in, clpool_index4 out,
                                   clpool_index4 pad, int4 tile_items, int4 tile_cells, uint4 inverse,
                                   clpool_index4 tiles, __local clpool_code *codes)
{
    const clpool_tiling tiling = clpool_large_tiling(items, in, out, pad, tile_items, tile_cells, inverse, tiles);
    clpool_large_max(x + x_offset, y + y_offset, 0, false, &tiling, codes);
}

__kernel void clpool_large_forward_mask(__global const clpool_value *x, ulong x_offset, __global clpool_value *y,
                                        ulong y_offset, __global clpool_mask *mask, ulong mask_offset,
                                        clpool_index items, clpool_index4 in, clpool_index4 out, clpool_index4 pad,
                                        int4 tile_items, int4 tile_cells, uint4 inverse, clpool_index4 tiles,
                                        __local clpool_code *codes)
{
    const clpool_tiling tiling = clpool_large_tiling(items, in, out, pad, tile_items, tile_cells, inverse, tiles);
    clpool_large_max(x + x_offset, y + y_offset, mask + mask_offset, true, &tiling, codes);
}

#endif
