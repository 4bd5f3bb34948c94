/* SPDX-License-Identifier: Apache-2.0 */
/* A work-group: its work-items run one after the other, each on from barrier to barrier. */
#ifndef CLPOOL_TESTS_CHECKED_GROUP_H
#define CLPOOL_TESTS_CHECKED_GROUP_H

#include "checked_device/module.h"

enum { RANGE_DIMENSIONS = 3 };

/** Work-items of a group, and groups, along each dimension. */
struct range {
    size_t local[RANGE_DIMENSIONS];
    size_t groups[RANGE_DIMENSIONS];
};

/** What a group runs. */
struct work {
    const char *name; /* of the kernel, for messages */
    kernel_call call;
    void **arguments;
    struct range range;
    const size_t *order; /* of the work-items of a group */
};

/** Runs a group, by its number. Ends the process where its work-items do not all come to the same barriers. */
void group_run(const struct work *work, size_t number);

#endif
