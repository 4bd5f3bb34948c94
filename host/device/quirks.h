/* SPDX-License-Identifier: Apache-2.0 */
/* Known faults of drivers that would change results without an error, one table row each. */
#ifndef CLPOOL_DEVICE_QUIRKS_H
#define CLPOOL_DEVICE_QUIRKS_H

#include <stddef.h>

/** Iterations after which a device of that name ends a work-item's loops; SIZE_MAX where none are known to be ended. */
size_t quirk_loop_limit(const char *device_name);

#endif
