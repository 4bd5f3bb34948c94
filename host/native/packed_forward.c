/* SPDX-License-Identifier: Apache-2.0 */
/* GRID_LANES planes at a time, of any type and layout, are copied into a grid padded with -inf, pooled there, and
 * copied back. Large planes are cut into bands of rows. */
#include "native/packed_forward.h"
#include "base/size.h"
#include "native/packed.h"

#include <stdlib.h>

/** Places of a grid of x, if it can do with so few. */
enum { BAND_PLACES = 4096 };

/** Fills rows `begin` to `end` - 1 of a slice with -inf. */
static void pad_rows(const struct packed_band *band, size_t d, size_t begin, size_t end)
{
    const struct packed_forward *forward = band->forward;
    const size_t *padded = forward->padded;
    if (begin < end) {
        forward->wide->loops->fill_least(packed_place(forward, band->scratch->x, (d * padded[1] + begin) * padded[2]),
                                         (end - begin) * padded[2] * GRID_LANES);
    }
}

/** Finds the rows of the grid that are no padding. */
static void find_rows(struct packed_band *band)
{
    const struct axis *axis = &band->forward->job->geometry->axis[1];
    const size_t rows = (band->count - 1) * axis->stride + axis->extent;
    const size_t start = band->first * axis->stride;
    const size_t limit = axis->in + axis->pad_lo;
    band->rows_begin = size_min(start < axis->pad_lo ? axis->pad_lo - start : 0, rows);
    band->rows_end = size_max(size_min(rows, limit < start ? 0 : limit - start), band->rows_begin);
}

/** The row of x that is row `row` of the grid. */
static size_t row_of_x(const struct packed_band *band, size_t row)
{
    const struct axis *axis = &band->forward->job->geometry->axis[1];
    return band->first * axis->stride + row - axis->pad_lo;
}

/** Whether x itself has a NaN in what the band needs, of dense planes of values. */
static bool x_has_nan(const struct packed_band *band)
{
    const struct packed_forward *forward = band->forward;
    const struct axis *axis = forward->job->geometry->axis;
    const struct grid_loops *loops = forward->wide->loops;
    const size_t row = axis[2].in * loops->bytes;
    const size_t rows = band->rows_end - band->rows_begin;
    if (forward->bands == 1) {
        const unsigned char *first = (const unsigned char *)forward->job->x + band->pack.x[0] * loops->bytes;
        return loops->has_nan(first, band->pack.count * forward->job->geometry->in_plane);
    }
    for (size_t lane = 0; lane < band->pack.count && rows > 0; lane++) {
        const unsigned char *plane = (const unsigned char *)forward->job->x + band->pack.x[lane] * loops->bytes;
        for (size_t d = 0; d < axis[0].in; d++) {
            const size_t first = d * axis[1].in + row_of_x(band, band->rows_begin);
            if (loops->has_nan(plane + first * row, rows * axis[2].in)) {
                return true;
            }
        }
    }
    return false;
}

/** The rule for the band's values. Looked for in x itself, where its planes are dense, NaNs cost little: that fetches
 * them from memory in order. */
static enum combine_rule rule_of(const struct packed_band *band, bool is_copied)
{
    const struct packed_forward *forward = band->forward;
    const struct geometry *geometry = forward->job->geometry;
    const struct grid_loops *loops = forward->wide->loops;
    const bool is_dense =
        geometry->dense && geometry->layout == CLPOOL_CHANNELS_FIRST && geometry->element_bytes == loops->bytes;
    if (!geometry->dtype->is_float || is_dense == is_copied) {
        return band->rule;
    }
    if (is_dense) {
        return job_rule(geometry, x_has_nan(band));
    }
    const size_t places = forward->padded[0] * forward->padded[1] * forward->padded[2];
    return job_rule(geometry, loops->has_nan(band->scratch->x, places * GRID_LANES));
}

/** Copies what the band needs of x. The columns and slices of the padding have been filled once. */
static void copy_in(const struct packed_band *band)
{
    const struct packed_forward *forward = band->forward;
    const struct geometry *geometry = forward->job->geometry;
    const struct axis *axis = geometry->axis;
    const struct pack_tensor x = {band->pack.x, geometry->x.axis, axis[1].in, axis[2].in};
    const size_t rows = (band->count - 1) * axis[1].stride + axis[1].extent;
    const size_t begin = band->rows_begin;
    const size_t end = band->rows_end;
    for (size_t d = 0; d < axis[0].in; d++) {
        const size_t slice = d + axis[0].pad_lo;
        const size_t to = (slice * forward->padded[1] + begin) * forward->padded[2] + axis[2].pad_lo;
        pad_rows(band, slice, 0, begin);
        pad_rows(band, slice, end, rows);
        if (begin < end) {
            const size_t place[] = {d, row_of_x(band, begin)};
            pack_rows(&band->pack, forward->wide, &x, forward->job->x, place, end - begin,
                      packed_place(forward, band->scratch->x, to), forward->padded[2]);
        }
    }
}

/** Pools slice `d` of outputs with all taps at once. */
static void pool_slice(struct packed_band *band, size_t d)
{
    const struct packed_forward *forward = band->forward;
    const struct axis *axis = forward->job->geometry->axis;
    const size_t slice = d * axis[0].stride * forward->padded[1] * forward->padded[2];
    const struct grid grid = {.rows = band->count,
                              .columns = axis[2].out,
                              .from_row = axis[1].stride * forward->padded[2] * GRID_LANES,
                              .from_column = axis[2].stride * GRID_LANES,
                              .to_row = axis[2].out * GRID_LANES,
                              .to_column = GRID_LANES};
    band->part = 0;
    forward->wide->loops->pool(band->rule, &forward->taps, &grid, packed_place(forward, band->scratch->x, slice),
                               band->scratch->part[0].best, band->scratch->part[0].winner);
}

static void copy_out(const struct packed_band *band, size_t d)
{
    const struct packed_forward *forward = band->forward;
    const struct geometry *geometry = forward->job->geometry;
    const struct axis *axis = geometry->axis;
    const struct pack_tensor y = {band->pack.y, geometry->y.axis, axis[1].out, axis[2].out};
    const size_t place[] = {d, band->first};
    unpack_rows(&band->pack, forward->wide, &y, band->scratch->part[band->part].best, axis[2].out, place, band->count,
                forward->job->y);
    if (forward->job->mask != NULL) {
        unpack_winners(&band->pack, &forward->labels, band->scratch->part[band->part].winner, axis[2].out, place,
                       band->count, forward->job->mask);
    }
}

static void pool_band(void *context, size_t task, unsigned worker)
{
    const struct packed_forward *forward = context;
    const struct geometry *geometry = forward->job->geometry;
    struct packed_band band = {
        .forward = forward, .scratch = &forward->scratch[worker], .first = task % forward->bands * forward->band_rows};
    band.count = size_min(forward->band_rows, geometry->axis[1].out - band.first);
    pack_make(&band.pack, geometry, task / forward->bands, forward->scratch[worker].temporary);
    find_rows(&band);
    band.rule = rule_of(&band, false);
    copy_in(&band);
    band.rule = rule_of(&band, true);
    for (size_t d = 0; d < geometry->axis[0].out; d++) {
        if (forward->by_axes) {
            packed_pool_by_axes(&band);
        } else {
            pool_slice(&band, d);
        }
        packed_check_padding(&band, d);
        copy_out(&band, d);
    }
}

static void free_scratch(struct packed_forward *forward, unsigned threads)
{
    for (unsigned i = 0; i < threads; i++) {
        struct packed_scratch *scratch = &forward->scratch[i];
        free(scratch->x);
        free(scratch->temporary);
        for (unsigned part = 0; part < 2; part++) {
            free(scratch->part[part].best);
            free(scratch->part[part].winner);
        }
    }
    free(forward->taps.offset);
    free(forward->taps.tap);
}

/** Cleared, since lanes without a plane and places that no output needs are computed with too. */
static bool make_scratch(struct packed_forward *forward, unsigned threads)
{
    const size_t bytes = forward->wide->loops->bytes;
    const size_t places = forward->padded[0] * forward->padded[1] * forward->padded[2];
    const size_t results =
        (forward->by_axes ? places : forward->band_rows * forward->job->geometry->axis[2].out) * GRID_LANES;
    bool made = true;
    for (unsigned i = 0; i < threads; i++) {
        struct packed_scratch *scratch = &forward->scratch[i];
        scratch->x = grid_allocate(places * GRID_LANES * bytes);
        scratch->temporary = grid_allocate(PACK_TEMPORARY_BYTES);
        made = made && scratch->x != NULL && scratch->temporary != NULL;
        for (unsigned part = 0; part < (forward->by_axes ? 2 : 1); part++) {
            scratch->part[part].best = grid_allocate(results * bytes);
            scratch->part[part].winner = grid_allocate(results * sizeof(int32_t));
            made = made && scratch->part[part].best != NULL && scratch->part[part].winner != NULL;
        }
        if (made) {
            forward->wide->loops->fill_least(scratch->x, places * GRID_LANES);
        }
    }
    return made;
}

/** Lists the taps of a window; if axes are reduced in turn, the first ones of a row. */
static bool list_taps(struct packed_forward *forward)
{
    const struct axis *axis = forward->job->geometry->axis;
    const size_t count = forward->by_axes ? packed_first_columns(axis[2].kernel) : forward->job->geometry->taps;
    const size_t *padded = forward->padded;
    struct combine_taps *taps = &forward->taps;
    taps->count = count;
    taps->offset = malloc(count * sizeof(*taps->offset));
    taps->tap = malloc(count * sizeof(*taps->tap));
    if (taps->offset == NULL || taps->tap == NULL) {
        return false;
    }
    for (size_t tap = 0; tap < count; tap++) {
        const size_t column = tap % axis[2].kernel * axis[2].dilation;
        const size_t row = tap / axis[2].kernel % axis[1].kernel * axis[1].dilation;
        const size_t slice = tap / axis[2].kernel / axis[1].kernel * axis[0].dilation;
        taps->offset[tap] = (ptrdiff_t)(((slice * padded[1] + row) * padded[2] + column) * GRID_LANES);
        taps->tap[tap] = labels_of_tap(&forward->labels, tap);
    }
    return true;
}

/** Places from the padding's begin to the end of the tensor and of its windows. */
static size_t padded_length(const struct axis *axis)
{
    return size_max(axis->in + axis->pad_lo, (axis->out - 1) * axis->stride + axis->extent);
}

/** Cuts planes into bands. False if the grid would be far larger than what it holds. */
static bool cut(struct packed_forward *forward)
{
    const struct axis *axis = forward->job->geometry->axis;
    size_t places = 1;
    size_t elements = 0;
    for (size_t a = 0; a < CLPOOL_MAX_RANK; a++) {
        forward->padded[a] = padded_length(&axis[a]);
        if (!size_multiply(places, forward->padded[a], &places)) {
            return false;
        }
    }
    if (!size_multiply(places, (size_t)GRID_LANES * sizeof(double), &elements) ||
        places / 16 > forward->job->geometry->in_plane + BAND_PLACES) {
        return false;
    }
    const size_t row = size_max(forward->padded[0] * forward->padded[2], 1);
    const size_t least = size_divide_up(axis[1].extent, axis[1].stride);
    const size_t few = size_divide_up(axis[1].out, pack_bands(forward->job->geometry));
    const size_t rows = size_max(size_min(BAND_PLACES / row / axis[1].stride, few), least);
    forward->bands = size_max(size_divide_up(axis[1].out, size_max(rows, 1)), 1);
    forward->band_rows = size_max(size_divide_up(axis[1].out, forward->bands), 1);
    forward->bands = size_divide_up(axis[1].out, forward->band_rows);
    if (forward->bands > 1) {
        forward->padded[1] = (forward->band_rows - 1) * axis[1].stride + axis[1].extent;
    }
    return true;
}

bool packed_forward(const struct forward_job *job, unsigned threads)
{
    const struct geometry *geometry = job->geometry;
    const struct axis *axis = geometry->axis;
    struct packed_forward forward = {.job = job, .wide = wide_for_order(geometry->dtype->id)};
    forward.by_axes = packed_takes_axes(geometry);
    forward.may_be_padding = geometry->has_empty_windows || axis[0].pad_lo > 0 || axis[1].pad_lo > 0 ||
                             axis[2].pad_lo > 0 || geometry->nan_rule == CLPOOL_NAN_IGNORE;
    if (!labels_make(geometry, &forward.labels) || !cut(&forward)) {
        return false;
    }
    const size_t tasks = pack_count(geometry) * forward.bands;
    threads = fork_join_threads(threads, tasks, (double)geometry->x_elements + 4 * (double)geometry->y_elements);
    const bool made = list_taps(&forward) && make_scratch(&forward, threads);
    if (made) {
        fork_join_run(threads, tasks, pool_band, &forward);
    }
    free_scratch(&forward, threads);
    return made;
}
