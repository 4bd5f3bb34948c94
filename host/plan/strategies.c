/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/strategies.h"

#include "base/size.h"
#include "base/status.h"
#include "device/kernel_sources.h"
#include "problem/mask.h"

static bool takes_max(const struct geometry *geometry)
{
    return geometry->mode == CLPOOL_MAX;
}

static bool takes_average(const struct geometry *geometry)
{
    return geometry->mode == CLPOOL_AVERAGE;
}

static bool takes_lp(const struct geometry *geometry)
{
    return geometry->mode == CLPOOL_LP;
}

static bool takes_masks_of_taps(const struct geometry *geometry)
{
    return takes_max(geometry) && mask_form_numbers_taps(geometry->mask_form);
}

static bool takes_disjoint_windows(const struct geometry *geometry)
{
    if (!takes_max(geometry) || !geometry->dense || geometry->layout != CLPOOL_CHANNELS_FIRST) {
        return false;
    }
    for (size_t i = 0; i < CLPOOL_MAX_RANK; i++) {
        if (geometry->axis[i].adaptive || geometry->axis[i].stride < geometry->axis[i].extent) {
            return false;
        }
    }
    return true;
}

static bool suits_wide_items(const struct capabilities *capabilities)
{
    return capabilities->has_wide_items;
}

/** Limits of kernels/rows.cl: input rows of a band, and elements of a band with its padding. */
enum { ROWS_MOST = 96, ROWS_PADDED = 16384, ROWS_LANES = 16 };

/** Elements of a padded row, as wide as whole vectors of outputs need it. */
static size_t rows_padded_width(const struct axis *w)
{
    return size_divide_up(w->out, ROWS_LANES) * ROWS_LANES * w->stride + w->extent;
}

/** Maximum over planes of two axes, dense and with channels first, and masks of taps. */
static bool takes_flat_max(const struct geometry *geometry)
{
    const struct axis *axis = geometry->axis;
    const bool is_flat = axis[0].kernel == 1 && axis[0].out == axis[0].in && !axis[0].adaptive && axis[0].pad_lo == 0;
    return takes_max(geometry) && geometry->dense && geometry->layout == CLPOOL_CHANNELS_FIRST && is_flat &&
           !axis[1].adaptive && !axis[2].adaptive && geometry->mask_form == CLPOOL_MASK_WINDOW;
}

/** A window's rows fit into a band. */
static bool takes_rows(const struct geometry *geometry)
{
    const struct axis *axis = geometry->axis;
    if (!takes_flat_max(geometry) || geometry->dtype->id == CLPOOL_F64 || axis[1].padded > INT32_MAX / 4 ||
        axis[2].padded > ROWS_PADDED || axis[2].stride > ROWS_PADDED || axis[2].extent > ROWS_PADDED) {
        return false;
    }
    const size_t rows = size_min(ROWS_MOST, ROWS_PADDED / rows_padded_width(&axis[2]));
    return axis[1].extent <= rows;
}

/** One window that is the plane. */
static bool takes_whole(const struct geometry *geometry)
{
    const bool is_whole = geometry->out_plane == 1 && geometry->taps == geometry->in_plane;
    for (size_t i = 0; i < CLPOOL_MAX_RANK; i++) {
        if (geometry->axis[i].pad_lo != 0 || geometry->axis[i].dilation != 1 ||
            geometry->axis[i].kernel != geometry->axis[i].in) {
            return false;
        }
    }
    return takes_max(geometry) && is_whole && geometry->dense && geometry->layout == CLPOOL_CHANNELS_FIRST &&
           geometry->mask_form == CLPOOL_MASK_WINDOW && geometry->taps <= INT32_MAX &&
           geometry->dtype->id != CLPOOL_F64;
}

/** Windows of an element in kernels/channels.cl. */
enum { CHANNELS_REACH = 2048 };

/** Enough channels for the lanes, and masks of taps. */
static bool takes_channels(const struct geometry *geometry)
{
    const struct axis *axis = geometry->axis;
    return takes_max(geometry) && geometry->dense && geometry->layout == CLPOOL_CHANNELS_LAST &&
           geometry->channels >= 4 && !axis[0].adaptive && !axis[1].adaptive && !axis[2].adaptive &&
           geometry->mask_form == CLPOOL_MASK_WINDOW && geometry->taps <= INT32_MAX &&
           geometry->dtype->id != CLPOOL_F64;
}

/** Elements of a band of kernels/scatter.cl. */
enum { SCATTER_MOST = 32768 };

/** A window that begins in a row of the band may reach as many rows behind it, and one that ends there before it. */
static bool takes_scatter(const struct geometry *geometry)
{
    const struct axis *axis = geometry->axis;
    if (!takes_flat_max(geometry) || axis[1].padded > INT32_MAX / 4 || axis[2].padded > SCATTER_MOST ||
        axis[1].extent > SCATTER_MOST) {
        return false;
    }
    const size_t width = size_max((axis[2].out - 1) * axis[2].stride + axis[2].extent, axis[2].in + axis[2].pad_lo);
    return SCATTER_MOST / width > 2 * (axis[1].extent - 1);
}

static size_t item_per_output(const struct geometry *geometry)
{
    return geometry->y_elements;
}

static size_t item_per_input(const struct geometry *geometry)
{
    return geometry->x_elements;
}

/** Windows that may have a tap on an element fit into the list of kernels/channels.cl. */
static bool takes_channels_backward(const struct geometry *geometry)
{
    size_t reach = 1;
    for (size_t i = 0; i < CLPOOL_MAX_RANK && reach <= CHANNELS_REACH; i++) {
        const struct axis *axis = &geometry->axis[i];
        reach *= size_min(axis->out, size_divide_up(axis->extent, axis->stride));
    }
    return takes_channels(geometry) && reach <= CHANNELS_REACH;
}

/** Iterations of three nested loops of that many rounds each; SIZE_MAX if that overflows. */
static size_t nested_loops(const size_t rounds[CLPOOL_MAX_RANK])
{
    size_t iterations = 0;
    for (size_t i = CLPOOL_MAX_RANK; i-- > 0;) {
        if (!size_add(iterations, 1, &iterations) || !size_multiply(iterations, rounds[i], &iterations)) {
            return SIZE_MAX;
        }
    }
    return iterations;
}

/** Each tap of a window that can lie inside the tensor. */
static size_t loop_over_taps(const struct geometry *geometry)
{
    size_t rounds[CLPOOL_MAX_RANK];
    for (size_t i = 0; i < CLPOOL_MAX_RANK; i++) {
        const struct axis *axis = &geometry->axis[i];
        rounds[i] = size_min(axis->kernel, (axis->in - 1) / axis->dilation + 1);
    }
    return nested_loops(rounds);
}

/** All of the tensor, since work-items share it. */
static size_t loop_over_all(const struct geometry *geometry)
{
    return size_max(geometry->x_elements, geometry->y_elements);
}

/** Each window that can reach an element. */
static size_t loop_over_windows(const struct geometry *geometry)
{
    size_t rounds[CLPOOL_MAX_RANK];
    for (size_t i = 0; i < CLPOOL_MAX_RANK; i++) {
        const struct axis *axis = &geometry->axis[i];
        const size_t reach = axis->adaptive ? axis->out / axis->in + 2 : size_divide_up(axis->extent, axis->stride);
        rounds[i] = size_min(axis->out, reach);
    }
    return nested_loops(rounds);
}

/** Recomputing the winner of each window that can reach an element costs more than looking at its mask value. */
static size_t loop_over_windows_and_taps(const struct geometry *geometry)
{
    size_t iterations = 0;
    const size_t windows = loop_over_windows(geometry);
    return size_multiply(windows, loop_over_taps(geometry), &iterations) && size_add(iterations, windows, &iterations)
               ? iterations
               : SIZE_MAX;
}

static size_t times_plus(size_t a, size_t b, size_t c)
{
    size_t result = 0;
    return size_multiply(a, b, &result) && size_add(result, c, &result) ? result : SIZE_MAX;
}

/** Bits of a number without leading zeros: what a power by squaring loops over. */
static size_t bits_of(uint32_t number)
{
    size_t bits = 0;
    for (; number != 0; number >>= 1) {
        bits++;
    }
    return bits;
}

/** Pairwise sums make as many additions as there are terms, and a last round over their 32 levels. */
static size_t loop_over_sums(const struct geometry *geometry)
{
    return times_plus(loop_over_taps(geometry), 2, 32);
}

/** Besides, each term and Newton's three steps are powers. */
static size_t loop_over_powers(const struct geometry *geometry)
{
    return times_plus(loop_over_taps(geometry), 2 + bits_of(geometry->p), 32 + 3 + 3 * 32);
}

static size_t loop_over_windows_and_powers(const struct geometry *geometry)
{
    return times_plus(loop_over_windows(geometry), 1 + bits_of(geometry->p), 0);
}

size_t unpool_segments(const struct geometry *geometry)
{
    const size_t work_items = 8192;
    const size_t most = 64; /* each segment goes through all outputs of the plane */
    const size_t wanted = size_min(work_items / size_max(geometry->planes, 1), most);
    return size_max(size_min(wanted, geometry->in_plane), 1);
}

static size_t item_per_segment(const struct geometry *geometry)
{
    return geometry->planes * unpool_segments(geometry);
}

static size_t loop_over_segment_and_outputs(const struct geometry *geometry)
{
    return size_divide_up(geometry->in_plane, unpool_segments(geometry)) + geometry->out_plane;
}

/** The windows that can reach an element, and a share of the outputs. */
static size_t loop_over_windows_and_share(const struct geometry *geometry)
{
    return times_plus(loop_over_windows(geometry), 1, geometry->out_plane / geometry->in_plane + 1);
}

/* In order of preference; "generic" closes each operation. To come for GPUs: tile, channels, reduce, large. */
static const struct strategy strategies[] = {
    {.name = "whole",
     .reason = "it is for maximum over whole planes on a CPU, in dense tensors with channels first and a mask of taps",
     .op = CLPOOL_FORWARD,
     .source = kernel_whole,
     .entry = "clpool_whole_forward",
     .other_entry = "clpool_whole_forward_mask",
     .specialised = true,
     .takes = takes_whole,
     .suits = suits_wide_items,
     .exact_floats = true,
     .shares = true,
     .items = item_per_output,
     .loops = loop_over_all},
    {.name = "rows",
     .reason = "it is for maximum on a CPU, in dense tensors with channels first and a mask of taps",
     .op = CLPOOL_FORWARD,
     .source = kernel_rows,
     .entry = "clpool_rows_forward",
     .other_entry = "clpool_rows_forward_mask",
     .specialised = true,
     .takes = takes_rows,
     .suits = suits_wide_items,
     .exact_floats = true,
     .shares = true,
     .items = item_per_output,
     .loops = loop_over_all},
    {.name = "channels",
     .reason = "it is for maximum on a CPU, in dense tensors with channels last and a mask of taps",
     .op = CLPOOL_FORWARD,
     .source = kernel_channels,
     .entry = "clpool_channels_forward",
     .other_entry = "clpool_channels_forward_mask",
     .specialised = true,
     .extra = EXTRA_CHANNELS,
     .takes = takes_channels,
     .suits = suits_wide_items,
     .exact_floats = true,
     .shares = true,
     .items = item_per_output,
     .loops = loop_over_all},
    {.name = "direct",
     .reason = "it is for maximum of windows that do not overlap, in dense tensors with channels first",
     .op = CLPOOL_FORWARD,
     .source = kernel_direct,
     .entry = "clpool_direct_forward",
     .other_entry = "clpool_direct_forward_mask",
     .specialised = true,
     .takes = takes_disjoint_windows,
     .items = item_per_output,
     .loops = loop_over_taps},
    {.name = "generic",
     .reason = "it is for every problem",
     .op = CLPOOL_FORWARD,
     .source = kernel_generic,
     .entry = "clpool_generic_forward",
     .other_entry = "clpool_generic_forward_mask",
     .takes = takes_max,
     .items = item_per_output,
     .loops = loop_over_taps},
    {.name = "generic",
     .reason = "it is for every problem",
     .op = CLPOOL_FORWARD,
     .source = kernel_average,
     .entry = "clpool_average_forward",
     .extra = EXTRA_DIVISOR,
     .takes = takes_average,
     .items = item_per_output,
     .loops = loop_over_sums},
    {.name = "generic",
     .reason = "it is for every problem",
     .op = CLPOOL_FORWARD,
     .source = kernel_lp,
     .entry = "clpool_lp_forward",
     .takes = takes_lp,
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
     .items = item_per_input,
     .loops = loop_over_all},
    {.name = "direct",
     .reason = "it is for maximum of windows that do not overlap, in dense tensors with channels first",
     .op = CLPOOL_BACKWARD,
     .source = kernel_direct,
     .entry = "clpool_direct_backward",
     .other_entry = "clpool_direct_backward_recompute",
     .specialised = true,
     .takes = takes_disjoint_windows,
     .items = item_per_input,
     .loops = loop_over_taps},
    {.name = "generic",
     .reason = "it is for every problem",
     .op = CLPOOL_BACKWARD,
     .source = kernel_generic,
     .entry = "clpool_generic_backward",
     .other_entry = "clpool_generic_backward_recompute",
     .takes = takes_max,
     .items = item_per_input,
     .loops = loop_over_windows_and_taps},
    {.name = "generic",
     .reason = "it is for every problem",
     .op = CLPOOL_BACKWARD,
     .source = kernel_average,
     .entry = "clpool_average_backward",
     .extra = EXTRA_DIVISOR,
     .takes = takes_average,
     .items = item_per_input,
     .loops = loop_over_windows},
    {.name = "generic",
     .reason = "it is for every problem",
     .op = CLPOOL_BACKWARD,
     .source = kernel_lp,
     .entry = "clpool_lp_backward",
     .takes = takes_lp,
     .items = item_per_input,
     .loops = loop_over_windows_and_powers},
    {.name = "gather",
     .reason = "it is for masks that number the taps of windows",
     .op = CLPOOL_UNPOOL,
     .source = kernel_unpool,
     .entry = "clpool_unpool_gather",
     .other_entry = "clpool_unpool_gather_count",
     .extra = EXTRA_SEGMENTS,
     .takes = takes_masks_of_taps,
     .items = item_per_input,
     .loops = loop_over_windows_and_share},
    {.name = "generic",
     .reason = "it is for every problem",
     .op = CLPOOL_UNPOOL,
     .source = kernel_unpool,
     .entry = "clpool_unpool_generic",
     .other_entry = "clpool_unpool_generic_count",
     .extra = EXTRA_SEGMENTS,
     .takes = takes_max,
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

static const char *op_name(clpool_op op)
{
    return op == CLPOOL_FORWARD ? "forward" : op == CLPOOL_BACKWARD ? "backward" : "unpool";
}

/** Whether the device gives right results. */
static clpool_status check_device(const struct strategy *strategy, const struct geometry *geometry,
                                  const struct capabilities *capabilities)
{
    if (strategy->exact_floats && geometry->dtype->is_float && !capabilities->keeps_denormals) {
        return status_fail(CLPOOL_DEVICE_LACKS,
                           "device '%s' does not keep denormals (CL_FP_DENORM); strategy '%s' needs it",
                           capabilities->name, strategy->name);
    }
    return capabilities_check_loops(capabilities, strategy->loops(geometry));
}

static clpool_status choose_named(clpool_op op, const char *name, const struct geometry *geometry,
                                  const struct capabilities *capabilities, const struct strategy **strategy)
{
    const char *reason = NULL;
    for (size_t i = 0; (*strategy = strategy_at(op, i)) != NULL; i++) {
        if (strcmp((*strategy)->name, name) != 0) {
            continue;
        }
        if ((*strategy)->takes(geometry)) {
            return check_device(*strategy, geometry, capabilities);
        }
        reason = (*strategy)->reason;
    }
    if (reason != NULL) {
        return status_fail(CLPOOL_UNSUPPORTED, "%s strategy '%s' does not take this problem: %s", op_name(op), name,
                           reason);
    }
    return status_fail(CLPOOL_INVALID_ARGUMENT, "%s strategy '%s' does not exist; see clpool_strategy_name()",
                       op_name(op), name);
}

static clpool_status choose_first(clpool_op op, bool needs_other, const struct geometry *geometry,
                                  const struct capabilities *capabilities, const struct strategy **strategy)
{
    clpool_status status = CLPOOL_DEVICE_LACKS;
    for (size_t i = 0; status != CLPOOL_SUCCESS && (*strategy = strategy_at(op, i)) != NULL; i++) {
        const bool suits = (*strategy)->suits == NULL || (*strategy)->suits(capabilities);
        const bool has_kernel = !needs_other || (*strategy)->other_entry != NULL;
        if (suits && has_kernel && (*strategy)->takes(geometry)) {
            status = check_device(*strategy, geometry, capabilities);
        }
    }
    return status; /* generic takes every problem, so a failure is the device's and has its sentence */
}

clpool_status strategy_choose(clpool_op op, const char *name, const struct geometry *geometry,
                              const struct capabilities *capabilities, const struct strategy **strategy)
{
    return name == NULL ? choose_first(op, false, geometry, capabilities, strategy)
                        : choose_named(op, name, geometry, capabilities, strategy);
}

clpool_status strategy_choose_other(clpool_op op, const struct geometry *geometry,
                                    const struct capabilities *capabilities, const struct strategy **strategy)
{
    return choose_first(op, true, geometry, capabilities, strategy);
}
