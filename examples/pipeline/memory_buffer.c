/* SPDX-License-Identifier: Apache-2.0 */
#include "failure.h"
#include "memory.h"

#include <stdlib.h>

const char *const memory_name = "one buffer";

void memory_allocate(struct arena *arena, cl_device_id device)
{
    cl_int code = CL_SUCCESS;
    (void)device;
    arena->whole = clCreateBuffer(arena->context, CL_MEM_READ_WRITE, arena->bytes, NULL, &code);
    check_cl(code, "clCreateBuffer");
}

void memory_free(struct arena *arena)
{
    for (int i = 0; i < REGIONS; i++) {
        free(arena->results[i]);
    }
    clReleaseMemObject(arena->whole);
}

void memory_set_argument(const struct arena *arena, cl_kernel kernel, cl_uint index, enum region region)
{
    check_cl(clSetKernelArg(kernel, index, sizeof(cl_mem), &arena->regions[region]), "clSetKernelArg");
}

cl_event memory_write(const struct arena *arena, enum region region, const void *bytes)
{
    cl_event written = NULL;
    check_cl(clEnqueueWriteBuffer(arena->queue, arena->regions[region], CL_FALSE, 0, arena->region_bytes[region], bytes,
                                  0, NULL, &written),
             "clEnqueueWriteBuffer");
    return written;
}

const void *memory_read(struct arena *arena, enum region region, cl_event wait_for, cl_event *event)
{
    arena->results[region] = allocate(arena->region_bytes[region], 1);
    check_cl(clEnqueueReadBuffer(arena->queue, arena->regions[region], CL_FALSE, 0, arena->region_bytes[region],
                                 arena->results[region], 1, &wait_for, event),
             "clEnqueueReadBuffer");
    return arena->results[region];
}
