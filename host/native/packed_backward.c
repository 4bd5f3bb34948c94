/* SPDX-License-Identifier: Apache-2.0 */
/* GRID_LANES planes at a time, of any type, layout and form of mask: dy and the winners are copied into a grid, around
 * which there are outputs that no element won, and each element of dx sums up the windows it won, in ascending order of
 * the outputs. Large planes are cut into bands of rows. */
#include "base/size.h"
#include "native/fork_join.h"
#include "native/pack.h"
#include "native/packed.h"

#include <stdlib.h>
#include <string.h>

/** Places of a grid, if it can do with so few, and elements of a plane at most. */
enum { BAND_PLACES = 4096, MOST_PLANE = 1 << 24 };

/** One axis of the grid of dy: the first of its `length` outputs is number -before of the plane or band. */
struct outputs {
    size_t before;
    size_t length;
};

struct scratch {
    void *dy;
    int32_t *winner;
    void *dx;  /* of one slice */
    void *old; /* what dx held */
    void *temporary;
    struct combine_taps taps;
};

struct backward {
    const struct backward_job *job;
    const struct wide *wide;
    struct labels labels;
    struct scratch scratch[FORK_JOIN_MOST_THREADS];
    struct outputs outputs[CLPOOL_MAX_RANK];
    size_t bands;
    size_t band_rows; /* of dx */
};

/** What is done at a time. */
struct band {
    const struct backward *backward;
    struct scratch *scratch;
    struct pack pack;
    size_t first;           /* row of dx */
    size_t count;           /* of rows of dx */
    ptrdiff_t first_output; /* row of outputs that is row 0 of the grid */
};

/** Elements of one place within a stride on each axis: the first of them, and how many there are. */
struct phase {
    size_t first[CLPOOL_MAX_RANK];
    size_t count[CLPOOL_MAX_RANK];
};

static void *place_of(const struct backward *backward, void *grid, size_t place)
{
    return (unsigned char *)grid + place * GRID_LANES * backward->wide->loops->bytes;
}

/** a / b, rounded down. */
static ptrdiff_t divide_down(ptrdiff_t a, ptrdiff_t b)
{
    return a >= 0 ? a / b : -((-a + b - 1) / b);
}

/** The first output whose window may have a position of an axis, were there outputs before number 0. */
static ptrdiff_t first_output_of(const struct axis *axis, size_t position)
{
    return divide_down((ptrdiff_t)(position + axis->pad_lo) - (ptrdiff_t)(axis->extent - 1), (ptrdiff_t)axis->stride);
}

/** Marks rows `begin` to `end` - 1 of a slice of the grid as outputs that nothing won. */
static void clear_rows(const struct band *band, size_t slice, size_t begin, size_t end)
{
    const struct outputs *outputs = band->backward->outputs;
    if (begin < end) {
        const size_t at = (slice * outputs[1].length + begin) * outputs[2].length * GRID_LANES;
        memset(band->scratch->winner + at, 0xff,
               (end - begin) * outputs[2].length * GRID_LANES * sizeof(*band->scratch->winner));
    }
}

/** Copies the outputs that the band needs. */
static void copy_in(const struct band *band)
{
    const struct backward *backward = band->backward;
    const struct geometry *geometry = backward->job->geometry;
    const struct axis *axis = geometry->axis;
    const struct outputs *outputs = backward->outputs;
    const struct pack_tensor y = {band->pack.y, geometry->y.axis, axis[1].out, axis[2].out};
    const size_t rows = outputs[1].length;
    const size_t begin = size_min(band->first_output < 0 ? (size_t)-band->first_output : 0, rows);
    const size_t first = band->first_output < 0 ? 0 : (size_t)band->first_output;
    const size_t count = size_min(rows - begin, first < axis[1].out ? axis[1].out - first : 0);
    for (size_t d = 0; d < axis[0].out; d++) {
        const size_t slice = d + outputs[0].before;
        const size_t to = (slice * rows + begin) * outputs[2].length + outputs[2].before;
        const size_t place[] = {d, first};
        clear_rows(band, slice, 0, begin);
        clear_rows(band, slice, begin + count, rows);
        if (count > 0) {
            pack_rows(&band->pack, backward->wide, &y, backward->job->dy, place, count,
                      place_of(backward, band->scratch->dy, to), outputs[2].length);
            pack_winners(&band->pack, &backward->labels, backward->job->mask, place, count,
                         band->scratch->winner + to * GRID_LANES, outputs[2].length);
        }
    }
}

/** The taps of an axis by which windows have a position: `last`, and each one `step` before it, `count` in all. */
struct tap_steps {
    size_t last;
    size_t step;
    size_t count;
    ptrdiff_t output; /* whose tap the last one is; that of each other one is the output after it */
    size_t outputs;   /* from one to the next */
};

/** Outputs of one tap each lie a stride apart, so that taps repeat once dilation times their distance is a whole number
 * of strides. */
static struct tap_steps taps_of(const struct axis *axis, size_t position)
{
    const ptrdiff_t stride = (ptrdiff_t)axis->stride;
    const ptrdiff_t padded = (ptrdiff_t)(position + axis->pad_lo);
    struct tap_steps taps = {.step = 1};
    while (taps.step < axis->kernel && taps.step * axis->dilation % axis->stride != 0) {
        taps.step++;
    }
    taps.outputs = taps.step * axis->dilation / axis->stride;
    for (size_t back = 0; back < size_min(taps.step, axis->kernel); back++) {
        const size_t tap = axis->kernel - 1 - back;
        const ptrdiff_t start = padded - (ptrdiff_t)(tap * axis->dilation);
        if (divide_down(start, stride) * stride == start) {
            taps.last = tap;
            taps.count = tap / taps.step + 1;
            taps.output = divide_down(start, stride);
            break;
        }
    }
    return taps;
}

/** Lists the windows that have the elements of a phase, in ascending order, as places of the grid. */
static void list_windows(const struct band *band, const struct phase *phase)
{
    const struct axis *axis = band->backward->job->geometry->axis;
    const struct outputs *outputs = band->backward->outputs;
    const int32_t *label = band->backward->labels.tap;
    struct combine_taps *taps = &band->scratch->taps;
    const struct tap_steps d = taps_of(&axis[0], phase->first[0]);
    const struct tap_steps h = taps_of(&axis[1], phase->first[1]);
    const struct tap_steps w = taps_of(&axis[2], phase->first[2]);
    taps->count = 0;
    for (size_t i = 0; i < d.count; i++) {
        const ptrdiff_t slice = d.output + (ptrdiff_t)(i * d.outputs + outputs[0].before);
        for (size_t j = 0; j < h.count; j++) {
            const ptrdiff_t row =
                slice * (ptrdiff_t)outputs[1].length + h.output + (ptrdiff_t)(j * h.outputs) - band->first_output;
            for (size_t k = 0; k < w.count; k++) {
                const ptrdiff_t column = w.output + (ptrdiff_t)(k * w.outputs + outputs[2].before);
                taps->offset[taps->count] = (row * (ptrdiff_t)outputs[2].length + column) * GRID_LANES;
                taps->tap[taps->count] = (int32_t)(d.last - i * d.step) * label[0] +
                                         (int32_t)(h.last - j * h.step) * label[1] +
                                         (int32_t)(w.last - k * w.step) * label[2];
                taps->count++;
            }
        }
    }
}

/** Sums up the elements of a phase that lie in the slice of its first. */
static void gather_phase(const struct band *band, const struct phase *phase)
{
    const struct backward *backward = band->backward;
    const struct axis *axis = backward->job->geometry->axis;
    const size_t width = axis[2].in * GRID_LANES;
    const struct grid grid = {.rows = phase->count[1],
                              .columns = phase->count[2],
                              .from_row = backward->outputs[2].length * GRID_LANES,
                              .from_column = GRID_LANES,
                              .to_row = axis[1].stride * width,
                              .to_column = axis[2].stride * GRID_LANES};
    list_windows(band, phase);
    backward->wide->loops->gather(
        &band->scratch->taps, &grid, band->scratch->dy, band->scratch->winner,
        place_of(backward, band->scratch->dx, (phase->first[1] - band->first) * axis[2].in + phase->first[2]));
}

static void gather_slice(const struct band *band, size_t d)
{
    const struct axis *axis = band->backward->job->geometry->axis;
    for (size_t h = 0; h < size_min(axis[1].stride, band->count); h++) {
        for (size_t w = 0; w < size_min(axis[2].stride, axis[2].in); w++) {
            gather_phase(band, &(const struct phase){{d, band->first + h, w},
                                                     {1, size_divide_up(band->count - h, axis[1].stride),
                                                      size_divide_up(axis[2].in - w, axis[2].stride)}});
        }
    }
}

static void copy_out(const struct band *band, size_t d)
{
    const struct backward *backward = band->backward;
    const struct geometry *geometry = backward->job->geometry;
    const struct axis *axis = geometry->axis;
    const struct pack_tensor x = {band->pack.x, geometry->x.axis, axis[1].in, axis[2].in};
    const size_t place[] = {d, band->first};
    if (backward->job->accumulate) {
        pack_rows(&band->pack, backward->wide, &x, backward->job->dx, place, band->count, band->scratch->old,
                  axis[2].in);
        backward->wide->loops->add(band->scratch->old, band->scratch->dx, band->count * axis[2].in * GRID_LANES);
    }
    unpack_rows(&band->pack, backward->wide, &x, band->scratch->dx, axis[2].in, place, band->count, backward->job->dx);
}

static void gather_band(void *context, size_t task, unsigned worker)
{
    struct backward *backward = context;
    const struct geometry *geometry = backward->job->geometry;
    struct band band = {.backward = backward,
                        .scratch = &backward->scratch[worker],
                        .first = task % backward->bands * backward->band_rows};
    band.count = size_min(backward->band_rows, geometry->axis[1].in - band.first);
    band.first_output = first_output_of(&geometry->axis[1], band.first);
    pack_make(&band.pack, geometry, task / backward->bands, band.scratch->temporary);
    copy_in(&band);
    for (size_t d = 0; d < geometry->axis[0].in; d++) {
        gather_slice(&band, d);
        copy_out(&band, d);
    }
}

static void free_scratch(struct backward *backward, unsigned threads)
{
    for (unsigned i = 0; i < threads; i++) {
        struct scratch *scratch = &backward->scratch[i];
        free(scratch->dy);
        free(scratch->winner);
        free(scratch->dx);
        free(scratch->old);
        free(scratch->temporary);
        free(scratch->taps.offset);
        free(scratch->taps.tap);
    }
}

static bool make_scratch(struct backward *backward, unsigned threads)
{
    const struct geometry *geometry = backward->job->geometry;
    const struct outputs *outputs = backward->outputs;
    const size_t bytes = backward->wide->loops->bytes;
    const size_t places = outputs[0].length * outputs[1].length * outputs[2].length * GRID_LANES;
    const size_t elements = backward->band_rows * geometry->axis[2].in * GRID_LANES;
    for (unsigned i = 0; i < threads; i++) {
        struct scratch *scratch = &backward->scratch[i];
        scratch->dy = grid_allocate(places * bytes);
        scratch->winner = grid_allocate(places * sizeof(*scratch->winner));
        scratch->dx = grid_allocate(elements * bytes);
        scratch->old = grid_allocate(backward->job->accumulate ? elements * bytes : 1);
        scratch->temporary = grid_allocate(PACK_TEMPORARY_BYTES);
        scratch->taps.offset = malloc(geometry->taps * sizeof(*scratch->taps.offset));
        scratch->taps.tap = malloc(geometry->taps * sizeof(*scratch->taps.tap));
        if (scratch->dy == NULL || scratch->winner == NULL || scratch->dx == NULL || scratch->old == NULL ||
            scratch->temporary == NULL || scratch->taps.offset == NULL || scratch->taps.tap == NULL) {
            return false;
        }
        memset(scratch->winner, 0xff, places * sizeof(*scratch->winner));
    }
    return true;
}

/** The outputs of an axis and those around it that windows over its positions would have. */
static struct outputs outputs_of(const struct axis *axis)
{
    const ptrdiff_t first = first_output_of(axis, 0);
    const size_t before = first < 0 ? (size_t)-first : 0;
    return (struct outputs){before, before + size_max(axis->out, (axis->in - 1 + axis->pad_lo) / axis->stride + 1)};
}

/** Cuts planes into bands. False if the grid would be far larger than what it holds. */
static bool cut(struct backward *backward)
{
    const struct geometry *geometry = backward->job->geometry;
    const struct axis *axis = geometry->axis;
    struct outputs *outputs = backward->outputs;
    size_t places = 1;
    for (size_t a = 0; a < CLPOOL_MAX_RANK; a++) {
        outputs[a] = outputs_of(&axis[a]);
        if (!size_multiply(places, outputs[a].length, &places)) {
            return false;
        }
    }
    if (places / 16 > geometry->in_plane + geometry->out_plane + BAND_PLACES || geometry->in_plane > MOST_PLANE) {
        return false;
    }
    const size_t row = size_max(axis[2].in * axis[0].in, 1);
    const size_t few = size_divide_up(axis[1].in, pack_bands(geometry));
    const size_t rows = size_min(size_max(size_max(size_min(BAND_PLACES / row, few), axis[1].extent), 1), axis[1].in);
    backward->bands = size_divide_up(axis[1].in, rows);
    backward->band_rows = size_divide_up(axis[1].in, backward->bands);
    backward->bands = size_divide_up(axis[1].in, backward->band_rows);
    outputs[1].length = (backward->band_rows - 1 + axis[1].extent - 1) / axis[1].stride + 2;
    return true;
}

bool packed_backward(const struct backward_job *job, unsigned threads)
{
    const struct geometry *geometry = job->geometry;
    struct backward backward = {.job = job, .wide = wide_for_sums(geometry->dtype->id)};
    if (backward.wide == NULL || !labels_make(geometry, &backward.labels) || !cut(&backward)) {
        return false;
    }
    const size_t tasks = pack_count(geometry) * backward.bands;
    threads = fork_join_threads(threads, tasks, (double)geometry->x_elements + (double)geometry->y_elements);
    const bool made = make_scratch(&backward, threads);
    if (made) {
        fork_join_run(threads, tasks, gather_band, &backward);
    }
    free_scratch(&backward, threads);
    return made;
}
