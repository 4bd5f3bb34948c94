/* SPDX-License-Identifier: Apache-2.0 */
/* Questions about a plan. */
#include "base/status.h"
#include "plan/plan.h"
#include "problem/operation.h"

static clpool_status check_question(const clpool_plan *plan, clpool_op op)
{
    if (plan == NULL) {
        return status_fail(CLPOOL_INVALID_ARGUMENT, "plan is NULL");
    }
    if (op != CLPOOL_FORWARD && op != CLPOOL_BACKWARD && op != CLPOOL_UNPOOL) {
        return status_fail(CLPOOL_INVALID_ARGUMENT,
                           "op is %d; it must be CLPOOL_FORWARD, CLPOOL_BACKWARD or CLPOOL_UNPOOL", (int)op);
    }
    return CLPOOL_SUCCESS;
}

const clpool_problem *clpool_plan_problem(const clpool_plan *plan)
{
    return plan == NULL ? NULL : &plan->problem;
}

clpool_status plan_lacks(clpool_op op)
{
    static const char *const names[] = {"CLPOOL_FORWARD", "CLPOOL_BACKWARD", "CLPOOL_UNPOOL"};
    return status_fail(CLPOOL_UNSUPPORTED, "the plan was made without %s; see clpool_plan_options.operations",
                       names[op]);
}

/** What the plan runs for an operation. Errors: CLPOOL_INVALID_ARGUMENT, CLPOOL_UNSUPPORTED. */
static clpool_status find_operation(const clpool_plan *plan, clpool_op op, const struct operation **operation)
{
    clpool_status status = check_question(plan, op);
    if (status != CLPOOL_SUCCESS) {
        return status;
    }
    *operation = &plan->operations[operation_of(op)];
    if ((*operation)->choice.strategy == NULL) {
        status = op == CLPOOL_UNPOOL ? unpool_check(&plan->geometry)
                                     : backward_check(&plan->geometry, plan->geometry.mode, plan->geometry.mode, 0);
        return status == CLPOOL_SUCCESS ? plan_lacks(op) : status;
    }
    return CLPOOL_SUCCESS;
}

static clpool_status tell_strategy(const struct operation *operation, const char **name, const char **reason)
{
    if (name != NULL) {
        *name = operation->choice.strategy->name;
    }
    if (reason != NULL) {
        *reason = operation->choice.strategy->reason;
    }
    return CLPOOL_SUCCESS;
}

clpool_status clpool_plan_strategy(const clpool_plan *plan, clpool_op op, const char **name, const char **reason)
{
    const struct operation *operation = NULL;
    const clpool_status status = find_operation(plan, op, &operation);
    return status == CLPOOL_SUCCESS ? tell_strategy(operation, name, reason) : status;
}

clpool_status clpool_plan_recompute_strategy(const clpool_plan *plan, const char **name, const char **reason)
{
    const struct operation *from_mask = NULL;
    clpool_status status = find_operation(plan, CLPOOL_BACKWARD, &from_mask);
    if (status == CLPOOL_SUCCESS) {
        status = backward_check(&plan->geometry, CLPOOL_MAX, CLPOOL_MAX, 0);
    }
    return status == CLPOOL_SUCCESS ? tell_strategy(&plan->operations[OPERATION_RECOMPUTE], name, reason) : status;
}

clpool_status clpool_plan_settings(const clpool_plan *plan, clpool_op op, const char **settings)
{
    const struct operation *operation = NULL;
    const clpool_status status = find_operation(plan, op, &operation);
    if (status != CLPOOL_SUCCESS) {
        return status;
    }
    if (settings == NULL) {
        return status_fail(CLPOOL_INVALID_ARGUMENT, "the pointer for the answer is NULL");
    }
    *settings = operation->settings;
    return CLPOOL_SUCCESS;
}

clpool_status clpool_plan_chosen_by(const clpool_plan *plan, clpool_op op, clpool_chosen_by *by)
{
    const struct operation *operation = NULL;
    const clpool_status status = find_operation(plan, op, &operation);
    if (status != CLPOOL_SUCCESS) {
        return status;
    }
    if (by == NULL) {
        return status_fail(CLPOOL_INVALID_ARGUMENT, "the pointer for the answer is NULL");
    }
    *by = operation->choice.by;
    return CLPOOL_SUCCESS;
}

clpool_status clpool_plan_parameter(const clpool_plan *plan, clpool_op op, size_t index, const char **name,
                                    const unsigned **values, size_t *count)
{
    const struct operation *operation = NULL;
    const clpool_status status = find_operation(plan, op, &operation);
    if (status != CLPOOL_SUCCESS) {
        return status;
    }
    if (name == NULL || values == NULL || count == NULL) {
        return status_fail(CLPOOL_INVALID_ARGUMENT, "a pointer for the answer is NULL");
    }
    *name = NULL;
    *values = NULL;
    *count = 0;
    if (index < PARAMETERS_MOST) {
        const struct parameter *parameter = &operation->choice.strategy->parameters[index];
        *name = parameter->name;
        *values = parameter->values;
        while (parameter->name != NULL && *count < PARAMETER_VALUES_MOST && parameter->values[*count] != 0) {
            (*count)++;
        }
    }
    return CLPOOL_SUCCESS;
}

clpool_status clpool_plan_workspace_bytes(const clpool_plan *plan, clpool_op op, size_t *bytes)
{
    const clpool_status status = check_question(plan, op);
    if (status != CLPOOL_SUCCESS) {
        return status;
    }
    if (bytes == NULL) {
        return status_fail(CLPOOL_INVALID_ARGUMENT, "the pointer for the answer is NULL");
    }
    *bytes = 0;
    return CLPOOL_SUCCESS;
}
