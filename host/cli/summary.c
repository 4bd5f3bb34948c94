/* SPDX-License-Identifier: Apache-2.0 */
#include "summary.h"

#include <stdlib.h>

static int by_value(const void *a, const void *b)
{
    double left = *(const double *)a;
    double right = *(const double *)b;
    return (left > right) - (left < right);
}

/* The value below which `quarters` fourths of the sorted ones lie. */
static double quantile(const double *sorted, size_t count, size_t quarters)
{
    size_t fourths = (count - 1) * quarters;
    size_t below = fourths / 4;
    double part = (double)(fourths % 4) / 4;
    return part > 0 ? sorted[below] + part * (sorted[below + 1] - sorted[below]) : sorted[below];
}

summary summary_make(double *values, size_t count)
{
    summary made;
    qsort(values, count, sizeof(*values), by_value);
    made.median = quantile(values, count, 2);
    made.least = values[0];
    made.lower = quantile(values, count, 1);
    made.upper = quantile(values, count, 3);
    return made;
}

double summary_spread(const summary *of)
{
    return of->median > 0 ? (of->upper - of->lower) / of->median : 0;
}
