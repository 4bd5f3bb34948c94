/* SPDX-License-Identifier: Apache-2.0 */
/* What ci/measure-launch runs: the time that a thread spends in clpool_enqueue_forward() and in the driver's own
 * clEnqueueNDRangeKernel() of a kernel with as many arguments, which are set already. Both wait behind an event of the
 * user's, so that nothing runs meanwhile. Prints "CLPOOL DRIVER", in microseconds a call: medians of alternate rounds.
 * */
#include "support/cmocka.h"
#include "support/device.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS = 41, CALLS = 400 };

/* Three tensors with their offsets, a number of items, three vectors and channels, as kernels/direct.cl takes them. */
static const char source[] =
    "__kernel void nothing(__global uint *x, ulong x_offset, __global uint *y, ulong y_offset, __global uchar *mask,\n"
    "                      ulong mask_offset, int items, int4 in, int4 out, int4 pad,\n"
    "                      int channels) {}\n";

static struct test_device device;
static cl_mem buffer;
static clpool_plan *plan;
static cl_kernel kernel;

static double now(void)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return 1e6 * (double)time.tv_sec + 1e-3 * (double)time.tv_nsec;
}

static void enqueue_pooling(cl_event gate)
{
    const clpool_buffer at = clpool_at(buffer, 0);
    assert_success(clpool_enqueue_forward(plan, at, clpool_at(buffer, 256), clpool_at(buffer, 4096), device.queue, 1,
                                          &gate, NULL));
}

static void enqueue_nothing(cl_event gate)
{
    const size_t global[] = {64, 1};
    assert_cl(clEnqueueNDRangeKernel(device.queue, kernel, 2, NULL, global, global, 1, &gate, NULL));
}

/** Microseconds a call. */
static double time_round(void (*enqueue)(cl_event gate))
{
    cl_int code = CL_SUCCESS;
    cl_event gate = clCreateUserEvent(device.context, &code);
    assert_cl(code);
    const double begin = now();
    for (int i = 0; i < CALLS; i++) {
        enqueue(gate);
    }
    const double took = (now() - begin) / (double)CALLS;
    assert_cl(clSetUserEventStatus(gate, CL_COMPLETE));
    assert_cl(clFinish(device.queue));
    assert_cl(clReleaseEvent(gate));
    return took;
}

static int compare(const void *a, const void *b)
{
    const double left = *(const double *)a;
    const double right = *(const double *)b;
    return (left > right) - (left < right);
}

static void make_kernel(void)
{
    const char *text = source;
    const cl_ulong offset = 0;
    const cl_int items = 64;
    const cl_int channels = 1;
    const cl_int4 vector = {{1, 1, 1, 1}};
    cl_int code = CL_SUCCESS;
    cl_program program = clCreateProgramWithSource(device.context, 1, &text, NULL, &code);
    assert_cl(code);
    assert_cl(clBuildProgram(program, 1, &device.device, "", NULL, NULL));
    kernel = clCreateKernel(program, "nothing", &code);
    assert_cl(code);
    assert_cl(clReleaseProgram(program));
    for (cl_uint i = 0; i < 6; i += 2) {
        assert_cl(clSetKernelArg(kernel, i, sizeof(cl_mem), (void *)&buffer));
        assert_cl(clSetKernelArg(kernel, i + 1, sizeof(offset), &offset));
    }
    assert_cl(clSetKernelArg(kernel, 6, sizeof(items), &items));
    for (cl_uint i = 7; i < 10; i++) {
        assert_cl(clSetKernelArg(kernel, i, sizeof(vector), &vector));
    }
    assert_cl(clSetKernelArg(kernel, 10, sizeof(channels), &channels));
}

int main(void)
{
    const clpool_problem problem = clpool_problem_2d(1, 1, 16, 16, 2, 2, 0);
    const clpool_plan_options options = {
        .struct_size = sizeof(options), .forward_strategy = "direct", .operations = 1u << CLPOOL_FORWARD};
    double pooling[ROUNDS];
    double nothing[ROUNDS];
    clpool_engine *engine = NULL;
    cl_int code = CL_SUCCESS;
    test_device_open(&device);
    buffer = clCreateBuffer(device.context, CL_MEM_READ_WRITE, 8192, NULL, &code);
    assert_cl(code);
    assert_success(clpool_engine_create(device.context, device.device, &engine));
    assert_success(clpool_plan_create(engine, &problem, &options, &plan));
    make_kernel();
    for (int i = 0; i < ROUNDS; i++) {
        pooling[i] = time_round(enqueue_pooling);
        nothing[i] = time_round(enqueue_nothing);
    }
    qsort(pooling, ROUNDS, sizeof(double), compare);
    qsort(nothing, ROUNDS, sizeof(double), compare);
    printf("%.2f %.2f\n", pooling[ROUNDS / 2], nothing[ROUNDS / 2]);
    assert_cl(clReleaseKernel(kernel));
    assert_cl(clReleaseMemObject(buffer));
    clpool_plan_destroy(plan);
    clpool_engine_destroy(engine);
    test_device_close(&device);
    return 0;
}
