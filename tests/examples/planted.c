/* SPDX-License-Identifier: Apache-2.0 */
/* Calls of clpool that do something else than they should: the programs with planted errors call these. */
#undef clpool_enqueue_forward
#undef clpool_enqueue_backward
#include <clpool.h>

clpool_status planted_clpool_enqueue_forward(const clpool_plan *plan, clpool_buffer x, clpool_buffer y,
                                             clpool_buffer mask, cl_command_queue queue, cl_uint num_wait,
                                             const cl_event *wait_list, cl_event *event);
clpool_status planted_clpool_enqueue_backward(const clpool_plan *plan, clpool_buffer dy, clpool_buffer mask,
                                              clpool_buffer dx, unsigned flags, cl_command_queue queue,
                                              cl_uint num_wait, const cl_event *wait_list, cl_event *event);

/* Pools the first plane, whichever is asked for. */
clpool_status planted_clpool_enqueue_forward(const clpool_plan *plan, clpool_buffer x, clpool_buffer y,
                                             clpool_buffer mask, cl_command_queue queue, cl_uint num_wait,
                                             const cl_event *wait_list, cl_event *event)
{
    x.offset = 0;
    return clpool_enqueue_forward(plan, x, y, mask, queue, num_wait, wait_list, event);
}

/* Routes every gradient to tap 1 of its window, whichever won. */
clpool_status planted_clpool_enqueue_backward(const clpool_plan *plan, clpool_buffer dy, clpool_buffer mask,
                                              clpool_buffer dx, unsigned flags, cl_command_queue queue,
                                              cl_uint num_wait, const cl_event *wait_list, cl_event *event)
{
    const cl_uchar tap = 1;
    size_t bytes = 0;
    if (clpool_tensor_bytes(clpool_plan_problem(plan), CLPOOL_MASK, &bytes) != CLPOOL_SUCCESS ||
        clEnqueueFillBuffer(queue, mask.mem, &tap, 1, mask.offset, bytes, 0, NULL, NULL) != CL_SUCCESS) {
        return CLPOOL_OPENCL_ERROR;
    }
    return clpool_enqueue_backward(plan, dy, mask, dx, flags, queue, num_wait, wait_list, event);
}
