/* SPDX-License-Identifier: Apache-2.0 */
#include "device_facts.h"

#include <string.h>

void device_facts_learn(cl_device_id device, device_facts *learned)
{
    const struct {
        cl_device_info property;
        size_t size;
        void *value;
    } rows[] = {
        {CL_DEVICE_TYPE, sizeof(learned->type), &learned->type},
        {CL_DEVICE_MAX_COMPUTE_UNITS, sizeof(learned->compute_units), &learned->compute_units},
        {CL_DEVICE_GLOBAL_MEM_SIZE, sizeof(learned->memory), &learned->memory},
        {CL_DEVICE_MAX_MEM_ALLOC_SIZE, sizeof(learned->max_allocation), &learned->max_allocation},
        {CL_DEVICE_MAX_WORK_GROUP_SIZE, sizeof(learned->max_work_group), &learned->max_work_group},
        {CL_DEVICE_LOCAL_MEM_SIZE, sizeof(learned->local_memory), &learned->local_memory},
        {CL_DEVICE_LOCAL_MEM_TYPE, sizeof(learned->local_type), &learned->local_type},
        {CL_DEVICE_QUEUE_PROPERTIES, sizeof(learned->queues), &learned->queues},
    };
    size_t i;
    memset(learned, 0, sizeof(*learned));
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        (void)clGetDeviceInfo(device, rows[i].property, rows[i].size, rows[i].value, NULL);
    }
    device_text(device, CL_DEVICE_VERSION, learned->version);
    device_text(device, CL_DRIVER_VERSION, learned->driver);
}
