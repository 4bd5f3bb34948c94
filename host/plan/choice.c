/* SPDX-License-Identifier: Apache-2.0 */
#include "base/status.h"
#include "plan/settings.h"

#include <string.h>

static const char *op_name(clpool_op op)
{
    return op == CLPOOL_FORWARD ? "forward" : op == CLPOOL_BACKWARD ? "backward" : "unpool";
}

/** Whether a tile fits, of one work-item if need be. */
static bool has_memory_for(const struct choice *choice, enum tiling tiling, const struct geometry *geometry,
                           const struct capabilities *capabilities)
{
    struct tile tile;
    return tiling == TILING_NONE ||
           tile_make(tiling, geometry, 1, choice->settings.value[PARAMETER_OUTPUTS], capabilities->local_bytes, &tile);
}

/** Whether the device gives right results. */
static clpool_status check_device(const struct choice *choice, const struct geometry *geometry,
                                  const struct capabilities *capabilities)
{
    const struct strategy *strategy = choice->strategy;
    if (!has_memory_for(choice, strategy->tiling, geometry, capabilities) ||
        !has_memory_for(choice, strategy->other_tiling, geometry, capabilities)) {
        return status_fail(CLPOOL_DEVICE_LACKS,
                           "device '%s' has %zu bytes of local memory; strategy '%s' needs more for this problem",
                           capabilities->name, capabilities->local_bytes, strategy->name);
    }
    if (strategy->exact_floats && geometry->dtype->is_float && !capabilities->keeps_denormals) {
        return status_fail(CLPOOL_DEVICE_LACKS,
                           "device '%s' does not keep denormals (CL_FP_DENORM); strategy '%s' needs it",
                           capabilities->name, strategy->name);
    }
    return capabilities_check_loops(capabilities, strategy->loops(geometry));
}

static clpool_status choose_named(clpool_op op, const char *text, const struct geometry *geometry,
                                  const struct capabilities *capabilities, struct choice *choice)
{
    const char *reason = NULL;
    const size_t length = strcspn(text, ":");
    for (size_t i = 0; (choice->strategy = strategy_at(op, i)) != NULL; i++) {
        const struct strategy *strategy = choice->strategy;
        if (strlen(strategy->name) != length || strncmp(strategy->name, text, length) != 0) {
            continue;
        }
        if (strategy->takes(geometry)) {
            clpool_status status = CLPOOL_SUCCESS;
            choice->settings = settings_default(strategy, geometry);
            if (text[length] == ':') {
                status = settings_parse(strategy, text + length + 1, &choice->settings);
            }
            return status == CLPOOL_SUCCESS ? check_device(choice, geometry, capabilities) : status;
        }
        reason = strategy->reason;
    }
    if (reason != NULL) {
        return status_fail(CLPOOL_UNSUPPORTED, "%s strategy '%.*s' does not take this problem: %s", op_name(op),
                           (int)length, text, reason);
    }
    return status_fail(CLPOOL_INVALID_ARGUMENT, "%s strategy '%.*s' does not exist; see clpool_strategy_name()",
                       op_name(op), (int)length, text);
}

static clpool_status choose_first(clpool_op op, bool needs_other, const struct geometry *geometry,
                                  const struct capabilities *capabilities, struct choice *choice)
{
    clpool_status status = CLPOOL_DEVICE_LACKS;
    const struct strategy *strategy = NULL;
    for (size_t i = 0; status != CLPOOL_SUCCESS && (strategy = strategy_at(op, i)) != NULL; i++) {
        const bool suits = strategy->suits == NULL || strategy->suits(capabilities);
        const bool has_kernel = !needs_other || strategy->other_entry != NULL;
        if (suits && has_kernel && strategy->takes(geometry)) {
            *choice = (struct choice){strategy, settings_default(strategy, geometry)};
            status = check_device(choice, geometry, capabilities);
        }
    }
    return status; /* generic takes every problem, so a failure is the device's and has its sentence */
}

clpool_status strategy_choose(clpool_op op, const char *name, const struct geometry *geometry,
                              const struct capabilities *capabilities, struct choice *choice)
{
    return name == NULL ? choose_first(op, false, geometry, capabilities, choice)
                        : choose_named(op, name, geometry, capabilities, choice);
}

clpool_status strategy_choose_other(clpool_op op, const struct geometry *geometry,
                                    const struct capabilities *capabilities, struct choice *choice)
{
    return choose_first(op, true, geometry, capabilities, choice);
}
