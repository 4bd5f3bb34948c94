/* SPDX-License-Identifier: Apache-2.0 */
/* The measurements as a picture: how fast memory moves (upwards) by how much of it there is (to the right), both
 * logarithmic. The copy is a line for each device, and each row of the table a point. */
#include "bench.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "report.h"

/* A line below the title for each device makes it higher. */
enum { WIDTH = 960, HEIGHT = 620, LEFT = 80, RIGHT = 230, TOP = 50, BOTTOM = 60, NAME_HEIGHT = 18 };

static const char *const op_colours[BENCH_OPS] = {[BENCH_FORWARD] = "#1f77b4",
                                                  [BENCH_FORWARD_NO_MASK] = "#17becf",
                                                  [BENCH_BACKWARD] = "#d62728",
                                                  [BENCH_RECOMPUTE] = "#ff7f0e"};

/* Dashes of the devices' lines. */
static const char *const dashes[] = {"none", "8 4", "2 3", "8 3 2 3"};
#define DASHES (sizeof(dashes) / sizeof(dashes[0]))

/* One axis: values in powers of ten, and where they are in the picture. */
typedef struct scale {
    double low, high; /* exponents of ten */
    double from, to;  /* pixels */
} scale;

typedef struct drawing {
    const bench *of;
    output_file *file;
    exit_code code; /* of the first thing that could not be written */
    int top;        /* of the axes; they end at `bottom` */
    int bottom;
    scale x, y;
} drawing;

CLI_PRINTF(2, 3) static void put(drawing *on, const char *format, ...)
{
    char text[2048];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    if (on->code == EXIT_DONE) {
        on->code = output_file_write(on->file, text, strlen(text));
    }
}

/* Text from elsewhere. */
static void put_escaped(drawing *on, const char *text)
{
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '&':
            put(on, "&amp;");
            break;
        case '<':
            put(on, "&lt;");
            break;
        case '>':
            put(on, "&gt;");
            break;
        default:
            /* XML has no control characters. */
            put(on, "%c", (unsigned char)*text < ' ' ? ' ' : *text);
        }
    }
}

static double place(const scale *on, double value)
{
    return on->from + (log10(value) - on->low) / (on->high - on->low) * (on->to - on->from);
}

static void cover(scale *grown, double value)
{
    if (value > 0) {
        grown->low = fmin(grown->low, floor(log10(value)));
        grown->high = fmax(grown->high, ceil(log10(value)));
    }
}

static double point_rate(const copy_point *of)
{
    return copy_point_rate(of, of->took.has_event);
}

/* Makes the axes span everything that there is to see. */
static void fit_scales(drawing *on)
{
    const bench *of = on->of;
    size_t i, point;
    on->x = (scale){.low = 30, .high = -30, .from = LEFT, .to = WIDTH - RIGHT};
    on->y = (scale){.low = 30, .high = -30, .from = on->bottom, .to = on->top};
    for (i = 0; i < of->count; i++) {
        if (of->rows[i].state == BENCH_RAN) {
            cover(&on->x, (double)of->rows[i].bytes);
            cover(&on->y, of->rows[i].rate * 1e-9);
        }
    }
    for (i = 0; i < of->devices.count; i++) {
        for (point = 0; point < of->copies[i].count; point++) {
            cover(&on->x, (double)of->copies[i].points[point].bytes);
            cover(&on->y, point_rate(&of->copies[i].points[point]) * 1e-9);
        }
    }
    if (on->x.low >= on->x.high || on->y.low >= on->y.high) { /* nothing, or only powers of ten */
        on->x.low = fmin(on->x.low, 0);
        on->x.high = fmax(on->x.high, 1);
        on->y.low = fmin(on->y.low, 0);
        on->y.high = fmax(on->y.high, 1);
    }
}

static const char *byte_label(int exponent, char text[32])
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
    int unit = exponent / 3 < 5 ? exponent / 3 : 4;
    (void)snprintf(text, 32, "%.0f %s", pow(10, exponent - 3 * unit), units[unit]);
    return text;
}

static void draw_axes(drawing *on)
{
    char text[32];
    int exponent;
    for (exponent = (int)on->x.low; exponent <= (int)on->x.high; exponent++) {
        double at = place(&on->x, pow(10, exponent));
        put(on, "<line x1='%.1f' y1='%d' x2='%.1f' y2='%d' stroke='#ddd'/>\n", at, on->top, at, on->bottom);
        put(on, "<text x='%.1f' y='%d' text-anchor='middle'>%s</text>\n", at, on->bottom + 20,
            byte_label(exponent, text));
    }
    for (exponent = (int)on->y.low; exponent <= (int)on->y.high; exponent++) {
        double at = place(&on->y, pow(10, exponent));
        put(on, "<line x1='%d' y1='%.1f' x2='%d' y2='%.1f' stroke='#ddd'/>\n", LEFT, at, WIDTH - RIGHT, at);
        put(on, "<text x='%d' y='%.1f' text-anchor='end'>%g</text>\n", LEFT - 8, at + 4, pow(10, exponent));
    }
    put(on, "<text x='%d' y='%d' text-anchor='middle'>bytes moved</text>\n", (LEFT + WIDTH - RIGHT) / 2,
        on->bottom + 45);
    put(on, "<text x='20' y='%d' text-anchor='middle' transform='rotate(-90 20 %d)'>GB/s</text>\n",
        (on->top + on->bottom) / 2, (on->top + on->bottom) / 2);
}

/* Points were measured in the order of the cases; the line goes through them by bytes. */
static const copy_point *next_point(const copy_speed *of, size_t after)
{
    const copy_point *found = NULL;
    size_t i;
    for (i = 0; i < of->count; i++) {
        if (of->points[i].bytes > after && (found == NULL || of->points[i].bytes < found->bytes)) {
            found = &of->points[i];
        }
    }
    return found;
}

static void draw_copy(drawing *on, size_t device)
{
    const copy_speed *copies = &on->of->copies[device];
    const copy_point *point = next_point(copies, 0);
    if (point == NULL) {
        return;
    }
    put(on, "<polyline fill='none' stroke='#444' stroke-width='2' stroke-dasharray='%s' points='",
        dashes[device % DASHES]);
    for (; point != NULL; point = next_point(copies, point->bytes)) {
        double rate = point_rate(point) * 1e-9;
        if (rate > 0) {
            put(on, "%.1f,%.1f ", place(&on->x, (double)point->bytes), place(&on->y, rate));
        }
    }
    put(on, "'><title>copy on ");
    put_escaped(on, on->of->devices.targets[device].index);
    put(on, "</title></polyline>\n");
}

/* A circle on the first device, squares turned ever further on the others. */
static void put_mark(drawing *on, size_t device, double x, double y, const char *colour)
{
    if (device == 0) {
        put(on, "<circle cx='%.1f' cy='%.1f' r='5' fill='%s' fill-opacity='0.8'>", x, y, colour);
    } else {
        put(on,
            "<rect x='%.1f' y='%.1f' width='9' height='9' fill='%s' fill-opacity='0.8' "
            "transform='rotate(%zu %.1f %.1f)'>",
            x - 4.5, y - 4.5, colour, (device - 1) * 45 % 90, x, y);
    }
}

static void end_mark(drawing *on, size_t device)
{
    put(on, device == 0 ? "</circle>\n" : "</rect>\n");
}

static void draw_row(drawing *on, const bench_row *row)
{
    size_t device = (size_t)(row->on - on->of->devices.targets);
    if (row->state != BENCH_RAN || !(row->rate > 0)) {
        return;
    }
    put_mark(on, device, place(&on->x, (double)row->bytes), place(&on->y, row->rate * 1e-9), op_colours[row->op]);
    put(on, "<title>");
    put_escaped(on, row->of->name);
    put(on, ", %s on %s, %s: %.2f GB/s, %.0f%% of copy</title>", bench_op_name(row->op), row->on->index, row->strategy,
        row->rate * 1e-9, row->copy_rate > 0 ? 100 * row->rate / row->copy_rate : 0);
    end_mark(on, device);
}

static void draw_legend(drawing *on)
{
    int x = WIDTH - RIGHT + 20, y = on->top + 10, op;
    size_t i;
    for (op = 0; op < BENCH_OPS; op++, y += 22) {
        put(on, "<circle cx='%d' cy='%d' r='5' fill='%s'/><text x='%d' y='%d'>%s</text>\n", x, y, op_colours[op],
            x + 15, y + 4, bench_op_name((bench_op)op));
    }
    for (i = 0; i < on->of->devices.count; i++, y += 22) {
        put_mark(on, i, x, y, "#888");
        end_mark(on, i);
        put(on, "<line x1='%d' y1='%d' x2='%d' y2='%d' stroke='#444' stroke-width='2' stroke-dasharray='%s'/>\n",
            x + 12, y, x + 42, y, dashes[i % DASHES]);
        put(on, "<text x='%d' y='%d'>", x + 50, y + 4);
        put_escaped(on, on->of->devices.targets[i].index);
        put(on, ": points; copy</text>\n");
    }
}

static void draw_title(drawing *on)
{
    size_t i;
    put(on, "<text x='%d' y='28' font-size='16'>clpool bench, %s tensors</text>\n", LEFT,
        on->of->cold ? "cold" : "hot");
    for (i = 0; i < on->of->devices.count; i++) {
        put(on, "<text x='%d' y='%d'>", LEFT, TOP + (int)i * NAME_HEIGHT);
        put_escaped(on, on->of->devices.targets[i].index);
        put(on, ": ");
        put_escaped(on, on->of->devices.targets[i].name);
        put(on, "</text>\n");
    }
}

exit_code bench_write_svg(const bench *of, output_file *file)
{
    drawing on = {.of = of, .file = file, .code = EXIT_DONE};
    int height = HEIGHT + (int)of->devices.count * NAME_HEIGHT;
    size_t i;
    on.top = TOP + (int)of->devices.count * NAME_HEIGHT;
    on.bottom = height - BOTTOM;
    fit_scales(&on);
    put(&on,
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
    put(&on, "</svg>\n");
    return on.code;
}
