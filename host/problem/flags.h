/* SPDX-License-Identifier: Apache-2.0 */
/* Flags of operations. */
#ifndef CLPOOL_PROBLEM_FLAGS_H
#define CLPOOL_PROBLEM_FLAGS_H

#include "clpool.h"

/** Errors: CLPOOL_INVALID_ARGUMENT for a bit that is no flag of backward. */
clpool_status backward_flags_check(unsigned flags);

#endif
