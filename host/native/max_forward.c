/* SPDX-License-Identifier: Apache-2.0 */
#include "native/reference.h"

#include "problem/mask.h"

#include <math.h>

/** The greatest element of one window of one plane, with its tap. */
static float pool_window(const struct axis axis[CLPOOL_MAX_RANK], const float *plane, size_t d, size_t h, size_t w,
                         uint32_t *winner)
{
    float best = -INFINITY;
    size_t z = 0;
    size_t y = 0;
    size_t x = 0;
    *winner = MASK_NO_TAP;
    for (size_t i = 0; i < axis[0].kernel; i++) {
        if (!tap_position(&axis[0], d, i, &z)) {
            continue;
        }
        for (size_t j = 0; j < axis[1].kernel; j++) {
            if (!tap_position(&axis[1], h, j, &y)) {
                continue;
            }
            for (size_t k = 0; k < axis[2].kernel; k++) {
                if (!tap_position(&axis[2], w, k, &x)) {
                    continue;
                }
                const float value = plane[(z * axis[1].in + y) * axis[2].in + x];
                if (*winner == MASK_NO_TAP || value > best || isnan(value)) {
                    best = value;
                    *winner = (uint32_t)((i * axis[1].kernel + j) * axis[2].kernel + k);
                }
            }
        }
    }
    return best;
}

void reference_max_forward(const struct geometry *geometry, const float *x, float *y, void *mask)
{
    const struct axis *axis = geometry->axis;
    size_t output = 0;
    for (size_t plane = 0; plane < geometry->planes; plane++) {
        for (size_t d = 0; d < axis[0].out; d++) {
            for (size_t h = 0; h < axis[1].out; h++) {
                for (size_t w = 0; w < axis[2].out; w++, output++) {
                    uint32_t winner = 0;
                    y[output] = pool_window(axis, x + plane * geometry->in_plane, d, h, w, &winner);
                    if (mask != NULL) {
                        mask_store(mask, geometry->mask_bytes, output, winner);
                    }
                }
            }
        }
    }
}
