/* SPDX-License-Identifier: Apache-2.0 */
/* What the environment asks of the tests. */
#ifndef CLPOOL_TESTS_ENVIRONMENT_H
#define CLPOOL_TESTS_ENVIRONMENT_H

#include <stddef.h>

/** Whether ci/test --long runs: CLPOOL_TEST_LONG=1. */
int test_is_long(void);

/** The number that a variable holds, or another where it is not set. */
size_t number_from_environment(const char *name, size_t otherwise);

#endif
