/* SPDX-License-Identifier: Apache-2.0 */
/* A block is turned in eight vectors, by three rounds that work within halves of a vector as long as they can. */
#include "native/transpose_wide.h"

#include <string.h>

#if defined(__x86_64__) && defined(__has_builtin)
#if __has_builtin(__builtin_shufflevector)
#define HAS_WIDE_VECTORS
#endif
#endif

#ifdef HAS_WIDE_VECTORS

enum { BLOCK = 8 };

#define WIDE __attribute__((target("avx2")))

typedef uint32_t block_row __attribute__((vector_size(32)));

/** Interleaves elements of two rows, then pairs of them, then halves of rows. */
WIDE static inline void turn(block_row row[BLOCK])
{
    block_row one[BLOCK];
    block_row two[BLOCK];
    for (size_t k = 0; k < BLOCK; k += 2) {
        one[k] = __builtin_shufflevector(row[k], row[k + 1], 0, 8, 1, 9, 4, 12, 5, 13);
        one[k + 1] = __builtin_shufflevector(row[k], row[k + 1], 2, 10, 3, 11, 6, 14, 7, 15);
    }
    for (size_t k = 0; k < BLOCK; k += 4) {
        two[k] = __builtin_shufflevector(one[k], one[k + 2], 0, 1, 8, 9, 4, 5, 12, 13);
        two[k + 1] = __builtin_shufflevector(one[k], one[k + 2], 2, 3, 10, 11, 6, 7, 14, 15);
        two[k + 2] = __builtin_shufflevector(one[k + 1], one[k + 3], 0, 1, 8, 9, 4, 5, 12, 13);
        two[k + 3] = __builtin_shufflevector(one[k + 1], one[k + 3], 2, 3, 10, 11, 6, 7, 14, 15);
    }
    for (size_t k = 0; k < BLOCK / 2; k++) {
        row[k] = __builtin_shufflevector(two[k], two[k + 4], 0, 1, 2, 3, 8, 9, 10, 11);
        row[k + 4] = __builtin_shufflevector(two[k], two[k + 4], 4, 5, 6, 7, 12, 13, 14, 15);
    }
}

/** Where block number `at` / BLOCK begins: the last one may overlap the one before. */
static inline size_t block_begin(size_t at, size_t n)
{
    return at + BLOCK <= n ? at : n - BLOCK;
}

WIDE static void blocks_to_lanes(const void *const from[GRID_LANES], void *to, size_t n)
{
    for (size_t lane = 0; lane < GRID_LANES; lane += BLOCK) {
        for (size_t at = 0; at < n; at += BLOCK) {
            const size_t i = block_begin(at, n);
            block_row row[BLOCK];
            for (size_t k = 0; k < BLOCK; k++) {
                memcpy(&row[k], (const unsigned char *)from[lane + k] + i * sizeof(uint32_t), sizeof(row[k]));
            }
            turn(row);
            for (size_t k = 0; k < BLOCK; k++) {
                memcpy((unsigned char *)to + ((i + k) * GRID_LANES + lane) * sizeof(uint32_t), &row[k], sizeof(row[k]));
            }
        }
    }
}

WIDE static void blocks_from_lanes(const void *from, void *const to[GRID_LANES], size_t n)
{
    for (size_t lane = 0; lane < GRID_LANES; lane += BLOCK) {
        for (size_t at = 0; at < n; at += BLOCK) {
            const size_t i = block_begin(at, n);
            block_row row[BLOCK];
            for (size_t k = 0; k < BLOCK; k++) {
                memcpy(&row[k], (const unsigned char *)from + ((i + k) * GRID_LANES + lane) * sizeof(uint32_t),
                       sizeof(row[k]));
            }
            turn(row);
            for (size_t k = 0; k < BLOCK; k++) {
                memcpy((unsigned char *)to[lane + k] + i * sizeof(uint32_t), &row[k], sizeof(row[k]));
            }
        }
    }
}

size_t transpose_wide_to_lanes(const void *const from[GRID_LANES], void *to, size_t n)
{
    if (n < BLOCK || !__builtin_cpu_supports("avx2")) {
        return 0;
    }
    blocks_to_lanes(from, to, n);
    return n;
}

size_t transpose_wide_from_lanes(const void *from, void *const to[GRID_LANES], size_t n)
{
    if (n < BLOCK || !__builtin_cpu_supports("avx2")) {
        return 0;
    }
    blocks_from_lanes(from, to, n);
    return n;
}

#else

size_t transpose_wide_to_lanes(const void *const from[GRID_LANES], void *to, size_t n)
{
    (void)from, (void)to, (void)n;
    return 0;
}

size_t transpose_wide_from_lanes(const void *from, void *const to[GRID_LANES], size_t n)
{
    (void)from, (void)to, (void)n;
    return 0;
}

#endif
