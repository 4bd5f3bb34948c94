/* SPDX-License-Identifier: Apache-2.0 */
/* The search for the fastest strategy and parameters of one operation: every strategy with its default parameters, and
 * those that come near with one parameter after the other at each of its values. */
#ifndef CLI_TUNE_SEARCH_H
#define CLI_TUNE_SEARCH_H

#include "bench_operation.h"

#define TUNE_SETTINGS_BYTES 128

/** A win that is smaller is no reason to leave what is chosen without tuning: the next run might say the opposite. */
#define TUNE_LEAST_GAIN 1.05

/** How much is measured. */
typedef struct tune_effort {
    bool quick;
    size_t runs; /**< of each of two that are compared; 0: as many as take a fixed time */
} tune_effort;

typedef struct tune_result {
    char usual[TUNE_SETTINGS_BYTES]; /**< what is chosen without tuning */
    char best[TUNE_SETTINGS_BYTES];  /**< the same where nothing wins by TUNE_LEAST_GAIN */
    double usual_seconds;            /**< medians */
    double best_seconds;
    double gain;  /**< the usual time by the best; 1 where they are the same */
    size_t tried; /**< settings that were measured, the usual ones included */
    clpool_chosen_by by;
} tune_result;

/** Searches. `label` is what progress calls the operation. */
exit_code tune_search(const bench_tensors *tensors, bench_op op, tune_effort effort, const char *label,
                      tune_result *found);

#endif
