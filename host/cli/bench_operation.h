/* SPDX-License-Identifier: Apache-2.0 */
/* One operation on tensors that are there, and nothing else: no transfer to or from a device. */
#ifndef CLI_BENCH_OPERATION_H
#define CLI_BENCH_OPERATION_H

#include "bench_op.h"
#include "bench_tensors.h"
#include "timing.h"

/** Zeroed, it is closed. What it points to must outlive it. */
typedef struct bench_operation {
    const bench_tensors *tensors;
    bench_op op;
    clpool_plan *plan;    /**< NULL on the host */
    const char *strategy; /**< static, like the reason why it was chosen */
    const char *reason;
    clpool_chosen_by by;
} bench_operation;

/** Builds the plan. `strategy` may be NULL, and is ignored where the operation has none of this name. */
exit_code bench_operation_open(bench_operation *opened, const bench_tensors *tensors, bench_op op,
                               const char *strategy);

/** The same without a report of what fails. It is to be closed all the same. */
clpool_status bench_operation_try(bench_operation *opened, const bench_tensors *tensors, bench_op op,
                                  const char *strategy);

/** Runs it on the set whose turn it is in this round. `context` is the operation: it is a timed_run. */
exit_code bench_operation_run(const void *context, size_t round, run_seconds *took);

/** Bytes of its tensors: those that it reads and writes, each counted once. */
size_t bench_operation_bytes(const bench_operation *of);

void bench_operation_close(bench_operation *closed);

/** Fills y and the mask of every set, which backward reads. */
exit_code bench_operation_prepare(const bench_tensors *tensors);

#endif
