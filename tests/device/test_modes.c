/* SPDX-License-Identifier: Apache-2.0 */
/* What the operations of average, Lp and unpooling are given wrongly, and plans for some operations alone. */
#include "support/cmocka.h"
#include "support/device.h"
#include "support/problems.h"

enum { IN = 24, OUT = 12 };

static struct test_device device;
static clpool_engine *engine;
static cl_mem x, y, mask;

static cl_mem make_buffer(cl_mem_flags flags, size_t bytes)
{
    cl_int code = CL_SUCCESS;
    cl_mem mem = clCreateBuffer(device.context, flags, bytes, NULL, &code);
    assert_cl(code);
    return mem;
}

/** Windows of 2 over 24 elements. */
static clpool_problem problem_of_mode(clpool_mode mode)
{
    clpool_problem problem = clpool_problem_1d(1, 1, IN, 2, 2, 0);
    problem.mode = mode;
    problem.p = 2;
    return problem;
}

static clpool_plan *make_plan(clpool_problem problem, unsigned operations)
{
    clpool_plan *plan = NULL;
    const clpool_plan_options options = {.struct_size = sizeof(options), .operations = operations};
    assert_success(clpool_plan_create(engine, &problem, &options, &plan));
    return plan;
}

static int set_up(void **state)
{
    (void)state;
    test_device_open(&device);
    assert_success(clpool_engine_create(device.context, device.device, &engine));
    x = make_buffer(CL_MEM_READ_WRITE, 2 * IN * sizeof(float));
    y = make_buffer(CL_MEM_READ_WRITE, 2 * OUT * sizeof(float));
    mask = make_buffer(CL_MEM_READ_WRITE, OUT);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    assert_cl(clReleaseMemObject(x));
    assert_cl(clReleaseMemObject(y));
    assert_cl(clReleaseMemObject(mask));
    clpool_engine_destroy(engine);
    test_device_close(&device);
    return 0;
}

static clpool_status forward(const clpool_plan *plan, clpool_buffer mask_at)
{
    return clpool_enqueue_forward(plan, clpool_at(x, 0), clpool_at(y, 0), mask_at, device.queue, 0, NULL, NULL);
}

static clpool_status backward(const clpool_plan *plan, clpool_buffer mask_at)
{
    return clpool_enqueue_backward(plan, clpool_at(y, 0), mask_at, clpool_at(x, 0), 0, device.queue, 0, NULL, NULL);
}

static clpool_status recompute(const clpool_plan *plan)
{
    return clpool_enqueue_backward_recompute(plan, clpool_at(x, 0), clpool_at(y, 0), clpool_at(x, IN), 0, device.queue,
                                             0, NULL, NULL);
}

static clpool_status backward_lp(const clpool_plan *plan, clpool_buffer y_at, clpool_buffer dx_at)
{
    return clpool_enqueue_backward_lp(plan, clpool_at(x, 0), y_at, clpool_at(y, OUT), dx_at, 0, device.queue, 0, NULL,
                                      NULL);
}

static clpool_status unpool(const clpool_plan *plan, clpool_buffer x_at, clpool_buffer dropped)
{
    return clpool_enqueue_unpool(plan, clpool_at(y, 0), clpool_at(mask, 0), x_at, dropped, device.queue, 0, NULL, NULL);
}

static clpool_status unpool_backward(const clpool_plan *plan, clpool_buffer dx_at, clpool_buffer dy_at)
{
    return clpool_enqueue_unpool_backward(plan, dx_at, clpool_at(mask, 0), dy_at, device.queue, 0, NULL, NULL);
}

static void a_mode_takes_its_own_operations_alone(void **state)
{
    (void)state;
    clpool_plan *max = make_plan(problem_of_mode(CLPOOL_MAX), 0);
    clpool_plan *average = make_plan(problem_of_mode(CLPOOL_AVERAGE), 0);
    clpool_plan *lp = make_plan(problem_of_mode(CLPOOL_LP), 0);
    const clpool_buffer at = clpool_at(mask, 0);
    assert_success(forward(average, clpool_none()));
    assert_success(backward(average, clpool_none()));
    assert_success(forward(lp, clpool_none()));
    assert_success(backward_lp(lp, clpool_at(y, 0), clpool_at(x, IN)));
    assert_fails(forward(average, at), CLPOOL_INVALID_ARGUMENT, "mask is given, but mode is CLPOOL_AVERAGE");
    assert_fails(forward(lp, at), CLPOOL_INVALID_ARGUMENT, "mask is given, but mode is CLPOOL_LP");
    assert_fails(backward(average, at), CLPOOL_INVALID_ARGUMENT, "mask is given");
    assert_fails(backward(lp, clpool_none()), CLPOOL_UNSUPPORTED,
                 "mode is CLPOOL_LP; this backward is for CLPOOL_MAX and CLPOOL_AVERAGE");
    assert_fails(recompute(average), CLPOOL_UNSUPPORTED, "this backward is for CLPOOL_MAX");
    assert_fails(backward_lp(max, clpool_at(y, 0), clpool_at(x, IN)), CLPOOL_UNSUPPORTED,
                 "mode is CLPOOL_MAX; this backward is for CLPOOL_LP");
    assert_fails(unpool(average, clpool_at(x, 0), clpool_none()), CLPOOL_UNSUPPORTED, "unpooling is for CLPOOL_MAX");
    assert_fails(unpool_backward(lp, clpool_at(x, 0), clpool_at(y, 0)), CLPOOL_UNSUPPORTED,
                 "unpooling is for CLPOOL_MAX");
    assert_fails(clpool_enqueue_check_mask(lp, at, clpool_at(x, 0), device.queue, 0, NULL, NULL), CLPOOL_UNSUPPORTED,
                 "only CLPOOL_MAX has masks");
    assert_fails(clpool_enqueue_convert_mask(lp, at, CLPOOL_MASK_WINDOW, clpool_at(x, 0), CLPOOL_MASK_PLANE_I64,
                                             device.queue, 0, NULL, NULL),
                 CLPOOL_UNSUPPORTED, "only CLPOOL_MAX has masks");
    clpool_plan_destroy(max);
    clpool_plan_destroy(average);
    clpool_plan_destroy(lp);
}

static void tensors_of_lp_and_unpooling_are_checked(void **state)
{
    (void)state;
    clpool_plan *max = make_plan(problem_of_mode(CLPOOL_MAX), 0);
    clpool_plan *lp = make_plan(problem_of_mode(CLPOOL_LP), 0);
    cl_mem small = make_buffer(CL_MEM_READ_WRITE, 3);
    cl_mem read_only = make_buffer(CL_MEM_READ_ONLY, 4);
    assert_fails(backward_lp(lp, clpool_none(), clpool_at(x, IN)), CLPOOL_INVALID_BUFFER, "y has no buffer");
    assert_fails(backward_lp(lp, clpool_at(y, 2 * OUT), clpool_at(x, IN)), CLPOOL_INVALID_BUFFER, "y has 12 elements");
    assert_fails(backward_lp(lp, clpool_at(y, 0), clpool_at(x, IN - 1)), CLPOOL_INVALID_BUFFER, "x and dx overlap");
    assert_fails(unpool(max, clpool_at(y, OUT - 1), clpool_none()), CLPOOL_INVALID_BUFFER, "x has 24 elements");
    assert_fails(unpool(max, clpool_at(x, 0), clpool_at(small, 0)), CLPOOL_INVALID_BUFFER,
                 "dropped has 1 elements of 4 bytes");
    assert_fails(unpool(max, clpool_at(x, 0), clpool_at(read_only, 0)), CLPOOL_INVALID_BUFFER, "dropped is written");
    assert_fails(unpool(max, clpool_at(x, 0), clpool_at(x, IN - 1)), CLPOOL_INVALID_BUFFER, "x and dropped overlap");
    assert_fails(unpool_backward(max, clpool_at(y, OUT - 1), clpool_at(y, 0)), CLPOOL_INVALID_BUFFER,
                 "dx has 24 elements");
    assert_fails(unpool_backward(max, clpool_at(x, 0), clpool_at(small, 0)), CLPOOL_INVALID_BUFFER,
                 "dy has 12 elements");
    assert_fails(unpool_backward(max, clpool_at(x, 0), clpool_at(x, IN - 1)), CLPOOL_INVALID_BUFFER,
                 "dx and dy overlap");
    assert_fails(unpool_backward(NULL, clpool_at(x, 0), clpool_at(y, 0)), CLPOOL_INVALID_ARGUMENT, "plan is NULL");
    assert_cl(clReleaseMemObject(small));
    assert_cl(clReleaseMemObject(read_only));
    clpool_plan_destroy(max);
    clpool_plan_destroy(lp);
}

static void a_packed_mask_is_as_long_as_its_bytes(void **state)
{
    (void)state;
    clpool_problem problem = problem_of_mode(CLPOOL_MAX);
    problem.mask_form = CLPOOL_MASK_WINDOW_2BIT;
    clpool_plan *plan = make_plan(problem, 0);
    assert_success(forward(plan, clpool_at(mask, OUT - 3)));
    assert_fails(forward(plan, clpool_at(mask, OUT - 2)), CLPOOL_INVALID_BUFFER, "mask has 3 elements of 1 bytes");
    clpool_plan_destroy(plan);
}

static void a_plan_does_what_it_was_made_for(void **state)
{
    (void)state;
    const char *name = NULL;
    clpool_plan *plan = make_plan(problem_of_mode(CLPOOL_MAX), 1 << CLPOOL_FORWARD);
    assert_success(forward(plan, clpool_at(mask, 0)));
    assert_fails(backward(plan, clpool_at(mask, 0)), CLPOOL_UNSUPPORTED, "the plan was made without CLPOOL_BACKWARD");
    assert_fails(unpool(plan, clpool_at(x, 0), clpool_none()), CLPOOL_UNSUPPORTED, "without CLPOOL_UNPOOL");
    assert_fails(unpool_backward(plan, clpool_at(x, 0), clpool_at(y, 0)), CLPOOL_UNSUPPORTED, "without CLPOOL_UNPOOL");
    assert_fails(clpool_plan_strategy(plan, CLPOOL_UNPOOL, &name, NULL), CLPOOL_UNSUPPORTED, "without CLPOOL_UNPOOL");
    clpool_plan_destroy(plan);
    plan = make_plan(problem_of_mode(CLPOOL_MAX), 1 << CLPOOL_UNPOOL);
    assert_fails(forward(plan, clpool_none()), CLPOOL_UNSUPPORTED, "without CLPOOL_FORWARD");
    assert_success(unpool(plan, clpool_at(x, 0), clpool_none()));
    assert_success(unpool_backward(plan, clpool_at(x, 0), clpool_at(y, 0)));
    assert_success(clpool_plan_strategy(plan, CLPOOL_UNPOOL, &name, NULL));
    assert_string_equal(name, "gather");
    clpool_plan_destroy(plan);
    const clpool_problem problem = problem_of_mode(CLPOOL_MAX);
    const clpool_plan_options options = {.struct_size = sizeof(options), .operations = 8};
    assert_fails(clpool_plan_create(engine, &problem, &options, &plan), CLPOOL_INVALID_ARGUMENT, "operations is 0x8");
    assert_null(plan);
}

static void no_images_are_nothing_to_do(void **state)
{
    (void)state;
    const clpool_mode modes[] = {CLPOOL_MAX, CLPOOL_AVERAGE, CLPOOL_LP};
    for (size_t i = 0; i < 3; i++) {
        clpool_problem problem = problem_of_mode(modes[i]);
        cl_event event = NULL;
        problem.batch = 0;
        clpool_plan *plan = make_plan(problem, 0);
        const clpool_buffer none = clpool_none();
        assert_success(clpool_enqueue_forward(plan, none, none, none, device.queue, 0, NULL, NULL));
        if (modes[i] == CLPOOL_LP) {
            assert_success(clpool_enqueue_backward_lp(plan, none, none, none, none, 0, device.queue, 0, NULL, &event));
        } else if (modes[i] == CLPOOL_AVERAGE) {
            assert_success(clpool_enqueue_backward(plan, none, none, none, 0, device.queue, 0, NULL, &event));
        } else {
            assert_success(clpool_enqueue_unpool(plan, none, none, none, none, device.queue, 0, NULL, NULL));
            assert_success(clpool_enqueue_unpool_backward(plan, none, none, none, device.queue, 0, NULL, &event));
        }
        assert_cl(clWaitForEvents(1, &event));
        assert_cl(clReleaseEvent(event));
        clpool_plan_destroy(plan);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mode_takes_its_own_operations_alone),
        cmocka_unit_test(tensors_of_lp_and_unpooling_are_checked),
        cmocka_unit_test(a_packed_mask_is_as_long_as_its_bytes),
        cmocka_unit_test(a_plan_does_what_it_was_made_for),
        cmocka_unit_test(no_images_are_nothing_to_do),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
