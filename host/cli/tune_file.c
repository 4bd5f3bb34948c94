/* SPDX-License-Identifier: Apache-2.0 */
/* The tuning file that comes of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"
#include "tune.h"

/* Room for a line, with what stands behind its rule, and for the lines at the beginning. */
enum { LINE_BYTES = 1024, HEAD_BYTES = 4096 };

/* Rules that a tuning file may have. */
enum { MOST_RULES = 1024 };

static exit_code write_text(output_file *file, const char *text)
{
    return output_file_write(file, text, strlen(text));
}

/* Writes the rule, with what is chosen without it as a comment. */
static exit_code put_rule(const tune_row *of, char line[LINE_BYTES])
{
    const tune_result *found = &of->result;
    bool is_kept = strcmp(found->usual, found->best) == 0;
    size_t used;
    clpool_status status = clpool_tuning_rule(&of->of->problem, bench_op_runs(of->op), is_kept ? NULL : found->best,
                                              found->best_seconds, line, LINE_BYTES, NULL);
    if (status != CLPOOL_SUCCESS) {
        return report_status(status, of->of->name);
    }
    used = strcspn(line, "\n");
    (void)snprintf(line + used, LINE_BYTES - used, " # %s: %s %.4fms\n", of->of->name, found->usual,
                   found->usual_seconds * 1e3);
    return EXIT_DONE;
}

/* The rules of all rows, which the caller frees. */
static exit_code make_rules(const tune *of, char **rules)
{
    size_t used = 0, i;
    exit_code code = EXIT_DONE;
    *rules = calloc(of->count + 1, LINE_BYTES);
    if (*rules == NULL) {
        return report_no_memory();
    }
    for (i = 0; i < of->count && code == EXIT_DONE; i++) {
        if (of->rows[i].state == BENCH_RAN) {
            code = put_rule(&of->rows[i], *rules + used);
            used += strlen(*rules + used);
        }
    }
    return code;
}

/* All of the file; `rules` are those of the rows. */
static exit_code write_parts(const tune *of, const char *head, const char *rules, output_file *file)
{
    size_t room = of->ran < MOST_RULES ? MOST_RULES - of->ran : 0;
    exit_code code = write_text(file, head);
    if (code == EXIT_DONE) {
        code = write_text(file, "# op mode dtype layout mask window shape strategy time # case: without tuning\n");
    }
    if (code == EXIT_DONE) {
        code = write_text(file, rules);
    }
    if (code == EXIT_DONE) {
        code = tune_previous_write(&of->previous, rules, room, file);
    }
    return code == EXIT_DONE ? write_text(file, "end\n") : code;
}

exit_code tune_write(const tune *of, output_file *file)
{
    char head[HEAD_BYTES];
    char *rules;
    exit_code code;
    clpool_status status = clpool_engine_tuning_head(of->on.engine, head, sizeof(head), NULL);
    if (status != CLPOOL_SUCCESS) {
        return report_status(status, of->on.index);
    }
    code = make_rules(of, &rules);
    if (code == EXIT_DONE) {
        code = write_parts(of, head, rules, file);
    }
    free(rules);
    return code;
}
