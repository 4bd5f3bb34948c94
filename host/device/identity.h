/* SPDX-License-Identifier: Apache-2.0 */
/* What tells a device with its driver from another: their names and versions. */
#ifndef CLPOOL_DEVICE_IDENTITY_H
#define CLPOOL_DEVICE_IDENTITY_H

#include "clpool.h"

#include <stdbool.h>

enum { IDENTITY_TEXT_BYTES = 1024 };

struct identity {
    char platform_name[IDENTITY_TEXT_BYTES];
    char platform_version[IDENTITY_TEXT_BYTES];
    char device_name[IDENTITY_TEXT_BYTES];
    char device_vendor[IDENTITY_TEXT_BYTES];
    char device_version[IDENTITY_TEXT_BYTES];
    char driver_version[IDENTITY_TEXT_BYTES];
    cl_device_type type;
};

/** Asks the device; false where it does not tell. */
bool identity_query(cl_device_id device, struct identity *identity);

#endif
