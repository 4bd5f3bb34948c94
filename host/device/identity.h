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

/** Asks the device. Errors: CLPOOL_OUT_OF_MEMORY, CLPOOL_OPENCL_ERROR. */
clpool_status identity_query(cl_device_id device, struct identity *identity);

/** The same where it is no error that a device does not tell: false then, and the last error stays as it was. */
bool identity_is_known(cl_device_id device, struct identity *identity);

#endif
