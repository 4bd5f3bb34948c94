/* SPDX-License-Identifier: Apache-2.0 */
#include "tune_contest.h"

#include <string.h>

#include "summary.h"

enum { LEAST_RUNS = 5, MOST_RUNS = 200, WARM_RUNS = 2 };

/* So many times slower is out of the contest. */
#define HOPELESS 4.0

/* Some drivers' events say next to nothing; see timing.c. */
#define LEAST_EVENT_PART 1e-3

/* Of one of the two. */
typedef struct times {
    double event[MOST_RUNS];
    double wall[MOST_RUNS];
    size_t count;
} times;

static exit_code run_once(const bench_operation *of, times *kept)
{
    run_seconds took = {0, 0};
    exit_code code = bench_operation_run(of, kept->count, &took);
    kept->event[kept->count] = took.event;
    kept->wall[kept->count] = took.wall;
    kept->count++;
    return code;
}

/* Runs to warm up, of which the last says how long it takes. */
static exit_code warm_up(const bench_operation *of, double give_up, double *wall)
{
    exit_code code = EXIT_DONE;
    int i;
    for (i = 0; i < WARM_RUNS && code == EXIT_DONE; i++) {
        run_seconds took = {0, 0};
        code = bench_operation_run(of, 0, &took);
        *wall = took.wall;
        if (took.wall > give_up) {
            break;
        }
    }
    return code;
}

/* By the clock that says something of both. */
static void summarize(times *usual, times *other, tune_contest *made)
{
    summary usual_time = summary_make(usual->event, usual->count);
    summary other_time = summary_make(other->event, other->count);
    summary usual_wall = summary_make(usual->wall, usual->count);
    summary other_wall = summary_make(other->wall, other->count);
    double by_median, by_lower;
    if (usual_time.median <= LEAST_EVENT_PART * usual_wall.median ||
        other_time.median <= LEAST_EVENT_PART * other_wall.median) {
        usual_time = usual_wall;
        other_time = other_wall;
    }
    made->usual = usual_time.median;
    made->other = other_time.median;
    by_median = usual_time.median / other_time.median;
    by_lower = usual_time.lower / other_time.lower;
    made->gain = by_median < by_lower ? by_median : by_lower;
}

static size_t runs_within(double budget, double each)
{
    double fit = each > 0 ? budget / each : (double)MOST_RUNS;
    return fit < (double)LEAST_RUNS ? LEAST_RUNS : fit > (double)MOST_RUNS ? MOST_RUNS : (size_t)fit;
}

exit_code tune_contest_run(const bench_operation *usual, const bench_operation *other, size_t runs, double budget,
                           tune_contest *made)
{
    times kept[2];
    double usual_wall = 0, other_wall = 0;
    size_t i;
    exit_code code = warm_up(usual, 1e9, &usual_wall);
    if (code == EXIT_DONE) {
        /* The first launch may compile: a second is no sign of a slow kernel. */
        code = warm_up(other, HOPELESS * usual_wall + 1, &other_wall);
    }
    made->usual = usual_wall;
    made->other = other_wall;
    made->gain = usual_wall / other_wall;
    if (code != EXIT_DONE || other_wall > HOPELESS * usual_wall) {
        return code;
    }
    memset(kept, 0, sizeof(kept));
    runs = runs == 0 ? runs_within(budget, usual_wall + other_wall) : runs < MOST_RUNS ? runs : MOST_RUNS;
    for (i = 0; i < 2 * runs && code == EXIT_DONE; i++) {
        /* usual, other, other, usual: neither is always the one that comes after the other. */
        bool others_turn = (i & 1) != ((i >> 1) & 1);
        code = run_once(others_turn ? other : usual, &kept[others_turn ? 1 : 0]);
    }
    if (code == EXIT_DONE) {
        summarize(&kept[0], &kept[1], made);
    }
    return code;
}
