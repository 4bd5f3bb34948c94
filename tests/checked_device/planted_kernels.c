/* SPDX-License-Identifier: Apache-2.0 */
/* planted_kernels NAME: runs a kernel with one error, for the check that the checked device catches it; of "none" the
 * kernel is right. */
#include "support/cmocka.h"
#include "support/device.h"

#include <stdlib.h>

enum { ITEMS = 16, GROUP = 8 };

static const struct {
    const char *name;
    const char *body;
} planted[] = {
    {"none", "local_memory[l] = i; barrier(CLK_LOCAL_MEM_FENCE); x[i] = local_memory[get_local_size(0) - 1 - l];"},
    {"outside", "x[i + 1] = i;"},
    {"outside-local", "local_memory[l + 1] = i; x[i] = i;"},
    {"outside-private", "int own[4] = {0}; own[i] = i; x[i] = own[0];"},
    {"unaligned", "*(__global int *)((__global char *)x + 1) = i;"},
    {"overflow", "x[i] = INT_MAX - 3 + i;"},
    {"pointer", "__global int *volatile y = x + LONG_MAX / 4 * i; x[i] = y != x;"},
    {"division", "x[i] = 7 / i;"},
    {"divergent", "if (l < 4) { barrier(CLK_LOCAL_MEM_FENCE); } x[i] = i;"},
    {"two-barriers", "if (l < 4) { barrier(CLK_LOCAL_MEM_FENCE); } else { barrier(CLK_LOCAL_MEM_FENCE); } x[i] = i;"},
    {"one-place", "x[0] = i;"},
    {"no-barrier", "local_memory[l] = i; x[i] = local_memory[get_local_size(0) - 1 - l];"},
    {"unset-local", "x[i] = local_memory[l];"},
};

static const char *wanted;

static const char *body_of(const char *name)
{
    for (size_t i = 0; i < sizeof(planted) / sizeof(planted[0]); i++) {
        if (strcmp(planted[i].name, name) == 0) {
            return planted[i].body;
        }
    }
    fail_msg("there is no kernel '%s'", name);
    return NULL;
}

static void run_planted(void **state)
{
    (void)state;
    struct test_device device;
    const size_t items = ITEMS;
    const size_t group = GROUP;
    cl_int code = CL_SUCCESS;
    test_device_open(&device);
    const char *texts[] = {"__kernel void planted(__global int *x, __local int *local_memory)\n"
                           "{ const int i = (int)get_global_id(0), l = (int)get_local_id(0);\n",
                           body_of(wanted), " (void)local_memory, (void)l; }\n"};
    cl_program program = clCreateProgramWithSource(device.context, 3, texts, NULL, &code);
    assert_cl(code);
    assert_cl(clBuildProgram(program, 1, &device.device, "", NULL, NULL));
    cl_kernel kernel = clCreateKernel(program, "planted", &code);
    assert_cl(code);
    cl_mem x = clCreateBuffer(device.context, CL_MEM_READ_WRITE, items * sizeof(cl_int), NULL, &code);
    assert_cl(code);
    assert_cl(clSetKernelArg(kernel, 0, sizeof(x), (void *)&x));
    assert_cl(clSetKernelArg(kernel, 1, group * sizeof(cl_int), NULL));
    assert_cl(clEnqueueNDRangeKernel(device.queue, kernel, 1, NULL, &items, &group, 0, NULL, NULL));
    assert_cl(clFinish(device.queue));
    assert_cl(clReleaseMemObject(x));
    assert_cl(clReleaseKernel(kernel));
    assert_cl(clReleaseProgram(program));
    test_device_close(&device);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(run_planted)};
    wanted = count > 1 ? arguments[1] : "none";
    return cmocka_run_group_tests(tests, NULL, NULL);
}
