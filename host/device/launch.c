/* SPDX-License-Identifier: Apache-2.0 */
#include "device/launch.h"

#include "base/size.h"
#include "base/status.h"

struct launch launch_shape(size_t items, size_t group)
{
    const size_t groups = size_max(size_divide_up(items, group), 1);
    const size_t row_groups = size_max(size_min(groups, LAUNCH_ROW_ITEMS / group), 1);
    return (struct launch){.global = {row_groups * group, size_divide_up(groups, row_groups)}, .local = {group, 1}};
}

void arguments_add(struct arguments *arguments, size_t size, const void *value)
{
    if (arguments->code == CL_SUCCESS) {
        arguments->code = clSetKernelArg(arguments->kernel, arguments->count, size, value);
        arguments->count += arguments->code == CL_SUCCESS;
    }
}

void arguments_add_buffer(struct arguments *arguments, const clpool_buffer *buffer)
{
    const cl_ulong offset = buffer->offset;
    arguments_add(arguments, sizeof(cl_mem), (const void *)&buffer->mem);
    arguments_add(arguments, sizeof(offset), &offset);
}

clpool_status launch_enqueue(const struct launch *launch, const struct arguments *arguments, const char *entry,
                             const struct tail *tail)
{
    if (arguments->code != CL_SUCCESS) {
        return status_fail_cl(arguments->code, "clSetKernelArg %u of %s failed", (unsigned)arguments->count, entry);
    }
    const cl_int code = clEnqueueNDRangeKernel(tail->queue, arguments->kernel, 2, NULL, launch->global, launch->local,
                                               tail->num_wait, tail->wait_list, tail->event);
    return code == CL_SUCCESS ? CLPOOL_SUCCESS : status_fail_cl(code, "clEnqueueNDRangeKernel of %s failed", entry);
}

clpool_status launch_nothing(const struct tail *tail)
{
    if (tail->event == NULL) {
        return CLPOOL_SUCCESS;
    }
    const cl_int code = clEnqueueMarkerWithWaitList(tail->queue, tail->num_wait, tail->wait_list, tail->event);
    return code == CL_SUCCESS ? CLPOOL_SUCCESS : status_fail_cl(code, "clEnqueueMarkerWithWaitList failed");
}

clpool_status tail_check(const struct tail *tail, cl_context context, cl_device_id device)
{
    if (tail->queue == NULL) {
        return status_fail(CLPOOL_INVALID_ARGUMENT, "queue is NULL");
    }
    if ((tail->num_wait == 0) != (tail->wait_list == NULL)) {
        return status_fail(CLPOOL_INVALID_ARGUMENT, "num_wait is %u but wait_list is %s; both or neither must be given",
                           (unsigned)tail->num_wait, tail->wait_list == NULL ? "NULL" : "not NULL");
    }
    for (cl_uint i = 0; i < tail->num_wait; i++) {
        if (tail->wait_list[i] == NULL) { /* not every driver notices */
            return status_fail(CLPOOL_INVALID_ARGUMENT, "wait_list[%u] is NULL; it must be an event", (unsigned)i);
        }
    }
    cl_context queue_context = NULL;
    cl_device_id queue_device = NULL;
    cl_int code =
        clGetCommandQueueInfo(tail->queue, CL_QUEUE_CONTEXT, sizeof(queue_context), (void *)&queue_context, NULL);
    if (code == CL_SUCCESS) {
        code = clGetCommandQueueInfo(tail->queue, CL_QUEUE_DEVICE, sizeof(queue_device), (void *)&queue_device, NULL);
    }
    if (code != CL_SUCCESS) {
        return status_fail_cl(code, "clGetCommandQueueInfo failed");
    }
    if (queue_context != context || queue_device != device) {
        return status_fail(CLPOOL_INVALID_ARGUMENT, "queue belongs to another %s than the plan",
                           queue_context != context ? "context" : "device");
    }
    return CLPOOL_SUCCESS;
}
