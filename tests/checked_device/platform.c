/* SPDX-License-Identifier: Apache-2.0 */
/* What the ICD loader asks for: the platforms, one for each profile of a device, and the table of functions. */
#include "checked_device/objects.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORTED __attribute__((visibility("default")))

enum { PROFILES = 3 };

/* Of devices whose work-items are wide, of such as have lanes, and of the least that clpool takes. None flushes f32 and
 * has f64, which must not be flushed: the CPU that all of them are flushes both or neither. */
static const struct profile profiles[PROFILES] = {
    {"checked CPU", CL_DEVICE_TYPE_CPU, 16, 2, 4096, 256 << 10, CL_GLOBAL, true, true},
    {"checked GPU", CL_DEVICE_TYPE_GPU, 1, 8, 1024, 48 << 10, CL_LOCAL, false, false},
    {"checked tiny", CL_DEVICE_TYPE_ACCELERATOR, 1, 1, 32, 16 << 10, CL_LOCAL, true, true},
};

static struct _cl_platform_id platforms[PROFILES];

void checked_fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)fputs("checked device: ", stderr);
    (void)vfprintf(stderr, format, arguments);
    (void)fputs("\n", stderr);
    va_end(arguments);
    abort();
}

cl_int info_give(const void *value, size_t bytes, size_t size, void *into, size_t *size_needed)
{
    if (into != NULL && size < bytes) {
        return CL_INVALID_VALUE;
    }
    if (into != NULL) {
        memcpy(into, value, bytes);
    }
    if (size_needed != NULL) {
        *size_needed = bytes;
    }
    return CL_SUCCESS;
}

static cl_int get_platform_ids(cl_uint size, cl_platform_id *ids, cl_uint *count)
{
    for (cl_uint i = 0; i < PROFILES; i++) {
        platforms[i] = (struct _cl_platform_id){&checked_dispatch, {&checked_dispatch, &platforms[i], &profiles[i]}};
        if (ids != NULL && i < size) {
            ids[i] = &platforms[i];
        }
    }
    if (count != NULL) {
        *count = PROFILES;
    }
    return CL_SUCCESS;
}

cl_int clGetPlatformInfo(cl_platform_id platform, cl_platform_info what, size_t size, void *into, size_t *size_needed)
{
    const char *text = NULL;
    switch (what) {
    case CL_PLATFORM_NAME:
        text = platform->device.profile->name;
        break;
    case CL_PLATFORM_VENDOR:
        text = "clpool";
        break;
    case CL_PLATFORM_VERSION:
        text = "OpenCL 1.2 of native code";
        break;
    case CL_PLATFORM_PROFILE:
        text = "FULL_PROFILE";
        break;
    case CL_PLATFORM_EXTENSIONS:
        text = "cl_khr_icd";
        break;
    case CL_PLATFORM_ICD_SUFFIX_KHR:
        text = "CHECKED";
        break;
    default:
        return CL_INVALID_VALUE;
    }
    return info_give(text, strlen(text) + 1, size, into, size_needed);
}

/** The loader's way to functions, which it wants as addresses of objects. */
EXPORTED void *clGetExtensionFunctionAddress(const char *name)
{
    void *address = NULL;
    cl_int(CL_API_CALL *const get_ids)(cl_uint, cl_platform_id *, cl_uint *) = get_platform_ids;
    cl_int(CL_API_CALL *const get_info)(cl_platform_id, cl_platform_info, size_t, void *, size_t *) = clGetPlatformInfo;
    if (strcmp(name, "clIcdGetPlatformIDsKHR") == 0) {
        memcpy(&address, &get_ids, sizeof(address));
    } else if (strcmp(name, "clGetPlatformInfo") == 0) {
        memcpy(&address, &get_info, sizeof(address));
    }
    return address;
}

/* Those that clpool and its tests call; of the others the loader says that they are missing. */
const cl_icd_dispatch checked_dispatch = {
    .clGetPlatformIDs = get_platform_ids,
    .clGetPlatformInfo = clGetPlatformInfo,
    .clGetDeviceIDs = clGetDeviceIDs,
    .clGetDeviceInfo = clGetDeviceInfo,
    .clRetainDevice = clRetainDevice,
    .clReleaseDevice = clReleaseDevice,
    .clCreateContext = clCreateContext,
    .clRetainContext = clRetainContext,
    .clReleaseContext = clReleaseContext,
    .clGetContextInfo = clGetContextInfo,
    .clCreateCommandQueue = clCreateCommandQueue,
    .clRetainCommandQueue = clRetainCommandQueue,
    .clReleaseCommandQueue = clReleaseCommandQueue,
    .clGetCommandQueueInfo = clGetCommandQueueInfo,
    .clFlush = clFlush,
    .clFinish = clFinish,
    .clEnqueueMarkerWithWaitList = clEnqueueMarkerWithWaitList,
    .clWaitForEvents = clWaitForEvents,
    .clGetEventInfo = clGetEventInfo,
    .clRetainEvent = clRetainEvent,
    .clReleaseEvent = clReleaseEvent,
    .clCreateBuffer = clCreateBuffer,
    .clCreateSubBuffer = clCreateSubBuffer,
    .clRetainMemObject = clRetainMemObject,
    .clReleaseMemObject = clReleaseMemObject,
    .clGetMemObjectInfo = clGetMemObjectInfo,
    .clEnqueueReadBuffer = clEnqueueReadBuffer,
    .clEnqueueWriteBuffer = clEnqueueWriteBuffer,
    .clEnqueueFillBuffer = clEnqueueFillBuffer,
    .clCreateProgramWithSource = clCreateProgramWithSource,
    .clRetainProgram = clRetainProgram,
    .clReleaseProgram = clReleaseProgram,
    .clBuildProgram = clBuildProgram,
    .clGetProgramBuildInfo = clGetProgramBuildInfo,
    .clCreateKernel = clCreateKernel,
    .clRetainKernel = clRetainKernel,
    .clReleaseKernel = clReleaseKernel,
    .clSetKernelArg = clSetKernelArg,
    .clGetKernelWorkGroupInfo = clGetKernelWorkGroupInfo,
    .clEnqueueNDRangeKernel = clEnqueueNDRangeKernel,
};
