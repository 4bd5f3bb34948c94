/* SPDX-License-Identifier: Apache-2.0 */
/* What the layer asks of the limits; each function is called after the driver's own. */
#ifndef CLPOOL_TESTS_LIMITS_STATE_H
#define CLPOOL_TESTS_LIMITS_STATE_H

#include "faults/limits.h"

#include <CL/cl.h>

/** Changes what the device says of itself. */
void limits_apply(cl_device_info what, size_t size, void *value);

/** Changes what the device says of a kernel. */
void limits_apply_to_kernel(cl_kernel_work_group_info what, size_t size, void *value);

/** CL_SUCCESS, or what a device with the limits would say. */
cl_int limits_check_buffer(size_t bytes);
cl_int limits_check_build(const char *options);

/** A kernel without local arguments, which needs so many bytes of local memory itself. */
void limits_note_kernel(cl_kernel kernel, cl_ulong bytes);

/** An argument was set; without a value it is in local memory. */
void limits_note_argument(cl_kernel kernel, cl_uint index, size_t size, const void *value);

/** CL_SUCCESS, or what a device with the limits would say of a launch. */
cl_int limits_check_launch(cl_kernel kernel, cl_uint rank, const size_t *local);

#endif
