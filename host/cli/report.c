/* SPDX-License-Identifier: Apache-2.0 */
#include "report.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "colour.h"

static void print_line(colour name, const char *format, va_list arguments)
{
    report_progress_end();
    colour_begin(stderr, name);
    (void)fputs("clpool:", stderr);
    colour_end(stderr, name);
    (void)fputc(' ', stderr);
    (void)vfprintf(stderr, format, arguments);
    (void)fputc('\n', stderr);
}

exit_code report_error(exit_code code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_line(COLOUR_BAD, format, arguments);
    va_end(arguments);
    return code;
}

void report_note(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_line(COLOUR_PLAIN, format, arguments);
    va_end(arguments);
}

exit_code report_no_memory(void)
{
    return report_error(EXIT_DEVICE_FAILED, "out of host memory");
}

static exit_code exit_code_of(clpool_status status)
{
    switch (status) {
    case CLPOOL_SUCCESS:
        return EXIT_DONE;
    case CLPOOL_DEVICE_LACKS:
    case CLPOOL_OUT_OF_MEMORY:
    case CLPOOL_BUILD_FAILED:
    case CLPOOL_OPENCL_ERROR:
        return EXIT_DEVICE_FAILED;
    case CLPOOL_INVALID_ARGUMENT:
    case CLPOOL_INVALID_PROBLEM:
    case CLPOOL_INVALID_BUFFER:
    case CLPOOL_UNSUPPORTED:
        break;
    }
    return EXIT_BAD_INPUT;
}

exit_code report_status(clpool_status status, const char *where)
{
    return report_error(exit_code_of(status), "%s: %s", where, clpool_error_detail());
}

exit_code report_cl(cl_int code, const char *call, const char *where)
{
    return report_error(EXIT_DEVICE_FAILED, "%s: %s failed: %s (%d)", where, call, clpool_cl_error_name(code),
                        (int)code);
}

/* The line is cleared before each use, so a shorter one leaves nothing of a longer one behind. */
#define CLEAR_LINE "\r\033[K"

/* Whether progress is on the screen; for a signal handler to see. */
static volatile sig_atomic_t is_shown;

void report_progress(const char *format, ...)
{
    va_list arguments;
    if (!isatty(STDERR_FILENO)) {
        return;
    }
    is_shown = 1;
    (void)fputs(CLEAR_LINE, stderr);
    va_start(arguments, format);
    (void)vfprintf(stderr, format, arguments);
    va_end(arguments);
    (void)fflush(stderr);
}

void report_progress_end(void)
{
    if (is_shown) {
        (void)fputs(CLEAR_LINE, stderr);
        is_shown = 0;
    }
}

void report_progress_abandon(void)
{
    if (is_shown && write(STDERR_FILENO, CLEAR_LINE, strlen(CLEAR_LINE)) < 0) {
        is_shown = 0; /* nobody is there to see it */
    }
}
