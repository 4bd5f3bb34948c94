/* SPDX-License-Identifier: Apache-2.0 */
/* What forward and backward of average share. */
#ifndef CLPOOL_NATIVE_AVERAGE_H
#define CLPOOL_NATIVE_AVERAGE_H

#include "problem/geometry.h"

/** What output number `output` of axis a contributes to divisors, which are products. */
uint32_t average_divisor_part(const struct geometry *geometry, size_t a, size_t output);

/** What the window of an output is divided by; 0 only where no tap counts. */
uint32_t average_divisor(const struct geometry *geometry, const size_t place[CLPOOL_MAX_RANK]);

#endif
