/* SPDX-License-Identifier: Apache-2.0 */
/* One big allocation for all that the pipeline keeps on the device, with a sub-buffer for each region of it. What the
 * allocation is made of, memory.h knows. */
#ifndef PIPELINE_ARENA_H
#define PIPELINE_ARENA_H

#include <clpool.h>

#include "shape.h"

enum region {
    REGION_PICTURE,      /**< u8, r,g,b,r,g,b... */
    REGION_FILTER,       /**< f32, TAPS values */
    REGION_PLANES,       /**< f32, one plane for each colour, as in all that follow */
    REGION_OUTLINES,     /**< f32 */
    REGION_POOLED,       /**< f32 */
    REGION_POOLED_TWICE, /**< f32 */
    REGION_RESULT,       /**< u8, r,g,b,r,g,b... */
    REGIONS
};

struct arena {
    cl_context context;
    cl_command_queue queue; /**< for transfers; in order */
    size_t bytes;
    size_t region_offset[REGIONS]; /**< in bytes, a multiple of what the device wants of sub-buffers */
    size_t region_bytes[REGIONS];
    cl_mem whole;
    cl_mem regions[REGIONS];
    unsigned char *shared;           /**< with shared virtual memory: where the allocation begins */
    unsigned char *results[REGIONS]; /**< what memory_read() gave: copies, or what is mapped of shared memory */
};

/** Lays out the regions for a picture and makes the allocation. The queue stays the caller's and outlives the arena. */
struct arena arena_create(cl_command_queue transfer_queue, extent picture);

void arena_destroy(struct arena *destroyed);

#endif
