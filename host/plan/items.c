/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/items.h"

#include "base/size.h"

/** Work-items of that many blocks along W in each row of a tensor, for all blocks of channels. */
static size_t nhwc_items(const struct geometry *geometry, const struct settings *settings, size_t rows, size_t blocks)
{
    return geometry->batch * rows * blocks * size_divide_up(geometry->channels, settings->value[NHWC_CHANNELS]);
}

size_t items_nhwc_forward(const struct geometry *geometry, const struct settings *settings)
{
    const struct axis *axis = geometry->axis;
    return nhwc_items(geometry, settings, axis[0].out * axis[1].out,
                      size_divide_up(axis[2].out, settings->value[NHWC_OUTPUTS]));
}

/** Blocks lie in the padded row; those of nothing but padding before the first element are left out. */
size_t items_nhwc_backward(const struct geometry *geometry, const struct settings *settings)
{
    const struct axis *axis = geometry->axis;
    const size_t first = axis[2].pad_lo / settings->value[NHWC_OUTPUTS];
    const size_t last = (axis[2].pad_lo + axis[2].in - 1) / settings->value[NHWC_OUTPUTS];
    return nhwc_items(geometry, settings, axis[0].in * axis[1].in, last - first + 1);
}

/** Blocks of windows of so many rows of them. */
static size_t blocks_items(const struct geometry *geometry, const struct settings *settings, size_t rows)
{
    return geometry->planes * rows * size_divide_up(geometry->axis[2].out, settings->value[BLOCKS_OUTPUTS]);
}

size_t items_blocks_forward(const struct geometry *geometry, const struct settings *settings)
{
    return blocks_items(geometry, settings, geometry->axis[0].out * geometry->axis[1].out);
}

/** Strides that cover an axis and what is before it, but those of nothing but padding. */
static size_t strides_over(const struct axis *axis)
{
    return (axis->pad_lo + axis->in - 1) / axis->stride - axis->pad_lo / axis->stride + 1;
}

size_t items_blocks_backward(const struct geometry *geometry, const struct settings *settings)
{
    return blocks_items(geometry, settings, strides_over(&geometry->axis[0]) * strides_over(&geometry->axis[1]));
}

/* Constants of kernels/reduce.cl. */
enum { REDUCE_LANES_MOST = 32, REDUCE_LEAST_SHARE = 4, REDUCE_LEAST_TEAM = 4, REDUCE_BACKWARD_SHARE = 8 };

/** Work-items that share a plane, channels first: CLPOOL_TEAM. */
static size_t reduce_team(size_t taps, size_t group)
{
    size_t team = group;
    while (team > REDUCE_LEAST_TEAM && team * REDUCE_LEAST_SHARE > taps) {
        team /= 2;
    }
    return team;
}

size_t items_reduce(const struct geometry *geometry, const struct settings *settings)
{
    const size_t group = settings->value[PARAMETER_LAUNCH];
    if (geometry->layout == CLPOOL_CHANNELS_LAST) {
        return geometry->batch * size_divide_up(geometry->channels, REDUCE_LANES_MOST) * group;
    }
    return size_divide_up(geometry->planes, group / reduce_team(geometry->taps, group)) * group;
}

size_t items_reduce_backward(const struct geometry *geometry, const struct settings *settings)
{
    (void)settings;
    return geometry->planes * size_divide_up(geometry->taps, REDUCE_BACKWARD_SHARE);
}
