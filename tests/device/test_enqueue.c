/* SPDX-License-Identifier: Apache-2.0 */
/* Everything that an enqueue can be given wrongly, and the tail: wait lists, events, out-of-order queues. */
#include "support/cmocka.h"
#include "support/device.h"
#include "support/problems.h"
#include "support/tensors.h"

static struct test_device device;
static clpool_engine *engine;
static clpool_problem problem; /* 2 x 3 x 6 x 8, windows of 2 x 2: 144 + 144 inputs, 72 outputs */
static clpool_plan *plan;
static cl_mem x, y, mask;

enum { IN = 2 * 3 * 6 * 8, OUT = IN / 4, CANARY = 0x5a };

static cl_mem make_buffer(cl_context context, cl_mem_flags flags, size_t bytes)
{
    cl_int code = CL_SUCCESS;
    cl_mem mem = clCreateBuffer(context, flags, bytes, NULL, &code);
    assert_cl(code);
    return mem;
}

static clpool_status forward(clpool_buffer x_at, clpool_buffer y_at, clpool_buffer mask_at)
{
    return clpool_enqueue_forward(plan, x_at, y_at, mask_at, device.queue, 0, NULL, NULL);
}

static clpool_status backward(clpool_buffer dy_at, clpool_buffer mask_at, clpool_buffer dx_at, unsigned flags)
{
    return clpool_enqueue_backward(plan, dy_at, mask_at, dx_at, flags, device.queue, 0, NULL, NULL);
}

static int set_up(void **state)
{
    (void)state;
    test_device_open(&device);
    problem = with_in(with_planes(problem_of_rank(2), 2, 3), 0, 6, 8);
    assert_success(clpool_engine_create(device.context, device.device, &engine));
    assert_success(clpool_plan_create(engine, &problem, NULL, &plan));
    x = make_buffer(device.context, CL_MEM_READ_WRITE, IN * sizeof(float));
    y = make_buffer(device.context, CL_MEM_READ_WRITE, OUT * sizeof(float));
    mask = make_buffer(device.context, CL_MEM_READ_WRITE, OUT);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    assert_cl(clReleaseMemObject(x));
    assert_cl(clReleaseMemObject(y));
    assert_cl(clReleaseMemObject(mask));
    clpool_plan_destroy(plan);
    clpool_engine_destroy(engine);
    test_device_close(&device);
    return 0;
}

static void null_handles_are_named(void **state)
{
    (void)state;
    const clpool_buffer at = clpool_at(x, 0);
    assert_fails(clpool_enqueue_forward(NULL, at, at, at, device.queue, 0, NULL, NULL), CLPOOL_INVALID_ARGUMENT,
                 "plan is NULL");
    assert_fails(clpool_enqueue_backward(NULL, at, at, at, 0, device.queue, 0, NULL, NULL), CLPOOL_INVALID_ARGUMENT,
                 "plan is NULL");
    assert_fails(clpool_enqueue_forward(plan, at, at, at, NULL, 0, NULL, NULL), CLPOOL_INVALID_ARGUMENT,
                 "queue is NULL");
    assert_fails(forward(clpool_none(), clpool_at(y, 0), clpool_none()), CLPOOL_INVALID_BUFFER, "x has no buffer");
    assert_fails(forward(clpool_at(x, 0), clpool_none(), clpool_none()), CLPOOL_INVALID_BUFFER, "y has no buffer");
    assert_fails(backward(clpool_at(y, 0), clpool_none(), clpool_at(x, 0), 0), CLPOOL_INVALID_BUFFER,
                 "mask has no buffer");
}

static void wait_lists_that_contradict_themselves_are_refused(void **state)
{
    (void)state;
    const clpool_buffer none = clpool_none();
    const cl_event no_event = NULL;
    assert_fails(clpool_enqueue_forward(plan, clpool_at(x, 0), clpool_at(y, 0), none, device.queue, 2, NULL, NULL),
                 CLPOOL_INVALID_ARGUMENT, "num_wait is 2 but wait_list is NULL");
    assert_fails(clpool_enqueue_forward(plan, clpool_at(x, 0), clpool_at(y, 0), none, device.queue, 0, &no_event, NULL),
                 CLPOOL_INVALID_ARGUMENT, "num_wait is 0 but wait_list is not NULL");
    assert_fails(clpool_enqueue_forward(plan, clpool_at(x, 0), clpool_at(y, 0), none, device.queue, 1, &no_event, NULL),
                 CLPOOL_INVALID_ARGUMENT, "wait_list[0] is NULL");
    assert_fails(clpool_enqueue_backward(plan, clpool_at(y, 0), clpool_at(mask, 0), clpool_at(x, 0), 0, device.queue, 1,
                                         NULL, NULL),
                 CLPOOL_INVALID_ARGUMENT, "num_wait is 1");
}

static void buffers_one_element_too_small_are_refused(void **state)
{
    (void)state;
    cl_mem short_x = make_buffer(device.context, CL_MEM_READ_WRITE, (IN - 1) * sizeof(float));
    cl_mem short_y = make_buffer(device.context, CL_MEM_READ_WRITE, (OUT - 1) * sizeof(float));
    cl_mem short_mask = make_buffer(device.context, CL_MEM_READ_WRITE, OUT - 1);
    const clpool_buffer none = clpool_none();
    assert_fails(forward(clpool_at(short_x, 0), clpool_at(y, 0), none), CLPOOL_INVALID_BUFFER,
                 "x has 288 elements of 4 bytes from element 0 on, but its buffer has 1148 bytes, room for 287");
    assert_fails(forward(clpool_at(x, 0), clpool_at(short_y, 0), none), CLPOOL_INVALID_BUFFER, "y has 72 elements");
    assert_fails(forward(clpool_at(x, 0), clpool_at(y, 0), clpool_at(short_mask, 0)), CLPOOL_INVALID_BUFFER,
                 "mask has 72 elements of 1 bytes");
    assert_fails(backward(clpool_at(short_y, 0), clpool_at(mask, 0), clpool_at(x, 0), 0), CLPOOL_INVALID_BUFFER,
                 "dy has");
    assert_fails(backward(clpool_at(y, 0), clpool_at(short_mask, 0), clpool_at(x, 0), 0), CLPOOL_INVALID_BUFFER,
                 "mask has");
    assert_fails(backward(clpool_at(y, 0), clpool_at(mask, 0), clpool_at(short_x, 0), 0), CLPOOL_INVALID_BUFFER,
                 "dx has");
    assert_cl(clReleaseMemObject(short_x));
    assert_cl(clReleaseMemObject(short_y));
    assert_cl(clReleaseMemObject(short_mask));
}

static void offsets_past_the_end_are_refused(void **state)
{
    (void)state;
    const clpool_buffer none = clpool_none();
    assert_fails(forward(clpool_at(x, 1), clpool_at(y, 0), none), CLPOOL_INVALID_BUFFER,
                 "x has 288 elements of 4 bytes from element 1");
    assert_fails(forward(clpool_at(x, 0), clpool_at(y, OUT), none), CLPOOL_INVALID_BUFFER, "y has");
    assert_fails(forward(clpool_at(x, 0), clpool_at(y, 0), clpool_at(mask, 1)), CLPOOL_INVALID_BUFFER, "mask has");
    assert_fails(forward(clpool_at(x, SIZE_MAX), clpool_at(y, 0), none), CLPOOL_INVALID_BUFFER, "x has");
    assert_fails(forward(clpool_at(x, SIZE_MAX / 4), clpool_at(y, 0), none), CLPOOL_INVALID_BUFFER, "x has");
}

static void access_flags_are_checked(void **state)
{
    (void)state;
    cl_mem read_only = make_buffer(device.context, CL_MEM_READ_ONLY, IN * sizeof(float));
    cl_mem write_only = make_buffer(device.context, CL_MEM_WRITE_ONLY, IN * sizeof(float));
    assert_fails(forward(clpool_at(write_only, 0), clpool_at(y, 0), clpool_none()), CLPOOL_INVALID_BUFFER,
                 "x is read, but its buffer is CL_MEM_WRITE_ONLY");
    assert_fails(forward(clpool_at(x, 0), clpool_at(read_only, 0), clpool_none()), CLPOOL_INVALID_BUFFER,
                 "y is written, but its buffer is CL_MEM_READ_ONLY");
    assert_success(forward(clpool_at(read_only, 0), clpool_at(write_only, 0), clpool_at(mask, 0)));
    assert_success(backward(clpool_at(y, 0), clpool_at(mask, 0), clpool_at(write_only, 0), 0));
    assert_fails(backward(clpool_at(y, 0), clpool_at(mask, 0), clpool_at(write_only, 0), CLPOOL_ACCUMULATE),
                 CLPOOL_INVALID_BUFFER, "dx is read, but its buffer is CL_MEM_WRITE_ONLY");
    assert_cl(clFinish(device.queue));
    assert_cl(clReleaseMemObject(read_only));
    assert_cl(clReleaseMemObject(write_only));
}

static void overlapping_tensors_are_refused_and_neighbours_taken(void **state)
{
    (void)state;
    cl_mem both = make_buffer(device.context, CL_MEM_READ_WRITE, (IN + OUT) * sizeof(float));
    assert_fails(forward(clpool_at(both, 0), clpool_at(both, IN - 1), clpool_none()), CLPOOL_INVALID_BUFFER,
                 "x and y overlap in one buffer (bytes 0 to 1152 and 1148 to 1436)");
    assert_success(forward(clpool_at(both, 0), clpool_at(both, IN), clpool_none()));
    assert_success(forward(clpool_at(both, OUT), clpool_at(both, 0), clpool_none()));
    assert_cl(clFinish(device.queue));
    assert_cl(clReleaseMemObject(both));
}

static cl_mem sub_buffer(cl_mem parent, size_t origin, size_t size)
{
    const cl_buffer_region region = {origin, size};
    cl_int code = CL_SUCCESS;
    cl_mem part = clCreateSubBuffer(parent, CL_MEM_READ_WRITE, CL_BUFFER_CREATE_TYPE_REGION, &region, &code);
    assert_cl(code);
    return part;
}

static void sub_buffers_work_and_their_overlap_is_seen(void **state)
{
    (void)state;
    enum { PART = 4096 };
    const size_t x_bytes = IN * sizeof(float);
    float host[IN];
    float pooled[OUT];
    float expected[OUT];
    for (int i = 0; i < IN; i++) {
        host[i] = (float)((i * 37) % 101);
    }
    assert_success(clpool_native_forward_with(&problem, host, expected, NULL, &by_reference));
    cl_mem whole = make_buffer(device.context, CL_MEM_READ_WRITE, 2 * PART);
    cl_mem first = sub_buffer(whole, 0, PART);
    cl_mem second = sub_buffer(whole, PART, PART);
    assert_cl(clEnqueueWriteBuffer(device.queue, first, CL_TRUE, 3 * sizeof(float), x_bytes, host, 0, NULL, NULL));
    assert_success(forward(clpool_at(first, 3), clpool_at(second, 5), clpool_none()));
    assert_cl(clEnqueueReadBuffer(device.queue, whole, CL_TRUE, PART + 5 * sizeof(float), sizeof(pooled), pooled, 0,
                                  NULL, NULL));
    assert_memory_equal(pooled, expected, sizeof(expected));
    assert_fails(forward(clpool_at(first, 0), clpool_at(whole, 10), clpool_none()), CLPOOL_INVALID_BUFFER, "overlap");
    assert_fails(forward(clpool_at(first, PART), clpool_at(second, 0), clpool_none()), CLPOOL_INVALID_BUFFER, "x has");
    assert_cl(clReleaseMemObject(first));
    assert_cl(clReleaseMemObject(second));
    assert_cl(clReleaseMemObject(whole));
}

static void handles_of_another_context_are_refused(void **state)
{
    (void)state;
    cl_int code = CL_SUCCESS;
    cl_context other = clCreateContext(NULL, 1, &device.device, NULL, NULL, &code);
    assert_cl(code);
    cl_command_queue other_queue = clCreateCommandQueue(other, device.device, 0, &code);
    assert_cl(code);
    cl_mem other_y = make_buffer(other, CL_MEM_READ_WRITE, OUT * sizeof(float));
    assert_fails(forward(clpool_at(x, 0), clpool_at(other_y, 0), clpool_none()), CLPOOL_INVALID_BUFFER,
                 "y belongs to another context");
    assert_fails(
        clpool_enqueue_forward(plan, clpool_at(x, 0), clpool_at(y, 0), clpool_none(), other_queue, 0, NULL, NULL),
        CLPOOL_INVALID_ARGUMENT, "queue belongs to another context");
    assert_cl(clReleaseMemObject(other_y));
    assert_cl(clReleaseCommandQueue(other_queue));
    assert_cl(clReleaseContext(other));
}

static void unknown_flags_are_refused(void **state)
{
    (void)state;
    assert_fails(backward(clpool_at(y, 0), clpool_at(mask, 0), clpool_at(x, 0), 4), CLPOOL_INVALID_ARGUMENT,
                 "flags is 0x4");
}

static void a_call_that_fails_enqueues_and_writes_nothing(void **state)
{
    (void)state;
    unsigned char host[OUT * sizeof(float)];
    memset(host, CANARY, sizeof(host));
    assert_cl(clEnqueueWriteBuffer(device.queue, y, CL_TRUE, 0, sizeof(host), host, 0, NULL, NULL));
    cl_event event = (cl_event)&event; /* must stay as it is */
    const cl_event before = event;
    assert_fails(clpool_enqueue_forward(plan, clpool_at(x, 0), clpool_at(y, 0), clpool_at(mask, 1), device.queue, 0,
                                        NULL, &event),
                 CLPOOL_INVALID_BUFFER, "mask");
    assert_true(event == before);
    memset(host, 0, sizeof(host));
    assert_cl(clEnqueueReadBuffer(device.queue, y, CL_TRUE, 0, sizeof(host), host, 0, NULL, NULL));
    for (size_t i = 0; i < sizeof(host); i++) {
        assert_int_equal(host[i], CANARY);
    }
}

static void no_image_enqueues_a_marker_where_an_event_is_asked_for(void **state)
{
    (void)state;
    const clpool_problem nothing = with_planes(problem, 0, 3);
    const clpool_buffer none = clpool_none();
    clpool_plan *empty = NULL;
    cl_event event = NULL;
    cl_int done = CL_QUEUED;
    assert_success(clpool_plan_create(engine, &nothing, NULL, &empty));
    assert_success(clpool_enqueue_forward(empty, none, none, none, device.queue, 0, NULL, NULL));
    assert_success(clpool_enqueue_forward(empty, none, none, none, device.queue, 0, NULL, &event));
    assert_success(clpool_enqueue_backward(empty, none, none, none, 0, device.queue, 1, &event, NULL));
    assert_cl(clWaitForEvents(1, &event));
    assert_cl(clGetEventInfo(event, CL_EVENT_COMMAND_EXECUTION_STATUS, sizeof(done), &done, NULL));
    assert_int_equal(done, CL_COMPLETE);
    assert_cl(clReleaseEvent(event));
    clpool_plan_destroy(empty);
}

/** write -> forward -> backward -> read, chained by events alone and enqueued at once; the first waits for a user
 * event, so that nothing runs before everything stands in the queue. */
static void run_chain(cl_command_queue queue)
{
    float host[IN];
    uint8_t winners[OUT];
    float pooled[OUT];
    float expected[IN];
    float got[IN];
    cl_int code = CL_SUCCESS;
    for (int i = 0; i < IN; i++) {
        host[i] = (float)((i * 53) % 97);
    }
    assert_success(clpool_native_forward_with(&problem, host, pooled, winners, &by_reference));
    assert_success(clpool_native_backward_with(&problem, pooled, winners, expected, 0, &by_reference));
    cl_event gate = clCreateUserEvent(device.context, &code);
    assert_cl(code);
    cl_event events[4] = {NULL};
    assert_cl(clEnqueueWriteBuffer(queue, x, CL_FALSE, 0, sizeof(host), host, 1, &gate, &events[0]));
    assert_success(clpool_enqueue_forward(plan, clpool_at(x, 0), clpool_at(y, 0), clpool_at(mask, 0), queue, 1,
                                          &events[0], &events[1]));
    assert_success(clpool_enqueue_backward(plan, clpool_at(y, 0), clpool_at(mask, 0), clpool_at(x, 0), 0, queue, 1,
                                           &events[1], &events[2]));
    assert_cl(clEnqueueReadBuffer(queue, x, CL_FALSE, 0, sizeof(got), got, 1, &events[2], &events[3]));
    assert_cl(clSetUserEventStatus(gate, CL_COMPLETE));
    assert_cl(clFlush(queue));
    assert_cl(clWaitForEvents(1, &events[3]));
    assert_memory_equal(got, expected, sizeof(expected));
    for (size_t i = 0; i < 4; i++) {
        assert_cl(clReleaseEvent(events[i]));
    }
    assert_cl(clReleaseEvent(gate));
}

static void events_chain_on_an_in_order_queue(void **state)
{
    (void)state;
    run_chain(device.queue);
}

static void events_chain_on_an_out_of_order_queue(void **state)
{
    (void)state;
    cl_command_queue queue = test_device_out_of_order_queue(&device);
    if (queue == NULL) {
        print_message("skipped: %s has no out-of-order queues\n", device.name);
        skip();
    }
    for (int i = 0; i < 20; i++) {
        run_chain(queue);
    }
    assert_cl(clReleaseCommandQueue(queue));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(null_handles_are_named),
        cmocka_unit_test(wait_lists_that_contradict_themselves_are_refused),
        cmocka_unit_test(buffers_one_element_too_small_are_refused),
        cmocka_unit_test(offsets_past_the_end_are_refused),
        cmocka_unit_test(access_flags_are_checked),
        cmocka_unit_test(overlapping_tensors_are_refused_and_neighbours_taken),
        cmocka_unit_test(sub_buffers_work_and_their_overlap_is_seen),
        cmocka_unit_test(handles_of_another_context_are_refused),
        cmocka_unit_test(unknown_flags_are_refused),
        cmocka_unit_test(a_call_that_fails_enqueues_and_writes_nothing),
        cmocka_unit_test(no_image_enqueues_a_marker_where_an_event_is_asked_for),
        cmocka_unit_test(events_chain_on_an_in_order_queue),
        cmocka_unit_test(events_chain_on_an_out_of_order_queue),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
