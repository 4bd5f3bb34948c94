/* SPDX-License-Identifier: Apache-2.0 */
/* Known faults of drivers, which change results without an error or end the process, and habits that cost time. */
#ifndef CLPOOL_DEVICE_QUIRKS_H
#define CLPOOL_DEVICE_QUIRKS_H

#include <stdbool.h>
#include <stddef.h>

/** Iterations after which a device of that name ends a work-item's loops; SIZE_MAX where none are known to be ended. */
size_t quirk_loop_limit(const char *device_name);

/** Whether a platform of that name compiles at the first launch, and puts only what it has compiled into a binary. */
bool quirk_compiles_at_launch(const char *platform_name);

/** Whether the compiler may end the process on some kernels, by CL_DEVICE_VERSION and CL_DRIVER_VERSION. */
bool quirk_compiler_ends_process(const char *device_version, const char *driver_version);

#endif
