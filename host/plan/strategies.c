/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/strategies.h"

#include "base/status.h"
#include "device/kernel_sources.h"

static bool takes_any(const struct geometry *geometry)
{
    (void)geometry;
    return true;
}

static bool takes_disjoint_windows(const struct geometry *geometry)
{
    for (size_t i = 0; i < CLPOOL_MAX_RANK; i++) {
        if (geometry->axis[i].stride < geometry->axis[i].extent) {
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

/* In order of preference; "generic" closes each operation. Kinds to come: rows, tile, channels, large, reduce. */
static const struct strategy strategies[] = {
    {.name = "direct",
     .reason = "the windows do not overlap",
     .op = CLPOOL_FORWARD,
     .source = kernel_direct,
     .entry = "clpool_direct_forward",
     .entry_mask = "clpool_direct_forward_mask",
     .specialised = true,
     .takes = takes_disjoint_windows,
     .items = item_per_output},
    {.name = "generic",
     .reason = "it takes every problem",
     .op = CLPOOL_FORWARD,
     .source = kernel_generic,
     .entry = "clpool_generic_forward",
     .entry_mask = "clpool_generic_forward_mask",
     .takes = takes_any,
     .items = item_per_output},
    {.name = "direct",
     .reason = "the windows do not overlap",
     .op = CLPOOL_BACKWARD,
     .source = kernel_direct,
     .entry = "clpool_direct_backward",
     .specialised = true,
     .takes = takes_disjoint_windows,
     .items = item_per_input},
    {.name = "generic",
     .reason = "it takes every problem",
     .op = CLPOOL_BACKWARD,
     .source = kernel_generic,
     .entry = "clpool_generic_backward",
     .takes = takes_any,
     .items = item_per_input},
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

static clpool_status find_by_name(clpool_op op, const char *name, const struct geometry *geometry,
                                  const struct strategy **strategy)
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
        return CLPOOL_SUCCESS;
    }
    return status_fail(CLPOOL_INVALID_ARGUMENT, "%s strategy '%s' does not exist; see clpool_strategy_name()", op_name,
                       name);
}

clpool_status strategy_choose(clpool_op op, const char *name, const struct geometry *geometry,
                              const struct strategy **strategy)
{
    if (name != NULL) {
        return find_by_name(op, name, geometry, strategy);
    }
    size_t i = 0;
    while (!strategy_at(op, i)->takes(geometry)) {
        i++;
    }
    *strategy = strategy_at(op, i);
    return CLPOOL_SUCCESS;
}
