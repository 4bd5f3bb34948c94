/* SPDX-License-Identifier: Apache-2.0 */
/* Questions about a plan. */
#include "base/status.h"
#include "plan/plan.h"
#include "problem/backward.h"

static clpool_status check_question(const clpool_plan *plan, clpool_op op)
{
    if (plan == NULL) {
        return status_fail(CLPOOL_INVALID_ARGUMENT, "plan is NULL");
    }
    if (op != CLPOOL_FORWARD && op != CLPOOL_BACKWARD) {
        return status_fail(CLPOOL_INVALID_ARGUMENT, "op is %d; it must be CLPOOL_FORWARD or CLPOOL_BACKWARD", (int)op);
    }
    return CLPOOL_SUCCESS;
}

const clpool_problem *clpool_plan_problem(const clpool_plan *plan)
{
    return plan == NULL ? NULL : &plan->problem;
}

clpool_status clpool_plan_strategy(const clpool_plan *plan, clpool_op op, const char **name, const char **reason)
{
    const clpool_status status = check_question(plan, op);
    if (status != CLPOOL_SUCCESS) {
        return status;
    }
    const enum operation_id id = op == CLPOOL_FORWARD ? OPERATION_FORWARD_MASK : OPERATION_BACKWARD;
    const struct strategy *strategy = plan->operations[id].strategy;
    if (strategy == NULL) {
        return backward_check(plan->geometry.dtype, 0);
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
