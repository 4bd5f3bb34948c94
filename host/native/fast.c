/* SPDX-License-Identifier: Apache-2.0 */
#include "native/fast.h"

#include "native/fast_bits.h"
#include "native/grid.h"
#include "native/lanes.h"
#include "native/linked.h"
#include "native/packed.h"
#include "native/reference.h"
#include "native/rows.h"
#include "problem/mask.h"

bool job_is_flat(const struct geometry *geometry)
{
    const struct axis *axis = &geometry->axis[0];
    return axis->in == 1 && axis->out == 1 && axis->kernel == 1 && axis->pad_lo == 0;
}

enum combine_rule job_rule(const struct geometry *geometry, bool has_nan)
{
    if (!has_nan) {
        return COMBINE_NUMBERS;
    }
    return geometry->nan_rule == CLPOOL_NAN_PROPAGATE ? COMBINE_PROPAGATE : COMBINE_IGNORE;
}

void job_pool_by_reference(const struct forward_job *job, size_t n, size_t c, const size_t place[CLPOOL_MAX_RANK],
                           float *y, int32_t *winner)
{
    const struct geometry *geometry = job->geometry;
    const struct axis *axis = geometry->axis;
    const uint32_t tap = reference_max_tap(geometry, job->x, n, c, place);
    const int64_t index = mask_plane_index(geometry, place, tap);
    *winner = -1;
    if (index < 0) {
        dtype_store_bits(geometry->dtype, y, 0, geometry->dtype->least);
        return;
    }
    const size_t i = (size_t)index;
    const size_t from[] = {i / axis[2].in / axis[1].in, i / axis[2].in % axis[1].in, i % axis[2].in};
    memcpy(y, (const float *)job->x + strides_offset(&geometry->x, n, c, from), sizeof(*y));
    *winner = (int32_t)tap;
}

/** Windows of more taps are left to the reference, since each thread lists them. */
enum { MOST_TAPS = 1 << 22, MOST_SMALL_PLANE = 200, MOST_SMALL_TAPS = 9 };

static bool is_adaptive(const struct geometry *geometry)
{
    return geometry->axis[0].adaptive || geometry->axis[1].adaptive || geometry->axis[2].adaptive;
}

static bool takes(const struct geometry *geometry)
{
    return geometry->planes != 0 && geometry->mode != CLPOOL_LP && geometry->taps <= MOST_TAPS;
}

/** Whether each output and element lists what it is made of. */
static bool is_linked(const struct geometry *geometry)
{
    return geometry->mode == CLPOOL_AVERAGE || is_adaptive(geometry);
}

/** What the paths over tensors as they are need: f32, and masks that number taps in whole bytes. */
static bool is_plain(const struct geometry *geometry)
{
    return geometry->dtype->id == CLPOOL_F32 && geometry->mask_form == CLPOOL_MASK_WINDOW;
}

/** Whether channels are neighbours in memory, in x, y and the mask. */
static bool has_lanes(const struct geometry *geometry)
{
    return geometry->layout == CLPOOL_CHANNELS_LAST && geometry->x.c == 1 && geometry->y.c == 1;
}

/** Whether elements of a row are. */
static bool has_rows(const struct geometry *geometry)
{
    return geometry->layout == CLPOOL_CHANNELS_FIRST && geometry->x.axis[2] == 1 && geometry->y.axis[2] == 1 &&
           job_is_flat(geometry);
}

bool fast_forward(const struct geometry *geometry, const void *x, void *y, void *mask, unsigned threads)
{
    struct geometry own = *geometry;
    const struct forward_job job = {.geometry = &own, .x = x, .y = y, .mask = mask};
    if (!takes(geometry)) {
        return false;
    }
    if (mask == NULL) {
        mask_form_set(&own, CLPOOL_MASK_WINDOW);
    }
    if (own.mode == CLPOOL_MAX && own.mask_format.per_element > 1) {
        return fast_bits_forward(geometry, x, y, mask, threads);
    }
    if (is_linked(&own)) {
        return linked_forward(&job, threads);
    }
    if (is_plain(&own) && has_lanes(&own) &&
        (lanes_axes_forward(&job, threads) || (!packed_takes_axes(&own) && lanes_forward(&job, threads)))) {
        return true;
    }
    if (is_plain(&own) && has_rows(&own) && own.planes < GRID_LANES / 2 && rows_forward(&job, threads)) {
        return true;
    }
    return packed_forward(&job, threads) || (is_plain(&own) && has_rows(&own) && rows_forward(&job, threads));
}

/** Whether planes are so small, and windows that have an element so few, that it pays to have the planes side by side
 * where the rows of each could be gone through as they are. */
static bool is_small(const struct geometry *geometry)
{
    const struct axis *axis = geometry->axis;
    return geometry->in_plane <= MOST_SMALL_PLANE && geometry->planes >= GRID_LANES / 2 && axis[1].stride == 1 &&
           axis[2].stride == 1 && geometry->taps <= MOST_SMALL_TAPS;
}

bool fast_backward(const struct geometry *geometry, const void *dy, const void *mask, void *dx, bool accumulate,
                   unsigned threads)
{
    const struct backward_job job = {.geometry = geometry, .dy = dy, .mask = mask, .dx = dx, .accumulate = accumulate};
    if (!takes(geometry)) {
        return false;
    }
    if (geometry->mode == CLPOOL_MAX && geometry->mask_format.per_element > 1) {
        return fast_bits_backward(geometry, dy, mask, dx, accumulate, threads);
    }
    if (is_linked(geometry)) {
        return linked_backward(&job, threads);
    }
    if (is_plain(geometry) && has_lanes(geometry) &&
        (lanes_gather_tiles(&job, threads) || lanes_gather(&job, threads) || lanes_backward(&job, threads))) {
        return true;
    }
    if (is_plain(geometry) && has_rows(geometry) && !is_small(geometry) && rows_backward(&job, threads)) {
        return true;
    }
    return packed_backward(&job, threads);
}
