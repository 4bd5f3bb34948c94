/* SPDX-License-Identifier: Apache-2.0 */
/* When a value is the one that the documentation prints. */
#ifndef CLPOOL_TESTS_DOCS_CLOSE_ENOUGH_H
#define CLPOOL_TESTS_DOCS_CLOSE_ENOUGH_H

#include <math.h>

/** Equal, both NaN, or within 1e-6 of the greater of 1 and the value that was expected: printed values have 7 digits
 * or more, and an average is within a few roundings. */
static inline int close_enough(double value, double expected)
{
    return value == expected || (isnan(value) && isnan(expected)) ||
           fabs(value - expected) <= 1e-6 * fmax(1, fabs(expected));
}

#endif
