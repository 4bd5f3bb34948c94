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

/** The window of output (n, c, place). */
static struct winner pool_window(const struct geometry *geometry, const void *x, size_t n, size_t c,
                                 const size_t place[CLPOOL_MAX_RANK])
{
    const struct axis *axis = geometry->axis;
    struct winner best = {.tap = MASK_NO_TAP};
    size_t in[CLPOOL_MAX_RANK] = {0, 0, 0};
    for (size_t i = 0; i < axis[0].kernel; i++) {
        if (!tap_position(&axis[0], place[0], i, &in[0])) {
            continue;
        }
        for (size_t j = 0; j < axis[1].kernel; j++) {
            if (!tap_position(&axis[1], place[1], j, &in[1])) {
                continue;
            }
            for (size_t k = 0; k < axis[2].kernel; k++) {
                if (!tap_position(&axis[2], place[2], k, &in[2])) {
                    continue;
                }
                const size_t position = strides_offset(&geometry->x, n, c, in);
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

static void pool_plane(const struct geometry *geometry, const void *x, void *y, void *mask, size_t n, size_t c)
{
    const struct axis *axis = geometry->axis;
    for (size_t d = 0; d < axis[0].out; d++) {
        for (size_t h = 0; h < axis[1].out; h++) {
            for (size_t w = 0; w < axis[2].out; w++) {
                const size_t place[] = {d, h, w};
                const struct winner best = pool_window(geometry, x, n, c, place);
                store_output(geometry->dtype, y, strides_offset(&geometry->y, n, c, place), x, &best);
                if (mask != NULL) {
                    mask_store(geometry, mask, n, c, place, best.tap);
                }
            }
        }
    }
}

void reference_max_forward(const struct geometry *geometry, const void *x, void *y, void *mask)
{
    if (mask != NULL) {
        mask_clear_padding(geometry, mask);
    }
    for (size_t n = 0; n < geometry->batch; n++) {
        for (size_t c = 0; c < geometry->channels; c++) {
            pool_plane(geometry, x, y, mask, n, c);
        }
    }
}

uint32_t reference_max_tap(const struct geometry *geometry, const void *x, size_t n, size_t c,
                           const size_t place[CLPOOL_MAX_RANK])
{
    return pool_window(geometry, x, n, c, place).tap;
}
