/* SPDX-License-Identifier: Apache-2.0 */
/* What forward and backward of Lp share. */
#ifndef CLPOOL_NATIVE_LP_H
#define CLPOOL_NATIVE_LP_H

#include "base/dtype.h"

/** base^exponent by the exponent's bits, highest first: the power is squared, then multiplied by the base where the bit
 * is set. */
double lp_power(const struct dtype *dtype, double base, uint32_t exponent);

#endif
