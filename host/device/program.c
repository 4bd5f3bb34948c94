/* SPDX-License-Identifier: Apache-2.0 */
#include "device/program.h"

#include "base/status.h"
#include "device/kernel_sources.h"

#include <stdlib.h>

/** The build log, or NULL where the driver has none or memory is short: a log is never worth a failure. */
static char *read_log(cl_program program, cl_device_id device)
{
    size_t bytes = 0;
    if (clGetProgramBuildInfo(program, device, CL_PROGRAM_BUILD_LOG, 0, NULL, &bytes) != CL_SUCCESS || bytes <= 1) {
        return NULL;
    }
    char *log = calloc(bytes + 1, 1);
    if (log != NULL && clGetProgramBuildInfo(program, device, CL_PROGRAM_BUILD_LOG, bytes, log, NULL) != CL_SUCCESS) {
        free(log);
        log = NULL;
    }
    return log;
}

void program_parts(const struct program_text *text, const char *parts[PROGRAM_PARTS])
{
    parts[0] = text->definitions;
    parts[1] = (const char *)kernel_value;
    parts[2] = (const char *)kernel_sum;
    parts[3] = (const char *)kernel_lanes;
    parts[4] = (const char *)kernel_fused;
    parts[5] = (const char *)kernel_window;
    parts[6] = (const char *)kernel_cells;
    parts[7] = text->source;
}

clpool_status program_build(cl_context context, cl_device_id device, const struct program_text *text,
                            cl_program *program, char **log)
{
    const char *parts[PROGRAM_PARTS];
    clpool_status status = CLPOOL_SUCCESS;
    cl_int code = CL_SUCCESS;
    *program = NULL;
    program_parts(text, parts);
    cl_program built = clCreateProgramWithSource(context, PROGRAM_PARTS, parts, NULL, &code);
    if (code != CL_SUCCESS) {
        return status_fail_cl(code, "clCreateProgramWithSource failed");
    }
    code = clBuildProgram(built, 1, &device, text->options, NULL, NULL);
    *log = read_log(built, device);
    if (code == CL_SUCCESS) {
        *program = built;
        return CLPOOL_SUCCESS;
    }
    status = status_fail_cl(code, "clBuildProgram with '%s' failed", text->options);
    if (code == CL_BUILD_PROGRAM_FAILURE) {
        status = CLPOOL_BUILD_FAILED;
    }
    (void)clReleaseProgram(built);
    return status;
}
