/* SPDX-License-Identifier: Apache-2.0 */
/* Adds each gradient, times the reciprocal of its window's divisor, to all elements of the window. */
#include "native/average.h"
#include "native/gradients.h"
#include "native/reference.h"

struct backward {
    struct gradients gradients;
    const void *dy;
    double term; /* of the window at hand */
};

static void add_to_element(void *context, size_t position, size_t index)
{
    const struct backward *backward = context;
    (void)position;
    gradients_add(&backward->gradients, index, backward->term);
}

static void add_to_window(void *context, size_t n, size_t c, const size_t place[CLPOOL_MAX_RANK])
{
    struct backward *backward = context;
    const struct geometry *geometry = backward->gradients.geometry;
    const struct dtype *dtype = geometry->dtype;
    const double gradient = dtype->load(backward->dy, strides_offset(&geometry->y, n, c, place));
    backward->term = dtype->multiply(gradient, dtype->divide(1, average_divisor(geometry, place)));
    window_each(geometry, n, c, place, add_to_element, backward);
}

clpool_status reference_average_backward(const struct geometry *geometry, const void *dy, void *dx, bool accumulate)
{
    struct backward backward = {.dy = dy};
    return gradients_run(geometry, &backward.gradients, add_to_window, &backward, dx, accumulate);
}
