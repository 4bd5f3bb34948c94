/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of the buffers that a caller passes, before anything is enqueued. */
#ifndef CLPOOL_DEVICE_TENSOR_CHECK_H
#define CLPOOL_DEVICE_TENSOR_CHECK_H

#include "clpool.h"

enum tensor_access { TENSOR_READ = 1, TENSOR_WRITE = 2 };

/** A tensor in a caller's buffer: what is said of it, and (from tensor_check) where it lies. */
struct tensor {
    const char *name; /* for messages */
    clpool_buffer buffer;
    size_t elements;
    size_t element_bytes;
    unsigned access; /* tensor_access */
    cl_mem root;     /* the buffer, or the one that a sub-buffer is part of */
    size_t begin;    /* in bytes, within root */
    size_t end;
};

/** Checks one tensor against its buffer and fills root, begin and end.
 * Errors: CLPOOL_INVALID_BUFFER, CLPOOL_OPENCL_ERROR (also for what is no cl_mem at all). */
clpool_status tensor_check(cl_context context, struct tensor *tensor);

/** Checks that no tensor that is written shares memory with another one. Errors: CLPOOL_INVALID_BUFFER. */
clpool_status tensor_check_overlap(const struct tensor *tensors, size_t count);

#endif
