/* SPDX-License-Identifier: Apache-2.0 */
/* A bar for each row, as long as the whole of it took; those of one operation of a case have one scale. */
#include "html_parts.h"

/* What a bar is made of, in order. */
enum { TO_DEVICE, KERNEL, FROM_DEVICE, REST, PARTS };

static const struct bar_part {
    const char *name;
    const char *style; /* of html_style.css */
} parts[PARTS] = {
    [TO_DEVICE] = {"to the device", "to-device"},
    [KERNEL] = {"kernel", "kernel"},
    [FROM_DEVICE] = {"from the device", "from-device"},
    [REST] = {"other (launches, waiting)", "rest"},
};

static void take_times(const comparison_row *of, double seconds[PARTS])
{
    const run_times *times = &of->measured.times;
    const bool is_timed = comparison_row_timed(of);
    seconds[TO_DEVICE] = is_timed ? times->to_device : 0;
    seconds[KERNEL] = is_timed ? times->kernel : 0;
    seconds[FROM_DEVICE] = is_timed ? times->from_device : 0;
    seconds[REST] = times->total - seconds[TO_DEVICE] - seconds[KERNEL] - seconds[FROM_DEVICE];
    /* The medians of parts may add up to more than the median of all. */
    seconds[REST] = seconds[REST] > 0 ? seconds[REST] : 0;
}

static double sum(const double seconds[PARTS])
{
    double total = 0;
    int part;
    for (part = 0; part < PARTS; part++) {
        total += seconds[part];
    }
    return total;
}

static bool is_shown(const comparison_row *row, const compare_case *of, int op)
{
    return row->of == of && row->op == (comparison_op)op && row->state == ROW_RAN;
}

static double longest_of(const comparison *of, const compare_case *at, int op)
{
    double longest = 0;
    size_t i;
    for (i = 0; i < of->count; i++) {
        if (is_shown(&of->rows[i], at, op)) {
            double seconds[PARTS];
            take_times(&of->rows[i], seconds);
            longest = sum(seconds) > longest ? sum(seconds) : longest;
        }
    }
    return longest;
}

/* What the bar shows, for who does not see it. */
static void put_label(markup *to, const double seconds[PARTS])
{
    char text[DURATION_BYTES];
    const char *between = "";
    int part;
    for (part = 0; part < PARTS; part++) {
        if (seconds[part] > 0) {
            markup_put(to, "%s%s %s", between, parts[part].name, duration_text(seconds[part], text));
            between = ", ";
        }
    }
}

static void put_bar(markup *to, const comparison_row *of, double longest)
{
    double seconds[PARTS], from = 0;
    char text[DURATION_BYTES];
    int part;
    take_times(of, seconds);
    markup_put(to, "<li><span class=\"who\">%s <b>", comparison_op_name(of->op));
    markup_escape(to, of->on->index);
    markup_put(to, "</b></span><svg class=\"bar\" role=\"img\" aria-label=\"");
    put_label(to, seconds);
    markup_put(to, "\">");
    for (part = 0; part < PARTS; part++) {
        double width = 100 * seconds[part] / longest;
        if (width > 0) {
            markup_put(to, "<rect class=\"%s\" x=\"%.3f%%\" width=\"%.3f%%\" height=\"100%%\"/>", parts[part].style,
                       from, width);
        }
        from += width;
    }
    markup_put(to, "</svg><span class=\"number\">%s</span></li>\n", duration_text(of->measured.times.total, text));
}

static void put_case(markup *to, const comparison *of, const compare_case *at)
{
    size_t i;
    int op;
    markup_put(to, "<div>\n<h3>");
    markup_escape(to, at->name);
    markup_put(to, "</h3>\n");
    for (op = 0; op < COMPARE_OPS; op++) {
        const double longest = longest_of(of, at, op);
        if (longest > 0) {
            markup_put(to, "<ul class=\"bars\">\n");
            for (i = 0; i < of->count; i++) {
                if (is_shown(&of->rows[i], at, op)) {
                    put_bar(to, &of->rows[i], longest);
                }
            }
            markup_put(to, "</ul>\n");
        }
    }
    markup_put(to, "</div>\n");
}

/* Hatches, so that the parts differ in more than colour. */
static void put_hatches(markup *to)
{
    markup_put(to, "<svg class=\"defs\" aria-hidden=\"true\"><defs>\n"
                   "<pattern id=\"rising\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" "
                   "patternTransform=\"rotate(45)\"><rect width=\"5\" height=\"5\" class=\"hatch-ground\"/>"
                   "<rect width=\"2\" height=\"5\" class=\"hatch-line\"/></pattern>\n"
                   "<pattern id=\"falling\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" "
                   "patternTransform=\"rotate(-45)\"><rect width=\"5\" height=\"5\" class=\"hatch-ground\"/>"
                   "<rect width=\"2\" height=\"5\" class=\"hatch-line\"/></pattern>\n"
                   "</defs></svg>\n");
}

static void put_legend(markup *to)
{
    int part;
    markup_put(to, "<ul class=\"legend\">\n");
    for (part = 0; part < PARTS; part++) {
        markup_put(to,
                   "<li><svg class=\"swatch\" aria-hidden=\"true\"><rect class=\"%s\" width=\"100%%\" "
                   "height=\"100%%\"/></svg>%s</li>\n",
                   parts[part].style, parts[part].name);
    }
    markup_put(to, "</ul>\n");
}

/* Says once why there are bars of one part. */
static void put_untimed(markup *to, const comparison *of)
{
    size_t i;
    for (i = 0; i < of->count && (of->rows[i].state != ROW_RAN || comparison_row_timed(&of->rows[i])); i++) {
    }
    if (i < of->count) {
        markup_put(to, "<p class=\"note\">The driver of ");
        markup_escape(to, of->rows[i].on->index);
        markup_put(to, " gives no usable times of kernels and transfers; its bars are wall time.</p>\n");
    }
}

void html_times(markup *to, const comparison *of)
{
    size_t i;
    html_section(to, "times", "Where the time goes");
    markup_put(to, "<p class=\"note\">Bars of one operation of a case have one scale.</p>\n");
    put_hatches(to);
    put_legend(to);
    put_untimed(to, of);
    markup_put(to, "<div class=\"cases\">\n");
    for (i = 0; i < of->cases.count; i++) {
        put_case(to, of, &of->cases.list[i]);
    }
    markup_put(to, "</div>\n</section>\n");
}
