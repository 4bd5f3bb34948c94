/* SPDX-License-Identifier: Apache-2.0 */
#include "pooled_pictures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "element.h"
#include "report.h"
#include "winners_picture.h"

/* Of a larger plane the middle is drawn, so that the page stays small. */
#define EXTENT_MOST ((size_t)512)

typedef struct drawn_tensors {
    clpool_problem problem; /* of the part that is drawn: one image, channels first */
    array x, y, mask, dy, dx;
    int64_t *plane; /* the mask's winners */
} drawn_tensors;

static size_t drawn_extent(size_t extent)
{
    return extent < EXTENT_MOST ? extent : EXTENT_MOST;
}

/* RGB where there are three channels, or four with alpha; otherwise the first channel in gray. */
static size_t drawn_channels(size_t channels)
{
    return channels == 3 || channels == 4 ? 3 : 1;
}

static clpool_problem drawn_problem(const clpool_problem *whole)
{
    clpool_problem made = *whole;
    made.batch = 1;
    made.channels = drawn_channels(whole->channels);
    made.in[0] = drawn_extent(whole->in[0]);
    made.in[1] = drawn_extent(whole->in[1]);
    made.layout = CLPOOL_CHANNELS_FIRST;
    made.mask_form = CLPOOL_MASK_WINDOW;
    return made;
}

/* Takes the middle of the first image of x. */
static void take_middle(const clpool_problem *whole, const array *x, const drawn_tensors *to)
{
    const clpool_problem *part = &to->problem;
    const size_t bytes = npy_dtype_bytes(x->dtype);
    const size_t top = (whole->in[0] - part->in[0]) / 2, left = (whole->in[1] - part->in[1]) / 2;
    const bool is_last = whole->layout == CLPOOL_CHANNELS_LAST;
    size_t channel, row, column, at = 0;
    for (channel = 0; channel < part->channels; channel++) {
        for (row = 0; row < part->in[0]; row++) {
            for (column = 0; column < part->in[1]; column++, at++) {
                size_t pixel = (top + row) * whole->in[1] + left + column;
                size_t from =
                    is_last ? pixel * whole->channels + channel : channel * whole->in[0] * whole->in[1] + pixel;
                memcpy((char *)to->x.data + at * bytes, (const char *)x->data + from * bytes, bytes);
            }
        }
    }
}

static exit_code make_tensors(drawn_tensors *made)
{
    const clpool_problem *problem = &made->problem;
    const npy_dtype dtype = element_npy(problem->dtype);
    size_t in[CLPOOL_MAX_RANK + 2], out[CLPOOL_MAX_RANK + 2];
    unsigned rank = problem_x_shape(problem, in);
    exit_code code = array_make(dtype, rank, in, &made->x);
    (void)problem_y_shape(problem, out);
    code = code == EXIT_DONE ? array_make(dtype, rank, out, &made->y) : code;
    code = code == EXIT_DONE ? array_make(dtype, rank, out, &made->dy) : code;
    code = code == EXIT_DONE ? array_make(dtype, rank, in, &made->dx) : code;
    if (code == EXIT_DONE && problem->mode == CLPOOL_MAX) {
        code = array_make(problem_mask_dtype(problem), rank, out, &made->mask);
        made->plane = code == EXIT_DONE ? calloc(made->mask.elements, sizeof(*made->plane)) : NULL;
        code = code == EXIT_DONE && made->plane == NULL ? report_no_memory() : code;
    }
    return code;
}

static void free_tensors(drawn_tensors *freed)
{
    array_free(&freed->x);
    array_free(&freed->y);
    array_free(&freed->mask);
    array_free(&freed->dy);
    array_free(&freed->dx);
    free(freed->plane);
}

static clpool_status run_backward(const drawn_tensors *on)
{
    const clpool_problem *problem = &on->problem;
    size_t i;
    for (i = 0; i < on->dy.elements; i++) {
        element_set(problem->dtype, on->dy.data, i, 1);
    }
    return problem->mode == CLPOOL_LP
               ? clpool_native_backward_lp(problem, on->x.data, on->y.data, on->dy.data, on->dx.data, 0)
               : clpool_native_backward(problem, on->dy.data, on->mask.data, on->dx.data, 0);
}

static exit_code run(const drawn_tensors *on)
{
    clpool_status status = clpool_native_forward(&on->problem, on->x.data, on->y.data, on->mask.data);
    if (status == CLPOOL_SUCCESS && on->mask.data != NULL) {
        status = clpool_mask_to_plane(&on->problem, on->mask.data, on->plane);
    }
    if (status == CLPOOL_SUCCESS && element_is_float(on->problem.dtype)) {
        status = run_backward(on);
    }
    return status == CLPOOL_SUCCESS ? EXIT_DONE : report_status(status, "native");
}

/* Draws an array (1, C, H, W) with its least finite value black and its greatest white. */
static exit_code draw_samples(clpool_dtype dtype, const array *from, picture *made)
{
    const size_t channels = from->shape[1], pixels = from->shape[2] * from->shape[3];
    double least = (double)INFINITY, greatest = -(double)INFINITY;
    size_t i;
    exit_code code = picture_make(from->shape[3], from->shape[2], channels, made);
    if (code != EXIT_DONE) {
        return code;
    }
    for (i = 0; i < from->elements; i++) {
        double value = element_get(dtype, from->data, i);
        if (isfinite(value)) {
            least = fmin(least, value);
            greatest = fmax(greatest, value);
        }
    }
    for (i = 0; i < from->elements; i++) {
        double value = element_get(dtype, from->data, i);
        double share = greatest > least && value > least ? fmin((value - least) / (greatest - least), 1) : 0;
        made->data[i % pixels * channels + i / pixels] = (unsigned char)lrint(255 * share);
    }
    return EXIT_DONE;
}

/* The colours of 0, a quarter, a half and so on: brighter the more there is, so that they tell as much in gray. */
static const unsigned char heat[5][3] = {{0, 0, 0}, {40, 40, 140}, {190, 50, 110}, {250, 150, 50}, {255, 250, 200}};

static void put_heat(double share, unsigned char pixel[3])
{
    double at = 4 * share;
    int below = at < 3 ? (int)at : 3;
    int channel;
    for (channel = 0; channel < 3; channel++) {
        double low = heat[below][channel], high = heat[below + 1][channel];
        pixel[channel] = (unsigned char)lrint(low + (at - below) * (high - low));
    }
}

/* The sum over the channels at a pixel. */
static double gradient_at(const drawn_tensors *on, size_t pixel)
{
    const size_t pixels = on->dx.shape[2] * on->dx.shape[3];
    double sum = 0;
    size_t i;
    for (i = pixel; i < on->dx.elements; i += pixels) {
        sum += fabs(element_get(on->problem.dtype, on->dx.data, i));
    }
    return isfinite(sum) ? sum : 0;
}

static exit_code draw_gradients(const drawn_tensors *on, pooled_pictures *made)
{
    const size_t pixels = on->dx.shape[2] * on->dx.shape[3];
    size_t i;
    exit_code code = picture_make(on->dx.shape[3], on->dx.shape[2], 3, &made->gradients);
    for (i = 0; i < pixels && code == EXIT_DONE; i++) {
        made->most = fmax(made->most, gradient_at(on, i));
    }
    for (i = 0; i < pixels && made->most > 0; i++) {
        put_heat(gradient_at(on, i) / made->most, made->gradients.data + 3 * i);
    }
    return code;
}

/* Winners are those samples that no loser is as bright as. */
static double share_won(const picture *winners)
{
    const size_t samples = winners->width * winners->height * winners->channels;
    size_t i, won = 0;
    for (i = 0; i < samples; i++) {
        won += winners->data[i] >= 128 ? 1 : 0;
    }
    return (double)won / (double)samples;
}

static exit_code draw(const drawn_tensors *on, pooled_pictures *made)
{
    exit_code code = draw_samples(on->problem.dtype, &on->x, &made->x);
    if (code == EXIT_DONE) {
        code = draw_samples(on->problem.dtype, &on->y, &made->y);
    }
    if (code == EXIT_DONE && on->plane != NULL) {
        code = winners_picture_make(&made->x, on->plane, on->y.shape[2] * on->y.shape[3], &made->winners);
        made->share_won = code == EXIT_DONE ? share_won(&made->winners) : 0;
    }
    if (code == EXIT_DONE && element_is_float(on->problem.dtype)) {
        code = draw_gradients(on, made);
    }
    return code;
}

exit_code pooled_pictures_make(const compare_case *of, pooled_pictures *made)
{
    drawn_tensors tensors = {.plane = NULL};
    exit_code code;
    memset(made, 0, sizeof(*made));
    if (of->x == NULL || of->problem.rank != 2 || of->problem.batch == 0) {
        return EXIT_DONE;
    }
    tensors.problem = drawn_problem(&of->problem);
    /* A window may be larger than the middle. */
    if (clpool_problem_check(&tensors.problem) != CLPOOL_SUCCESS) {
        return EXIT_DONE;
    }
    code = make_tensors(&tensors);
    if (code == EXIT_DONE) {
        take_middle(&of->problem, of->x, &tensors);
        code = run(&tensors);
    }
    if (code == EXIT_DONE) {
        code = draw(&tensors, made);
    }
    free_tensors(&tensors);
    if (code != EXIT_DONE) {
        pooled_pictures_free(made);
    }
    return code;
}

void pooled_pictures_free(pooled_pictures *freed)
{
    picture_free(&freed->x);
    picture_free(&freed->y);
    picture_free(&freed->winners);
    picture_free(&freed->gradients);
    memset(freed, 0, sizeof(*freed));
}
