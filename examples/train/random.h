/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers by chance, the same for a seed everywhere: Steele, Lea and Flood's SplitMix64. */
#ifndef TRAIN_RANDOM_H
#define TRAIN_RANDOM_H

#include <stddef.h>
#include <stdint.h>

static inline uint64_t random_bits(uint64_t *state)
{
    uint64_t bits = *state += 0x9e3779b97f4a7c15U;
    bits = (bits ^ bits >> 30) * 0xbf58476d1ce4e5b9U;
    bits = (bits ^ bits >> 27) * 0x94d049bb133111ebU;
    return bits ^ bits >> 31;
}

/** From -limit to limit. */
static inline float random_float(uint64_t *state, float limit)
{
    float unit = (float)(random_bits(state) >> 40) / (float)(1 << 24);
    return (2.0F * unit - 1.0F) * limit;
}

/** From 0 to count - 1; of the few thousand that this program asks for, none is noticeably likelier. */
static inline size_t random_index(uint64_t *state, size_t count)
{
    return (size_t)(random_bits(state) % count);
}

#endif
