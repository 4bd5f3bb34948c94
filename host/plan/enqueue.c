/* SPDX-License-Identifier: Apache-2.0 */
/* Enqueueing: everything is checked, then one kernel is launched. */
#include "base/status.h"
#include "device/tensor_check.h"
#include "plan/plan.h"
#include "problem/backward.h"

static clpool_status check_call(const clpool_plan *plan, const struct tail *tail)
{
    if (plan == NULL) {
        return status_fail(CLPOOL_INVALID_ARGUMENT, "plan is NULL");
    }
    return tail_check(tail, plan->engine->context, plan->engine->device);
}

static void add_geometry(struct arguments *arguments, const clpool_plan *plan, const struct strategy *strategy)
{
    const cl_long items = (cl_long)strategy->items(&plan->geometry);
    const cl_int narrow_items = (cl_int)items;
    const size_t vector_bytes = plan->wide ? sizeof(int64_t[4]) : sizeof(int32_t[4]);
    if (plan->wide) {
        arguments_add(arguments, sizeof(items), &items);
    } else {
        arguments_add(arguments, sizeof(narrow_items), &narrow_items);
    }
    arguments_add(arguments, vector_bytes, &plan->in.value);
    arguments_add(arguments, vector_bytes, &plan->out.value);
    arguments_add(arguments, vector_bytes, &plan->pad.value);
    if (!strategy->specialised) {
        arguments_add(arguments, vector_bytes, &plan->window.value);
        arguments_add(arguments, vector_bytes, &plan->stride.value);
        arguments_add(arguments, vector_bytes, &plan->dilation.value);
        arguments_add(arguments, vector_bytes, &plan->x_pitch.value);
        arguments_add(arguments, vector_bytes, &plan->y_pitch.value);
        arguments_add(arguments, vector_bytes, &plan->batch.value);
    }
}

/** Launches one operation. Arguments of every kernel: tensors with their offsets, `accumulate` (backward only; else
 * NULL), number of items, geometry. */
static clpool_status run(const clpool_plan *plan, enum operation_id id, const struct tensor *tensors, size_t count,
                         const cl_int *accumulate, const struct tail *tail)
{
    const struct operation *operation = &plan->operations[id];
    struct arguments arguments = {.code = CL_SUCCESS};
    clpool_status status = kernel_pool_take(operation->kernels, &arguments.kernel);
    if (status != CLPOOL_SUCCESS) {
        return status;
    }
    for (size_t i = 0; i < count; i++) {
        arguments_add_buffer(&arguments, &tensors[i].buffer);
    }
    if (accumulate != NULL) {
        arguments_add(&arguments, sizeof(*accumulate), accumulate);
    }
    add_geometry(&arguments, plan, operation->strategy);
    status = launch_enqueue(&operation->launch, &arguments, kernel_pool_entry(operation->kernels), tail);
    kernel_pool_give(operation->kernels, arguments.kernel);
    return status;
}

clpool_status clpool_enqueue_forward(const clpool_plan *plan, clpool_buffer x, clpool_buffer y, clpool_buffer mask,
                                     cl_command_queue queue, cl_uint num_wait, const cl_event *wait_list,
                                     cl_event *event)
{
    const struct tail tail = {queue, num_wait, wait_list, event};
    clpool_status status = check_call(plan, &tail);
    if (status != CLPOOL_SUCCESS) {
        return status;
    }
    const struct geometry *geometry = &plan->geometry;
    if (geometry->planes == 0) {
        return launch_nothing(&tail);
    }
    struct tensor tensors[] = {
        {.name = "x",
         .buffer = x,
         .elements = geometry->x_span,
         .element_bytes = geometry->element_bytes,
         .access = TENSOR_READ},
        {.name = "y",
         .buffer = y,
         .elements = geometry->y_span,
         .element_bytes = geometry->element_bytes,
         .access = TENSOR_WRITE},
        {.name = "mask",
         .buffer = mask,
         .elements = geometry->y_elements,
         .element_bytes = geometry->mask_bytes,
         .access = TENSOR_WRITE},
    };
    const size_t count = mask.mem == NULL ? 2 : 3;
    status = tensors_check(plan->engine->context, tensors, count);
    if (status != CLPOOL_SUCCESS) {
        return status;
    }
    return run(plan, mask.mem == NULL ? OPERATION_FORWARD : OPERATION_FORWARD_MASK, tensors, count, NULL, &tail);
}

/** What backward from a mask and from x share. The last of the tensors is dx; its access is set here. */
static clpool_status backward(const clpool_plan *plan, enum operation_id id, struct tensor tensors[3], unsigned flags,
                              const struct tail *tail)
{
    const cl_int accumulate = (flags & CLPOOL_ACCUMULATE) != 0;
    clpool_status status = backward_check(plan->geometry.dtype, flags);
    if (status != CLPOOL_SUCCESS) {
        return status;
    }
    if (plan->geometry.planes == 0) {
        return launch_nothing(tail);
    }
    tensors[2].access = accumulate ? TENSOR_READ | TENSOR_WRITE : TENSOR_WRITE;
    status = tensors_check(plan->engine->context, tensors, 3);
    return status == CLPOOL_SUCCESS ? run(plan, id, tensors, 3, &accumulate, tail) : status;
}

clpool_status clpool_enqueue_backward(const clpool_plan *plan, clpool_buffer dy, clpool_buffer mask, clpool_buffer dx,
                                      unsigned flags, cl_command_queue queue, cl_uint num_wait,
                                      const cl_event *wait_list, cl_event *event)
{
    const struct tail tail = {queue, num_wait, wait_list, event};
    const clpool_status status = check_call(plan, &tail);
    if (status != CLPOOL_SUCCESS) {
        return status;
    }
    const struct geometry *geometry = &plan->geometry;
    struct tensor tensors[] = {
        {.name = "dy",
         .buffer = dy,
         .elements = geometry->y_span,
         .element_bytes = geometry->element_bytes,
         .access = TENSOR_READ},
        {.name = "mask",
         .buffer = mask,
         .elements = geometry->y_elements,
         .element_bytes = geometry->mask_bytes,
         .access = TENSOR_READ},
        {.name = "dx", .buffer = dx, .elements = geometry->x_span, .element_bytes = geometry->element_bytes},
    };
    return backward(plan, OPERATION_BACKWARD, tensors, flags, &tail);
}

clpool_status clpool_enqueue_backward_recompute(const clpool_plan *plan, clpool_buffer x, clpool_buffer dy,
                                                clpool_buffer dx, unsigned flags, cl_command_queue queue,
                                                cl_uint num_wait, const cl_event *wait_list, cl_event *event)
{
    const struct tail tail = {queue, num_wait, wait_list, event};
    const clpool_status status = check_call(plan, &tail);
    if (status != CLPOOL_SUCCESS) {
        return status;
    }
    const struct geometry *geometry = &plan->geometry;
    struct tensor tensors[] = {
        {.name = "x",
         .buffer = x,
         .elements = geometry->x_span,
         .element_bytes = geometry->element_bytes,
         .access = TENSOR_READ},
        {.name = "dy",
         .buffer = dy,
         .elements = geometry->y_span,
         .element_bytes = geometry->element_bytes,
         .access = TENSOR_READ},
        {.name = "dx", .buffer = dx, .elements = geometry->x_span, .element_bytes = geometry->element_bytes},
    };
    return backward(plan, OPERATION_RECOMPUTE, tensors, flags, &tail);
}
