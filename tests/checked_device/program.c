/* SPDX-License-Identifier: Apache-2.0 */
/* Programs and kernel objects. */
#include "checked_device/module.h"
#include "checked_device/objects.h"

#include <stdlib.h>
#include <string.h>

/* ---- programs ---- */

cl_program clCreateProgramWithSource(cl_context context, cl_uint count, const char **texts, const size_t *lengths,
                                     cl_int *code)
{
    cl_program program = calloc(1, sizeof(*program));
    program->dispatch = &checked_dispatch;
    program->context = context;
    program->references = 1;
    program->part_count = count;
    program->parts = calloc(count, sizeof(*program->parts));
    for (cl_uint i = 0; i < count; i++) {
        const size_t length = lengths == NULL || lengths[i] == 0 ? strlen(texts[i]) : lengths[i];
        program->parts[i] = calloc(length + 1, 1);
        memcpy(program->parts[i], texts[i], length);
    }
    (void)clRetainContext(context);
    if (code != NULL) {
        *code = CL_SUCCESS;
    }
    return program;
}

cl_int clRetainProgram(cl_program program)
{
    program->references++;
    return CL_SUCCESS;
}

cl_int clReleaseProgram(cl_program program)
{
    if (--program->references > 0) {
        return CL_SUCCESS;
    }
    for (cl_uint i = 0; i < program->part_count; i++) {
        free(program->parts[i]);
    }
    (void)clReleaseContext(program->context);
    free((void *)program->parts);
    free(program->module);
    free(program->log);
    free(program);
    return CL_SUCCESS;
}

cl_int clBuildProgram(cl_program program, cl_uint count, const cl_device_id *devices, const char *options,
                      void(CL_CALLBACK *notify)(cl_program, void *), void *data)
{
    (void)count, (void)devices, (void)notify, (void)data;
    program->module = module_build(program->parts, program->part_count, options == NULL ? "" : options, &program->log);
    return program->module == NULL ? CL_BUILD_PROGRAM_FAILURE : CL_SUCCESS;
}

cl_int clGetProgramBuildInfo(cl_program program, cl_device_id device, cl_program_build_info what, size_t size,
                             void *into, size_t *size_needed)
{
    const char *log = program->log == NULL ? "" : program->log;
    (void)device;
    return what == CL_PROGRAM_BUILD_LOG ? info_give(log, strlen(log) + 1, size, into, size_needed) : CL_INVALID_VALUE;
}

/* ---- kernels ---- */

cl_kernel clCreateKernel(cl_program program, const char *name, cl_int *code)
{
    cl_kernel kernel = NULL;
    *code = program->module == NULL ? CL_INVALID_PROGRAM_EXECUTABLE : CL_INVALID_KERNEL_NAME;
    for (size_t i = 0; program->module != NULL && i < program->module->signatures.count; i++) {
        const struct kernel_signature *signature = &program->module->signatures.kernels[i];
        if (strcmp(signature->name, name) == 0) {
            kernel = calloc(1, sizeof(*kernel));
            kernel->dispatch = &checked_dispatch;
            kernel->references = 1;
            kernel->program = program;
            kernel->signature = signature;
            kernel->arguments = aligned_alloc(_Alignof(struct argument), signature->count * sizeof(*kernel->arguments));
            memset(kernel->arguments, 0, signature->count * sizeof(*kernel->arguments));
            (void)clRetainProgram(program);
            *code = CL_SUCCESS;
        }
    }
    return kernel;
}

cl_int clRetainKernel(cl_kernel kernel)
{
    kernel->references++;
    return CL_SUCCESS;
}

cl_int clReleaseKernel(cl_kernel kernel)
{
    if (--kernel->references == 0) {
        (void)clReleaseProgram(kernel->program);
        free(kernel->arguments);
        free(kernel);
    }
    return CL_SUCCESS;
}

cl_int clSetKernelArg(cl_kernel kernel, cl_uint index, size_t size, const void *value)
{
    if (index >= kernel->signature->count) {
        return CL_INVALID_ARG_INDEX;
    }
    struct argument *argument = &kernel->arguments[index];
    const enum parameter_kind kind = kernel->signature->parameters[index].kind;
    if (kind == PARAMETER_LOCAL ? value != NULL || size == 0
                                : size != module_argument_bytes(kernel->program->module, kernel->signature)[index] ||
                                      size > sizeof(argument->value)) {
        return CL_INVALID_ARG_SIZE;
    }
    argument->is_set = true;
    argument->size = size;
    if (kind == PARAMETER_VALUE) {
        memcpy(argument->value, value, size);
    } else if (kind != PARAMETER_LOCAL) {
        memcpy((void *)&argument->buffer, value, sizeof(argument->buffer));
    }
    return CL_SUCCESS;
}

cl_int clGetKernelWorkGroupInfo(cl_kernel kernel, cl_device_id device, cl_kernel_work_group_info what, size_t size,
                                void *into, size_t *size_needed)
{
    cl_ulong local_bytes = 0;
    switch (what) {
    case CL_KERNEL_WORK_GROUP_SIZE:
        return info_give(&device->profile->group_limit, sizeof(device->profile->group_limit), size, into, size_needed);
    case CL_KERNEL_COMPILE_WORK_GROUP_SIZE:
        return info_give(kernel->signature->group, sizeof(kernel->signature->group), size, into, size_needed);
    case CL_KERNEL_LOCAL_MEM_SIZE: /* of arguments; that which kernels declare is not known */
        for (size_t i = 0; i < kernel->signature->count; i++) {
            local_bytes += kernel->signature->parameters[i].kind == PARAMETER_LOCAL ? kernel->arguments[i].size : 0;
        }
        return info_give(&local_bytes, sizeof(local_bytes), size, into, size_needed);
    default:
        return CL_INVALID_VALUE;
    }
}
