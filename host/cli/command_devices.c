/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "json_parts.h"
#include "report.h"
#include "target.h"

/* What is said about one device. */
typedef struct device_facts {
    char version[DEVICE_TEXT_BYTES];
    char driver[DEVICE_TEXT_BYTES];
    cl_uint compute_units;
    cl_ulong memory;
    cl_ulong max_allocation;
    size_t max_work_group;
    bool usable;
    message reason; /* where it is not usable */
} device_facts;

/* What a device does not tell stays 0. */
static void learn(const device_entry *entry, device_facts *facts)
{
    const struct {
        cl_device_info property;
        size_t size;
        void *value;
    } rows[] = {
        {CL_DEVICE_MAX_COMPUTE_UNITS, sizeof(facts->compute_units), &facts->compute_units},
        {CL_DEVICE_GLOBAL_MEM_SIZE, sizeof(facts->memory), &facts->memory},
        {CL_DEVICE_MAX_MEM_ALLOC_SIZE, sizeof(facts->max_allocation), &facts->max_allocation},
        {CL_DEVICE_MAX_WORK_GROUP_SIZE, sizeof(facts->max_work_group), &facts->max_work_group},
    };
    target tried;
    size_t i;
    memset(facts, 0, sizeof(*facts));
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        (void)clGetDeviceInfo(entry->device, rows[i].property, rows[i].size, rows[i].value, NULL);
    }
    device_text(entry->device, CL_DEVICE_VERSION, facts->version);
    device_text(entry->device, CL_DRIVER_VERSION, facts->driver);
    facts->usable = target_open_device(&tried, entry, &facts->reason);
    if (facts->usable) {
        target_close(&tried);
    }
}

static double mebibytes(cl_ulong bytes)
{
    return (double)bytes / (1024.0 * 1024.0);
}

static void print_device(const device_entry *entry, const device_facts *facts)
{
    (void)printf("%s  %s\n", entry->index, entry->name);
    (void)printf("  platform        %s\n", entry->platform_name);
    (void)printf("  type            %s\n", device_type_name(entry->type));
    (void)printf("  version         %s\n", facts->version);
    (void)printf("  driver          %s\n", facts->driver);
    (void)printf("  compute units   %" PRIu32 "\n", (uint32_t)facts->compute_units);
    (void)printf("  memory          %.0f MiB, at most %.0f MiB in one buffer\n", mebibytes(facts->memory),
                 mebibytes(facts->max_allocation));
    (void)printf("  work-group      at most %zu items\n", facts->max_work_group);
    (void)printf("  usable          %s%s\n", facts->usable ? "yes" : "no: ", facts->usable ? "" : facts->reason.text);
}

static json_t *device_json(const device_entry *entry, const device_facts *facts)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:b, s:s?}", "index", entry->index, "name",
                     entry->name, "platform", entry->platform_name, "type", device_type_name(entry->type), "version",
                     facts->version, "driver", facts->driver, "compute_units", (json_int_t)facts->compute_units,
                     "memory_bytes", (json_int_t)facts->memory, "max_allocation_bytes",
                     (json_int_t)facts->max_allocation, "max_work_group_size", (json_int_t)facts->max_work_group,
                     "usable", facts->usable ? 1 : 0, "reason", facts->usable ? NULL : facts->reason.text);
}

static void print_list(const device_list *list)
{
    size_t i;
    for (i = 0; i < list->count; i++) {
        device_facts facts;
        learn(&list->entries[i], &facts);
        (void)printf("%s", i > 0 ? "\n" : "");
        print_device(&list->entries[i], &facts);
    }
}

static exit_code print_json(const device_list *list)
{
    json_t *all = json_array();
    char *text;
    size_t i;
    for (i = 0; all != NULL && i < list->count; i++) {
        device_facts facts;
        learn(&list->entries[i], &facts);
        all = json_appended(all, device_json(&list->entries[i], &facts));
    }
    text = json_text(all);
    json_decref(all);
    if (text == NULL) {
        return report_no_memory();
    }
    (void)printf("%s\n", text);
    free(text);
    return EXIT_DONE;
}

static exit_code run_devices(const options *given)
{
    device_list list;
    exit_code code = device_list_load(&list);
    if (code != EXIT_DONE) {
        return code;
    }
    if (given->json) {
        code = print_json(&list);
    } else {
        print_list(&list);
    }
    if (code == EXIT_DONE && list.count == 0) {
        code = report_error(EXIT_DEVICE_FAILED, "%s", device_list_none(&list));
    }
    device_list_free(&list);
    return code;
}

const command command_devices = {
    .syntax = {.name = "devices", .flags = FLAGS_JSON},
    .summary = "lists the OpenCL devices",
    .help =
        "usage: clpool devices [--json]\n"
        "\n"
        "Lists the OpenCL devices of this machine: for each its index, by which --device knows it, its name, what it\n"
        "has, and whether clpool can use it. --json prints the same as a JSON array.\n"
        "Exits with 3 if there is none.\n",
    .run = run_devices,
};
