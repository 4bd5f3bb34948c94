/* SPDX-License-Identifier: Apache-2.0 */
#include "native/gradients.h"

#include "base/status.h"

#include <stdlib.h>

void gradients_add(const struct gradients *gradients, size_t index, double term)
{
    gradients->sums[index] = gradients->geometry->dtype->add(gradients->sums[index], term);
}

static void store_plane(const struct gradients *gradients, void *dx, size_t n, size_t c, bool accumulate)
{
    const struct geometry *geometry = gradients->geometry;
    const struct axis *axis = geometry->axis;
    const struct dtype *dtype = geometry->dtype;
    const double *sums = gradients->sums;
    for (size_t d = 0; d < axis[0].in; d++) {
        for (size_t h = 0; h < axis[1].in; h++) {
            for (size_t w = 0; w < axis[2].in; w++, sums++) {
                const size_t to = strides_offset(&geometry->x, n, c, (const size_t[]){d, h, w});
                dtype->store(dx, to, accumulate ? dtype->add(dtype->load(dx, to), *sums) : *sums);
            }
        }
    }
}

clpool_status gradients_run(const struct geometry *geometry, struct gradients *gradients, output_visit *visit,
                            void *context, void *dx, bool accumulate)
{
    if (geometry->planes == 0) {
        return CLPOOL_SUCCESS;
    }
    double *sums = calloc(geometry->in_plane, sizeof(*sums));
    if (sums == NULL) {
        return status_fail(CLPOOL_OUT_OF_MEMORY, "no memory for a plane of %zu elements", geometry->in_plane);
    }
    *gradients = (struct gradients){geometry, sums};
    for (size_t n = 0; n < geometry->batch; n++) {
        for (size_t c = 0; c < geometry->channels; c++) {
            for (size_t i = 0; i < geometry->in_plane; i++) {
                sums[i] = 0;
            }
            plane_outputs_each(geometry, n, c, visit, context);
            store_plane(gradients, dx, n, c, accumulate);
        }
    }
    free(sums);
    return CLPOOL_SUCCESS;
}
