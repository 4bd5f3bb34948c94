/* SPDX-License-Identifier: Apache-2.0 */
#include "device_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

/* What a loader that finds no platform returns (cl_ext.h, cl_khr_icd). */
#define NO_PLATFORM (-1001)

/* Copies a text that a query gave (NULL if it gave none) without the blanks that some drivers put around it. Whatever a
 * terminal or JSON could not take becomes '?'. */
static void copy_text(char to[DEVICE_TEXT_BYTES], const char *from)
{
    size_t length, i;
    from = from == NULL ? "?" : from + strspn(from, " ");
    (void)snprintf(to, DEVICE_TEXT_BYTES, "%s", from);
    for (length = strlen(to); length > 0 && to[length - 1] == ' '; length--) {
    }
    to[length] = '\0';
    for (i = 0; i < length; i++) {
        if (to[i] < ' ' || to[i] > '~') {
            to[i] = '?';
        }
    }
}

/* Asks the device, or where that is NULL the platform. */
static cl_int query(cl_platform_id platform, cl_device_id device, cl_uint property, size_t size, void *value,
                    size_t *needed)
{
    return device != NULL ? clGetDeviceInfo(device, property, size, value, needed)
                          : clGetPlatformInfo(platform, property, size, value, needed);
}

static void query_text(cl_platform_id platform, cl_device_id device, cl_uint property, char text[DEVICE_TEXT_BYTES])
{
    size_t size = 0;
    char *whole = NULL;
    if (query(platform, device, property, 0, NULL, &size) == CL_SUCCESS && size > 0) {
        whole = calloc(size + 1, 1);
    }
    if (whole != NULL && query(platform, device, property, size, whole, NULL) != CL_SUCCESS) {
        free(whole);
        whole = NULL;
    }
    copy_text(text, whole);
    free(whole);
}

const char *device_text(cl_device_id device, cl_device_info property, char text[DEVICE_TEXT_BYTES])
{
    query_text(NULL, device, property, text);
    return text;
}

const char *device_type_name(cl_device_type type)
{
    if ((type & CL_DEVICE_TYPE_GPU) != 0) {
        return "GPU";
    }
    if ((type & CL_DEVICE_TYPE_ACCELERATOR) != 0) {
        return "accelerator";
    }
    return (type & CL_DEVICE_TYPE_CPU) != 0 ? "CPU" : "other";
}

static exit_code append(device_list *list, cl_platform_id platform, cl_uint platform_index, const cl_device_id *devices,
                        cl_uint count)
{
    device_entry *moved = realloc(list->entries, (list->count + count) * sizeof(*moved));
    cl_uint i;
    if (moved == NULL) {
        return report_no_memory();
    }
    list->entries = moved;
    for (i = 0; i < count; i++) {
        device_entry *entry = &list->entries[list->count++];
        memset(entry, 0, sizeof(*entry));
        entry->platform = platform;
        entry->device = devices[i];
        (void)snprintf(entry->index, sizeof(entry->index), "%u:%u", (unsigned)platform_index, (unsigned)i);
        (void)clGetDeviceInfo(devices[i], CL_DEVICE_TYPE, sizeof(entry->type), &entry->type, NULL);
        query_text(NULL, devices[i], CL_DEVICE_NAME, entry->name);
        query_text(platform, NULL, CL_PLATFORM_NAME, entry->platform_name);
    }
    return EXIT_DONE;
}

static exit_code add_platform(device_list *list, cl_platform_id platform, cl_uint index)
{
    cl_uint count = 0;
    cl_device_id *devices = NULL;
    cl_int code = clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, 0, NULL, &count);
    exit_code result = EXIT_DONE;
    if (code == CL_DEVICE_NOT_FOUND || (code == CL_SUCCESS && count == 0)) {
        return EXIT_DONE;
    }
    if (code != CL_SUCCESS) {
        /* A broken driver must not hide the others. */
        report_note("platform %u is left out: clGetDeviceIDs failed: %s (%d)", (unsigned)index,
                    clpool_cl_error_name(code), (int)code);
        return EXIT_DONE;
    }
    devices = calloc(count, sizeof(cl_device_id));
    if (devices == NULL) {
        return report_no_memory();
    }
    code = clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, count, devices, NULL);
    result = code == CL_SUCCESS ? append(list, platform, index, devices, count)
                                : report_cl(code, "clGetDeviceIDs", "listing the devices");
    free(devices);
    return result;
}

static exit_code load_platforms(device_list *list)
{
    cl_platform_id *platforms = calloc(list->platforms, sizeof(cl_platform_id));
    exit_code result = EXIT_DONE;
    cl_int code;
    cl_uint i;
    if (platforms == NULL) {
        return report_no_memory();
    }
    code = clGetPlatformIDs(list->platforms, platforms, NULL);
    if (code != CL_SUCCESS) {
        result = report_cl(code, "clGetPlatformIDs", "listing the platforms");
    }
    for (i = 0; i < list->platforms && result == EXIT_DONE; i++) {
        result = add_platform(list, platforms[i], i);
    }
    free(platforms);
    return result;
}

exit_code device_list_load(device_list *list)
{
    cl_int code;
    exit_code result;
    memset(list, 0, sizeof(*list));
    code = clGetPlatformIDs(0, NULL, &list->platforms);
    if (code == NO_PLATFORM || (code == CL_SUCCESS && list->platforms == 0)) {
        list->platforms = 0;
        return EXIT_DONE;
    }
    if (code != CL_SUCCESS) {
        return report_cl(code, "clGetPlatformIDs", "listing the platforms");
    }
    result = load_platforms(list);
    if (result != EXIT_DONE) {
        device_list_free(list);
    }
    return result;
}

void device_list_free(device_list *list)
{
    free(list->entries);
    memset(list, 0, sizeof(*list));
}

const char *device_list_none(const device_list *list)
{
    return list->platforms == 0
               ? "no OpenCL platform found (install an OpenCL driver, for example the package pocl-opencl-icd)"
               : "no OpenCL device found: the installed drivers have none";
}
