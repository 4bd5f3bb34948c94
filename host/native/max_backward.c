/* SPDX-License-Identifier: Apache-2.0 */
/* Adds each gradient to the place of its window's winner. */
#include "native/gradients.h"
#include "native/reference.h"
#include "problem/mask.h"

struct backward {
    struct gradients gradients;
    const struct winners *winners;
    const void *dy;
};

static void add_gradient(void *context, size_t n, size_t c, const size_t place[CLPOOL_MAX_RANK])
{
    const struct backward *backward = context;
    const struct geometry *geometry = backward->gradients.geometry;
    const struct winners *winners = backward->winners;
    const uint32_t tap = winners->mask != NULL ? mask_load(geometry, winners->mask, n, c, place)
                                               : reference_max_tap(geometry, winners->x, n, c, place);
    const int64_t index = mask_plane_index(geometry, place, tap);
    if (index >= 0) {
        gradients_add(&backward->gradients, (size_t)index,
                      geometry->dtype->load(backward->dy, strides_offset(&geometry->y, n, c, place)));
    }
}

clpool_status reference_max_backward(const struct geometry *geometry, const void *dy, const struct winners *winners,
                                     void *dx, bool accumulate)
{
    struct backward backward = {.winners = winners, .dy = dy};
    return gradients_run(geometry, &backward.gradients, add_gradient, &backward, dx, accumulate);
}
