/* SPDX-License-Identifier: Apache-2.0 */
/* How long something takes that is run often. */
#ifndef CLI_TIMING_H
#define CLI_TIMING_H

#include <stdbool.h>

#include "summary.h"
#include "target.h"

/** One run's seconds. */
typedef struct run_seconds {
    double event; /**< of OpenCL's profiling events; 0 on the host */
    double wall;  /**< from the call to its end */
} run_seconds;

typedef struct timing {
    size_t runs;
    bool has_event; /**< the events' times mean something; if not, `event` does not */
    summary event;
    summary wall;
} timing;

/** Runs once, for the round-th time. */
typedef exit_code (*timed_run)(const void *context, size_t round, run_seconds *took);

/** The most runs that are timed. */
#define TIMING_MOST_RUNS 1000

/** Runs at least once to warm up, and then `runs` times, or if that is 0 for about `budget` seconds, but at least three
 * times. */
exit_code timing_take(timed_run run, const void *context, size_t runs, double budget, timing *made);

/** The times of the clock that a rate is taken from: the events', and where they mean nothing wall time. */
const summary *timing_clock(const timing *of);

/** Waits for the queue and takes the times of the one command that was enqueued since `start`, and its event. */
exit_code timing_finish(const target *on, cl_event event, double start, run_seconds *took);

#endif
