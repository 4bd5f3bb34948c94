/* SPDX-License-Identifier: Apache-2.0 */
/* How long an operation takes. */
#ifndef CLI_MEASUREMENT_H
#define CLI_MEASUREMENT_H

#include "runner.h"

typedef struct measurement {
    const char *strategy; /**< the one that ran; static */
    size_t bytes;         /**< of every tensor that is read or written */
    run_times times;      /**< the median of each */
} measurement;

/** Runs the operation once to warm up, then `runs` times. The tensors hold its results. */
exit_code measure(const target *on, const clpool_problem *problem, clpool_op op, const char *strategy,
                  const host_tensors *tensors, size_t runs, measurement *made);

#endif
