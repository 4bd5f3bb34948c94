/* SPDX-License-Identifier: Apache-2.0 */
/* A caller's expression, as the kernels take it (kernels/fused.cl). */
#ifndef CLPOOL_PROBLEM_EXPRESSION_H
#define CLPOOL_PROBLEM_EXPRESSION_H

#include "clpool.h"

#include <stdbool.h>

/** Room for any translation: of three bytes, as "p0+", at most 33 come. */
enum { EXPRESSION_TEXT_BYTES = 12 * CLPOOL_MAX_EXPRESSION_BYTES };

/** Checks an expression, called `name` in errors, by the rules of clpool_plan_options, and writes it as a macro's body:
 * each number becomes a constant of the type of x, f64 or not, and each parameter what the kernels call it. What comes
 * out has nothing but x, constants, parameters, operators and the functions that act on each lane by itself.
 * Errors: CLPOOL_INVALID_ARGUMENT. */
clpool_status expression_translate(const char *name, const char *expression, unsigned parameter_count, bool is_f64,
                                   char text[EXPRESSION_TEXT_BYTES]);

#endif
