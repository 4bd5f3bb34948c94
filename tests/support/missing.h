/* SPDX-License-Identifier: Apache-2.0 */
/* What a test program does where the device that it shall test is not there. */
#ifndef CLPOOL_TESTS_MISSING_H
#define CLPOOL_TESTS_MISSING_H

/** Says that no device matches CLPOOL_TEST_DEVICE, and returns the exit status: 77, which ctest shows as skipped, or
 * with CLPOOL_TEST_REQUIRE in the environment a failure, unless it is a GPU that is missing. */
int missing_device(const char *wanted);

#endif
