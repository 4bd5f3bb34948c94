/* SPDX-License-Identifier: Apache-2.0 */
/* The tensors of one case on one target, for all of its operations. */
#ifndef CLI_BENCH_TENSORS_H
#define CLI_BENCH_TENSORS_H

#include "memory_sets.h"

typedef enum bench_slot { SLOT_X, SLOT_Y, SLOT_MASK, SLOT_DY, SLOT_DX, BENCH_SLOTS } bench_slot;

/** Zeroed, there are none. */
typedef struct bench_tensors {
    const target *on;
    const clpool_problem *problem;
    size_t sets;
    memory_sets memory[BENCH_SLOTS]; /**< nothing where the problem has no such tensor */
    size_t element[BENCH_SLOTS];     /**< size of one in bytes */
} bench_tensors;

/** Makes them, with random values in x and dy and nothing in the others. `cold`: as many sets that each is out of the
 * caches when its turn comes again; if not, one. */
exit_code bench_tensors_open(bench_tensors *opened, const target *on, const clpool_problem *problem, bool cold);

void *bench_tensors_host(const bench_tensors *of, bench_slot slot, size_t set);

clpool_buffer bench_tensors_buffer(const bench_tensors *of, bench_slot slot, size_t set);

void bench_tensors_close(bench_tensors *closed);

#endif
