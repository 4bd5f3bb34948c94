/* SPDX-License-Identifier: Apache-2.0 */
/* One problem with a plan, a buffer for each tensor, and what each must hold before and after. */
#ifndef CLPOOL_TESTS_BED_H
#define CLPOOL_TESTS_BED_H

#include "clpool.h"
#include "support/device.h"

enum bed_slot {
    /* Inputs. */
    BED_X,
    BED_Y,
    BED_MASK,
    BED_DY,
    /* Outputs: two of forward's, and what else there is. */
    BED_Y_OUT,
    BED_MASK_OUT,
    BED_DX,
    BED_SUM, /* dx of an accumulating backward */
    BED_UNPOOLED,
    BED_FETCHED, /* dy of unpooling's backward, of x */
    BED_DROPPED,
    BED_PLANE, /* the mask as indices in the plane */
    BED_COUNT,
    BED_SLOTS
};

struct bed {
    const struct test_device *device;
    clpool_problem problem;
    clpool_plan *plan;
    struct bed_buffer {
        cl_mem mem; /* NULL where the problem has no such tensor */
        size_t bytes;
        unsigned char *before;
        unsigned char *after; /* of an output; NULL: whatever the first run gives, from then on */
        unsigned char *read;
    } slots[BED_SLOTS];
};

/** Makes plan and buffers; what must come out is computed by the reference (of average and Lp forward: by the device,
 * at the first run). */
void bed_make(struct bed *bed, const struct test_device *device, clpool_engine *engine, const clpool_problem *problem);

void bed_free(struct bed *bed);

clpool_buffer bed_at(const struct bed *bed, enum bed_slot slot);

/** Waits for the queue, reads all buffers, and says what is wrong with them after a run that wrote `outputs`, which has
 * a bit 1 << bed_slot for each; NULL: nothing. Then they hold again what they held before. */
const char *bed_check(struct bed *bed, unsigned outputs);

#endif
