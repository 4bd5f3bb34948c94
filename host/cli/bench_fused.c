/* SPDX-License-Identifier: Apache-2.0 */
#include "bench_fused.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench_tensors.h"
#include "elementwise.h"
#include "report.h"
#include "stopwatch.h"
#include "table.h"

/* Of each of the two ways, in seconds. */
#define WAY_BUDGET 0.3

typedef struct fused_row {
    const compare_case *of;
    const target *on;
    const char *strategy; /**< of the fused plan */
    timing separate;
    timing fused;
} fused_row;

/* One way to do the work. */
typedef struct way {
    const bench_tensors *tensors;
    elementwise pass;
    clpool_plan *plan;
    bool is_fused;
} way;

static exit_code open_way(way *opened, const bench_tensors *tensors, bool is_fused, const char *strategy)
{
    clpool_plan_options wanted;
    clpool_status status;
    exit_code code;
    memset(opened, 0, sizeof(*opened));
    memset(&wanted, 0, sizeof(wanted));
    opened->tensors = tensors;
    opened->is_fused = is_fused;
    code = elementwise_open(&opened->pass, tensors->on, tensors->problem, is_fused);
    if (code != EXIT_DONE) {
        return code;
    }
    wanted.struct_size = sizeof(wanted);
    wanted.operations = 1u << CLPOOL_FORWARD;
    wanted.forward_strategy = strategy;
    if (is_fused) {
        wanted.load_expression = ELEMENTWISE_EXPRESSION;
        wanted.activation = CLPOOL_RELU;
        wanted.parameter_count = ELEMENTWISE_PARAMETERS;
        wanted.parameters = clpool_at(opened->pass.parameters, 0);
    }
    status = clpool_plan_create(tensors->on->engine, tensors->problem, &wanted, &opened->plan);
    return status == CLPOOL_SUCCESS ? EXIT_DONE : target_report(tensors->on, status);
}

static void close_way(way *closed)
{
    clpool_plan_destroy(closed->plan);
    elementwise_close(&closed->pass);
}

/* A timed_run by wall time, launches included. */
static exit_code run_way(const void *context, size_t round, run_seconds *took)
{
    const way *run = context;
    const bench_tensors *tensors = run->tensors;
    const target *on = tensors->on;
    const size_t set = round % tensors->sets;
    clpool_buffer x = bench_tensors_buffer(tensors, SLOT_X, set);
    const clpool_buffer y = bench_tensors_buffer(tensors, SLOT_Y, set);
    const clpool_buffer mask = bench_tensors_buffer(tensors, SLOT_MASK, set);
    const double start = stopwatch_now();
    clpool_status status;
    cl_int code;
    if (!run->is_fused) {
        const clpool_buffer between = bench_tensors_buffer(tensors, SLOT_DX, set);
        exit_code passed = elementwise_enqueue(&run->pass, x, between, NULL);
        if (passed != EXIT_DONE) {
            return passed;
        }
        x = between;
    }
    status = clpool_enqueue_forward(run->plan, x, y, mask, on->queue, 0, NULL, NULL);
    if (status != CLPOOL_SUCCESS) {
        return report_status(status, on->index);
    }
    code = clFinish(on->queue);
    took->wall = stopwatch_now() - start;
    took->event = 0;
    return code == CL_SUCCESS ? EXIT_DONE : report_cl(code, "clFinish", on->index);
}

static exit_code measure(const bench_tensors *tensors, const char *strategy, size_t runs, fused_row *row)
{
    way ways[2];
    timing *const timings[] = {&row->separate, &row->fused};
    exit_code code = EXIT_DONE;
    int i;
    memset(ways, 0, sizeof(ways));
    for (i = 0; i < 2 && code == EXIT_DONE; i++) {
        report_progress("%s on %s, %s", row->of->name, row->on->index, i == 0 ? "two kernels" : "one");
        code = open_way(&ways[i], tensors, i == 1, strategy);
        if (code == EXIT_DONE) {
            code = timing_take(run_way, &ways[i], runs, WAY_BUDGET, timings[i]);
        }
    }
    if (code == EXIT_DONE) {
        (void)clpool_plan_strategy(ways[1].plan, CLPOOL_FORWARD, &row->strategy, NULL);
    }
    close_way(&ways[0]);
    close_way(&ways[1]);
    return code;
}

static exit_code run_case(const bench *of, const char *strategy, size_t runs, fused_row *row)
{
    bench_tensors tensors;
    exit_code code = bench_tensors_open(&tensors, row->on, &row->of->problem, of->cold);
    if (code == EXIT_DONE) {
        code = measure(&tensors, strategy, runs, row);
        bench_tensors_close(&tensors);
    }
    return code;
}

enum { COLUMN_DEVICE, COLUMN_CASE, COLUMN_STRATEGY, COLUMN_SEPARATE, COLUMN_FUSED, COLUMN_RATIO, COLUMNS };

static const table_column columns[COLUMNS] = {
    {"device", true},          {"case", true},      {"strategy", true},
    {"two kernels ms", false}, {"fused ms", false}, {"ratio", false},
};

static void fill_line(const void *table, size_t row, table_line *to)
{
    const fused_row *at = (const fused_row *)table + row;
    (void)snprintf(to->cells[COLUMN_DEVICE], TABLE_CELL_BYTES, "%s", at->on->index);
    (void)snprintf(to->cells[COLUMN_CASE], TABLE_CELL_BYTES, "%s", at->of->name);
    (void)snprintf(to->cells[COLUMN_STRATEGY], TABLE_CELL_BYTES, "%s", at->strategy);
    (void)snprintf(to->cells[COLUMN_SEPARATE], TABLE_CELL_BYTES, "%.4f", at->separate.wall.least * 1e3);
    (void)snprintf(to->cells[COLUMN_FUSED], TABLE_CELL_BYTES, "%.4f", at->fused.wall.least * 1e3);
    (void)snprintf(to->cells[COLUMN_RATIO], TABLE_CELL_BYTES, "%.2f", at->separate.wall.least / at->fused.wall.least);
}

static bool is_fusible(const target *on, const clpool_problem *problem)
{
    return on->context != NULL && problem->mode == CLPOOL_MAX && problem->dtype == CLPOOL_F32;
}

exit_code bench_fused_run(const bench *of, const char *strategy, size_t runs)
{
    size_t most = of->devices.count * of->cases.count, count = 0, device, i;
    fused_row *rows = calloc(most + 1, sizeof(*rows));
    exit_code worst = EXIT_DONE;
    if (rows == NULL) {
        return report_no_memory();
    }
    for (device = 0; device < of->devices.count; device++) {
        for (i = 0; i < of->cases.count; i++) {
            fused_row *row = &rows[count];
            row->on = &of->devices.targets[device];
            row->of = &of->cases.list[i];
            if (is_fusible(row->on, &row->of->problem)) {
                exit_code code = run_case(of, strategy, runs, row);
                count += code == EXIT_DONE;
                worst = code > worst ? code : worst;
            }
        }
    }
    report_progress_end();
    (void)printf(
        "scale and bias of each channel, ReLU, and maximum with its mask: a kernel for the elementwise work and\n"
        "one that pools, beside one for all; least wall times, launches included, and their ratio\n\n");
    table_print(columns, COLUMNS, rows, count, fill_line);
    (void)printf("\n%zu of %zu rows ran; the others are not of maximum in f32 on a device, or failed\n", count, most);
    free(rows);
    return worst;
}
