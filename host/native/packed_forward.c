/* SPDX-License-Identifier: Apache-2.0 */
/* Small planes, channels first: several of them at a time are copied so that an element of each lies in a lane, pooled
 * as channels are, and copied back. */
#include "base/size.h"
#include "native/fork_join.h"
#include "native/lanes.h"
#include "native/rows.h"
#include "native/worker.h"

#include <stdlib.h>

/** Larger planes fill vectors by their rows; with a stride of 1, where all rows are neighbours, so do smaller ones. */
enum { LANES = 16, MOST_PLANE = 256, MOST_PLANE_OF_STRIDE_1 = 64, MOST_TAPS = 25 };

struct scratch {
    float *x;
    float *y;
    int32_t *sorted; /* winners of one plane */
};

struct forward {
    const struct forward_job *job;
    struct geometry lanes; /* of LANES planes in scratch */
    struct worker workers[FORK_JOIN_MOST_THREADS];
    struct scratch scratch[FORK_JOIN_MOST_THREADS];
};

/** One image with a channel in each lane. */
static struct geometry geometry_of_lanes(const struct geometry *geometry)
{
    const struct axis *axis = geometry->axis;
    struct geometry lanes = *geometry;
    lanes.batch = 1;
    lanes.channels = LANES;
    lanes.x =
        strides_dense(CLPOOL_CHANNELS_LAST, &(const struct extents){1, LANES, {axis[0].in, axis[1].in, axis[2].in}});
    lanes.y =
        strides_dense(CLPOOL_CHANNELS_LAST, &(const struct extents){1, LANES, {axis[0].out, axis[1].out, axis[2].out}});
    return lanes;
}

/** Copies planes into lanes, and sees whether there is a NaN. */
static bool copy_in(const struct forward *forward, size_t first, size_t count, float *to)
{
    const struct geometry *geometry = forward->job->geometry;
    bool has_nan = false;
    for (size_t lane = 0; lane < count; lane++) {
        const size_t plane = first + lane;
        const float *x =
            forward->job->x + plane / geometry->channels * geometry->x.n + plane % geometry->channels * geometry->x.c;
        combine_to_lane(x, to + lane, LANES, geometry->in_plane);
        has_nan = has_nan || combine_has_nan(x, geometry->in_plane);
    }
    return has_nan;
}

static void copy_out(const struct forward *forward, size_t first, size_t count, const struct scratch *scratch,
                     const int32_t *winner)
{
    const struct forward_job *job = forward->job;
    const struct geometry *geometry = job->geometry;
    for (size_t lane = 0; lane < count; lane++) {
        const size_t n = (first + lane) / geometry->channels;
        const size_t c = (first + lane) % geometry->channels;
        combine_from_lane(scratch->y + lane, job->y + n * geometry->y.n + c * geometry->y.c, LANES,
                          geometry->out_plane);
        if (job->mask != NULL) {
            combine_winners_from_lane(winner + lane, scratch->sorted, LANES, geometry->out_plane);
            job_store_winners(job, n * geometry->mask.n + c * geometry->mask.c, scratch->sorted, geometry->out_plane);
        }
    }
}

static void pool_planes(void *context, size_t task, unsigned worker)
{
    struct forward *forward = context;
    const struct geometry *lanes = &forward->lanes;
    const size_t first = task * LANES;
    const size_t count = size_min(LANES, forward->job->geometry->planes - first);
    const struct scratch *scratch = &forward->scratch[worker];
    int32_t *winner = forward->workers[worker].winner;
    const enum combine_rule rule = job_rule(lanes, copy_in(forward, first, count, scratch->x));
    for (size_t d = 0; d < lanes->axis[0].out; d++) {
        for (size_t h = 0; h < lanes->axis[1].out; h++) {
            const size_t at = d * lanes->y.axis[0] + h * lanes->y.axis[1];
            const struct lanes_row row = {.x = scratch->x, .y = scratch->y + at, .winner = winner + at, .d = d, .h = h};
            lanes_pool_row(lanes, &row, rule, &forward->workers[worker].taps);
        }
    }
    copy_out(forward, first, count, scratch, winner);
}

static void free_scratch(struct forward *forward, unsigned threads)
{
    for (unsigned i = 0; i < threads; i++) {
        free(forward->scratch[i].x);
        free(forward->scratch[i].y);
        free(forward->scratch[i].sorted);
    }
}

/** Zeroed, since lanes without a plane are computed with too. */
static bool make_scratch(struct forward *forward, unsigned threads)
{
    const struct geometry *geometry = forward->job->geometry;
    bool made = true;
    for (unsigned i = 0; i < threads; i++) {
        struct scratch *scratch = &forward->scratch[i];
        scratch->x = calloc(geometry->in_plane * LANES, sizeof(*scratch->x));
        scratch->y = calloc(geometry->out_plane * LANES, sizeof(*scratch->y));
        scratch->sorted = calloc(geometry->out_plane, sizeof(*scratch->sorted));
        made = made && scratch->x != NULL && scratch->y != NULL && scratch->sorted != NULL;
    }
    made = made && workers_make(forward->workers, threads, geometry->out_plane * LANES, geometry->taps);
    if (!made) {
        free_scratch(forward, threads);
    }
    return made;
}

/** Whether the elements of a plane are neighbours, in the order of their axes. */
static bool is_dense(const struct strides *strides, size_t d, size_t h, size_t w)
{
    return (w == 1 || strides->axis[2] == 1) && (h == 1 || strides->axis[1] == w) &&
           (d == 1 || strides->axis[0] == h * w);
}

static bool takes(const struct geometry *geometry)
{
    const struct axis *axis = geometry->axis;
    const size_t most = !job_is_flat(geometry) ? (size_t)4 * MOST_PLANE
                        : axis[1].stride == 1  ? MOST_PLANE_OF_STRIDE_1
                                               : MOST_PLANE;
    return geometry->layout == CLPOOL_CHANNELS_FIRST && geometry->in_plane <= most &&
           geometry->out_plane <= (size_t)4 * MOST_PLANE && geometry->planes >= LANES / 2 &&
           (geometry->taps <= MOST_TAPS || geometry->taps * geometry->out_plane <= 4 * geometry->in_plane) &&
           is_dense(&geometry->x, axis[0].in, axis[1].in, axis[2].in) &&
           is_dense(&geometry->y, axis[0].out, axis[1].out, axis[2].out);
}

bool packed_forward(const struct forward_job *job, unsigned threads)
{
    const struct geometry *geometry = job->geometry;
    if (!takes(geometry)) {
        return false;
    }
    struct forward forward = {.job = job, .lanes = geometry_of_lanes(geometry)};
    const size_t tasks = size_divide_up(geometry->planes, LANES);
    threads = fork_join_threads(threads, tasks, (double)geometry->x_elements + 4 * (double)geometry->y_elements);
    if (!make_scratch(&forward, threads)) {
        return false;
    }
    fork_join_run(threads, tasks, pool_planes, &forward);
    free_scratch(&forward, threads);
    workers_free(forward.workers, threads);
    return true;
}
