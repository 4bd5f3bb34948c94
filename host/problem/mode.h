/* SPDX-License-Identifier: Apache-2.0 */
/* What each mode of pooling needs of a problem. */
#ifndef CLPOOL_PROBLEM_MODE_H
#define CLPOOL_PROBLEM_MODE_H

#include "base/dtype.h"

bool mode_exists(clpool_mode mode);

/** The enumerator's name; "an unknown mode" for any other value. */
const char *mode_name(clpool_mode mode);

/** Checks the fields that are of one mode only, and that the mode has the dtype.
 * Errors: CLPOOL_INVALID_PROBLEM, CLPOOL_UNSUPPORTED. */
clpool_status mode_check(const clpool_problem *problem);

#endif
