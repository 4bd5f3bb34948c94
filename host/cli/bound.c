/* SPDX-License-Identifier: Apache-2.0 */
#include "bound.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "element.h"
#include "pooling.h"
#include "report.h"

/* What rounding to a float type may cost, and what the sum is added in. */
static const struct float_row {
    int digits;       /* of the mantissa, the hidden one too; 0: the result is rounded no more than its sum */
    int half_least;   /* binary exponent of half the least denormal (f64 has no half of it) */
    int epsilon;      /* binary exponent of the sum's epsilon */
    int least_normal; /* binary exponent of the sum's least normal number */
    int overflow;     /* binary exponent of the first number that is too large */
} float_table[] = {
    [CLPOOL_F32] = {0, -150, -23, -126, 128},
    [CLPOOL_F64] = {0, -1074, -52, -1022, 1024},
    [CLPOOL_F16] = {11, -25, -23, -126, 16},
    [CLPOOL_BF16] = {8, -134, -23, -126, 128},
};

bool bound_applies(const clpool_problem *problem)
{
    return problem->mode != CLPOOL_MAX && element_is_float(problem->dtype);
}

/* Taps of the largest window. */
static size_t count_taps(const clpool_problem *problem)
{
    size_t taps = 1;
    unsigned axis;
    for (axis = 0; axis < problem->rank; axis++) {
        size_t in = problem->in[axis];
        if (problem->windows == CLPOOL_ADAPTIVE) {
            size_t widest = in / problem->out[axis] + 2;
            taps *= widest > in ? in : widest;
        } else {
            taps *= problem->kernel[axis];
        }
    }
    return taps;
}

/* Epsilons that a sum of so many terms may be off: 4 up to 256 terms, and one more for each doubling. */
static double epsilons(size_t taps)
{
    double count = 4;
    size_t left;
    for (left = taps > 0 ? (taps - 1) / 256 : 0; left > 0; left /= 2) {
        count++;
    }
    return count;
}

/* How far from `value` an output may be; `magnitude` is what the epsilons are of. */
static double allowance(const clpool_problem *problem, double value, double magnitude)
{
    const struct float_row *row = &float_table[problem->dtype];
    size_t taps = count_taps(problem);
    double error = epsilons(taps) * ldexp(magnitude, row->epsilon);
    if (problem->dtype == CLPOOL_F64) {
        error *= 2; /* the value is no better than the output */
    }
    if (problem->mode == CLPOOL_LP && value > 0) {
        /* Powers below the normal numbers may be lost. */
        double lost = (double)taps * ldexp(1, row->least_normal) / pow(value, problem->p);
        error += value * fmin(lost, 1);
    }
    if (row->digits > 0) {
        error += ldexp(fabs(value) + error, -row->digits);
    }
    return error + ldexp(1, row->half_least);
}

/* Native forward in f64. */
static exit_code run_wide(const clpool_problem *problem, const array *x, double *y)
{
    clpool_problem wide = *problem;
    clpool_status status;
    wide.dtype = CLPOOL_F64;
    status = clpool_native_forward(&wide, x->data, y, NULL);
    return status == CLPOOL_SUCCESS ? EXIT_DONE : report_status(status, "the bound");
}

/* Replaces the elements by their absolute values. */
static void take_magnitudes(array *wide)
{
    double *values = wide->data;
    size_t i;
    for (i = 0; i < wide->elements; i++) {
        values[i] = fabs(values[i]);
    }
}

static exit_code widen(const clpool_problem *problem, const array *x, array *wide)
{
    double *values;
    size_t i;
    exit_code code = array_make(NPY_F64, x->rank, x->shape, wide);
    values = wide->data;
    for (i = 0; code == EXIT_DONE && i < wide->elements; i++) {
        values[i] = element_get(problem->dtype, x->data, i);
    }
    return code;
}

static exit_code fill(const clpool_problem *problem, array *wide, bound *made)
{
    size_t i;
    exit_code code = run_wide(problem, wide, made->value);
    if (code == EXIT_DONE) {
        take_magnitudes(wide);
        code = run_wide(problem, wide, made->allowed);
    }
    for (i = 0; code == EXIT_DONE && i < made->elements; i++) {
        made->allowed[i] = allowance(problem, made->value[i], made->allowed[i]);
    }
    return code;
}

exit_code bound_make(const clpool_problem *problem, const array *x, bound *made)
{
    array wide = {.data = NULL};
    exit_code code = widen(problem, x, &wide);
    memset(made, 0, sizeof(*made));
    made->dtype = problem->dtype;
    if (code == EXIT_DONE && clpool_tensor_elements(problem, CLPOOL_Y, &made->elements) != CLPOOL_SUCCESS) {
        code = report_error(EXIT_BAD_INPUT, "the bound: %s", clpool_error_detail());
    }
    if (code == EXIT_DONE) {
        made->value = calloc(made->elements + 1, sizeof(*made->value));
        made->allowed = calloc(made->elements + 1, sizeof(*made->allowed));
        code = made->value == NULL || made->allowed == NULL ? report_no_memory() : fill(problem, &wide, made);
    }
    array_free(&wide);
    return code;
}

/* The error of one element, in units of what is allowed. */
static double error_of(const bound *in, size_t at, double native, double got)
{
    double off;
    if (isnan(native) || isnan(got)) {
        return isnan(native) && isnan(got) ? 0 : (double)INFINITY;
    }
    if (isinf(got) && got == native) {
        return 0;
    }
    off = fabs(got - in->value[at]);
    if (isinf(got)) {
        /* It stands for every number that is too large. */
        off = fmax(ldexp(1, float_table[in->dtype].overflow) - copysign(1, got) * in->value[at], 0);
    }
    off /= in->allowed[at];
    return isnan(off) ? (double)INFINITY : off;
}

difference bound_find(const bound *in, const void *native, const void *got, double *worst)
{
    difference found = {0, 0};
    size_t i;
    *worst = 0;
    for (i = 0; i < in->elements; i++) {
        double error = error_of(in, i, element_get(in->dtype, native, i), element_get(in->dtype, got, i));
        *worst = fmax(*worst, error);
        if (error > 1) {
            found.first = found.count == 0 ? i : found.first;
            found.count++;
        }
    }
    return found;
}

void bound_free(bound *freed)
{
    free(freed->value);
    free(freed->allowed);
    memset(freed, 0, sizeof(*freed));
}
