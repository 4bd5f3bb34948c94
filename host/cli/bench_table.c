/* SPDX-License-Identifier: Apache-2.0 */
/* The measurements as people read them. */
#include "bench.h"

#include <stdio.h>
#include <string.h>

#include "memory_sets.h"
#include "table.h"

static const table_column columns[] = {
    {"device", true},  {"case", true},     {"op", true},    {"event ms", false}, {"min", false},
    {"spread", false}, {"wall ms", false}, {"min", false},  {"spread", false},   {"runs", false},
    {"MB", false},     {"GB/s", false},    {"copy", false}, {"share", false},    {"strategy", true},
};
#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

/* The column from which on a row that did not run has only a text. */
enum { FIRST_NUMBER = 3 };

/* Median, least and spread; "-" where there are none. */
static void put_times(char cells[][TABLE_CELL_BYTES], const summary *of, bool known)
{
    (void)snprintf(cells[0], TABLE_CELL_BYTES, known ? "%.4f" : "-", of->median * 1e3);
    (void)snprintf(cells[1], TABLE_CELL_BYTES, known ? "%.4f" : "-", of->least * 1e3);
    (void)snprintf(cells[2], TABLE_CELL_BYTES, known ? "%.0f%%" : "-", 100 * summary_spread(of));
}

static void put_why_not(const bench_row *of, message *to)
{
    if (of->state == BENCH_FAILED) {
        message_set(to, "failed");
    } else {
        message_set(to, of->state == BENCH_LEFT_OUT ? "left out: %s" : "not supported: %s", of->why.text);
    }
}

static void fill_line(const void *table, size_t row, table_line *to)
{
    const bench_row *of = &((const bench *)table)->rows[row];
    (void)snprintf(to->cells[0], TABLE_CELL_BYTES, "%s", of->on->index);
    (void)snprintf(to->cells[1], TABLE_CELL_BYTES, "%s", of->of->name);
    (void)snprintf(to->cells[2], TABLE_CELL_BYTES, "%s", bench_op_name(of->op));
    if (of->state != BENCH_RAN) {
        to->used = FIRST_NUMBER;
        put_why_not(of, &to->rest);
        return;
    }
    put_times(to->cells + 3, &of->took.event, of->took.has_event);
    put_times(to->cells + 6, &of->took.wall, true);
    (void)snprintf(to->cells[9], TABLE_CELL_BYTES, "%zu", of->took.runs);
    (void)snprintf(to->cells[10], TABLE_CELL_BYTES, "%.2f", (double)of->bytes * 1e-6);
    (void)snprintf(to->cells[11], TABLE_CELL_BYTES, "%.2f", of->rate * 1e-9);
    (void)snprintf(to->cells[12], TABLE_CELL_BYTES, "%.2f", of->copy_rate * 1e-9);
    (void)snprintf(to->cells[13], TABLE_CELL_BYTES, of->copy_rate > 0 ? "%.1f%%" : "-", 100 * of->rate / of->copy_rate);
    (void)snprintf(to->cells[14], TABLE_CELL_BYTES, "%s", of->strategy);
}

static void print_heading(const bench *of)
{
    char text[CASE_TEXT_BYTES];
    size_t i;
    for (i = 0; i < of->devices.count; i++) {
        (void)printf("%-8s  %s\n", of->devices.targets[i].index, of->devices.targets[i].name);
    }
    (void)printf("\n");
    for (i = 0; i < of->cases.count; i++) {
        (void)printf("%-19s  %s\n", of->cases.list[i].name, compare_case_text(&of->cases.list[i], text));
    }
    (void)printf("\n%s\n"
                 "times: median, least, and interquartile range as a share of the median\n"
                 "MB: tensors of the operation, read or written once; GB/s: these by the median event time, or wall\n"
                 "time where events say nothing; copy: GB/s of a copy that moves as much; share: GB/s by copy\n\n",
                 of->cold ? "cold: the runs go round among so many tensors that they are out of every cache"
                          : "hot: every run works on the same tensors, which a cache may hold");
}

/* True if no row before this one says the same. */
static bool says_new_reason(const bench *of, size_t row)
{
    const bench_row *at = &of->rows[row];
    size_t i;
    if (at->state != BENCH_RAN || at->on->context == NULL) {
        return false;
    }
    for (i = 0; i < row; i++) {
        const bench_row *before = &of->rows[i];
        if (before->state == BENCH_RAN && before->on == at->on && strcmp(before->strategy, at->strategy) == 0 &&
            strcmp(before->reason, at->reason) == 0 && before->by == at->by) {
            return false;
        }
    }
    return true;
}

static const char *by_tuning(clpool_chosen_by by)
{
    return by == CLPOOL_CHOSEN_BY_TUNING_FILE ? "; a tuning file chose it"
           : by == CLPOOL_CHOSEN_BY_TABLE     ? "; the library's tuning table chose it"
                                              : "";
}

static void print_reasons(const bench *of)
{
    size_t row;
    for (row = 0; row < of->count; row++) {
        if (says_new_reason(of, row)) {
            (void)printf("%s, %s: %s%s\n", of->rows[row].on->index, of->rows[row].strategy, of->rows[row].reason,
                         by_tuning(of->rows[row].by));
        }
    }
}

static bool timed_by_wall(const bench *of, const target *on)
{
    size_t row;
    for (row = 0; row < of->count; row++) {
        if (of->rows[row].on == on && of->rows[row].state == BENCH_RAN && !of->rows[row].by_event) {
            return true;
        }
    }
    return false;
}

/* True if tensors were so small, or the target's memory is, that there were fewer of them than cold takes. */
static bool stays_warm(const bench *of, const target *on)
{
    size_t row;
    for (row = 0; of->cold && row < of->count; row++) {
        const bench_row *at = &of->rows[row];
        if (at->on == on && at->state == BENCH_RAN && at->bytes * (at->sets - 1) < MEMORY_SETS_COLD_BYTES) {
            return true;
        }
    }
    return false;
}

static void print_notes(const bench *of)
{
    size_t i;
    for (i = 0; i < of->devices.count; i++) {
        const target *on = &of->devices.targets[i];
        if (on->context != NULL && timed_by_wall(of, on)) {
            (void)printf("%s: its driver's event times say nothing; GB/s are by wall time, launches included\n",
                         on->index);
        }
        if (stays_warm(of, on)) {
            (void)printf("%s: tensors of some rows are too small, or too large for its memory, to be cold\n",
                         on->index);
        }
    }
    if (of->failed > 0) {
        (void)printf("%zu of %zu rows failed\n", of->failed, of->count);
    }
    if (of->unsupported > 0) {
        (void)printf("%zu of %zu rows are not supported by their device\n", of->unsupported, of->count);
    }
}

void bench_print(const bench *of)
{
    print_heading(of);
    table_print(columns, COLUMNS, of, of->count, fill_line);
    (void)printf("\n");
    print_reasons(of);
    print_notes(of);
}
