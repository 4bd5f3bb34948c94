/* SPDX-License-Identifier: Apache-2.0 */
#include "native/labels.h"

#include "native/winners.h"

bool labels_make(const struct geometry *geometry, struct labels *labels)
{
    const struct axis *axis = geometry->axis;
    const bool numbers_taps = geometry->mask_form == CLPOOL_MASK_WINDOW;
    const bool counts_planes =
        geometry->mask_form == CLPOOL_MASK_TENSOR || geometry->mask_form == CLPOOL_MASK_TENSOR_COLMAJOR;
    const int64_t row_major[] = {(int64_t)(axis[1].in * axis[2].in), (int64_t)axis[2].in, 1};
    const int64_t column_major[] = {1, (int64_t)axis[0].in, (int64_t)(axis[0].in * axis[1].in)};
    const int64_t tap[] = {(int64_t)(axis[1].kernel * axis[2].kernel), (int64_t)axis[2].kernel, 1};
    double most = 0;
    *labels = (struct labels){.geometry = geometry, .plane = counts_planes ? (int64_t)geometry->in_plane : 0};
    for (size_t a = 0; a < CLPOOL_MAX_RANK; a++) {
        const int64_t element = geometry->mask_form == CLPOOL_MASK_TENSOR_COLMAJOR ? column_major[a] : row_major[a];
        const double step = numbers_taps ? (double)tap[a] : (double)element * (double)axis[a].dilation;
        most += step * (double)axis[a].kernel;
        labels->element[a] = numbers_taps ? 0 : element;
        labels->tap[a] = most < INT32_MAX ? (int32_t)step : 0;
    }
    return geometry->mask_format.per_element == 1 && most < INT32_MAX;
}

int32_t labels_of_tap(const struct labels *labels, size_t tap)
{
    const struct axis *axis = labels->geometry->axis;
    const size_t taps[] = {tap / axis[2].kernel / axis[1].kernel, tap / axis[2].kernel % axis[1].kernel,
                           tap % axis[2].kernel};
    return (int32_t)taps[0] * labels->tap[0] + (int32_t)taps[1] * labels->tap[1] + (int32_t)taps[2] * labels->tap[2];
}

int64_t labels_origin(const struct labels *labels, size_t plane, const size_t place[CLPOOL_MAX_RANK])
{
    const struct axis *axis = labels->geometry->axis;
    int64_t origin = (int64_t)plane * labels->plane;
    for (size_t a = 0; a < CLPOOL_MAX_RANK; a++) {
        origin += ((int64_t)(place[a] * axis[a].stride) - (int64_t)axis[a].pad_lo) * labels->element[a];
    }
    return origin;
}

static void store_indices(const struct labels *labels, void *mask, size_t at, const int32_t *winner, size_t n,
                          int64_t origin, int64_t step)
{
    for (size_t i = 0; i < n; i++) {
        const int64_t value = winner[i] < 0 ? -1 : winner[i] + origin + (int64_t)i * step;
        if (labels->geometry->mask_format.bytes == 4) {
            ((int32_t *)mask)[at + i] = (int32_t)value;
        } else {
            ((int64_t *)mask)[at + i] = value;
        }
    }
}

void labels_store(const struct labels *labels, void *mask, size_t at, const int32_t *winner, size_t n, int64_t origin,
                  int64_t step)
{
    if (labels->geometry->mask_form != CLPOOL_MASK_WINDOW) {
        store_indices(labels, mask, at, winner, n, origin, step);
        return;
    }
    winners_store(winner, n, labels->geometry->mask_format.bytes, mask, at);
}

static void load_indices(const struct labels *labels, const void *mask, size_t at, int32_t *winner, size_t n,
                         int64_t origin, int64_t step)
{
    for (size_t i = 0; i < n; i++) {
        const int64_t value = labels->geometry->mask_format.bytes == 4 ? ((const int32_t *)mask)[at + i]
                                                                       : ((const int64_t *)mask)[at + i];
        const uint64_t number = (uint64_t)value - (uint64_t)(origin + (int64_t)i * step);
        winner[i] = number <= INT32_MAX ? (int32_t)number : -1;
    }
}

void labels_load(const struct labels *labels, const void *mask, size_t at, int32_t *winner, size_t n, int64_t origin,
                 int64_t step)
{
    if (labels->geometry->mask_form != CLPOOL_MASK_WINDOW) {
        load_indices(labels, mask, at, winner, n, origin, step);
        return;
    }
    winners_load(mask, at, labels->geometry->mask_format.bytes, winner, n);
}
