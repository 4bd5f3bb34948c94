/* SPDX-License-Identifier: Apache-2.0 */
#include "arena.h"
#include "failure.h"
#include "memory.h"

static size_t sub_buffer_alignment(cl_device_id device)
{
    cl_uint bits = 0;
    check_cl(clGetDeviceInfo(device, CL_DEVICE_MEM_BASE_ADDR_ALIGN, sizeof(bits), &bits, NULL), "clGetDeviceInfo");
    return bits / 8 > sizeof(float) ? bits / 8 : sizeof(float);
}

static void lay_out(struct arena *planned, cl_device_id device, extent picture)
{
    extent pooled = pooled_extent(picture, first_window);
    extent pooled_twice = pooled_extent(pooled, second_window);
    size_t alignment = sub_buffer_alignment(device);
    planned->region_bytes[REGION_PICTURE] = COLOURS * pixels_of(picture);
    planned->region_bytes[REGION_FILTER] = sizeof(outline_filter);
    planned->region_bytes[REGION_PLANES] = COLOURS * pixels_of(picture) * sizeof(float);
    planned->region_bytes[REGION_OUTLINES] = COLOURS * pixels_of(picture) * sizeof(float);
    planned->region_bytes[REGION_POOLED] = COLOURS * pixels_of(pooled) * sizeof(float);
    planned->region_bytes[REGION_POOLED_TWICE] = COLOURS * pixels_of(pooled_twice) * sizeof(float);
    planned->region_bytes[REGION_RESULT] = COLOURS * pixels_of(pooled_twice);
    for (int i = 0; i < REGIONS; i++) {
        planned->region_offset[i] = planned->bytes;
        planned->bytes += (planned->region_bytes[i] + alignment - 1) / alignment * alignment;
    }
}

struct arena arena_create(cl_command_queue transfer_queue, extent picture)
{
    struct arena created = {.queue = transfer_queue};
    cl_device_id device = NULL;
    check_cl(clGetCommandQueueInfo(transfer_queue, CL_QUEUE_CONTEXT, sizeof(created.context), &created.context, NULL),
             "clGetCommandQueueInfo");
    check_cl(clGetCommandQueueInfo(transfer_queue, CL_QUEUE_DEVICE, sizeof(device), &device, NULL),
             "clGetCommandQueueInfo");
    lay_out(&created, device, picture);
    memory_allocate(&created, device);
    for (int i = 0; i < REGIONS; i++) {
        cl_buffer_region place = {created.region_offset[i], created.region_bytes[i]};
        cl_int code = CL_SUCCESS;
        created.regions[i] =
            clCreateSubBuffer(created.whole, CL_MEM_READ_WRITE, CL_BUFFER_CREATE_TYPE_REGION, &place, &code);
        check_cl(code, "clCreateSubBuffer");
    }
    return created;
}

void arena_destroy(struct arena *destroyed)
{
    for (int i = 0; i < REGIONS; i++) {
        clReleaseMemObject(destroyed->regions[i]);
    }
    memory_free(destroyed);
}
