/* SPDX-License-Identifier: Apache-2.0 */
/* Arithmetic on sizes that says when it would overflow: true and a result, or false and none. */
#ifndef CLPOOL_BASE_SIZE_H
#define CLPOOL_BASE_SIZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline bool size_add(size_t a, size_t b, size_t *sum)
{
    if (a > SIZE_MAX - b) {
        return false;
    }
    *sum = a + b;
    return true;
}

static inline bool size_multiply(size_t a, size_t b, size_t *product)
{
    if (b != 0 && a > SIZE_MAX / b) {
        return false;
    }
    *product = a * b;
    return true;
}

static inline size_t size_divide_up(size_t a, size_t b)
{
    return a / b + (a % b != 0);
}

static inline size_t size_min(size_t a, size_t b)
{
    return a < b ? a : b;
}

static inline size_t size_max(size_t a, size_t b)
{
    return a > b ? a : b;
}

#endif
