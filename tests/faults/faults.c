/* SPDX-License-Identifier: Apache-2.0 */
#include "faults/faults_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[] = {
#define FAULT_NAME(name) [FAULT_##name] = #name,
    FAULT_OPENCL_CALLS(FAULT_NAME) FAULT_MEMORY_CALLS(FAULT_NAME) FAULT_SYSTEM_CALLS(FAULT_NAME)
#undef FAULT_NAME
};

struct live_counts live_counts;

/* Set while nothing is counted, so that threads read it in peace. */
static struct fault armed;
static atomic_bool is_counting;
static atomic_bool was_reached;
static atomic_size_t calls[FAULT_CALLS];

const char *fault_call_name(fault_call call)
{
    return names[call];
}

bool fault_is_opencl(fault_call call)
{
    return call < FAULT_malloc;
}

bool fault_is_memory(fault_call call)
{
    return call >= FAULT_malloc && call < FAULT_pthread_create;
}

void fault_arm(const struct fault *fault)
{
    armed = fault == NULL ? (struct fault){.nth = 0} : *fault;
    atomic_store(&was_reached, false);
    for (size_t i = 0; i < FAULT_CALLS; i++) {
        atomic_store(&calls[i], 0);
    }
    atomic_store(&is_counting, true);
}

bool fault_disarm(void)
{
    atomic_store(&is_counting, false);
    return atomic_load(&was_reached);
}

size_t fault_calls(fault_call call)
{
    return atomic_load(&calls[call]);
}

int fault_strike(fault_call call)
{
    if (!atomic_load(&is_counting)) {
        return 0;
    }
    const size_t number = atomic_fetch_add(&calls[call], 1) + 1;
    if (armed.nth == 0 || call != armed.call || (armed.stays_on ? number < armed.nth : number != armed.nth)) {
        return 0;
    }
    atomic_store(&was_reached, true);
    return armed.code;
}

struct live faults_live(void)
{
    return (struct live){
#define LIVE_LOAD(name) .name = atomic_load(&live_counts.name),
        FAULT_LIVE(LIVE_LOAD)
#undef LIVE_LOAD
    };
}

void live_difference(const struct live *before, const struct live *after, char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
#define LIVE_DIFFERENCE(name)                                                                                          \
    if (after->name != before->name && used < size) {                                                                  \
        used += (size_t)snprintf(text + used, size - used, "%s" #name " %+ld", used == 0 ? "" : ", ",                  \
                                 after->name - before->name);                                                          \
    }
    FAULT_LIVE(LIVE_DIFFERENCE)
#undef LIVE_DIFFERENCE
}

bool faults_report(const char *path)
{
    const struct live live = faults_live();
    FILE *file = fopen(path, "w");
    if (file == NULL) {
        return false;
    }
    (void)fprintf(file, "reached %d\n", (int)atomic_load(&was_reached));
#define LIVE_PRINT(name) (void)fprintf(file, #name " %ld\n", live.name);
    FAULT_LIVE(LIVE_PRINT)
#undef LIVE_PRINT
    for (size_t i = 0; i < FAULT_CALLS; i++) {
        if (names[i] != NULL && fault_calls((fault_call)i) > 0) {
            (void)fprintf(file, "%s %zu\n", names[i], fault_calls((fault_call)i));
        }
    }
    return fclose(file) == 0;
}

/* ---- a child process ---- */

static void report_at_exit(void)
{
    const char *path = getenv("CLPOOL_FAULT_REPORT");
    (void)fault_disarm();
    if (path != NULL && path[0] != '\0') {
        (void)faults_report(path);
    }
}

static bool parse_fault(const char *text, struct fault *fault)
{
    char name[64] = "";
    char mode[8] = "";
    *fault = (struct fault){.nth = 0};
    if (sscanf(text, "%63[^:]:%zu:%d:%7s", name, &fault->nth, &fault->code, mode) < 3) {
        return false;
    }
    fault->stays_on = strcmp(mode, "on") == 0;
    for (size_t i = 0; i < FAULT_CALLS; i++) {
        if (names[i] != NULL && strcmp(names[i], name) == 0) {
            fault->call = (fault_call)i;
            return true;
        }
    }
    return false;
}

__attribute__((constructor)) static void arm_from_environment(void)
{
    struct fault fault;
    const char *text = getenv("CLPOOL_FAULT");
    const char *path = getenv("CLPOOL_FAULT_REPORT");
    if (text != NULL && text[0] != '\0' && !parse_fault(text, &fault)) {
        (void)fprintf(stderr, "CLPOOL_FAULT is '%s'; it must be CALL:NTH:CODE[:on]\n", text);
        abort();
    }
    if (path != NULL && path[0] != '\0') {
        (void)atexit(report_at_exit);
        fault_arm(text != NULL && text[0] != '\0' ? &fault : NULL);
    }
}
