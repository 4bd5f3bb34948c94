/* SPDX-License-Identifier: Apache-2.0 */
/* Calls that fail when a test wants them to, and a count of what is alive.
 *
 * One shared library has both: a layer of the OpenCL loader (OPENCL_LAYERS names the library), and wrappers of the
 * system's functions for programs linked with -Wl,--wrap=NAME. So only calls of our own code fail, and never one that
 * a driver makes. A test arms a fault by these functions; a child process gets it by the environment:
 *
 * CLPOOL_FAULT         CALL:NTH:CODE[:on], as in clCreateKernel:2:-5; with "on" all later calls fail as well
 * CLPOOL_FAULT_REPORT  a file for faults_report(), written when the process ends by itself
 */
#ifndef CLPOOL_TESTS_FAULTS_H
#define CLPOOL_TESTS_FAULTS_H

#include <stdbool.h>
#include <stddef.h>

/** The entry points that the library and the command call; ci/check-fault-calls holds them to that. A release that
 * fails has released all the same, and a clFinish() that fails has waited: there is nothing else to do after them. */
#define FAULT_OPENCL_CALLS(X)                                                                                          \
    X(clGetPlatformIDs)                                                                                                \
    X(clGetPlatformInfo)                                                                                               \
    X(clGetDeviceIDs)                                                                                                  \
    X(clGetDeviceInfo)                                                                                                 \
    X(clRetainDevice)                                                                                                  \
    X(clReleaseDevice)                                                                                                 \
    X(clCreateContext)                                                                                                 \
    X(clRetainContext)                                                                                                 \
    X(clReleaseContext)                                                                                                \
    X(clGetContextInfo)                                                                                                \
    X(clCreateCommandQueue)                                                                                            \
    X(clReleaseCommandQueue)                                                                                           \
    X(clGetCommandQueueInfo)                                                                                           \
    X(clCreateBuffer)                                                                                                  \
    X(clRetainMemObject)                                                                                               \
    X(clReleaseMemObject)                                                                                              \
    X(clGetMemObjectInfo)                                                                                              \
    X(clCreateProgramWithSource)                                                                                       \
    X(clCreateProgramWithBinary)                                                                                       \
    X(clRetainProgram)                                                                                                 \
    X(clReleaseProgram)                                                                                                \
    X(clBuildProgram)                                                                                                  \
    X(clGetProgramInfo)                                                                                                \
    X(clGetProgramBuildInfo)                                                                                           \
    X(clCreateKernel)                                                                                                  \
    X(clReleaseKernel)                                                                                                 \
    X(clSetKernelArg)                                                                                                  \
    X(clGetKernelWorkGroupInfo)                                                                                        \
    X(clGetEventInfo)                                                                                                  \
    X(clReleaseEvent)                                                                                                  \
    X(clGetEventProfilingInfo)                                                                                         \
    X(clFinish)                                                                                                        \
    X(clEnqueueReadBuffer)                                                                                             \
    X(clEnqueueWriteBuffer)                                                                                            \
    X(clEnqueueFillBuffer)                                                                                             \
    X(clEnqueueNDRangeKernel)                                                                                          \
    X(clEnqueueMarkerWithWaitList)

/** Those that give memory; they fail with ENOMEM. */
#define FAULT_MEMORY_CALLS(X)                                                                                          \
    X(malloc)                                                                                                          \
    X(calloc)                                                                                                          \
    X(realloc)                                                                                                         \
    X(aligned_alloc)                                                                                                   \
    X(strdup)

/** What else the system may refuse; they fail with the fault's code as errno (pthread_create returns it). close() and
 * fclose() close all the same. */
#define FAULT_SYSTEM_CALLS(X)                                                                                          \
    X(pthread_create)                                                                                                  \
    X(pthread_mutex_init)                                                                                              \
    X(open)                                                                                                            \
    X(openat)                                                                                                          \
    X(fopen)                                                                                                           \
    X(fread)                                                                                                           \
    X(fclose)                                                                                                          \
    X(read)                                                                                                            \
    X(write)                                                                                                           \
    X(close)                                                                                                           \
    X(fstat)                                                                                                           \
    X(fchmod)                                                                                                          \
    X(fsync)                                                                                                           \
    X(mkdir)                                                                                                           \
    X(mkstemp)                                                                                                         \
    X(rename)                                                                                                          \
    X(renameat)

typedef enum fault_call {
#define FAULT_ENUMERATOR(name) FAULT_##name,
    FAULT_OPENCL_CALLS(FAULT_ENUMERATOR) FAULT_MEMORY_CALLS(FAULT_ENUMERATOR) FAULT_SYSTEM_CALLS(FAULT_ENUMERATOR)
        FAULT_CALLS
#undef FAULT_ENUMERATOR
} fault_call;

/** A fault: call number `nth` of `call`, counted from 1, fails with `code`; with `stays_on` all later ones too. */
struct fault {
    fault_call call;
    size_t nth;
    int code; /* an OpenCL error, or a value of errno */
    bool stays_on;
};

const char *fault_call_name(fault_call call);
bool fault_is_opencl(fault_call call);
bool fault_is_memory(fault_call call);

/** Counts calls from 0 again, and lets this one fail; NULL: none. */
void fault_arm(const struct fault *fault);

/** Ends counting and failing. Whether the fault was reached. */
bool fault_disarm(void);

/** Calls between the latest fault_arm() and fault_disarm(), or so far. */
size_t fault_calls(fault_call call);

/** What is alive: OpenCL objects by their references, and blocks of memory that wrapped functions gave. */
#define FAULT_LIVE(X)                                                                                                  \
    X(contexts)                                                                                                        \
    X(devices)                                                                                                         \
    X(queues)                                                                                                          \
    X(buffers)                                                                                                         \
    X(programs)                                                                                                        \
    X(kernels)                                                                                                         \
    X(events)                                                                                                          \
    X(blocks)                                                                                                          \
    X(files)

struct live {
#define LIVE_FIELD(name) long name;
    FAULT_LIVE(LIVE_FIELD)
#undef LIVE_FIELD
};

struct live faults_live(void);

/** Writes what differs between the two as text, as in "kernels +1"; empty where nothing does. */
void live_difference(const struct live *before, const struct live *after, char *text, size_t size);

/** Writes "reached 0|1", the counts of what is alive and those of all calls that were made, a line each. */
bool faults_report(const char *path);

#endif
