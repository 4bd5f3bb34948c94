/* SPDX-License-Identifier: Apache-2.0 */
#include "device/capabilities.h"

#include "base/size.h"
#include "base/status.h"
#include "device/quirks.h"

#include <stdio.h>
#include <stdlib.h>

enum { OLDEST_OPENCL = 102, MOST_WORK_DIMENSIONS = 16, VERSION_BYTES = 128 };

static clpool_status query(cl_device_id device, cl_device_info what, const char *what_name, size_t size, void *value)
{
    const cl_int code = clGetDeviceInfo(device, what, size, value, NULL);
    return code == CL_SUCCESS ? CLPOOL_SUCCESS : status_fail_cl(code, "clGetDeviceInfo(%s) failed", what_name);
}
#define QUERY(device, what, size, value) query((device), (what), #what, (size), (value))

/** A text property, cut to `size` bytes: OpenCL refuses to cut it by itself. One that is far too long is none. */
static clpool_status query_text(cl_device_id device, cl_device_info what, const char *what_name, size_t size,
                                char *text)
{
    char whole[1024] = "";
    size_t needed = 0;
    cl_int code = clGetDeviceInfo(device, what, 0, NULL, &needed);
    const bool fits = needed < sizeof(whole);
    if (code == CL_SUCCESS && fits) {
        code = clGetDeviceInfo(device, what, sizeof(whole) - 1, whole, NULL);
    }
    if (code != CL_SUCCESS) {
        return status_fail_cl(code, "clGetDeviceInfo(%s) failed", what_name);
    }
    (void)snprintf(text, size, "%.*s", (int)size - 1, fits ? whole : "unnamed");
    return CLPOOL_SUCCESS;
}
#define QUERY_TEXT(device, what, size, text) query_text((device), (what), #what, (size), (text))

/** 102 from "OpenCL 1.2 vendor's text", the form that the standard prescribes; 0 from anything else. */
static unsigned parse_version(const char *text)
{
    static const char prefix[] = "OpenCL ";
    if (strncmp(text, prefix, sizeof(prefix) - 1) != 0) {
        return 0;
    }
    char *end = NULL;
    const unsigned long major = strtoul(text + sizeof(prefix) - 1, &end, 10);
    const unsigned long minor = *end == '.' ? strtoul(end + 1, NULL, 10) : 0;
    return (unsigned)(size_min(major, 99) * 100 + size_min(minor, 99));
}

static clpool_status query_work_group_limit(cl_device_id device, size_t *limit)
{
    size_t items = 0;
    size_t per_dimension[MOST_WORK_DIMENSIONS] = {0};
    clpool_status status = QUERY(device, CL_DEVICE_MAX_WORK_GROUP_SIZE, sizeof(items), &items);
    if (status == CLPOOL_SUCCESS) {
        status = QUERY(device, CL_DEVICE_MAX_WORK_ITEM_SIZES, sizeof(per_dimension), per_dimension);
    }
    *limit = size_max(size_min(items, per_dimension[0]), 1);
    return status;
}

/** PoCL says how wide the CPU's vectors are; llvmpipe, which runs work-items in their lanes, says 1. */
static clpool_status query_shape(cl_device_id device, struct capabilities *capabilities)
{
    cl_device_type type = 0;
    cl_uint width = 0;
    cl_uint units = 0;
    clpool_status status = QUERY(device, CL_DEVICE_TYPE, sizeof(type), &type);
    if (status == CLPOOL_SUCCESS) {
        status = QUERY(device, CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT, sizeof(width), &width);
    }
    if (status == CLPOOL_SUCCESS) {
        status = QUERY(device, CL_DEVICE_MAX_COMPUTE_UNITS, sizeof(units), &units);
    }
    capabilities->has_wide_items = (type & CL_DEVICE_TYPE_CPU) != 0 && width >= 4;
    capabilities->compute_units = size_max(units, 1);
    return status;
}

static clpool_status query_local_memory(cl_device_id device, struct capabilities *capabilities)
{
    cl_device_local_mem_type type = 0;
    cl_ulong bytes = 0;
    clpool_status status = QUERY(device, CL_DEVICE_LOCAL_MEM_TYPE, sizeof(type), &type);
    if (status == CLPOOL_SUCCESS) {
        status = QUERY(device, CL_DEVICE_LOCAL_MEM_SIZE, sizeof(bytes), &bytes);
    }
    capabilities->has_local_memory = type == CL_LOCAL;
    capabilities->local_bytes = (size_t)bytes;
    return status;
}

clpool_status capabilities_query(cl_device_id device, struct capabilities *capabilities)
{
    char version[VERSION_BYTES] = "";
    char driver[VERSION_BYTES] = "";
    cl_bool compiler = CL_FALSE;
    cl_device_fp_config single = 0;
    cl_device_fp_config doubled = 0;
    *capabilities = (struct capabilities){.name = ""};
    clpool_status status = QUERY_TEXT(device, CL_DEVICE_NAME, sizeof(capabilities->name), capabilities->name);
    if (status == CLPOOL_SUCCESS) {
        status = QUERY_TEXT(device, CL_DEVICE_VERSION, sizeof(version), version);
    }
    if (status == CLPOOL_SUCCESS) {
        status = QUERY_TEXT(device, CL_DRIVER_VERSION, sizeof(driver), driver);
    }
    if (status == CLPOOL_SUCCESS) {
        status = QUERY(device, CL_DEVICE_COMPILER_AVAILABLE, sizeof(compiler), &compiler);
    }
    if (status == CLPOOL_SUCCESS) {
        status = QUERY(device, CL_DEVICE_SINGLE_FP_CONFIG, sizeof(single), &single);
    }
    if (status == CLPOOL_SUCCESS) {
        status = QUERY(device, CL_DEVICE_DOUBLE_FP_CONFIG, sizeof(doubled), &doubled);
    }
    if (status == CLPOOL_SUCCESS) {
        status = query_work_group_limit(device, &capabilities->work_group_limit);
    }
    if (status == CLPOOL_SUCCESS) {
        status = query_shape(device, capabilities);
    }
    if (status == CLPOOL_SUCCESS) {
        status = query_local_memory(device, capabilities);
    }
    capabilities->loop_limit = quirk_loop_limit(capabilities->name);
    capabilities->compiler_ends_process = quirk_compiler_ends_process(version, driver);
    capabilities->opencl_version = parse_version(version);
    capabilities->has_compiler = compiler == CL_TRUE;
    capabilities->has_f64 = doubled != 0;
    capabilities->keeps_denormals = (single & CL_FP_DENORM) != 0;
    return status;
}

clpool_status capabilities_check(const struct capabilities *capabilities)
{
    if (capabilities->opencl_version < OLDEST_OPENCL) {
        return status_fail(CLPOOL_DEVICE_LACKS, "device '%s' has OpenCL %u.%u; OpenCL 1.2 or newer is needed",
                           capabilities->name, capabilities->opencl_version / 100, capabilities->opencl_version % 100);
    }
    if (!capabilities->has_compiler) {
        return status_fail(CLPOOL_DEVICE_LACKS,
                           "device '%s' has no compiler (CL_DEVICE_COMPILER_AVAILABLE is false); kernels are built "
                           "from source",
                           capabilities->name);
    }
    return CLPOOL_SUCCESS;
}

clpool_status capabilities_check_loops(const struct capabilities *capabilities, size_t iterations)
{
    if (iterations > capabilities->loop_limit) {
        return status_fail(
            CLPOOL_DEVICE_LACKS,
            "device '%s' ends a kernel's loops after %zu iterations without an error; this problem needs "
            "up to %zu",
            capabilities->name, capabilities->loop_limit, iterations);
    }
    return CLPOOL_SUCCESS;
}
