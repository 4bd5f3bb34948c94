/* SPDX-License-Identifier: Apache-2.0 */
/* Known faults of drivers that would change results without an error, and habits that cost time, one table row each. */
#ifndef CLPOOL_DEVICE_QUIRKS_H
#define CLPOOL_DEVICE_QUIRKS_H

#include <stdbool.h>
#include <stddef.h>

/** Iterations after which a device of that name ends a work-item's loops; SIZE_MAX where none are known to be ended. */
size_t quirk_loop_limit(const char *device_name);

/** Whether a platform of that name compiles at the first launch, and puts only what it has compiled into a binary. */
bool quirk_compiles_at_launch(const char *platform_name);

#endif
