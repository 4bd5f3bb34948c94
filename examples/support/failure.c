/* SPDX-License-Identifier: Apache-2.0 */
#include "failure.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

_Noreturn void fail(exit_code code, const char *format, ...)
{
    char message[8192];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    (void)fprintf(stderr, "%s: %s\n", program_name, message);
    exit((int)code);
}

void check_cl(cl_int code, const char *what)
{
    if (code != CL_SUCCESS) {
        fail(EXIT_DEVICE_FAILED, "%s failed: %s", what, clpool_cl_error_name(code));
    }
}

void check_clpool(clpool_status status)
{
    if (status != CLPOOL_SUCCESS) {
        fail(EXIT_DEVICE_FAILED, "%s: %s", clpool_status_name(status), clpool_error_detail());
    }
}

void *allocate(size_t count, size_t element_bytes)
{
    void *memory = calloc(count, element_bytes);
    if (memory == NULL) {
        fail(EXIT_DEVICE_FAILED, "no memory for %zu elements of %zu bytes", count, element_bytes);
    }
    return memory;
}
