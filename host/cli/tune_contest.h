/* SPDX-License-Identifier: Apache-2.0 */
/* Which of two is faster, on a machine whose speed changes from one second to the next: both run by turns. */
#ifndef CLI_TUNE_CONTEST_H
#define CLI_TUNE_CONTEST_H

#include "bench_operation.h"

/** Of the events or (where these say nothing) of the wall clock. */
typedef struct tune_contest {
    double usual; /**< median seconds */
    double other;
    double
        gain; /**< the usual time by the other: of medians or of lower quartiles, whichever is less. On a machine that
                      does other things one of them is often wrong, and seldom both. */
} tune_contest;

/** Runs both `runs` times by turns, or if that is 0 for about `budget` seconds, but at least five times; before that
 * each until it is warm. One that is many times slower runs no more than it takes to see that. */
exit_code tune_contest_run(const bench_operation *usual, const bench_operation *other, size_t runs, double budget,
                           tune_contest *made);

#endif
