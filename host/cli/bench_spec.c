/* SPDX-License-Identifier: Apache-2.0 */
#include "bench_spec.h"

#include <string.h>

/* The numbers of one part, with x between them. */
static bool parse_part(const char *from, size_t length, numbers *lo, numbers *hi)
{
    char text[BENCH_SPEC_BYTES];
    message ignored;
    size_t i;
    for (i = 0; i < length; i++) {
        text[i] = (char)(from[i] == 'x' ? ',' : from[i]);
    }
    text[length] = '\0';
    return hi == NULL ? numbers_parse(text, lo, &ignored) : numbers_parse_pairs(text, lo, hi, &ignored);
}

static bool parse_windows(const char *at, bench_spec *parsed)
{
    numbers *const lists[] = {&parsed->kernel, &parsed->stride, &parsed->padding_lo};
    size_t i;
    for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        size_t length = strcspn(at, ",");
        if (!parse_part(at, length, lists[i], lists[i] == &parsed->padding_lo ? &parsed->padding_hi : NULL)) {
            return false;
        }
        at += length;
        if (*at == '\0') {
            return true;
        }
        at++;
    }
    return false;
}

static bool parse_shape(const char *text, size_t length, numbers *shape)
{
    char part[BENCH_SPEC_BYTES];
    message ignored;
    memcpy(part, text, length);
    part[length] = '\0';
    return numbers_parse(part, shape, &ignored);
}

bool bench_spec_parse(const char *text, bench_spec *parsed, message *why)
{
    size_t length = strlen(text);
    size_t shape = strcspn(text, ":");
    memset(parsed, 0, sizeof(*parsed));
    if (length < BENCH_SPEC_BYTES && parse_shape(text, shape, &parsed->shape) &&
        (shape == length || parse_windows(text + shape + 1, parsed))) {
        return true;
    }
    message_set(why, "'%s' is not N,C,H,W:KERNEL,STRIDE,PADDING, as in 8,64,112,112:3,2,1 or 1,64,16,56,56:1x3x3,1x2x2",
                text);
    return false;
}
