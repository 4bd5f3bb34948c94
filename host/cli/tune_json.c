/* SPDX-License-Identifier: Apache-2.0 */
/* What tuning found, as programs read it. */
#include "json_parts.h"
#include "tune.h"

static json_t *settings_json(const char *settings, double seconds)
{
    return json_pack("{s:s, s:f}", "settings", settings, "seconds", seconds);
}

static json_t *row_json(const tune_row *of)
{
    const tune_result *found = &of->result;
    json_t *made = json_pack("{s:s, s:s, s:b, s:b, s:b}", "case", of->of->name, "op", bench_op_name(of->op), "failed",
                             of->state == BENCH_FAILED, "supported", of->state != BENCH_UNSUPPORTED, "left_out",
                             of->state == BENCH_LEFT_OUT);
    if (of->state != BENCH_RAN) {
        return made;
    }
    return json_joined(made,
                       json_pack("{s:o, s:s, s:o, s:f, s:I}", "default",
                                 settings_json(found->usual, found->usual_seconds), "default_chosen_by",
                                 json_chosen_by(found->by), "tuned", settings_json(found->best, found->best_seconds),
                                 "gain", found->gain, "tried", (json_int_t)found->tried));
}

static json_t *rows_json(const tune *of)
{
    json_t *list = json_array();
    size_t i;
    for (i = 0; list != NULL && i < of->count; i++) {
        list = json_appended(list, row_json(&of->rows[i]));
    }
    return list;
}

static json_t *cases_json(const tune *of)
{
    json_t *list = json_array();
    size_t i;
    for (i = 0; list != NULL && i < of->cases.count; i++) {
        list = json_appended(list, json_case(&of->cases.list[i]));
    }
    return list;
}

exit_code tune_write_json(const tune *of, output_file *file)
{
    json_t *within = of->within > 0 ? json_real(of->within) : json_null();
    json_t *beyond = of->within > 0 ? json_integer((json_int_t)tune_count_beyond(of, of->within)) : json_null();
    return json_write(json_pack("{s:i, s:o, s:b, s:o, s:o, s:f, s:o, s:o, s:I}", "clpool_version", clpool_version(),
                                "device", json_target(&of->on), "cold", of->cold, "cases", cases_json(of), "rows",
                                rows_json(of), "geometric_mean_gain", tune_mean_gain(of), "within", within, "beyond",
                                beyond, "failed", (json_int_t)of->failed),
                      file);
}
