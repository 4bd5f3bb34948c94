/* SPDX-License-Identifier: Apache-2.0 */
/* The OpenCL device under test, and buffers on it with canary bands around each tensor. */
#ifndef CLPOOL_TESTS_DEVICE_H
#define CLPOOL_TESTS_DEVICE_H

#include "clpool.h"

struct test_device {
    cl_platform_id platform;
    cl_device_id device;
    cl_context context;
    cl_command_queue queue; /* in order */
    char name[256];
};

/** Opens the device that CLPOOL_TEST_DEVICE asks for: "gpu" for the first GPU or accelerator, otherwise the first with
 * that in its platform's name or its own; not set, any device. Prints its name. Where there is none,
 * ends the program as missing_device() says. */
void test_device_open(struct test_device *device);

void test_device_close(struct test_device *device);

/** An out-of-order queue, or NULL where the device has none. */
cl_command_queue test_device_out_of_order_queue(const struct test_device *device);

/** A tensor in a buffer of its own, with canaries before and behind it. */
struct guarded {
    cl_mem mem;
    cl_mem parent; /* of which mem is a part; NULL: it is a buffer of its own */
    size_t margin; /* bytes of the parent before and behind mem */
    size_t offset; /* in elements */
    size_t elements;
    size_t element_bytes;
};

/** Makes a buffer with bands of `band` elements around the tensor, fills the bands with the canary, and the tensor
 * with `contents` or (NULL) with the canary as well. A tensor without an element has a band of at least one. */
struct guarded guarded_make(const struct test_device *device, size_t elements, size_t element_bytes, size_t band,
                            const void *contents);

/** The same as a sub-buffer in the middle of a larger buffer, which is filled with the canary too. */
struct guarded guarded_make_inside(const struct test_device *device, size_t elements, size_t element_bytes, size_t band,
                                   const void *contents);

/** The tensor for an enqueue function. */
clpool_buffer guarded_at(const struct guarded *guarded);

/** Copies the tensor into `tensor`, after all that was enqueued. False, with a message, if a canary is not whole. */
int guarded_read(const struct test_device *device, const struct guarded *guarded, void *tensor, char *message,
                 size_t size);

/** Whether the tensor equals `expected`, bit for bit, and all canaries are whole; otherwise writes what is not into
 * `message`. */
int guarded_equals(const struct test_device *device, const struct guarded *guarded, const void *expected, char *message,
                   size_t size);

/** Fails unless the tensor equals `expected`, bit for bit, and all canaries are whole. `what` and `detail` name
 * the tensor and the case in the message. */
void guarded_check(const struct test_device *device, const struct guarded *guarded, const void *expected,
                   const char *what, const char *detail);

void guarded_release(struct guarded *guarded);

#endif
