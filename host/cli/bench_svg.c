/* SPDX-License-Identifier: Apache-2.0 */
/* The measurements as a picture: how fast memory moves (upwards) by how much of it there is (to the right), both
 * logarithmic. The copy is a line for each device, and each row of the table a point. */
#include "bench.h"

#include <math.h>

#include "log_scale.h"
#include "markup.h"

/* A line below the title for each device makes it higher. */
enum { WIDTH = 960, HEIGHT = 620, LEFT = 80, RIGHT = 230, TOP = 50, BOTTOM = 60, NAME_HEIGHT = 18 };

static const char *const op_colours[BENCH_OPS] = {[BENCH_FORWARD] = "#1f77b4",
                                                  [BENCH_FORWARD_NO_MASK] = "#17becf",
                                                  [BENCH_BACKWARD] = "#d62728",
                                                  [BENCH_RECOMPUTE] = "#ff7f0e"};

/* Dashes of the devices' lines. */
static const char *const dashes[] = {"none", "8 4", "2 3", "8 3 2 3"};
#define DASHES (sizeof(dashes) / sizeof(dashes[0]))

typedef struct drawing {
    const bench *of;
    markup to;
    int top; /* of the axes; they end at `bottom` */
    int bottom;
    log_scale x, y;
} drawing;

static double point_rate(const copy_point *of)
{
    return copy_point_rate(of, of->took.has_event);
}

/* Makes the axes span everything that there is to see. */
static void fit_scales(drawing *on)
{
    const bench *of = on->of;
    size_t i, point;
    on->x = log_scale_empty(LEFT, WIDTH - RIGHT);
    on->y = log_scale_empty(on->bottom, on->top);
    for (i = 0; i < of->count; i++) {
        if (of->rows[i].state == BENCH_RAN) {
            log_scale_cover(&on->x, (double)of->rows[i].bytes);
            log_scale_cover(&on->y, of->rows[i].rate * 1e-9);
        }
    }
    for (i = 0; i < of->devices.count; i++) {
        for (point = 0; point < of->copies[i].count; point++) {
            log_scale_cover(&on->x, (double)of->copies[i].points[point].bytes);
            log_scale_cover(&on->y, point_rate(&of->copies[i].points[point]) * 1e-9);
        }
    }
    log_scale_settle(&on->x);
    log_scale_settle(&on->y);
}

static void draw_axes(drawing *on)
{
    char text[BYTE_LABEL_BYTES];
    int exponent;
    for (exponent = on->x.low; exponent <= on->x.high; exponent++) {
        double at = log_scale_place(&on->x, pow(10, exponent));
        markup_put(&on->to, "<line x1='%.1f' y1='%d' x2='%.1f' y2='%d' stroke='#ddd'/>\n", at, on->top, at, on->bottom);
        markup_put(&on->to, "<text x='%.1f' y='%d' text-anchor='middle'>%s</text>\n", at, on->bottom + 20,
                   byte_label(exponent, text));
    }
    for (exponent = on->y.low; exponent <= on->y.high; exponent++) {
        double at = log_scale_place(&on->y, pow(10, exponent));
        markup_put(&on->to, "<line x1='%d' y1='%.1f' x2='%d' y2='%.1f' stroke='#ddd'/>\n", LEFT, at, WIDTH - RIGHT, at);
        markup_put(&on->to, "<text x='%d' y='%.1f' text-anchor='end'>%g</text>\n", LEFT - 8, at + 4, pow(10, exponent));
    }
    markup_put(&on->to, "<text x='%d' y='%d' text-anchor='middle'>bytes moved</text>\n", (LEFT + WIDTH - RIGHT) / 2,
               on->bottom + 45);
    markup_put(&on->to, "<text x='20' y='%d' text-anchor='middle' transform='rotate(-90 20 %d)'>GB/s</text>\n",
               (on->top + on->bottom) / 2, (on->top + on->bottom) / 2);
}

static void draw_copy(drawing *on, size_t device)
{
    const copy_speed *copies = &on->of->copies[device];
    const copy_point *point = copy_speed_next(copies, 0);
    if (point == NULL) {
        return;
    }
    markup_put(&on->to, "<polyline fill='none' stroke='#444' stroke-width='2' stroke-dasharray='%s' points='",
               dashes[device % DASHES]);
    for (; point != NULL; point = copy_speed_next(copies, point->bytes)) {
        double rate = point_rate(point) * 1e-9;
        if (rate > 0) {
            markup_put(&on->to, "%.1f,%.1f ", log_scale_place(&on->x, (double)point->bytes),
                       log_scale_place(&on->y, rate));
        }
    }
    markup_put(&on->to, "'><title>copy on ");
    markup_escape(&on->to, on->of->devices.targets[device].index);
    markup_put(&on->to, "</title></polyline>\n");
}

/* A circle on the first device, squares turned ever further on the others. */
static void put_mark(drawing *on, size_t device, double x, double y, const char *colour)
{
    if (device == 0) {
        markup_put(&on->to, "<circle cx='%.1f' cy='%.1f' r='5' fill='%s' fill-opacity='0.8'>", x, y, colour);
    } else {
        markup_put(&on->to,
                   "<rect x='%.1f' y='%.1f' width='9' height='9' fill='%s' fill-opacity='0.8' "
                   "transform='rotate(%zu %.1f %.1f)'>",
                   x - 4.5, y - 4.5, colour, (device - 1) * 45 % 90, x, y);
    }
}

static void end_mark(drawing *on, size_t device)
{
    markup_put(&on->to, device == 0 ? "</circle>\n" : "</rect>\n");
}

static void draw_row(drawing *on, const bench_row *row)
{
    size_t device = (size_t)(row->on - on->of->devices.targets);
    if (row->state != BENCH_RAN || !(row->rate > 0)) {
        return;
    }
    put_mark(on, device, log_scale_place(&on->x, (double)row->bytes), log_scale_place(&on->y, row->rate * 1e-9),
             op_colours[row->op]);
    markup_put(&on->to, "<title>");
    markup_escape(&on->to, row->of->name);
    markup_put(&on->to, ", %s on %s, %s: %.2f GB/s, %.0f%% of copy</title>", bench_op_name(row->op), row->on->index,
               row->strategy, row->rate * 1e-9, row->copy_rate > 0 ? 100 * row->rate / row->copy_rate : 0);
    end_mark(on, device);
}

static void draw_legend(drawing *on)
{
    int x = WIDTH - RIGHT + 20, y = on->top + 10, op;
    size_t i;
    for (op = 0; op < BENCH_OPS; op++, y += 22) {
        markup_put(&on->to, "<circle cx='%d' cy='%d' r='5' fill='%s'/><text x='%d' y='%d'>%s</text>\n", x, y,
                   op_colours[op], x + 15, y + 4, bench_op_name((bench_op)op));
    }
    for (i = 0; i < on->of->devices.count; i++, y += 22) {
        put_mark(on, i, x, y, "#888");
        end_mark(on, i);
        markup_put(&on->to,
                   "<line x1='%d' y1='%d' x2='%d' y2='%d' stroke='#444' stroke-width='2' stroke-dasharray='%s'/>\n",
                   x + 12, y, x + 42, y, dashes[i % DASHES]);
        markup_put(&on->to, "<text x='%d' y='%d'>", x + 50, y + 4);
        markup_escape(&on->to, on->of->devices.targets[i].index);
        markup_put(&on->to, ": points; copy</text>\n");
    }
}

static void draw_title(drawing *on)
{
    size_t i;
    markup_put(&on->to, "<text x='%d' y='28' font-size='16'>clpool bench, %s tensors</text>\n", LEFT,
               on->of->cold ? "cold" : "hot");
    for (i = 0; i < on->of->devices.count; i++) {
        markup_put(&on->to, "<text x='%d' y='%d'>", LEFT, TOP + (int)i * NAME_HEIGHT);
        markup_escape(&on->to, on->of->devices.targets[i].index);
        markup_put(&on->to, ": ");
        markup_escape(&on->to, on->of->devices.targets[i].name);
        markup_put(&on->to, "</text>\n");
    }
}

exit_code bench_write_svg(const bench *of, output_file *file)
{
    drawing on = {.of = of};
    int height = HEIGHT + (int)of->devices.count * NAME_HEIGHT;
    size_t i;
    on.top = TOP + (int)of->devices.count * NAME_HEIGHT;
    on.bottom = height - BOTTOM;
    fit_scales(&on);
    markup_put(
        &on.to,
        "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' viewBox='0 0 %d %d' font-family='sans-serif' "
        "font-size='13'>\n<rect width='100%%' height='100%%' fill='white'/>\n",
        WIDTH, height, WIDTH, height);
    draw_title(&on);
    draw_axes(&on);
    for (i = 0; i < of->devices.count; i++) {
        draw_copy(&on, i);
    }
    for (i = 0; i < of->count; i++) {
        draw_row(&on, &of->rows[i]);
    }
    draw_legend(&on);
    markup_put(&on.to, "</svg>\n");
    return markup_write(&on.to, file);
}
