/* SPDX-License-Identifier: Apache-2.0 */
/* The comparison as programs read it. */
#include "comparison.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "element.h"
#include "mask_form.h"
#include "report.h"

/* In the functions below a part that could not be made is NULL, and makes the whole NULL. */

static json_t *target_json(const target *of)
{
    return json_pack("{s:s, s:s}", "index", of->index, "name", of->name);
}

static json_t *targets_json(const comparison *of)
{
    json_t *list = json_pack("[o]", target_json(&of->native));
    size_t i;
    for (i = 0; list != NULL && i < of->devices.count; i++) {
        if (of->devices.targets[i].context != NULL) {
            (void)json_array_append_new(list, target_json(&of->devices.targets[i]));
        }
    }
    return list;
}

static json_t *sizes_json(unsigned count, const size_t *sizes)
{
    json_t *list = json_array();
    unsigned i;
    for (i = 0; list != NULL && i < count; i++) {
        (void)json_array_append_new(list, json_integer((json_int_t)sizes[i]));
    }
    return list;
}

static json_t *divisor_json(const clpool_problem *problem)
{
    if (problem->mode != CLPOOL_AVERAGE) {
        return json_null();
    }
    if (problem->divisor_rule == CLPOOL_FIXED_DIVISOR) {
        return json_integer((json_int_t)problem->divisor);
    }
    return json_string(problem->divisor_rule == CLPOOL_EXCLUDE_PAD ? "exclude" : "include");
}

/* What only some modes have is null in the others. */
static json_t *mode_json(const compare_case *of)
{
    const clpool_problem *problem = &of->problem;
    bool is_max = problem->mode == CLPOOL_MAX;
    return json_pack("{s:s, s:o, s:o, s:o, s:o}", "mode", of->mode, "nan",
                     is_max ? json_string(problem->nan_rule == CLPOOL_NAN_IGNORE ? "ignore" : "propagate")
                            : json_null(),
                     "mask_form", is_max ? json_string(mask_form_name(problem->mask_form)) : json_null(), "divisor",
                     divisor_json(problem), "p", problem->mode == CLPOOL_LP ? json_integer(problem->p) : json_null());
}

/* Adds the members of `part`, and drops it. */
static json_t *joined(json_t *whole, json_t *part)
{
    if (whole != NULL && (part == NULL || json_object_update(whole, part) != 0)) {
        json_decref(whole);
        whole = NULL;
    }
    json_decref(part);
    return whole;
}

static json_t *case_json(const compare_case *of)
{
    const clpool_problem *problem = &of->problem;
    size_t in[CLPOOL_MAX_RANK + 2], out[CLPOOL_MAX_RANK + 2];
    unsigned rank = problem_x_shape(problem, in);
    json_t *made;
    (void)problem_y_shape(problem, out);
    made = json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b}", "name", of->name, "dtype",
                     element_name(problem->dtype), "layout", problem->layout == CLPOOL_CHANNELS_LAST ? "nhwc" : "nchw",
                     "shape", sizes_json(rank, in), "out_shape", sizes_json(rank, out), "kernel",
                     sizes_json(problem->rank, problem->kernel), "stride", sizes_json(problem->rank, problem->stride),
                     "dilation", sizes_json(problem->rank, problem->dilation), "padding_before",
                     sizes_json(problem->rank, problem->pad_lo), "padding_after",
                     sizes_json(problem->rank, problem->pad_hi), "ceil", problem->rounding == CLPOOL_CEIL);
    return joined(made, mode_json(of));
}

static json_t *cases_json(const comparison *of)
{
    json_t *list = json_array();
    size_t i;
    for (i = 0; list != NULL && i < of->cases.count; i++) {
        (void)json_array_append_new(list, case_json(&of->cases.list[i]));
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
        (void)json_array_append_new(list, json_pack("{s:s, s:o, s:o, s:o, s:I, s:I, s:o}", "name", output->name,
                                                    "equal", verdict_json(!output->bounded, agrees), "within_bound",
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
        made = joined(made, measured_json(of));
    } else if (of->state == ROW_UNSUPPORTED && made != NULL) {
        (void)json_object_set_new(made, "why", json_string(of->why.text));
    }
    return made;
}

static json_t *rows_json(const comparison *of)
{
    json_t *list = json_array();
    size_t i;
    for (i = 0; list != NULL && i < of->count; i++) {
        (void)json_array_append_new(list, row_json(&of->rows[i]));
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
    char *text = whole == NULL ? NULL : json_dumps(whole, JSON_INDENT(2));
    exit_code code = text == NULL ? report_no_memory() : output_file_write(file, text, strlen(text));
    if (code == EXIT_DONE) {
        code = output_file_write(file, "\n", 1);
    }
    free(text);
    json_decref(whole);
    return code;
}
