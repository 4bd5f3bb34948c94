/* SPDX-License-Identifier: Apache-2.0 */
#include "device/identity.h"

static bool device_text(cl_device_id device, cl_device_info what, char text[IDENTITY_TEXT_BYTES])
{
    return clGetDeviceInfo(device, what, IDENTITY_TEXT_BYTES - 1, text, NULL) == CL_SUCCESS;
}

static bool platform_text(cl_platform_id platform, cl_platform_info what, char text[IDENTITY_TEXT_BYTES])
{
    return clGetPlatformInfo(platform, what, IDENTITY_TEXT_BYTES - 1, text, NULL) == CL_SUCCESS;
}

bool identity_query(cl_device_id device, struct identity *identity)
{
    cl_platform_id platform = NULL;
    memset(identity, 0, sizeof(*identity));
    return clGetDeviceInfo(device, CL_DEVICE_PLATFORM, sizeof(platform), (void *)&platform, NULL) == CL_SUCCESS &&
           clGetDeviceInfo(device, CL_DEVICE_TYPE, sizeof(identity->type), &identity->type, NULL) == CL_SUCCESS &&
           platform_text(platform, CL_PLATFORM_NAME, identity->platform_name) &&
           platform_text(platform, CL_PLATFORM_VERSION, identity->platform_version) &&
           device_text(device, CL_DEVICE_NAME, identity->device_name) &&
           device_text(device, CL_DEVICE_VENDOR, identity->device_vendor) &&
           device_text(device, CL_DEVICE_VERSION, identity->device_version) &&
           device_text(device, CL_DRIVER_VERSION, identity->driver_version);
}
