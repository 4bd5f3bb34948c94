/* SPDX-License-Identifier: Apache-2.0 */
#include "json_parts.h"

#include <stdlib.h>
#include <string.h>

#include "element.h"
#include "mask_form.h"
#include "report.h"

json_t *json_target(const target *of)
{
    return json_pack("{s:s, s:s}", "index", of->index, "name", of->name);
}

const char *json_chosen_by(clpool_chosen_by by)
{
    switch (by) {
    case CLPOOL_CHOSEN_BY_OPTION:
        return "option";
    case CLPOOL_CHOSEN_BY_TUNING_FILE:
        return "tuning_file";
    case CLPOOL_CHOSEN_BY_TABLE:
        return "table";
    case CLPOOL_CHOSEN_BY_ORDER:
        break;
    }
    return "order";
}

json_t *json_joined(json_t *whole, json_t *part)
{
    if (whole != NULL && (part == NULL || json_object_update(whole, part) != 0)) {
        json_decref(whole);
        whole = NULL;
    }
    json_decref(part);
    return whole;
}

json_t *json_appended(json_t *list, json_t *element)
{
    if (list == NULL) {
        json_decref(element);
    } else if (json_array_append_new(list, element) != 0) {
        json_decref(list);
        list = NULL;
    }
    return list;
}

static json_t *sizes_json(unsigned count, const size_t *sizes)
{
    json_t *list = json_array();
    unsigned i;
    for (i = 0; list != NULL && i < count; i++) {
        list = json_appended(list, json_integer((json_int_t)sizes[i]));
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

json_t *json_case(const compare_case *of)
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
    return json_joined(made, mode_json(of));
}

/* In a buffer of the right size: where json_dumps() finds no memory for a larger one, it can leave out what it was
 * about to add and go on. */
char *json_text(const json_t *whole)
{
    size_t size = whole == NULL ? 0 : json_dumpb(whole, NULL, 0, JSON_INDENT(2));
    char *text = size == 0 ? NULL : malloc(size + 1);
    if (text != NULL && json_dumpb(whole, text, size, JSON_INDENT(2)) != size) {
        free(text);
        text = NULL;
    }
    if (text != NULL) {
        text[size] = '\0';
    }
    return text;
}

exit_code json_write(json_t *whole, output_file *file)
{
    char *text = json_text(whole);
    exit_code code = text == NULL ? report_no_memory() : output_file_write(file, text, strlen(text));
    if (code == EXIT_DONE) {
        code = output_file_write(file, "\n", 1);
    }
    free(text);
    json_decref(whole);
    return code;
}
