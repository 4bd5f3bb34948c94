/* SPDX-License-Identifier: Apache-2.0 */
/* The 16-bit float types as bits: IEEE 754 binary16, and bfloat16 (the upper half of a binary32). */
#ifndef CLPOOL_BASE_HALF_H
#define CLPOOL_BASE_HALF_H

#include <stdint.h>

float half_to_float(uint16_t half);
float bfloat_to_float(uint16_t bfloat);

/** Rounded to nearest even; a NaN becomes the positive quiet NaN without payload. */
uint16_t half_from_float(float value);
uint16_t bfloat_from_float(float value);

#endif
