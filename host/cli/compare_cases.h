/* SPDX-License-Identifier: Apache-2.0 */
/* The poolings that clpool compare runs. */
#ifndef CLI_COMPARE_CASES_H
#define CLI_COMPARE_CASES_H

#include "array.h"
#include "clpool.h"
#include "pooling.h"

#define CASE_NAME_BYTES 40

typedef struct compare_case {
    char name[CASE_NAME_BYTES];
    const char *mode; /**< as --mode has it */
    clpool_problem problem;
    const array *x; /**< NULL: random values, made when the case runs */
} compare_case;

/** Zeroed, it is empty. */
typedef struct compare_cases {
    array picture;      /**< the x of one case or more: the embedded photograph, or what the user gave */
    clpool_dtype dtype; /**< of its elements, and of every case */
    compare_case *list;
    size_t count;
} compare_cases;

/** Makes the list. With a file (.npy or PNG) it is that file with the pooling given. Without one it is the embedded
 * photograph with the pooling given, or where none was given the built-in suite. Pictures and the suite get the dtype
 * and the layout that were given; arrays must have them. */
exit_code compare_cases_make(const char *file, const pooling *given, compare_cases *made);

void compare_cases_free(compare_cases *freed);

#define CASE_TEXT_BYTES 512

/** Writes the case's geometry for people, and returns `text`. */
const char *compare_case_text(const compare_case *of, char text[CASE_TEXT_BYTES]);

#endif
