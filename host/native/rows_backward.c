/* SPDX-License-Identifier: Apache-2.0 */
/* A plane belongs to one thread, which goes through its outputs in ascending order and adds each gradient where a table
 * says that its tap lies. Where windows reach into the padding, the sums are kept in a plane that has it. */
#include "base/size.h"
#include "native/fork_join.h"
#include "native/rows.h"

#include <stdlib.h>

/** Planes that are gone through side by side where neighbours often add to the same element: an addition waits for
 * those before it in its own plane alone. */
enum { PLANES = 2 };

struct backward {
    const struct backward_job *job;
    float *sums[FORK_JOIN_MOST_THREADS]; /* padded planes; NULL where dx itself takes the sums */
    size_t *offset_of;                   /* by tap, and 0 for what is none */
    size_t height;                       /* of a padded plane */
    size_t pitch;                        /* of a plane that takes sums */
    size_t group;                        /* planes side by side: PLANES or 1 */
};

/** Planes of dy, of the mask and of what takes their sums; and while they are gone through, a row of each. */
struct group {
    const float *dy[PLANES];
    const unsigned char *mask[PLANES];
    float *sums[PLANES]; /* where the first window begins */
    const size_t *offset_of;
    size_t taps;
    size_t stride;
    size_t count; /* of outputs of a row */
};

/** For masks of one type. `planes` is a constant. Adding +0 changes no sum: none of them is -0. */
#define DEFINE_ADD_ROW(name, mask_value)                                                                               \
    static inline void name##_of(const struct group *group, size_t planes)                                             \
    {                                                                                                                  \
        const struct group own = *group;                                                                               \
        for (size_t w = 0; w < own.count; w++) {                                                                       \
            for (size_t plane = 0; plane < planes; plane++) {                                                          \
                const size_t tap = ((const mask_value *)(const void *)own.mask[plane])[w];                             \
                const bool is_tap = tap < own.taps;                                                                    \
                float *to = own.sums[plane] + w * own.stride + own.offset_of[is_tap ? tap : own.taps];                 \
                *to += is_tap ? own.dy[plane][w] : 0.0f;                                                               \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
    static void name(const struct group *group, size_t planes)                                                         \
    {                                                                                                                  \
        if (planes == PLANES) {                                                                                        \
            name##_of(group, PLANES);                                                                                  \
        } else {                                                                                                       \
            name##_of(group, 1);                                                                                       \
        }                                                                                                              \
    }

DEFINE_ADD_ROW(add_row_8, uint8_t)
DEFINE_ADD_ROW(add_row_16, uint16_t)
DEFINE_ADD_ROW(add_row_32, uint32_t)

static void add_row(const struct group *group, size_t mask_bytes, size_t planes)
{
    switch (mask_bytes) {
    case 1:
        add_row_8(group, planes);
        break;
    case 2:
        add_row_16(group, planes);
        break;
    default:
        add_row_32(group, planes);
        break;
    }
}

static void add_rows(const struct backward *backward, struct group *group, size_t planes)
{
    const struct geometry *geometry = backward->job->geometry;
    const struct axis *axis = geometry->axis;
    const size_t bytes = geometry->mask_format.bytes;
    for (size_t h = 0; h < axis[1].out; h++) {
        add_row(group, bytes, planes);
        for (size_t i = 0; i < planes; i++) {
            group->dy[i] += geometry->y.axis[1];
            group->mask[i] += geometry->mask.axis[1] * bytes;
            group->sums[i] += axis[1].stride * backward->pitch;
        }
    }
}

/** Stores a padded plane of sums. */
static void store(const struct backward *backward, const float *sums, float *dx)
{
    const struct geometry *geometry = backward->job->geometry;
    const struct axis *axis = geometry->axis;
    for (size_t h = 0; h < axis[1].in; h++) {
        const float *from = sums + (h + axis[1].pad_lo) * backward->pitch + axis[2].pad_lo;
        (backward->job->accumulate ? combine_accumulate : combine_settle)(from, dx + h * geometry->x.axis[1],
                                                                          axis[2].in);
    }
}

/** Whether the rows of a plane of dx are neighbours. */
static bool is_dense(const struct geometry *geometry)
{
    return geometry->axis[1].in == 1 || geometry->x.axis[1] == geometry->axis[2].in;
}

static void clear_in_place(const struct geometry *geometry, float *dx)
{
    if (is_dense(geometry)) {
        memset(dx, 0, geometry->in_plane * sizeof(*dx));
        return;
    }
    for (size_t h = 0; h < geometry->axis[1].in; h++) {
        memset(dx + h * geometry->x.axis[1], 0, geometry->axis[2].in * sizeof(*dx));
    }
}

static void settle_in_place(const struct geometry *geometry, float *dx)
{
    if (is_dense(geometry)) {
        combine_settle(dx, dx, geometry->in_plane);
        return;
    }
    for (size_t h = 0; h < geometry->axis[1].in; h++) {
        combine_settle(dx + h * geometry->x.axis[1], dx + h * geometry->x.axis[1], geometry->axis[2].in);
    }
}

/** `planes` of them, PLANES or one, from number `first` on. */
static void run_planes(const struct backward *backward, unsigned worker, size_t first, size_t planes)
{
    const struct backward_job *job = backward->job;
    const struct geometry *geometry = job->geometry;
    const size_t elements = backward->height * backward->pitch;
    const bool is_padded = backward->sums[worker] != NULL;
    const size_t origin[] = {0, 0, 0};
    struct group group = {.offset_of = backward->offset_of,
                          .taps = geometry->taps,
                          .stride = geometry->axis[2].stride,
                          .count = geometry->axis[2].out};
    float *dx[PLANES] = {NULL};
    for (size_t i = 0; i < planes; i++) {
        const size_t n = (first + i) / geometry->channels;
        const size_t c = (first + i) % geometry->channels;
        dx[i] = (float *)job->dx + strides_offset(&geometry->x, n, c, origin);
        group.dy[i] = (const float *)job->dy + strides_offset(&geometry->y, n, c, origin);
        group.mask[i] = (const unsigned char *)job->mask +
                        strides_offset(&geometry->mask, n, c, origin) * geometry->mask_format.bytes;
        group.sums[i] = is_padded ? backward->sums[worker] + i * elements : dx[i];
        if (is_padded) {
            memset(group.sums[i], 0, elements * sizeof(float));
        } else {
            clear_in_place(geometry, dx[i]);
        }
    }
    add_rows(backward, &group, planes);
    for (size_t i = 0; i < planes; i++) {
        if (is_padded) {
            store(backward, backward->sums[worker] + i * elements, dx[i]);
        } else {
            settle_in_place(geometry, dx[i]);
        }
    }
}

static void run_group(void *context, size_t task, unsigned worker)
{
    const struct backward *backward = context;
    const size_t first = task * backward->group;
    const size_t end = size_min(first + backward->group, backward->job->geometry->planes);
    if (end - first == PLANES) {
        run_planes(backward, worker, first, PLANES);
    } else {
        run_planes(backward, worker, first, 1);
    }
}

static void free_scratch(struct backward *backward, unsigned threads)
{
    for (unsigned i = 0; i < threads; i++) {
        free(backward->sums[i]);
    }
    free(backward->offset_of);
}

static bool make_scratch(struct backward *backward, unsigned threads, bool is_padded)
{
    const struct axis *axis = backward->job->geometry->axis;
    const size_t taps = backward->job->geometry->taps;
    backward->offset_of = malloc((taps + 1) * sizeof(*backward->offset_of));
    bool made = backward->offset_of != NULL;
    for (unsigned i = 0; i < threads && is_padded; i++) {
        backward->sums[i] = malloc(backward->group * backward->height * backward->pitch * sizeof(*backward->sums[i]));
        made = made && backward->sums[i] != NULL;
    }
    if (!made) {
        free_scratch(backward, threads);
        return false;
    }
    for (size_t tap = 0; tap < taps; tap++) {
        backward->offset_of[tap] =
            tap / axis[2].kernel * axis[1].dilation * backward->pitch + tap % axis[2].kernel * axis[2].dilation;
    }
    backward->offset_of[taps] = 0;
    return true;
}

/** Elements from the padding's begin to the end of the tensor and of its windows. */
static size_t padded_length(const struct axis *axis)
{
    return size_max(axis->in + axis->pad_lo, (axis->out - 1) * axis->stride + axis->extent);
}

bool rows_backward(const struct backward_job *job, unsigned threads)
{
    const struct geometry *geometry = job->geometry;
    const struct axis *axis = geometry->axis;
    struct backward backward = {.job = job,
                                .height = padded_length(&axis[1]),
                                .pitch = padded_length(&axis[2]),
                                .group = axis[2].stride == 1 ? PLANES : 1};
    const bool is_padded = job->accumulate || backward.height > axis[1].in || backward.pitch > axis[2].in;
    size_t elements = 0;
    if (!size_multiply(backward.height, backward.pitch, &elements) || elements / 4 > geometry->x_span + 10000000) {
        return false;
    }
    if (!is_padded) {
        backward.pitch = geometry->x.axis[1];
    }
    const size_t tasks = size_divide_up(geometry->planes, backward.group);
    threads = fork_join_threads(threads, tasks, (double)geometry->x_elements);
    if (!make_scratch(&backward, threads, is_padded)) {
        return false;
    }
    fork_join_run(threads, tasks, run_group, &backward);
    free_scratch(&backward, threads);
    return true;
}
