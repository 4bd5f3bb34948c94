/* SPDX-License-Identifier: Apache-2.0 */
/* How fast memory moves (upwards) by how much of it there is (to the right), both logarithmic: each row is a mark, and
 * each target's copy a line. Places are shares of the drawing, whose text keeps its size on small screens. */
#include <math.h>

#include "html_parts.h"
#include "log_scale.h"

/* A target has a colour (t0 to t4 in html_style.css), a shape and a dash. */
enum { LOOKS = 5 };
static const char *const shapes[LOOKS] = {"M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0z", "M-4-4h8v8h-8z",
                                          "M0-5.5 5.5 0 0 5.5-5.5 0z", "M0-5 5 4h-10z", "M0 5 5-4h-10z"};
static const char *const dashes[LOOKS] = {"none", "8 4", "2 3", "8 3 2 3", "12 3"};

/* An operation is how its shape is filled. */
static const char *const fills[COMPARE_OPS] = {
    [COMPARE_FORWARD] = "full", [COMPARE_BACKWARD] = "hollow", [COMPARE_RECOMPUTE] = "half"};

typedef struct plot {
    markup *to;
    const comparison *of;
    log_scale x, y; /* in percent */
} plot;

static double point_rate(const copy_point *of)
{
    return copy_point_rate(of, of->took.has_event);
}

static bool is_drawn(const comparison_row *row)
{
    return comparison_row_timed(row) && row->measured.bytes > 0 && row->measured.times.kernel > 0;
}

static double row_rate(const comparison_row *row)
{
    return (double)row->measured.bytes / row->measured.times.kernel;
}

static void fit_scales(plot *on)
{
    const comparison *of = on->of;
    size_t i, point;
    on->x = log_scale_empty(0, 100);
    on->y = log_scale_empty(100, 0);
    for (i = 0; i < of->count; i++) {
        if (is_drawn(&of->rows[i])) {
            log_scale_cover(&on->x, (double)of->rows[i].measured.bytes);
            log_scale_cover(&on->y, row_rate(&of->rows[i]) * 1e-9);
        }
    }
    for (i = 0; of->copies != NULL && i < comparison_targets(of); i++) {
        for (point = 0; point < of->copies[i].count; point++) {
            log_scale_cover(&on->x, (double)of->copies[i].points[point].bytes);
            log_scale_cover(&on->y, point_rate(&of->copies[i].points[point]) * 1e-9);
        }
    }
    log_scale_settle(&on->x);
    log_scale_settle(&on->y);
}

static void draw_axes(const plot *on)
{
    char text[BYTE_LABEL_BYTES];
    int exponent;
    for (exponent = on->x.low; exponent <= on->x.high; exponent++) {
        double at = log_scale_place(&on->x, pow(10, exponent));
        markup_put(on->to,
                   "<line class=\"grid\" x1=\"%.2f%%\" y1=\"0\" x2=\"%.2f%%\" y2=\"100%%\"/>"
                   "<text x=\"%.2f%%\" y=\"100%%\" dy=\"1.4em\" text-anchor=\"middle\">%s</text>\n",
                   at, at, at, byte_label(exponent, text));
    }
    for (exponent = on->y.low; exponent <= on->y.high; exponent++) {
        double at = log_scale_place(&on->y, pow(10, exponent));
        markup_put(on->to,
                   "<line class=\"grid\" x1=\"0\" y1=\"%.2f%%\" x2=\"100%%\" y2=\"%.2f%%\"/>"
                   "<text x=\"0\" y=\"%.2f%%\" dx=\"-.5em\" dy=\".35em\" text-anchor=\"end\">%g</text>\n",
                   at, at, at, pow(10, exponent));
    }
}

static void draw_copy(const plot *on, size_t number)
{
    const copy_speed *copies = &on->of->copies[number];
    const copy_point *before = copy_speed_next(copies, 0), *point;
    markup_put(on->to, "<g class=\"copy t%zu\" stroke-dasharray=\"%s\"><title>copy on ", number % LOOKS,
               dashes[number % LOOKS]);
    markup_escape(on->to, comparison_target(on->of, number)->index);
    markup_put(on->to, "</title>");
    for (point = before; point != NULL; before = point, point = copy_speed_next(copies, point->bytes)) {
        if (point != before && point_rate(before) > 0 && point_rate(point) > 0) {
            markup_put(
                on->to, "<line x1=\"%.2f%%\" y1=\"%.2f%%\" x2=\"%.2f%%\" y2=\"%.2f%%\"/>",
                log_scale_place(&on->x, (double)before->bytes), log_scale_place(&on->y, point_rate(before) * 1e-9),
                log_scale_place(&on->x, (double)point->bytes), log_scale_place(&on->y, point_rate(point) * 1e-9));
        }
    }
    markup_put(on->to, "</g>\n");
}

static size_t number_of(const comparison *of, const target *on)
{
    size_t number;
    for (number = 0; comparison_target(of, number) != on; number++) {
    }
    return number;
}

static void put_shape(markup *to, size_t number, const char *fill)
{
    markup_put(to, "<path class=\"mark %s t%zu\" d=\"%s\"/>", fill, number % LOOKS, shapes[number % LOOKS]);
}

static void draw_row(const plot *on, const comparison_row *row)
{
    if (!is_drawn(row)) {
        return;
    }
    markup_put(on->to, "<svg x=\"%.2f%%\" y=\"%.2f%%\" overflow=\"visible\"><title>",
               log_scale_place(&on->x, (double)row->measured.bytes), log_scale_place(&on->y, row_rate(row) * 1e-9));
    markup_escape(on->to, row->of->name);
    markup_put(on->to, ", %s on ", comparison_op_name(row->op));
    markup_escape(on->to, row->on->index);
    markup_put(on->to, ": %.3g GB/s</title>", row_rate(row) * 1e-9);
    put_shape(on->to, number_of(on->of, row->on), fills[row->op]);
    markup_put(on->to, "</svg>\n");
}

static void put_legend(const plot *on)
{
    size_t i;
    int op;
    markup_put(on->to, "<ul class=\"legend\">\n");
    for (i = 0; i < comparison_targets(on->of); i++) {
        const target *at = comparison_target(on->of, i);
        if (i > 0 && at->context == NULL) {
            continue;
        }
        markup_put(on->to,
                   "<li><svg class=\"key\" viewBox=\"0 -8 48 16\" aria-hidden=\"true\"><g class=\"copy t%zu\" "
                   "stroke-dasharray=\"%s\"><line x1=\"0\" x2=\"48\"/></g><g transform=\"translate(24)\">",
                   i % LOOKS, dashes[i % LOOKS]);
        put_shape(on->to, i, "full");
        markup_put(on->to, "</g></svg>");
        markup_escape(on->to, at->index);
        markup_put(on->to, "; line: copy</li>\n");
    }
    for (op = 0; op < COMPARE_OPS; op++) {
        markup_put(on->to, "<li><svg class=\"key narrow\" viewBox=\"-8 -8 16 16\" aria-hidden=\"true\">");
        put_shape(on->to, 0, fills[op]);
        markup_put(on->to, "</svg>%s</li>\n", comparison_op_name((comparison_op)op));
    }
    markup_put(on->to, "</ul>\n");
}

void html_speed(markup *to, const comparison *of)
{
    plot on = {.to = to, .of = of};
    size_t i;
    fit_scales(&on);
    html_section(to, "speed", "Memory speed");
    markup_put(to, "<p class=\"note\">Pooling does next to no arithmetic, so a kernel can at best be as fast as a copy "
                   "of as many bytes.</p>\n");
    put_legend(&on);
    markup_put(to, "<figure class=\"plot\">\n<figcaption>GB/s by bytes moved</figcaption>\n"
                   "<svg class=\"axes\" role=\"img\" aria-label=\"GB/s of each operation by the bytes it moves, beside "
                   "the copy's; the numbers are in the table of results\">\n");
    draw_axes(&on);
    for (i = 0; of->copies != NULL && i < comparison_targets(of); i++) {
        draw_copy(&on, i);
    }
    for (i = 0; i < of->count; i++) {
        draw_row(&on, &of->rows[i]);
    }
    markup_put(to, "</svg>\n</figure>\n</section>\n");
}
