/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of a program on the device under test share: the device, an engine for it, and random numbers.
 * device_group_open() and device_group_close() are the set-up and tear-down of cmocka's group. */
#ifndef CLPOOL_TESTS_DEVICE_GROUP_H
#define CLPOOL_TESTS_DEVICE_GROUP_H

#include "support/device.h"
#include "support/random.h"

extern struct test_device device;
extern clpool_engine *engine;
extern struct random random_source;

/** Opens the device, makes the engine, and seeds the random numbers from the environment. */
int device_group_open(void **state);

int device_group_close(void **state);

#endif
