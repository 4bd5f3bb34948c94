/* SPDX-License-Identifier: Apache-2.0 */
#include "base/status.h"

#include <stdarg.h>
#include <stdio.h>

enum { DETAIL_BYTES = 512 };

static _Thread_local char last_detail[DETAIL_BYTES];
static _Thread_local cl_int last_cl_code = CL_SUCCESS;

clpool_status status_fail(clpool_status status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(last_detail, sizeof(last_detail), format, arguments);
    va_end(arguments);
    last_cl_code = CL_SUCCESS;
    return status;
}

clpool_status status_fail_cl(cl_int code, const char *format, ...)
{
    char what[DETAIL_BYTES / 2];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(what, sizeof(what), format, arguments);
    va_end(arguments);
    const clpool_status status = code == CL_OUT_OF_HOST_MEMORY ? CLPOOL_OUT_OF_MEMORY : CLPOOL_OPENCL_ERROR;
    (void)status_fail(status, "%s: %s (%d)", what, clpool_cl_error_name(code), (int)code);
    last_cl_code = code;
    return status;
}

const char *clpool_error_detail(void)
{
    return last_detail;
}

cl_int clpool_error_cl_code(void)
{
    return last_cl_code;
}

const char *clpool_status_name(clpool_status status)
{
    switch (status) {
#define STATUS_NAME(name, value, sentence)                                                                             \
    case name:                                                                                                         \
        return #name;
        CLPOOL_STATUS_TABLE(STATUS_NAME)
#undef STATUS_NAME
    }
    return "unknown status";
}

const char *clpool_status_sentence(clpool_status status)
{
    switch (status) {
#define STATUS_SENTENCE(name, value, sentence)                                                                         \
    case name:                                                                                                         \
        return sentence;
        CLPOOL_STATUS_TABLE(STATUS_SENTENCE)
#undef STATUS_SENTENCE
    }
    return "unknown status";
}

int clpool_version(void)
{
    return CLPOOL_VERSION;
}
