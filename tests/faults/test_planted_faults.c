/* SPDX-License-Identifier: Apache-2.0 */
/* Operations with planted errors, each of which a sweep must find. All of them ask for the queue's context, then fill a
 * buffer, then enqueue a marker; one of them is right. */
#include "base/status.h"
#include "faults/sweep.h"
#include "support/cmocka.h"
#include "support/device.h"

#include <stdio.h>
#include <stdlib.h>

enum error {
    NO_ERROR,
    DROPS_A_STATUS,
    SAYS_NOTHING,
    SAYS_ANOTHER_CODE,
    LEAKS_A_KERNEL,
    LEAKS_MEMORY,
    IGNORES_MISSING_MEMORY,
    STOPS_HALF_WAY,
    KEEPS_THE_EVENT,
    STAYS_BROKEN
};

static struct test_device device;
static cl_program program;
static cl_mem buffer;

struct planted {
    enum error error;
    cl_event event;
    bool is_broken;
};

static clpool_status give_up(const struct planted *planted, cl_int code, const char *call)
{
    if (planted->error == DROPS_A_STATUS) {
        return CLPOOL_SUCCESS;
    }
    if (planted->error == SAYS_NOTHING) {
        return code == CL_OUT_OF_HOST_MEMORY ? CLPOOL_OUT_OF_MEMORY : CLPOOL_OPENCL_ERROR;
    }
    return status_fail_cl(planted->error == SAYS_ANOTHER_CODE ? CL_INVALID_VALUE : code, "%s failed", call);
}

static clpool_status launch(struct planted *planted, cl_kernel kernel)
{
    const cl_int value = 7;
    cl_int code = clSetKernelArg(kernel, 0, sizeof(buffer), (const void *)&buffer);
    if (code != CL_SUCCESS) {
        return give_up(planted, code, "clSetKernelArg");
    }
    if (planted->error == STOPS_HALF_WAY) {
        code = clEnqueueFillBuffer(device.queue, buffer, &value, sizeof(value), 0, sizeof(value), 0, NULL, NULL);
        if (code != CL_SUCCESS) {
            return give_up(planted, code, "clEnqueueFillBuffer");
        }
    }
    code = clEnqueueMarkerWithWaitList(device.queue, 0, NULL, &planted->event);
    if (code == CL_SUCCESS && planted->error == KEEPS_THE_EVENT) {
        code = clFinish(device.queue);
        return code == CL_SUCCESS ? CLPOOL_SUCCESS : give_up(planted, code, "clFinish");
    }
    return code == CL_SUCCESS ? CLPOOL_SUCCESS : give_up(planted, code, "clEnqueueMarkerWithWaitList");
}

static clpool_status run(void *data)
{
    struct planted *planted = data;
    cl_int code = CL_SUCCESS;
    planted->event = NULL;
    if (planted->is_broken) {
        return status_fail(CLPOOL_INVALID_ARGUMENT, "broken for good");
    }
    char *scratch = malloc(16);
    if (scratch == NULL && planted->error != IGNORES_MISSING_MEMORY) {
        return status_fail(CLPOOL_OUT_OF_MEMORY, "no memory");
    }
    cl_kernel kernel = clCreateKernel(program, "planted", &code);
    clpool_status status = code == CL_SUCCESS ? launch(planted, kernel) : give_up(planted, code, "clCreateKernel");
    if (kernel != NULL && !(planted->error == LEAKS_A_KERNEL && status != CLPOOL_SUCCESS)) {
        (void)clReleaseKernel(kernel);
    }
    if (!(planted->error == LEAKS_MEMORY && status != CLPOOL_SUCCESS)) {
        free(scratch);
    }
    planted->is_broken = planted->error == STAYS_BROKEN && status != CLPOOL_SUCCESS;
    return status;
}

static const char *check(void *data, clpool_status status)
{
    const struct planted *planted = data;
    const bool has_event = planted->event != NULL;
    cl_int value = 0;
    const cl_int zero = 0;
    if (has_event) {
        assert_cl(clReleaseEvent(planted->event));
    }
    assert_cl(clEnqueueReadBuffer(device.queue, buffer, CL_TRUE, 0, sizeof(value), &value, 0, NULL, NULL));
    assert_cl(clEnqueueWriteBuffer(device.queue, buffer, CL_TRUE, 0, sizeof(zero), &zero, 0, NULL, NULL));
    if (status != CLPOOL_SUCCESS && has_event) {
        return "the event was set";
    }
    return status != CLPOOL_SUCCESS && value != 0 ? "something was written" : NULL;
}

/** The sweep must find something that reads like `text`; NULL: nothing. */
static void expect(enum error error, const char *text)
{
    struct sweep sweep = {0};
    struct planted planted = {.error = error};
    const struct operation operation = {
        .name = "a planted error", .data = &planted, .run = run, .check = check, .tolerates = " clReleaseKernel "};
    sweep_operation(&sweep, &operation);
    assert_true(sweep.injected > 0);
    if (text == NULL ? sweep.findings != 0 : strstr(sweep.findings_text, text) == NULL) {
        print_error("wanted: %s\nfound: %s\n", text == NULL ? "nothing" : text, sweep.findings_text);
        fail();
    }
}

static void what_is_right_passes(void **state)
{
    (void)state;
    expect(NO_ERROR, NULL);
}

static void a_dropped_status_is_found(void **state)
{
    (void)state;
    expect(DROPS_A_STATUS, "it succeeds");
    expect(IGNORES_MISSING_MEMORY, "malloc number 1 fails with 12: it succeeds");
}

static void an_error_that_is_not_explained_is_found(void **state)
{
    (void)state;
    expect(SAYS_NOTHING, "the last error is an older one");
    expect(SAYS_ANOTHER_CODE, "clpool_error_cl_code() is -30");
}

static void a_leak_is_found(void **state)
{
    (void)state;
    expect(LEAKS_A_KERNEL, "left alive: kernels +1");
    expect(LEAKS_MEMORY, "left alive: blocks +1");
}

static void half_an_enqueue_is_found(void **state)
{
    (void)state;
    expect(STOPS_HALF_WAY, "something was written");
    expect(KEEPS_THE_EVENT, "the event was set");
}

static void what_stays_broken_is_found(void **state)
{
    (void)state;
    expect(STAYS_BROKEN, "broken for good");
}

static int set_up(void **state)
{
    static const char *source = "__kernel void planted(__global int *to) { to[0] = 1; }";
    const cl_int zero = 0;
    cl_int code = CL_SUCCESS;
    (void)state;
    test_device_open(&device);
    program = clCreateProgramWithSource(device.context, 1, &source, NULL, &code);
    assert_cl(code);
    assert_cl(clBuildProgram(program, 1, &device.device, "", NULL, NULL));
    buffer = clCreateBuffer(device.context, CL_MEM_READ_WRITE | CL_MEM_COPY_HOST_PTR, sizeof(zero),
                            (void *)(uintptr_t)&zero, &code);
    assert_cl(code);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    assert_cl(clReleaseMemObject(buffer));
    assert_cl(clReleaseProgram(program));
    test_device_close(&device);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_right_passes),
        cmocka_unit_test(a_dropped_status_is_found),
        cmocka_unit_test(an_error_that_is_not_explained_is_found),
        cmocka_unit_test(a_leak_is_found),
        cmocka_unit_test(half_an_enqueue_is_found),
        cmocka_unit_test(what_stays_broken_is_found),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
