/* SPDX-License-Identifier: Apache-2.0 */
/* What work can run on: the host by itself, or an OpenCL device with all that is needed to use it. */
#ifndef CLI_TARGET_H
#define CLI_TARGET_H

#include <stdbool.h>

#include "clpool.h"
#include "device_list.h"
#include "exit_code.h"
#include "message.h"

/** Zeroed, it is the host. */
typedef struct target {
    char index[32]; /**< "native" or "PLATFORM:DEVICE" */
    char name[2 * DEVICE_TEXT_BYTES + 4];
    cl_device_id device;
    cl_context context; /**< NULL for the host */
    cl_command_queue queue;
    clpool_engine *engine;
} target;

/** Makes the host a target. */
void target_open_native(target *opened);

/** Makes a device a target, with a queue that takes times. On failure `why` says which call it was, and how it failed.
 */
bool target_open_device(target *opened, const device_entry *entry, message *why);

void target_close(target *closed);

/** Reports the last failure of the library on this thread, and the compiler's log where a program did not build. */
exit_code target_report(const target *on, clpool_status status);

#endif
