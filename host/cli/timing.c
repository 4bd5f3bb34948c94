/* SPDX-License-Identifier: Apache-2.0 */
#include "timing.h"

#include <stdlib.h>

#include "report.h"
#include "stopwatch.h"

#define LEAST_RUNS 3

/* Some drivers' events say next to nothing (rusticl of Mesa 22.3: one nanosecond, whatever the work); what is below
 * this part of the wall time, which even the shortest kernel needs of a launch, is taken for that. */
#define LEAST_EVENT_PART 1e-3

/* Warms up for a tenth of the budget, at least once, and says how long a run takes. */
static exit_code warm_up(timed_run run, const void *context, double budget, size_t *rounds, double *each)
{
    double until = stopwatch_now() + budget / 10;
    exit_code code;
    *rounds = 0;
    do {
        run_seconds took = {0, 0};
        code = run(context, *rounds, &took);
        *each = *rounds == 0 || took.wall < *each ? took.wall : *each;
        (*rounds)++;
    } while (code == EXIT_DONE && stopwatch_now() < until && *rounds < TIMING_MOST_RUNS);
    return code;
}

static size_t runs_within(double budget, double each)
{
    double fit = each > 0 ? budget / each : TIMING_MOST_RUNS;
    return fit < LEAST_RUNS ? LEAST_RUNS : fit > TIMING_MOST_RUNS ? TIMING_MOST_RUNS : (size_t)fit;
}

exit_code timing_take(timed_run run, const void *context, size_t runs, double budget, timing *made)
{
    double *events, *walls;
    size_t rounds;
    double each;
    size_t i;
    exit_code code = warm_up(run, context, budget, &rounds, &each);
    if (code != EXIT_DONE) {
        return code;
    }
    made->runs = runs > 0 ? runs : runs_within(budget, each);
    events = calloc(made->runs, 2 * sizeof(*events));
    if (events == NULL) {
        return report_no_memory();
    }
    walls = events + made->runs;
    for (i = 0; i < made->runs && code == EXIT_DONE; i++) {
        run_seconds took = {0, 0};
        code = run(context, rounds + i, &took);
        events[i] = took.event;
        walls[i] = took.wall;
    }
    if (code == EXIT_DONE) {
        made->event = summary_make(events, made->runs);
        made->wall = summary_make(walls, made->runs);
        made->has_event = made->event.median >= LEAST_EVENT_PART * made->wall.median && made->event.median > 0;
    }
    free(events);
    return code;
}

const summary *timing_clock(const timing *of)
{
    return of->has_event ? &of->event : &of->wall;
}

/* The event has ended. */
static exit_code take_event(const target *on, cl_event event, double *seconds)
{
    cl_int status = CL_COMPLETE;
    cl_ulong start = 0, end = 0;
    cl_int code = clGetEventInfo(event, CL_EVENT_COMMAND_EXECUTION_STATUS, sizeof(status), &status, NULL);
    if (code == CL_SUCCESS && status < 0) {
        return report_cl(status, "the kernel", on->index);
    }
    if (code == CL_SUCCESS) {
        code = clGetEventProfilingInfo(event, CL_PROFILING_COMMAND_START, sizeof(start), &start, NULL);
    }
    if (code == CL_SUCCESS) {
        code = clGetEventProfilingInfo(event, CL_PROFILING_COMMAND_END, sizeof(end), &end, NULL);
    }
    *seconds = end > start ? 1e-9 * (double)(end - start) : 0;
    return code == CL_SUCCESS ? EXIT_DONE : report_cl(code, "clGetEventProfilingInfo", on->index);
}

exit_code timing_finish(const target *on, cl_event event, double start, run_seconds *took)
{
    cl_int code = clFinish(on->queue);
    took->wall = stopwatch_now() - start;
    return code == CL_SUCCESS ? take_event(on, event, &took->event) : report_cl(code, "clFinish", on->index);
}
