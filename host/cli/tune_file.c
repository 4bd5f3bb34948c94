/* SPDX-License-Identifier: Apache-2.0 */
/* The tuning file that comes of it. */
#include <stdio.h>
#include <string.h>

#include "report.h"
#include "tune.h"

/* Room for a line, with what stands behind its rule. */
enum { LINE_BYTES = 1024, HEAD_BYTES = 4096 };

static exit_code write_text(output_file *file, const char *text)
{
    return output_file_write(file, text, strlen(text));
}

static exit_code write_rule(const tune_row *of, output_file *file)
{
    const tune_result *found = &of->result;
    bool is_kept = strcmp(found->usual, found->best) == 0;
    char rule[LINE_BYTES], line[2 * LINE_BYTES];
    clpool_status status = clpool_tuning_rule(&of->of->problem, bench_op_runs(of->op), is_kept ? NULL : found->best,
                                              found->best_seconds, rule, sizeof(rule), NULL);
    if (status != CLPOOL_SUCCESS) {
        return report_status(status, of->of->name);
    }
    rule[strcspn(rule, "\n")] = '\0';
    (void)snprintf(line, sizeof(line), "%s # %s: %s %.4fms\n", rule, of->of->name, found->usual,
                   found->usual_seconds * 1e3);
    return write_text(file, line);
}

exit_code tune_write(const tune *of, output_file *file)
{
    char head[HEAD_BYTES];
    size_t i;
    exit_code code;
    clpool_status status = clpool_engine_tuning_head(of->on.engine, head, sizeof(head), NULL);
    if (status != CLPOOL_SUCCESS) {
        return report_status(status, of->on.index);
    }
    code = write_text(file, head);
    if (code == EXIT_DONE) {
        code = write_text(file, "# op mode dtype layout mask window shape strategy time # case: without tuning\n");
    }
    for (i = 0; i < of->count && code == EXIT_DONE; i++) {
        if (of->rows[i].state == BENCH_RAN) {
            code = write_rule(&of->rows[i], file);
        }
    }
    return code == EXIT_DONE ? write_text(file, "end\n") : code;
}
