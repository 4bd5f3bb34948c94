/* SPDX-License-Identifier: Apache-2.0 */
#include "device.h"
#include "failure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_PLATFORMS = 16, MAX_DEVICES = 16, NAME_BYTES = 256 };

static void platform_name(cl_platform_id platform, char name[NAME_BYTES])
{
    if (clGetPlatformInfo(platform, CL_PLATFORM_NAME, NAME_BYTES, name, NULL) != CL_SUCCESS) {
        name[0] = '\0';
    }
}

static void device_name(cl_device_id device, char name[NAME_BYTES])
{
    if (clGetDeviceInfo(device, CL_DEVICE_NAME, NAME_BYTES, name, NULL) != CL_SUCCESS) {
        name[0] = '\0';
    }
}

static cl_device_id find_on_platform(cl_platform_id platform, const char *wanted)
{
    char name[NAME_BYTES];
    cl_device_id devices[MAX_DEVICES];
    cl_uint count = 0;
    if (clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, MAX_DEVICES, devices, &count) != CL_SUCCESS) {
        return NULL;
    }
    platform_name(platform, name);
    int platform_fits = strstr(name, wanted) != NULL;
    for (cl_uint i = 0; i < count && i < MAX_DEVICES; i++) {
        device_name(devices[i], name);
        if (platform_fits || strstr(name, wanted) != NULL) {
            return devices[i];
        }
    }
    return NULL;
}

cl_device_id choose_device(const char *wanted)
{
    cl_platform_id platforms[MAX_PLATFORMS];
    cl_uint count = 0;
    cl_device_id device = NULL;
    if (wanted == NULL) {
        wanted = getenv("CLPOOL_DEVICE");
    }
    if (wanted == NULL) {
        wanted = "";
    }
    if (clGetPlatformIDs(MAX_PLATFORMS, platforms, &count) != CL_SUCCESS) {
        count = 0;
    }
    for (cl_uint i = 0; i < count && i < MAX_PLATFORMS && device == NULL; i++) {
        device = find_on_platform(platforms[i], wanted);
    }
    if (device == NULL && wanted[0] == '\0') {
        fail(EXIT_DEVICE_FAILED, "no OpenCL device was found; a driver such as PoCL must be installed");
    }
    if (device == NULL) {
        fail(EXIT_DEVICE_FAILED, "device '%s' was not found; it must be part of a device's or platform's name", wanted);
    }
    return device;
}

void print_device(cl_device_id device)
{
    char name[NAME_BYTES];
    cl_platform_id platform = NULL;
    device_name(device, name);
    printf("device: %s", name);
    check_cl(clGetDeviceInfo(device, CL_DEVICE_PLATFORM, sizeof(platform), &platform, NULL), "clGetDeviceInfo");
    platform_name(platform, name);
    printf(", %s\n", name);
}

cl_context make_context(cl_device_id device)
{
    cl_int code = CL_SUCCESS;
    cl_context context = clCreateContext(NULL, 1, &device, NULL, NULL, &code);
    check_cl(code, "clCreateContext");
    return context;
}

cl_program build_program(cl_context context, cl_device_id device, const unsigned char *source, size_t size,
                         const char *name)
{
    cl_int code = CL_SUCCESS;
    const char *text = (const char *)source;
    cl_program program = clCreateProgramWithSource(context, 1, &text, &size, &code);
    check_cl(code, "clCreateProgramWithSource");
    if (clBuildProgram(program, 1, &device, "-cl-std=CL1.2", NULL, NULL) != CL_SUCCESS) {
        char log[4096] = "";
        (void)clGetProgramBuildInfo(program, device, CL_PROGRAM_BUILD_LOG, sizeof(log), log, NULL);
        fail(EXIT_DEVICE_FAILED, "%s did not build: %s", name, log);
    }
    return program;
}

cl_kernel make_kernel(cl_program program, const char *name)
{
    cl_int code = CL_SUCCESS;
    cl_kernel kernel = clCreateKernel(program, name, &code);
    if (code != CL_SUCCESS) {
        fail(EXIT_DEVICE_FAILED, "kernel '%s' was not made: %s", name, clpool_cl_error_name(code));
    }
    return kernel;
}
