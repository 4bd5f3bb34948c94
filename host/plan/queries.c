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

clpool_status clpool_plan_strategy(const clpool_plan *plan, clpool_op op, const char **name, const char **reason)
{
    clpool_status status = check_question(plan, op);
    if (status != CLPOOL_SUCCESS) {
        return status;
    }
    const struct strategy *strategy = plan->operations[operation_of(op)].strategy;
    if (strategy == NULL) {
        status = op == CLPOOL_UNPOOL ? unpool_check(&plan->geometry)
                                     : backward_check(&plan->geometry, plan->geometry.mode, plan->geometry.mode, 0);
        return status == CLPOOL_SUCCESS ? plan_lacks(op) : status;
    }
    if (name != NULL) {
        *name = strategy->name;
    }
    if (reason != NULL) {
        *reason = strategy->reason;
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
