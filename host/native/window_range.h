/* SPDX-License-Identifier: Apache-2.0 */
/* Taps of sliding windows as ranges, and as offsets of elements. */
#ifndef CLPOOL_NATIVE_WINDOW_RANGE_H
#define CLPOOL_NATIVE_WINDOW_RANGE_H

#include "native/combine.h"
#include "problem/geometry.h"

/** The taps of a window that lie inside the tensor, on one axis: from `begin` to `end` - 1. */
struct tap_range {
    size_t begin;
    size_t end;
};

/** The range of window `output` of a sliding axis. */
static inline struct tap_range tap_range_of(const struct axis *axis, size_t output)
{
    const size_t start = output * axis->stride;
    const size_t before = start >= axis->pad_lo ? 0 : axis->pad_lo - start;
    const size_t limit = axis->in + axis->pad_lo; /* positions are counted from the padding's begin */
    const size_t inside = start >= limit ? 0 : (limit - start - 1) / axis->dilation + 1;
    const size_t begin = before / axis->dilation + (before % axis->dilation != 0);
    const size_t end = inside < axis->kernel ? inside : axis->kernel;
    return (struct tap_range){begin < end ? begin : end, end};
}

/** Lists the taps within three ranges, in scan order, as offsets from the element at position output * stride of each
 * axis (which may lie outside the tensor). */
static inline void window_range_list(const struct geometry *geometry, const struct strides *strides,
                                     const struct tap_range range[CLPOOL_MAX_RANK], struct combine_taps *taps)
{
    const struct axis *axis = geometry->axis;
    taps->count = 0;
    for (size_t i = range[0].begin; i < range[0].end; i++) {
        for (size_t j = range[1].begin; j < range[1].end; j++) {
            for (size_t k = range[2].begin; k < range[2].end; k++) {
                const size_t tap[] = {i, j, k};
                ptrdiff_t offset = 0;
                for (size_t a = 0; a < CLPOOL_MAX_RANK; a++) {
                    offset += ((ptrdiff_t)(tap[a] * axis[a].dilation) - (ptrdiff_t)axis[a].pad_lo) *
                              (ptrdiff_t)strides->axis[a];
                }
                taps->offset[taps->count] = offset;
                taps->tap[taps->count] = (int32_t)((i * axis[1].kernel + j) * axis[2].kernel + k);
                taps->count++;
            }
        }
    }
}

/** Whether a range has all taps of an axis. */
static inline bool tap_range_is_whole(const struct axis *axis, struct tap_range range)
{
    return range.begin == 0 && range.end == axis->kernel;
}

/** How many outputs from `first` on have windows of the same taps on an axis: at least one. */
static inline size_t tap_ranges_alike(const struct axis *axis, size_t first)
{
    size_t end = first + 1;
    if (tap_range_is_whole(axis, tap_range_of(axis, first))) {
        while (end < axis->out && tap_range_is_whole(axis, tap_range_of(axis, end))) {
            end++;
        }
    }
    return end - first;
}

#endif
