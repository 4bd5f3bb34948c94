/* SPDX-License-Identifier: Apache-2.0 */
/* Walks the outputs in ascending order and adds each gradient to the place that its mask value names. */
#include "native/reference.h"

#include "base/status.h"
#include "problem/mask.h"

#include <math.h>
#include <stdlib.h>

static float settle_nan(float sum)
{
    const uint32_t quiet_nan = 0x7fc00000u;
    if (isnan(sum)) {
        memcpy(&sum, &quiet_nan, sizeof(sum));
    }
    return sum;
}

/** The gradients of one plane, whose first output is number `output`, into `sums`. */
static void sum_plane(const struct geometry *geometry, const float *dy, const void *mask, size_t output, float *sums)
{
    const struct axis *axis = geometry->axis;
    for (size_t i = 0; i < geometry->in_plane; i++) {
        sums[i] = 0.0f;
    }
    for (size_t d = 0; d < axis[0].out; d++) {
        for (size_t h = 0; h < axis[1].out; h++) {
            for (size_t w = 0; w < axis[2].out; w++, output++) {
                const uint32_t tap = mask_load(mask, geometry->mask_bytes, output);
                const int64_t place = mask_plane_index(geometry, (const size_t[]){d, h, w}, tap);
                if (place >= 0) {
                    sums[place] += dy[output];
                }
            }
        }
    }
}

clpool_status reference_max_backward(const struct geometry *geometry, const float *dy, const void *mask, float *dx,
                                     bool accumulate)
{
    if (geometry->planes == 0) {
        return CLPOOL_SUCCESS;
    }
    float *sums = malloc(geometry->in_plane * sizeof(*sums));
    if (sums == NULL) {
        return status_fail(CLPOOL_OUT_OF_MEMORY, "no memory for a plane of %zu elements", geometry->in_plane);
    }
    for (size_t plane = 0; plane < geometry->planes; plane++) {
        sum_plane(geometry, dy, mask, plane * geometry->out_plane, sums);
        for (size_t i = 0; i < geometry->in_plane; i++, dx++) {
            *dx = settle_nan(accumulate ? *dx + sums[i] : sums[i]);
        }
    }
    free(sums);
    return CLPOOL_SUCCESS;
}
