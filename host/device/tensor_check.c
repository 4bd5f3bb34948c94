/* SPDX-License-Identifier: Apache-2.0 */
#include "device/tensor_check.h"

#include "base/size.h"
#include "base/status.h"

#include <stdbool.h>

/** What OpenCL says of a memory object. */
struct memory {
    cl_mem_object_type type;
    cl_context context;
    cl_mem_flags flags;
    size_t size;
    cl_mem parent; /* NULL unless a sub-buffer */
    size_t origin;
};

static clpool_status query_memory(const struct tensor *tensor, struct memory *memory)
{
    const struct {
        cl_mem_info what;
        size_t size;
        void *value;
    } queries[] = {
        {CL_MEM_TYPE, sizeof(memory->type), &memory->type},
        {CL_MEM_CONTEXT, sizeof(memory->context), &memory->context},
        {CL_MEM_FLAGS, sizeof(memory->flags), &memory->flags},
        {CL_MEM_SIZE, sizeof(memory->size), &memory->size},
        {CL_MEM_ASSOCIATED_MEMOBJECT, sizeof(memory->parent), &memory->parent},
        {CL_MEM_OFFSET, sizeof(memory->origin), &memory->origin},
    };
    *memory = (struct memory){0};
    for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
        const cl_int code =
            clGetMemObjectInfo(tensor->buffer.mem, queries[i].what, queries[i].size, queries[i].value, NULL);
        if (code != CL_SUCCESS) {
            return status_fail_cl(code, "clGetMemObjectInfo of %s failed", tensor->name);
        }
    }
    return CLPOOL_SUCCESS;
}

static clpool_status check_access(const struct tensor *tensor, cl_mem_flags flags)
{
    if ((tensor->access & TENSOR_WRITE) != 0 && (flags & CL_MEM_READ_ONLY) != 0) {
        return status_fail(CLPOOL_INVALID_BUFFER, "%s is written, but its buffer is CL_MEM_READ_ONLY", tensor->name);
    }
    if ((tensor->access & TENSOR_READ) != 0 && (flags & CL_MEM_WRITE_ONLY) != 0) {
        return status_fail(CLPOOL_INVALID_BUFFER, "%s is read, but its buffer is CL_MEM_WRITE_ONLY", tensor->name);
    }
    return CLPOOL_SUCCESS;
}

static clpool_status check_size(struct tensor *tensor, size_t available)
{
    const size_t needed = tensor->elements * tensor->element_bytes;
    const bool fits = size_multiply(tensor->buffer.offset, tensor->element_bytes, &tensor->begin) &&
                      size_add(tensor->begin, needed, &tensor->end) && tensor->end <= available;
    if (!fits) {
        return status_fail(
            CLPOOL_INVALID_BUFFER,
            "%s has %zu elements of %zu bytes from element %zu on, but its buffer has %zu bytes, room for "
            "%zu elements",
            tensor->name, tensor->elements, tensor->element_bytes, tensor->buffer.offset, available,
            available / tensor->element_bytes);
    }
    return CLPOOL_SUCCESS;
}

static clpool_status check_one(cl_context context, struct tensor *tensor)
{
    if (tensor->buffer.mem == NULL) {
        return status_fail(CLPOOL_INVALID_BUFFER, "%s has no buffer (mem is NULL)", tensor->name);
    }
    struct memory memory;
    clpool_status status = query_memory(tensor, &memory);
    if (status != CLPOOL_SUCCESS) {
        return status;
    }
    if (memory.type != CL_MEM_OBJECT_BUFFER) {
        return status_fail(CLPOOL_INVALID_BUFFER, "%s is an image (memory object type 0x%x); it must be a buffer",
                           tensor->name, (unsigned)memory.type);
    }
    if (memory.context != context) {
        return status_fail(CLPOOL_INVALID_BUFFER, "%s belongs to another context than the plan", tensor->name);
    }
    status = check_access(tensor, memory.flags);
    if (status == CLPOOL_SUCCESS) {
        status = check_size(tensor, memory.size);
    }
    tensor->root = memory.parent == NULL ? tensor->buffer.mem : memory.parent;
    if (memory.parent != NULL) {
        tensor->begin += memory.origin;
        tensor->end += memory.origin;
    }
    return status;
}

static clpool_status check_overlap(const struct tensor *tensors, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t j = i + 1; j < count; j++) {
            const struct tensor *a = &tensors[i];
            const struct tensor *b = &tensors[j];
            if (((a->access | b->access) & TENSOR_WRITE) != 0 && a->root == b->root && a->begin < b->end &&
                b->begin < a->end) {
                return status_fail(
                    CLPOOL_INVALID_BUFFER,
                    "%s and %s overlap in one buffer (bytes %zu to %zu and %zu to %zu); a tensor that is "
                    "written must share no memory with another",
                    a->name, b->name, a->begin, a->end, b->begin, b->end);
            }
        }
    }
    return CLPOOL_SUCCESS;
}

clpool_status tensors_check(cl_context context, struct tensor *tensors, size_t count)
{
    clpool_status status = CLPOOL_SUCCESS;
    for (size_t i = 0; i < count && status == CLPOOL_SUCCESS; i++) {
        status = check_one(context, &tensors[i]);
    }
    return status == CLPOOL_SUCCESS ? check_overlap(tensors, count) : status;
}
