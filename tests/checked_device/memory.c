/* SPDX-License-Identifier: Apache-2.0 */
/* Buffers: blocks of the heap, exactly as long as they were asked for, so that AddressSanitizer sees what lies outside.
 */
#include "checked_device/objects.h"

#include <stdlib.h>
#include <string.h>

enum { UNSET = 0x5a };

static cl_mem give_memory(cl_context context, cl_mem_flags flags, size_t size, cl_int *code)
{
    cl_mem mem = calloc(1, sizeof(*mem));
    mem->dispatch = &checked_dispatch;
    mem->context = context;
    mem->flags = flags;
    mem->size = size;
    mem->references = 1;
    (void)clRetainContext(context);
    if (code != NULL) {
        *code = CL_SUCCESS;
    }
    return mem;
}

cl_mem clCreateBuffer(cl_context context, cl_mem_flags flags, size_t size, void *host, cl_int *code)
{
    void *bytes = host;
    if (size == 0 || ((flags & (CL_MEM_USE_HOST_PTR | CL_MEM_COPY_HOST_PTR)) != 0) != (host != NULL)) {
        *code = size == 0 ? CL_INVALID_BUFFER_SIZE : CL_INVALID_HOST_PTR;
        return NULL;
    }
    if ((flags & CL_MEM_USE_HOST_PTR) == 0) {
        if (posix_memalign(&bytes, BUFFER_ALIGNMENT, size) != 0) {
            *code = CL_MEM_OBJECT_ALLOCATION_FAILURE;
            return NULL;
        }
        memset(bytes, UNSET, size);
    }
    if ((flags & CL_MEM_COPY_HOST_PTR) != 0) {
        memcpy(bytes, host, size);
    }
    cl_mem mem = give_memory(context, flags, size, code);
    mem->bytes = bytes;
    return mem;
}

cl_mem clCreateSubBuffer(cl_mem buffer, cl_mem_flags flags, cl_buffer_create_type type, const void *info, cl_int *code)
{
    cl_buffer_region region;
    (void)type;
    memcpy(&region, info, sizeof(region));
    if (region.size == 0 || region.origin > buffer->size || region.size > buffer->size - region.origin) {
        *code = CL_INVALID_VALUE;
        return NULL;
    }
    cl_mem mem = give_memory(buffer->context, flags == 0 ? buffer->flags : flags, region.size, code);
    mem->bytes = buffer->bytes + region.origin;
    mem->parent = buffer;
    mem->origin = region.origin;
    (void)clRetainMemObject(buffer);
    return mem;
}

cl_int clRetainMemObject(cl_mem mem)
{
    mem->references++;
    return CL_SUCCESS;
}

cl_int clReleaseMemObject(cl_mem mem)
{
    if (--mem->references > 0) {
        return CL_SUCCESS;
    }
    if (mem->parent != NULL) {
        (void)clReleaseMemObject(mem->parent);
    } else if ((mem->flags & CL_MEM_USE_HOST_PTR) == 0) {
        free(mem->bytes);
    }
    (void)clReleaseContext(mem->context);
    free(mem);
    return CL_SUCCESS;
}

cl_int clGetMemObjectInfo(cl_mem mem, cl_mem_info what, size_t size, void *into, size_t *size_needed)
{
    const cl_mem_object_type type = CL_MEM_OBJECT_BUFFER;
    switch (what) {
    case CL_MEM_TYPE:
        return info_give(&type, sizeof(type), size, into, size_needed);
    case CL_MEM_CONTEXT:
        return info_give((void *)&mem->context, sizeof(mem->context), size, into, size_needed);
    case CL_MEM_FLAGS:
        return info_give(&mem->flags, sizeof(mem->flags), size, into, size_needed);
    case CL_MEM_SIZE:
        return info_give(&mem->size, sizeof(mem->size), size, into, size_needed);
    case CL_MEM_ASSOCIATED_MEMOBJECT:
        return info_give((void *)&mem->parent, sizeof(mem->parent), size, into, size_needed);
    case CL_MEM_OFFSET:
        return info_give(&mem->origin, sizeof(mem->origin), size, into, size_needed);
    default:
        return CL_INVALID_VALUE;
    }
}

static cl_int check_range(cl_mem mem, size_t offset, size_t size)
{
    return size > 0 && offset <= mem->size && size <= mem->size - offset ? CL_SUCCESS : CL_INVALID_VALUE;
}

cl_int clEnqueueReadBuffer(cl_command_queue queue, cl_mem mem, cl_bool blocking, size_t offset, size_t size, void *into,
                           cl_uint num_wait, const cl_event *wait_list, cl_event *event)
{
    (void)blocking, (void)num_wait, (void)wait_list;
    if (check_range(mem, offset, size) != CL_SUCCESS) {
        return CL_INVALID_VALUE;
    }
    memcpy(into, mem->bytes + offset, size);
    return event_give(queue, CL_COMMAND_READ_BUFFER, event);
}

cl_int clEnqueueWriteBuffer(cl_command_queue queue, cl_mem mem, cl_bool blocking, size_t offset, size_t size,
                            const void *from, cl_uint num_wait, const cl_event *wait_list, cl_event *event)
{
    (void)blocking, (void)num_wait, (void)wait_list;
    if (check_range(mem, offset, size) != CL_SUCCESS) {
        return CL_INVALID_VALUE;
    }
    memcpy(mem->bytes + offset, from, size);
    return event_give(queue, CL_COMMAND_WRITE_BUFFER, event);
}

cl_int clEnqueueFillBuffer(cl_command_queue queue, cl_mem mem, const void *pattern, size_t pattern_size, size_t offset,
                           size_t size, cl_uint num_wait, const cl_event *wait_list, cl_event *event)
{
    (void)num_wait, (void)wait_list;
    if (check_range(mem, offset, size) != CL_SUCCESS || offset % pattern_size != 0 || size % pattern_size != 0) {
        return CL_INVALID_VALUE;
    }
    for (size_t at = 0; at < size; at += pattern_size) {
        memcpy(mem->bytes + offset + at, pattern, pattern_size);
    }
    return event_give(queue, CL_COMMAND_FILL_BUFFER, event);
}
