/* SPDX-License-Identifier: Apache-2.0 */
/* Makes a problem that fails smaller for as long as it fails. */
#ifndef CLPOOL_TESTS_SHRINK_H
#define CLPOOL_TESTS_SHRINK_H

#include "clpool.h"

/** Whether a problem, which is valid, still shows the failure. */
typedef int shrink_fails(void *context, const clpool_problem *problem);

/** The smallest problem on the way down from one that fails: each field in turn is set to its simplest value, or
 * halved, or made one less, and what still fails is kept, until nothing does. */
clpool_problem shrink_problem(clpool_problem problem, shrink_fails *fails, void *context);

#endif
