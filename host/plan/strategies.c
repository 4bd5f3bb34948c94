/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/strategies.h"

#include "base/size.h"
#include "device/kernel_sources.h"
#include "plan/items.h"
#include "plan/loops.h"
#include "plan/takes.h"

#include <string.h>

static bool suits_wide_items(const struct capabilities *capabilities)
{
    return capabilities->has_wide_items;
}

static bool suits_lanes(const struct capabilities *capabilities)
{
    return !capabilities->has_wide_items;
}

/** Devices whose work-items are lanes, which share a local memory of its own. */
static bool suits_tiles(const struct capabilities *capabilities)
{
    return !capabilities->has_wide_items && capabilities->has_local_memory && capabilities->work_group_limit >= 32;
}

static size_t item_per_output(const struct geometry *geometry, const struct settings *settings)
{
    (void)settings;
    return geometry->y_elements;
}

static size_t item_per_input(const struct geometry *geometry, const struct settings *settings)
{
    (void)settings;
    return geometry->x_elements;
}

size_t unpool_segments(const struct geometry *geometry)
{
    const size_t work_items = 8192;
    const size_t most = 64; /* each segment goes through all outputs of the plane */
    const size_t wanted = size_min(work_items / size_max(geometry->planes, 1), most);
    return size_max(size_min(wanted, geometry->in_plane), 1);
}

static size_t item_per_segment(const struct geometry *geometry, const struct settings *settings)
{
    (void)settings;
    return geometry->planes * unpool_segments(geometry);
}

/* Work-items of a group: multiples of every device's lane count; 64 is small enough to spread small problems. */
#define GROUP                                                                                                          \
    {                                                                                                                  \
        .name = "group", .values = { 64, 32, 128, 256 }                                                                \
    }
/* Work-items of a group that wait for each other. */
#define FIXED_GROUP                                                                                                    \
    {                                                                                                                  \
        .name = "group", .macro = "CLPOOL_GROUP", .values = { 256, 32, 64, 128, 512 }                                  \
    }
/* What kernels/nhwc.cl says of them. Backward, four channels with their sums would take more registers than half of the
 * waves of a GPU leave. */
#define ITEM_CHANNELS(...)                                                                                             \
    {                                                                                                                  \
        .name = "channels", .macro = "CLPOOL_ITEM_CHANNELS", .values = { __VA_ARGS__ }                                 \
    }
#define ITEM_OUTPUTS(...)                                                                                              \
    {                                                                                                                  \
        .name = "outputs", .macro = "CLPOOL_ITEM_OUTPUTS", .values = { __VA_ARGS__ }                                   \
    }
#define NHWC_REASON                                                                                                    \
    "it is for maximum on a GPU, in dense tensors with channels last and a mask of whole bytes, neither adaptive nor " \
    "over whole planes of 16 elements and more"
#define BLOCKS_REASON                                                                                                  \
    "it is for maximum of small windows side by side that fill rows, in dense tensors with channels first and, "       \
    "forward, a mask of whole bytes"
#define DIRECT_REASON "it is for maximum in dense tensors, not adaptive"
#define BOX_REASON "it is for average over windows of at most 255 taps that are all alike, in dense tensors"
/* So many that no compute unit waits long for another. */
#define WORKERS                                                                                                        \
    {                                                                                                                  \
        .name = "workers", .values = { 16, 1, 4, 64 }                                                                  \
    }

/* Elements of a tensor from which on it is stored past the caches: 8 MiB are more than a core's share of them. */
#define STREAM(build_macro)                                                                                            \
    {                                                                                                                  \
        .name = "stream", .macro = (build_macro), .values = { 1 << 21, 1 }                                             \
    }

/* Work-items of a group that makes a tile: the more, the fewer elements are loaded for two tiles. */
#define TILE_GROUP                                                                                                     \
    {                                                                                                                  \
        .name = "group", .values = { 256, 64, 128, 512 }                                                               \
    }
/* Rows that a work-item makes of a tile, at most four unless asked for. */
#define TILE_OUTPUTS                                                                                                   \
    {                                                                                                                  \
        .name = "outputs", .macro = "CLPOOL_TILE_OUTPUTS", .values = { 4, 1, 2, 8 }                                    \
    }

/* In order of preference; "generic" closes each operation. */
static const struct strategy strategies[] = {
    {.name = "whole",
     .reason = "it is for maximum over whole planes on a CPU, in dense tensors with channels first and a mask of taps",
     .op = CLPOOL_FORWARD,
     .source = kernel_whole,
     .fuses = true,
     .entry = "clpool_whole_forward",
     .other_entry = "clpool_whole_forward_mask",
     .specialised = true,
     .takes = takes_whole,
     .suits = suits_wide_items,
     .exact_floats = true,
     .shares = true,
     .parameters = {WORKERS},
     .items = item_per_output,
     .loops = loop_over_all},
    {.name = "sweeps",
     .reason = "it is for maximum of large windows on a CPU, in dense tensors with a mask of taps",
     .op = CLPOOL_FORWARD,
     .source = kernel_sweeps,
     .fuses = true,
     .entry = "clpool_sweeps_forward",
     .other_entry = "clpool_sweeps_forward_mask",
     .specialised = true,
     .extra = EXTRA_CHANNELS,
     .takes = takes_sweeps,
     .suits = suits_wide_items,
     .exact_floats = true,
     .shares = true,
     .parameters = {WORKERS},
     .items = item_per_output,
     .loops = loop_over_all},
    {.name = "rows",
     .reason = "it is for maximum on a CPU, in dense tensors with channels first and a mask of whole bytes",
     .op = CLPOOL_FORWARD,
     .source = kernel_rows,
     .fuses = true,
     .entry = "clpool_rows_forward",
     .other_entry = "clpool_rows_forward_mask",
     .specialised = true,
     .takes = takes_rows,
     .suits = suits_wide_items,
     .exact_floats = true,
     .shares = true,
     .parameters = {WORKERS},
     .items = item_per_output,
     .loops = loop_over_all},
    {.name = "strips",
     .reason = "it is for maximum of small windows on a CPU, in dense tensors with channels last and a mask of taps",
     .op = CLPOOL_FORWARD,
     .source = kernel_strips,
     .fuses = true,
     .entry = "clpool_strips_forward",
     .other_entry = "clpool_strips_forward_mask",
     .specialised = true,
     .extra = EXTRA_CHANNELS,
     .takes = takes_strips,
     .suits = suits_wide_items,
     .exact_floats = true,
     .shares = true,
     .parameters = {WORKERS},
     .items = item_per_output,
     .loops = loop_over_all},
    {.name = "channels",
     .reason = "it is for maximum on a CPU, in dense tensors with channels last and a mask of taps",
     .op = CLPOOL_FORWARD,
     .source = kernel_channels,
     .fuses = true,
     .entry = "clpool_channels_forward",
     .other_entry = "clpool_channels_forward_mask",
     .specialised = true,
     .extra = EXTRA_CHANNELS,
     .takes = takes_channels,
     .suits = suits_wide_items,
     .exact_floats = true,
     .shares = true,
     .parameters = {WORKERS},
     .items = item_per_output,
     .loops = loop_over_all},
    {.name = "winners",
     .reason = "it is for maximum on a CPU, in dense tensors",
     .op = CLPOOL_FORWARD,
     .source = kernel_winners,
     .fuses = true,
     .entry = "clpool_winners_forward",
     .other_entry = "clpool_winners_forward_mask",
     .specialised = true,
     .extra = EXTRA_CHANNELS,
     .takes = takes_dense_max,
     .suits = suits_wide_items,
     .shares = true,
     .parameters = {WORKERS},
     .items = item_per_output,
     .loops = loop_over_all},
    {.name = "reduce",
     .reason = "it is for maximum over whole planes of at least 16 elements on a GPU, in dense tensors with a mask of "
               "whole bytes",
     .op = CLPOOL_FORWARD,
     .source = kernel_reduce,
     .fuses = true,
     .entry = "clpool_reduce_forward",
     .other_entry = "clpool_reduce_forward_mask",
     .specialised = true,
     .extra = EXTRA_PLANES | EXTRA_CHANNELS,
     .takes = takes_reduce,
     .suits = suits_lanes,
     .parameters = {FIXED_GROUP},
     .items = items_reduce,
     .loops = loop_over_share},
    {.name = "nhwc",
     .reason = NHWC_REASON,
     .op = CLPOOL_FORWARD,
     .source = kernel_nhwc,
     .fuses = true,
     .entry = "clpool_nhwc_forward",
     .other_entry = "clpool_nhwc_forward_mask",
     .specialised = true,
     .extra = EXTRA_CHANNELS,
     .takes = takes_nhwc_lines,
     .suits = suits_lanes,
     .parameters = {GROUP, ITEM_CHANNELS(1, 2, 4), ITEM_OUTPUTS(4, 2, 1)},
     .items = items_nhwc_forward,
     .loops = loop_over_neighbours},
    {.name = "nhwc",
     .reason = NHWC_REASON,
     .op = CLPOOL_FORWARD,
     .source = kernel_nhwc,
     .fuses = true,
     .entry = "clpool_nhwc_forward",
     .other_entry = "clpool_nhwc_forward_mask",
     .specialised = true,
     .extra = EXTRA_CHANNELS,
     .takes = takes_nhwc,
     .suits = suits_lanes,
     .parameters = {GROUP, ITEM_CHANNELS(1, 2, 4), ITEM_OUTPUTS(1, 2, 4)},
     .items = items_nhwc_forward,
     .loops = loop_over_neighbours},
    {.name = "blocks",
     .reason = BLOCKS_REASON,
     .op = CLPOOL_FORWARD,
     .source = kernel_blocks,
     .fuses = true,
     .entry = "clpool_blocks_forward",
     .other_entry = "clpool_blocks_forward_mask",
     .specialised = true,
     .takes = takes_blocks,
     .parameters = {GROUP, ITEM_OUTPUTS(2, 1, 4)},
     .items = items_blocks_forward,
     .loops = loop_over_block},
    {.name = "direct",
     .reason = DIRECT_REASON,
     .op = CLPOOL_FORWARD,
     .source = kernel_direct,
     .fuses = true,
     .entry = "clpool_direct_forward",
     .other_entry = "clpool_direct_forward_mask",
     .specialised = true,
     .extra = EXTRA_CHANNELS,
     .takes = takes_disjoint_windows,
     .parameters = {GROUP},
     .items = item_per_output,
     .loops = loop_over_taps},
    {.name = "large",
     .reason = "it is for maximum of large windows on a GPU, in dense tensors with channels first and no packed mask",
     .op = CLPOOL_FORWARD,
     .source = kernel_large,
     .fuses = true,
     .entry = "clpool_large_forward",
     .other_entry = "clpool_large_forward_mask",
     .specialised = true,
     .takes = takes_large,
     .suits = suits_tiles,
     .tiling = TILING_LARGE,
     .other_tiling = TILING_LARGE,
     .parameters = {TILE_GROUP, TILE_OUTPUTS},
     .loops = loop_over_tile},
    {.name = "tile",
     .reason = "it is for maximum on a GPU, in dense tensors with channels first and no packed mask",
     .op = CLPOOL_FORWARD,
     .source = kernel_tile,
     .fuses = true,
     .entry = "clpool_tile_forward",
     .other_entry = "clpool_tile_forward_mask",
     .specialised = true,
     .takes = takes_tile,
     .suits = suits_tiles,
     .tiling = TILING_FORWARD,
     .other_tiling = TILING_FORWARD,
     .parameters = {TILE_GROUP, TILE_OUTPUTS},
     .loops = loop_over_tile},
    {.name = "direct",
     .reason = DIRECT_REASON,
     .op = CLPOOL_FORWARD,
     .source = kernel_direct,
     .fuses = true,
     .entry = "clpool_direct_forward",
     .other_entry = "clpool_direct_forward_mask",
     .specialised = true,
     .extra = EXTRA_CHANNELS,
     .takes = takes_dense_windows,
     .parameters = {GROUP},
     .items = item_per_output,
     .loops = loop_over_taps},
    {.name = "box",
     .reason = BOX_REASON,
     .op = CLPOOL_FORWARD,
     .source = kernel_box,
     .fuses = true,
     .entry = "clpool_box_forward",
     .specialised = true,
     .extra = EXTRA_DIVISOR | EXTRA_CHANNELS,
     .takes = takes_box,
     .parameters = {GROUP},
     .items = item_per_output,
     .loops = loop_over_sums},
    {.name = "generic",
     .reason = "it is for every problem",
     .op = CLPOOL_FORWARD,
     .source = kernel_generic,
     .fuses = true,
     .entry = "clpool_generic_forward",
     .other_entry = "clpool_generic_forward_mask",
     .takes = takes_max,
     .parameters = {GROUP},
     .items = item_per_output,
     .loops = loop_over_taps},
    {.name = "generic",
     .reason = "it is for every problem",
     .op = CLPOOL_FORWARD,
     .source = kernel_average,
     .fuses = true,
     .entry = "clpool_average_forward",
     .extra = EXTRA_DIVISOR,
     .takes = takes_average,
     .parameters = {GROUP},
     .items = item_per_output,
     .loops = loop_over_sums},
    {.name = "generic",
     .reason = "it is for every problem",
     .op = CLPOOL_FORWARD,
     .source = kernel_lp,
     .fuses = true,
     .entry = "clpool_lp_forward",
     .takes = takes_lp,
     .parameters = {GROUP},
     .items = item_per_output,
     .loops = loop_over_powers},
    {.name = "whole",
     .reason = "it is for maximum over whole planes on a CPU, in dense tensors with channels first and a mask of taps",
     .op = CLPOOL_BACKWARD,
     .source = kernel_whole,
     .entry = "clpool_whole_backward",
     .specialised = true,
     .takes = takes_whole,
     .suits = suits_wide_items,
     .exact_floats = true,
     .shares = true,
     .parameters = {WORKERS},
     .items = item_per_input,
     .loops = loop_over_all},
    {.name = "strips",
     .reason = "it is for maximum of small windows on a CPU, in dense tensors with channels last and a mask of taps",
     .op = CLPOOL_BACKWARD,
     .source = kernel_strips,
     .entry = "clpool_strips_backward",
     .specialised = true,
     .extra = EXTRA_CHANNELS,
     .takes = takes_strips_backward,
     .suits = suits_wide_items,
     .exact_floats = true,
     .shares = true,
     .parameters = {WORKERS},
     .items = item_per_input,
     .loops = loop_over_all},
    {.name = "scatter",
     .reason = "it is for maximum of large windows on a CPU, in dense tensors with channels last and a mask of taps",
     .op = CLPOOL_BACKWARD,
     .source = kernel_scatter,
     .entry = "clpool_scatter_channels_backward",
     .specialised = true,
     .extra = EXTRA_CHANNELS,
     .takes = takes_scatter_channels,
     .suits = suits_wide_items,
     .exact_floats = true,
     .shares = true,
     .parameters = {WORKERS},
     .items = item_per_input,
     .loops = loop_over_all},
    {.name = "channels",
     .reason = "it is for maximum on a CPU, in dense tensors with channels last and a mask of taps",
     .op = CLPOOL_BACKWARD,
     .source = kernel_channels,
     .entry = "clpool_channels_backward",
     .specialised = true,
     .extra = EXTRA_CHANNELS,
     .takes = takes_channels_backward,
     .suits = suits_wide_items,
     .exact_floats = true,
     .shares = true,
     .parameters = {WORKERS},
     .items = item_per_input,
     .loops = loop_over_all},
    {.name = "gather",
     .reason = "it is for maximum of small windows on a CPU, in dense tensors with channels first and a mask of bytes "
               "or of indices",
     .op = CLPOOL_BACKWARD,
     .source = kernel_gather,
     .entry = "clpool_gather_backward",
     .specialised = true,
     .takes = takes_gather,
     .suits = suits_wide_items,
     .exact_floats = true,
     .shares = true,
     .parameters = {WORKERS, STREAM("CLPOOL_GATHER_STREAM")},
     .items = item_per_input,
     .loops = loop_over_all},
    {.name = "scatter",
     .reason = "it is for maximum on a CPU, in dense tensors with channels first and a mask of taps",
     .op = CLPOOL_BACKWARD,
     .source = kernel_scatter,
     .entry = "clpool_scatter_backward",
     .specialised = true,
     .takes = takes_scatter,
     .suits = suits_wide_items,
     .exact_floats = true,
     .shares = true,
     .parameters = {WORKERS},
     .items = item_per_input,
     .loops = loop_over_all},
    {.name = "winners",
     .reason = "it is for backward of maximum on a CPU, in dense tensors",
     .op = CLPOOL_BACKWARD,
     .source = kernel_winners,
     .fuses = true,
     .entry = "clpool_winners_backward",
     .other_entry = "clpool_winners_backward_recompute",
     .specialised = true,
     .extra = EXTRA_CHANNELS,
     .takes = takes_dense_max,
     .suits = suits_wide_items,
     .shares = true,
     .parameters = {WORKERS},
     .items = item_per_input,
     .loops = loop_over_all},
    {.name = "reduce",
     .reason = "it is for maximum over whole planes of at least 16 elements on a GPU, in dense tensors with a mask of "
               "whole bytes",
     .op = CLPOOL_BACKWARD,
     .source = kernel_reduce,
     .fuses = true,
     .entry = "clpool_reduce_backward",
     .other_entry = "clpool_reduce_backward_recompute",
     .specialised = true,
     .extra = EXTRA_PLANES | EXTRA_CHANNELS,
     .takes = takes_reduce,
     .suits = suits_lanes,
     .parameters = {FIXED_GROUP},
     .items = items_reduce_backward,
     .other_items = items_reduce,
     .loops = loop_over_share},
    {.name = "nhwc",
     .reason = NHWC_REASON,
     .op = CLPOOL_BACKWARD,
     .source = kernel_nhwc,
     .fuses = true,
     .entry = "clpool_nhwc_backward",
     .other_entry = "clpool_nhwc_backward_recompute",
     .specialised = true,
     .extra = EXTRA_CHANNELS,
     .takes = takes_nhwc_lines,
     .suits = suits_lanes,
     .parameters = {GROUP, ITEM_CHANNELS(1, 2), ITEM_OUTPUTS(4, 2, 1)},
     .items = items_nhwc_backward,
     .loops = loop_over_windows_of_neighbours},
    {.name = "nhwc",
     .reason = NHWC_REASON,
     .op = CLPOOL_BACKWARD,
     .source = kernel_nhwc,
     .fuses = true,
     .entry = "clpool_nhwc_backward",
     .other_entry = "clpool_nhwc_backward_recompute",
     .specialised = true,
     .extra = EXTRA_CHANNELS,
     .takes = takes_nhwc,
     .suits = suits_lanes,
     .parameters = {GROUP, ITEM_CHANNELS(1, 2), ITEM_OUTPUTS(1, 2, 4)},
     .items = items_nhwc_backward,
     .loops = loop_over_windows_of_neighbours},
    {.name = "blocks",
     .reason = BLOCKS_REASON,
     .op = CLPOOL_BACKWARD,
     .source = kernel_blocks,
     .fuses = true,
     .entry = "clpool_blocks_backward",
     .other_entry = "clpool_blocks_backward_recompute",
     .specialised = true,
     .takes = takes_blocks_backward,
     .parameters = {GROUP, ITEM_OUTPUTS(2, 1, 4)},
     .items = items_blocks_backward,
     .loops = loop_over_block},
    {.name = "direct",
     .reason = "it is for backward of maximum of windows that do not overlap, in dense tensors",
     .op = CLPOOL_BACKWARD,
     .source = kernel_direct,
     .fuses = true,
     .entry = "clpool_direct_backward",
     .other_entry = "clpool_direct_backward_recompute",
     .specialised = true,
     .extra = EXTRA_CHANNELS,
     .takes = takes_disjoint_windows,
     .parameters = {GROUP},
     .items = item_per_input,
     .loops = loop_over_taps},
    {.name = "tile",
     .reason = "it is for maximum on a GPU, in dense tensors with channels first",
     .op = CLPOOL_BACKWARD,
     .source = kernel_tile,
     .fuses = true,
     .entry = "clpool_tile_backward",
     .other_entry = "clpool_tile_backward_recompute",
     .specialised = true,
     .takes = takes_tile_backward,
     .suits = suits_tiles,
     .tiling = TILING_BACKWARD,
     .other_tiling = TILING_RECOMPUTE,
     .parameters = {TILE_GROUP, TILE_OUTPUTS},
     .loops = loop_over_tile_backward},
    {.name = "box",
     .reason = BOX_REASON,
     .op = CLPOOL_BACKWARD,
     .source = kernel_box,
     .entry = "clpool_box_backward",
     .specialised = true,
     .extra = EXTRA_DIVISOR | EXTRA_CHANNELS,
     .takes = takes_box,
     .parameters = {GROUP},
     .items = item_per_input,
     .loops = loop_over_reach},
    {.name = "generic",
     .reason = "it is for every problem",
     .op = CLPOOL_BACKWARD,
     .source = kernel_generic,
     .fuses = true,
     .entry = "clpool_generic_backward",
     .other_entry = "clpool_generic_backward_recompute",
     .takes = takes_max,
     .parameters = {GROUP},
     .items = item_per_input,
     .loops = loop_over_windows_and_taps},
    {.name = "generic",
     .reason = "it is for every problem",
     .op = CLPOOL_BACKWARD,
     .source = kernel_average,
     .entry = "clpool_average_backward",
     .extra = EXTRA_DIVISOR,
     .takes = takes_average,
     .parameters = {GROUP},
     .items = item_per_input,
     .loops = loop_over_windows},
    {.name = "generic",
     .reason = "it is for every problem",
     .op = CLPOOL_BACKWARD,
     .source = kernel_lp,
     .entry = "clpool_lp_backward",
     .takes = takes_lp,
     .parameters = {GROUP},
     .items = item_per_input,
     .loops = loop_over_windows_and_powers},
    {.name = "gather",
     .reason = "it is for masks that number the taps of windows",
     .op = CLPOOL_UNPOOL,
     .source = kernel_unpool,
     .entry = "clpool_unpool_gather",
     .other_entry = "clpool_unpool_gather_count",
     .third_entry = "clpool_unpool_backward",
     .extra = EXTRA_SEGMENTS,
     .takes = takes_masks_of_taps,
     .parameters = {GROUP},
     .items = item_per_input,
     .loops = loop_over_windows_and_share},
    {.name = "generic",
     .reason = "it is for every problem",
     .op = CLPOOL_UNPOOL,
     .source = kernel_unpool,
     .entry = "clpool_unpool_generic",
     .other_entry = "clpool_unpool_generic_count",
     .third_entry = "clpool_unpool_backward",
     .extra = EXTRA_SEGMENTS,
     .takes = takes_max,
     .parameters = {GROUP},
     .items = item_per_segment,
     .loops = loop_over_segment_and_outputs},
};

const struct strategy *strategy_at(clpool_op op, size_t index)
{
    for (size_t i = 0; i < sizeof(strategies) / sizeof(strategies[0]); i++) {
        if (strategies[i].op == op && index-- == 0) {
            return &strategies[i];
        }
    }
    return NULL;
}

/** Whether an earlier row of the operation has the name too. */
static bool is_repeated(clpool_op op, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (strcmp(strategy_at(op, i)->name, strategy_at(op, index)->name) == 0) {
            return true;
        }
    }
    return false;
}

const char *clpool_strategy_name(clpool_op op, size_t index)
{
    for (size_t i = 0; strategy_at(op, i) != NULL; i++) {
        if (!is_repeated(op, i) && index-- == 0) {
            return strategy_at(op, i)->name;
        }
    }
    return NULL;
}
