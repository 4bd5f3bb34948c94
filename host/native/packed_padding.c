/* SPDX-License-Identifier: Apache-2.0 */
/* A window of -inf alone does not know its padding from its elements: such outputs are computed again. */
#include "native/packed_forward.h"
#include "native/reference.h"
#include "problem/mask.h"

/** Computes an output again as the reference does. */
static void pool_again(const struct packed_band *band, size_t lane, const size_t place[CLPOOL_MAX_RANK], size_t at)
{
    const struct packed_forward *forward = band->forward;
    const struct geometry *geometry = forward->job->geometry;
    const size_t plane = band->pack.first + lane;
    const size_t n = plane / geometry->channels;
    const size_t c = plane % geometry->channels;
    const uint32_t tap = reference_max_tap(geometry, forward->job->x, n, c, place);
    const int64_t index = mask_plane_index(geometry, place, tap);
    uint64_t least = 0;
    const void *element = &least;
    dtype_store_bits(geometry->dtype, &least, 0, geometry->dtype->least);
    if (index >= 0) {
        const size_t i = (size_t)index;
        const struct axis *axis = geometry->axis;
        const size_t from[] = {i / axis[2].in / axis[1].in, i / axis[2].in % axis[1].in, i % axis[2].in};
        element =
            (const unsigned char *)forward->job->x + strides_offset(&geometry->x, n, c, from) * geometry->element_bytes;
    }
    forward->wide->to_wide(
        element, 1, (unsigned char *)band->scratch->part[band->part].best + at * forward->wide->loops->bytes, 1, 1, 1);
    band->scratch->part[band->part].winner[at] = index < 0 ? -1 : labels_of_tap(&forward->labels, tap);
}

void packed_check_padding(const struct packed_band *band, size_t d)
{
    const struct packed_forward *forward = band->forward;
    const struct grid_loops *loops = forward->wide->loops;
    const size_t width = forward->job->geometry->axis[2].out;
    const unsigned char *best = band->scratch->part[band->part].best;
    if (!forward->may_be_padding || !loops->has_least(best, band->count * width * GRID_LANES)) {
        return;
    }
    for (size_t row = 0; row < band->count; row++) {
        for (size_t i = 0; i < width * GRID_LANES; i++) {
            const size_t at = row * width * GRID_LANES + i;
            const size_t lane = i % GRID_LANES;
            if (lane < band->pack.count && loops->has_least(best + at * loops->bytes, 1)) {
                pool_again(band, lane, (const size_t[]){d, band->first + row, i / GRID_LANES}, at);
            }
        }
    }
}
