/* SPDX-License-Identifier: Apache-2.0 */
/* Backward with no mask kept is a forward that keeps one, and a backward from it. */
#include "base/size.h"
#include "native/fast.h"
#include "problem/mask.h"

#include <stdlib.h>

bool fast_recompute(const struct geometry *geometry, const void *x, const void *dy, void *dx, bool accumulate,
                    unsigned threads)
{
    const struct axis *axis = geometry->axis;
    const struct extents extents = {geometry->batch, geometry->channels, {axis[0].out, axis[1].out, axis[2].out}};
    struct geometry forward = *geometry;
    struct geometry backward = *geometry;
    size_t y_bytes = 0;
    size_t mask_bytes = 0;
    mask_form_set(&forward, CLPOOL_MASK_WINDOW);
    mask_form_set(&backward, CLPOOL_MASK_WINDOW);
    forward.y = strides_dense(geometry->layout, &extents);
    if (geometry->planes == 0 || !size_multiply(forward.y_elements, forward.element_bytes, &y_bytes) ||
        !size_multiply(forward.mask_elements, forward.mask_format.bytes, &mask_bytes)) {
        return false;
    }
    void *y = malloc(y_bytes);
    void *mask = malloc(mask_bytes);
    const bool is_done = y != NULL && mask != NULL && fast_forward(&forward, x, y, mask, threads) &&
                         fast_backward(&backward, dy, mask, dx, accumulate, threads);
    free(y);
    free(mask);
    return is_done;
}
