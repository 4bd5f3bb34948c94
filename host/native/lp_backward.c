/* SPDX-License-Identifier: Apache-2.0 */
#include "native/gradients.h"
#include "native/lp.h"
#include "native/reference.h"

#include <math.h>

struct backward {
    struct gradients gradients;
    const void *x;
    double norm; /* of the window at hand, like its gradient */
    double gradient;
};

struct operands {
    struct backward *backward;
    const void *y;
    const void *dy;
};

/** sign(x) * dy * (|x| / y)^(p - 1); a NaN stays one. */
static void add_to_element(void *context, size_t position, size_t index)
{
    const struct backward *backward = context;
    const struct geometry *geometry = backward->gradients.geometry;
    const struct dtype *dtype = geometry->dtype;
    const double value = dtype->load(backward->x, position);
    if (value == 0) {
        return;
    }
    const double quotient = dtype->divide(fabs(value), backward->norm);
    const double term = dtype->multiply(backward->gradient, lp_power(dtype, quotient, geometry->p - 1));
    gradients_add(&backward->gradients, index, isnan(value) ? value : value < 0 ? -term : term);
}

static void add_to_window(void *context, size_t n, size_t c, const size_t place[CLPOOL_MAX_RANK])
{
    const struct operands *operands = context;
    struct backward *backward = operands->backward;
    const struct geometry *geometry = backward->gradients.geometry;
    const size_t output = strides_offset(&geometry->y, n, c, place);
    backward->norm = geometry->dtype->load(operands->y, output);
    backward->gradient = geometry->dtype->load(operands->dy, output);
    if (backward->norm != 0) {
        window_each(geometry, n, c, place, add_to_element, backward);
    }
}

clpool_status reference_lp_backward(const struct geometry *geometry, const void *x, const void *y, const void *dy,
                                    void *dx, bool accumulate)
{
    struct backward backward = {.x = x};
    struct operands operands = {&backward, y, dy};
    return gradients_run(geometry, &backward.gradients, add_to_window, &operands, dx, accumulate);
}
