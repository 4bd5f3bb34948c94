/* SPDX-License-Identifier: Apache-2.0 */
#include "native/combine.h"
#include "native/multiversion.h"
#include "native/replace.h"

MULTIVERSION_PART void replace(enum combine_rule rule, float value, int32_t tap, float *best, int32_t *winner)
{
    CLPOOL_REPLACE(float, rule, value, tap, *best, *winner);
}

MULTIVERSION_PART void two(enum combine_rule rule, const struct combine_parts *parts, size_t offset, int32_t shift,
                           float *restrict best, int32_t *restrict winner, size_t n)
{
    const float *restrict value = parts->best;
    const int32_t *restrict tap = parts->winner;
    for (size_t i = 0; i < n; i++) {
        float top = value[i];
        int32_t number = tap[i];
        replace(rule, value[i + offset], tap[i + offset] + shift, &top, &number);
        best[i] = top;
        winner[i] = number;
    }
}

MULTIVERSION void combine_two(enum combine_rule rule, const struct combine_parts *parts, size_t offset, int32_t shift,
                              float *best, int32_t *winner, size_t n)
{
    switch (rule) {
    case COMBINE_NUMBERS:
        two(COMBINE_NUMBERS, parts, offset, shift, best, winner, n);
        break;
    case COMBINE_PROPAGATE:
        two(COMBINE_PROPAGATE, parts, offset, shift, best, winner, n);
        break;
    case COMBINE_IGNORE:
        two(COMBINE_IGNORE, parts, offset, shift, best, winner, n);
        break;
    }
}

MULTIVERSION_PART void three(enum combine_rule rule, const struct combine_parts *parts, const size_t offset[2],
                             const int32_t shift[2], float *restrict best, int32_t *restrict winner, size_t n)
{
    const float *restrict value = parts->best;
    const int32_t *restrict tap = parts->winner;
    const size_t second = offset[0];
    const size_t third = offset[1];
    const int32_t second_shift = shift[0];
    const int32_t third_shift = shift[1];
    for (size_t i = 0; i < n; i++) {
        float top = value[i];
        int32_t number = tap[i];
        replace(rule, value[i + second], tap[i + second] + second_shift, &top, &number);
        replace(rule, value[i + third], tap[i + third] + third_shift, &top, &number);
        best[i] = top;
        winner[i] = number;
    }
}

MULTIVERSION void combine_three(enum combine_rule rule, const struct combine_parts *parts, const size_t offset[2],
                                const int32_t shift[2], float *best, int32_t *winner, size_t n)
{
    switch (rule) {
    case COMBINE_NUMBERS:
        three(COMBINE_NUMBERS, parts, offset, shift, best, winner, n);
        break;
    case COMBINE_PROPAGATE:
        three(COMBINE_PROPAGATE, parts, offset, shift, best, winner, n);
        break;
    case COMBINE_IGNORE:
        three(COMBINE_IGNORE, parts, offset, shift, best, winner, n);
        break;
    }
}

MULTIVERSION_PART void more(enum combine_rule rule, const struct combine_parts *part, int32_t shift,
                            float *restrict best, int32_t *restrict winner, size_t n)
{
    const float *restrict value = part->best;
    const int32_t *restrict tap = part->winner;
    for (size_t i = 0; i < n; i++) {
        replace(rule, value[i], tap[i] + shift, &best[i], &winner[i]);
    }
}

MULTIVERSION void combine_more(enum combine_rule rule, const struct combine_parts *part, int32_t shift, float *best,
                               int32_t *winner, size_t n)
{
    switch (rule) {
    case COMBINE_NUMBERS:
        more(COMBINE_NUMBERS, part, shift, best, winner, n);
        break;
    case COMBINE_PROPAGATE:
        more(COMBINE_PROPAGATE, part, shift, best, winner, n);
        break;
    case COMBINE_IGNORE:
        more(COMBINE_IGNORE, part, shift, best, winner, n);
        break;
    }
}
