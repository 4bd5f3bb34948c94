/* SPDX-License-Identifier: Apache-2.0
 *
 * large.cl: maximum over large windows on devices whose work-items are lanes (GPUs), channels first. A group loads a
 * tile into local memory (see cells.cl) and makes there, of each cell, the maximum of as many cells along W as the
 * window has taps, then the same along H, in steps whose number grows with the logarithm of the taps.
 *
 * Reads, writes, launch, ranges, rules   as tile.cl, forward.
 * Options  tile.cl's.
 */

#if !CLPOOL_DTYPE_F64

CLPOOL_INLINE void clpool_large_take(__local clpool_code *codes, const clpool_spot *spot, const clpool_tiling *tiling,
                                     clpool_code best[CLPOOL_TILE_OUTPUTS])
{
    const int columns = tiling->cells.x;
    const int count = columns * tiling->cells.y;
    clpool_spread(codes, count, CLPOOL_WINDOW_W, CLPOOL_DILATION_W, spot->lane, tiling->items.w);
    clpool_spread(codes, count, CLPOOL_WINDOW_H, CLPOOL_DILATION_H * columns, spot->lane, tiling->items.w);
    if (spot->makes) {
#pragma unroll
        for (int i = 0; i < CLPOOL_TILE_OUTPUTS; i++) {
            best[i] = max(best[i], codes[clpool_first_cell(spot, tiling, i)]);
        }
    }
}

CLPOOL_TILE_MAX(clpool_large_max, clpool_large_take)

__kernel void clpool_large_forward(__global const clpool_value *x, ulong x_offset, __global clpool_value *y,
                                   ulong y_offset, clpool_index items, clpool_index4 in, clpool_index4 out,
                                   clpool_index4 pad, int4 tile_items, int4 tile_cells, uint4 inverse,
                                   clpool_index4 tiles, __local clpool_code *codes CLPOOL_FUSION_ARGUMENTS)
{
    const clpool_tiling tiling =
        clpool_tiling_of(items, in, out, pad, tile_items, tile_cells, inverse, tiles, CLPOOL_FUSION);
    clpool_large_max(x + x_offset, y + y_offset, 0, false, &tiling, codes);
}

__kernel void clpool_large_forward_mask(__global const clpool_value *x, ulong x_offset, __global clpool_value *y,
                                        ulong y_offset, __global clpool_mask *mask, ulong mask_offset,
                                        clpool_index items, clpool_index4 in, clpool_index4 out, clpool_index4 pad,
                                        int4 tile_items, int4 tile_cells, uint4 inverse, clpool_index4 tiles,
                                        __local clpool_code *codes CLPOOL_FUSION_ARGUMENTS)
{
    const clpool_tiling tiling =
        clpool_tiling_of(items, in, out, pad, tile_items, tile_cells, inverse, tiles, CLPOOL_FUSION);
    clpool_large_max(x + x_offset, y + y_offset, mask + mask_offset, true, &tiling, codes);
}

#endif
