/* SPDX-License-Identifier: Apache-2.0 */
/* The comparison as programs read it. */
#include "comparison.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

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

static json_t *cases_json(const comparison *of)
{
    json_t *list = json_array();
    size_t i;
    for (i = 0; list != NULL && i < of->cases.count; i++) {
        const clpool_problem *problem = &of->cases.list[i].problem;
        size_t in[CLPOOL_MAX_RANK + 2], out[CLPOOL_MAX_RANK + 2];
        unsigned rank = problem_x_shape(problem, in);
        (void)problem_y_shape(problem, out);
        (void)json_array_append_new(
            list,
            json_pack("{s:s, s:s, s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b}", "name",
                      of->cases.list[i].name, "mode", problem_mode_name(problem), "divisor", divisor_json(problem), "p",
                      problem->mode == CLPOOL_LP ? json_integer(problem->p) : json_null(), "dtype", "f32", "shape",
                      sizes_json(rank, in), "out_shape", sizes_json(rank, out), "kernel",
                      sizes_json(problem->rank, problem->kernel), "stride", sizes_json(problem->rank, problem->stride),
                      "dilation", sizes_json(problem->rank, problem->dilation), "padding_before",
                      sizes_json(problem->rank, problem->pad_lo), "padding_after",
                      sizes_json(problem->rank, problem->pad_hi), "ceil", problem->rounding == CLPOOL_CEIL));
    }
    return list;
}

static json_t *outputs_json(const comparison_row *of)
{
    json_t *list = json_array();
    unsigned i;
    for (i = 0; list != NULL && i < of->outputs; i++) {
        const struct row_output *output = &of->output[i];
        const difference *from = &output->from_native;
        (void)json_array_append_new(
            list,
            json_pack("{s:s, s:b, s:b, s:I, s:I, s:o}", "name", output->name, "equal", from->count == 0, "has_bound",
                      output->has_bound, "elements", (json_int_t)output->elements, "different", (json_int_t)from->count,
                      "first_difference", from->count == 0 ? json_null() : json_integer((json_int_t)from->first)));
    }
    return list;
}

static json_t *seconds_json(bool known, double seconds)
{
    return known ? json_real(seconds) : json_null();
}

static json_t *row_json(const comparison_row *of)
{
    const char *op = of->op == CLPOOL_FORWARD ? "forward" : "backward";
    const run_times *times = &of->measured.times;
    bool timed = comparison_row_timed(of);
    if (of->failed) {
        return json_pack("{s:s, s:s, s:s, s:b}", "device", of->on->index, "case", of->of->name, "op", op, "failed", 1);
    }
    return json_pack("{s:s, s:s, s:s, s:b, s:s, s:b, s:o, s:o, s:o, s:f, s:f, s:I, s:o}", "device", of->on->index,
                     "case", of->of->name, "op", op, "failed", 0, "strategy", of->measured.strategy, "equal",
                     comparison_row_equal(of), "kernel_seconds", seconds_json(timed, times->kernel),
                     "to_device_seconds", seconds_json(timed, times->to_device), "from_device_seconds",
                     seconds_json(timed, times->from_device), "total_seconds", times->total, "native_seconds",
                     of->native, "bytes", (json_int_t)of->measured.bytes, "outputs", outputs_json(of));
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
        json_pack("{s:i, s:o, s:o, s:o, s:I, s:I, s:I}", "clpool_version", clpool_version(), "devices",
                  targets_json(of), "cases", cases_json(of), "rows", rows_json(of), "compared",
                  (json_int_t)of->compared, "different", (json_int_t)of->different, "failed", (json_int_t)of->failed);
    char *text = whole == NULL ? NULL : json_dumps(whole, JSON_INDENT(2));
    exit_code code = text == NULL ? report_no_memory() : output_file_write(file, text, strlen(text));
    if (code == EXIT_DONE) {
        code = output_file_write(file, "\n", 1);
    }
    free(text);
    json_decref(whole);
    return code;
}
