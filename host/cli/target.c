/* SPDX-License-Identifier: Apache-2.0 */
#include "target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

void target_open_native(target *opened)
{
    memset(opened, 0, sizeof(*opened));
    (void)snprintf(opened->index, sizeof(opened->index), "native");
    (void)snprintf(opened->name, sizeof(opened->name), "plain C, no OpenCL");
}

static bool cl_failed(message *why, const char *call, cl_int code)
{
    message_set(why, "%s failed: %s (%d)", call, clpool_cl_error_name(code), (int)code);
    return false;
}

static bool open_parts(target *opened, const device_entry *entry, message *why)
{
    const cl_context_properties properties[] = {CL_CONTEXT_PLATFORM, (cl_context_properties)entry->platform, 0};
    cl_int code;
    opened->context = clCreateContext(properties, 1, &entry->device, NULL, NULL, &code);
    if (opened->context == NULL) {
        return cl_failed(why, "clCreateContext", code);
    }
    opened->queue = clCreateCommandQueue(opened->context, entry->device, CL_QUEUE_PROFILING_ENABLE, &code);
    if (opened->queue == NULL) {
        return cl_failed(why, "clCreateCommandQueue", code);
    }
    if (clpool_engine_create(opened->context, entry->device, &opened->engine) != CLPOOL_SUCCESS) {
        message_set(why, "%s", clpool_error_detail());
        return false;
    }
    return true;
}

bool target_open_device(target *opened, const device_entry *entry, message *why)
{
    memset(opened, 0, sizeof(*opened));
    (void)snprintf(opened->index, sizeof(opened->index), "%s", entry->index);
    (void)snprintf(opened->name, sizeof(opened->name), "%s / %s", entry->platform_name, entry->name);
    opened->device = entry->device;
    if (!open_parts(opened, entry, why)) {
        target_close(opened);
        return false;
    }
    return true;
}

void target_close(target *closed)
{
    clpool_engine_destroy(closed->engine);
    if (closed->queue != NULL) {
        (void)clReleaseCommandQueue(closed->queue);
    }
    if (closed->context != NULL) {
        (void)clReleaseContext(closed->context);
    }
    memset(closed, 0, sizeof(*closed));
}

static void print_build_log(clpool_engine *engine)
{
    size_t size = 0;
    char *log = NULL;
    if (clpool_engine_build_log(engine, NULL, 0, &size) == CLPOOL_SUCCESS) {
        log = malloc(size);
    }
    if (log != NULL && clpool_engine_build_log(engine, log, size, NULL) == CLPOOL_SUCCESS) {
        (void)fprintf(stderr, "%s\n", log);
    }
    free(log);
}

exit_code target_report(const target *on, clpool_status status)
{
    exit_code code = report_status(status, on->index);
    if (status == CLPOOL_BUILD_FAILED) {
        print_build_log(on->engine);
    }
    return code;
}
