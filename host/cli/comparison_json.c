/* SPDX-License-Identifier: Apache-2.0 */
/* The comparison as programs read it. */
#include "comparison.h"

#include <math.h>

#include "json_parts.h"

/* In the functions below a part that could not be made is NULL, and makes the whole NULL. */

static json_t *targets_json(const comparison *of)
{
    json_t *list = json_pack("[o]", json_target(&of->native));
    size_t i;
    for (i = 0; list != NULL && i < of->devices.count; i++) {
        if (of->devices.targets[i].context != NULL) {
            list = json_appended(list, json_target(&of->devices.targets[i]));
        }
    }
    return list;
}

static json_t *cases_json(const comparison *of)
{
    json_t *list = json_array();
    size_t i;
    for (i = 0; list != NULL && i < of->cases.count; i++) {
        list = json_appended(list, json_case(&of->cases.list[i]));
    }
    return list;
}

/* True or false for what was compared in that way, and null for what was not. */
static json_t *verdict_json(bool known, bool agrees)
{
    return known ? json_boolean(agrees) : json_null();
}

/* JSON has no infinity. */
static json_t *number_json(bool known, double number)
{
    return known && isfinite(number) ? json_real(number) : json_null();
}

static json_t *outputs_json(const comparison_row *of)
{
    json_t *list = json_array();
    unsigned i;
    for (i = 0; list != NULL && i < of->outputs; i++) {
        const struct row_output *output = &of->output[i];
        const difference *from = &output->from_native;
        bool agrees = from->count == 0;
        list = json_appended(list, json_pack("{s:s, s:o, s:o, s:o, s:I, s:I, s:o}", "name", output->name, "equal",
                                             verdict_json(!output->bounded, agrees), "within_bound",
                                             verdict_json(output->bounded, agrees), "worst_error",
                                             number_json(output->bounded, output->worst), "elements",
                                             (json_int_t)output->elements, "different", (json_int_t)from->count,
                                             "first_difference",
                                             agrees ? json_null() : json_integer((json_int_t)from->first)));
    }
    return list;
}

static json_t *measured_json(const comparison_row *of)
{
    const run_times *times = &of->measured.times;
    bool timed = comparison_row_timed(of);
    bool bounded = comparison_row_bounded(of);
    bool agrees = comparison_row_agrees(of);
    return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:f, s:f, s:I, s:o}", "strategy", of->measured.strategy, "equal",
                     verdict_json(!bounded, agrees), "within_bound", verdict_json(bounded, agrees), "kernel_seconds",
                     number_json(timed, times->kernel), "to_device_seconds", number_json(timed, times->to_device),
                     "from_device_seconds", number_json(timed, times->from_device), "total_seconds", times->total,
                     "native_seconds", of->native, "bytes", (json_int_t)of->measured.bytes, "outputs",
                     outputs_json(of));
}

static json_t *row_json(const comparison_row *of)
{
    json_t *made = json_pack("{s:s, s:s, s:s, s:b, s:b}", "device", of->on->index, "case", of->of->name, "op",
                             comparison_op_name(of->op), "failed", of->state == ROW_FAILED, "supported",
                             of->state != ROW_UNSUPPORTED);
    if (of->state == ROW_RAN) {
        made = json_joined(made, measured_json(of));
    } else if (of->state == ROW_UNSUPPORTED) {
        made = json_joined(made, json_pack("{s:s}", "why", of->why.text));
    }
    return made;
}

static json_t *rows_json(const comparison *of)
{
    json_t *list = json_array();
    size_t i;
    for (i = 0; list != NULL && i < of->count; i++) {
        list = json_appended(list, row_json(&of->rows[i]));
    }
    return list;
}

exit_code comparison_write_json(const comparison *of, output_file *file)
{
    json_t *whole =
        json_pack("{s:i, s:o, s:o, s:o, s:I, s:I, s:I, s:I, s:I}", "clpool_version", clpool_version(), "devices",
                  targets_json(of), "cases", cases_json(of), "rows", rows_json(of), "compared",
                  (json_int_t)of->compared, "bounded", (json_int_t)of->bounded, "different", (json_int_t)of->different,
                  "failed", (json_int_t)of->failed, "unsupported", (json_int_t)of->unsupported);
    return json_write(whole, file);
}
