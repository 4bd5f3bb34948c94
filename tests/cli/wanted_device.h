/* SPDX-License-Identifier: Apache-2.0 */
/* The device that tests of the command run on. */
#ifndef CLPOOL_TESTS_WANTED_DEVICE_H
#define CLPOOL_TESTS_WANTED_DEVICE_H

/** What to say after --device for the device that CLPOOL_TEST_DEVICE asks for, the same one that test_device_open()
 * takes: "gpu", or a part of its platform's name or its own; not set, any device. NULL where there
 * is none. Valid until the next call. */
const char *wanted_device(void);

#endif
