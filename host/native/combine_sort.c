/* SPDX-License-Identifier: Apache-2.0 */
#include "native/combine.h"
#include "native/multiversion.h"

#include <math.h>

MULTIVERSION_PART void sort_group(const struct combine_sorting *sorting, size_t group, size_t stride,
                                  const float *restrict row, float *restrict to)
{
    const size_t pad = sorting->pad_lo;
    const size_t limit = sorting->columns + pad;
    const size_t inside = group >= limit ? 0 : (limit - group - 1) / stride + 1;
    const size_t end = inside < sorting->length ? inside : sorting->length;
    const size_t padded = group >= pad ? 0 : (pad - group - 1) / stride + 1;
    const size_t begin = padded < end ? padded : end;
    for (size_t i = 0; i < begin; i++) {
        to[i] = -INFINITY;
    }
    for (size_t i = begin; i < end; i++) {
        to[i] = row[i * stride + group - pad];
    }
    for (size_t i = end; i < sorting->length; i++) {
        to[i] = -INFINITY;
    }
}

/** -inf before and after `count` elements from `begin` on. */
MULTIVERSION_PART void pad_around(float *to, size_t begin, size_t count, size_t length)
{
    for (size_t i = 0; i < begin; i++) {
        to[i] = -INFINITY;
    }
    for (size_t i = begin + count; i < length; i++) {
        to[i] = -INFINITY;
    }
}

MULTIVERSION_PART size_t least_of(size_t a, size_t b)
{
    return a < b ? a : b;
}

/** Both groups of a stride of 2 in one loop. */
MULTIVERSION_PART void sort_pairs(const struct combine_sorting *sorting, const float *restrict row, float *restrict to)
{
    const size_t length = sorting->length;
    const size_t group = sorting->pad_lo % 2; /* of the row's first element */
    const size_t even_begin = least_of(sorting->pad_lo / 2, length);
    const size_t odd_begin = least_of(sorting->pad_lo / 2 + group, length);
    const size_t evens = least_of((sorting->columns + 1) / 2, length - even_begin);
    const size_t odds = least_of(sorting->columns / 2, length - odd_begin);
    const size_t pairs = least_of(evens, odds);
    float *restrict even = to + group * sorting->pitch + even_begin;
    float *restrict odd = to + (1 - group) * sorting->pitch + odd_begin;
    pad_around(to + group * sorting->pitch, even_begin, evens, length);
    pad_around(to + (1 - group) * sorting->pitch, odd_begin, odds, length);
    for (size_t i = 0; i < pairs; i++) {
        const float first = row[2 * i];
        const float second = row[2 * i + 1];
        even[i] = first;
        odd[i] = second;
    }
    for (size_t i = pairs; i < evens; i++) {
        even[i] = row[2 * i];
    }
    for (size_t i = pairs; i < odds; i++) {
        odd[i] = row[2 * i + 1];
    }
}

MULTIVERSION void combine_sort(const struct combine_sorting *sorting, const float *row, float *to)
{
    if (sorting->stride == 2 && sorting->groups == 2) {
        sort_pairs(sorting, row, to);
        return;
    }
    for (size_t group = 0; group < sorting->groups; group++) {
        if (sorting->stride == 1) {
            sort_group(sorting, group, 1, row, to + group * sorting->pitch);
        } else {
            sort_group(sorting, group, sorting->stride, row, to + group * sorting->pitch);
        }
    }
}
