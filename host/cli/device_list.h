/* SPDX-License-Identifier: Apache-2.0 */
/* The OpenCL devices of this machine. */
#ifndef CLI_DEVICE_LIST_H
#define CLI_DEVICE_LIST_H

#include <stddef.h>

#include "clpool.h"
#include "exit_code.h"

#define DEVICE_TEXT_BYTES 256

typedef struct device_entry {
    cl_platform_id platform;
    cl_device_id device;
    cl_device_type type;
    char index[32]; /**< "PLATFORM:DEVICE", by which --device knows it */
    char name[DEVICE_TEXT_BYTES];
    char platform_name[DEVICE_TEXT_BYTES];
} device_entry;

/** Zeroed, it is a list of none. */
typedef struct device_list {
    cl_uint platforms; /**< those without a device included */
    size_t count;
    device_entry *entries;
} device_list;

/** Lists every device of every platform. No platform and no device are a success with an empty list. */
exit_code device_list_load(device_list *list);

void device_list_free(device_list *list);

/** What to say where the list is empty. */
const char *device_list_none(const device_list *list);

/** A text property of a device, cut to the room there is; "?" if the device does not tell. Returns `text`. */
const char *device_text(cl_device_id device, cl_device_info property, char text[DEVICE_TEXT_BYTES]);

/** "GPU", "CPU", "accelerator" or "other". */
const char *device_type_name(cl_device_type type);

#endif
