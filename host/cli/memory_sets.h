/* SPDX-License-Identifier: Apache-2.0 */
/* Memory of a target in which the same things lie several times over, so that a measurement can go round among them. */
#ifndef CLI_MEMORY_SETS_H
#define CLI_MEMORY_SETS_H

#include <stdbool.h>

#include "target.h"

/** Zeroed, it is none. */
typedef struct memory_sets {
    const target *on;
    cl_mem buffer; /**< NULL on the host */
    unsigned char *host;
    size_t bytes; /**< of each */
    size_t pitch; /**< bytes from one to the next; a multiple of MEMORY_SETS_ALIGNMENT */
    size_t count;
} memory_sets;

/** Where each set begins is a multiple of so many bytes. */
#define MEMORY_SETS_ALIGNMENT 4096

/** Between two uses of one set so many bytes of other sets are used, if the measurement is to be cold: more than any
 * last-level cache that is known today has for one program. */
#define MEMORY_SETS_COLD_BYTES ((size_t)256 << 20)

/** More sets than these would take more memory for what is between them than for themselves. */
#define MEMORY_SETS_MOST 4096

/** How many sets it takes that each use of one is cold, where a use touches `bytes`; fewer where that is more than
 * MEMORY_SETS_MOST, or no buffer of the target can hold that many of `largest` bytes. 1 if not cold. */
size_t memory_sets_count(const target *on, bool cold, size_t bytes, size_t largest);

/** Makes the memory. `bytes` may be 0; there is nothing in it then. */
exit_code memory_sets_make(const target *on, size_t bytes, size_t count, memory_sets *made);

/** Writes the same `bytes` bytes into every set. */
exit_code memory_sets_fill(const memory_sets *to, const void *from);

/** A set in host memory. */
void *memory_sets_host(const memory_sets *of, size_t set);

/** A set of a device, as the library takes it: `element` is the size of one in bytes. */
clpool_buffer memory_sets_buffer(const memory_sets *of, size_t set, size_t element);

void memory_sets_free(memory_sets *freed);

#endif
