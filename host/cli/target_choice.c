/* SPDX-License-Identifier: Apache-2.0 */
#include "target_choice.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

static bool contains(const char *text, const char *part)
{
    size_t length = strlen(part);
    for (; *text != '\0'; text++) {
        size_t i;
        for (i = 0; i < length && tolower((unsigned char)text[i]) == tolower((unsigned char)part[i]); i++) {
        }
        if (i == length) {
            return true;
        }
    }
    return false;
}

static bool matches(const device_entry *entry, const char *wanted)
{
    return contains(entry->name, wanted) || contains(entry->platform_name, wanted);
}

static exit_code reject(const device_list *list, const char *wanted, bool several)
{
    size_t i;
    exit_code code = report_error(several ? EXIT_BAD_INPUT : EXIT_DEVICE_FAILED,
                                  several ? "--device '%s' names several devices:"
                                          : "--device '%s' names no device of this machine; there are native and:",
                                  wanted);
    for (i = 0; i < list->count; i++) {
        const device_entry *entry = &list->entries[i];
        if (!several || matches(entry, wanted)) {
            report_note("  %s  %s / %s", entry->index, entry->platform_name, entry->name);
        }
    }
    if (list->count == 0) {
        report_note("  %s", device_list_none(list));
    }
    return code;
}

/* The index is looked for first: "0:0" could also be part of a name. */
static exit_code find_named(const device_list *list, const char *wanted, const device_entry **found)
{
    size_t i;
    *found = NULL;
    for (i = 0; i < list->count; i++) {
        if (strcmp(list->entries[i].index, wanted) == 0) {
            *found = &list->entries[i];
            return EXIT_DONE;
        }
    }
    for (i = 0; i < list->count; i++) {
        if (matches(&list->entries[i], wanted)) {
            if (*found != NULL) {
                return reject(list, wanted, true);
            }
            *found = &list->entries[i];
        }
    }
    return *found == NULL ? reject(list, wanted, false) : EXIT_DONE;
}

static exit_code open_named(const device_list *list, const char *wanted, target *chosen)
{
    const device_entry *found;
    message why;
    exit_code code = find_named(list, wanted, &found);
    if (code == EXIT_DONE && !target_open_device(chosen, found, &why)) {
        code = report_error(EXIT_DEVICE_FAILED, "device %s (%s): %s", found->index, found->name, why.text);
    }
    return code;
}

static bool try_open(const device_entry *entry, target *chosen)
{
    message why;
    bool opened = target_open_device(chosen, entry, &why);
    if (!opened) {
        report_note("device %s (%s) is left out: %s", entry->index, entry->name, why.text);
    }
    return opened;
}

/* GPUs and accelerators first, then the rest, each in the order of the platforms. */
static void open_best(const device_list *list, target *chosen)
{
    int pass;
    size_t i;
    for (pass = 0; pass < 2; pass++) {
        for (i = 0; i < list->count; i++) {
            const device_entry *entry = &list->entries[i];
            bool preferred = (entry->type & (CL_DEVICE_TYPE_GPU | CL_DEVICE_TYPE_ACCELERATOR)) != 0;
            if (preferred == (pass == 0) && try_open(entry, chosen)) {
                return;
            }
        }
    }
    report_note("%s; using native",
                list->count == 0 ? device_list_none(list) : "no OpenCL device of this machine is usable");
    target_open_native(chosen);
}

exit_code target_choose(const char *wanted, target *chosen)
{
    device_list list;
    exit_code code = EXIT_DONE;
    memset(chosen, 0, sizeof(*chosen));
    if (wanted != NULL && strcmp(wanted, "all") == 0) {
        return report_error(EXIT_BAD_INPUT, "--device all: this command runs on one device");
    }
    if (wanted != NULL && strcmp(wanted, "native") == 0) {
        target_open_native(chosen);
        return EXIT_DONE;
    }
    code = device_list_load(&list);
    if (code != EXIT_DONE) {
        return code;
    }
    if (wanted == NULL || strcmp(wanted, "auto") == 0) {
        open_best(&list, chosen);
    } else {
        code = open_named(&list, wanted, chosen);
    }
    device_list_free(&list);
    return code;
}

static exit_code choose_all(target_list *chosen)
{
    device_list list;
    size_t i;
    exit_code code = device_list_load(&list);
    if (code != EXIT_DONE) {
        return code;
    }
    chosen->targets = calloc(list.count + 1, sizeof(*chosen->targets));
    if (chosen->targets == NULL) {
        code = report_no_memory();
    } else {
        target_open_native(&chosen->targets[chosen->count++]);
        for (i = 0; i < list.count; i++) {
            chosen->count += try_open(&list.entries[i], &chosen->targets[chosen->count]) ? 1 : 0;
        }
        if (list.count == 0) {
            report_note("%s", device_list_none(&list));
        }
    }
    device_list_free(&list);
    return code;
}

exit_code targets_choose(const char *wanted, const char *otherwise, target_list *chosen)
{
    exit_code code;
    memset(chosen, 0, sizeof(*chosen));
    wanted = wanted == NULL ? otherwise : wanted;
    if (strcmp(wanted, "all") == 0) {
        return choose_all(chosen);
    }
    chosen->targets = calloc(1, sizeof(*chosen->targets));
    if (chosen->targets == NULL) {
        return report_no_memory();
    }
    code = target_choose(wanted, &chosen->targets[0]);
    chosen->count = code == EXIT_DONE ? 1 : 0;
    if (code != EXIT_DONE) {
        target_list_close(chosen);
    }
    return code;
}

void target_list_close(target_list *closed)
{
    size_t i;
    for (i = 0; i < closed->count; i++) {
        target_close(&closed->targets[i]);
    }
    free(closed->targets);
    memset(closed, 0, sizeof(*closed));
}
