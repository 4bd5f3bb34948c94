/* SPDX-License-Identifier: Apache-2.0 */
/* Building a program of a kernel family from source. */
#ifndef CLPOOL_DEVICE_PROGRAM_H
#define CLPOOL_DEVICE_PROGRAM_H

#include "clpool.h"

enum { PROGRAM_PARTS = 8 };

/** What a program is built from, but for the parts that all have. */
struct program_text {
    const char *definitions; /* of macros, before the first part; empty for most */
    const char *source;      /* a family's, in static storage */
    const char *options;     /* of the compiler */
};

/** The texts that make up a program, in order. */
void program_parts(const struct program_text *text, const char *parts[PROGRAM_PARTS]);

/** Builds a program for one device. *log becomes the compiler's log, which the caller frees, or
 * stays NULL where there is none to be had. *program is NULL on failure.
 * Errors: CLPOOL_BUILD_FAILED, CLPOOL_OUT_OF_MEMORY, CLPOOL_OPENCL_ERROR. */
clpool_status program_build(cl_context context, cl_device_id device, const struct program_text *text,
                            cl_program *program, char **log);

#endif
