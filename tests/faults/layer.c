/* SPDX-License-Identifier: Apache-2.0 */
/* The layer of the OpenCL loader: each entry point of FAULT_OPENCL_CALLS, which may fail, and those that make, retain
 * or release objects, for the count of what is alive. */
#undef CL_TARGET_OPENCL_VERSION
#define CL_TARGET_OPENCL_VERSION 200 /* for the functions of shared memory */
#define CL_USE_DEPRECATED_OPENCL_1_2_APIS
#include "faults/faults_state.h"
#include "faults/limits_state.h"

#include <CL/cl_layer.h>

#include <string.h>

static const struct _cl_icd_dispatch *next;
static struct _cl_icd_dispatch dispatch;

static void change(atomic_long *count, long by)
{
    (void)atomic_fetch_add(count, by);
}

/** What a call that makes an object gives where it fails. */
static int give_code(int code, cl_int *code_ret)
{
    if (code != 0 && code_ret != NULL) {
        *code_ret = code;
    }
    return code;
}

/* Bodies of the entry points. */

#define PASS(name, ...)                                                                                                \
    const int code = fault_strike(FAULT_##name);                                                                       \
    return code != 0 ? code : next->name(__VA_ARGS__)

/** A call that fails after it was made. */
#define PASS_ANYWAY(name, ...)                                                                                         \
    const int code = fault_strike(FAULT_##name);                                                                       \
    const cl_int own = next->name(__VA_ARGS__);                                                                        \
    return code != 0 ? code : own

#define CREATE(name, type, field, ...)                                                                                 \
    if (give_code(fault_strike(FAULT_##name), code_ret) != 0) {                                                        \
        return NULL;                                                                                                   \
    }                                                                                                                  \
    type made = next->name(__VA_ARGS__, code_ret);                                                                     \
    change(&live_counts.field, made != NULL);                                                                          \
    return made

#define RETAIN(name, field, object)                                                                                    \
    const int code = fault_strike(FAULT_##name);                                                                       \
    const cl_int own = code != 0 ? code : next->name(object);                                                          \
    change(&live_counts.field, own == CL_SUCCESS);                                                                     \
    return own

#define RELEASE(name, field, object)                                                                                   \
    const int code = fault_strike(FAULT_##name);                                                                       \
    const cl_int own = next->name(object);                                                                             \
    change(&live_counts.field, own == CL_SUCCESS ? -1 : 0);                                                            \
    return code != 0 ? code : own

#define ENQUEUE(name, ...)                                                                                             \
    const int code = fault_strike(FAULT_##name);                                                                       \
    const cl_int own = code != 0 ? code : next->name(__VA_ARGS__, num_wait, wait_list, event);                         \
    change(&live_counts.events, own == CL_SUCCESS && event != NULL);                                                   \
    return own

/* The tails that queries and enqueues have in common. */
#define QUERY_TAIL size_t size, void *value, size_t *size_ret
#define WAIT_TAIL cl_uint num_wait, const cl_event *wait_list, cl_event *event

/* ---- platforms and devices ---- */

static cl_int CL_API_CALL get_platforms(cl_uint count, cl_platform_id *platforms, cl_uint *count_ret)
{
    PASS(clGetPlatformIDs, count, platforms, count_ret);
}

static cl_int CL_API_CALL get_platform_info(cl_platform_id of, cl_platform_info what, QUERY_TAIL)
{
    PASS(clGetPlatformInfo, of, what, size, value, size_ret);
}

static cl_int CL_API_CALL get_devices(cl_platform_id of, cl_device_type type, cl_uint count, cl_device_id *devices,
                                      cl_uint *count_ret)
{
    PASS(clGetDeviceIDs, of, type, count, devices, count_ret);
}

static cl_int CL_API_CALL get_device_info(cl_device_id of, cl_device_info what, QUERY_TAIL)
{
    const int code = fault_strike(FAULT_clGetDeviceInfo);
    const cl_int own = code != 0 ? code : next->clGetDeviceInfo(of, what, size, value, size_ret);
    if (own == CL_SUCCESS && value != NULL) {
        limits_apply(what, size, value);
    }
    return own;
}

static cl_int CL_API_CALL retain_device(cl_device_id device)
{
    RETAIN(clRetainDevice, devices, device);
}

static cl_int CL_API_CALL release_device(cl_device_id device)
{
    RELEASE(clReleaseDevice, devices, device);
}

/* ---- contexts and queues ---- */

typedef void(CL_CALLBACK *context_notify)(const char *, const void *, size_t, void *);

static cl_context CL_API_CALL create_context(const cl_context_properties *properties, cl_uint count,
                                             const cl_device_id *devices, context_notify notify, void *data,
                                             cl_int *code_ret)
{
    CREATE(clCreateContext, cl_context, contexts, properties, count, devices, notify, data);
}

static cl_int CL_API_CALL retain_context(cl_context context)
{
    RETAIN(clRetainContext, contexts, context);
}

static cl_int CL_API_CALL release_context(cl_context context)
{
    RELEASE(clReleaseContext, contexts, context);
}

static cl_int CL_API_CALL get_context_info(cl_context of, cl_context_info what, QUERY_TAIL)
{
    PASS(clGetContextInfo, of, what, size, value, size_ret);
}

static cl_command_queue CL_API_CALL create_queue(cl_context context, cl_device_id device,
                                                 cl_command_queue_properties properties, cl_int *code_ret)
{
    CREATE(clCreateCommandQueue, cl_command_queue, queues, context, device, properties);
}

static cl_int CL_API_CALL release_queue(cl_command_queue queue)
{
    RELEASE(clReleaseCommandQueue, queues, queue);
}

static cl_int CL_API_CALL get_queue_info(cl_command_queue of, cl_command_queue_info what, QUERY_TAIL)
{
    PASS(clGetCommandQueueInfo, of, what, size, value, size_ret);
}

static cl_int CL_API_CALL finish(cl_command_queue queue)
{
    PASS_ANYWAY(clFinish, queue);
}

/* ---- buffers ---- */

static cl_mem CL_API_CALL create_buffer(cl_context context, cl_mem_flags flags, size_t size, void *host,
                                        cl_int *code_ret)
{
    if (give_code(limits_check_buffer(size), code_ret) != 0) {
        return NULL;
    }
    CREATE(clCreateBuffer, cl_mem, buffers, context, flags, size, host);
}

/* Only counted, as nothing but the examples calls it, and so are the functions of shared memory. */
static cl_mem CL_API_CALL create_sub_buffer(cl_mem of, cl_mem_flags flags, cl_buffer_create_type type,
                                            const void *region, cl_int *code_ret)
{
    cl_mem made = next->clCreateSubBuffer(of, flags, type, region, code_ret);
    change(&live_counts.buffers, made != NULL);
    return made;
}

static cl_int CL_API_CALL retain_buffer(cl_mem buffer)
{
    RETAIN(clRetainMemObject, buffers, buffer);
}

static cl_int CL_API_CALL release_buffer(cl_mem buffer)
{
    RELEASE(clReleaseMemObject, buffers, buffer);
}

static cl_int CL_API_CALL get_buffer_info(cl_mem of, cl_mem_info what, QUERY_TAIL)
{
    PASS(clGetMemObjectInfo, of, what, size, value, size_ret);
}

/* ---- programs and kernels ---- */

static cl_program CL_API_CALL create_program(cl_context context, cl_uint count, const char **texts, const size_t *sizes,
                                             cl_int *code_ret)
{
    CREATE(clCreateProgramWithSource, cl_program, programs, context, count, texts, sizes);
}

static cl_program CL_API_CALL create_program_with_binary(cl_context context, cl_uint count, const cl_device_id *devices,
                                                         const size_t *sizes, const unsigned char **binaries,
                                                         cl_int *codes, cl_int *code_ret)
{
    CREATE(clCreateProgramWithBinary, cl_program, programs, context, count, devices, sizes, binaries, codes);
}

static cl_int CL_API_CALL retain_program(cl_program program)
{
    RETAIN(clRetainProgram, programs, program);
}

static cl_int CL_API_CALL release_program(cl_program program)
{
    RELEASE(clReleaseProgram, programs, program);
}

typedef void(CL_CALLBACK *build_notify)(cl_program, void *);

static cl_int CL_API_CALL build_program(cl_program program, cl_uint count, const cl_device_id *devices,
                                        const char *options, build_notify notify, void *data)
{
    if (limits_check_build(options) != CL_SUCCESS) {
        return limits_check_build(options);
    }
    PASS(clBuildProgram, program, count, devices, options, notify, data);
}

static cl_int CL_API_CALL get_program_info(cl_program of, cl_program_info what, QUERY_TAIL)
{
    PASS(clGetProgramInfo, of, what, size, value, size_ret);
}

static cl_int CL_API_CALL get_build_info(cl_program of, cl_device_id device, cl_program_build_info what, QUERY_TAIL)
{
    PASS(clGetProgramBuildInfo, of, device, what, size, value, size_ret);
}

/** What it needs before any argument is set. */
static void note_kernel(cl_kernel kernel)
{
    cl_context context = NULL;
    cl_device_id devices[16] = {NULL};
    cl_ulong bytes = 0;
    (void)next->clGetKernelInfo(kernel, CL_KERNEL_CONTEXT, sizeof(context), (void *)&context, NULL);
    (void)next->clGetContextInfo(context, CL_CONTEXT_DEVICES, sizeof(devices), (void *)devices, NULL);
    (void)next->clGetKernelWorkGroupInfo(kernel, devices[0], CL_KERNEL_LOCAL_MEM_SIZE, sizeof(bytes), &bytes, NULL);
    limits_note_kernel(kernel, bytes);
}

static cl_kernel CL_API_CALL create_kernel(cl_program program, const char *name, cl_int *code_ret)
{
    if (give_code(fault_strike(FAULT_clCreateKernel), code_ret) != 0) {
        return NULL;
    }
    cl_kernel made = next->clCreateKernel(program, name, code_ret);
    if (made != NULL) {
        change(&live_counts.kernels, 1);
        note_kernel(made);
    }
    return made;
}

static cl_int CL_API_CALL release_kernel(cl_kernel kernel)
{
    RELEASE(clReleaseKernel, kernels, kernel);
}

static cl_int CL_API_CALL set_argument(cl_kernel kernel, cl_uint index, size_t size, const void *value)
{
    const int code = fault_strike(FAULT_clSetKernelArg);
    const cl_int own = code != 0 ? code : next->clSetKernelArg(kernel, index, size, value);
    if (own == CL_SUCCESS) {
        limits_note_argument(kernel, index, size, value);
    }
    return own;
}

static cl_int CL_API_CALL get_group_info(cl_kernel of, cl_device_id device, cl_kernel_work_group_info what, QUERY_TAIL)
{
    const int code = fault_strike(FAULT_clGetKernelWorkGroupInfo);
    const cl_int own = code != 0 ? code : next->clGetKernelWorkGroupInfo(of, device, what, size, value, size_ret);
    if (own == CL_SUCCESS && value != NULL) {
        limits_apply_to_kernel(what, size, value);
    }
    return own;
}

/* ---- events ---- */

static cl_int CL_API_CALL get_event_info(cl_event of, cl_event_info what, QUERY_TAIL)
{
    PASS(clGetEventInfo, of, what, size, value, size_ret);
}

static cl_int CL_API_CALL get_profiling_info(cl_event of, cl_profiling_info what, QUERY_TAIL)
{
    PASS(clGetEventProfilingInfo, of, what, size, value, size_ret);
}

static cl_int CL_API_CALL release_event(cl_event event)
{
    RELEASE(clReleaseEvent, events, event);
}

static cl_event CL_API_CALL create_user_event(cl_context context, cl_int *code_ret)
{
    cl_event made = next->clCreateUserEvent(context, code_ret);
    change(&live_counts.events, made != NULL);
    return made;
}

/* ---- enqueueing ---- */

static cl_int CL_API_CALL enqueue_read(cl_command_queue queue, cl_mem buffer, cl_bool waits, size_t offset, size_t size,
                                       void *to, WAIT_TAIL)
{
    ENQUEUE(clEnqueueReadBuffer, queue, buffer, waits, offset, size, to);
}

static cl_int CL_API_CALL enqueue_write(cl_command_queue queue, cl_mem buffer, cl_bool waits, size_t offset,
                                        size_t size, const void *from, WAIT_TAIL)
{
    ENQUEUE(clEnqueueWriteBuffer, queue, buffer, waits, offset, size, from);
}

static cl_int CL_API_CALL enqueue_fill(cl_command_queue queue, cl_mem buffer, const void *pattern, size_t pattern_size,
                                       size_t offset, size_t size, WAIT_TAIL)
{
    ENQUEUE(clEnqueueFillBuffer, queue, buffer, pattern, pattern_size, offset, size);
}

static cl_int CL_API_CALL enqueue_kernel(cl_command_queue queue, cl_kernel kernel, cl_uint rank, const size_t *offset,
                                         const size_t *global, const size_t *local, WAIT_TAIL)
{
    const cl_int limit = limits_check_launch(kernel, rank, local);
    if (limit != CL_SUCCESS) {
        return limit;
    }
    ENQUEUE(clEnqueueNDRangeKernel, queue, kernel, rank, offset, global, local);
}

static cl_int CL_API_CALL enqueue_marker(cl_command_queue queue, WAIT_TAIL)
{
    ENQUEUE(clEnqueueMarkerWithWaitList, queue);
}

static cl_int CL_API_CALL enqueue_map(cl_command_queue queue, cl_bool waits, cl_map_flags flags, void *shared,
                                      size_t size, WAIT_TAIL)
{
    const cl_int own = next->clEnqueueSVMMap(queue, waits, flags, shared, size, num_wait, wait_list, event);
    change(&live_counts.events, own == CL_SUCCESS && event != NULL);
    return own;
}

static cl_int CL_API_CALL enqueue_unmap(cl_command_queue queue, void *shared, WAIT_TAIL)
{
    const cl_int own = next->clEnqueueSVMUnmap(queue, shared, num_wait, wait_list, event);
    change(&live_counts.events, own == CL_SUCCESS && event != NULL);
    return own;
}

/* ---- the loader's side ---- */

static void fill_dispatch(void)
{
    dispatch.clGetPlatformIDs = get_platforms;
    dispatch.clGetPlatformInfo = get_platform_info;
    dispatch.clGetDeviceIDs = get_devices;
    dispatch.clGetDeviceInfo = get_device_info;
    dispatch.clRetainDevice = retain_device;
    dispatch.clReleaseDevice = release_device;
    dispatch.clCreateContext = create_context;
    dispatch.clRetainContext = retain_context;
    dispatch.clReleaseContext = release_context;
    dispatch.clGetContextInfo = get_context_info;
    dispatch.clCreateCommandQueue = create_queue;
    dispatch.clReleaseCommandQueue = release_queue;
    dispatch.clGetCommandQueueInfo = get_queue_info;
    dispatch.clFinish = finish;
    dispatch.clCreateBuffer = create_buffer;
    dispatch.clCreateSubBuffer = create_sub_buffer;
    dispatch.clRetainMemObject = retain_buffer;
    dispatch.clReleaseMemObject = release_buffer;
    dispatch.clGetMemObjectInfo = get_buffer_info;
    dispatch.clCreateProgramWithSource = create_program;
    dispatch.clCreateProgramWithBinary = create_program_with_binary;
    dispatch.clRetainProgram = retain_program;
    dispatch.clReleaseProgram = release_program;
    dispatch.clBuildProgram = build_program;
    dispatch.clGetProgramInfo = get_program_info;
    dispatch.clGetProgramBuildInfo = get_build_info;
    dispatch.clCreateKernel = create_kernel;
    dispatch.clReleaseKernel = release_kernel;
    dispatch.clSetKernelArg = set_argument;
    dispatch.clGetKernelWorkGroupInfo = get_group_info;
    dispatch.clGetEventInfo = get_event_info;
    dispatch.clGetEventProfilingInfo = get_profiling_info;
    dispatch.clReleaseEvent = release_event;
    dispatch.clCreateUserEvent = create_user_event;
    dispatch.clEnqueueReadBuffer = enqueue_read;
    dispatch.clEnqueueWriteBuffer = enqueue_write;
    dispatch.clEnqueueFillBuffer = enqueue_fill;
    dispatch.clEnqueueNDRangeKernel = enqueue_kernel;
    dispatch.clEnqueueMarkerWithWaitList = enqueue_marker;
    dispatch.clEnqueueSVMMap = enqueue_map;
    dispatch.clEnqueueSVMUnmap = enqueue_unmap;
}

CL_API_ENTRY cl_int CL_API_CALL clGetLayerInfo(cl_layer_info what, size_t size, void *value, size_t *size_ret)
{
    const cl_layer_api_version version = CL_LAYER_API_VERSION_100;
    if (what != CL_LAYER_API_VERSION || (value != NULL && size < sizeof(version))) {
        return CL_INVALID_VALUE;
    }
    if (value != NULL) {
        memcpy(value, &version, sizeof(version));
    }
    if (size_ret != NULL) {
        *size_ret = sizeof(version);
    }
    return CL_SUCCESS;
}

CL_API_ENTRY cl_int CL_API_CALL clInitLayer(cl_uint count, const struct _cl_icd_dispatch *target, cl_uint *count_ret,
                                            const struct _cl_icd_dispatch **layer)
{
    if (target == NULL || count_ret == NULL || layer == NULL || count < sizeof(dispatch) / sizeof(void *)) {
        return CL_INVALID_VALUE;
    }
    next = target;
    memcpy(&dispatch, target, sizeof(dispatch));
    fill_dispatch();
    *layer = &dispatch;
    *count_ret = sizeof(dispatch) / sizeof(void *);
    return CL_SUCCESS;
}
