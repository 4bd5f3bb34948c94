/* SPDX-License-Identifier: Apache-2.0 */
/* What tuning found, as people read it. */
#include <stdio.h>
#include <string.h>

#include "table.h"
#include "tune.h"

static const table_column columns[] = {
    {"case", true},  {"op", true},  {"default", true}, {"ms", false},
    {"tuned", true}, {"ms", false}, {"gain", false},   {"tried", false},
};
#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

/* The column from which on a row that did not run has only a text. */
enum { FIRST_RESULT = 2 };

/* Where --within does not say another. */
#define USUAL_LIMIT 1.3

static void put_why_not(const tune_row *of, message *to)
{
    if (of->state == BENCH_FAILED) {
        message_set(to, "failed");
    } else {
        message_set(to, of->state == BENCH_LEFT_OUT ? "left out: %s" : "not supported: %s", of->why.text);
    }
}

static void fill_line(const void *table, size_t row, table_line *to)
{
    const tune_row *of = &((const tune *)table)->rows[row];
    const tune_result *found = &of->result;
    bool is_kept = strcmp(found->usual, found->best) == 0;
    (void)snprintf(to->cells[0], TABLE_CELL_BYTES, "%s", of->of->name);
    (void)snprintf(to->cells[1], TABLE_CELL_BYTES, "%s", bench_op_name(of->op));
    if (of->state != BENCH_RAN) {
        to->used = FIRST_RESULT;
        put_why_not(of, &to->rest);
        return;
    }
    (void)snprintf(to->cells[2], TABLE_CELL_BYTES, "%.60s", found->usual);
    (void)snprintf(to->cells[3], TABLE_CELL_BYTES, "%.4f", found->usual_seconds * 1e3);
    (void)snprintf(to->cells[4], TABLE_CELL_BYTES, "%.60s", is_kept ? "the same" : found->best);
    (void)snprintf(to->cells[5], TABLE_CELL_BYTES, "%.4f", found->best_seconds * 1e3);
    (void)snprintf(to->cells[6], TABLE_CELL_BYTES, "%.2f", found->gain);
    (void)snprintf(to->cells[7], TABLE_CELL_BYTES, "%zu", found->tried);
}

void tune_print(const tune *of)
{
    double limit = of->within > 0 ? of->within : USUAL_LIMIT;
    (void)printf("%s  %s\n\n"
                 "default: what is chosen without a tuning file; ms: median times; gain: the default's time by the\n"
                 "tuned one's, of medians or lower quartiles, whichever is less, where that wins by more than %.0f%%;\n"
                 "tried: settings that were measured\n\n",
                 of->on.index, of->on.name, 100 * (TUNE_LEAST_GAIN - 1));
    table_print(columns, COLUMNS, of, of->count, fill_line);
    (void)printf("\ngain, geometric mean of %zu: %.3f\n", of->ran, tune_mean_gain(of));
    (void)printf("more than %.2f times slower without tuning: %zu of %zu\n", limit, tune_count_beyond(of, limit),
                 of->ran);
    if (of->failed > 0) {
        (void)printf("%zu of %zu rows failed\n", of->failed, of->count);
    }
}
