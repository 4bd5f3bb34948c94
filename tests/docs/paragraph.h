/* SPDX-License-Identifier: Apache-2.0 */
/* What the paragraphs of C in docs/coming-from.md find around them. tests/docs/test_docs.sh makes one function of each,
 * between PARAGRAPH_BEGIN and PARAGRAPH_END, and turns the comments that state values into EXPECT lines. */
#ifndef CLPOOL_TESTS_DOCS_PARAGRAPH_H
#define CLPOOL_TESTS_DOCS_PARAGRAPH_H

#define CL_TARGET_OPENCL_VERSION 120
#include <clpool.h>

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "docs/close_enough.h"

enum { PARAGRAPH_ELEMENTS = 4096 };

static float paragraph_x[PARAGRAPH_ELEMENTS], paragraph_y[PARAGRAPH_ELEMENTS], paragraph_dy[PARAGRAPH_ELEMENTS],
    paragraph_dx[PARAGRAPH_ELEMENTS];
static int64_t paragraph_mask[PARAGRAPH_ELEMENTS], paragraph_plane[PARAGRAPH_ELEMENTS],
    paragraph_argmax[PARAGRAPH_ELEMENTS];

static void paragraph_reset(void)
{
    for (int i = 0; i < PARAGRAPH_ELEMENTS; i++) {
        paragraph_x[i] = (float)(i + 1);
        paragraph_dy[i] = 1;
        paragraph_y[i] = paragraph_dx[i] = 0;
        paragraph_mask[i] = paragraph_plane[i] = paragraph_argmax[i] = 0;
    }
}

static void paragraph_check(clpool_status status, const char *what, int line)
{
    if (status != CLPOOL_SUCCESS) {
        fprintf(stderr, "line %d: %s: %s: %s\n", line, what, clpool_status_name(status), clpool_error_detail());
        exit(EXIT_FAILURE);
    }
}

/* Fails unless the values of `text` are the first `count` ones that `at` gives. */
static void paragraph_expect(const char *name, double (*at)(const void *, size_t), const void *values, size_t count,
                             const char *text, int line)
{
    size_t i = 0;
    char *end;
    for (double expected = strtod(text, &end); end != text; expected = strtod(text, &end), i++) {
        if (!close_enough(at(values, i), expected)) {
            fprintf(stderr, "line %d: %s[%zu] is %.8g, not %g\n", line, name, i, at(values, i), expected);
            exit(EXIT_FAILURE);
        }
        text = end;
    }
    if (i != count) {
        fprintf(stderr, "line %d: %s has %zu elements, and %zu values are stated\n", line, name, count, i);
        exit(EXIT_FAILURE);
    }
}

static inline double paragraph_float_at(const void *values, size_t i)
{
    return (double)((const float *)values)[i];
}

static inline double paragraph_integer_at(const void *values, size_t i)
{
    return (double)((const int64_t *)values)[i];
}

static inline size_t paragraph_elements(const clpool_problem *problem, clpool_tensor tensor, int line)
{
    size_t elements = 0;
    paragraph_check(clpool_tensor_elements(problem, tensor, &elements), "clpool_tensor_elements", line);
    return elements;
}

/* Forward must run on every problem that a paragraph makes. */
static void paragraph_forward(const clpool_problem *problem, int line)
{
    size_t bytes = 0;
    paragraph_check(clpool_problem_check(problem), "clpool_problem_check", line);
    paragraph_check(clpool_tensor_bytes(problem, CLPOOL_X, &bytes), "clpool_tensor_bytes", line);
    if (bytes > sizeof(paragraph_x)) {
        fprintf(stderr, "line %d: x is too large for the test\n", line);
        exit(EXIT_FAILURE);
    }
    paragraph_check(
        clpool_native_forward(problem, paragraph_x, paragraph_y, problem->mode == CLPOOL_MAX ? paragraph_mask : NULL),
        "clpool_native_forward", line);
}

#define PARAGRAPH_BEGIN                                                                                                \
    clpool_problem problem = clpool_problem_2d(1, 1, 4, 4, 3, 2, 1);                                                   \
    float *x = paragraph_x, *y = paragraph_y, *dy = paragraph_dy, *dx = paragraph_dx;                                  \
    void *mask = paragraph_mask;                                                                                       \
    int64_t *plane = paragraph_plane, *argmax = paragraph_argmax;                                                      \
    clpool_status status = CLPOOL_SUCCESS;                                                                             \
    paragraph_reset();

#define PARAGRAPH_END                                                                                                  \
    (void)x, (void)y, (void)dy, (void)dx, (void)mask, (void)plane, (void)argmax;                                       \
    paragraph_check(status, "status", __LINE__);                                                                       \
    paragraph_forward(&problem, __LINE__);

/* After a statement that sets it, each status is looked at. */
#define PARAGRAPH_STATUS paragraph_check(status, "status", __LINE__);

#define EXPECT_y(text)                                                                                                 \
    paragraph_forward(&problem, __LINE__);                                                                             \
    paragraph_expect("y", paragraph_float_at, y, paragraph_elements(&problem, CLPOOL_Y, __LINE__), text, __LINE__);
#define EXPECT_dx(text)                                                                                                \
    paragraph_expect("dx", paragraph_float_at, dx, paragraph_elements(&problem, CLPOOL_X, __LINE__), text, __LINE__);
#define EXPECT_plane(text)                                                                                             \
    paragraph_expect("plane", paragraph_integer_at, plane, paragraph_elements(&problem, CLPOOL_Y, __LINE__), text,     \
                     __LINE__);
#define EXPECT_argmax(text)                                                                                            \
    paragraph_expect("argmax", paragraph_integer_at, argmax, paragraph_elements(&problem, CLPOOL_Y, __LINE__), text,   \
                     __LINE__);

#endif
