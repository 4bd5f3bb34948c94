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

static void clear(const struct geometry *geometry, unsigned char *x)
{
    const struct axis *axis = geometry->axis;
    for (size_t n = 0; n < geometry->batch; n++) {
        for (size_t c = 0; c < geometry->channels; c++) {
            for (size_t i = 0; i < geometry->in_plane; i++) {
                const size_t place[] = {i / axis[2].in / axis[1].in, i / axis[2].in % axis[1].in, i % axis[2].in};
                memset(x + strides_offset(&geometry->x, n, c, place) * geometry->element_bytes, 0,
                       geometry->element_bytes);
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
    const struct axis *axis = geometry->axis;
    const int64_t index = mask_load_place(geometry, unpool->mask, n, c, place);
    if (index < 0) {
        const bool is_right = mask_is_sentinel(geometry, unpool->mask, n, c, place) && window_is_empty(geometry, place);
        unpool->dropped += is_right ? 0 : 1;
        return;
    }
    const size_t i = (size_t)index;
    const size_t to[] = {i / axis[2].in / axis[1].in, i / axis[2].in % axis[1].in, i % axis[2].in};
    memcpy(unpool->x + strides_offset(&geometry->x, n, c, to) * geometry->element_bytes,
           unpool->y + strides_offset(&geometry->y, n, c, place) * geometry->element_bytes, geometry->element_bytes);
}

size_t reference_unpool(const struct geometry *geometry, const void *y, const void *mask, void *x)
{
    struct unpool unpool = {geometry, y, mask, x, 0};
    clear(geometry, x);
    outputs_each(geometry, move, &unpool);
    return unpool.dropped;
}
