/* SPDX-License-Identifier: Apache-2.0 */
/* What a command does to values besides pooling them, as clpool_plan_options has it. */
#ifndef CLI_FUSED_H
#define CLI_FUSED_H

#include "array.h"
#include "clpool.h"
#include "pooling.h"

/** What the flags say. Zeroed, nothing. Strings are those of the command line. */
typedef struct fused_flags {
    const char *load_expression;
    const char *store_expression;
    const char *parameters; /**< a file */
    bool relu;
} fused_flags;

/** The same with the parameters in memory. */
typedef struct fused_work {
    const fused_flags *given;
    array parameters; /**< (P,) or (P, C); without data if there are none */
} fused_work;

/** The flag that asks for work besides pooling; NULL if none was given. */
const char *fused_flag(const fused_flags *given);

/** Checks what can be checked without an array. */
exit_code fused_check(const fused_flags *given, const pooling *pool);

/** Reads the parameters that a checked problem needs. The caller frees them with fused_free(), also on failure. */
exit_code fused_read(const fused_flags *given, const clpool_problem *problem, fused_work *read);

/** Writes what a plan is told. `parameters` holds the parameters, if there are any. */
void fused_options(const fused_work *work, cl_mem parameters, clpool_plan_options *options);

/** Shows which expressions a plan failed with: of one that breaks the rules the byte that the library's error names. */
void fused_explain(const fused_work *work, clpool_status status);

void fused_free(fused_work *freed);

#endif
