/* SPDX-License-Identifier: Apache-2.0 */
/* One process of ci/measure-cache: makes plans for the poolings of VGG, runs each once forward and backward, and prints
 * how long that took: "PLANS FIRST AGAIN END BUILT LOADED", in milliseconds and programs. */
#include "support/cmocka.h"
#include "support/device.h"

#include <stdio.h>
#include <time.h>

enum { POOLINGS = 5, BATCH = 2 };

struct pooling {
    clpool_plan *plan;
    cl_mem x; /* and dx */
    cl_mem y; /* and dy */
    cl_mem mask;
};

static struct test_device device;

static double now(void)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return 1e3 * (double)time.tv_sec + 1e-6 * (double)time.tv_nsec;
}

static clpool_problem problem_of(size_t number)
{
    static const size_t extents[POOLINGS] = {224, 112, 56, 28, 14};
    static const size_t channels[POOLINGS] = {64, 128, 256, 512, 512};
    return clpool_problem_2d(BATCH, channels[number], extents[number], extents[number], 2, 2, 0);
}

static cl_mem make_buffer(const clpool_problem *problem, clpool_tensor tensor)
{
    size_t bytes = 0;
    cl_int code = CL_SUCCESS;
    const cl_uchar zero = 0;
    assert_success(clpool_tensor_bytes(problem, tensor, &bytes));
    cl_mem buffer = clCreateBuffer(device.context, CL_MEM_READ_WRITE, bytes, NULL, &code);
    assert_cl(code);
    assert_cl(clEnqueueFillBuffer(device.queue, buffer, &zero, 1, 0, bytes, 0, NULL, NULL));
    return buffer;
}

static void make_buffers(struct pooling *pooling, size_t number)
{
    const clpool_problem problem = problem_of(number);
    pooling->x = make_buffer(&problem, CLPOOL_X);
    pooling->y = make_buffer(&problem, CLPOOL_Y);
    pooling->mask = make_buffer(&problem, CLPOOL_MASK);
}

static void make_plan(struct pooling *pooling, size_t number, clpool_engine *engine)
{
    const clpool_problem problem = problem_of(number);
    const clpool_plan_options options = {.struct_size = sizeof(options),
                                         .operations = 1u << CLPOOL_FORWARD | 1u << CLPOOL_BACKWARD};
    assert_success(clpool_plan_create(engine, &problem, &options, &pooling->plan));
}

static void run(const struct pooling *pooling)
{
    const clpool_buffer x = clpool_at(pooling->x, 0);
    const clpool_buffer y = clpool_at(pooling->y, 0);
    const clpool_buffer mask = clpool_at(pooling->mask, 0);
    assert_success(clpool_enqueue_forward(pooling->plan, x, y, mask, device.queue, 0, NULL, NULL));
    assert_success(clpool_enqueue_backward(pooling->plan, y, mask, x, 0, device.queue, 0, NULL, NULL));
}

static void run_all(const struct pooling poolings[POOLINGS])
{
    for (size_t i = 0; i < POOLINGS; i++) {
        run(&poolings[i]);
    }
    assert_cl(clFinish(device.queue));
}

static void release(struct pooling *pooling)
{
    clpool_plan_destroy(pooling->plan);
    (void)clReleaseMemObject(pooling->x);
    (void)clReleaseMemObject(pooling->y);
    (void)clReleaseMemObject(pooling->mask);
}

int main(void)
{
    struct pooling poolings[POOLINGS];
    double times[5];
    clpool_engine *engine = NULL;
    size_t built = 0;
    size_t loaded = 0;
    test_device_open(&device);
    for (size_t i = 0; i < POOLINGS; i++) {
        make_buffers(&poolings[i], i);
    }
    assert_cl(clFinish(device.queue));
    times[0] = now();
    assert_success(clpool_engine_create(device.context, device.device, &engine));
    for (size_t i = 0; i < POOLINGS; i++) {
        make_plan(&poolings[i], i, engine);
    }
    times[1] = now();
    run_all(poolings);
    times[2] = now();
    run_all(poolings);
    times[3] = now();
    assert_success(clpool_engine_program_counts(engine, &built, &loaded));
    clpool_engine_destroy(engine);
    for (size_t i = 0; i < POOLINGS; i++) {
        release(&poolings[i]);
    }
    times[4] = now();
    printf("%.2f %.2f %.2f %.2f %zu %zu\n", times[1] - times[0], times[2] - times[1], times[3] - times[2],
           times[4] - times[3], built, loaded);
    test_device_close(&device);
    return 0;
}
