/* SPDX-License-Identifier: Apache-2.0 */
#include "loss_curve.h"
#include "failure.h"
#include "output.h"

#include <math.h>
#include <stdlib.h>

enum { WIDTH = 720, HEIGHT = 420, LEFT = 70, RIGHT = 20, TOP = 40, BOTTOM = 50 };

/* What the axis of losses shows: powers of ten. */
static const int lowest_power = -4;
static const int highest_power = 1;

struct loss_curve loss_curve_create(size_t max_steps, size_t max_epochs)
{
    struct loss_curve created = {.max_steps = max_steps, .max_epochs = max_epochs};
    created.training = allocate(max_steps, sizeof(double));
    created.test = allocate(max_epochs, sizeof(double));
    return created;
}

void loss_curve_free(struct loss_curve *freed)
{
    free(freed->training);
    free(freed->test);
}

void loss_curve_add_step(struct loss_curve *curve, double loss)
{
    if (curve->steps < curve->max_steps) {
        curve->training[curve->steps++] = loss;
    }
}

void loss_curve_add_epoch(struct loss_curve *curve, double loss)
{
    if (curve->epochs < curve->max_epochs) {
        curve->test[curve->epochs++] = loss;
    }
}

static double x_of(double share)
{
    return (double)LEFT + share * (double)(WIDTH - LEFT - RIGHT);
}

/* Values off the axis stand at its end; so does what is no number. */
static double y_of(double loss)
{
    double power = log10(loss);
    power = power > lowest_power ? power : lowest_power;
    power = power < highest_power ? power : highest_power;
    return (double)TOP + (highest_power - power) / (highest_power - lowest_power) * (double)(HEIGHT - TOP - BOTTOM);
}

/* A line through points with equal distances, of which the last one is at the right end. */
static void draw_line(FILE *stream, const char *style, const double *losses, size_t count)
{
    (void)fprintf(stream, "<polyline fill=\"none\" %s points=\"", style);
    for (size_t i = 0; i < count; i++) {
        (void)fprintf(stream, "%.1f,%.1f ", x_of((double)(i + 1) / (double)count), y_of(losses[i]));
    }
    (void)fputs("\"/>\n", stream);
}

static void draw_axes(FILE *stream, size_t epochs)
{
    for (int power = lowest_power; power <= highest_power; power++) {
        double y = y_of(pow(10, power));
        (void)fprintf(stream, "<path stroke=\"#ddd\" d=\"M%d %.1fH%d\"/>\n", LEFT, y, WIDTH - RIGHT);
        (void)fprintf(stream, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%g</text>\n", LEFT - 8, y + 4,
                      pow(10, power));
    }
    for (int quarter = 0; quarter <= 4; quarter++) {
        (void)fprintf(stream, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%g</text>\n", x_of(quarter / 4.0),
                      HEIGHT - BOTTOM + 18, (double)epochs * quarter / 4);
    }
    (void)fprintf(stream, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">epochs</text>\n", x_of(0.5), HEIGHT - 12);
}

void loss_curve_write(const struct loss_curve *curve, const char *path)
{
    static const char training_style[] = "stroke=\"#9bb7d4\"";
    static const char test_style[] = "stroke=\"#b3402a\" stroke-width=\"2\"";
    output file = output_open(path);
    (void)fprintf(file.stream,
                  "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" "
                  "font-size=\"13\">\n<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n",
                  WIDTH, HEIGHT);
    draw_axes(file.stream, curve->epochs);
    draw_line(file.stream, training_style, curve->training, curve->steps);
    draw_line(file.stream, test_style, curve->test, curve->epochs);
    (void)fprintf(file.stream,
                  "<text x=\"%d\" y=\"24\">Mean cross entropy: <tspan fill=\"#5b87b4\">each batch in training</tspan>, "
                  "<tspan fill=\"#b3402a\">the test images after each epoch</tspan></text>\n</svg>\n",
                  LEFT);
    output_close(&file);
}
