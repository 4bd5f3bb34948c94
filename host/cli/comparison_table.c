/* SPDX-License-Identifier: Apache-2.0 */
/* The comparison as people read it. */
#include "comparison.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { COLUMNS = 12, CELL_BYTES = 48 };

static const struct column {
    const char *title;
    bool left;
} columns[COLUMNS] = {
    {"device", true},    {"case", true},       {"op", true},         {"strategy", true},
    {"result", true},    {"kernel ms", false}, {"to dev ms", false}, {"from dev ms", false},
    {"total ms", false}, {"GB/s", false},      {"kernel x", false},  {"total x", false},
};

/* The column from which on a row that did not run has only a text. */
enum { RESULT_COLUMN = 4 };

typedef struct cells {
    char text[COLUMNS][CELL_BYTES];
} cells;

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

/* A duration, or "-" where there is none to speak of. */
static void put_ms(char cell[CELL_BYTES], double seconds, bool known)
{
    (void)snprintf(cell, CELL_BYTES, known ? "%.3f" : "-", seconds * 1e3);
}

/* How many times `part` goes into `whole`. */
static void put_ratio(char cell[CELL_BYTES], double whole, double part, bool known)
{
    (void)snprintf(cell, CELL_BYTES, known && part > 0 ? "%.2f" : "-", whole / part);
}

static void fill_cells(const comparison_row *of, cells *to)
{
    const run_times *times = &of->measured.times;
    bool ran = of->state == ROW_RAN;
    bool timed = comparison_row_timed(of);
    bool moved = timed && of->on->context != NULL;
    (void)snprintf(to->text[0], CELL_BYTES, "%s", of->on->index);
    (void)snprintf(to->text[1], CELL_BYTES, "%s", of->of->name);
    (void)snprintf(to->text[2], CELL_BYTES, "%s", comparison_op_name(of->op));
    (void)snprintf(to->text[3], CELL_BYTES, "%s", ran ? of->measured.strategy : "-");
    (void)snprintf(to->text[RESULT_COLUMN], CELL_BYTES, "%s", ran ? verdict(of) : "");
    put_ms(to->text[5], times->kernel, timed);
    put_ms(to->text[6], times->to_device, moved);
    put_ms(to->text[7], times->from_device, moved);
    put_ms(to->text[8], times->total, ran);
    put_ratio(to->text[9], (double)of->measured.bytes * 1e-9, times->kernel, timed);
    put_ratio(to->text[10], of->native, times->kernel, timed);
    put_ratio(to->text[11], of->native, times->total, ran);
}

static void measure_widths(const comparison *of, size_t widths[COLUMNS])
{
    size_t row, column;
    for (column = 0; column < COLUMNS; column++) {
        widths[column] = strlen(columns[column].title);
    }
    for (row = 0; row < of->count; row++) {
        cells line;
        fill_cells(&of->rows[row], &line);
        for (column = 0; column < COLUMNS; column++) {
            size_t width = strlen(line.text[column]);
            widths[column] = width > widths[column] ? width : widths[column];
        }
    }
}

static void print_cell(size_t column, const char *text, const size_t widths[COLUMNS])
{
    int width = (int)widths[column];
    (void)fputs(column == 0 ? "" : "  ", stdout);
    (void)printf("%*s", columns[column].left ? -width : width, text);
}

static void print_row(const comparison_row *of, const size_t widths[COLUMNS])
{
    size_t used = of->state == ROW_RAN ? COLUMNS : RESULT_COLUMN;
    size_t column;
    cells line;
    fill_cells(of, &line);
    for (column = 0; column < used; column++) {
        print_cell(column, line.text[column], widths);
    }
    if (of->state == ROW_FAILED) {
        (void)printf("  failed");
    } else if (of->state == ROW_UNSUPPORTED) {
        (void)printf("  not supported: %s", of->why.text);
    }
    (void)printf("\n");
}

static void print_table(const comparison *of)
{
    size_t widths[COLUMNS];
    size_t row, column;
    measure_widths(of, widths);
    for (column = 0; column < COLUMNS; column++) {
        print_cell(column, columns[column].title, widths);
    }
    (void)printf("\n");
    for (row = 0; row < of->count; row++) {
        print_row(&of->rows[row], widths);
    }
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
    if (of->failed > 0) {
        (void)printf("%zu of %zu rows failed\n", of->failed, of->count);
    }
    if (of->unsupported > 0) {
        (void)printf("%zu of %zu rows are not supported by their device\n", of->unsupported, of->count);
    }
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
}

void comparison_print(const comparison *of)
{
    print_heading(of);
    print_table(of);
    (void)printf("\n");
    print_untimed(of);
    print_differences(of);
    print_summary(of);
}
