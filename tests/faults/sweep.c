/* SPDX-License-Identifier: Apache-2.0 */
#include "faults/sweep.h"

#include "base/size.h"
#include "support/environment.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { MOST_CALLS = 100000, MOST_CODES = 8, UNKNOWN_CL_CODE = -9999 };

/* One operation under sweep. */
struct state {
    struct sweep *sweep;
    const struct operation *operation;
    struct fault fault;
    bool has_told; /* of this call of the operation: more of the same would hide others */
};

static void find(struct state *state, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void find(struct state *state, const char *format, ...)
{
    char what[512];
    va_list arguments;
    struct sweep *sweep = state->sweep;
    const struct fault *fault = &state->fault;
    va_start(arguments, format);
    (void)vsnprintf(what, sizeof(what), format, arguments);
    va_end(arguments);
    char *text = sweep->findings_text;
    const size_t used = strlen(text);
    sweep->findings++;
    if (state->has_told) {
        return;
    }
    state->has_told = true;
    if (fault->nth == 0) {
        (void)snprintf(text + used, sizeof(sweep->findings_text) - used, "%s: %s\n", state->operation->name, what);
    } else {
        (void)snprintf(text + used, sizeof(sweep->findings_text) - used, "%s, %s number %zu%s fails with %d: %s\n",
                       state->operation->name, fault_call_name(fault->call), fault->nth,
                       fault->stays_on ? " and later" : "", fault->code, what);
    }
}

/** Leaves an error of another call behind, so that one that is not set shows. */
static const char *set_stale_error(void)
{
    (void)clpool_problem_check(NULL);
    return clpool_error_detail();
}

static clpool_status expected_status(const struct fault *fault)
{
    if (fault->call == FAULT_clBuildProgram && fault->code == CL_BUILD_PROGRAM_FAILURE) {
        return CLPOOL_BUILD_FAILED;
    }
    return fault->code == CL_OUT_OF_HOST_MEMORY ? CLPOOL_OUT_OF_MEMORY : CLPOOL_OPENCL_ERROR;
}

static void judge_opencl(struct state *state, clpool_status status)
{
    const struct fault *fault = &state->fault;
    const char *detail = clpool_error_detail();
    if (status != expected_status(fault)) {
        find(state, "the status is %s, not %s (%s)", clpool_status_name(status),
             clpool_status_name(expected_status(fault)), detail);
    }
    if (clpool_error_cl_code() != fault->code) {
        find(state, "clpool_error_cl_code() is %d", (int)clpool_error_cl_code());
    }
    if (strstr(detail, fault_call_name(fault->call)) == NULL ||
        strstr(detail, clpool_cl_error_name(fault->code)) == NULL) {
        find(state, "the sentence does not name call and code: %s", detail);
    }
}

static void judge_system(struct state *state, clpool_status status)
{
    const bool is_explained = strstr(clpool_error_detail(), "memory") != NULL && clpool_error_cl_code() == CL_SUCCESS;
    if (fault_is_memory(state->fault.call) && (status != CLPOOL_OUT_OF_MEMORY || !is_explained)) {
        find(state, "the status is %s (%s)", clpool_status_name(status), clpool_error_detail());
    }
    if (clpool_error_detail()[0] == '\0' || strcmp(clpool_status_name(status), "unknown status") == 0) {
        find(state, "status %d, and the sentence is '%s'", (int)status, clpool_error_detail());
    }
}

static bool is_tolerated(const struct operation *operation, fault_call call)
{
    char name[64];
    (void)snprintf(name, sizeof(name), " %s ", fault_call_name(call));
    return operation->tolerates != NULL && strstr(operation->tolerates, name) != NULL;
}

static void judge(struct state *state, clpool_status status, const char *stale)
{
    const bool is_stale = strcmp(clpool_error_detail(), stale) == 0;
    if (status == CLPOOL_SUCCESS) {
        if (!is_tolerated(state->operation, state->fault.call)) {
            find(state, "it succeeds");
        }
        if (!is_stale) {
            find(state, "it succeeds, but sets the last error: %s", clpool_error_detail());
        }
    } else if (is_stale) {
        find(state, "the status is %s, but the last error is an older one", clpool_status_name(status));
    } else if (fault_is_opencl(state->fault.call)) {
        judge_opencl(state, status);
    } else {
        judge_system(state, status);
    }
}

/** Runs the operation once; without a fault it must succeed. Whether the fault was reached. */
static bool run_once(struct state *state, const struct fault *fault)
{
    char difference[256];
    const struct operation *operation = state->operation;
    char stale[256];
    (void)snprintf(stale, sizeof(stale), "%s", set_stale_error());
    const struct live before = faults_live();
    fault_arm(fault);
    const clpool_status status = operation->run(operation->data);
    const bool is_reached = fault_disarm();
    if (is_reached) {
        state->sweep->injected++;
        judge(state, status, stale);
    } else if (status != CLPOOL_SUCCESS) {
        find(state, "without it: %s: %s", clpool_status_name(status), clpool_error_detail());
    }
    const char *wrong = operation->check(operation->data, status);
    if (wrong != NULL) {
        find(state, "%s: %s", is_reached ? clpool_status_name(status) : "without it", wrong);
    }
    const struct live after = faults_live();
    live_difference(&before, &after, difference, sizeof(difference));
    if (difference[0] != '\0') {
        find(state, "%s: left alive: %s", is_reached ? clpool_status_name(status) : "without it", difference);
    }
    return is_reached;
}

/** One call of one function after the other, all with one code. */
static void sweep_call(struct state *state)
{
    const bool leaps = state->operation->is_slow && !test_is_long();
    for (size_t n = 1; n < MOST_CALLS; n += leaps ? size_max(n / 2, 1) : 1) {
        state->fault.nth = n;
        if (!run_once(state, &state->fault)) {
            return;
        }
        if (!state->operation->is_slow || n == 1) {
            (void)run_once(state, NULL);
        }
    }
    find(state, "it does not end");
}

/** Codes to fail with; the first one once, the second from then on, unless the sweep is long. */
static size_t codes_of(fault_call call, int codes[MOST_CODES])
{
    static const int opencl[] = {CL_OUT_OF_RESOURCES,      CL_OUT_OF_HOST_MEMORY, CL_MEM_OBJECT_ALLOCATION_FAILURE,
                                 CL_BUILD_PROGRAM_FAILURE, CL_INVALID_VALUE,      UNKNOWN_CL_CODE};
    static const int system[] = {EIO, ENOSPC};
    static const int memory[] = {ENOMEM, ENOMEM};
    const int *from = fault_is_opencl(call) ? opencl : fault_is_memory(call) ? memory : system;
    const size_t count = fault_is_opencl(call) ? sizeof(opencl) / sizeof(opencl[0]) : 2;
    memcpy(codes, from, count * sizeof(*codes));
    if (call == FAULT_clBuildProgram && !test_is_long()) {
        codes[0] = CL_BUILD_PROGRAM_FAILURE;
    }
    return count;
}

void sweep_operation(struct sweep *sweep, const struct operation *operation)
{
    struct state state = {.sweep = sweep, .operation = operation};
    size_t calls[FAULT_CALLS];
    sweep->operations++;
    (void)run_once(&state, NULL);
    for (size_t i = 0; i < FAULT_CALLS; i++) {
        calls[i] = fault_calls((fault_call)i);
    }
    for (size_t i = 0; i < FAULT_CALLS; i++) {
        int codes[MOST_CODES];
        const size_t count = codes_of((fault_call)i, codes);
        state.has_told = false;
        for (size_t j = 0; calls[i] > 0 && j < 2 * count; j++) {
            if (test_is_long() || j == 0 || j == 3) { /* codes[0] once, codes[1] from then on */
                state.fault = (struct fault){.call = (fault_call)i, .code = codes[j / 2], .stays_on = j % 2 != 0};
                sweep_call(&state);
            }
        }
    }
}

void sweep_print(const struct sweep *sweep)
{
    printf("faults: injected %zu, operations %zu\n", sweep->injected, sweep->operations);
    if (sweep->findings > 0) {
        printf("%zu findings, of which the first are\n%s", sweep->findings, sweep->findings_text);
    }
}
