/* SPDX-License-Identifier: Apache-2.0 */
/* A whole OpenCL program that pools: a 6 x 8 plane, windows of 2 x 2, forward and backward, on the first device found.
 *
 * cc minimal.c -o minimal $(pkg-config --cflags --libs clpool) */
#define CL_TARGET_OPENCL_VERSION 120
#include <clpool.h>

#include <stdio.h>
#include <stdlib.h>

enum { HEIGHT = 6, WIDTH = 8, IN = HEIGHT * WIDTH, OUT = IN / 4 };

static void check_cl(cl_int code, const char *what)
{
    if (code != CL_SUCCESS) {
        (void)fprintf(stderr, "%s: %s\n", what, clpool_cl_error_name(code));
        exit(EXIT_FAILURE);
    }
}

static void check(clpool_status status)
{
    if (status != CLPOOL_SUCCESS) {
        (void)fprintf(stderr, "%s: %s\n", clpool_status_name(status), clpool_error_detail());
        exit(EXIT_FAILURE);
    }
}

static cl_device_id first_device(void)
{
    cl_platform_id platforms[16];
    cl_uint count = 0;
    cl_device_id device = NULL;
    check_cl(clGetPlatformIDs(16, platforms, &count), "clGetPlatformIDs");
    for (cl_uint i = 0; i < count && i < 16 && device == NULL; i++) {
        (void)clGetDeviceIDs(platforms[i], CL_DEVICE_TYPE_ALL, 1, &device, NULL);
    }
    check_cl(device == NULL ? CL_DEVICE_NOT_FOUND : CL_SUCCESS, "clGetDeviceIDs");
    return device;
}

static cl_mem make_buffer(cl_context context, size_t bytes)
{
    cl_int code = CL_SUCCESS;
    cl_mem buffer = clCreateBuffer(context, CL_MEM_READ_WRITE, bytes, NULL, &code);
    check_cl(code, "clCreateBuffer");
    return buffer;
}

int main(void)
{
    float x[IN], y[OUT], dx[IN];
    cl_int code = CL_SUCCESS;
    cl_device_id device = first_device();
    cl_context context = clCreateContext(NULL, 1, &device, NULL, NULL, &code);
    check_cl(code, "clCreateContext");
    cl_command_queue queue = clCreateCommandQueue(context, device, 0, &code);
    check_cl(code, "clCreateCommandQueue");
    cl_mem x_mem = make_buffer(context, sizeof(x)), y_mem = make_buffer(context, sizeof(y));
    cl_mem mask_mem = make_buffer(context, OUT), dx_mem = make_buffer(context, sizeof(dx));
    for (int i = 0; i < IN; i++) {
        x[i] = (float)(i * 7 % 10);
    }
    check_cl(clEnqueueWriteBuffer(queue, x_mem, CL_TRUE, 0, sizeof(x), x, 0, NULL, NULL), "clEnqueueWriteBuffer");

    clpool_problem problem = clpool_problem_2d(1, 1, HEIGHT, WIDTH, 2, 2, 0);
    clpool_engine *engine = NULL;
    clpool_plan *plan = NULL;
    check(clpool_engine_create(context, device, &engine));
    check(clpool_plan_create(engine, &problem, NULL, &plan));
    check(clpool_enqueue_forward(plan, clpool_at(x_mem, 0), clpool_at(y_mem, 0), clpool_at(mask_mem, 0), queue, 0, NULL,
                                 NULL));
    check(clpool_enqueue_backward(plan, clpool_at(y_mem, 0), clpool_at(mask_mem, 0), clpool_at(dx_mem, 0), 0, queue, 0,
                                  NULL, NULL));

    check_cl(clEnqueueReadBuffer(queue, y_mem, CL_TRUE, 0, sizeof(y), y, 0, NULL, NULL), "clEnqueueReadBuffer");
    check_cl(clEnqueueReadBuffer(queue, dx_mem, CL_TRUE, 0, sizeof(dx), dx, 0, NULL, NULL), "clEnqueueReadBuffer");
    for (int i = 0; i < IN; i++) { /* the input, with the winners of their windows marked */
        printf("%g%c%c", (double)x[i], dx[i] != 0 ? '*' : ' ', i % WIDTH == WIDTH - 1 ? '\n' : ' ');
    }
    for (int i = 0; i < OUT; i++) {
        printf("%g%c", (double)y[i], i % (WIDTH / 2) == WIDTH / 2 - 1 ? '\n' : ' ');
    }

    clpool_plan_destroy(plan);
    clpool_engine_destroy(engine);
    clReleaseMemObject(x_mem), clReleaseMemObject(y_mem), clReleaseMemObject(mask_mem), clReleaseMemObject(dx_mem);
    clReleaseCommandQueue(queue);
    clReleaseContext(context);
    return EXIT_SUCCESS;
}
