/* SPDX-License-Identifier: Apache-2.0 */
/* What an OpenCL device tells about itself. */
#ifndef CLI_DEVICE_FACTS_H
#define CLI_DEVICE_FACTS_H

#include "device_list.h"

/** What a device does not tell is 0, and of texts "?". */
typedef struct device_facts {
    cl_device_type type;
    char version[DEVICE_TEXT_BYTES];
    char driver[DEVICE_TEXT_BYTES];
    cl_uint compute_units;
    cl_ulong memory;
    cl_ulong max_allocation;
    size_t max_work_group;
    cl_ulong local_memory;
    cl_device_local_mem_type local_type;
    cl_command_queue_properties queues;
} device_facts;

void device_facts_learn(cl_device_id device, device_facts *learned);

#endif
