/* SPDX-License-Identifier: Apache-2.0 */
/* Building a program of a kernel family from source. */
#ifndef CLPOOL_DEVICE_PROGRAM_H
#define CLPOOL_DEVICE_PROGRAM_H

#include "clpool.h"

enum { PROGRAM_PARTS = 6 };

/** The texts that make up the program of a family's `source`, in order. */
void program_parts(const char *source, const char *parts[PROGRAM_PARTS]);

/** Builds the common parts + `source` for one device. *log becomes the compiler's log, which the caller frees, or
 * stays NULL where there is none to be had. *program is NULL on failure.
 * Errors: CLPOOL_BUILD_FAILED, CLPOOL_OUT_OF_MEMORY, CLPOOL_OPENCL_ERROR. */
clpool_status program_build(cl_context context, cl_device_id device, const char *source, const char *options,
                            cl_program *program, char **log);

#endif
