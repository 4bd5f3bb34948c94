/* SPDX-License-Identifier: Apache-2.0 */
#include "difference.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

difference difference_find(const void *a, const void *b, size_t elements, size_t element_bytes)
{
    const unsigned char *left = a;
    const unsigned char *right = b;
    difference found = {0, 0};
    size_t i;
    if (elements == 0 || memcmp(left, right, elements * element_bytes) == 0) {
        return found;
    }
    for (i = 0; i < elements; i++) {
        if (memcmp(left + i * element_bytes, right + i * element_bytes, element_bytes) != 0) {
            found.first = found.count == 0 ? i : found.first;
            found.count++;
        }
    }
    return found;
}

static bool is_within(float got, float wanted, float bound)
{
    if (isnan(wanted) || isnan(got)) {
        return isnan(wanted) && isnan(got);
    }
    return got == wanted || fabsf(got - wanted) <= bound;
}

difference difference_find_beyond(const float *got, const float *wanted, const float *bound, size_t elements)
{
    difference found = {0, 0};
    size_t i;
    for (i = 0; i < elements; i++) {
        if (!is_within(got[i], wanted[i], bound[i])) {
            found.first = found.count == 0 ? i : found.first;
            found.count++;
        }
    }
    return found;
}
