/* SPDX-License-Identifier: Apache-2.0 */
/* Coarse-grained sharing: the host has a region between map and unmap, the device outside of that. */
#include "failure.h"
#include "memory.h"

#include <string.h>

const char *const memory_name = "one allocation of shared virtual memory, with a buffer on it";

void memory_allocate(struct arena *arena, cl_device_id device)
{
    cl_device_svm_capabilities capabilities = 0;
    cl_int code = clGetDeviceInfo(device, CL_DEVICE_SVM_CAPABILITIES, sizeof(capabilities), &capabilities, NULL);
    if (code != CL_SUCCESS || (capabilities & CL_DEVICE_SVM_COARSE_GRAIN_BUFFER) == 0) {
        fail(EXIT_DEVICE_FAILED, "the device has no shared virtual memory; this program needs coarse-grained buffers "
                                 "(CL_DEVICE_SVM_COARSE_GRAIN_BUFFER), and the program 'pipeline' does without");
    }
    arena->shared = clSVMAlloc(arena->context, CL_MEM_READ_WRITE, arena->bytes, 0);
    if (arena->shared == NULL) {
        fail(EXIT_DEVICE_FAILED, "clSVMAlloc failed for %zu bytes", arena->bytes);
    }
    /* OpenCL 2.0 makes such a buffer use the allocation itself; nothing is copied. */
    arena->whole =
        clCreateBuffer(arena->context, CL_MEM_READ_WRITE | CL_MEM_USE_HOST_PTR, arena->bytes, arena->shared, &code);
    check_cl(code, "clCreateBuffer over shared virtual memory");
    cl_bool is_shared = CL_FALSE;
    check_cl(clGetMemObjectInfo(arena->whole, CL_MEM_USES_SVM_POINTER, sizeof(is_shared), &is_shared, NULL),
             "clGetMemObjectInfo");
    if (!is_shared) {
        fail(EXIT_DEVICE_FAILED, "CL_MEM_USES_SVM_POINTER is false of a buffer over shared virtual memory; OpenCL 2.0 "
                                 "promises that it is true");
    }
}

static void *map(const struct arena *arena, enum region region, cl_bool blocking, cl_map_flags flags, cl_uint num_wait,
                 const cl_event *wait_list, cl_event *event)
{
    void *bytes = arena->shared + arena->region_offset[region];
    check_cl(
        clEnqueueSVMMap(arena->queue, blocking, flags, bytes, arena->region_bytes[region], num_wait, wait_list, event),
        "clEnqueueSVMMap");
    return bytes;
}

static void unmap(const struct arena *arena, void *bytes)
{
    check_cl(clEnqueueSVMUnmap(arena->queue, bytes, 0, NULL, NULL), "clEnqueueSVMUnmap");
}

void memory_free(struct arena *arena)
{
    for (int i = 0; i < REGIONS; i++) {
        if (arena->results[i] != NULL) {
            unmap(arena, arena->results[i]);
        }
    }
    /* Shared memory must not go before its last command has run. */
    check_cl(clFinish(arena->queue), "clFinish");
    clReleaseMemObject(arena->whole);
    clSVMFree(arena->context, arena->shared);
}

void memory_set_argument(const struct arena *arena, cl_kernel kernel, cl_uint index, enum region region)
{
    check_cl(clSetKernelArgSVMPointer(kernel, index, arena->shared + arena->region_offset[region]),
             "clSetKernelArgSVMPointer");
}

cl_event memory_write(const struct arena *arena, enum region region, const void *bytes)
{
    cl_event written = NULL;
    void *mapped = map(arena, region, CL_TRUE, CL_MAP_WRITE_INVALIDATE_REGION, 0, NULL, NULL);
    memcpy(mapped, bytes, arena->region_bytes[region]);
    unmap(arena, mapped);
    /* The marker's event in place of the command's own: PoCL 6.0 ends the process where that is asked for. Without a
     * list a marker waits for all commands before it; at this time there are none but these. */
    check_cl(clEnqueueMarkerWithWaitList(arena->queue, 0, NULL, &written), "clEnqueueMarkerWithWaitList");
    return written;
}

const void *memory_read(struct arena *arena, enum region region, cl_event wait_for, cl_event *event)
{
    arena->results[region] = map(arena, region, CL_FALSE, CL_MAP_READ, 1, &wait_for, event);
    return arena->results[region];
}
