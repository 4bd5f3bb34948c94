/* SPDX-License-Identifier: Apache-2.0 */
#include "support/cmocka.h"

void assert_status_success(clpool_status got, const char *call, const char *file, int line)
{
    if (got != CLPOOL_SUCCESS) {
        print_error("%s: %s: %s\n", call, clpool_status_name(got), clpool_error_detail());
        _fail(file, line);
    }
}

void assert_status_fails(clpool_status got, clpool_status wanted, const char *text, const char *call, const char *file,
                         int line)
{
    if (got != wanted || strstr(clpool_error_detail(), text) == NULL) {
        print_error("%s:\n  gave   %s: %s\n  wanted %s: ...%s...\n", call, clpool_status_name(got),
                    clpool_error_detail(), clpool_status_name(wanted), text);
        _fail(file, line);
    }
}

void assert_cl_success(cl_int code, const char *call, const char *file, int line)
{
    if (code != CL_SUCCESS) {
        print_error("%s: %s (%d)\n", call, clpool_cl_error_name(code), (int)code);
        _fail(file, line);
    }
}
