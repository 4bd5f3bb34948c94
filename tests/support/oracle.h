/* SPDX-License-Identifier: Apache-2.0 */
/* Average and Lp by other means than the library's: sums in long double over windows found by going through all of x,
 * with the bound that the header promises. Shares no code with the library. */
#ifndef CLPOOL_TESTS_ORACLE_H
#define CLPOOL_TESTS_ORACLE_H

#include "clpool.h"

/** Says whether y is what average or Lp may make of x: exact for integers, elsewhere within the bound. An element whose
 * sum is near overflow, or whose powers are near underflow, may be anything. Writes into `message` what is wrong. */
int oracle_accepts(const clpool_problem *problem, const unsigned char *x, const unsigned char *y, char *message,
                   size_t size);

#endif
