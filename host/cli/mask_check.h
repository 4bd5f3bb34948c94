/* SPDX-License-Identifier: Apache-2.0 */
/* The check of a mask on the host, which the library has for devices only. */
#ifndef CLI_MASK_CHECK_H
#define CLI_MASK_CHECK_H

#include "clpool.h"
#include "exit_code.h"

/** Counts the values of a mask that name no tap inside the tensor, as clpool_enqueue_check_mask() does. The problem
 * must be a checked one of maximum. */
exit_code mask_check(const clpool_problem *problem, const void *mask, cl_ulong *count);

#endif
