/* SPDX-License-Identifier: Apache-2.0 */
/* The measurements as programs read them. */
#include "bench.h"

#include "json_parts.h"

static json_t *summary_json(const summary *of, bool known)
{
    return known ? json_pack("{s:f, s:f, s:f, s:f}", "median", of->median, "least", of->least, "lower_quartile",
                             of->lower, "upper_quartile", of->upper)
                 : json_null();
}

/* The timing's members. */
static json_t *timing_json(const timing *of)
{
    return json_pack("{s:I, s:o, s:o}", "runs", (json_int_t)of->runs, "event_seconds",
                     summary_json(&of->event, of->has_event), "wall_seconds", summary_json(&of->wall, true));
}

static json_t *copies_json(const copy_speed *of)
{
    json_t *list = json_array();
    size_t i;
    for (i = 0; list != NULL && i < of->count; i++) {
        const copy_point *point = &of->points[i];
        json_t *made = json_pack("{s:I, s:I}", "bytes", (json_int_t)point->bytes, "sets", (json_int_t)point->sets);
        list = json_appended(list, json_joined(made, timing_json(&point->took)));
    }
    return list;
}

static json_t *devices_json(const bench *of)
{
    json_t *list = json_array();
    size_t i;
    for (i = 0; list != NULL && i < of->devices.count; i++) {
        json_t *copies = json_pack("{s:o}", "copies", copies_json(&of->copies[i]));
        list = json_appended(list, json_joined(json_target(&of->devices.targets[i]), copies));
    }
    return list;
}

static json_t *cases_json(const bench *of)
{
    json_t *list = json_array();
    size_t i;
    for (i = 0; list != NULL && i < of->cases.count; i++) {
        list = json_appended(list, json_case(&of->cases.list[i]));
    }
    return list;
}

static json_t *measured_json(const bench_row *of)
{
    json_t *made =
        json_pack("{s:s, s:s, s:s?, s:I, s:I, s:s, s:f, s:f, s:o}", "strategy", of->strategy, "reason", of->reason,
                  "chosen_by", of->on->context == NULL ? NULL : json_chosen_by(of->by), "bytes", (json_int_t)of->bytes,
                  "sets", (json_int_t)of->sets, "clock", of->by_event ? "event" : "wall", "bytes_per_second", of->rate,
                  "copy_bytes_per_second", of->copy_rate, "share_of_copy",
                  of->copy_rate > 0 ? json_real(of->rate / of->copy_rate) : json_null());
    return json_joined(made, timing_json(&of->took));
}

static json_t *row_json(const bench_row *of)
{
    json_t *made = json_pack("{s:s, s:s, s:s, s:b, s:b, s:b}", "device", of->on->index, "case", of->of->name, "op",
                             bench_op_name(of->op), "failed", of->state == BENCH_FAILED, "supported",
                             of->state != BENCH_UNSUPPORTED, "left_out", of->state == BENCH_LEFT_OUT);
    if (of->state == BENCH_RAN) {
        made = json_joined(made, measured_json(of));
    } else if (of->state != BENCH_FAILED) {
        made = json_joined(made, json_pack("{s:s}", "why", of->why.text));
    }
    return made;
}

static json_t *rows_json(const bench *of)
{
    json_t *list = json_array();
    size_t i;
    for (i = 0; list != NULL && i < of->count; i++) {
        list = json_appended(list, row_json(&of->rows[i]));
    }
    return list;
}

exit_code bench_write_json(const bench *of, output_file *file)
{
    return json_write(json_pack("{s:i, s:b, s:o, s:o, s:o, s:I, s:I, s:I}", "clpool_version", clpool_version(), "cold",
                                of->cold, "devices", devices_json(of), "cases", cases_json(of), "rows", rows_json(of),
                                "failed", (json_int_t)of->failed, "unsupported", (json_int_t)of->unsupported,
                                "left_out", (json_int_t)of->left_out),
                      file);
}
