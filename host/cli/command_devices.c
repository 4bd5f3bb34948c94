/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "device_facts.h"
#include "json_parts.h"
#include "report.h"
#include "target.h"

/* What is said about one device. */
typedef struct device_state {
    device_facts facts;
    bool usable;
    message reason; /* where it is not usable */
} device_state;

static void learn(const device_entry *entry, device_state *state)
{
    target tried;
    device_facts_learn(entry->device, &state->facts);
    state->usable = target_open_device(&tried, entry, &state->reason);
    if (state->usable) {
        target_close(&tried);
    }
}

static double mebibytes(cl_ulong bytes)
{
    return (double)bytes / (1024.0 * 1024.0);
}

static void print_device(const device_entry *entry, const device_state *state)
{
    const device_facts *facts = &state->facts;
    (void)printf("%s  %s\n", entry->index, entry->name);
    (void)printf("  platform        %s\n", entry->platform_name);
    (void)printf("  type            %s\n", device_type_name(entry->type));
    (void)printf("  version         %s\n", facts->version);
    (void)printf("  driver          %s\n", facts->driver);
    (void)printf("  compute units   %" PRIu32 "\n", (uint32_t)facts->compute_units);
    (void)printf("  memory          %.0f MiB, at most %.0f MiB in one buffer\n", mebibytes(facts->memory),
                 mebibytes(facts->max_allocation));
    (void)printf("  work-group      at most %zu items\n", facts->max_work_group);
    (void)printf("  usable          %s%s\n", state->usable ? "yes" : "no: ", state->usable ? "" : state->reason.text);
}

static json_t *device_json(const device_entry *entry, const device_state *state)
{
    const device_facts *facts = &state->facts;
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:b, s:s?}", "index", entry->index, "name",
                     entry->name, "platform", entry->platform_name, "type", device_type_name(entry->type), "version",
                     facts->version, "driver", facts->driver, "compute_units", (json_int_t)facts->compute_units,
                     "memory_bytes", (json_int_t)facts->memory, "max_allocation_bytes",
                     (json_int_t)facts->max_allocation, "max_work_group_size", (json_int_t)facts->max_work_group,
                     "usable", state->usable ? 1 : 0, "reason", state->usable ? NULL : state->reason.text);
}

static void print_list(const device_list *list)
{
    size_t i;
    for (i = 0; i < list->count; i++) {
        device_state state;
        learn(&list->entries[i], &state);
        (void)printf("%s", i > 0 ? "\n" : "");
        print_device(&list->entries[i], &state);
    }
}

static exit_code print_json(const device_list *list)
{
    json_t *all = json_array();
    char *text;
    size_t i;
    for (i = 0; all != NULL && i < list->count; i++) {
        device_state state;
        learn(&list->entries[i], &state);
        all = json_appended(all, device_json(&list->entries[i], &state));
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
