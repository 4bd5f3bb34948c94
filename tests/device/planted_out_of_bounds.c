/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a kernel that writes one element past its buffer, for the check that Oclgrind catches it. */
#include "support/cmocka.h"
#include "support/device.h"

static const char *const source = "__kernel void planted(__global int *x) { x[get_global_id(0) + 1] = 1; }";

static void run_planted(void **state)
{
    (void)state;
    struct test_device device;
    const size_t items = 8;
    cl_int code = CL_SUCCESS;
    test_device_open(&device);
    const char *text = source;
    cl_program program = clCreateProgramWithSource(device.context, 1, &text, NULL, &code);
    assert_cl(code);
    assert_cl(clBuildProgram(program, 1, &device.device, "", NULL, NULL));
    cl_kernel kernel = clCreateKernel(program, "planted", &code);
    assert_cl(code);
    cl_mem x = clCreateBuffer(device.context, CL_MEM_READ_WRITE, items * sizeof(cl_int), NULL, &code);
    assert_cl(code);
    assert_cl(clSetKernelArg(kernel, 0, sizeof(x), (void *)&x));
    assert_cl(clEnqueueNDRangeKernel(device.queue, kernel, 1, NULL, &items, NULL, 0, NULL, NULL));
    assert_cl(clFinish(device.queue));
    assert_cl(clReleaseMemObject(x));
    assert_cl(clReleaseKernel(kernel));
    assert_cl(clReleaseProgram(program));
    test_device_close(&device);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(run_planted)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
