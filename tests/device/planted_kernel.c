/* SPDX-License-Identifier: Apache-2.0 */
/* planted_kernel ERROR: runs a kernel with an error, for the check that Oclgrind catches it: write, read, race,
 * local_race, divergence or uninitialized; or none. */
#include "support/cmocka.h"
#include "support/device.h"

#include <stdio.h>

static const char source[] =
    "#define ITEM get_global_id(0)\n"
    "__kernel void none_(__global int *x, __local int *shared) { shared[ITEM] = 1; x[ITEM] = shared[ITEM]; }\n"
    "__kernel void write_(__global int *x, __local int *shared) { x[ITEM + 1] = 1; }\n"
    "__kernel void read_(__global int *x, __local int *shared) { shared[ITEM] = x[ITEM + 1]; }\n"
    "__kernel void race_(__global int *x, __local int *shared) { x[0] = (int)ITEM; }\n"
    "__kernel void local_race_(__global int *x, __local int *shared)\n"
    "{ shared[ITEM] = 1; x[ITEM] = shared[get_local_size(0) - 1 - ITEM]; }\n"
    "__kernel void divergence_(__global int *x, __local int *shared)\n"
    "{ if (ITEM < 3) { barrier(CLK_LOCAL_MEM_FENCE); } x[ITEM] = 1; }\n"
    "__kernel void uninitialized_(__global int *x, __local int *shared)\n"
    "{ int kept[4]; kept[ITEM & 1] = 1; x[ITEM] = kept[ITEM & 3] > 0 ? 1 : 2; }\n";

enum { ITEMS = 8 };

static void run_planted(void **state)
{
    struct test_device device;
    const size_t items = ITEMS;
    const cl_int zeros[ITEMS] = {0};
    const char *text = source;
    cl_int code = CL_SUCCESS;
    test_device_open(&device);
    cl_program program = clCreateProgramWithSource(device.context, 1, &text, NULL, &code);
    assert_cl(code);
    assert_cl(clBuildProgram(program, 1, &device.device, "", NULL, NULL));
    cl_kernel kernel = clCreateKernel(program, *state, &code);
    assert_cl(code);
    cl_mem x =
        clCreateBuffer(device.context, CL_MEM_READ_WRITE | CL_MEM_COPY_HOST_PTR, sizeof(zeros), (void *)zeros, &code);
    assert_cl(code);
    assert_cl(clSetKernelArg(kernel, 0, sizeof(x), (void *)&x));
    assert_cl(clSetKernelArg(kernel, 1, sizeof(zeros), NULL));
    assert_cl(clEnqueueNDRangeKernel(device.queue, kernel, 1, NULL, &items, &items, 0, NULL, NULL));
    assert_cl(clFinish(device.queue));
    assert_cl(clReleaseMemObject(x));
    assert_cl(clReleaseKernel(kernel));
    assert_cl(clReleaseProgram(program));
    test_device_close(&device);
}

int main(int argc, char **argv)
{
    char name[64];
    (void)snprintf(name, sizeof(name), "%s_", argc == 2 ? argv[1] : "none");
    const struct CMUnitTest tests[] = {cmocka_unit_test_prestate(run_planted, name)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
