/* SPDX-License-Identifier: Apache-2.0 */
/* From a name to a device, its context and its programs. */
#ifndef EXAMPLES_DEVICE_H
#define EXAMPLES_DEVICE_H

#include <clpool.h>

/** The first device whose name, or whose platform's name, has `wanted` in it; NULL: what CLPOOL_DEVICE says in the
 * environment, and without that the first device of all. Fails where there is none. */
cl_device_id choose_device(const char *wanted);

/** Prints the names of a device and its platform. */
void print_device(cl_device_id device);

/** A context with this device alone. */
cl_context make_context(cl_device_id device);

/** A program built from a source that is embedded in the example; fails with the compiler's log. */
cl_program build_program(cl_context context, cl_device_id device, const unsigned char *source, size_t size,
                         const char *name);

/** A kernel of a program. */
cl_kernel make_kernel(cl_program program, const char *name);

#endif
