/* SPDX-License-Identifier: Apache-2.0 */
#include "native/winners.h"

#include "native/multiversion.h"

#include <string.h>

MULTIVERSION static void narrow_8(const int32_t *restrict winner, uint8_t *restrict mask, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        mask[i] = (uint8_t)winner[i];
    }
}

MULTIVERSION static void narrow_16(const int32_t *restrict winner, uint16_t *restrict mask, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        mask[i] = (uint16_t)winner[i];
    }
}

MULTIVERSION static void widen_8(const uint8_t *restrict mask, int32_t *restrict winner, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        winner[i] = mask[i];
    }
}

MULTIVERSION static void widen_16(const uint16_t *restrict mask, int32_t *restrict winner, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        winner[i] = mask[i];
    }
}

void winners_store(const int32_t *winner, size_t n, size_t bytes, void *mask, size_t at)
{
    switch (bytes) {
    case 1:
        narrow_8(winner, (uint8_t *)mask + at, n);
        break;
    case 2:
        narrow_16(winner, (uint16_t *)mask + at, n);
        break;
    default:
        memcpy((int32_t *)mask + at, winner, n * sizeof(*winner));
        break;
    }
}

void winners_load(const void *mask, size_t at, size_t bytes, int32_t *winner, size_t n)
{
    switch (bytes) {
    case 1:
        widen_8((const uint8_t *)mask + at, winner, n);
        break;
    case 2:
        widen_16((const uint16_t *)mask + at, winner, n);
        break;
    default:
        memcpy(winner, (const int32_t *)mask + at, n * sizeof(*winner));
        break;
    }
}
