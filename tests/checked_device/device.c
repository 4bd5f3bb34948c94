/* SPDX-License-Identifier: Apache-2.0 */
/* Devices: each platform has one. */
#include "checked_device/objects.h"

#include <string.h>

cl_int clGetDeviceIDs(cl_platform_id platform, cl_device_type type, cl_uint size, cl_device_id *ids, cl_uint *count)
{
    const cl_uint found = (platform->device.profile->type & type) != 0 || (type & CL_DEVICE_TYPE_DEFAULT) != 0;
    if (ids != NULL && size > 0 && found > 0) {
        ids[0] = &platform->device;
    }
    if (count != NULL) {
        *count = found;
    }
    return found > 0 ? CL_SUCCESS : CL_DEVICE_NOT_FOUND;
}

cl_int clRetainDevice(cl_device_id device)
{
    (void)device;
    return CL_SUCCESS;
}

cl_int clReleaseDevice(cl_device_id device)
{
    (void)device;
    return CL_SUCCESS;
}

static const char *text_of(const struct profile *profile, cl_device_info what)
{
    switch (what) {
    case CL_DEVICE_NAME:
        return profile->name;
    case CL_DEVICE_VENDOR:
        return "clpool";
    case CL_DEVICE_VERSION:
        return "OpenCL 1.2 of native code";
    case CL_DRIVER_VERSION:
        return "1";
    case CL_DEVICE_EXTENSIONS:
        return profile->has_f64 ? "cl_khr_fp64" : "";
    default:
        return NULL;
    }
}

/** A row for each number that is asked for. */
static cl_int give_number(const struct profile *profile, cl_device_info what, size_t size, void *into,
                          size_t *size_needed)
{
    const cl_device_fp_config rounding = CL_FP_ROUND_TO_NEAREST | CL_FP_INF_NAN;
    const cl_device_fp_config single = rounding | (profile->keeps_denormals ? CL_FP_DENORM : 0);
    const cl_device_fp_config doubled = profile->has_f64 ? rounding | CL_FP_DENORM : 0;
    const cl_bool compiler = CL_TRUE;
    const cl_uint align_bits = 8 * BUFFER_ALIGNMENT;
    const size_t sizes[3] = {profile->group_limit, profile->group_limit, profile->group_limit};
    const struct {
        cl_device_info what;
        const void *value;
        size_t bytes;
    } numbers[] = {
        {CL_DEVICE_TYPE, &profile->type, sizeof(profile->type)},
        {CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT, &profile->vector_width, sizeof(profile->vector_width)},
        {CL_DEVICE_MAX_COMPUTE_UNITS, &profile->compute_units, sizeof(profile->compute_units)},
        {CL_DEVICE_MAX_WORK_GROUP_SIZE, &profile->group_limit, sizeof(profile->group_limit)},
        {CL_DEVICE_MAX_WORK_ITEM_SIZES, sizes, sizeof(sizes)},
        {CL_DEVICE_LOCAL_MEM_SIZE, &profile->local_bytes, sizeof(profile->local_bytes)},
        {CL_DEVICE_LOCAL_MEM_TYPE, &profile->local_type, sizeof(profile->local_type)},
        {CL_DEVICE_SINGLE_FP_CONFIG, &single, sizeof(single)},
        {CL_DEVICE_DOUBLE_FP_CONFIG, &doubled, sizeof(doubled)},
        {CL_DEVICE_MEM_BASE_ADDR_ALIGN, &align_bits, sizeof(align_bits)},
        {CL_DEVICE_COMPILER_AVAILABLE, &compiler, sizeof(compiler)},
    };
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        if (numbers[i].what == what) {
            return info_give(numbers[i].value, numbers[i].bytes, size, into, size_needed);
        }
    }
    return CL_INVALID_VALUE;
}

cl_int clGetDeviceInfo(cl_device_id device, cl_device_info what, size_t size, void *into, size_t *size_needed)
{
    const char *text = text_of(device->profile, what);
    if (text != NULL) {
        return info_give(text, strlen(text) + 1, size, into, size_needed);
    }
    if (what == CL_DEVICE_PLATFORM) {
        return info_give((void *)&device->platform, sizeof(device->platform), size, into, size_needed);
    }
    return give_number(device->profile, what, size, into, size_needed);
}
