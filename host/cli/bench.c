/* SPDX-License-Identifier: Apache-2.0 */
#include "bench.h"

#include <stdlib.h>
#include <string.h>

#include "bench_operation.h"
#include "report.h"
#include "runner.h"

/* Of each row, in seconds. */
#define ROW_BUDGET 0.3

/* A processor looks at about this many taps in ten seconds with the plainest kernel. */
#define MOST_TAPS 1e10

/* What the rows of one case on one target have in common. */
typedef struct case_run {
    bench *made;
    copy_speed *copy;
    const char *strategy;
    size_t runs;
    bench_tensors tensors;
} case_run;

static exit_code take_rates(const case_run *in, bench_row *row)
{
    const copy_point *copy;
    exit_code code;
    report_progress("a copy of %zu bytes on %s", row->bytes, row->on->index);
    code = copy_speed_find(in->copy, row->bytes, in->made->cold, &copy);
    if (code == EXIT_DONE) {
        double seconds;
        row->by_event = row->took.has_event && copy->took.has_event;
        seconds = row->by_event ? row->took.event.median : row->took.wall.median;
        row->rate = seconds > 0 ? (double)row->bytes / seconds : 0;
        row->copy_rate = copy_point_rate(copy, row->by_event);
    }
    return code;
}

static exit_code measure_row(const case_run *in, bench_row *row)
{
    bench_operation operation;
    exit_code code = bench_operation_open(&operation, &in->tensors, row->op, in->strategy);
    if (code != EXIT_DONE) {
        return code;
    }
    row->strategy = operation.strategy;
    row->reason = operation.reason;
    row->by = operation.by;
    row->bytes = bench_operation_bytes(&operation);
    row->sets = in->tensors.sets;
    report_progress("%s, %s on %s", row->of->name, bench_op_name(row->op), row->on->index);
    code = timing_take(bench_operation_run, &operation, in->runs, ROW_BUDGET, &row->took);
    if (code == EXIT_DONE) {
        code = take_rates(in, row);
    }
    bench_operation_close(&operation);
    return code;
}

static bench_row *add_row(bench *made, const compare_case *of, const target *on, bench_op op)
{
    bench_row *added = &made->rows[made->count++];
    added->of = of;
    added->on = on;
    added->op = op;
    return added;
}

static bool is_wanted(const bench *made, const clpool_problem *problem, bench_op op)
{
    return (made->ops == 0 || (made->ops & 1u << op) != 0) && bench_op_exists(problem, op);
}

/* True, and said in the row, if it is one that nobody asked for and that takes long. */
static bool leave_out(bench *made, bench_row *row)
{
    double taps = bench_op_taps(&row->of->problem, row->op);
    if (made->ops != 0 || taps <= MOST_TAPS) {
        return false;
    }
    row->state = BENCH_LEFT_OUT;
    message_set(&row->why, "it looks at %.1e taps; --op %s runs it", taps, bench_op_name(row->op));
    made->left_out++;
    return true;
}

/* Measures each operation; `ready` is what became of the tensors. */
static exit_code run_rows(const case_run *in, const compare_case *of, const target *on, exit_code ready)
{
    exit_code worst = ready;
    int op;
    for (op = 0; op < BENCH_OPS; op++) {
        bench_row *row;
        exit_code code;
        if (!is_wanted(in->made, &of->problem, (bench_op)op)) {
            continue;
        }
        row = add_row(in->made, of, on, (bench_op)op);
        if (leave_out(in->made, row)) {
            continue;
        }
        code = ready == EXIT_DONE ? measure_row(in, row) : ready;
        row->state = code == EXIT_DONE ? BENCH_RAN : BENCH_FAILED;
        in->made->failed += code == EXIT_DONE ? 0 : 1;
        worst = code > worst ? code : worst;
    }
    return worst;
}

static void add_unsupported(bench *made, const compare_case *of, const target *on, const message *why)
{
    int op;
    for (op = 0; op < BENCH_OPS; op++) {
        if (is_wanted(made, &of->problem, (bench_op)op)) {
            bench_row *row = add_row(made, of, on, (bench_op)op);
            row->state = BENCH_UNSUPPORTED;
            row->why = *why;
            made->unsupported++;
        }
    }
}

static exit_code run_case(case_run *in, const compare_case *of, const target *on)
{
    message why;
    exit_code code;
    if (runner_lacks(on, &of->problem, &why)) {
        add_unsupported(in->made, of, on, &why);
        return EXIT_DONE;
    }
    report_progress("%s, its tensors on %s", of->name, on->index);
    code = bench_tensors_open(&in->tensors, on, &of->problem, in->made->cold);
    if (code == EXIT_DONE) {
        code = bench_operation_prepare(&in->tensors);
    }
    code = run_rows(in, of, on, code);
    bench_tensors_close(&in->tensors);
    return code;
}

exit_code bench_run(bench *made, const char *strategy, size_t runs)
{
    case_run in = {.made = made, .strategy = strategy, .runs = runs};
    exit_code worst = EXIT_DONE;
    size_t device, i;
    made->copies = calloc(made->devices.count, sizeof(*made->copies));
    made->rows = calloc(made->devices.count * made->cases.count * BENCH_OPS, sizeof(*made->rows));
    if (made->copies == NULL || made->rows == NULL) {
        return report_no_memory();
    }
    for (device = 0; device < made->devices.count; device++) {
        const target *on = &made->devices.targets[device];
        exit_code code = copy_speed_open(&made->copies[device], on);
        in.copy = &made->copies[device];
        for (i = 0; i < made->cases.count && code == EXIT_DONE; i++) {
            exit_code ran = run_case(&in, &made->cases.list[i], on);
            worst = ran > worst ? ran : worst;
        }
        worst = code > worst ? code : worst;
    }
    report_progress_end();
    return worst;
}

void bench_free(bench *freed)
{
    size_t i;
    for (i = 0; freed->copies != NULL && i < freed->devices.count; i++) {
        copy_speed_close(&freed->copies[i]);
    }
    free(freed->copies);
    free(freed->rows);
    bench_cases_free(&freed->cases);
    target_list_close(&freed->devices);
    memset(freed, 0, sizeof(*freed));
}
