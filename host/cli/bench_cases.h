/* SPDX-License-Identifier: Apache-2.0 */
/* The poolings that clpool bench runs. */
#ifndef CLI_BENCH_CASES_H
#define CLI_BENCH_CASES_H

#include "compare_cases.h"
#include "options.h"

/** Zeroed, it is empty. */
typedef struct bench_cases {
    compare_case *list; /**< without values for x */
    size_t count;
} bench_cases;

/** Makes the list of what was given: one case, or those of a suite whose names contain what --only says. */
exit_code bench_cases_make(const options *given, bench_cases *made);

void bench_cases_free(bench_cases *freed);

/** The index-th suite's name; NULL past the last. The last one is "all". */
const char *bench_suite_name(size_t index);

#endif
