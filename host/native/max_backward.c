/* SPDX-License-Identifier: Apache-2.0 */
/* Walks the outputs in ascending order and adds each gradient to the place of its window's winner. */
#include "native/reference.h"

#include "base/status.h"
#include "problem/mask.h"

#include <stdlib.h>

static uint32_t winning_tap(const struct geometry *geometry, const struct winners *winners, size_t n, size_t c,
                            const size_t output[CLPOOL_MAX_RANK])
{
    return winners->mask != NULL ? mask_load(geometry, winners->mask, n, c, output)
                                 : reference_max_tap(geometry, winners->x, n, c, output);
}

/** The gradients of one plane into `sums`. */
static void sum_plane(const struct geometry *geometry, const void *dy, const struct winners *winners, size_t n,
                      size_t c, double *sums)
{
    const struct axis *axis = geometry->axis;
    const struct dtype *dtype = geometry->dtype;
    for (size_t i = 0; i < geometry->in_plane; i++) {
        sums[i] = 0;
    }
    for (size_t d = 0; d < axis[0].out; d++) {
        for (size_t h = 0; h < axis[1].out; h++) {
            for (size_t w = 0; w < axis[2].out; w++) {
                const size_t output[] = {d, h, w};
                const uint32_t tap = winning_tap(geometry, winners, n, c, output);
                const int64_t place = mask_plane_index(geometry, output, tap);
                if (place >= 0) {
                    const double gradient = dtype->load(dy, strides_offset(&geometry->y, n, c, output));
                    sums[place] = dtype->add(sums[place], gradient);
                }
            }
        }
    }
}

static void store_plane(const struct geometry *geometry, const double *sums, void *dx, size_t n, size_t c,
                        bool accumulate)
{
    const struct axis *axis = geometry->axis;
    const struct dtype *dtype = geometry->dtype;
    for (size_t d = 0; d < axis[0].in; d++) {
        for (size_t h = 0; h < axis[1].in; h++) {
            for (size_t w = 0; w < axis[2].in; w++, sums++) {
                const size_t to = strides_offset(&geometry->x, n, c, (const size_t[]){d, h, w});
                dtype->store(dx, to, accumulate ? dtype->add(dtype->load(dx, to), *sums) : *sums);
            }
        }
    }
}

clpool_status reference_max_backward(const struct geometry *geometry, const void *dy, const struct winners *winners,
                                     void *dx, bool accumulate)
{
    if (geometry->planes == 0) {
        return CLPOOL_SUCCESS;
    }
    double *sums = calloc(geometry->in_plane, sizeof(*sums));
    if (sums == NULL) {
        return status_fail(CLPOOL_OUT_OF_MEMORY, "no memory for a plane of %zu elements", geometry->in_plane);
    }
    for (size_t n = 0; n < geometry->batch; n++) {
        for (size_t c = 0; c < geometry->channels; c++) {
            sum_plane(geometry, dy, winners, n, c, sums);
            store_plane(geometry, sums, dx, n, c, accumulate);
        }
    }
    free(sums);
    return CLPOOL_SUCCESS;
}
