/* SPDX-License-Identifier: Apache-2.0 */
/* What the pipeline and its check both go by. */
#ifndef PIPELINE_SHAPE_H
#define PIPELINE_SHAPE_H

#include <stddef.h>

enum { COLOURS = 3, TAPS = 9 };

typedef struct extent {
    size_t width;
    size_t height;
} extent;

static inline size_t pixels_of(extent plane)
{
    return plane.width * plane.height;
}

/** A window of pooling, the same along both axes. */
struct window {
    size_t kernel;
    size_t stride;
    size_t padding;
};

static const struct window first_window = {3, 2, 1};
static const struct window second_window = {2, 2, 0};

static inline extent pooled_extent(extent plane, struct window pooled)
{
    extent out = {(plane.width + 2 * pooled.padding - pooled.kernel) / pooled.stride + 1,
                  (plane.height + 2 * pooled.padding - pooled.kernel) / pooled.stride + 1};
    return out;
}

/** Outlines: what differs from its neighbours. */
static const float outline_filter[TAPS] = {-0.3F, -0.7F, -0.3F, -0.7F, 4.0F, -0.7F, -0.3F, -0.7F, -0.3F};

#endif
