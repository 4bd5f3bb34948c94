/* SPDX-License-Identifier: Apache-2.0 */
#include "wanted_device.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device_list.h"

static int is_wanted(const device_entry *entry, const char *wanted)
{
    return strcmp(wanted, "gpu") == 0
               ? (entry->type & (CL_DEVICE_TYPE_GPU | CL_DEVICE_TYPE_ACCELERATOR)) != 0
               : strstr(entry->platform_name, wanted) != NULL || strstr(entry->name, wanted) != NULL;
}

const char *wanted_device(void)
{
    static char index[sizeof(((device_entry *)NULL)->index)];
    const char *wanted = getenv("CLPOOL_TEST_DEVICE");
    device_list list = {0};
    index[0] = '\0';
    if (device_list_load(&list) != EXIT_DONE) {
        return NULL;
    }
    for (size_t i = 0; i < list.count && index[0] == '\0'; i++) {
        if (is_wanted(&list.entries[i], wanted == NULL ? "" : wanted)) {
            (void)snprintf(index, sizeof(index), "%s", list.entries[i].index);
        }
    }
    device_list_free(&list);
    return index[0] == '\0' ? NULL : index;
}
