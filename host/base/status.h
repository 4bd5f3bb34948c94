/* SPDX-License-Identifier: Apache-2.0 */
/* The last error of each thread: a sentence and the raw OpenCL code behind it. */
#ifndef CLPOOL_BASE_STATUS_H
#define CLPOOL_BASE_STATUS_H

#include "clpool.h"

#if defined(__MINGW32__) && !defined(__clang__)
#define CLPOOL_PRINTF(format_index, first_index) __attribute__((format(gnu_printf, format_index, first_index)))
#elif defined(__GNUC__)
#define CLPOOL_PRINTF(format_index, first_index) __attribute__((format(printf, format_index, first_index)))
#else
#define CLPOOL_PRINTF(format_index, first_index)
#endif

/** Records the sentence for this thread, clears the OpenCL code, and returns `status`. */
clpool_status status_fail(clpool_status status, const char *format, ...) CLPOOL_PRINTF(2, 3);

/** The same for an OpenCL call that returned `code`. CL_OUT_OF_HOST_MEMORY becomes CLPOOL_OUT_OF_MEMORY, every other
 * code CLPOOL_OPENCL_ERROR; the sentence gets the code's name and number appended. */
clpool_status status_fail_cl(cl_int code, const char *format, ...) CLPOOL_PRINTF(2, 3);

enum { STATUS_DETAIL_BYTES = 512 };

/** A thread's last error. */
struct last_error {
    char detail[STATUS_DETAIL_BYTES];
    cl_int cl_code;
};

/** The last error as it is, for a call that tries what may fail and succeeds all the same: such calls do not change
 * it. */
struct last_error status_keep(void);

void status_restore(const struct last_error *kept);

#endif
