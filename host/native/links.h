/* SPDX-License-Identifier: Apache-2.0 */
/* Which positions of an axis belong to which outputs, of sliding and adaptive windows alike. */
#ifndef CLPOOL_NATIVE_LINKS_H
#define CLPOOL_NATIVE_LINKS_H

#include "problem/geometry.h"

/** Forward, each target is an output, and its sources are the positions in its window, in scan order; backward, each is
 * a position, and its sources are the outputs whose windows have it, in ascending order. */
struct links {
    size_t *begin; /* target i has sources number begin[i] to begin[i + 1] - 1 */
    size_t *source;
    size_t *tap; /* by which the window has the position */
    size_t most; /* sources of a target */
};

/** False, and nothing allocated, where there is no memory, or where they are too many to be listed. */
bool links_make(const struct axis *axis, bool is_backward, struct links *links);

void links_free(struct links *links);

#endif
