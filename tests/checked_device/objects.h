/* SPDX-License-Identifier: Apache-2.0 */
/* The checked device: an OpenCL implementation for tests, loaded by the ICD loader in place of a driver. Kernels become
 * native code with AddressSanitizer and UndefinedBehaviorSanitizer, a buffer is a block of memory of its own, and each
 * launch runs before its enqueueing returns, in several orders of the work-items, which must all give the same bytes.
 * What it finds wrong ends the process.
 *
 * It has what clpool and its tests call, and no more. */
#ifndef CLPOOL_TESTS_CHECKED_OBJECTS_H
#define CLPOOL_TESTS_CHECKED_OBJECTS_H

#include <CL/cl_icd.h>

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

/** What the ICD loader calls; see platform.c. */
extern const cl_icd_dispatch checked_dispatch;

/** Of the first byte of a buffer: enough for every vector. */
enum { BUFFER_ALIGNMENT = 128 };

/** What a device says of itself, and does. */
struct profile {
    const char *name; /* of platform and device */
    cl_device_type type;
    cl_uint vector_width; /* of floats */
    cl_uint compute_units;
    size_t group_limit;
    cl_ulong local_bytes;
    cl_device_local_mem_type local_type;
    bool keeps_denormals; /* else f32 arithmetic flushes them */
    bool has_f64;
};

struct _cl_device_id {
    const cl_icd_dispatch *dispatch; /* the loader wants it first in every object */
    cl_platform_id platform;
    const struct profile *profile;
};

struct _cl_platform_id {
    const cl_icd_dispatch *dispatch;
    struct _cl_device_id device;
};

struct _cl_context {
    const cl_icd_dispatch *dispatch;
    atomic_uint references;
    cl_device_id device;
};

struct _cl_command_queue {
    const cl_icd_dispatch *dispatch;
    atomic_uint references;
    cl_context context;
    cl_command_queue_properties properties;
};

/** Of a command that is done. */
struct _cl_event {
    const cl_icd_dispatch *dispatch;
    atomic_uint references;
    cl_command_queue queue;
    cl_command_type type;
};

struct _cl_mem {
    const cl_icd_dispatch *dispatch;
    atomic_uint references;
    cl_context context;
    cl_mem_flags flags;
    size_t size;
    unsigned char *bytes;
    cl_mem parent; /* of a sub-buffer, else NULL */
    size_t origin;
};

struct _cl_program {
    const cl_icd_dispatch *dispatch;
    atomic_uint references;
    cl_context context;
    char **parts;
    cl_uint part_count;
    struct module *module; /* NULL: not built */
    char *log;
};

/** An argument as clSetKernelArg() gave it. */
struct argument {
    bool is_set;
    size_t size; /* of a value, or of local memory */
    cl_mem buffer;
    _Alignas(64) unsigned char value[128];
};

struct _cl_kernel {
    const cl_icd_dispatch *dispatch;
    atomic_uint references;
    cl_program program;
    const struct kernel_signature *signature;
    struct argument *arguments;
};

/** Answers a query of clGet...Info(): `bytes` of `value` into `into`, which has `size` bytes. */
cl_int info_give(const void *value, size_t bytes, size_t size, void *into, size_t *size_needed);

/** The event of a command that is done, where one is asked for. */
cl_int event_give(cl_command_queue queue, cl_command_type type, cl_event *event);

/** Says what is wrong with a kernel or a call, and ends the process. */
_Noreturn void checked_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
