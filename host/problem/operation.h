/* SPDX-License-Identifier: Apache-2.0 */
/* What a call asks of a problem besides its tensors. */
#ifndef CLPOOL_PROBLEM_OPERATION_H
#define CLPOOL_PROBLEM_OPERATION_H

#include "problem/geometry.h"

/** Errors: CLPOOL_INVALID_ARGUMENT for a mask where the mode has none. */
clpool_status forward_check(const struct geometry *geometry, bool has_mask);

/** Checks that the mode is the one, or one of the two, that a call is for, that the dtype has gradients, and the flags.
 * Errors: CLPOOL_UNSUPPORTED, CLPOOL_INVALID_ARGUMENT for a bit that is no flag. */
clpool_status backward_check(const struct geometry *geometry, clpool_mode mode, clpool_mode other_mode, unsigned flags);

/** Errors: CLPOOL_UNSUPPORTED where the mode is not maximum. */
clpool_status unpool_check(const struct geometry *geometry);

#endif
