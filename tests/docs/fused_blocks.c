/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the C of docs/fused.md, each block with variables of its own. test_fused.sh writes blocks.h, where each is the
 * body of a function. */
#define CL_TARGET_OPENCL_VERSION 120
#include <clpool.h>

#include <stdio.h>
#include <stdlib.h>

enum { CHANNELS = 3, SIDE = 8, X = CHANNELS * SIDE * SIDE, Y = X / 4 };

static clpool_engine *engine;
static cl_context context;
static cl_command_queue queue;

static void check(clpool_status status)
{
    if (status != CLPOOL_SUCCESS) {
        fprintf(stderr, "%s: %s\n", clpool_status_name(status), clpool_error_detail());
        exit(EXIT_FAILURE);
    }
}

static cl_mem make_buffer(const float *values, size_t count)
{
    cl_int code = CL_SUCCESS;
    cl_mem mem =
        clCreateBuffer(context, CL_MEM_READ_WRITE | CL_MEM_COPY_HOST_PTR, count * sizeof(float), (void *)values, &code);
    if (code != CL_SUCCESS) {
        exit(EXIT_FAILURE);
    }
    return mem;
}

/** What blocks may name. */
#define VARIABLES                                                                                                      \
    const float *data = values();                                                                                      \
    clpool_problem problem = clpool_problem_2d(1, CHANNELS, SIDE, SIDE, 2, 2, 0);                                      \
    clpool_plan *plan = NULL;                                                                                          \
    cl_mem scale_and_bias = make_buffer(data, 2 * CHANNELS), zero_scale_zero = make_buffer(data, 3);                   \
    clpool_buffer x = clpool_at(make_buffer(data, X), 0), y = clpool_at(make_buffer(data, X), 0);                      \
    clpool_buffer mask = clpool_at(make_buffer(data, X), 0), dy = clpool_at(make_buffer(data, X), 0);                  \
    clpool_buffer dx = clpool_at(make_buffer(data, X), 0);                                                             \
    (void)scale_and_bias, (void)zero_scale_zero, (void)dy, (void)dx, (void)mask;

/** Reads y, and leaves the plan. */
#define END show(y.mem), clpool_plan_destroy(plan);

static const float *values(void)
{
    static float data[X];
    for (int i = 0; i < X; i++) {
        data[i] = (float)(i * 7 % 23) / 4.0f - 2.0f;
    }
    return data;
}

static void show(cl_mem mem)
{
    float y[Y];
    if (clEnqueueReadBuffer(queue, mem, CL_TRUE, 0, sizeof(y), y, 0, NULL, NULL) != CL_SUCCESS) {
        exit(EXIT_FAILURE);
    }
    printf("%g\n", (double)y[0]);
}

#include "blocks.h"

int main(void)
{
    cl_platform_id platforms[16];
    cl_uint count = 0;
    cl_device_id device = NULL;
    clGetPlatformIDs(16, platforms, &count);
    for (cl_uint i = 0; i < count && i < 16 && device == NULL; i++) {
        (void)clGetDeviceIDs(platforms[i], CL_DEVICE_TYPE_ALL, 1, &device, NULL);
    }
    context = clCreateContext(NULL, 1, &device, NULL, NULL, NULL);
    queue = clCreateCommandQueue(context, device, 0, NULL);
    check(clpool_engine_create(context, device, &engine));
    for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
        blocks[i]();
    }
    return EXIT_SUCCESS;
}
