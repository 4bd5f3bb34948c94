/* SPDX-License-Identifier: Apache-2.0 */
/* Going through a window of x. */
#ifndef CLPOOL_NATIVE_WINDOW_H
#define CLPOOL_NATIVE_WINDOW_H

#include "problem/geometry.h"

/** Called with each tap of a window that lies inside the tensor: its position in x, and its flat index in its plane. */
typedef void window_visit(void *context, size_t position, size_t index);

/** Goes through the window of output (n, c, place) in scan order. */
static inline void window_each(const struct geometry *geometry, size_t n, size_t c, const size_t place[CLPOOL_MAX_RANK],
                               window_visit *visit, void *context)
{
    const struct axis *axis = geometry->axis;
    size_t in[CLPOOL_MAX_RANK] = {0, 0, 0};
    for (size_t i = 0; i < axis[0].kernel; i++) {
        for (size_t j = 0; j < axis[1].kernel; j++) {
            for (size_t k = 0; k < axis[2].kernel; k++) {
                if (tap_position(&axis[0], place[0], i, &in[0]) && tap_position(&axis[1], place[1], j, &in[1]) &&
                    tap_position(&axis[2], place[2], k, &in[2])) {
                    visit(context, strides_offset(&geometry->x, n, c, in),
                          (in[0] * axis[1].in + in[1]) * axis[2].in + in[2]);
                }
            }
        }
    }
}

/** Called with each output of a tensor. */
typedef void output_visit(void *context, size_t n, size_t c, const size_t place[CLPOOL_MAX_RANK]);

/** Goes through the outputs of plane (n, c) in ascending order. */
static inline void plane_outputs_each(const struct geometry *geometry, size_t n, size_t c, output_visit *visit,
                                      void *context)
{
    const struct axis *axis = geometry->axis;
    for (size_t i = 0; i < axis[0].out; i++) {
        for (size_t j = 0; j < axis[1].out; j++) {
            for (size_t k = 0; k < axis[2].out; k++) {
                visit(context, n, c, (const size_t[]){i, j, k});
            }
        }
    }
}

static inline void outputs_each(const struct geometry *geometry, output_visit *visit, void *context)
{
    for (size_t n = 0; n < geometry->batch; n++) {
        for (size_t c = 0; c < geometry->channels; c++) {
            plane_outputs_each(geometry, n, c, visit, context);
        }
    }
}

#endif
