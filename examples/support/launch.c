/* SPDX-License-Identifier: Apache-2.0 */
#include "launch.h"
#include "failure.h"

void set_arguments(cl_kernel kernel, cl_uint first, size_t count, const argument *arguments)
{
    for (size_t i = 0; i < count; i++) {
        check_cl(clSetKernelArg(kernel, first + (cl_uint)i, arguments[i].bytes, arguments[i].value), "clSetKernelArg");
    }
}

void launch(cl_command_queue queue, cl_kernel kernel, launch_size size, cl_uint num_wait, const cl_event *wait_list,
            cl_event *event)
{
    check_cl(clEnqueueNDRangeKernel(queue, kernel, 3, NULL, size.global, NULL, num_wait, wait_list, event),
             "clEnqueueNDRangeKernel");
}
