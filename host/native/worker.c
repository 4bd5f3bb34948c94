/* SPDX-License-Identifier: Apache-2.0 */
#include "native/worker.h"

#include <stdlib.h>

void workers_free(struct worker *workers, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        free(workers[i].winner);
        free(workers[i].taps.offset);
        free(workers[i].taps.tap);
        free(workers[i].offset_of);
    }
}

bool workers_make(struct worker *workers, unsigned count, size_t winners, size_t taps)
{
    bool made = true;
    for (unsigned i = 0; i < count; i++) {
        struct worker *worker = &workers[i];
        worker->winner = malloc(winners * sizeof(*worker->winner));
        worker->taps.offset = malloc(taps * sizeof(*worker->taps.offset));
        worker->taps.tap = malloc(taps * sizeof(*worker->taps.tap));
        worker->offset_of = malloc(taps * sizeof(*worker->offset_of));
        made = made && worker->winner != NULL && worker->taps.offset != NULL && worker->taps.tap != NULL &&
               worker->offset_of != NULL;
    }
    if (!made) {
        workers_free(workers, count);
    }
    return made;
}
