/* SPDX-License-Identifier: Apache-2.0 */
#include "native/reference.h"

#include "problem/mask.h"

#include <math.h>

/** The element that wins a window. */
struct winner {
    uint32_t tap;    /* MASK_NO_TAP: the window has no element */
    size_t position; /* in the tensor */
    double value;
};

static bool takes_the_place(double value, const struct winner *best, clpool_nan_rule nan_rule)
{
    if (best->tap == MASK_NO_TAP) {
        return true;
    }
    if (nan_rule == CLPOOL_NAN_PROPAGATE) {
        return value > best->value || isnan(value);
    }
    return value > best->value || (isnan(best->value) && !isnan(value));
}

/** Window (d, h, w) of the plane that begins at element `plane` of x. */
static struct winner pool_window(const struct geometry *geometry, const void *x, size_t plane, size_t d, size_t h,
                                 size_t w)
{
    const struct axis *axis = geometry->axis;
    struct winner best = {.tap = MASK_NO_TAP};
    size_t position_d = 0;
    size_t position_h = 0;
    size_t position_w = 0;
    for (size_t i = 0; i < axis[0].kernel; i++) {
        if (!tap_position(&axis[0], d, i, &position_d)) {
            continue;
        }
        for (size_t j = 0; j < axis[1].kernel; j++) {
            if (!tap_position(&axis[1], h, j, &position_h)) {
                continue;
            }
            for (size_t k = 0; k < axis[2].kernel; k++) {
                if (!tap_position(&axis[2], w, k, &position_w)) {
                    continue;
                }
                const size_t position = plane + (position_d * axis[1].in + position_h) * axis[2].in + position_w;
                const double value = geometry->dtype->load(x, position);
                if (takes_the_place(value, &best, geometry->nan_rule)) {
                    best.tap = (uint32_t)((i * axis[1].kernel + j) * axis[2].kernel + k);
                    best.position = position;
                    best.value = value;
                }
            }
        }
    }
    return best;
}

/** The winner's own bits, or the identity of the maximum. */
static void store_output(const struct dtype *dtype, void *y, size_t output, const void *x, const struct winner *best)
{
    if (best->tap == MASK_NO_TAP) {
        dtype_store_bits(dtype, y, output, dtype->least);
    } else {
        memcpy((unsigned char *)y + output * dtype->bytes, (const unsigned char *)x + best->position * dtype->bytes,
               dtype->bytes);
    }
}

void reference_max_forward(const struct geometry *geometry, const void *x, void *y, void *mask)
{
    const struct axis *axis = geometry->axis;
    size_t output = 0;
    for (size_t plane = 0; plane < geometry->planes; plane++) {
        for (size_t d = 0; d < axis[0].out; d++) {
            for (size_t h = 0; h < axis[1].out; h++) {
                for (size_t w = 0; w < axis[2].out; w++, output++) {
                    const struct winner best = pool_window(geometry, x, plane * geometry->in_plane, d, h, w);
                    store_output(geometry->dtype, y, output, x, &best);
                    if (mask != NULL) {
                        mask_store(mask, geometry->mask_bytes, output, best.tap);
                    }
                }
            }
        }
    }
}
