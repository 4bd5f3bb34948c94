/* SPDX-License-Identifier: Apache-2.0 */
#include "tune.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"
#include "runner.h"

/* The plainest kernel, which is tried too, looks at about so many taps in ten seconds on a processor. */
#define MOST_TAPS 1e10

/* What a strategy is chosen for: forward with or without a mask is one choice, and so is backward. */
enum { TUNED_OPS = 1u << BENCH_FORWARD | 1u << BENCH_BACKWARD };

static bool is_wanted(const tune *of, const clpool_problem *problem, bench_op op)
{
    unsigned ops = of->ops == 0 ? TUNED_OPS : of->ops;
    return (ops & 1u << op) != 0 && bench_op_exists(problem, op);
}

static exit_code run_row(tune *made, const bench_tensors *tensors, tune_row *row)
{
    char label[CASE_NAME_BYTES + 64];
    exit_code code;
    (void)snprintf(label, sizeof(label), "%zu of %zu cases, %s, %s", (size_t)(row->of - made->cases.list) + 1,
                   made->cases.count, row->of->name, bench_op_name(row->op));
    code = tune_search(tensors, row->op, made->effort, label, &row->result);
    row->state = code == EXIT_DONE ? BENCH_RAN : BENCH_FAILED;
    made->ran += code == EXIT_DONE ? 1 : 0;
    made->failed += code == EXIT_DONE ? 0 : 1;
    return code;
}

/* Adds the rows of a case; of those that `ready` lets run, or that nothing speaks against. */
static exit_code run_rows(tune *made, const compare_case *of, const bench_tensors *tensors, exit_code ready,
                          const message *lacking)
{
    exit_code worst = ready;
    int op;
    for (op = 0; op < BENCH_OPS; op++) {
        tune_row *row = &made->rows[made->count];
        double taps = bench_op_taps(&of->problem, (bench_op)op);
        exit_code code = ready;
        if (!is_wanted(made, &of->problem, (bench_op)op)) {
            continue;
        }
        made->count++;
        row->of = of;
        row->op = (bench_op)op;
        if (lacking != NULL) {
            row->state = BENCH_UNSUPPORTED;
            row->why = *lacking;
        } else if (made->ops == 0 && taps > MOST_TAPS) {
            row->state = BENCH_LEFT_OUT;
            message_set(&row->why, "it looks at %.1e taps; --op %s runs it", taps, bench_op_name(row->op));
        } else if (ready == EXIT_DONE) {
            code = run_row(made, tensors, row);
        } else {
            row->state = BENCH_FAILED;
            made->failed++;
        }
        worst = code > worst ? code : worst;
    }
    return worst;
}

static exit_code run_case(tune *made, const compare_case *of)
{
    bench_tensors tensors;
    message why;
    exit_code code;
    if (runner_lacks(&made->on, &of->problem, &why)) {
        return run_rows(made, of, NULL, EXIT_DONE, &why);
    }
    report_progress("%s, its tensors", of->name);
    code = bench_tensors_open(&tensors, &made->on, &of->problem, made->cold);
    if (code == EXIT_DONE) {
        code = bench_operation_prepare(&tensors);
    }
    code = run_rows(made, of, &tensors, code, NULL);
    bench_tensors_close(&tensors);
    return code;
}

exit_code tune_run(tune *made)
{
    exit_code worst = EXIT_DONE;
    size_t i;
    made->rows = calloc(made->cases.count * BENCH_OPS, sizeof(*made->rows));
    if (made->rows == NULL) {
        return report_no_memory();
    }
    for (i = 0; i < made->cases.count; i++) {
        exit_code code = run_case(made, &made->cases.list[i]);
        worst = code > worst ? code : worst;
    }
    report_progress_end();
    return worst;
}

double tune_mean_gain(const tune *of)
{
    double sum = 0;
    size_t i;
    for (i = 0; i < of->count; i++) {
        sum += of->rows[i].state == BENCH_RAN ? log(of->rows[i].result.gain) : 0;
    }
    return of->ran == 0 ? 1 : exp(sum / (double)of->ran);
}

size_t tune_count_beyond(const tune *of, double gain)
{
    size_t beyond = 0, i;
    for (i = 0; i < of->count; i++) {
        beyond += of->rows[i].state == BENCH_RAN && of->rows[i].result.gain > gain ? 1 : 0;
    }
    return beyond;
}

void tune_free(tune *freed)
{
    free(freed->rows);
    tune_previous_free(&freed->previous);
    bench_cases_free(&freed->cases);
    target_close(&freed->on);
    memset(freed, 0, sizeof(*freed));
}
