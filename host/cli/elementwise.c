/* SPDX-License-Identifier: Apache-2.0 */
#include "elementwise.h"

#include <stdlib.h>
#include <string.h>

#include "report.h"

/* elementwise.cl, which the build embeds. */
extern const unsigned char cli_elementwise_kernel[];
extern const size_t cli_elementwise_kernel_size;

/* Scales around 1 of both signs, and biases around 0. */
static exit_code make_parameters(elementwise *made, size_t channels)
{
    size_t bytes = ELEMENTWISE_PARAMETERS * channels * sizeof(float);
    float *values = malloc(bytes);
    cl_int code = CL_SUCCESS;
    size_t c;
    if (values == NULL) {
        return report_no_memory();
    }
    for (c = 0; c < channels; c++) {
        values[c] = c % 3 == 0 ? -0.75f : 1.25f;
        values[channels + c] = c % 2 == 0 ? 0.5f : -0.25f;
    }
    made->parameters = clCreateBuffer(made->on->context, CL_MEM_READ_ONLY | CL_MEM_COPY_HOST_PTR, bytes, values, &code);
    free(values);
    return code == CL_SUCCESS ? EXIT_DONE : report_cl(code, "clCreateBuffer of parameters", made->on->index);
}

static exit_code make_kernel(elementwise *made, const clpool_problem *problem)
{
    const char *source = (const char *)cli_elementwise_kernel;
    bool is_first = problem->layout == CLPOOL_CHANNELS_FIRST;
    size_t plane = 1;
    cl_int code = CL_SUCCESS;
    unsigned axis;
    for (axis = 0; axis < problem->rank; axis++) {
        plane *= problem->in[axis];
    }
    made->items[0] = is_first ? plane : problem->channels;
    made->items[1] = problem->batch * (is_first ? problem->channels : plane);
    made->program = clCreateProgramWithSource(made->on->context, 1, &source, &cli_elementwise_kernel_size, &code);
    if (code == CL_SUCCESS) {
        code = clBuildProgram(made->program, 1, &made->on->device, "", NULL, NULL);
    }
    if (code == CL_SUCCESS) {
        made->kernel = clCreateKernel(made->program, is_first ? "channels_first" : "channels_last", &code);
    }
    return code == CL_SUCCESS ? EXIT_DONE : report_cl(code, "the elementwise kernel", made->on->index);
}

exit_code elementwise_open(elementwise *opened, const target *on, const clpool_problem *problem, bool only_parameters)
{
    exit_code code;
    memset(opened, 0, sizeof(*opened));
    opened->on = on;
    opened->channels = (cl_uint)problem->channels;
    code = make_parameters(opened, problem->channels);
    if (code == EXIT_DONE && !only_parameters) {
        code = make_kernel(opened, problem);
    }
    if (code != EXIT_DONE) {
        elementwise_close(opened);
    }
    return code;
}

exit_code elementwise_enqueue(const elementwise *of, clpool_buffer from, clpool_buffer to, cl_event *event)
{
    const cl_ulong offsets[] = {from.offset, to.offset};
    const struct {
        size_t size;
        const void *value;
    } arguments[] = {{sizeof(cl_mem), (const void *)&from.mem},       {sizeof(offsets[0]), &offsets[0]},
                     {sizeof(cl_mem), (const void *)&to.mem},         {sizeof(offsets[1]), &offsets[1]},
                     {sizeof(cl_mem), (const void *)&of->parameters}, {sizeof(of->channels), &of->channels}};
    cl_int code = CL_SUCCESS;
    cl_uint i;
    for (i = 0; i < sizeof(arguments) / sizeof(arguments[0]) && code == CL_SUCCESS; i++) {
        code = clSetKernelArg(of->kernel, i, arguments[i].size, arguments[i].value);
    }
    if (code == CL_SUCCESS) {
        code = clEnqueueNDRangeKernel(of->on->queue, of->kernel, 2, NULL, of->items, NULL, 0, NULL, event);
    }
    return code == CL_SUCCESS ? EXIT_DONE : report_cl(code, "the elementwise kernel", of->on->index);
}

void elementwise_close(elementwise *closed)
{
    if (closed->kernel != NULL) {
        (void)clReleaseKernel(closed->kernel);
    }
    if (closed->program != NULL) {
        (void)clReleaseProgram(closed->program);
    }
    if (closed->parameters != NULL) {
        (void)clReleaseMemObject(closed->parameters);
    }
    memset(closed, 0, sizeof(*closed));
}
