/* SPDX-License-Identifier: Apache-2.0 */
#include "problem/strides.h"

#include "base/size.h"

enum { AXES = CLPOOL_MAX_RANK + 2 };

struct strides strides_dense(clpool_layout layout, const struct extents *extents)
{
    const size_t *in = extents->axis;
    const size_t plane = in[0] * in[1] * in[2];
    const size_t pixel = layout == CLPOOL_CHANNELS_LAST ? extents->c : 1;
    return (struct strides){.n = extents->c * plane,
                            .c = layout == CLPOOL_CHANNELS_LAST ? 1 : plane,
                            .axis = {in[1] * in[2] * pixel, in[2] * pixel, pixel}};
}

/** One axis in the order of the strides. */
struct step {
    size_t stride;
    size_t extent;
};

static void sort_by_stride(struct step steps[AXES])
{
    for (size_t i = 1; i < AXES; i++) {
        const struct step moved = steps[i];
        size_t j = i;
        for (; j > 0 && steps[j - 1].stride > moved.stride; j--) {
            steps[j] = steps[j - 1];
        }
        steps[j] = moved;
    }
}

bool strides_span(const struct strides *strides, const struct extents *extents, size_t *span)
{
    struct step steps[AXES] = {{strides->n, extents->n}, {strides->c, extents->c}};
    for (size_t i = 0; i < CLPOOL_MAX_RANK; i++) {
        steps[2 + i] = (struct step){strides->axis[i], extents->axis[i]};
    }
    sort_by_stride(steps);
    *span = extents->n == 0 ? 0 : 1;
    for (size_t i = 0; i < AXES && extents->n > 0; i++) {
        size_t reach = 0;
        if (steps[i].extent <= 1) {
            continue; /* no neighbour, so its stride never counts */
        }
        /* Each step must leave behind everything that the smaller ones reach. */
        if (steps[i].stride < *span || !size_multiply(steps[i].stride, steps[i].extent - 1, &reach) ||
            !size_add(*span, reach, span)) {
            return false;
        }
    }
    return true;
}
