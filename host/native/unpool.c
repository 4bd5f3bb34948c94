/* SPDX-License-Identifier: Apache-2.0 */
#include "native/reference.h"
#include "native/window.h"
#include "problem/mask.h"

struct unpool {
    const struct geometry *geometry;
    const unsigned char *y;
    const void *mask;
    unsigned char *x;
    size_t dropped;
};

/** Where element `index` of plane (n, c) of x lies, in bytes. */
static size_t x_offset(const struct geometry *geometry, size_t n, size_t c, size_t index)
{
    const struct axis *axis = geometry->axis;
    const size_t place[] = {index / axis[2].in / axis[1].in, index / axis[2].in % axis[1].in, index % axis[2].in};
    return strides_offset(&geometry->x, n, c, place) * geometry->element_bytes;
}

/** Where an element of y lies, in bytes. */
static size_t y_offset(const struct geometry *geometry, size_t n, size_t c, const size_t place[CLPOOL_MAX_RANK])
{
    return strides_offset(&geometry->y, n, c, place) * geometry->element_bytes;
}

static void clear(const struct geometry *geometry, unsigned char *x)
{
    for (size_t n = 0; n < geometry->batch; n++) {
        for (size_t c = 0; c < geometry->channels; c++) {
            for (size_t i = 0; i < geometry->in_plane; i++) {
                memset(x + x_offset(geometry, n, c, i), 0, geometry->element_bytes);
            }
        }
    }
}

static bool window_is_empty(const struct geometry *geometry, const size_t place[CLPOOL_MAX_RANK])
{
    for (size_t tap = 0; tap < geometry->taps; tap++) {
        if (mask_plane_index(geometry, place, tap) >= 0) {
            return false;
        }
    }
    return true;
}

static void move(void *context, size_t n, size_t c, const size_t place[CLPOOL_MAX_RANK])
{
    struct unpool *unpool = context;
    const struct geometry *geometry = unpool->geometry;
    const int64_t index = mask_load_place(geometry, unpool->mask, n, c, place);
    if (index < 0) {
        const bool is_right = mask_is_sentinel(geometry, unpool->mask, n, c, place) && window_is_empty(geometry, place);
        unpool->dropped += is_right ? 0 : 1;
        return;
    }
    memcpy(unpool->x + x_offset(geometry, n, c, (size_t)index), unpool->y + y_offset(geometry, n, c, place),
           geometry->element_bytes);
}

size_t reference_unpool(const struct geometry *geometry, const void *y, const void *mask, void *x)
{
    struct unpool unpool = {geometry, y, mask, x, 0};
    clear(geometry, x);
    outputs_each(geometry, move, &unpool);
    return unpool.dropped;
}

struct unpool_backward {
    const struct geometry *geometry;
    const unsigned char *dx;
    const void *mask;
    unsigned char *dy;
};

static void fetch(void *context, size_t n, size_t c, const size_t place[CLPOOL_MAX_RANK])
{
    const struct unpool_backward *backward = context;
    const struct geometry *geometry = backward->geometry;
    const int64_t index = mask_load_place(geometry, backward->mask, n, c, place);
    unsigned char *to = backward->dy + y_offset(geometry, n, c, place);
    if (index < 0) {
        memset(to, 0, geometry->element_bytes);
    } else {
        memcpy(to, backward->dx + x_offset(geometry, n, c, (size_t)index), geometry->element_bytes);
    }
}

void reference_unpool_backward(const struct geometry *geometry, const void *dx, const void *mask, void *dy)
{
    struct unpool_backward backward = {geometry, dx, mask, dy};
    outputs_each(geometry, fetch, &backward);
}
