/* SPDX-License-Identifier: Apache-2.0 */
/* What backward is asked for. */
#ifndef CLPOOL_PROBLEM_BACKWARD_H
#define CLPOOL_PROBLEM_BACKWARD_H

#include "base/dtype.h"

/** Checks that a dtype has gradients, and the flags of backward.
 * Errors: CLPOOL_UNSUPPORTED for integers, CLPOOL_INVALID_ARGUMENT for a bit that is no flag. */
clpool_status backward_check(const struct dtype *dtype, unsigned flags);

#endif
