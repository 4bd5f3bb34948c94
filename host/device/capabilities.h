/* SPDX-License-Identifier: Apache-2.0 */
/* What a device can do, as far as pooling asks. */
#ifndef CLPOOL_DEVICE_CAPABILITIES_H
#define CLPOOL_DEVICE_CAPABILITIES_H

#include "clpool.h"

#include <stdbool.h>

struct capabilities {
    char name[128];
    unsigned opencl_version; /* 102 for OpenCL 1.2 */
    bool has_compiler;
    bool has_f64;
    bool keeps_denormals;  /* in f32 arithmetic */
    bool has_wide_items;   /* a CPU whose work-items are best wide vectors each, not lanes of one */
    bool has_local_memory; /* of its own, not a part of global memory */
    size_t local_bytes;    /* of a group */
    size_t compute_units;
    size_t work_group_limit;    /* work-items of a group along its first dimension */
    bool compiler_ends_process; /* on some kernels; see quirks.h */
    size_t loop_limit;          /* iterations that a work-item's loops may make in all; SIZE_MAX for a correct driver */
};

/** Asks the device. Errors: CLPOOL_OPENCL_ERROR, CLPOOL_OUT_OF_MEMORY. */
clpool_status capabilities_query(cl_device_id device, struct capabilities *capabilities);

/** Errors: CLPOOL_DEVICE_LACKS where a kernel's work-item would make more iterations than the device's limit. */
clpool_status capabilities_check_loops(const struct capabilities *capabilities, size_t iterations);

/** Says whether the device has what every plan needs. Errors: CLPOOL_DEVICE_LACKS. */
clpool_status capabilities_check(const struct capabilities *capabilities);

#endif
