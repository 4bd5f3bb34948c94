/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks of 4 x 4 elements of 4 bytes are turned in four vectors, by two rounds of interleaving: compilers make none of
 * the plain loop. */
#include "native/transpose.h"

#include "native/transpose_wide.h"

#include <string.h>

#if defined(__has_builtin)
#if __has_builtin(__builtin_shufflevector)
#define HAS_SHUFFLES
#endif
#endif

enum { BLOCK = 4 };

#ifdef HAS_SHUFFLES

typedef uint32_t block_row __attribute__((vector_size(16)));

static inline void turn(block_row row[BLOCK])
{
    const block_row a = __builtin_shufflevector(row[0], row[2], 0, 4, 1, 5);
    const block_row b = __builtin_shufflevector(row[0], row[2], 2, 6, 3, 7);
    const block_row c = __builtin_shufflevector(row[1], row[3], 0, 4, 1, 5);
    const block_row d = __builtin_shufflevector(row[1], row[3], 2, 6, 3, 7);
    row[0] = __builtin_shufflevector(a, c, 0, 4, 1, 5);
    row[1] = __builtin_shufflevector(a, c, 2, 6, 3, 7);
    row[2] = __builtin_shufflevector(b, d, 0, 4, 1, 5);
    row[3] = __builtin_shufflevector(b, d, 2, 6, 3, 7);
}

static inline block_row load(const void *from)
{
    block_row row;
    memcpy(&row, from, sizeof(row));
    return row;
}

/** Returns how many elements of each plane it has gone through. The last block may overlap the one before. */
static size_t blocks_to_lanes(const void *const from[GRID_LANES], void *to, size_t n)
{
    for (size_t lane = 0; lane < GRID_LANES; lane += BLOCK) {
        for (size_t at = 0; at < n && n >= BLOCK; at += BLOCK) {
            const size_t i = at + BLOCK <= n ? at : n - BLOCK;
            block_row row[BLOCK];
            for (size_t k = 0; k < BLOCK; k++) {
                row[k] = load((const unsigned char *)from[lane + k] + i * sizeof(uint32_t));
            }
            turn(row);
            for (size_t k = 0; k < BLOCK; k++) {
                memcpy((unsigned char *)to + ((i + k) * GRID_LANES + lane) * sizeof(uint32_t), &row[k], sizeof(row[k]));
            }
        }
    }
    return n < BLOCK ? 0 : n;
}

static size_t blocks_from_lanes(const void *from, void *const to[GRID_LANES], size_t n)
{
    for (size_t lane = 0; lane < GRID_LANES; lane += BLOCK) {
        for (size_t at = 0; at < n && n >= BLOCK; at += BLOCK) {
            const size_t i = at + BLOCK <= n ? at : n - BLOCK;
            block_row row[BLOCK];
            for (size_t k = 0; k < BLOCK; k++) {
                row[k] = load((const unsigned char *)from + ((i + k) * GRID_LANES + lane) * sizeof(uint32_t));
            }
            turn(row);
            for (size_t k = 0; k < BLOCK; k++) {
                memcpy((unsigned char *)to[lane + k] + i * sizeof(uint32_t), &row[k], sizeof(row[k]));
            }
        }
    }
    return n < BLOCK ? 0 : n;
}

#else

static size_t blocks_to_lanes(const void *const from[GRID_LANES], void *to, size_t n)
{
    (void)from, (void)to, (void)n;
    return 0;
}

static size_t blocks_from_lanes(const void *from, void *const to[GRID_LANES], size_t n)
{
    (void)from, (void)to, (void)n;
    return 0;
}

#endif

/** The rest of the planes, an element at a time. */
static void rest_to_lanes(const void *const from[GRID_LANES], void *to, size_t begin, size_t n, size_t bytes)
{
    for (size_t i = begin; i < n; i++) {
        for (size_t lane = 0; lane < GRID_LANES; lane++) {
            memcpy((unsigned char *)to + (i * GRID_LANES + lane) * bytes, (const unsigned char *)from[lane] + i * bytes,
                   bytes);
        }
    }
}

static void rest_from_lanes(const void *from, void *const to[GRID_LANES], size_t begin, size_t n, size_t bytes)
{
    for (size_t i = begin; i < n; i++) {
        for (size_t lane = 0; lane < GRID_LANES; lane++) {
            memcpy((unsigned char *)to[lane] + i * bytes, (const unsigned char *)from + (i * GRID_LANES + lane) * bytes,
                   bytes);
        }
    }
}

void transpose_to_lanes_4(const void *const from[GRID_LANES], void *to, size_t n)
{
    const size_t done = transpose_wide_to_lanes(from, to, n);
    rest_to_lanes(from, to, done > 0 ? done : blocks_to_lanes(from, to, n), n, 4);
}

void transpose_from_lanes_4(const void *from, void *const to[GRID_LANES], size_t n)
{
    const size_t done = transpose_wide_from_lanes(from, to, n);
    rest_from_lanes(from, to, done > 0 ? done : blocks_from_lanes(from, to, n), n, 4);
}

void transpose_to_lanes_8(const void *const from[GRID_LANES], void *to, size_t n)
{
    rest_to_lanes(from, to, 0, n, 8);
}

void transpose_from_lanes_8(const void *from, void *const to[GRID_LANES], size_t n)
{
    rest_from_lanes(from, to, 0, n, 8);
}
