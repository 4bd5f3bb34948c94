/* SPDX-License-Identifier: Apache-2.0 */
/* The operations that clpool bench measures. */
#ifndef CLI_BENCH_OP_H
#define CLI_BENCH_OP_H

#include <stdbool.h>

#include "clpool.h"
#include "words.h"

typedef enum bench_op {
    BENCH_FORWARD,         /**< of maximum: with its mask */
    BENCH_FORWARD_NO_MASK, /**< maximum only */
    BENCH_BACKWARD,        /**< of maximum: from the mask */
    BENCH_RECOMPUTE,       /**< backward of maximum from x, with no mask kept */
    BENCH_OPS
} bench_op;

/** As people write it: "forward_no_mask". */
const char *bench_op_name(bench_op op);

/** The index-th of the names, in the order of the enumeration; NULL past the last. */
const char *word_of_bench_op(size_t index);

/** The library's operation that it is. */
clpool_op bench_op_runs(bench_op op);

/** True where the problem has the operation. */
bool bench_op_exists(const clpool_problem *problem, bench_op op);

/** About how many taps of windows a kernel that does nothing clever looks at. The problem must be a checked one. */
double bench_op_taps(const clpool_problem *problem, bench_op op);

/** Understands names with commas between them, as bits 1 << bench_op. On failure `why` says what is wrong. */
bool bench_ops_parse(const char *text, unsigned *ops, message *why);

#endif
