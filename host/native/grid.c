/* SPDX-License-Identifier: Apache-2.0 */
#include "native/grid.h"

#include <stdlib.h>
#include <string.h>

/** Bytes of the widest vectors. */
enum { ALIGNMENT = 64 };

void *grid_allocate(size_t bytes)
{
    if (bytes > SIZE_MAX - ALIGNMENT) {
        return NULL;
    }
    const size_t whole = (bytes / ALIGNMENT + 1) * ALIGNMENT;
#ifdef _WIN32 /* which has no aligned_alloc(); it is for speed alone */
    void *memory = malloc(whole);
#else
    void *memory = aligned_alloc(ALIGNMENT, whole);
#endif
    if (memory != NULL) {
        memset(memory, 0, whole);
    }
    return memory;
}
