/* SPDX-License-Identifier: Apache-2.0 */
#include "memory_sets.h"

#include <stdlib.h>
#include <string.h>

#include "report.h"
#include "size_math.h"

static size_t pitch_of(size_t bytes)
{
    return (bytes / MEMORY_SETS_ALIGNMENT + (bytes % MEMORY_SETS_ALIGNMENT != 0)) * MEMORY_SETS_ALIGNMENT;
}

/* What one buffer of the target can hold. */
static size_t largest_buffer(const target *on)
{
    cl_ulong most = SIZE_MAX;
    if (on->context != NULL &&
        clGetDeviceInfo(on->device, CL_DEVICE_MAX_MEM_ALLOC_SIZE, sizeof(most), &most, NULL) != CL_SUCCESS) {
        most = SIZE_MAX;
    }
    return most > SIZE_MAX ? SIZE_MAX : (size_t)most;
}

size_t memory_sets_count(const target *on, bool cold, size_t bytes, size_t largest)
{
    size_t wanted, fit;
    if (!cold || bytes == 0) {
        return 1;
    }
    wanted = MEMORY_SETS_COLD_BYTES / bytes + 2;
    wanted = wanted < MEMORY_SETS_MOST ? wanted : MEMORY_SETS_MOST;
    fit = largest_buffer(on) / (pitch_of(largest) > 0 ? pitch_of(largest) : 1);
    return wanted <= fit ? wanted : fit > 0 ? fit : 1;
}

static exit_code make_buffer(memory_sets *made, size_t size)
{
    const cl_uint zero = 0;
    cl_int code;
    made->buffer = clCreateBuffer(made->on->context, CL_MEM_READ_WRITE, size, NULL, &code);
    if (made->buffer == NULL) {
        return report_error(EXIT_DEVICE_FAILED, "%s: clCreateBuffer of %zu bytes failed: %s (%d)", made->on->index,
                            size, clpool_cl_error_name(code), (int)code);
    }
    /* A device that shares the host's memory has pages only where something was written. */
    code = clEnqueueFillBuffer(made->on->queue, made->buffer, &zero, sizeof(zero), 0, size, 0, NULL, NULL);
    return code == CL_SUCCESS ? EXIT_DONE : report_cl(code, "clEnqueueFillBuffer", made->on->index);
}

exit_code memory_sets_make(const target *on, size_t bytes, size_t count, memory_sets *made)
{
    size_t size;
    memset(made, 0, sizeof(*made));
    if (bytes == 0) {
        return EXIT_DONE;
    }
    if (bytes > SIZE_MAX / 2 || !size_product(pitch_of(bytes), count, &size)) {
        return report_no_memory();
    }
    made->on = on;
    made->bytes = bytes;
    made->pitch = pitch_of(bytes);
    made->count = count;
    if (on->context != NULL) {
        return make_buffer(made, size);
    }
    made->host = aligned_alloc(MEMORY_SETS_ALIGNMENT, size);
    if (made->host == NULL) {
        return report_no_memory();
    }
    memset(made->host, 0, size); /* for the same reason */
    return EXIT_DONE;
}

exit_code memory_sets_fill(const memory_sets *to, const void *from)
{
    size_t set;
    for (set = 0; set < to->count; set++) {
        cl_int code = CL_SUCCESS;
        if (to->host != NULL) {
            memcpy(memory_sets_host(to, set), from, to->bytes);
        } else {
            code = clEnqueueWriteBuffer(to->on->queue, to->buffer, CL_TRUE, set * to->pitch, to->bytes, from, 0, NULL,
                                        NULL);
        }
        if (code != CL_SUCCESS) {
            return report_cl(code, "clEnqueueWriteBuffer", to->on->index);
        }
    }
    return EXIT_DONE;
}

void *memory_sets_host(const memory_sets *of, size_t set)
{
    return of->host == NULL ? NULL : of->host + set * of->pitch;
}

clpool_buffer memory_sets_buffer(const memory_sets *of, size_t set, size_t element)
{
    return of->buffer == NULL ? clpool_none() : clpool_at(of->buffer, set * of->pitch / element);
}

void memory_sets_free(memory_sets *freed)
{
    if (freed->buffer != NULL) {
        (void)clReleaseMemObject(freed->buffer);
    }
    free(freed->host);
    memset(freed, 0, sizeof(*freed));
}
