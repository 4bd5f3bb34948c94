/* SPDX-License-Identifier: Apache-2.0 */
/* How a problem is cut into tiles for kernels whose groups share local memory: the arguments of kernels/cells.cl. */
#ifndef CLPOOL_PLAN_TILES_H
#define CLPOOL_PLAN_TILES_H

#include "problem/geometry.h"

/** What a tile holds in local memory. */
enum tiling {
    TILING_NONE,      /* the kernels have no tiles */
    TILING_FORWARD,   /* codes of x, for a tile of y */
    TILING_LARGE,     /* the same under large windows, where more local memory is worth its price */
    TILING_BACKWARD,  /* mask values and dy, for a tile of dx */
    TILING_RECOMPUTE, /* the same, with taps in place of mask values, and the codes of x that they come from */
};

enum {
    TILE_LOCAL_BYTES = 32768, /* of a tile, at most: every full OpenCL device has them */
    TILE_ARRAYS = 3
};

/** A tile: `items` work-items of a group make elements, `outputs` rows of a column each, from `cells`. */
struct tile {
    int32_t items[4];                /* along W, along H, slices, work-items that load a slice */
    int32_t cells[4];                /* along W, along H, rows and columns to a work-item's next cell */
    int32_t sources[4];              /* the same of the cells of x; TILING_RECOMPUTE only */
    uint32_t inverse[4];             /* for clpool_quotient: items[0], items[3], cells[0], sources[0] */
    size_t tiles[3];                 /* along W, along H, slices in all */
    size_t count;                    /* of tiles */
    size_t local_bytes[TILE_ARRAYS]; /* of each array in local memory; 0 past the last */
};

/** The largest tile for groups of `group` work-items; false if not even one work-item's fits in local memory. */
bool tile_make(enum tiling tiling, const struct geometry *geometry, size_t group, size_t outputs, size_t local_bytes,
               struct tile *tile);

/** Whether registers and a tile's share of local memory let half of the work-items that GPUs have room for be there at
 * once, where each makes more than one row. Depends on the window, and on extents only as far as there are rows: so one
 * program serves tensors of many sizes. */
bool tile_is_thrifty(enum tiling tiling, const struct geometry *geometry, size_t group, size_t outputs);

#endif
