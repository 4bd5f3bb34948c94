/* SPDX-License-Identifier: Apache-2.0 */
/* How the examples end when something is wrong: a sentence on stderr, and an exit status as the clpool command has it.
 * What was allocated is left to the system. */
#ifndef EXAMPLES_FAILURE_H
#define EXAMPLES_FAILURE_H

#include <clpool.h>

typedef enum exit_code {
    EXIT_DONE = 0,
    EXIT_DIFFERENCE = 1,   /**< what was compared differs */
    EXIT_BAD_INPUT = 2,    /**< usage or files */
    EXIT_DEVICE_FAILED = 3 /**< no such device, or OpenCL failed */
} exit_code;

/** What messages begin with; each program defines its own. */
extern const char *const program_name;

/** Prints "PROGRAM: MESSAGE" and exits. */
_Noreturn void fail(exit_code code, const char *format, ...)
#ifdef __GNUC__
    __attribute__((format(printf, 2, 3)))
#endif
    ;

/** Fails unless an OpenCL call succeeded; `what` is its name. */
void check_cl(cl_int code, const char *what);

/** Fails unless a call of clpool succeeded. */
void check_clpool(clpool_status status);

/** Memory for `count` elements, zeroed; fails where there is none. The caller frees it. */
void *allocate(size_t count, size_t element_bytes);

#endif
