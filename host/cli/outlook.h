/* SPDX-License-Identifier: Apache-2.0 */
/* What the library would run on a device, for poolings that are usual. */
#ifndef CLI_OUTLOOK_H
#define CLI_OUTLOOK_H

#include <stdbool.h>
#include <stddef.h>

#include "target.h"

#define OUTLOOK_POOLINGS 9

/** One pooling, in f32. */
typedef struct outlook_row {
    const char *pooling;  /**< in words */
    const char *forward;  /**< the strategy; NULL: the device cannot run it */
    const char *backward; /**< the same */
} outlook_row;

/** Compiles nothing. */
void outlook_make(const target *on, outlook_row rows[OUTLOOK_POOLINGS]);

/** True if the device has what tensors of the dtype need. */
bool outlook_has_dtype(const target *on, clpool_dtype dtype);

#endif
