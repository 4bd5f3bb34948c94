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

/** Whether the device can run it and gives right results. */
static clpool_status check_device(const struct choice *choice, const struct geometry *geometry,
                                  const struct capabilities *capabilities)
{
    const struct strategy *strategy = choice->strategy;
    const size_t group = choice->settings.value[PARAMETER_LAUNCH];
    if (capabilities->compiler_ends_process && strategy->suits != NULL && !strategy->suits(capabilities)) {
        return status_fail(CLPOOL_DEVICE_LACKS,
                           "the driver of device '%s' may end the process while it compiles the kernels of strategy "
                           "'%s', which is for other kinds of devices",
                           capabilities->name, strategy->name);
    }
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
    if (strategy_has_fixed_group(strategy) && capabilities->work_group_limit < group) {
        return status_fail(CLPOOL_DEVICE_LACKS,
                           "device '%s' runs groups of %zu work-items at most; strategy '%s' needs %zu",
                           capabilities->name, capabilities->work_group_limit, strategy->name, group);
    }
    return capabilities_check_loops(capabilities, strategy->loops(geometry));
}

clpool_status strategy_choose_named(clpool_op op, const char *text, const struct geometry *geometry,
                                    const struct capabilities *capabilities, struct choice *choice)
{
    const char *reason = NULL;
    const size_t length = strcspn(text, ":");
    for (size_t i = 0; (choice->strategy = strategy_at(op, i)) != NULL; i++) {
        const struct strategy *strategy = choice->strategy;
        if (strlen(strategy->name) != length || strncmp(strategy->name, text, length) != 0) {
            continue;
        }
        reason = strategy_fuses_enough(strategy, false, geometry) ? strategy->reason : "it applies no expressions";
        if (strategy->takes(geometry) && strategy_fuses_enough(strategy, false, geometry)) {
            clpool_status status = CLPOOL_SUCCESS;
            choice->settings = settings_default(strategy, geometry);
            if (text[length] == ':') {
                status = settings_parse(strategy, text + length + 1, &choice->settings);
            }
            return status == CLPOOL_SUCCESS ? check_device(choice, geometry, capabilities) : status;
        }
    }
    if (reason != NULL) {
        return status_fail(CLPOOL_UNSUPPORTED, "%s strategy '%.*s' does not take this problem: %s", op_name(op),
                           (int)length, text, reason);
    }
    return status_fail(CLPOOL_INVALID_ARGUMENT, "%s strategy '%.*s' does not exist; see clpool_strategy_name()",
                       op_name(op), (int)length, text);
}

/** Takes the next smaller group that the strategy may run in; false where there is none. */
static bool shrink_group(struct choice *choice)
{
    const unsigned *values = choice->strategy->parameters[PARAMETER_LAUNCH].values;
    const unsigned current = choice->settings.value[PARAMETER_LAUNCH];
    unsigned smaller = 0;
    for (size_t i = 0; i < PARAMETER_VALUES_MOST; i++) {
        smaller = values[i] < current && values[i] > smaller ? values[i] : smaller;
    }
    if (smaller != 0) {
        choice->settings.value[PARAMETER_LAUNCH] = smaller;
    }
    return smaller != 0;
}

/** Whether the device can run the choice, if need be in smaller groups. */
static clpool_status fit_device(struct choice *choice, const struct geometry *geometry,
                                const struct capabilities *capabilities)
{
    const bool is_fixed = strategy_has_fixed_group(choice->strategy);
    while (is_fixed && choice->settings.value[PARAMETER_LAUNCH] > capabilities->work_group_limit &&
           shrink_group(choice)) {
    }
    return check_device(choice, geometry, capabilities);
}

/** The first that the device can run, of those behind `after` (NULL: of all). */
static clpool_status choose_first(clpool_op op, const struct strategy *after, bool needs_other,
                                  const struct geometry *geometry, const struct capabilities *capabilities,
                                  struct choice *choice)
{
    const struct last_error kept = status_keep();
    clpool_status status = CLPOOL_DEVICE_LACKS;
    const struct strategy *strategy = NULL;
    bool is_behind = after == NULL;
    for (size_t i = 0; status != CLPOOL_SUCCESS && (strategy = strategy_at(op, i)) != NULL; i++) {
        const bool suits = strategy->suits == NULL || strategy->suits(capabilities);
        const bool has_kernel =
            needs_other ? strategy_has_other(strategy, geometry) : strategy_fuses_enough(strategy, false, geometry);
        if (is_behind && suits && has_kernel && strategy->takes(geometry)) {
            *choice = (struct choice){strategy, settings_default(strategy, geometry), CLPOOL_CHOSEN_BY_ORDER};
            status = fit_device(choice, geometry, capabilities);
        }
        is_behind = is_behind || strategy == after;
    }
    if (status == CLPOOL_SUCCESS) {
        status_restore(&kept); /* a row that was tried before may have failed */
    }
    return status; /* generic takes every problem, so a failure is the device's and has its sentence */
}

clpool_status strategy_choose_first(clpool_op op, const struct geometry *geometry,
                                    const struct capabilities *capabilities, struct choice *choice)
{
    return choose_first(op, NULL, false, geometry, capabilities, choice);
}

clpool_status strategy_choose_next(clpool_op op, bool needs_other, const struct geometry *geometry,
                                   const struct capabilities *capabilities, struct choice *choice)
{
    if (strategy_has_fixed_group(choice->strategy) && shrink_group(choice)) {
        return check_device(choice, geometry, capabilities);
    }
    return choose_first(op, choice->strategy, needs_other, geometry, capabilities, choice);
}

clpool_status strategy_choose_other(clpool_op op, const struct geometry *geometry,
                                    const struct capabilities *capabilities, struct choice *choice)
{
    return choose_first(op, NULL, true, geometry, capabilities, choice);
}
