/* SPDX-License-Identifier: Apache-2.0 */
/* What is said of many measured values. */
#ifndef CLI_SUMMARY_H
#define CLI_SUMMARY_H

#include <stddef.h>

typedef struct summary {
    double median;
    double least;
    double lower; /**< quartile */
    double upper; /**< quartile */
} summary;

/** Summarizes one value or more; sorts them. A quartile between two values is interpolated. */
summary summary_make(double *values, size_t count);

/** The interquartile range as a share of the median; 0 where that is 0. */
double summary_spread(const summary *of);

#endif
