/* SPDX-License-Identifier: Apache-2.0 */
/* CMocka with the headers that it needs before it, and checks of clpool's statuses. */
#ifndef CLPOOL_TESTS_CMOCKA_H
#define CLPOOL_TESTS_CMOCKA_H

/* clang-format off */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include "clpool.h"

/** A call must succeed; otherwise the test fails with the sentence that the library gives. */
#define assert_success(call) assert_status_success((call), #call, __FILE__, __LINE__)

/** A call must fail with this status and a sentence that contains `text`. */
#define assert_fails(call, status, text) assert_status_fails((call), (status), (text), #call, __FILE__, __LINE__)

/** An OpenCL call must return CL_SUCCESS. */
#define assert_cl(call) assert_cl_success((call), #call, __FILE__, __LINE__)

void assert_status_success(clpool_status got, const char *call, const char *file, int line);
void assert_status_fails(clpool_status got, clpool_status wanted, const char *text, const char *call, const char *file,
                         int line);
void assert_cl_success(cl_int code, const char *call, const char *file, int line);

#endif
