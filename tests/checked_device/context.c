/* SPDX-License-Identifier: Apache-2.0 */
/* Contexts, queues and events. Every command is done when its enqueueing returns, so that there is nothing to wait
 * for. */
#include "checked_device/objects.h"

#include <stdlib.h>

/* ---- contexts ---- */

cl_context clCreateContext(const cl_context_properties *properties, cl_uint count, const cl_device_id *devices,
                           void(CL_CALLBACK *notify)(const char *, const void *, size_t, void *), void *data,
                           cl_int *code)
{
    (void)properties, (void)count, (void)notify, (void)data;
    cl_context context = calloc(1, sizeof(*context));
    context->dispatch = &checked_dispatch;
    context->device = devices[0];
    context->references = 1;
    if (code != NULL) {
        *code = CL_SUCCESS;
    }
    return context;
}

cl_int clRetainContext(cl_context context)
{
    context->references++;
    return CL_SUCCESS;
}

cl_int clReleaseContext(cl_context context)
{
    if (--context->references == 0) {
        free(context);
    }
    return CL_SUCCESS;
}

cl_int clGetContextInfo(cl_context context, cl_context_info what, size_t size, void *into, size_t *size_needed)
{
    const cl_uint count = 1;
    switch (what) {
    case CL_CONTEXT_DEVICES:
        return info_give((void *)&context->device, sizeof(context->device), size, into, size_needed);
    case CL_CONTEXT_NUM_DEVICES:
        return info_give(&count, sizeof(count), size, into, size_needed);
    default:
        return CL_INVALID_VALUE;
    }
}

/* ---- queues ---- */

cl_command_queue clCreateCommandQueue(cl_context context, cl_device_id device, cl_command_queue_properties properties,
                                      cl_int *code)
{
    (void)device;
    cl_command_queue queue = calloc(1, sizeof(*queue));
    queue->dispatch = &checked_dispatch;
    queue->context = context;
    queue->properties = properties;
    queue->references = 1;
    (void)clRetainContext(context);
    if (code != NULL) {
        *code = CL_SUCCESS;
    }
    return queue;
}

cl_int clRetainCommandQueue(cl_command_queue queue)
{
    queue->references++;
    return CL_SUCCESS;
}

cl_int clReleaseCommandQueue(cl_command_queue queue)
{
    if (--queue->references == 0) {
        (void)clReleaseContext(queue->context);
        free(queue);
    }
    return CL_SUCCESS;
}

cl_int clGetCommandQueueInfo(cl_command_queue queue, cl_command_queue_info what, size_t size, void *into,
                             size_t *size_needed)
{
    switch (what) {
    case CL_QUEUE_CONTEXT:
        return info_give((void *)&queue->context, sizeof(queue->context), size, into, size_needed);
    case CL_QUEUE_DEVICE:
        return info_give((void *)&queue->context->device, sizeof(queue->context->device), size, into, size_needed);
    case CL_QUEUE_PROPERTIES:
        return info_give(&queue->properties, sizeof(queue->properties), size, into, size_needed);
    default:
        return CL_INVALID_VALUE;
    }
}

cl_int clFlush(cl_command_queue queue)
{
    (void)queue;
    return CL_SUCCESS;
}

cl_int clFinish(cl_command_queue queue)
{
    (void)queue;
    return CL_SUCCESS;
}

/* ---- events ---- */

cl_int event_give(cl_command_queue queue, cl_command_type type, cl_event *event)
{
    if (event != NULL) {
        *event = calloc(1, sizeof(**event));
        (*event)->dispatch = &checked_dispatch;
        (*event)->queue = queue;
        (*event)->type = type;
        (*event)->references = 1;
        (void)clRetainCommandQueue(queue);
    }
    return CL_SUCCESS;
}

cl_int clEnqueueMarkerWithWaitList(cl_command_queue queue, cl_uint num_wait, const cl_event *wait_list, cl_event *event)
{
    (void)num_wait, (void)wait_list;
    return event_give(queue, CL_COMMAND_MARKER, event);
}

cl_int clWaitForEvents(cl_uint count, const cl_event *events)
{
    (void)count, (void)events;
    return CL_SUCCESS;
}

cl_int clGetEventInfo(cl_event event, cl_event_info what, size_t size, void *into, size_t *size_needed)
{
    const cl_int status = CL_COMPLETE;
    switch (what) {
    case CL_EVENT_COMMAND_EXECUTION_STATUS:
        return info_give(&status, sizeof(status), size, into, size_needed);
    case CL_EVENT_COMMAND_TYPE:
        return info_give(&event->type, sizeof(event->type), size, into, size_needed);
    default:
        return CL_INVALID_VALUE;
    }
}

cl_int clRetainEvent(cl_event event)
{
    event->references++;
    return CL_SUCCESS;
}

cl_int clReleaseEvent(cl_event event)
{
    if (--event->references == 0) {
        (void)clReleaseCommandQueue(event->queue);
        free(event);
    }
    return CL_SUCCESS;
}
