/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/engine_choice.h"

#include "base/status.h"
#include "plan/tuned.h"
#include "problem/operation.h"

clpool_status engine_check_dtype(const clpool_engine *engine, const struct geometry *geometry)
{
    if (geometry->dtype->id == CLPOOL_F64 && !engine->capabilities.has_f64) {
        return status_fail(CLPOOL_DEVICE_LACKS, "device '%s' has no cl_khr_fp64; dtype f64 needs it",
                           engine->capabilities.name);
    }
    return CLPOOL_SUCCESS;
}

clpool_status engine_choose(const clpool_engine *engine, clpool_op op, const char *name,
                            const struct geometry *geometry, struct choice *choice)
{
    const struct capabilities *capabilities = &engine->capabilities;
    const struct {
        const struct tuning *tuning;
        clpool_chosen_by by;
    } tunings[] = {{&engine->tunings.file, CLPOOL_CHOSEN_BY_TUNING_FILE},
                   {&engine->tunings.table, CLPOOL_CHOSEN_BY_TABLE}};
    if (name != NULL) {
        const clpool_status status = strategy_choose_named(op, name, geometry, capabilities, choice);
        choice->by = CLPOOL_CHOSEN_BY_OPTION;
        return status;
    }
    for (size_t i = 0; i < sizeof(tunings) / sizeof(tunings[0]); i++) {
        if (tuned_choose(tunings[i].tuning, op, geometry, capabilities, choice)) {
            choice->by = tunings[i].by;
            return CLPOOL_SUCCESS;
        }
    }
    return strategy_choose_first(op, geometry, capabilities, choice);
}

/** Whether the problem has the operation. Errors as clpool_plan_strategy(). */
static clpool_status check_op(clpool_op op, const struct geometry *geometry)
{
    switch (op) {
    case CLPOOL_FORWARD:
        return CLPOOL_SUCCESS;
    case CLPOOL_BACKWARD:
        return backward_check(geometry, geometry->mode, geometry->mode, 0);
    case CLPOOL_UNPOOL:
        return unpool_check(geometry);
    default:
        return status_fail(CLPOOL_INVALID_ARGUMENT,
                           "op is %d; it must be CLPOOL_FORWARD, CLPOOL_BACKWARD or CLPOOL_UNPOOL", (int)op);
    }
}

clpool_status clpool_engine_strategy(const clpool_engine *engine, const clpool_problem *problem, clpool_op op,
                                     const char **name, const char **reason)
{
    struct choice choice = {.strategy = NULL};
    struct geometry geometry;
    if (engine == NULL) {
        return status_fail(CLPOOL_INVALID_ARGUMENT, "engine is NULL");
    }
    clpool_status status = geometry_from_problem(problem, &geometry);
    if (status == CLPOOL_SUCCESS) {
        status = check_op(op, &geometry);
    }
    if (status == CLPOOL_SUCCESS) {
        status = engine_check_dtype(engine, &geometry);
    }
    if (status == CLPOOL_SUCCESS) {
        status = engine_choose(engine, op, NULL, &geometry, &choice);
    }
    if (status == CLPOOL_SUCCESS && name != NULL) {
        *name = choice.strategy->name;
    }
    if (status == CLPOOL_SUCCESS && reason != NULL) {
        *reason = choice.strategy->reason;
    }
    return status;
}
