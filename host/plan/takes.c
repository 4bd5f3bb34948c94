/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/takes.h"

#include "base/size.h"
#include "plan/tiles.h"
#include "problem/mask.h"

bool takes_max(const struct geometry *geometry)
{
    return geometry->mode == CLPOOL_MAX;
}

bool takes_dense_max(const struct geometry *geometry)
{
    return takes_max(geometry) && geometry->dense;
}

bool takes_average(const struct geometry *geometry)
{
    return geometry->mode == CLPOOL_AVERAGE;
}

/** So many terms at most that the levels of their sum stay in registers: what CLPOOL_SHORT_SUMS allows. */
enum { BOX_TAPS = 255 };

bool takes_box(const struct geometry *geometry)
{
    const struct axis *axis = geometry->axis;
    return takes_average(geometry) && geometry->dense && !axis[0].adaptive && !axis[1].adaptive && !axis[2].adaptive &&
           geometry->taps <= BOX_TAPS;
}

bool takes_lp(const struct geometry *geometry)
{
    return geometry->mode == CLPOOL_LP;
}

bool takes_masks_of_taps(const struct geometry *geometry)
{
    return takes_max(geometry) && mask_form_numbers_taps(geometry->mask_form);
}

bool takes_dense_windows(const struct geometry *geometry)
{
    const struct axis *axis = geometry->axis;
    return takes_dense_max(geometry) && !axis[0].adaptive && !axis[1].adaptive && !axis[2].adaptive;
}

bool takes_disjoint_windows(const struct geometry *geometry)
{
    for (size_t i = 0; i < CLPOOL_MAX_RANK; i++) {
        if (geometry->axis[i].stride < geometry->axis[i].extent) {
            return false;
        }
    }
    return takes_dense_windows(geometry);
}

/** Elements of a stride, which kernels/blocks.cl writes out one by one, and the windows of a vector. */
enum { BLOCKS_MOST = 16, BLOCKS_PAIR = 2 };

/** Windows fill whole rows: in others vectors would lie across each other. */
bool takes_blocks_backward(const struct geometry *geometry)
{
    const struct axis *axis = geometry->axis;
    const struct axis *w = &axis[2];
    const bool is_small = axis[0].stride <= BLOCKS_MOST && axis[1].stride <= BLOCKS_MOST && w->stride <= BLOCKS_MOST &&
                          axis[0].stride * axis[1].stride * w->stride <= BLOCKS_MOST;
    const bool is_filled = w->dilation == 1 && w->kernel == w->stride && w->pad_lo == 0 && w->in == w->out * w->stride;
    return takes_disjoint_windows(geometry) && geometry->layout == CLPOOL_CHANNELS_FIRST && is_small && is_filled &&
           w->out % BLOCKS_PAIR == 0;
}

bool takes_blocks(const struct geometry *geometry)
{
    return geometry->mask_format.per_element == 1 && takes_blocks_backward(geometry);
}

/** Maximum over sliding windows in dense tensors with channels first, of which the smallest tile fits. */
static bool takes_tiles(const struct geometry *geometry, enum tiling tiling)
{
    struct tile tile;
    for (size_t i = 0; i < CLPOOL_MAX_RANK; i++) {
        if (geometry->axis[i].adaptive || geometry->axis[i].padded > INT32_MAX / 4 ||
            geometry->axis[i].stride > INT32_MAX / 4) {
            return false;
        }
    }
    return takes_max(geometry) && geometry->dense && geometry->layout == CLPOOL_CHANNELS_FIRST &&
           geometry->dtype->id != CLPOOL_F64 && tile_make(tiling, geometry, 1, 1, TILE_LOCAL_BYTES, &tile);
}

bool takes_tile(const struct geometry *geometry)
{
    return geometry->mask_format.per_element == 1 && takes_tiles(geometry, TILING_FORWARD);
}

/** From about 8 by 8 on, spreading takes fewer instructions for an output than kernels/tile.cl does. */
bool takes_large(const struct geometry *geometry)
{
    return geometry->axis[1].kernel + geometry->axis[2].kernel >= 16 && takes_tile(geometry);
}

bool takes_tile_backward(const struct geometry *geometry)
{
    return takes_tiles(geometry, TILING_BACKWARD) && takes_tiles(geometry, TILING_RECOMPUTE);
}

/** Limits of kernels/rows.cl: input rows of a band, and elements of a band with its padding. */
enum { ROWS_MOST = 96, ROWS_PADDED = 16384, ROWS_LANES = 16 };

/** Elements of a padded row, as wide as whole vectors of outputs and of elements need it: those of clpool_line_of() in
 * kernels/rows.cl. */
static size_t rows_padded_width(const struct axis *w)
{
    const size_t windows = size_divide_up(w->out, ROWS_LANES) * ROWS_LANES * w->stride + w->extent + 1;
    return size_divide_up(size_max(windows, w->pad_lo + ROWS_LANES), ROWS_LANES) * ROWS_LANES;
}

/** Slices of x and y are one for one. */
static bool is_flat(const struct axis *d)
{
    return !d->adaptive && d->kernel == 1 && d->out == d->in && d->pad_lo == 0;
}

/** Maximum over sliding windows in dense tensors with channels first. */
static bool takes_sliding_max(const struct geometry *geometry)
{
    const struct axis *axis = geometry->axis;
    return takes_max(geometry) && geometry->dense && geometry->layout == CLPOOL_CHANNELS_FIRST && !axis[0].adaptive &&
           !axis[1].adaptive && !axis[2].adaptive;
}

/** Indices of a plane, those of its padding too, and steps between windows fit into an int. */
static bool indices_fit(const struct geometry *geometry)
{
    size_t reach = 1;
    bool fits = true;
    for (size_t i = 0; i < CLPOOL_MAX_RANK; i++) {
        const struct axis *axis = &geometry->axis[i];
        fits = fits && size_multiply(reach, size_max(axis->padded, axis->stride), &reach);
    }
    return fits && reach <= INT32_MAX / 4;
}

/** Of it what lanes of f32 and int hold, and masks of taps or of indices. Where windows have a depth of 1 and begin at
 * each slice, none is padding. */
static bool takes_lanes_max(const struct geometry *geometry)
{
    const struct axis *d = &geometry->axis[0];
    const bool has_names = geometry->mask_form == CLPOOL_MASK_WINDOW ||
                           (!mask_form_numbers_taps(geometry->mask_form) && indices_fit(geometry));
    return takes_sliding_max(geometry) && geometry->dtype->id != CLPOOL_F64 && has_names &&
           (is_flat(d) || d->kernel > 1 || d->stride > 1) && size_max(d->padded, d->stride) <= INT32_MAX / 4;
}

/** A window's rows fit into a band. */
bool takes_rows(const struct geometry *geometry)
{
    const struct axis *axis = geometry->axis;
    if (!takes_lanes_max(geometry) || axis[0].kernel > ROWS_PADDED || axis[1].padded > INT32_MAX / 4 ||
        axis[2].padded > ROWS_PADDED || axis[2].stride > ROWS_PADDED || axis[2].extent > ROWS_PADDED) {
        return false;
    }
    const size_t rows = size_min(ROWS_MOST, ROWS_PADDED / (rows_padded_width(&axis[2]) * axis[0].kernel));
    return axis[1].extent <= rows;
}

/** One window that is the plane. */
static bool is_whole_plane(const struct geometry *geometry)
{
    const bool is_whole = geometry->out_plane == 1 && geometry->taps == geometry->in_plane;
    for (size_t i = 0; i < CLPOOL_MAX_RANK; i++) {
        if (geometry->axis[i].pad_lo != 0 || geometry->axis[i].dilation != 1 ||
            geometry->axis[i].kernel != geometry->axis[i].in) {
            return false;
        }
    }
    return is_whole;
}

bool takes_whole(const struct geometry *geometry)
{
    return takes_max(geometry) && is_whole_plane(geometry) && geometry->dense &&
           geometry->layout == CLPOOL_CHANNELS_FIRST && geometry->mask_form == CLPOOL_MASK_WINDOW &&
           geometry->taps <= INT32_MAX && geometry->dtype->id != CLPOOL_F64;
}

/** Windows of an element in kernels/channels.cl. */
enum { CHANNELS_REACH = 2048 };

/** Enough channels for the lanes, and masks of taps. */
bool takes_channels(const struct geometry *geometry)
{
    const struct axis *axis = geometry->axis;
    return takes_max(geometry) && geometry->dense && geometry->layout == CLPOOL_CHANNELS_LAST &&
           geometry->channels >= 4 && !axis[0].adaptive && !axis[1].adaptive && !axis[2].adaptive &&
           geometry->mask_form == CLPOOL_MASK_WINDOW && geometry->taps <= INT32_MAX &&
           geometry->dtype->id != CLPOOL_F64;
}

/** Limits of kernels/strips.cl: what is written out tap by tap, and channels of a step; and the rows of outputs that an
 * input row is to be reduced for, unless there are more taps than kernels/channels.cl writes out. */
enum { STRIPS_EXTENT = 7, STRIPS_STEP = 16, STRIPS_LEAST_OPEN = 3, CHANNELS_UNROLLED = 16 };

/** Small windows in planes, and enough channels for a step. */
static bool takes_small_windows(const struct geometry *geometry)
{
    const struct axis *axis = geometry->axis;
    return takes_channels(geometry) && is_flat(&axis[0]) && axis[1].dilation == 1 && axis[2].dilation == 1 &&
           axis[1].kernel <= STRIPS_EXTENT && axis[2].kernel <= STRIPS_EXTENT && geometry->channels >= STRIPS_STEP;
}

/** Others are faster with kernels/channels.cl, which goes through memory in order. */
bool takes_strips(const struct geometry *geometry)
{
    const struct axis *h = &geometry->axis[1];
    const struct axis *w = &geometry->axis[2];
    const bool overlaps = h->kernel > h->stride || w->kernel > w->stride;
    return takes_small_windows(geometry) && (size_divide_up(h->kernel, h->stride) >= STRIPS_LEAST_OPEN ||
                                             (overlaps && geometry->taps > CHANNELS_UNROLLED));
}

/** A run of elements is as high and as long as the strides. */
bool takes_strips_backward(const struct geometry *geometry)
{
    const struct axis *axis = geometry->axis;
    return takes_small_windows(geometry) && axis[1].stride <= STRIPS_EXTENT && axis[2].stride <= STRIPS_EXTENT;
}

/** Elements of a band of kernels/scatter.cl, and channels that it takes at once. */
enum { SCATTER_MOST = 32768, SCATTER_CHANNELS = 16, SCATTER_FEW_TAPS = 16 };

/** A window that begins in a row of the band may reach as many rows behind it, and one that ends there before it. */
bool takes_scatter(const struct geometry *geometry)
{
    const struct axis *axis = geometry->axis;
    if (!takes_sliding_max(geometry) || !is_flat(&axis[0]) || geometry->mask_form != CLPOOL_MASK_WINDOW ||
        axis[1].padded > INT32_MAX / 4 || axis[2].padded > SCATTER_MOST || axis[1].extent > SCATTER_MOST) {
        return false;
    }
    const size_t width = size_max((axis[2].out - 1) * axis[2].stride + axis[2].extent, axis[2].in + axis[2].pad_lo);
    return SCATTER_MOST / width > 2 * (axis[1].extent - 1);
}

/** Limits of kernels/gather.cl: elements of a band with what surrounds it, windows of an element, strides. */
enum { GATHER_MOST = 8192, GATHER_SPARE = 96, GATHER_WINDOWS = 12, GATHER_STRIDE_H = 3, GATHER_STRIDE_W = 2 };

/** Elements have few windows, and what one row of windows needs fits. */
bool takes_gather(const struct geometry *geometry)
{
    const struct axis *h = &geometry->axis[1];
    const struct axis *w = &geometry->axis[2];
    const bool has_names = geometry->mask_form != CLPOOL_MASK_WINDOW || geometry->mask_format.bits == 8;
    if (!takes_lanes_max(geometry) || !has_names || h->dilation != 1 || w->dilation != 1 ||
        h->stride > GATHER_STRIDE_H || w->stride > GATHER_STRIDE_W || h->padded > INT32_MAX / 4 ||
        w->padded > GATHER_MOST) {
        return false;
    }
    const size_t windows[] = {size_divide_up(h->kernel, h->stride), size_divide_up(w->kernel, w->stride)};
    const size_t cells = w->padded / w->stride + windows[1]; /* of a row, at most */
    return windows[0] <= GATHER_WINDOWS && windows[0] * windows[1] <= GATHER_WINDOWS &&
           cells * size_max(windows[0], h->stride * w->stride) + GATHER_SPARE <= GATHER_MOST;
}

/** Large windows in planes, and a row of 16 channels fits; smaller ones are gathered faster. */
bool takes_scatter_channels(const struct geometry *geometry)
{
    const struct axis *axis = geometry->axis;
    if (!takes_channels(geometry) || !is_flat(&axis[0]) || geometry->channels < SCATTER_CHANNELS ||
        geometry->taps <= SCATTER_FEW_TAPS || axis[1].padded > INT32_MAX / 4 || axis[2].padded > SCATTER_MOST) {
        return false;
    }
    const size_t width = size_max((axis[2].out - 1) * axis[2].stride + axis[2].extent, axis[2].in + axis[2].pad_lo);
    return width * SCATTER_CHANNELS <= SCATTER_MOST;
}

/** Limits of kernels/sweeps.cl: its lanes, and what a block of 16 columns of outputs has room for. */
enum { SWEEPS_LANES = 16, SWEEPS_WINDOW = 128, SWEEPS_STRIDE = 24 };

/** Each window has an element, and neighbouring ones only. */
static bool is_sweepable(const struct axis *axis)
{
    return !axis->adaptive && axis->dilation == 1 && axis->kernel <= SWEEPS_WINDOW && axis->stride <= SWEEPS_STRIDE &&
           axis->pad_lo < axis->kernel && (axis->out - 1) * axis->stride < axis->in + axis->pad_lo &&
           axis->padded <= INT32_MAX / 4;
}

/** Taps along both axes from which on it pays, if they are fewer for one than for the other strategies; and the outputs
 * of a row that fills the vectors of kernels/rows.cl. */
enum { SWEEPS_TAPS = 16, SWEEPS_TAPS_OF_NARROW = 10, SWEEPS_NARROW = 48 };

/** Large windows in planes, and as many planes or channels as there are lanes. */
bool takes_sweeps(const struct geometry *geometry)
{
    const struct axis *axis = geometry->axis;
    const struct axis *h = &axis[1];
    const struct axis *w = &axis[2];
    const bool is_last = geometry->layout == CLPOOL_CHANNELS_LAST;
    const bool is_narrow = !is_last && w->out <= SWEEPS_NARROW;
    const bool overlaps = h->kernel >= 2 * h->stride && w->kernel >= 2 * w->stride;
    const size_t lanes = is_last ? geometry->channels : geometry->planes;
    const size_t vectors = size_divide_up(lanes, SWEEPS_LANES);
    return takes_max(geometry) && geometry->dense && geometry->mask_form == CLPOOL_MASK_WINDOW &&
           geometry->dtype->id != CLPOOL_F64 && is_flat(&axis[0]) && is_sweepable(h) && is_sweepable(w) &&
           lanes >= SWEEPS_LANES && lanes * 4 >= vectors * SWEEPS_LANES * 3 && (overlaps || !is_last) &&
           h->kernel + w->kernel >= (is_narrow ? SWEEPS_TAPS_OF_NARROW : SWEEPS_TAPS);
}

/** Windows that may have a tap on an element fit into the list of kernels/channels.cl. */
bool takes_channels_backward(const struct geometry *geometry)
{
    size_t reach = 1;
    for (size_t i = 0; i < CLPOOL_MAX_RANK && reach <= CHANNELS_REACH; i++) {
        const struct axis *axis = &geometry->axis[i];
        reach *= size_min(axis->out, size_divide_up(axis->extent, axis->stride));
    }
    return takes_channels(geometry) && reach <= CHANNELS_REACH;
}

static bool has_mask_of_whole_bytes(const struct geometry *geometry)
{
    return geometry->mask_format.per_element == 1;
}

/** Smaller planes leave too little to share. */
enum { REDUCE_LEAST_TAPS = 16 };

bool takes_reduce(const struct geometry *geometry)
{
    return takes_max(geometry) && geometry->dense && is_whole_plane(geometry) && geometry->taps >= REDUCE_LEAST_TAPS &&
           has_mask_of_whole_bytes(geometry) && geometry->mask_form != CLPOOL_MASK_TENSOR_COLMAJOR;
}

/** Whole planes are better shared. */
bool takes_nhwc(const struct geometry *geometry)
{
    const struct axis *axis = geometry->axis;
    return takes_max(geometry) && geometry->dense && geometry->layout == CLPOOL_CHANNELS_LAST && !axis[0].adaptive &&
           !axis[1].adaptive && !axis[2].adaptive && has_mask_of_whole_bytes(geometry) && !takes_reduce(geometry);
}

bool takes_nhwc_lines(const struct geometry *geometry)
{
    const size_t line = 128;
    return takes_nhwc(geometry) && geometry->dtype->id != CLPOOL_F64 &&
           geometry->channels * geometry->element_bytes >= line;
}
