/* SPDX-License-Identifier: Apache-2.0 */
/* A plane belongs to one thread, which goes through its outputs in ascending order and adds each gradient where a table
 * says that its tap lies. Where windows reach into the padding, the sums are kept in a plane that has it. */
#include "base/size.h"
#include "native/fork_join.h"
#include "native/rows.h"

#include <stdlib.h>

struct backward {
    const struct backward_job *job;
    float *sums[FORK_JOIN_MOST_THREADS]; /* padded planes; NULL where dx itself takes the sums */
    size_t *offset_of;                   /* by tap, and 0 for what is none */
    size_t height;                       /* of a padded plane */
    size_t pitch;                        /* of a plane that takes sums */
};

/** What a row of outputs adds. */
struct row {
    const float *dy;
    float *sums; /* where the first window begins */
    const size_t *offset_of;
    size_t taps;
    size_t stride;
    size_t count;
};

/** Adding +0 changes no sum: none of them is -0. */
static void add_to(const struct row *row, size_t w, size_t tap)
{
    const bool is_tap = tap < row->taps;
    row->sums[w * row->stride + row->offset_of[is_tap ? tap : row->taps]] += is_tap ? row->dy[w] : 0.0f;
}

static void add_row_8(const struct row *row, const uint8_t *mask)
{
    for (size_t w = 0; w < row->count; w++) {
        add_to(row, w, mask[w]);
    }
}

static void add_row_16(const struct row *row, const uint16_t *mask)
{
    for (size_t w = 0; w < row->count; w++) {
        add_to(row, w, mask[w]);
    }
}

static void add_row_32(const struct row *row, const uint32_t *mask)
{
    for (size_t w = 0; w < row->count; w++) {
        add_to(row, w, mask[w]);
    }
}

static void add_row(const struct row *row, size_t mask_bytes, const void *mask, size_t at)
{
    switch (mask_bytes) {
    case 1:
        add_row_8(row, (const uint8_t *)mask + at);
        break;
    case 2:
        add_row_16(row, (const uint16_t *)mask + at);
        break;
    default:
        add_row_32(row, (const uint32_t *)mask + at);
        break;
    }
}

static void add_plane(const struct backward *backward, float *sums, size_t n, size_t c)
{
    const struct backward_job *job = backward->job;
    const struct geometry *geometry = job->geometry;
    const struct axis *axis = geometry->axis;
    float *to = sums;
    for (size_t h = 0; h < axis[1].out; h++, to += axis[1].stride * backward->pitch) {
        const size_t at[] = {0, h, 0};
        const struct row row = {.dy = (const float *)job->dy + strides_offset(&geometry->y, n, c, at),
                                .sums = to,
                                .offset_of = backward->offset_of,
                                .taps = geometry->taps,
                                .stride = axis[2].stride,
                                .count = axis[2].out};
        add_row(&row, geometry->mask_format.bytes, job->mask, strides_offset(&geometry->mask, n, c, at));
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

static void run_plane(void *context, size_t task, unsigned worker)
{
    const struct backward *backward = context;
    const struct geometry *geometry = backward->job->geometry;
    const size_t n = task / geometry->channels;
    const size_t c = task % geometry->channels;
    float *dx = (float *)backward->job->dx + strides_offset(&geometry->x, n, c, (const size_t[]){0, 0, 0});
    float *sums = backward->sums[worker];
    if (sums == NULL) {
        clear_in_place(geometry, dx);
        add_plane(backward, dx, n, c);
        settle_in_place(geometry, dx);
    } else {
        memset(sums, 0, backward->height * backward->pitch * sizeof(*sums));
        add_plane(backward, sums, n, c);
        store(backward, sums, dx);
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
        backward->sums[i] = malloc(backward->height * backward->pitch * sizeof(*backward->sums[i]));
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
    struct backward backward = {.job = job, .height = padded_length(&axis[1]), .pitch = padded_length(&axis[2])};
    const bool is_padded = job->accumulate || backward.height > axis[1].in || backward.pitch > axis[2].in;
    size_t elements = 0;
    if (!size_multiply(backward.height, backward.pitch, &elements) || elements / 4 > geometry->x_span + 10000000) {
        return false;
    }
    if (!is_padded) {
        backward.pitch = geometry->x.axis[1];
    }
    threads = fork_join_threads(threads, geometry->planes, (double)geometry->x_elements);
    if (!make_scratch(&backward, threads, is_padded)) {
        return false;
    }
    fork_join_run(threads, geometry->planes, run_plane, &backward);
    free_scratch(&backward, threads);
    return true;
}
