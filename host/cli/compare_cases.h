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
    clpool_problem problem;
    const array *x; /**< NULL: random values, made when the case runs */
} compare_case;

/** Zeroed, it is empty. */
typedef struct compare_cases {
    array picture; /**< the x of one case or more: the embedded photograph, or what the user gave */
    compare_case *list;
    size_t count;
} compare_cases;

/** Makes the list. With a file (.npy in f32, or PNG) it is that file with the pooling given. Without one it is the
 * embedded photograph with the pooling given, or where none was given the built-in suite. */
exit_code compare_cases_make(const char *file, const pooling *given, compare_cases *made);

void compare_cases_free(compare_cases *freed);

/** Random elements for x: few values, so that some windows have ties. */
void compare_fill_x(array *x);

/** Random elements for dy: none is zero, and adding them in another order gives other bits. */
void compare_fill_dy(array *dy);

#define CASE_TEXT_BYTES 512

/** Writes the case's geometry for people, and returns `text`. */
const char *compare_case_text(const compare_case *of, char text[CASE_TEXT_BYTES]);

#endif
