/* SPDX-License-Identifier: Apache-2.0 */
/* Walks the outputs in ascending order and adds each gradient to the place that its mask value names. */
#include "native/reference.h"

#include "base/status.h"
#include "problem/mask.h"

#include <stdlib.h>

/** The gradients of one plane, whose first output is number `output`, into `sums`. */
static void sum_plane(const struct geometry *geometry, const void *dy, const void *mask, size_t output, double *sums)
{
    const struct axis *axis = geometry->axis;
    const struct dtype *dtype = geometry->dtype;
    for (size_t i = 0; i < geometry->in_plane; i++) {
        sums[i] = 0;
    }
    for (size_t d = 0; d < axis[0].out; d++) {
        for (size_t h = 0; h < axis[1].out; h++) {
            for (size_t w = 0; w < axis[2].out; w++, output++) {
                const uint32_t tap = mask_load(mask, geometry->mask_bytes, output);
                const int64_t place = mask_plane_index(geometry, (const size_t[]){d, h, w}, tap);
                if (place >= 0) {
                    sums[place] = dtype->add(sums[place], dtype->load(dy, output));
                }
            }
        }
    }
}

clpool_status reference_max_backward(const struct geometry *geometry, const void *dy, const void *mask, void *dx,
                                     bool accumulate)
{
    const struct dtype *dtype = geometry->dtype;
    if (geometry->planes == 0) {
        return CLPOOL_SUCCESS;
    }
    double *sums = calloc(geometry->in_plane, sizeof(*sums));
    if (sums == NULL) {
        return status_fail(CLPOOL_OUT_OF_MEMORY, "no memory for a plane of %zu elements", geometry->in_plane);
    }
    for (size_t plane = 0; plane < geometry->planes; plane++) {
        sum_plane(geometry, dy, mask, plane * geometry->out_plane, sums);
        for (size_t i = 0; i < geometry->in_plane; i++) {
            const size_t element = plane * geometry->in_plane + i;
            dtype->store(dx, element, accumulate ? dtype->add(dtype->load(dx, element), sums[i]) : sums[i]);
        }
    }
    free(sums);
    return CLPOOL_SUCCESS;
}
