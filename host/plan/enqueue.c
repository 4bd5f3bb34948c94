/* SPDX-License-Identifier: Apache-2.0 */
/* Enqueueing: everything is checked, then one kernel is launched. */
#include "base/status.h"
#include "device/tensor_check.h"
#include "plan/plan.h"
#include "problem/operation.h"

#include <string.h>

enum { TENSORS_MOST = 4 }; /* of a call */

static clpool_status check_call(const clpool_plan *plan, const struct tail *tail)
{
    if (plan == NULL) {
        return status_fail(CLPOOL_INVALID_ARGUMENT, "plan is NULL");
    }
    return tail_check(tail, plan->engine->context, plan->engine->device);
}

static void add_index(struct arguments *arguments, const clpool_plan *plan, size_t index)
{
    const cl_long wide = (cl_long)index;
    const cl_int narrow = (cl_int)index;
    if (plan->wide) {
        arguments_add(arguments, sizeof(wide), &wide);
    } else {
        arguments_add(arguments, sizeof(narrow), &narrow);
    }
}

static void add_geometry(struct arguments *arguments, const clpool_plan *plan, const struct operation *operation)
{
    const struct strategy *strategy = operation->choice.strategy;
    const size_t vector_bytes = plan->wide ? sizeof(int64_t[4]) : sizeof(int32_t[4]);
    add_index(arguments, plan, operation->items);
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

/** What kernels/cells.cl needs to know of tiles, and the arrays in local memory. */
static void add_tile(struct arguments *arguments, const clpool_plan *plan, const struct tile *tile)
{
    const struct index4 tiles = plan_index4(plan, tile->tiles[0], tile->tiles[1], tile->tiles[2], 0);
    arguments_add(arguments, sizeof(tile->items), tile->items);
    arguments_add(arguments, sizeof(tile->cells), tile->cells);
    if (tile->local_bytes[2] != 0) {
        arguments_add(arguments, sizeof(tile->sources), tile->sources);
    }
    arguments_add(arguments, sizeof(tile->inverse), tile->inverse);
    arguments_add(arguments, plan->wide ? sizeof(int64_t[4]) : sizeof(int32_t[4]), &tiles.value);
    for (size_t i = 0; i < TILE_ARRAYS && tile->local_bytes[i] != 0; i++) {
        arguments_add(arguments, tile->local_bytes[i], NULL);
    }
}

static void add_extra(struct arguments *arguments, const clpool_plan *plan, unsigned extra)
{
    const struct geometry *geometry = &plan->geometry;
    const cl_uint divisor = geometry->divisor;
    const cl_int exclude_pad = geometry->divisor_rule == CLPOOL_EXCLUDE_PAD;
    if ((extra & EXTRA_DIVISOR) != 0) {
        arguments_add(arguments, plan->wide ? sizeof(int64_t[4]) : sizeof(int32_t[4]), &plan->edge.value);
        arguments_add(arguments, sizeof(divisor), &divisor);
        arguments_add(arguments, sizeof(exclude_pad), &exclude_pad);
    }
    if ((extra & EXTRA_PLANES) != 0) {
        add_index(arguments, plan, geometry->planes);
    }
    if ((extra & EXTRA_CHANNELS) != 0) {
        add_index(arguments, plan, geometry->channels);
    }
    if ((extra & EXTRA_SEGMENTS) != 0) {
        add_index(arguments, plan, unpool_segments(geometry));
    }
}

static void add_fusion(struct arguments *arguments, const clpool_plan *plan)
{
    if (plan->fusion.parameter_count != 0) {
        arguments_add_buffer(arguments, &plan->fusion.parameters);
        add_index(arguments, plan, plan->geometry.channels);
    }
}

/** Checks the tensors of a call, and that none that is written overlaps the plan's parameters. */
static clpool_status check_tensors(const clpool_plan *plan, const struct tensor *tensors, size_t count)
{
    struct tensor all[TENSORS_MOST + 1];
    memcpy(all, tensors, count * sizeof(*tensors));
    all[count] = fusion_tensor(&plan->fusion, &plan->geometry);
    return tensors_check(plan->engine->context, all, count + (plan->fusion.parameter_count != 0));
}

/** Launches one operation. Arguments of every kernel: tensors with their offsets, `accumulate` (backward only; else
 * NULL), number of items, geometry, and what else the kernel takes. */
static clpool_status run(const clpool_plan *plan, enum operation_id id, const struct tensor *tensors, size_t count,
                         const cl_int *accumulate, const struct tail *tail)
{
    const struct operation *operation = &plan->operations[id];
    struct arguments arguments = {.code = CL_SUCCESS};
    if (operation->choice.strategy == NULL) {
        return plan_lacks(id >= OPERATION_UNPOOL ? CLPOOL_UNPOOL : (clpool_op)(id / 2));
    }
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
    add_geometry(&arguments, plan, operation);
    if (operation->choice.strategy->tiling != TILING_NONE) {
        add_tile(&arguments, plan, &operation->tile);
    }
    add_extra(&arguments, plan, operation->choice.strategy->extra);
    if (id == OPERATION_FORWARD || id == OPERATION_FORWARD_MASK || id == OPERATION_RECOMPUTE) {
        add_fusion(&arguments, plan);
    }
    status = launch_enqueue(&operation->launch, &arguments, kernel_pool_entry(operation->kernels), tail);
    kernel_pool_give(operation->kernels, arguments.kernel);
    return status;
}

/** Checks the tensors of one operation, all else being checked, and launches it. */
static clpool_status check_and_run(const clpool_plan *plan, enum operation_id id, const struct tensor *tensors,
                                   size_t count, const cl_int *accumulate, const struct tail *tail)
{
    if (plan->geometry.planes == 0) {
        return launch_nothing(tail);
    }
    const clpool_status status = check_tensors(plan, tensors, count);
    return status == CLPOOL_SUCCESS ? run(plan, id, tensors, count, accumulate, tail) : status;
}

static struct tensor tensor_x(const char *name, clpool_buffer buffer, const clpool_plan *plan, unsigned access)
{
    return (struct tensor){.name = name,
                           .buffer = buffer,
                           .elements = plan->geometry.x_span,
                           .element_bytes = plan->geometry.element_bytes,
                           .access = access};
}

static struct tensor tensor_y(const char *name, clpool_buffer buffer, const clpool_plan *plan, unsigned access)
{
    return (struct tensor){.name = name,
                           .buffer = buffer,
                           .elements = plan->geometry.y_span,
                           .element_bytes = plan->geometry.element_bytes,
                           .access = access};
}

static struct tensor tensor_mask(clpool_buffer buffer, const clpool_plan *plan, unsigned access)
{
    return (struct tensor){.name = "mask",
                           .buffer = buffer,
                           .elements = plan->geometry.mask_elements,
                           .element_bytes = plan->geometry.mask_format.bytes,
                           .access = access};
}

clpool_status clpool_enqueue_forward(const clpool_plan *plan, clpool_buffer x, clpool_buffer y, clpool_buffer mask,
                                     cl_command_queue queue, cl_uint num_wait, const cl_event *wait_list,
                                     cl_event *event)
{
    const struct tail tail = {queue, num_wait, wait_list, event};
    const bool has_mask = mask.mem != NULL;
    clpool_status status = check_call(plan, &tail);
    if (status == CLPOOL_SUCCESS) {
        status = forward_check(&plan->geometry, has_mask);
    }
    if (status != CLPOOL_SUCCESS) {
        return status;
    }
    struct tensor tensors[] = {tensor_x("x", x, plan, TENSOR_READ), tensor_y("y", y, plan, TENSOR_WRITE),
                               tensor_mask(mask, plan, TENSOR_WRITE)};
    return check_and_run(plan, has_mask ? OPERATION_FORWARD_MASK : OPERATION_FORWARD, tensors, has_mask ? 3 : 2, NULL,
                         &tail);
}

/** What every backward does once its mode and flags are checked. The last of the tensors is dx; its access is set here.
 */
static clpool_status backward(const clpool_plan *plan, enum operation_id id, struct tensor *tensors, size_t count,
                              unsigned flags, const struct tail *tail)
{
    const cl_int accumulate = (flags & CLPOOL_ACCUMULATE) != 0;
    tensors[count - 1].access = accumulate ? TENSOR_READ | TENSOR_WRITE : TENSOR_WRITE;
    return check_and_run(plan, id, tensors, count, &accumulate, tail);
}

clpool_status clpool_enqueue_backward(const clpool_plan *plan, clpool_buffer dy, clpool_buffer mask, clpool_buffer dx,
                                      unsigned flags, cl_command_queue queue, cl_uint num_wait,
                                      const cl_event *wait_list, cl_event *event)
{
    const struct tail tail = {queue, num_wait, wait_list, event};
    clpool_status status = check_call(plan, &tail);
    if (status == CLPOOL_SUCCESS) {
        status = backward_check(&plan->geometry, CLPOOL_MAX, CLPOOL_AVERAGE, flags);
    }
    if (status == CLPOOL_SUCCESS) {
        status = forward_check(&plan->geometry, mask.mem != NULL);
    }
    if (status != CLPOOL_SUCCESS) {
        return status;
    }
    if (plan->geometry.mode == CLPOOL_AVERAGE) {
        struct tensor tensors[] = {tensor_y("dy", dy, plan, TENSOR_READ), tensor_x("dx", dx, plan, 0)};
        return backward(plan, OPERATION_BACKWARD, tensors, 2, flags, &tail);
    }
    struct tensor tensors[] = {tensor_y("dy", dy, plan, TENSOR_READ), tensor_mask(mask, plan, TENSOR_READ),
                               tensor_x("dx", dx, plan, 0)};
    return backward(plan, OPERATION_BACKWARD, tensors, 3, flags, &tail);
}

clpool_status clpool_enqueue_backward_recompute(const clpool_plan *plan, clpool_buffer x, clpool_buffer dy,
                                                clpool_buffer dx, unsigned flags, cl_command_queue queue,
                                                cl_uint num_wait, const cl_event *wait_list, cl_event *event)
{
    const struct tail tail = {queue, num_wait, wait_list, event};
    clpool_status status = check_call(plan, &tail);
    if (status == CLPOOL_SUCCESS) {
        status = backward_check(&plan->geometry, CLPOOL_MAX, CLPOOL_MAX, flags);
    }
    if (status != CLPOOL_SUCCESS) {
        return status;
    }
    struct tensor tensors[] = {tensor_x("x", x, plan, TENSOR_READ), tensor_y("dy", dy, plan, TENSOR_READ),
                               tensor_x("dx", dx, plan, 0)};
    return backward(plan, OPERATION_RECOMPUTE, tensors, 3, flags, &tail);
}

clpool_status clpool_enqueue_backward_lp(const clpool_plan *plan, clpool_buffer x, clpool_buffer y, clpool_buffer dy,
                                         clpool_buffer dx, unsigned flags, cl_command_queue queue, cl_uint num_wait,
                                         const cl_event *wait_list, cl_event *event)
{
    const struct tail tail = {queue, num_wait, wait_list, event};
    clpool_status status = check_call(plan, &tail);
    if (status == CLPOOL_SUCCESS) {
        status = backward_check(&plan->geometry, CLPOOL_LP, CLPOOL_LP, flags);
    }
    if (status == CLPOOL_SUCCESS && plan->fusion.has_expressions) {
        status = status_fail(CLPOOL_UNSUPPORTED, "the plan has expressions; the backward of Lp reads x and y as they "
                                                 "were pooled");
    }
    if (status != CLPOOL_SUCCESS) {
        return status;
    }
    struct tensor tensors[] = {tensor_x("x", x, plan, TENSOR_READ), tensor_y("y", y, plan, TENSOR_READ),
                               tensor_y("dy", dy, plan, TENSOR_READ), tensor_x("dx", dx, plan, 0)};
    return backward(plan, OPERATION_BACKWARD, tensors, 4, flags, &tail);
}

static clpool_status check_unpool(const clpool_plan *plan, const struct tail *tail)
{
    const clpool_status status = check_call(plan, tail);
    return status == CLPOOL_SUCCESS ? unpool_check(&plan->geometry) : status;
}

clpool_status clpool_enqueue_unpool(const clpool_plan *plan, clpool_buffer y, clpool_buffer mask, clpool_buffer x,
                                    clpool_buffer dropped, cl_command_queue queue, cl_uint num_wait,
                                    const cl_event *wait_list, cl_event *event)
{
    const struct tail tail = {queue, num_wait, wait_list, event};
    const bool counts = dropped.mem != NULL;
    const clpool_status status = check_unpool(plan, &tail);
    if (status != CLPOOL_SUCCESS) {
        return status;
    }
    struct tensor tensors[] = {tensor_y("y", y, plan, TENSOR_READ),
                               tensor_mask(mask, plan, TENSOR_READ),
                               tensor_x("x", x, plan, TENSOR_WRITE),
                               {.name = "dropped",
                                .buffer = dropped,
                                .elements = 1,
                                .element_bytes = sizeof(cl_uint),
                                .access = TENSOR_READ | TENSOR_WRITE}};
    return check_and_run(plan, counts ? OPERATION_UNPOOL_COUNT : OPERATION_UNPOOL, tensors, counts ? 4 : 3, NULL,
                         &tail);
}

clpool_status clpool_enqueue_unpool_backward(const clpool_plan *plan, clpool_buffer dx, clpool_buffer mask,
                                             clpool_buffer dy, cl_command_queue queue, cl_uint num_wait,
                                             const cl_event *wait_list, cl_event *event)
{
    const struct tail tail = {queue, num_wait, wait_list, event};
    const clpool_status status = check_unpool(plan, &tail);
    if (status != CLPOOL_SUCCESS) {
        return status;
    }
    struct tensor tensors[] = {tensor_x("dx", dx, plan, TENSOR_READ), tensor_mask(mask, plan, TENSOR_READ),
                               tensor_y("dy", dy, plan, TENSOR_WRITE)};
    return check_and_run(plan, OPERATION_UNPOOL_BACKWARD, tensors, 3, NULL, &tail);
}
