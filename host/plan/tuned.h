/* SPDX-License-Identifier: Apache-2.0 */
/* Choosing by what was measured: the rule of a tuning whose profile is the nearest to the problem's. */
#ifndef CLPOOL_PLAN_TUNED_H
#define CLPOOL_PLAN_TUNED_H

#include "device/tuning_file.h"
#include "plan/strategies.h"

/** Problems are alike as long as their sizes differ by no more than a factor of 2^6 in all. */
#define TUNED_FARTHEST 6.0

/** What the nearest rule says that can be used for the problem: rules that name no strategy, parameter or value of this
 * version, or one that the problem or the device cannot have, are as if they were not there. False where there is none,
 * or it says TUNING_DEFAULT. The thread's last error stays. */
bool tuned_choose(const struct tuning *tuning, clpool_op op, const struct geometry *geometry,
                  const struct capabilities *capabilities, struct choice *choice);

#endif
