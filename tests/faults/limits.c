/* SPDX-License-Identifier: Apache-2.0 */
#include "faults/limits_state.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_KERNELS = 1024, MOST_ARGUMENTS = 40 };

static struct limits limits;

/** Local memory of kernels; a handle that comes again is a new kernel. */
static struct kernel_memory {
    cl_kernel kernel;
    size_t own;
    size_t argument[MOST_ARGUMENTS];
} kernels[MOST_KERNELS];
static size_t kernel_count;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; /* guards these */

void limits_set(const struct limits *wanted)
{
    limits = *wanted;
}

/* ---- what the device says ---- */

static void apply_size(size_t limit, size_t size, void *value)
{
    size_t own = 0;
    if (limit != 0 && size >= sizeof(own)) {
        memcpy(&own, value, sizeof(own));
        own = own < limit ? own : limit;
        memcpy(value, &own, sizeof(own));
    }
}

static void put(bool is_wanted, size_t size, void *value, cl_uint put)
{
    if (is_wanted && size >= sizeof(put)) {
        memcpy(value, &put, sizeof(put));
    }
}

void limits_apply(cl_device_info what, size_t size, void *value)
{
    switch (what) {
    case CL_DEVICE_MAX_WORK_GROUP_SIZE:
    case CL_DEVICE_MAX_WORK_ITEM_SIZES: /* the first of them */
        apply_size(limits.work_group, size, value);
        break;
    case CL_DEVICE_LOCAL_MEM_SIZE:
        apply_size(limits.local_bytes, size, value);
        break;
    case CL_DEVICE_MAX_MEM_ALLOC_SIZE:
        apply_size(limits.allocation, size, value);
        break;
    case CL_DEVICE_LOCAL_MEM_TYPE:
        put(limits.local_bytes != 0, size, value, CL_LOCAL);
        break;
    case CL_DEVICE_ADDRESS_BITS:
        put(limits.address_bits != 0, size, value, limits.address_bits);
        break;
    case CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT:
        put(limits.has_narrow_items, size, value, 1);
        break;
    case CL_DEVICE_DOUBLE_FP_CONFIG:
        if (limits.lacks_f64) {
            memset(value, 0, size);
        }
        break;
    default:
        break;
    }
}

void limits_apply_to_kernel(cl_kernel_work_group_info what, size_t size, void *value)
{
    if (what == CL_KERNEL_WORK_GROUP_SIZE) {
        apply_size(limits.work_group, size, value);
    }
}

/* ---- what it does ---- */

cl_int limits_check_buffer(size_t bytes)
{
    return limits.allocation != 0 && bytes > limits.allocation ? CL_INVALID_BUFFER_SIZE : CL_SUCCESS;
}

cl_int limits_check_build(const char *options)
{
    return limits.lacks_f64 && options != NULL && strstr(options, "DTYPE_F64") != NULL ? CL_BUILD_PROGRAM_FAILURE
                                                                                       : CL_SUCCESS;
}

/** NULL where it is not known; the caller holds the mutex. */
static struct kernel_memory *find_kernel(cl_kernel kernel)
{
    size_t i = 0;
    while (i < kernel_count && kernels[i].kernel != kernel) {
        i++;
    }
    return i < kernel_count ? &kernels[i] : NULL;
}

void limits_note_kernel(cl_kernel kernel, cl_ulong bytes)
{
    (void)pthread_mutex_lock(&mutex);
    struct kernel_memory *noted = find_kernel(kernel);
    if (noted == NULL && kernel_count < MOST_KERNELS) {
        noted = &kernels[kernel_count++];
    }
    if (noted != NULL) {
        *noted = (struct kernel_memory){.kernel = kernel, .own = (size_t)bytes};
    }
    (void)pthread_mutex_unlock(&mutex);
}

void limits_note_argument(cl_kernel kernel, cl_uint index, size_t size, const void *value)
{
    (void)pthread_mutex_lock(&mutex);
    struct kernel_memory *noted = find_kernel(kernel);
    if (noted != NULL && index < MOST_ARGUMENTS) {
        noted->argument[index] = value == NULL ? size : 0;
    }
    (void)pthread_mutex_unlock(&mutex);
}

static size_t local_bytes(cl_kernel kernel)
{
    size_t bytes = 0;
    (void)pthread_mutex_lock(&mutex);
    const struct kernel_memory *noted = find_kernel(kernel);
    for (size_t i = 0; noted != NULL && i < MOST_ARGUMENTS; i++) {
        bytes += noted->argument[i];
    }
    bytes += noted == NULL ? 0 : noted->own;
    (void)pthread_mutex_unlock(&mutex);
    return bytes;
}

cl_int limits_check_launch(cl_kernel kernel, cl_uint rank, const size_t *local)
{
    size_t items = 1;
    for (cl_uint i = 0; local != NULL && i < rank; i++) {
        items *= local[i];
    }
    if (limits.work_group != 0 && items > limits.work_group) {
        return CL_INVALID_WORK_GROUP_SIZE;
    }
    return limits.local_bytes != 0 && local_bytes(kernel) > limits.local_bytes ? CL_OUT_OF_RESOURCES : CL_SUCCESS;
}

/* ---- a child process ---- */

__attribute__((constructor)) static void take_from_environment(void)
{
    char word[64];
    int used = 0;
    const char *at = getenv("CLPOOL_LIMITS");
    for (; at != NULL && sscanf(at, "%63s%n", word, &used) == 1; at += used) {
        size_t number = 0;
        const char *value = strchr(word, '=');
        if (value == NULL || sscanf(value, "=%zu", &number) != 1) {
            (void)fprintf(stderr, "CLPOOL_LIMITS has '%s'\n", word);
            abort();
        }
        const size_t length = (size_t)(value - word);
        limits.work_group = strncmp(word, "work_group", length) == 0 ? number : limits.work_group;
        limits.local_bytes = strncmp(word, "local", length) == 0 ? number : limits.local_bytes;
        limits.allocation = strncmp(word, "allocation", length) == 0 ? number : limits.allocation;
        limits.address_bits = strncmp(word, "address_bits", length) == 0 ? (unsigned)number : limits.address_bits;
        limits.lacks_f64 = strncmp(word, "f64", length) == 0 ? number == 0 : limits.lacks_f64;
    }
}
