/* SPDX-License-Identifier: Apache-2.0 */
/* A tensor of more than 2^31 elements, which needs 64-bit offsets and a launch of several rows. Skipped, with a word
 * why, where the machine or the device has not the memory. */
#include "support/cmocka.h"
#include "support/device.h"

#include <stdlib.h>
#include <unistd.h>

/** Input elements: y has one fewer, and both are beyond 2^31. */
static const size_t elements = ((size_t)1 << 31) + 1003;

static struct test_device device;

static unsigned char value_at(size_t i)
{
    return (unsigned char)((i * 2654435761u) >> 24);
}

static size_t free_memory(void)
{
    const long pages = sysconf(_SC_AVPHYS_PAGES);
    const long page = sysconf(_SC_PAGESIZE);
    return pages < 0 || page < 0 ? 0 : (size_t)pages * (size_t)page;
}

static void skip_without_memory(void)
{
    cl_ulong allocation = 0;
    assert_cl(clGetDeviceInfo(device.device, CL_DEVICE_MAX_MEM_ALLOC_SIZE, sizeof(allocation), &allocation, NULL));
    if (allocation < elements || free_memory() < 4 * elements) {
        print_message(
            "skipped: needs buffers of %zu bytes and %zu bytes of free memory; %s takes %llu, and %zu are free\n",
            elements, 4 * elements, device.name, (unsigned long long)allocation, free_memory());
        skip();
    }
}

static cl_mem make_buffer(size_t bytes)
{
    cl_int code = CL_SUCCESS;
    cl_mem mem = clCreateBuffer(device.context, CL_MEM_READ_WRITE | CL_MEM_ALLOC_HOST_PTR, bytes, NULL, &code);
    assert_cl(code);
    return mem;
}

static unsigned char *map(cl_mem mem, cl_map_flags flags, size_t bytes)
{
    cl_int code = CL_SUCCESS;
    unsigned char *mapped = clEnqueueMapBuffer(device.queue, mem, CL_TRUE, flags, 0, bytes, 0, NULL, NULL, &code);
    assert_cl(code);
    return mapped;
}

static void unmap(cl_mem mem, void *mapped)
{
    assert_cl(clEnqueueUnmapMemObject(device.queue, mem, mapped, 0, NULL, NULL));
    assert_cl(clFinish(device.queue));
}

/** Pairs of neighbours: y[i] = max(x[i], x[i + 1]). */
static void more_than_two_to_the_31_elements_are_pooled(void **state)
{
    (void)state;
    clpool_engine *engine = NULL;
    clpool_plan *plan = NULL;
    clpool_problem problem = clpool_problem_1d(1, 1, elements, 2, 1, 0);
    problem.dtype = CLPOOL_U8;
    skip_without_memory();
    cl_mem x = make_buffer(elements);
    cl_mem y = make_buffer(elements);
    unsigned char *mapped = map(x, CL_MAP_WRITE, elements);
    for (size_t i = 0; i < elements; i++) {
        mapped[i] = value_at(i);
    }
    unmap(x, mapped);
    assert_success(clpool_engine_create(device.context, device.device, &engine));
    assert_success(clpool_plan_create(engine, &problem, NULL, &plan));
    assert_success(
        clpool_enqueue_forward(plan, clpool_at(x, 0), clpool_at(y, 0), clpool_none(), device.queue, 0, NULL, NULL));
    mapped = map(y, CL_MAP_READ, elements);
    size_t wrong = 0;
    for (size_t i = 0; i + 1 < elements; i++) {
        const unsigned char left = value_at(i);
        const unsigned char right = value_at(i + 1);
        wrong += mapped[i] != (left > right ? left : right);
    }
    unmap(y, mapped);
    assert_int_equal(wrong, 0);
    clpool_plan_destroy(plan);
    clpool_engine_destroy(engine);
    assert_cl(clReleaseMemObject(x));
    assert_cl(clReleaseMemObject(y));
}

static int set_up(void **state)
{
    (void)state;
    test_device_open(&device);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    test_device_close(&device);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(more_than_two_to_the_31_elements_are_pooled)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
