/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "device_facts.h"
#include "element.h"
#include "json_parts.h"
#include "outlook.h"
#include "report.h"
#include "target.h"

/* What is said about one device. */
typedef struct device_state {
    device_facts facts;
    bool usable;
    message reason; /* where it is not usable; where it is, what follows says for what */
    bool dtypes[CLPOOL_I32 + 1];
    outlook_row outlook[OUTLOOK_POOLINGS];
} device_state;

static void learn(const device_entry *entry, device_state *state)
{
    target tried;
    size_t i;
    memset(state, 0, sizeof(*state));
    device_facts_learn(entry->device, &state->facts);
    state->usable = target_open_device(&tried, entry, &state->reason);
    if (state->usable) {
        outlook_make(&tried, state->outlook);
        for (i = 0; i <= CLPOOL_I32; i++) {
            state->dtypes[i] = outlook_has_dtype(&tried, (clpool_dtype)i);
        }
        target_close(&tried);
    }
}

static double mebibytes(cl_ulong bytes)
{
    return (double)bytes / (1024.0 * 1024.0);
}

static bool is_out_of_order(const device_facts *facts)
{
    return (facts->queues & CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE) != 0;
}

static const char *or_none(const char *strategy)
{
    return strategy == NULL ? "none" : strategy;
}

/* Which dtypes the device takes, and what the library runs on it. */
static void print_outlook(const device_state *state)
{
    size_t i;
    (void)printf("  dtypes         ");
    for (i = 0; i <= CLPOOL_I32; i++) {
        (void)printf("%s%s", state->dtypes[i] ? " " : "", state->dtypes[i] ? element_name((clpool_dtype)i) : "");
    }
    (void)printf("%s\n", state->dtypes[CLPOOL_F64] ? "" : " (f64 needs cl_khr_fp64, which the device lacks)");
    (void)printf("  strategies      which kernels the library runs in f32, forward and backward:\n");
    for (i = 0; i < OUTLOOK_POOLINGS; i++) {
        const outlook_row *row = &state->outlook[i];
        (void)printf("    %-26s%-10s%s\n", row->pooling, or_none(row->forward), or_none(row->backward));
    }
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
    (void)printf("  work-group      at most %zu items, %.0f KiB of local memory%s\n", facts->max_work_group,
                 (double)facts->local_memory / 1024.0,
                 facts->local_type == CL_LOCAL ? "" : ", which is global memory on this device");
    (void)printf("  queues          %s\n", is_out_of_order(facts) ? "in order and out of order" : "in order");
    (void)printf("  usable          %s%s\n", state->usable ? "yes" : "no: ", state->usable ? "" : state->reason.text);
    if (state->usable) {
        print_outlook(state);
    }
}

static json_t *dtypes_json(const device_state *state)
{
    json_t *list = json_array();
    size_t i;
    for (i = 0; state->usable && i <= CLPOOL_I32; i++) {
        if (state->dtypes[i]) {
            list = json_appended(list, json_string(element_name((clpool_dtype)i)));
        }
    }
    return list;
}

static json_t *outlook_json(const device_state *state)
{
    json_t *list = json_array();
    size_t i;
    for (i = 0; state->usable && i < OUTLOOK_POOLINGS; i++) {
        const outlook_row *row = &state->outlook[i];
        list = json_appended(list, json_pack("{s:s, s:s?, s:s?}", "pooling", row->pooling, "forward", row->forward,
                                             "backward", row->backward));
    }
    return list;
}

static json_t *device_json(const device_entry *entry, const device_state *state)
{
    const device_facts *facts = &state->facts;
    return json_joined(json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "index", entry->index, "name", entry->name,
                                 "platform", entry->platform_name, "type", device_type_name(entry->type), "version",
                                 facts->version, "driver", facts->driver),
                       json_pack("{s:I, s:I, s:I, s:I, s:I, s:b, s:b, s:s?, s:o, s:o}", "compute_units",
                                 (json_int_t)facts->compute_units, "memory_bytes", (json_int_t)facts->memory,
                                 "max_allocation_bytes", (json_int_t)facts->max_allocation, "local_memory_bytes",
                                 (json_int_t)facts->local_memory, "max_work_group_size",
                                 (json_int_t)facts->max_work_group, "out_of_order", is_out_of_order(facts), "usable",
                                 state->usable ? 1 : 0, "reason", state->usable ? NULL : state->reason.text, "dtypes",
                                 dtypes_json(state), "strategies", outlook_json(state)));
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
        "has, and whether clpool can use it; then the dtypes that it takes, and the strategies, which clpool forward\n"
        "and its like know as --strategy, that the library runs on it for usual poolings. Exits with 3 if there is\n"
        "none.\n"
        "\n"
        "  --json                 print the same as a JSON array\n"
        "\n"
        "  clpool devices\n"
        "  clpool devices --json\n",
    .run = run_devices,
};
