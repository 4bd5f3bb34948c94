/* SPDX-License-Identifier: Apache-2.0 */
#include "problem/mode.h"

#include "base/status.h"

bool mode_exists(clpool_mode mode)
{
    return mode == CLPOOL_MAX || mode == CLPOOL_AVERAGE || mode == CLPOOL_LP;
}

const char *mode_name(clpool_mode mode)
{
    switch (mode) {
    case CLPOOL_MAX:
        return "CLPOOL_MAX";
    case CLPOOL_AVERAGE:
        return "CLPOOL_AVERAGE";
    case CLPOOL_LP:
        return "CLPOOL_LP";
    }
    return "an unknown mode";
}

static clpool_status check_average(const clpool_problem *problem)
{
    if (problem->dtype == CLPOOL_I32) {
        return status_fail(CLPOOL_UNSUPPORTED, "dtype is i32; average has the float types, i8 and u8");
    }
    if (problem->divisor_rule != CLPOOL_INCLUDE_PAD && problem->divisor_rule != CLPOOL_EXCLUDE_PAD &&
        problem->divisor_rule != CLPOOL_FIXED_DIVISOR) {
        return status_fail(CLPOOL_UNSUPPORTED,
                           "divisor_rule is %d; this version supports CLPOOL_INCLUDE_PAD to CLPOOL_FIXED_DIVISOR "
                           "(0 to 2)",
                           (int)problem->divisor_rule);
    }
    if (problem->divisor_rule == CLPOOL_FIXED_DIVISOR && (problem->divisor == 0 || problem->divisor > UINT32_MAX)) {
        return status_fail(CLPOOL_INVALID_PROBLEM, "divisor is %zu; it must be 1 to %lu", problem->divisor,
                           (unsigned long)UINT32_MAX);
    }
    return CLPOOL_SUCCESS;
}

static clpool_status check_lp(const clpool_problem *problem)
{
    const struct dtype *dtype = dtype_find(problem->dtype);
    if (!dtype->is_float) {
        return status_fail(CLPOOL_UNSUPPORTED, "dtype is %s; Lp needs a float type", dtype->name);
    }
    return problem->p >= 1 ? CLPOOL_SUCCESS : status_fail(CLPOOL_INVALID_PROBLEM, "p is 0; it must be at least 1");
}

clpool_status mode_check(const clpool_problem *problem)
{
    switch (problem->mode) {
    case CLPOOL_AVERAGE:
        return check_average(problem);
    case CLPOOL_LP:
        return check_lp(problem);
    default:
        return CLPOOL_SUCCESS;
    }
}
