/* SPDX-License-Identifier: Apache-2.0 */
/* The OpenCL device under test, and buffers on it with canary bands around each tensor. */
#ifndef CLPOOL_TESTS_DEVICE_H
#define CLPOOL_TESTS_DEVICE_H

#include "clpool.h"

/** Exit status of a test program that cannot run here; ctest shows it as skipped. */
enum { EXIT_SKIPPED = 77 };

struct test_device {
    cl_platform_id platform;
    cl_device_id device;
    cl_context context;
    cl_command_queue queue; /* in order */
    char name[256];
};

/** Opens the device that the environment asks for:
 *   CLPOOL_TEST_DEVICE   "gpu" for the first GPU or accelerator, else a part of a platform's name; default: any device
 *   CLPOOL_TEST_REQUIRE  if set, a missing device is a failure and not a skip (a GPU may always be missing)
 * Prints its name. Where it is missing, says so and ends the program. */
void test_device_open(struct test_device *device);

void test_device_close(struct test_device *device);

/** An out-of-order queue, or NULL where the device has none. */
cl_command_queue test_device_out_of_order_queue(const struct test_device *device);

/** A tensor in a buffer of its own, with canaries before and behind it. */
struct guarded {
    cl_mem mem;
    size_t offset; /* in elements */
    size_t elements;
    size_t element_bytes;
};

/** Makes a buffer with bands of `band` elements around the tensor, fills the bands with the canary, and the tensor
 * with `contents` or (NULL) with the canary as well. */
struct guarded guarded_make(const struct test_device *device, size_t elements, size_t element_bytes, size_t band,
                            const void *contents);

/** The tensor for an enqueue function. */
clpool_buffer guarded_at(const struct guarded *guarded);

/** Fails unless the tensor equals `expected`, bit for bit, and both canary bands are whole. `what` and `detail` name
 * the tensor and the case in the message. */
void guarded_check(const struct test_device *device, const struct guarded *guarded, const void *expected,
                   const char *what, const char *detail);

void guarded_release(struct guarded *guarded);

#endif
