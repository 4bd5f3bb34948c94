/* SPDX-License-Identifier: Apache-2.0 */
#include "tune_search.h"

#include <stdio.h>
#include <string.h>

#include "report.h"
#include "tune_contest.h"

/* A parameter's value is kept if it takes at most this part of the time of the one before. */
#define STEP_GAIN 0.98

/* Strategies that take more than so many times the usual time with their default parameters are not looked at
 * closely. */
#define NEAR 1.6
#define NEAR_QUICK 1.25

typedef struct search {
    const bench_tensors *tensors;
    bench_op op;
    tune_effort effort;
    const char *label;
    bench_operation usual;
    tune_result *found;
} search;

/* Settings, and their time as a part of the usual one's. */
typedef struct candidate {
    char settings[TUNE_SETTINGS_BYTES];
    double part;
} candidate;

static exit_code settings_of(const bench_operation *of, char settings[TUNE_SETTINGS_BYTES])
{
    const char *text;
    clpool_status status = clpool_plan_settings(of->plan, bench_op_runs(of->op), &text);
    if (status != CLPOOL_SUCCESS) {
        return target_report(of->tensors->on, status);
    }
    (void)snprintf(settings, TUNE_SETTINGS_BYTES, "%s", text);
    return EXIT_DONE;
}

/* Measures settings against the usual ones. `part` stays 0 where the problem or the device cannot have them. */
static exit_code try_settings(search *in, const char *settings, candidate *tried, bench_operation *opened)
{
    tune_contest contest;
    exit_code code;
    clpool_status status = bench_operation_try(opened, in->tensors, in->op, settings);
    tried->part = 0;
    if (status == CLPOOL_UNSUPPORTED || status == CLPOOL_DEVICE_LACKS) {
        return EXIT_DONE;
    }
    code = status == CLPOOL_SUCCESS ? settings_of(opened, tried->settings) : target_report(in->tensors->on, status);
    if (code != EXIT_DONE) {
        return code;
    }
    if (strcmp(tried->settings, in->found->usual) == 0) {
        tried->part = 1;
        return EXIT_DONE;
    }
    report_progress("%s: %s", in->label, tried->settings);
    code = tune_contest_run(&in->usual, opened, in->effort.runs, in->effort.quick ? 0.1 : 0.3, &contest);
    if (code == EXIT_DONE) {
        tried->part = 1 / contest.gain;
        in->found->tried++;
    }
    return code;
}

/* The candidate's settings with another value of one parameter. */
static void write_settings(const candidate *from, const char *name, unsigned value, char text[TUNE_SETTINGS_BYTES])
{
    size_t length = strlen(name);
    const char *at = from->settings + strcspn(from->settings, ":");
    size_t used = (size_t)(at - from->settings);
    (void)snprintf(text, TUNE_SETTINGS_BYTES, "%.*s", (int)used, from->settings);
    while (*at != '\0') {
        size_t part = strcspn(at + 1, ",") + 1;
        if (strncmp(at + 1, name, length) == 0 && at[1 + length] == '=') {
            used += (size_t)snprintf(text + used, TUNE_SETTINGS_BYTES - used, "%c%s=%u", *at, name, value);
        } else {
            used += (size_t)snprintf(text + used, TUNE_SETTINGS_BYTES - used, "%.*s", (int)part, at);
        }
        at += part;
    }
}

/* Tries each value of each parameter in turn, the others as they are best so far. `opened` has the strategy. */
static exit_code descend(search *in, const bench_operation *opened, candidate *best)
{
    const char *name;
    const unsigned *values;
    size_t count, parameter, i;
    exit_code code = EXIT_DONE;
    for (parameter = 0; code == EXIT_DONE; parameter++) {
        clpool_status status =
            clpool_plan_parameter(opened->plan, bench_op_runs(in->op), parameter, &name, &values, &count);
        if (status != CLPOOL_SUCCESS) {
            return target_report(in->tensors->on, status);
        }
        if (name == NULL) {
            break;
        }
        for (i = 1; i < count && code == EXIT_DONE; i++) {
            char settings[TUNE_SETTINGS_BYTES];
            bench_operation other;
            candidate tried;
            write_settings(best, name, values[i], settings);
            code = try_settings(in, settings, &tried, &other);
            if (code == EXIT_DONE && tried.part > 0 && tried.part < STEP_GAIN * best->part) {
                *best = tried;
            }
            bench_operation_close(&other);
        }
    }
    return code;
}

static exit_code try_strategy(search *in, const char *name, candidate *best)
{
    bench_operation opened;
    candidate tried;
    exit_code code = try_settings(in, name, &tried, &opened);
    if (code == EXIT_DONE && tried.part > 0 && tried.part < (in->effort.quick ? NEAR_QUICK : NEAR)) {
        code = descend(in, &opened, &tried);
        if (tried.part < best->part) {
            *best = tried;
        }
    }
    bench_operation_close(&opened);
    return code;
}

/* Measures the best once more, and where it wins again, yet once: the best of many measurements is also the
 * luckiest. */
static exit_code decide(search *in, const candidate *best)
{
    tune_result *found = in->found;
    bool is_other = strcmp(best->settings, found->usual) != 0;
    double budget = in->effort.quick ? 0.2 : 0.6;
    bench_operation other;
    tune_contest first = {0, 0, 1}, second = {0, 0, 1};
    exit_code code = bench_operation_open(&other, in->tensors, in->op, best->settings);
    if (code == EXIT_DONE) {
        report_progress("%s: %s again", in->label, best->settings);
        code = tune_contest_run(&in->usual, &other, in->effort.runs, budget, &first);
    }
    if (code == EXIT_DONE && is_other && first.gain > TUNE_LEAST_GAIN) {
        code = tune_contest_run(&in->usual, &other, in->effort.runs, budget, &second);
    }
    bench_operation_close(&other);
    found->usual_seconds = first.usual;
    found->best_seconds = first.usual;
    if (code == EXIT_DONE && is_other && first.gain > TUNE_LEAST_GAIN && second.gain > TUNE_LEAST_GAIN) {
        tune_contest worse = first.gain < second.gain ? first : second;
        (void)snprintf(found->best, sizeof(found->best), "%s", best->settings);
        found->usual_seconds = worse.usual;
        found->best_seconds = worse.other;
        found->gain = worse.gain;
    }
    return code;
}

static exit_code search_all(search *in)
{
    clpool_op runs = bench_op_runs(in->op);
    tune_result *found = in->found;
    candidate best = {.part = 1};
    const char *name;
    size_t i;
    exit_code code = settings_of(&in->usual, found->usual);
    (void)clpool_plan_chosen_by(in->usual.plan, runs, &found->by);
    (void)snprintf(found->best, sizeof(found->best), "%s", found->usual);
    (void)snprintf(best.settings, sizeof(best.settings), "%s", found->usual);
    for (i = 0; code == EXIT_DONE && (name = clpool_strategy_name(runs, i)) != NULL; i++) {
        code = try_strategy(in, name, &best);
    }
    return code == EXIT_DONE ? decide(in, &best) : code;
}

exit_code tune_search(const bench_tensors *tensors, bench_op op, tune_effort effort, const char *label,
                      tune_result *found)
{
    search in = {.tensors = tensors, .op = op, .effort = effort, .label = label, .found = found};
    exit_code code = bench_operation_open(&in.usual, tensors, op, NULL);
    memset(found, 0, sizeof(*found));
    found->gain = 1;
    found->tried = 1;
    if (code == EXIT_DONE) {
        code = search_all(&in);
    }
    bench_operation_close(&in.usual);
    return code;
}
