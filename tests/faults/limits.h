/* SPDX-License-Identifier: Apache-2.0 */
/* A device that can less than the one at hand: the layer says so, and holds every caller to it. A child process gets
 * its limits by CLPOOL_LIMITS in the environment, as in "work_group=8 local=1024 allocation=65536 address_bits=32
 * f64=0". */
#ifndef CLPOOL_TESTS_LIMITS_H
#define CLPOOL_TESTS_LIMITS_H

#include <stdbool.h>
#include <stddef.h>

/** Zeroed, there is none. */
struct limits {
    size_t work_group;     /* items of a group; more: CL_INVALID_WORK_GROUP_SIZE */
    size_t local_bytes;    /* of local memory, and it has its own; more: CL_OUT_OF_RESOURCES */
    size_t allocation;     /* bytes of a buffer; more: CL_INVALID_BUFFER_SIZE */
    unsigned address_bits; /* that it says to have */
    bool lacks_f64;        /* programs that use it do not build */
    bool has_narrow_items; /* as GPUs do: no vectors in a work-item */
};

/** From now on. */
void limits_set(const struct limits *limits);

#endif
