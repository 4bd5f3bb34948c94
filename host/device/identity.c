/* SPDX-License-Identifier: Apache-2.0 */
#include "device/identity.h"

#include "base/status.h"

static cl_int query_device(cl_device_id device, struct identity *identity, cl_platform_id *platform)
{
    const struct {
        cl_device_info what;
        char *text;
    } texts[] = {{CL_DEVICE_NAME, identity->device_name},
                 {CL_DEVICE_VENDOR, identity->device_vendor},
                 {CL_DEVICE_VERSION, identity->device_version},
                 {CL_DRIVER_VERSION, identity->driver_version}};
    cl_int code = clGetDeviceInfo(device, CL_DEVICE_PLATFORM, sizeof(*platform), (void *)platform, NULL);
    if (code == CL_SUCCESS) {
        code = clGetDeviceInfo(device, CL_DEVICE_TYPE, sizeof(identity->type), &identity->type, NULL);
    }
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]) && code == CL_SUCCESS; i++) {
        code = clGetDeviceInfo(device, texts[i].what, IDENTITY_TEXT_BYTES - 1, texts[i].text, NULL);
    }
    return code;
}

static cl_int query_platform(cl_platform_id platform, struct identity *identity)
{
    const size_t size = IDENTITY_TEXT_BYTES - 1;
    cl_int code = clGetPlatformInfo(platform, CL_PLATFORM_NAME, size, identity->platform_name, NULL);
    if (code == CL_SUCCESS) {
        code = clGetPlatformInfo(platform, CL_PLATFORM_VERSION, size, identity->platform_version, NULL);
    }
    return code;
}

clpool_status identity_query(cl_device_id device, struct identity *identity)
{
    cl_platform_id platform = NULL;
    memset(identity, 0, sizeof(*identity));
    cl_int code = query_device(device, identity, &platform);
    if (code != CL_SUCCESS) {
        return status_fail_cl(code, "clGetDeviceInfo for the names and versions of the device failed");
    }
    code = query_platform(platform, identity);
    return code == CL_SUCCESS
               ? CLPOOL_SUCCESS
               : status_fail_cl(code, "clGetPlatformInfo for the name and version of the platform failed");
}

bool identity_is_known(cl_device_id device, struct identity *identity)
{
    const struct last_error kept = status_keep();
    const bool is_known = identity_query(device, identity) == CLPOOL_SUCCESS;
    status_restore(&kept);
    return is_known;
}
