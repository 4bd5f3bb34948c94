/* SPDX-License-Identifier: Apache-2.0 */
/* What the layer and the wrappers share. */
#ifndef CLPOOL_TESTS_FAULTS_STATE_H
#define CLPOOL_TESTS_FAULTS_STATE_H

#include "faults/faults.h"

#include <stdatomic.h>

/** Counts a call. 0 to let it through; else the code that it must fail with. */
int fault_strike(fault_call call);

struct live_counts {
#define LIVE_COUNT(name) atomic_long name;
    FAULT_LIVE(LIVE_COUNT)
#undef LIVE_COUNT
};

extern struct live_counts live_counts;

#endif
