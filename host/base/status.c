/* SPDX-License-Identifier: Apache-2.0 */
#include "base/status.h"

#include <stdarg.h>
#include <stdio.h>

static _Thread_local struct last_error last = {.detail = "", .cl_code = CL_SUCCESS};

clpool_status status_fail(clpool_status status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(last.detail, sizeof(last.detail), format, arguments);
    va_end(arguments);
    last.cl_code = CL_SUCCESS;
    return status;
}

clpool_status status_fail_cl(cl_int code, const char *format, ...)
{
    char what[STATUS_DETAIL_BYTES / 2];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(what, sizeof(what), format, arguments);
    va_end(arguments);
    const clpool_status status = code == CL_OUT_OF_HOST_MEMORY ? CLPOOL_OUT_OF_MEMORY : CLPOOL_OPENCL_ERROR;
    (void)status_fail(status, "%s: %s (%d)", what, clpool_cl_error_name(code), (int)code);
    last.cl_code = code;
    return status;
}

const char *clpool_error_detail(void)
{
    return last.detail;
}

cl_int clpool_error_cl_code(void)
{
    return last.cl_code;
}

struct last_error status_keep(void)
{
    return last;
}

void status_restore(const struct last_error *kept)
{
    last = *kept;
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
