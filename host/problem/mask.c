/* SPDX-License-Identifier: Apache-2.0 */
#include "problem/mask.h"

#include "base/status.h"

size_t mask_element_bytes(size_t taps)
{
    return taps <= UINT8_MAX ? 1 : taps <= UINT16_MAX ? 2 : 4;
}

uint32_t mask_load(const void *mask, size_t mask_bytes, size_t index)
{
    switch (mask_bytes) {
    case 1: {
        const uint8_t value = ((const uint8_t *)mask)[index];
        return value == UINT8_MAX ? MASK_NO_TAP : value;
    }
    case 2: {
        const uint16_t value = ((const uint16_t *)mask)[index];
        return value == UINT16_MAX ? MASK_NO_TAP : value;
    }
    default:
        return ((const uint32_t *)mask)[index];
    }
}

void mask_store(void *mask, size_t mask_bytes, size_t index, uint32_t tap)
{
    switch (mask_bytes) {
    case 1:
        ((uint8_t *)mask)[index] = (uint8_t)tap;
        break;
    case 2:
        ((uint16_t *)mask)[index] = (uint16_t)tap;
        break;
    default:
        ((uint32_t *)mask)[index] = tap;
        break;
    }
}

int64_t mask_plane_index(const struct geometry *geometry, const size_t output[CLPOOL_MAX_RANK], size_t tap)
{
    const struct axis *axis = geometry->axis;
    if (tap >= geometry->taps) {
        return -1;
    }
    const size_t taps[] = {tap / axis[2].kernel / axis[1].kernel, tap / axis[2].kernel % axis[1].kernel,
                           tap % axis[2].kernel};
    size_t index = 0;
    for (size_t i = 0; i < CLPOOL_MAX_RANK; i++) {
        size_t position = 0;
        if (!tap_position(&axis[i], output[i], taps[i], &position)) {
            return -1;
        }
        index = index * axis[i].in + position;
    }
    return (int64_t)index;
}

clpool_status clpool_mask_to_plane(const clpool_problem *problem, const void *mask, int64_t *plane)
{
    struct geometry geometry;
    const clpool_status status = geometry_from_problem(problem, &geometry);
    if (status != CLPOOL_SUCCESS) {
        return status;
    }
    if ((mask == NULL || plane == NULL) && geometry.y_elements > 0) {
        return status_fail(CLPOOL_INVALID_ARGUMENT, "%s is NULL", mask == NULL ? "mask" : "plane");
    }
    const struct axis *axis = geometry.axis;
    /* The mask is dense in the layout's order; a pixel's channels follow each other where they come last. */
    const size_t pixel = geometry.layout == CLPOOL_CHANNELS_LAST ? geometry.channels : 1;
    for (size_t i = 0; i < geometry.y_elements; i++) {
        const size_t place = i / pixel;
        const size_t output[] = {place / axis[2].out / axis[1].out % axis[0].out, place / axis[2].out % axis[1].out,
                                 place % axis[2].out};
        plane[i] = mask_plane_index(&geometry, output, mask_load(mask, geometry.mask_bytes, i));
    }
    return CLPOOL_SUCCESS;
}
