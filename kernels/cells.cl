/* SPDX-License-Identifier: Apache-2.0
 *
 * cells.cl: tiles, which a group of work-items keeps in local memory. Sixth part of every program; empty for f64.
 *
 * A tile is a rectangle of elements to be made, `outputs` rows of a column by each work-item, in one or more slices (a
 * plane's H,W at one depth), and the cells that they are made of: what the other tensor has there and around, with
 * cells of no value where it ends. The arguments:
 *   items     work-items of a slice along W and along H; slices of a tile; work-items that load a slice, which are at
 *             least the product of the first two
 *   cells     along W and along H; how many rows and columns further the cell of a work-item's next round lies
 *   inverse   reciprocals for clpool_quotient: of items.x, of items.w, of cells.x; and what a kernel adds
 *   tiles     along W and along H; slices in all
 * The host sees to it that a slice has at most 32768 cells, in forward of 8-bit and 16-bit types all slices under a
 * window together.
 */

#if !CLPOOL_DTYPE_F64

/* A value with its position among the cells under a window, as a number that is greater where it beats: by the order of
 * values first, then the first of equal values or the last NaN. So the winner is the maximum of numbers, taken in
 * whatever order, and as often as one likes. No value at all is below. */
#if CLPOOL_DTYPE_F32 || CLPOOL_DTYPE_I32
typedef long clpool_code;
#define CLPOOL_CODE_NONE LONG_MIN
#define CLPOOL_ORDER_BITS 32 /* of the position, in the lower part */
#define CLPOOL_ORDER_NAN CLPOOL_KEY_NAN
#define CLPOOL_ORDER_TOP CLPOOL_KEY_TOP
#else
typedef int clpool_code;
#define CLPOOL_CODE_NONE INT_MIN
#define CLPOOL_ORDER_BITS 16
#define CLPOOL_ORDER_NAN (CLPOOL_NAN_IGNORE ? -32767 : 32767)
#define CLPOOL_ORDER_TOP 32767
#endif

/* The upper part of a code: the value's key, shortened for 16-bit types, whose keys have zeros in the lower half. */
CLPOOL_INLINE clpool_key clpool_order_of(clpool_value value)
{
#if CLPOOL_DTYPE_F16 || CLPOOL_DTYPE_BF16
    return max(clpool_key_of(value) >> 16, -32767); /* a NaN to be ignored stays above no value at all */
#else
    return clpool_key_of(value);
#endif
}

CLPOOL_INLINE clpool_code clpool_code_of(clpool_value value, uint position)
{
    const clpool_key order = clpool_order_of(value);
    const uint place = order == CLPOOL_ORDER_TOP ? position : ~position;
#if CLPOOL_ORDER_BITS == 32
    return (clpool_code)((ulong)order << 32 | place);
#else
    return (clpool_code)((uint)order << 16 | (place & 0xffffu));
#endif
}

CLPOOL_INLINE uint clpool_position_of(clpool_code code)
{
    const uint place = (uint)code;
    const uint position = (clpool_key)(code >> CLPOOL_ORDER_BITS) == CLPOOL_ORDER_TOP ? place : ~place;
    return CLPOOL_ORDER_BITS == 32 ? position : position & 0xffffu;
}

CLPOOL_INLINE bool clpool_order_is_nan(clpool_key order)
{
#if CLPOOL_IS_FLOAT
    return order == CLPOOL_ORDER_NAN;
#else
    (void)order;
    return false;
#endif
}

/* Whether a code tells its value: not which zero or which NaN it is. */
CLPOOL_INLINE bool clpool_code_tells(clpool_code code)
{
    const clpool_key order = (clpool_key)(code >> CLPOOL_ORDER_BITS);
#if CLPOOL_IS_FLOAT
    if (order == 0) {
        return false;
    }
#endif
    return !clpool_order_is_nan(order);
}

CLPOOL_INLINE clpool_value clpool_value_of_code(clpool_code code)
{
    const clpool_key order = (clpool_key)(code >> CLPOOL_ORDER_BITS);
#if CLPOOL_IS_FLOAT
    const uint bits = (uint)order << CLPOOL_UNUSED_BITS;
    return (clpool_value)((order < 0 ? CLPOOL_SIGN - bits : bits) >> CLPOOL_UNUSED_BITS);
#else
    return (clpool_value)order;
#endif
}

/* Whether the winner that a code is of is cut to zero. */
CLPOOL_INLINE bool clpool_code_is_cut(clpool_code code)
{
    const clpool_key order = (clpool_key)(code >> CLPOOL_ORDER_BITS);
    return CLPOOL_RELU && order <= 0 && !clpool_order_is_nan(order);
}

#define CLPOOL_CELLS_MOST 32768 /* of a slice */

/* number / divisor where neither exceeds 32768 and the host gives 2^31 / divisor, rounded down, plus 1. */
CLPOOL_INLINE int clpool_quotient(int number, uint inverse)
{
    return (int)mul_hi((uint)number << 1, inverse);
}

/* The smallest whole number that is not below number / divisor. */
CLPOOL_INLINE clpool_index clpool_ceiling(clpool_index number, clpool_index divisor)
{
    return number > 0 ? (number + divisor - 1) / divisor : -(-number / divisor);
}

/* The geometry as the host gives it, the window as constants, and the arguments above. */
typedef struct {
    clpool_index count; /* of tiles */
    clpool_index4 in;
    clpool_index4 out;
    clpool_index4 pad;
    clpool_index4 window;
    clpool_index4 stride;
    clpool_index4 dilation;
    int outputs; /* rows that a work-item makes */
    int4 items;
    int4 cells;
    uint4 inverse;
    clpool_index4 tiles;
    CLPOOL_FUSION_MEMBER
} clpool_tiling;

/* A work-item's place in its tile, and the tile's in the problem. */
typedef struct {
    bool is_there; /* the tile has its slice, and so has the tensor */
    bool makes;    /* elements of it; else it only helps to load */
    int part;      /* slice of the tile */
    int lane;      /* among those that load it */
    int row;       /* of work-items */
    int column;
    clpool_index slice;   /* of the tensor */
    clpool_index first_h; /* of the tile's elements */
    clpool_index first_w;
} clpool_spot;

/* Groups past the last tile have no slice: they go through all barriers, and do nothing. To leave early would be legal,
 * but PoCL 3.1 makes wrong code of barriers behind a condition. */
CLPOOL_INLINE clpool_spot clpool_spot_of(const clpool_tiling *tiling)
{
    const clpool_index group = (clpool_index)(get_group_id(1) * get_num_groups(0) + get_group_id(0));
    const int local_id = (int)get_local_id(0);
    const int4 items = tiling->items;
    const clpool_index4 tiles = tiling->tiles;
    clpool_spot spot;
    clpool_index tile = group;
    clpool_index tile_w = 0;
    clpool_index tile_h = 0;
    if (tiles.x > 1) {
        tile_w = tile % tiles.x;
        tile /= tiles.x;
    }
    if (tiles.y > 1) {
        tile_h = tile % tiles.y;
        tile /= tiles.y;
    }
    spot.part = clpool_quotient(local_id, tiling->inverse.y);
    spot.lane = local_id - spot.part * items.w;
    spot.row = clpool_quotient(spot.lane, tiling->inverse.x);
    spot.column = spot.lane - spot.row * items.x;
    spot.slice = tile * items.z + spot.part;
    spot.is_there = group < tiling->count && spot.part < items.z && spot.slice < tiles.z;
    spot.makes = spot.is_there && spot.row < items.y;
    spot.first_h = tile_h * (items.y * tiling->outputs);
    spot.first_w = tile_w * items.x;
    if (spot.part >= items.z) {
        spot.lane = CLPOOL_CELLS_MOST; /* no cell is its own */
    }
    return spot;
}

/* A walk over the cells of a slice, from one of a work-item to its next. */
typedef struct {
    int cell;
    int row;
    int column;
} clpool_walk;

CLPOOL_INLINE clpool_walk clpool_walk_from(int lane, int4 cells, uint inverse)
{
    clpool_walk walk;
    walk.cell = lane;
    walk.row = clpool_quotient(lane, inverse);
    walk.column = lane - walk.row * cells.x;
    return walk;
}

CLPOOL_INLINE void clpool_walk_on(clpool_walk *walk, int lanes, int4 cells)
{
    walk->cell += lanes;
    walk->row += cells.z;
    walk->column += cells.w;
    if (walk->column >= cells.x) {
        walk->column -= cells.x;
        walk->row++;
    }
}

/* The plane of a slice, as place.n, and where it lies there along D. */
CLPOOL_INLINE clpool_place clpool_place_of_slice(clpool_index slice, clpool_index depths)
{
    clpool_place place;
    place.n = depths == 1 ? slice : slice / depths;
    place.c = 0;
    place.spatial = (clpool_index4)(slice - place.n * depths, 0, 0, 0);
    return place;
}

/* Fills cells with codes of x, from (top, left) of a plane on; positions count from `position`. */
CLPOOL_INLINE void clpool_load_codes(__local clpool_code *codes, __global const clpool_value *x, bool is_there,
                                     clpool_index4 in, clpool_index top, clpool_index left, uint position, int lane,
                                     int lanes, int4 cells, uint inverse, clpool_fusion fusion)
{
    clpool_walk walk = clpool_walk_from(lane, cells, inverse);
    while (walk.cell < cells.x * cells.y) {
        const clpool_index h = top + walk.row;
        const clpool_index w = left + walk.column;
        clpool_code code = CLPOOL_CODE_NONE;
        if (is_there && h >= 0 && h < in.y && w >= 0 && w < in.z) {
            code = clpool_code_of(clpool_fuse_load(x[h * in.z + w], fusion), position + (uint)walk.cell);
        }
        codes[walk.cell] = code;
        clpool_walk_on(&walk, lanes, cells);
    }
}

/* Fills the cells of a slice of y with codes of x at tap `d` along D. */
CLPOOL_INLINE void clpool_load_slice(__local clpool_code *codes, __global const clpool_value *x,
                                     const clpool_spot *spot, const clpool_tiling *tiling, int d)
{
    const clpool_index4 in = tiling->in;
    const clpool_place place = clpool_place_of_slice(spot->slice, tiling->out.x);
    const clpool_index depth = place.spatial.x * tiling->stride.x - tiling->pad.x + d * tiling->dilation.x;
    const bool is_there = spot->is_there && depth >= 0 && depth < in.x;
    clpool_load_codes(codes, is_there ? x + (place.n * in.x + depth) * in.y * in.z : x, is_there, in,
                      spot->first_h * tiling->stride.y - tiling->pad.y,
                      spot->first_w * tiling->stride.z - tiling->pad.z, (uint)(d * tiling->cells.x * tiling->cells.y),
                      spot->lane, tiling->items.w, tiling->cells, tiling->inverse.z,
                      clpool_at_plane(CLPOOL_KEPT_FUSION(tiling), place.n));
}

/* Cells that a work-item makes between two barriers. */
#define CLPOOL_SPREAD_CELLS 2

/* Makes of each cell the maximum of itself and three further on, `far` being the furthest. One whose cells are not all
 * in the slice is none that a window begins with, and stays. Work-items go on together, from the slice's first cells to
 * its last: what one overwrites, no other needs any more. */
CLPOOL_INLINE void clpool_spread_step(__local clpool_code *codes, int count, int near, int middle, int far, int lane,
                                      int lanes)
{
    for (int first = 0; first < count; first += lanes * CLPOOL_SPREAD_CELLS) {
        clpool_code best[CLPOOL_SPREAD_CELLS];
#pragma unroll
        for (int i = 0; i < CLPOOL_SPREAD_CELLS; i++) {
            const int cell = first + i * lanes + lane;
            best[i] = CLPOOL_CODE_NONE;
            if (cell + far < count) {
                best[i] = max(max(codes[cell], codes[cell + near]), max(codes[cell + middle], codes[cell + far]));
            }
        }
        barrier(CLK_LOCAL_MEM_FENCE);
#pragma unroll
        for (int i = 0; i < CLPOOL_SPREAD_CELLS; i++) {
            const int cell = first + i * lanes + lane;
            if (cell + far < count) {
                codes[cell] = best[i];
            }
        }
    }
    barrier(CLK_LOCAL_MEM_FENCE);
}

/* Makes of each cell the maximum of `window` cells at that distance: of 4, then 16, and so on. Since codes know their
 * positions, the four parts of a step may overlap, and any window is reached. All of a group's work-items call this. */
CLPOOL_INLINE void clpool_spread(__local clpool_code *codes, int count, int window, int distance, int lane, int lanes)
{
    int covered = 1;
#pragma unroll 1
    while (covered < window) {
        const int wanted = min(4 * covered, window);
        const int most = wanted - covered;
        clpool_spread_step(codes, count, min(covered, most) * distance, min(2 * covered, most) * distance,
                           most * distance, lane, lanes);
        covered = wanted;
    }
}

/* The cell at which the window of a work-item's i-th output begins. */
CLPOOL_INLINE int clpool_first_cell(const clpool_spot *spot, const clpool_tiling *tiling, int i)
{
    return (spot->row * tiling->outputs + i) * (int)tiling->stride.y * tiling->cells.x +
           spot->column * (int)tiling->stride.z;
}

/* The tap of a window at whose cell `winner` was found. */
CLPOOL_INLINE uint clpool_tap_of_code(clpool_code winner, int first_cell, const clpool_tiling *tiling)
{
    const clpool_index4 window = tiling->window;
    int cell = (int)clpool_position_of(winner) - first_cell;
    int d = 0;
    if (window.x > 1) {
        const int count = tiling->cells.x * tiling->cells.y;
        d = cell / count;
        cell -= d * count;
    }
    const int row = clpool_quotient(cell, tiling->inverse.z);
    const int column = cell - row * tiling->cells.x;
    return ((uint)d * (uint)window.y + (uint)row / (uint)tiling->dilation.y) * (uint)window.z +
           (uint)column / (uint)tiling->dilation.z;
}

/* Writes a work-item's i-th output, if y has it, from the best code of its window. */
CLPOOL_INLINE void clpool_store_code(clpool_code winner, int i, __global const clpool_value *x,
                                     __global clpool_value *y, __global clpool_mask *mask, bool has_mask,
                                     const clpool_spot *spot, const clpool_tiling *tiling)
{
    const clpool_index4 in = tiling->in;
    const clpool_index4 out = tiling->out;
    const clpool_index4 window = tiling->window;
    clpool_place place = clpool_place_of_slice(spot->slice, out.x);
    place.spatial.y = spot->first_h + spot->row * tiling->outputs + i;
    place.spatial.z = spot->first_w + spot->column;
    if (place.spatial.y >= out.y || place.spatial.z >= out.z) {
        return;
    }
    const clpool_index4 start = place.spatial * tiling->stride - tiling->pad;
    const clpool_fusion fusion = clpool_at_plane(CLPOOL_KEPT_FUSION(tiling), place.n);
    clpool_value value = CLPOOL_IDENTITY;
    uint tap = CLPOOL_NO_TAP;
    if (winner != CLPOOL_CODE_NONE) {
        tap = clpool_tap_of_code(winner, clpool_first_cell(spot, tiling, i), tiling);
        if (clpool_code_tells(winner)) {
            value = clpool_value_of_code(winner);
        } else {
            const uint row = tap / (uint)window.z;
            const clpool_index4 at =
                start + tiling->dilation * (clpool_index4)((clpool_index)(row / (uint)window.y),
                                                           (clpool_index)(row % (uint)window.y),
                                                           (clpool_index)(tap % (uint)window.z), 0);
            value = clpool_fuse_load(x[((place.n * in.x + at.x) * in.y + at.y) * in.z + at.z], fusion);
        }
    }
    const clpool_index item = (spot->slice * out.y + place.spatial.y) * out.z + place.spatial.z;
    y[item] = clpool_fuse_store(value, fusion);
    if (has_mask) {
        mask[item] = clpool_mask_of_tap(clpool_is_cut(value) ? CLPOOL_NO_TAP : tap, place, in, 1, start, window,
                                        tiling->dilation);
    }
}

/* ---- Maximum, forward ---- */

#ifdef CLPOOL_TILE_OUTPUTS /* rows that a work-item makes; beside the window's constants */

CLPOOL_INLINE clpool_tiling clpool_tiling_of(clpool_index count, clpool_index4 in, clpool_index4 out, clpool_index4 pad,
                                             int4 items, int4 cells, uint4 inverse, clpool_index4 tiles,
                                             clpool_fusion fusion)
{
    clpool_tiling tiling;
    tiling.count = count;
    tiling.in = in;
    tiling.out = out;
    tiling.pad = pad;
    tiling.window = CLPOOL_WINDOW;
    tiling.stride = CLPOOL_STRIDE;
    tiling.dilation = CLPOOL_DILATION;
    tiling.outputs = CLPOOL_TILE_OUTPUTS;
    tiling.items = items;
    tiling.cells = cells;
    tiling.inverse = inverse;
    tiling.tiles = tiles;
    CLPOOL_KEEP_FUSION(&tiling, fusion);
    return tiling;
}

/* Defines a function that pools a tile's windows. It loads slice after slice under them; `take` lets the windows of
 * each work-item have what a slice holds for them. All of a group's work-items call both. */
#define CLPOOL_TILE_MAX(name, take)                                                                                    \
    CLPOOL_INLINE void name(__global const clpool_value *x, __global clpool_value *y, __global clpool_mask *mask,      \
                            bool has_mask, const clpool_tiling *tiling, __local clpool_code *codes)                    \
    {                                                                                                                  \
        const clpool_spot spot = clpool_spot_of(tiling);                                                               \
        clpool_code best[CLPOOL_TILE_OUTPUTS];                                                                         \
        _Pragma("unroll") for (int i = 0; i < CLPOOL_TILE_OUTPUTS; i++)                                                \
        {                                                                                                              \
            best[i] = CLPOOL_CODE_NONE;                                                                                \
        }                                                                                                              \
        codes += spot.part * (tiling->cells.x * tiling->cells.y);                                                      \
        _Pragma("unroll 1") for (int d = 0; d < CLPOOL_WINDOW_D; d++)                                                  \
        {                                                                                                              \
            clpool_load_slice(codes, x, &spot, tiling, d);                                                             \
            barrier(CLK_LOCAL_MEM_FENCE);                                                                              \
            take(codes, &spot, tiling, best);                                                                          \
            CLPOOL_TILE_NEXT_SLICE();                                                                                  \
        }                                                                                                              \
        if (spot.makes) {                                                                                              \
            _Pragma("unroll") for (int i = 0; i < CLPOOL_TILE_OUTPUTS; i++)                                            \
            {                                                                                                          \
                clpool_store_code(best[i], i, x, y, mask, has_mask, &spot, tiling);                                    \
            }                                                                                                          \
        }                                                                                                              \
    }

/* Waits before the next slice takes the place of this. */
#if CLPOOL_WINDOW_D > 1
#define CLPOOL_TILE_NEXT_SLICE() barrier(CLK_LOCAL_MEM_FENCE)
#else
#define CLPOOL_TILE_NEXT_SLICE()
#endif

#endif

#endif
