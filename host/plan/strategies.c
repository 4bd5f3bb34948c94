/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/strategies.h"

#include "base/size.h"
#include "base/status.h"
#include "device/kernel_sources.h"

static bool takes_any(const struct geometry *geometry)
{
    (void)geometry;
    return true;
}

static bool takes_disjoint_windows(const struct geometry *geometry)
{
    if (!geometry->dense || geometry->layout != CLPOOL_CHANNELS_FIRST) {
        return false;
    }
    for (size_t i = 0; i < CLPOOL_MAX_RANK; i++) {
        if (geometry->axis[i].adaptive || geometry->axis[i].stride < geometry->axis[i].extent) {
            return false;
        }
    }
    return true;
}

static size_t item_per_output(const struct geometry *geometry)
{
    return geometry->y_elements;
}

static size_t item_per_input(const struct geometry *geometry)
{
    return geometry->x_elements;
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

/* In order of preference; "generic" closes each operation. Kinds to come: rows, tile, channels, large, reduce. */
static const struct strategy strategies[] = {
    {.name = "direct",
     .reason = "the windows do not overlap, and the tensors are dense with channels first",
     .op = CLPOOL_FORWARD,
     .source = kernel_direct,
     .entry = "clpool_direct_forward",
     .entry_mask = "clpool_direct_forward_mask",
     .specialised = true,
     .takes = takes_disjoint_windows,
     .items = item_per_output,
     .loops = loop_over_taps},
    {.name = "generic",
     .reason = "it takes every problem",
     .op = CLPOOL_FORWARD,
     .source = kernel_generic,
     .entry = "clpool_generic_forward",
     .entry_mask = "clpool_generic_forward_mask",
     .takes = takes_any,
     .items = item_per_output,
     .loops = loop_over_taps},
    {.name = "direct",
     .reason = "the windows do not overlap, and the tensors are dense with channels first",
     .op = CLPOOL_BACKWARD,
     .source = kernel_direct,
     .entry = "clpool_direct_backward",
     .entry_recompute = "clpool_direct_backward_recompute",
     .specialised = true,
     .takes = takes_disjoint_windows,
     .items = item_per_input,
     .loops = loop_over_taps},
    {.name = "generic",
     .reason = "it takes every problem",
     .op = CLPOOL_BACKWARD,
     .source = kernel_generic,
     .entry = "clpool_generic_backward",
     .entry_recompute = "clpool_generic_backward_recompute",
     .takes = takes_any,
     .items = item_per_input,
     .loops = loop_over_windows_and_taps},
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

const char *clpool_strategy_name(clpool_op op, size_t index)
{
    const struct strategy *strategy = strategy_at(op, index);
    return strategy == NULL ? NULL : strategy->name;
}

static clpool_status choose_named(clpool_op op, const char *name, const struct geometry *geometry,
                                  const struct capabilities *capabilities, const struct strategy **strategy)
{
    const char *op_name = op == CLPOOL_FORWARD ? "forward" : "backward";
    for (size_t i = 0; (*strategy = strategy_at(op, i)) != NULL; i++) {
        if (strcmp((*strategy)->name, name) != 0) {
            continue;
        }
        if (!(*strategy)->takes(geometry)) {
            return status_fail(CLPOOL_UNSUPPORTED, "%s strategy '%s' does not take this problem; it needs that %s",
                               op_name, name, (*strategy)->reason);
        }
        return capabilities_check_loops(capabilities, (*strategy)->loops(geometry));
    }
    return status_fail(CLPOOL_INVALID_ARGUMENT, "%s strategy '%s' does not exist; see clpool_strategy_name()", op_name,
                       name);
}

static clpool_status choose_first(clpool_op op, const struct geometry *geometry,
                                  const struct capabilities *capabilities, const struct strategy **strategy)
{
    clpool_status status = CLPOOL_DEVICE_LACKS;
    for (size_t i = 0; status != CLPOOL_SUCCESS && (*strategy = strategy_at(op, i)) != NULL; i++) {
        if ((*strategy)->takes(geometry)) {
            status = capabilities_check_loops(capabilities, (*strategy)->loops(geometry));
        }
    }
    return status; /* generic takes every problem, so a failure is the device's and has its sentence */
}

clpool_status strategy_choose(clpool_op op, const char *name, const struct geometry *geometry,
                              const struct capabilities *capabilities, const struct strategy **strategy)
{
    return name == NULL ? choose_first(op, geometry, capabilities, strategy)
                        : choose_named(op, name, geometry, capabilities, strategy);
}
