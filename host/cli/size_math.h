/* SPDX-License-Identifier: Apache-2.0 */
/* Products of sizes that say when they would overflow. */
#ifndef CLI_SIZE_MATH_H
#define CLI_SIZE_MATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** True and the product, or false and none. */
static inline bool size_product(size_t a, size_t b, size_t *product)
{
    if (b != 0 && a > SIZE_MAX / b) {
        return false;
    }
    *product = a * b;
    return true;
}

#endif
