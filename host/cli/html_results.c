/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "html_parts.h"

static const struct result_column {
    const char *title;
    const char *meaning; /* in words that need no room; NULL: the title says it */
    bool is_number;
} columns[] = {
    {"Operation", NULL, false},
    {"Device", NULL, false},
    {"Result", NULL, false},
    {"Strategy", NULL, false},
    {"Kernel ms", NULL, true},
    {"To device ms", NULL, true},
    {"From device ms", NULL, true},
    {"Total ms", NULL, true},
    {"GB/s", "all tensors of the operation by kernel time", true},
    {"Kernel \xc3\x97", "how many times as fast as native the kernel is", true},
    {"Total \xc3\x97", "how many times as fast as native it is with the transfers", true},
};
#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

static void put_heading(markup *to)
{
    size_t i;
    markup_put(to, "<thead>\n<tr>");
    for (i = 0; i < COLUMNS; i++) {
        markup_put(to, columns[i].is_number ? "<th scope=\"col\" class=\"number\"" : "<th scope=\"col\"");
        if (columns[i].meaning != NULL) {
            markup_put(to, " title=\"%s\"", columns[i].meaning);
        }
        markup_put(to, ">%s</th>", columns[i].title);
    }
    markup_put(to, "</tr>\n</thead>\n");
}

/* A sign and a word, and a colour for both. */
static const char *verdict(const comparison_row *of)
{
    if (of->outputs == 0) {
        return "<span class=\"base\">reference</span>";
    }
    if (!comparison_row_agrees(of)) {
        return "<strong class=\"bad\">\xe2\x9c\x97 different</strong>";
    }
    return comparison_row_bounded(of) ? "<span class=\"good\">\xe2\x9c\x93 within bound</span>"
                                      : "<span class=\"good\">\xe2\x9c\x93 equal</span>";
}

/* A number, or a dash where there is none to speak of. */
static void put_number(markup *to, bool is_known, int decimals, double number)
{
    if (is_known && isfinite(number)) {
        markup_put(to, "<td class=\"number\">%.*f</td>", decimals, number);
    } else {
        markup_put(to, "<td class=\"number\">\xe2\x80\x93</td>");
    }
}

static void put_times(markup *to, const comparison_row *of)
{
    const run_times *times = &of->measured.times;
    const bool is_timed = comparison_row_timed(of);
    const bool is_moved = is_timed && of->on->context != NULL;
    markup_put(to, "<td>%s</td><td>", verdict(of));
    markup_escape(to, of->measured.strategy);
    markup_put(to, "</td>");
    put_number(to, is_timed, 3, times->kernel * 1e3);
    put_number(to, is_moved, 3, times->to_device * 1e3);
    put_number(to, is_moved, 3, times->from_device * 1e3);
    put_number(to, true, 3, times->total * 1e3);
    put_number(to, is_timed, 2, (double)of->measured.bytes * 1e-9 / times->kernel);
    put_number(to, is_timed, 2, of->native / times->kernel);
    put_number(to, true, 2, of->native / times->total);
}

static void put_row(markup *to, const comparison_row *of)
{
    markup_put(to, "<tr><th scope=\"row\">%s</th><td>", comparison_op_name(of->op));
    markup_escape(to, of->on->index);
    markup_put(to, "</td>");
    if (of->state == ROW_RAN) {
        put_times(to, of);
    } else if (of->state == ROW_FAILED) {
        markup_put(to, "<td colspan=\"%zu\"><strong class=\"bad\">\xe2\x9c\x97 failed</strong></td>", COLUMNS - 2);
    } else {
        markup_put(to, "<td colspan=\"%zu\">not supported: ", COLUMNS - 2);
        markup_escape(to, of->why.text);
        markup_put(to, "</td>");
    }
    markup_put(to, "</tr>\n");
}

static void put_case(markup *to, const comparison *of, const compare_case *at)
{
    char text[CASE_TEXT_BYTES];
    size_t i;
    markup_put(to, "<tbody>\n<tr><th scope=\"rowgroup\" colspan=\"%zu\" class=\"case\"><span>", COLUMNS);
    markup_escape(to, at->name);
    markup_put(to, " <small>");
    markup_escape(to, compare_case_text(at, text));
    markup_put(to, "</small></span></th></tr>\n");
    for (i = 0; i < of->count; i++) {
        if (of->rows[i].of == at) {
            put_row(to, &of->rows[i]);
        }
    }
    markup_put(to, "</tbody>\n");
}

static void put_difference(markup *to, const comparison_row *of, const struct row_output *output)
{
    markup_put(to, "<li>%s of %s of ", output->name, comparison_op_name(of->op));
    markup_escape(to, of->of->name);
    markup_put(to, " on ");
    markup_escape(to, of->on->index);
    markup_put(to, " %s in %zu of %zu elements, first at index %zu",
               output->bounded ? "is outside of its bound" : "differs", output->from_native.count, output->elements,
               output->from_native.first);
    if (output->bounded && isfinite(output->worst)) {
        markup_put(to, "; the worst error is %.3g times the bound", output->worst);
    }
    markup_put(to, "</li>\n");
}

static void put_differences(markup *to, const comparison *of)
{
    size_t row;
    unsigned i;
    if (of->different == 0) {
        return;
    }
    markup_put(to, "<h3>What differs</h3>\n<ul>\n");
    for (row = 0; row < of->count; row++) {
        for (i = 0; i < of->rows[row].outputs; i++) {
            if (of->rows[row].output[i].from_native.count > 0) {
                put_difference(to, &of->rows[row], &of->rows[row].output[i]);
            }
        }
    }
    markup_put(to, "</ul>\n");
}

void html_results(markup *to, const comparison *of)
{
    size_t i;
    html_section(to, "results", "Results");
    markup_put(to,
               "<p class=\"note\">Times are medians. GB/s: all tensors of the operation by kernel time. \xc3\x97: how "
               "many times as fast as native, by kernel time and with the transfers.</p>\n"
               "<div class=\"scroll\" role=\"region\" aria-labelledby=\"results\" tabindex=\"0\">\n<table>\n");
    put_heading(to);
    for (i = 0; i < of->cases.count; i++) {
        put_case(to, of, &of->cases.list[i]);
    }
    markup_put(to, "</table>\n</div>\n");
    put_differences(to, of);
    markup_put(to, "</section>\n");
}
