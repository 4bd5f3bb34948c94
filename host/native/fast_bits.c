/* SPDX-License-Identifier: Apache-2.0 */
#include "native/fast_bits.h"

#include "native/fast.h"
#include "native/multiversion.h"
#include "problem/mask.h"

#include <stdlib.h>

/** `per_byte`, a constant, values to a byte, the first in its lowest bits. */
MULTIVERSION_PART void pack(unsigned per_byte, const uint8_t *restrict values, uint8_t *restrict mask, size_t bytes)
{
    const unsigned bits = 8 / per_byte;
    for (size_t i = 0; i < bytes; i++) {
        unsigned byte = 0;
        for (unsigned k = 0; k < per_byte; k++) {
            byte |= (values[i * per_byte + k] & ((1u << bits) - 1u)) << k * bits;
        }
        mask[i] = (uint8_t)byte;
    }
}

MULTIVERSION_PART void unpack(unsigned per_byte, const uint8_t *restrict mask, uint8_t *restrict values, size_t bytes)
{
    const unsigned bits = 8 / per_byte;
    for (size_t i = 0; i < bytes; i++) {
        for (unsigned k = 0; k < per_byte; k++) {
            values[i * per_byte + k] = (uint8_t)(mask[i] >> k * bits & ((1u << bits) - 1u));
        }
    }
}

MULTIVERSION static void pack_values(size_t per_byte, const uint8_t *values, uint8_t *mask, size_t bytes)
{
    if (per_byte == 4) {
        pack(4, values, mask, bytes);
    } else {
        pack(2, values, mask, bytes);
    }
}

MULTIVERSION static void unpack_values(size_t per_byte, const uint8_t *mask, uint8_t *values, size_t bytes)
{
    if (per_byte == 4) {
        unpack(4, mask, values, bytes);
    } else {
        unpack(2, mask, values, bytes);
    }
}

/** Room for the values of all bytes of a mask; those of its unused bits are 0. NULL where there is none. */
static uint8_t *make_values(const struct geometry *geometry, struct geometry *in_bytes)
{
    *in_bytes = *geometry;
    mask_form_set(in_bytes, CLPOOL_MASK_WINDOW);
    return calloc(geometry->mask_elements, geometry->mask_format.per_element);
}

bool fast_bits_forward(const struct geometry *geometry, const void *x, void *y, void *mask, unsigned threads)
{
    struct geometry in_bytes;
    uint8_t *values = make_values(geometry, &in_bytes);
    const bool is_done = values != NULL && fast_forward(&in_bytes, x, y, values, threads);
    if (is_done) {
        pack_values(geometry->mask_format.per_element, values, mask, geometry->mask_elements);
    }
    free(values);
    return is_done;
}

bool fast_bits_backward(const struct geometry *geometry, const void *dy, const void *mask, void *dx, bool accumulate,
                        unsigned threads)
{
    struct geometry in_bytes;
    uint8_t *values = make_values(geometry, &in_bytes);
    bool is_done = false;
    if (values != NULL) {
        unpack_values(geometry->mask_format.per_element, mask, values, geometry->mask_elements);
        is_done = fast_backward(&in_bytes, dy, values, dx, accumulate, threads);
    }
    free(values);
    return is_done;
}
