/* SPDX-License-Identifier: Apache-2.0 */
/* What every backward has in common: for each plane, sums of gradients, added up in ascending output order and then
 * stored. */
#ifndef CLPOOL_NATIVE_GRADIENTS_H
#define CLPOOL_NATIVE_GRADIENTS_H

#include "native/window.h"

/** One plane of sums; sums[i] belongs to the element with flat index i in the plane. */
struct gradients {
    const struct geometry *geometry;
    double *sums;
};

/** Adds a term to the sum of an element. */
void gradients_add(const struct gradients *gradients, size_t index, double term);

/** For each plane of dx: clears the sums, calls `visit` with `context` for each of its outputs, which adds terms, then
 * stores the sums, or with `accumulate` adds them to what dx holds. `gradients` is filled for the visits.
 * Errors: CLPOOL_OUT_OF_MEMORY, with dx untouched. */
clpool_status gradients_run(const struct geometry *geometry, struct gradients *gradients, output_visit *visit,
                            void *context, void *dx, bool accumulate);

#endif
