/* SPDX-License-Identifier: Apache-2.0 */
/* The comparison as people read it. */
#include "comparison.h"

#include <math.h>
#include <stdio.h>

#include "table.h"

static const table_column columns[] = {
    {"device", true},    {"case", true},       {"op", true},         {"strategy", true},
    {"result", true},    {"kernel ms", false}, {"to dev ms", false}, {"from dev ms", false},
    {"total ms", false}, {"GB/s", false},      {"kernel x", false},  {"total x", false},
};
#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

/* The column from which on a row that did not run has only a text. */
enum { RESULT_COLUMN = 4 };

static const char *verdict(const comparison_row *of)
{
    if (of->outputs == 0) {
        return "base";
    }
    if (!comparison_row_agrees(of)) {
        return "DIFFERENT";
    }
    return comparison_row_bounded(of) ? "within bound" : "equal";
}

static colour verdict_colour(const comparison_row *of)
{
    return of->outputs == 0 ? COLOUR_PLAIN : comparison_row_agrees(of) ? COLOUR_GOOD : COLOUR_BAD;
}

/* A duration, or "-" where there is none to speak of. */
static void put_ms(char cell[TABLE_CELL_BYTES], double seconds, bool known)
{
    (void)snprintf(cell, TABLE_CELL_BYTES, known ? "%.3f" : "-", seconds * 1e3);
}

/* How many times `part` goes into `whole`. */
static void put_ratio(char cell[TABLE_CELL_BYTES], double whole, double part, bool known)
{
    (void)snprintf(cell, TABLE_CELL_BYTES, known && part > 0 ? "%.2f" : "-", whole / part);
}

static void fill_line(const void *table, size_t row, table_line *to)
{
    const comparison_row *of = &((const comparison *)table)->rows[row];
    const run_times *times = &of->measured.times;
    bool timed = comparison_row_timed(of);
    bool moved = timed && of->on->context != NULL;
    (void)snprintf(to->cells[0], TABLE_CELL_BYTES, "%s", of->on->index);
    (void)snprintf(to->cells[1], TABLE_CELL_BYTES, "%s", of->of->name);
    (void)snprintf(to->cells[2], TABLE_CELL_BYTES, "%s", comparison_op_name(of->op));
    (void)snprintf(to->cells[3], TABLE_CELL_BYTES, "%s", of->state == ROW_RAN ? of->measured.strategy : "-");
    if (of->state != ROW_RAN) {
        to->used = RESULT_COLUMN;
        message_set(&to->rest, of->state == ROW_FAILED ? "failed" : "not supported: %s", of->why.text);
        return;
    }
    (void)snprintf(to->cells[RESULT_COLUMN], TABLE_CELL_BYTES, "%s", verdict(of));
    to->colours[RESULT_COLUMN] = verdict_colour(of);
    put_ms(to->cells[5], times->kernel, timed);
    put_ms(to->cells[6], times->to_device, moved);
    put_ms(to->cells[7], times->from_device, moved);
    put_ms(to->cells[8], times->total, true);
    put_ratio(to->cells[9], (double)of->measured.bytes * 1e-9, times->kernel, timed);
    put_ratio(to->cells[10], of->native, times->kernel, timed);
    put_ratio(to->cells[11], of->native, times->total, true);
}

static void print_heading(const comparison *of)
{
    char text[CASE_TEXT_BYTES];
    size_t i;
    (void)printf("%-8s  %s\n", of->native.index, of->native.name);
    for (i = 0; i < of->devices.count; i++) {
        if (of->devices.targets[i].context != NULL) {
            (void)printf("%-8s  %s\n", of->devices.targets[i].index, of->devices.targets[i].name);
        }
    }
    (void)printf("\n");
    for (i = 0; i < of->cases.count; i++) {
        (void)printf("%-16s  %s\n", of->cases.list[i].name, compare_case_text(&of->cases.list[i], text));
    }
    (void)printf("\nGB/s: all tensors of the operation by kernel time. x: how many times faster than native.\n\n");
}

/* Says once why there are devices without times. */
static void print_untimed(const comparison *of)
{
    size_t row;
    for (row = 0; row < of->count; row++) {
        if (of->rows[row].state == ROW_RAN && !comparison_row_timed(&of->rows[row])) {
            (void)printf("%s: its driver gives no usable times of kernels and transfers; total is wall time\n",
                         of->rows[row].on->index);
            return;
        }
    }
}

static void print_difference(const comparison_row *of, const struct row_output *output)
{
    (void)printf("%s, %s, %s: %s %s in %zu of %zu elements, first at index %zu", of->on->index, of->of->name,
                 comparison_op_name(of->op), output->name, output->bounded ? "is outside of its bound" : "differs",
                 output->from_native.count, output->elements, output->from_native.first);
    if (output->bounded && isfinite(output->worst)) {
        (void)printf("; the worst error is %.3g times the bound", output->worst);
    }
    (void)printf("\n");
}

static void print_differences(const comparison *of)
{
    size_t row;
    unsigned i;
    for (row = 0; row < of->count; row++) {
        const comparison_row *at = &of->rows[row];
        for (i = 0; i < at->outputs; i++) {
            if (at->output[i].from_native.count > 0) {
                print_difference(at, &at->output[i]);
            }
        }
    }
}

static void print_summary(const comparison *of)
{
    colour in = of->different > 0 ? COLOUR_BAD : of->compared > 0 ? COLOUR_GOOD : COLOUR_PLAIN;
    if (of->failed > 0) {
        (void)printf("%zu of %zu rows failed\n", of->failed, of->count);
    }
    if (of->unsupported > 0) {
        (void)printf("%zu of %zu rows are not supported by their device\n", of->unsupported, of->count);
    }
    colour_begin(stdout, in);
    if (of->different > 0) {
        (void)printf("%zu of %zu comparisons differ\n", of->different, of->compared);
    } else if (of->bounded > 0) {
        (void)printf("all %zu comparisons agree: %zu are bit-equal, %zu within the bound of their mode\n", of->compared,
                     of->compared - of->bounded, of->bounded);
    } else if (of->compared > 0) {
        (void)printf("all %zu comparisons are bit-equal\n", of->compared);
    } else {
        (void)printf("nothing was compared: native ran alone\n");
    }
    colour_end(stdout, in);
}

void comparison_print(const comparison *of)
{
    print_heading(of);
    table_print(columns, COLUMNS, of, of->count, fill_line);
    (void)printf("\n");
    print_untimed(of);
    print_differences(of);
    print_summary(of);
}
