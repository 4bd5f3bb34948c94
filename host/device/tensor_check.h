/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of the buffers that a caller passes, before anything is enqueued. */
#ifndef CLPOOL_DEVICE_TENSOR_CHECK_H
#define CLPOOL_DEVICE_TENSOR_CHECK_H

#include "clpool.h"

enum tensor_access { TENSOR_READ = 1, TENSOR_WRITE = 2 };

/** A tensor in a caller's buffer: what is said of it, and (from tensors_check) where it lies. */
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

/** Checks each of the tensors of a call against its buffer, fills root, begin and end, and checks that none that is
 * written shares memory with another.
 * Errors: CLPOOL_INVALID_BUFFER, CLPOOL_OPENCL_ERROR (also for what is no cl_mem at all). */
clpool_status tensors_check(cl_context context, struct tensor *tensors, size_t count);

#endif
