/* SPDX-License-Identifier: Apache-2.0 */
/* Large windows that overlap much are reduced along one axis after the other: windows of a few taps first, then longer
 * ones, two or three of which make the next longer one. First maximum and last NaN survive, since parts are taken in
 * scan order. */
#include "base/size.h"
#include "native/packed.h"
#include "native/packed_forward.h"

#include <string.h>

/** The most taps that are better taken at once, and the most of a row to begin with. */
enum { MOST_TAPS_AT_ONCE = 9, MOST_FIRST_COLUMNS = 6 };

bool packed_takes_axes(const struct geometry *geometry)
{
    return job_is_flat(geometry) && geometry->taps > MOST_TAPS_AT_ONCE && geometry->axis[1].stride == 1 &&
           geometry->axis[2].stride == 1;
}

size_t packed_first_columns(size_t kernel)
{
    size_t parts = 1;
    while (parts * MOST_FIRST_COLUMNS < kernel) {
        parts *= 3;
    }
    return size_divide_up(kernel, parts);
}

/** How windows along one axis are made of shorter ones. */
struct joining {
    const struct axis *axis;
    size_t done;       /* taps of those there are */
    size_t step;       /* elements from a tap to the next one */
    int32_t shift;     /* between their numbers */
    bool is_along_row; /* or along a column */
    size_t first_row;
    struct grid grid; /* the places that are wanted in the end */
};

/** Makes windows of all taps, by joining two or three parts that overlap or touch. */
static void join_windows(struct packed_band *band, const struct joining *joining)
{
    const size_t kernel = joining->axis->kernel;
    const size_t value = band->forward->wide->loops->bytes;
    struct grid grid = joining->grid;
    size_t next = 0;
    for (size_t done = joining->done; done < kernel; done = next) {
        next = size_min(3 * done, kernel);
        const size_t rest = (kernel - next) * joining->axis->dilation;
        const size_t from_row = joining->first_row * grid.from_row;
        const struct packed_part *from = &band->scratch->part[band->part];
        const struct packed_part *to = &band->scratch->part[band->part ^ 1u];
        struct grid_parts parts = {.best = (const unsigned char *)from->best + from_row * value,
                                   .winner = from->winner + from_row,
                                   .count = next > 2 * done ? 3 : 2};
        const size_t begin[] = {parts.count == 2 ? next - done : done, next - done};
        for (size_t i = 0; i < 2; i++) {
            parts.offset[i] = begin[i] * joining->step;
            parts.shift[i] = (int32_t)begin[i] * joining->shift;
        }
        grid.rows = joining->grid.rows + (joining->is_along_row ? 0 : rest);
        grid.columns = joining->grid.columns + (joining->is_along_row ? rest : 0);
        grid.to_row = grid.columns * GRID_LANES;
        const size_t to_row = joining->first_row * grid.to_row;
        band->forward->wide->loops->join(band->rule, &parts, &grid, (unsigned char *)to->best + to_row * value,
                                         to->winner + to_row);
        grid.from_row = grid.to_row;
        band->part ^= 1u;
    }
}

/** Row results of rows that are padding: -inf. */
static void fill_rows(const struct packed_band *band, size_t begin, size_t end)
{
    const struct packed_forward *forward = band->forward;
    const struct packed_part *part = &band->scratch->part[band->part];
    const size_t row = forward->job->geometry->axis[2].out;
    if (begin < end) {
        forward->wide->loops->fill_least(packed_place(forward, part->best, begin * row),
                                         (end - begin) * row * GRID_LANES);
        memset(part->winner + begin * row * GRID_LANES, 0, (end - begin) * row * GRID_LANES * sizeof(*part->winner));
    }
}
void packed_pool_by_axes(struct packed_band *band)
{
    const struct packed_forward *forward = band->forward;
    const struct axis *axis = forward->job->geometry->axis;
    const size_t begin = band->rows_begin;
    const size_t columns = axis[2].out + (axis[2].kernel - forward->taps.count) * axis[2].dilation;
    const struct grid grid = {.rows = band->rows_end - begin,
                              .columns = columns,
                              .from_row = forward->padded[2] * GRID_LANES,
                              .from_column = GRID_LANES,
                              .to_row = columns * GRID_LANES,
                              .to_column = GRID_LANES};
    band->part = 0;
    forward->wide->loops->pool(band->rule, &forward->taps, &grid,
                               packed_place(forward, band->scratch->x, begin * forward->padded[2]),
                               packed_place(forward, band->scratch->part[0].best, begin * columns),
                               band->scratch->part[0].winner + begin * columns * GRID_LANES);
    const struct joining along_row = {.axis = &axis[2],
                                      .done = forward->taps.count,
                                      .step = axis[2].dilation * GRID_LANES,
                                      .shift = forward->labels.tap[2],
                                      .is_along_row = true,
                                      .first_row = begin,
                                      .grid = {grid.rows, axis[2].out, grid.to_row, 0, 0, 0}};
    join_windows(band, &along_row);
    fill_rows(band, 0, begin);
    fill_rows(band, band->rows_end, band->count - 1 + axis[1].extent);
    const size_t row = axis[2].out * GRID_LANES;
    const struct joining along_column = {.axis = &axis[1],
                                         .done = 1,
                                         .step = axis[1].dilation * row,
                                         .shift = forward->labels.tap[1],
                                         .grid = {band->count, axis[2].out, row, 0, 0, 0}};
    join_windows(band, &along_column);
}
