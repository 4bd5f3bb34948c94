/* SPDX-License-Identifier: Apache-2.0 */
/* What each thread of the fast paths over channels works in. */
#ifndef CLPOOL_NATIVE_WORKER_H
#define CLPOOL_NATIVE_WORKER_H

#include "native/combine.h"

struct worker {
    int32_t *winner;
    struct combine_taps taps;
    ptrdiff_t *offset_of; /* by tap */
};

/** Allocates what `count` workers need for so many winners and taps; false, and nothing, where there is no memory. */
bool workers_make(struct worker *workers, unsigned count, size_t winners, size_t taps);

void workers_free(struct worker *workers, unsigned count);

#endif
