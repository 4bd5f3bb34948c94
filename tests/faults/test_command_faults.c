/* SPDX-License-Identifier: Apache-2.0 */
/* Each command under every fault: its exit status, what it says, whole outputs or the old ones, nothing left behind. */
#include "faults/child.h"
#include "faults/outputs.h"
#include "faults/sweep.h"
#include "support/cmocka.h"
#include "support/environment.h"
#include "support/missing.h"
#include "support/random.h"

#include "files.h"
#include "sandbox.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define WINDOW " --kernel 2"

/** A command as it is run again and again. */
struct command {
    const char *name;
    const char *words;
    outputs outputs;
    bool has_times;        /* in its outputs; else they are always the same */
    const char *tolerates; /* calls that it may do without, besides those below */
};

#define DEVICE " --device DEVICE" /* replaced by its index */

/* Bench, compare and tune make a plan to learn whether the device lacks something, and then others to run, which say
 * what failed. */
#define PLAN_CALLS " clRetainProgram clCreateKernel clGetKernelWorkGroupInfo "

static const struct command commands[] = {
    {"devices", "devices", {NULL}, false, NULL},
    {"devices --json", "devices --json", {NULL}, false, NULL},
    {"forward", "forward x.npy -o y.out --mask m.out" WINDOW DEVICE, {"y.out", "m.out"}, false, NULL},
    {"forward, fused",
     "forward x.npy -o y.out --mask m.out --load-expression x*p0+p1 --parameters p.npy --relu" WINDOW DEVICE,
     {"y.out", "m.out"},
     false,
     NULL},
    {"forward on auto", "forward x.npy -o y.out --mask m.out" WINDOW, {"y.out", "m.out"}, false, NULL},
    {"forward on native", "forward large.npy -o y.out --device native" WINDOW, {"y.out"}, false, NULL},
    {"backward", "backward y.npy --mask m.npy --shape 1,2,6,8 -o dx.out" WINDOW DEVICE, {"dx.out"}, false, NULL},
    {"unpool", "unpool y.npy --mask m.npy --shape 1,2,6,8 -o x.out" WINDOW DEVICE, {"x.out"}, false, NULL},
    {"unpool --backward", "unpool x.npy --backward --mask m.npy -o dy.out" WINDOW DEVICE, {"dy.out"}, false, NULL},
    {"mask", "mask m.npy --shape 1,2,6,8 --to plane -o p.out" WINDOW DEVICE, {"p.out"}, false, NULL},
    {"mask --check", "mask m.npy --shape 1,2,6,8 --check" WINDOW DEVICE, {NULL}, false, NULL},
    {"image", "image x.png -o y.out --mask-image m.out" WINDOW DEVICE, {"y.out", "m.out"}, false, NULL},
    {"verify", "verify golden" DEVICE, {NULL}, false, NULL},
    {"compare", "compare x.npy --runs 1 --json j.out" WINDOW DEVICE, {"j.out"}, true, PLAN_CALLS},
    {"compare --report", "compare x.png --runs 1 --report r.html" WINDOW DEVICE, {"r.html"}, true, PLAN_CALLS},
    {"bench", "bench --case 1,2,6,8:2 --runs 1 --op forward --json j.out" DEVICE, {"j.out"}, true, PLAN_CALLS},
    {"tune",
     "tune --case 1,2,6,8:2 --runs 1 --quick --op forward -o t.txt --json j.out" DEVICE,
     {"t.txt", "j.out"},
     true,
     PLAN_CALLS},
};

static struct sweep sweep;
static const char *program; /* the command with its system calls wrapped */
static char device[16];     /* the index of the one under test */

/** Calls without which a command does what it was told. */
static const char silent[] = " clReleaseDevice clReleaseContext clReleaseCommandQueue clReleaseMemObject "
                             "clReleaseProgram clReleaseKernel clReleaseEvent clGetProgramBuildInfo clGetProgramInfo "
                             "clCreateProgramWithBinary clGetPlatformInfo clGetDeviceInfo clBuildProgram "
                             "pthread_mutex_init close fclose openat fstat mkdir renameat read write pthread_create "
                             "malloc calloc realloc aligned_alloc strdup ";

static bool is_silent(const struct command *command, fault_call call)
{
    char name[64];
    (void)snprintf(name, sizeof(name), " %s ", fault_call_name(call));
    return strstr(silent, name) != NULL || (command->tolerates != NULL && strstr(command->tolerates, name) != NULL);
}

/* ---- judging ---- */

static void find(const struct command *command, const struct fault *fault, const struct child *child, const char *what)
{
    const size_t used = strlen(sweep.findings_text);
    sweep.findings++;
    (void)snprintf(sweep.findings_text + used, sizeof(sweep.findings_text) - used,
                   "%s, %s number %zu%s fails with %d: %s: exit %d, stderr: %.300s\n", command->name,
                   fault_call_name(fault->call), fault->nth, fault->stays_on ? " and later" : "", fault->code, what,
                   child->status, child->err);
}

static bool is_of_files(fault_call call)
{
    return !fault_is_opencl(call) && !fault_is_memory(call) && call != FAULT_pthread_create &&
           call != FAULT_pthread_mutex_init;
}

/** Whether what was said names the fault. */
static bool is_named(const struct fault *fault, const char *text)
{
    if (fault_is_opencl(fault->call)) {
        return strstr(text, clpool_cl_error_name(fault->code)) != NULL;
    }
    return is_of_files(fault->call) ? strstr(text, strerror(fault->code)) != NULL
                                    : strstr(text, "memory") != NULL || strstr(text, "no resources") != NULL;
}

static const char *judge(const struct command *command, const struct fault *fault, const struct child *child)
{
    if (child->status >= 128) {
        return "it was ended by a signal";
    }
    if (child->err[0] != '\0' && strncmp(child->err, "clpool: ", 8) != 0) {
        return "stderr does not begin with clpool:";
    }
    if (child->status != 0) {
        if (fault->call == FAULT_malloc && strstr(child->err, " near '") != NULL) {
            return NULL; /* Jansson takes want of memory for a wrong word in some places */
        }
        if (child->status != (is_of_files(fault->call) ? 2 : 3)) {
            return "the exit status is another";
        }
        return is_named(fault, child->err) ? NULL : "the fault is not named";
    }
    const bool is_told = is_named(fault, child->err) || is_named(fault, child->out);
    return is_told || is_silent(command, fault->call) ? NULL : "it succeeds and says nothing";
}

/** The words of a command, with the index of the device under test. */
static const char *words_of(const char *words)
{
    static char text[512];
    const char *at = strstr(words, "DEVICE");
    if (at == NULL) {
        return words;
    }
    (void)snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - words), words, device, at + strlen("DEVICE"));
    return text;
}

static bool run_once(const struct command *command, const struct fault *fault)
{
    static struct child child;
    static const struct live none;
    char difference[256];
    outputs_reset(command->outputs);
    const size_t files = sandbox_count();
    child_run(program, words_of(command->words), fault, &child);
    const char *wrong = NULL;
    if (child.has_report && !child.is_reached) {
        return false;
    }
    sweep.injected++;
    wrong = judge(command, fault, &child);
    if (wrong == NULL) {
        wrong = outputs_check(command->outputs, command->has_times, child.status == 0);
    }
    if (wrong == NULL && sandbox_count() != files) {
        wrong = "a file is left behind";
    }
    live_difference(&none, &child.live, difference, sizeof(difference));
    if (wrong == NULL && child.has_report && difference[0] != '\0') {
        wrong = difference;
    }
    if (wrong != NULL) {
        find(command, fault, &child, wrong);
    }
    return true;
}

/** Which of `count` calls fail: the first and one that chance has chosen; in a long sweep all of them, but for some of
 * those that come again and again while something is measured. */
static void sweep_call(const struct command *command, struct fault fault, size_t count)
{
    static struct random random = {1};
    const size_t other = random_between(&random, 1, count);
    const size_t every = 64;
    fault.nth = 1;
    if (test_is_long()) {
        while (run_once(command, &fault)) {
            fault.nth += fault.nth < every ? 1 : fault.nth / 4;
        }
        return;
    }
    (void)run_once(command, &fault);
    fault.nth = other;
    if (other > 1) {
        (void)run_once(command, &fault);
    }
}

static int code_of(fault_call call)
{
    return fault_is_opencl(call) ? CL_OUT_OF_RESOURCES : fault_is_memory(call) ? ENOMEM : ENOSPC;
}

static void sweep_command(const struct command *command)
{
    char difference[256];
    struct child child;
    const struct live none = {0};
    sweep.operations++;
    outputs_reset(command->outputs);
    child_run(program, words_of(command->words), NULL, &child);
    live_difference(&none, &child.live, difference, sizeof(difference));
    if (child.status != 0 || difference[0] != '\0') {
        print_error("%s: exit %d: left alive: %s: %s\n", command->name, child.status, difference, child.err);
        fail();
    }
    outputs_keep(command->outputs);
    for (size_t i = 0; i < FAULT_CALLS; i++) {
        struct fault fault = {.call = (fault_call)i, .code = code_of((fault_call)i)};
        if (child.calls[i] > 0) {
            sweep_call(command, fault, child.calls[i]);
            if (test_is_long()) {
                fault.stays_on = true;
                sweep_call(command, fault, child.calls[i]);
            }
        }
    }
}

static void every_command_says_what_failed_and_leaves_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        sweep_command(&commands[i]);
    }
}

/** A command with this planted error; NULL: the sweep must find nothing, else something that reads like `text`. */
static void expect(const char *error, const char *text)
{
    const struct sweep kept = sweep;
    const char *kept_program = program;
    char words[64];
    const struct command command = {.name = "planted", .words = words, .outputs = {"planted.out"}};
    (void)snprintf(words, sizeof(words), "%s planted.out", error);
    sweep = (struct sweep){0};
    program = getenv("CLPOOL_TEST_PLANTED");
    sweep_command(&command);
    const struct sweep found = sweep;
    sweep = kept;
    program = kept_program;
    (void)remove("litter");
    if (text == NULL ? found.findings != 0 : strstr(found.findings_text, text) == NULL) {
        print_error("%s: wanted: %s\nfound: %s\n", error, text == NULL ? "nothing" : text, found.findings_text);
        fail();
    }
}

static void planted_errors_are_found(void **state)
{
    (void)state;
    expect("none", NULL);
    expect("drops", "clGetPlatformIDs number 1 fails with -5: an output was not written: exit 0");
    expect("silent", "the fault is not named: exit 3");
    expect("status", "the exit status is another: exit 1");
    expect("crashes", "malloc number 1 fails with 12: it was ended by a signal");
    expect("half", "an output is neither the old nor the whole new");
    expect("litters", "a file is left behind");
    expect("leaks", "blocks +1");
}

static void nothing_was_found(void **state)
{
    (void)state;
    assert_string_equal(sweep.findings_text, "");
    assert_true(sweep.injected > 0);
}

/* ---- inputs ---- */

static void must_run(const char *words)
{
    static struct child child;
    child_run(program, words, NULL, &child);
    if (child.status != 0) {
        print_error("%s: exit %d: %s\n", words, child.status, child.err);
        fail();
    }
}

/** The index of the first device of PoCL. */
static void find_device(void)
{
    static struct child child;
    child_run(program, "devices --json", NULL, &child);
    json_t *all = json_loads(child.out, 0, NULL);
    json_t *one = NULL;
    size_t i = 0;
    json_array_foreach(all, i, one)
    {
        const char *platform = json_string_value(json_object_get(one, "platform"));
        if (device[0] == '\0' && platform != NULL && strstr(platform, "Portable") != NULL) {
            (void)snprintf(device, sizeof(device), "%s", json_string_value(json_object_get(one, "index")));
        }
    }
    json_decref(all);
    if (device[0] == '\0') {
        exit(missing_device("Portable Computing Language"));
    }
}

static void write_golden(void)
{
    static const char json[] =
        "{\"cases\": [{\"name\": \"one\", \"mode\": \"max\", \"kernel\": [2, 2], \"stride\": [2, 2], "
        "\"padding\": [0, 0], \"dilation\": [1, 1], \"ceil_mode\": false, \"shape\": [1, 2, 6, 8], "
        "\"out_shape\": [1, 2, 3, 4]}]}";
    assert_int_equal(mkdir("golden", 0777), 0);
    sandbox_write("golden/cases.json", json, strlen(json));
    write_x("golden/one-x.npy");
    must_run("forward x.npy -o golden/one-y.npy --mask m.npy --device native" WINDOW);
    must_run("forward x.npy -o golden/one-dy.npy --mask m.npy --device native" WINDOW);
    must_run("forward x.npy -o y.npy --mask golden/one-idx.npy --mask-form plane --device native" WINDOW);
    must_run("backward y.npy --mask m.npy --shape 1,2,6,8 -o golden/one-dx.npy --device native" WINDOW);
}

/** The tuning file that there is before: with a rule of another pooling alone. */
static void write_old_tuning(void)
{
    size_t size = 0;
    char text[8192];
    must_run(words_of("tune --case 1,2,6,8:2 --runs 1 --quick --op forward -o t.txt" DEVICE));
    unsigned char *bytes = sandbox_read("t.txt", &size);
    (void)snprintf(text, sizeof(text), "%.*s", (int)size, (const char *)bytes);
    char *rule = strstr(text, "\nforward ");
    assert_non_null(rule);
    (void)snprintf(rule, sizeof(text) - (size_t)(rule - text), "\n" OUTPUTS_OLD_RULE "end\n");
    sandbox_write("t.txt.old", text, strlen(text));
    free(bytes);
}

static int set_up(void **state)
{
    static const size_t large[] = {1, 4, 160, 160}, parameters[] = {2, 2};
    const int entered = sandbox_enter(state);
    char cache[1024];
    assert_int_equal(entered, 0);
    assert_non_null(getcwd(cache, sizeof(cache) - 8));
    (void)strcat(cache, "/cache");
    assert_int_equal(setenv("CLPOOL_CACHE_DIR", cache, 1) | unsetenv("CLPOOL_CACHE") | unsetenv("CLPOOL_DEVICE"), 0);
    write_x("x.npy");
    write_array("p.npy", NPY_F32, 2, parameters);
    write_array("large.npy", NPY_F32, 4, large);
    write_png("x.png", 8, 6, 3);
    write_golden();
    find_device();
    must_run(words_of("forward x.npy -o y.npy --mask m.npy" WINDOW DEVICE)); /* makes the cache's folder, too */
    write_old_tuning();
    return 0;
}

static int tear_down(void **state)
{
    sweep_print(&sweep);
    return sandbox_leave(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(planted_errors_are_found),
        cmocka_unit_test(every_command_says_what_failed_and_leaves_nothing),
        cmocka_unit_test(nothing_was_found),
    };
    program = getenv("CLPOOL_TEST_PROGRAM");
    if (program == NULL || getenv("CLPOOL_TEST_PLANTED") == NULL) {
        (void)fputs("CLPOOL_TEST_PROGRAM and CLPOOL_TEST_PLANTED must name clpool_faulty and planted_command\n",
                    stderr);
        return EXIT_FAILURE;
    }
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
