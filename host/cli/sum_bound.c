/* SPDX-License-Identifier: Apache-2.0 */
#include "sum_bound.h"

#include <float.h>
#include <math.h>

#include "pooling.h"
#include "report.h"

static exit_code make_magnitudes(const array *of, array *made)
{
    const float *values = of->data;
    float *magnitudes;
    size_t i;
    exit_code code = array_make(NPY_F32, of->rank, of->shape, made);
    if (code != EXIT_DONE) {
        return code;
    }
    magnitudes = made->data;
    for (i = 0; i < of->elements; i++) {
        magnitudes[i] = fabsf(values[i]);
    }
    return EXIT_DONE;
}

/* The greatest magnitude of each window. */
static clpool_status find_y_terms(const clpool_problem *problem, const array *x, array *terms)
{
    clpool_problem greatest = *problem;
    greatest.mode = CLPOOL_MAX;
    greatest.divisor_rule = CLPOOL_INCLUDE_PAD;
    greatest.divisor = 0;
    greatest.p = 0;
    return clpool_native_forward(&greatest, x->data, terms->data, NULL);
}

/* With magnitudes in place of x and dy no terms cancel. */
static clpool_status find_dx_terms(const clpool_problem *problem, const array *x, const array *y, const array *dy,
                                   array *terms)
{
    return problem->mode == CLPOOL_LP ? clpool_native_backward_lp(problem, x->data, y->data, dy->data, terms->data, 0)
                                      : clpool_native_backward(problem, dy->data, NULL, terms->data, 0);
}

static void turn_into_bounds(const array *values, array *terms)
{
    const float *value = values->data;
    float *bound = terms->data;
    size_t i;
    for (i = 0; i < values->elements; i++) {
        float of_term = isfinite(bound[i]) && bound[i] > 0 ? 4 * FLT_EPSILON * bound[i] : 0;
        float of_value = isfinite(value[i]) ? 1e-5f * fabsf(value[i]) : 0;
        bound[i] = of_term > of_value ? of_term : of_value;
    }
}

exit_code golden_bounds(const clpool_problem *problem, const golden_values *of, array *y_bound, array *dx_bound)
{
    array x = {.data = NULL}, dy = {.data = NULL};
    clpool_status status = CLPOOL_SUCCESS;
    exit_code code = array_make(NPY_F32, of->y->rank, of->y->shape, y_bound);
    if (code == EXIT_DONE) {
        code = array_make(NPY_F32, of->dx->rank, of->dx->shape, dx_bound);
    }
    if (code == EXIT_DONE) {
        code = make_magnitudes(of->x, &x);
    }
    if (code == EXIT_DONE) {
        code = make_magnitudes(of->dy, &dy);
    }
    if (code == EXIT_DONE) {
        status = find_y_terms(problem, &x, y_bound);
    }
    if (code == EXIT_DONE && status == CLPOOL_SUCCESS) {
        status = find_dx_terms(problem, &x, of->y, &dy, dx_bound);
    }
    if (code == EXIT_DONE && status == CLPOOL_SUCCESS) {
        turn_into_bounds(of->y, y_bound);
        turn_into_bounds(of->dx, dx_bound);
    }
    array_free(&dy);
    array_free(&x);
    return status == CLPOOL_SUCCESS ? code : report_status(status, "native");
}

/* At least as many taps as the largest window has. */
static size_t count_taps(const clpool_problem *problem)
{
    size_t taps = 1;
    unsigned axis;
    for (axis = 0; axis < problem->rank; axis++) {
        taps *=
            problem->windows == CLPOOL_ADAPTIVE ? problem->in[axis] / problem->out[axis] + 2 : problem->kernel[axis];
    }
    return taps;
}

exit_code strategy_bounds(const clpool_problem *problem, const array *x, array *y_bound)
{
    size_t shape[CLPOOL_MAX_RANK + 2];
    unsigned rank = problem_y_shape(problem, shape);
    array magnitudes = {.data = NULL};
    clpool_status status = CLPOOL_SUCCESS;
    float epsilons = 4;
    size_t taps, i;
    exit_code code = array_make(NPY_F32, rank, shape, y_bound);
    if (code == EXIT_DONE) {
        code = make_magnitudes(x, &magnitudes);
    }
    if (code == EXIT_DONE) {
        status = clpool_native_forward(problem, magnitudes.data, y_bound->data, NULL);
    }
    array_free(&magnitudes);
    if (code != EXIT_DONE || status != CLPOOL_SUCCESS) {
        return status == CLPOOL_SUCCESS ? code : report_status(status, "native");
    }
    for (taps = count_taps(problem); taps > 256; taps = taps / 2 + taps % 2) {
        epsilons++;
    }
    for (i = 0; i < y_bound->elements; i++) {
        float *bound = (float *)y_bound->data + i;
        *bound = isfinite(*bound) ? 2 * epsilons * FLT_EPSILON * *bound : 0;
    }
    return EXIT_DONE;
}
