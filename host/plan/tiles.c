/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/tiles.h"

#include "base/size.h"

enum {
    CELLS_MOST = 32768,                  /* of a slice: what clpool_quotient and 16-bit positions take */
    COLUMNS_MOST = 64,                   /* of a tile: rows of 64 elements use memory's lines well */
    COLUMNS_LARGE = 32,                  /* nearer to a square, of which large windows need less around */
    SHARE = 51,                          /* bytes of a work-item: 64 KiB for 1280, half of an AMD compute unit's */
    SHARE_LARGE = TILE_LOCAL_BYTES / 256 /* what a large window needs around weighs more than places left empty */
};

static bool is_forward(enum tiling tiling)
{
    return tiling == TILING_FORWARD || tiling == TILING_LARGE;
}

/** Cells along an axis for so many elements side by side. */
static size_t cells_along(enum tiling tiling, const struct axis *axis, size_t elements)
{
    return is_forward(tiling) ? (elements - 1) * axis->stride + axis->extent
                              : (elements + axis->extent - 2) / axis->stride + 1;
}

/** Cells of x along an axis under the windows of so many outputs. */
static size_t sources_along(const struct axis *axis, size_t outputs)
{
    return (outputs - 1) * axis->stride + axis->extent;
}

static size_t code_bytes(const struct geometry *geometry)
{
    return geometry->element_bytes < 4 ? 4 : 8;
}

/** A part of the whole, at most so large, that divides it evenly. */
static size_t even_part(size_t whole, size_t most)
{
    return size_divide_up(whole, size_divide_up(whole, size_max(most, 1)));
}

/** The sizes of a tile while it is being fitted. */
struct shape {
    size_t columns;
    size_t rows; /* of work-items */
    size_t slices;
    size_t cells[2]; /* along W and H */
    size_t sources[2];
    size_t bytes[TILE_ARRAYS];
};

/** Fills in what follows from the first three sizes; whether cells can be numbered. */
static bool measure(enum tiling tiling, const struct geometry *geometry, size_t outputs, struct shape *shape)
{
    const size_t elements[] = {shape->columns, shape->rows * outputs};
    const size_t code = code_bytes(geometry);
    size_t cells = 1; /* of a slice */
    size_t sources = 1;
    for (size_t i = 0; i < 2; i++) {
        const struct axis *axis = &geometry->axis[2 - i];
        shape->cells[i] = cells_along(tiling, axis, elements[i]);
        if (shape->cells[i] > CELLS_MOST) {
            return false;
        }
        shape->sources[i] = tiling == TILING_RECOMPUTE ? sources_along(axis, shape->cells[i]) : 1;
        cells *= shape->cells[i];
        sources *= size_min(shape->sources[i], CELLS_MOST + 1);
    }
    const size_t positions = tiling == TILING_BACKWARD ? 1 : tiling == TILING_RECOMPUTE ? sources : cells;
    if (cells > CELLS_MOST || positions > CELLS_MOST / geometry->axis[0].kernel) {
        return false;
    }
    cells *= shape->slices;
    shape->bytes[0] = cells * (tiling == TILING_BACKWARD ? geometry->mask_format.bytes : code);
    shape->bytes[1] = is_forward(tiling) ? 0 : cells * geometry->element_bytes;
    shape->bytes[2] = tiling == TILING_RECOMPUTE ? sources * shape->slices * code : 0;
    return true;
}

static size_t bytes_of(const struct shape *shape)
{
    return shape->bytes[0] + shape->bytes[1] + shape->bytes[2];
}

static size_t columns_most(enum tiling tiling, size_t group)
{
    return size_min(group, tiling == TILING_LARGE ? COLUMNS_LARGE : COLUMNS_MOST);
}

/** The shape that gives all work-items something to make, whatever it takes. */
static struct shape whole_shape(enum tiling tiling, const struct geometry *geometry, size_t group, size_t outputs)
{
    const struct axis *axis = geometry->axis;
    const size_t width = is_forward(tiling) ? axis[2].out : axis[2].in;
    const size_t height = size_divide_up(is_forward(tiling) ? axis[1].out : axis[1].in, outputs);
    const size_t slices = geometry->planes * (is_forward(tiling) ? axis[0].out : axis[0].in);
    struct shape shape = {.columns = 0};
    shape.columns = even_part(width, columns_most(tiling, group));
    shape.rows = even_part(height, group / shape.columns);
    shape.slices = size_max(size_min(group / (shape.columns * shape.rows), slices), 1);
    return shape;
}

/** Makes the shape smaller; false if it has but one work-item. */
static bool shrink(struct shape *shape)
{
    size_t *const sizes[] = {&shape->slices, &shape->rows, &shape->columns};
    for (size_t i = 0; i < 3; i++) {
        if (*sizes[i] > 1) {
            *sizes[i] = size_divide_up(*sizes[i], 2);
            return true;
        }
    }
    return false;
}

/** For clpool_quotient. */
static uint32_t inverse_of(size_t divisor)
{
    return (uint32_t)(((uint32_t)1 << 31) / divisor + 1);
}

/** Cells of a slice, and where the next of a work-item lies. */
static void fill_cells(const size_t cells[2], size_t lanes, int32_t values[4])
{
    values[0] = (int32_t)cells[0];
    values[1] = (int32_t)cells[1];
    values[2] = (int32_t)(lanes / cells[0]);
    values[3] = (int32_t)(lanes % cells[0]);
}

bool tile_make(enum tiling tiling, const struct geometry *geometry, size_t group, size_t outputs, size_t local_bytes,
               struct tile *tile)
{
    const struct axis *axis = geometry->axis;
    const bool makes_y = is_forward(tiling);
    struct shape shape = whole_shape(tiling, geometry, group, outputs);
    while (!measure(tiling, geometry, outputs, &shape) || bytes_of(&shape) > size_min(local_bytes, TILE_LOCAL_BYTES)) {
        if (!shrink(&shape)) {
            return false;
        }
    }
    const size_t lanes = group / shape.slices;
    *tile = (struct tile){
        .items = {(int32_t)shape.columns, (int32_t)shape.rows, (int32_t)shape.slices, (int32_t)lanes},
        .inverse = {inverse_of(shape.columns), inverse_of(lanes), inverse_of(shape.cells[0]),
                    inverse_of(shape.sources[0])},
        .tiles = {size_divide_up(makes_y ? axis[2].out : axis[2].in, shape.columns),
                  size_divide_up(makes_y ? axis[1].out : axis[1].in, shape.rows * outputs),
                  geometry->planes * (makes_y ? axis[0].out : axis[0].in)},
        .local_bytes = {shape.bytes[0], shape.bytes[1], shape.bytes[2]},
    };
    fill_cells(shape.cells, lanes, tile->cells);
    fill_cells(shape.sources, lanes, tile->sources);
    tile->count = tile->tiles[0] * tile->tiles[1] * size_divide_up(tile->tiles[2], shape.slices);
    return true;
}

bool tile_is_thrifty(enum tiling tiling, const struct geometry *geometry, size_t group, size_t outputs)
{
    const bool is_flat = geometry->axis[0].kernel == 1; /* else the outputs of a work-item wait in registers */
    const size_t height = is_forward(tiling) ? geometry->axis[1].out : geometry->axis[1].in;
    struct shape shape = {.columns = columns_most(tiling, group), .slices = 1}; /* on a large plane */
    shape.rows = size_max(group / shape.columns, 1);
    return is_flat && height > 1 && measure(tiling, geometry, outputs, &shape) &&
           bytes_of(&shape) <= group * (tiling == TILING_LARGE ? SHARE_LARGE : SHARE);
}
