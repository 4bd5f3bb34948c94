/* SPDX-License-Identifier: Apache-2.0 */
/* clpool tune on an OpenCL device: CLPOOL_TEST_DEVICE says which. The file that it
 * writes is one that the library takes, wherever it lies. */
#include "support/cmocka.h"
#include "support/device.h"

#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox.h"
#include "tune_search.h"
#include "wanted_device.h"

extern char **environ;

static struct test_device device;

static int open_device(void **state)
{
    (void)state;
    test_device_open(&device);
    return 0;
}

static int close_device(void **state)
{
    (void)state;
    test_device_close(&device);
    return 0;
}

/* The library takes the file for this device. */
static void assert_tuning_file(const char *path)
{
    const clpool_engine_options options = {.struct_size = sizeof(options), .tuning_file = path};
    clpool_engine *engine = NULL;
    assert_success(clpool_engine_create_with_options(device.context, device.device, &options, &engine));
    clpool_engine_destroy(engine);
}

static void assert_has_text(const char *path, const char *text)
{
    size_t size = 0;
    unsigned char *bytes = sandbox_read(path, &size);
    bytes[size] = '\0';
    if (strstr((const char *)bytes, text) == NULL) {
        fail_msg("%s has no '%s': %s", path, text, (const char *)bytes);
    }
    free(bytes);
}

static void it_writes_a_file_that_engines_take(void **state)
{
    struct run run;
    json_t *root, *rows;
    size_t i;
    (void)state;
    sandbox_run(&run, "tune", "--case", "2,4,16,16:3,2,1", "--quick", "--runs", "3", "-o", "t.txt", "--json", "t.json",
                "--device", wanted_device(), NULL);
    assert_run(&run, 0, "wrote t.txt", NULL);
    assert_run(&run, 0, "gain, geometric mean of 2: ", NULL);
    assert_string_equal(run.err, "");
    assert_int_equal(sandbox_count(), 2);
    assert_tuning_file("t.txt");
    assert_has_text("t.txt", "forward max f32 nchw window 3x3s2p1 2x4x16x16 ");
    assert_has_text("t.txt", "\nend\n");
    root = json_load_file("t.json", JSON_REJECT_DUPLICATES, NULL);
    rows = json_object_get(root, "rows");
    assert_int_equal(json_array_size(rows), 2);
    for (i = 0; i < 2; i++) {
        json_t *row = json_array_get(rows, i);
        assert_true(json_real_value(json_object_get(row, "gain")) >= 1);
        assert_true(json_integer_value(json_object_get(row, "tried")) > 1);
        assert_true(json_is_string(json_object_get(json_object_get(row, "tuned"), "settings")));
    }
    json_decref(root);
}

/* In a folder that it makes, for its user alone; and there the library finds it. */
static void without_a_name_the_file_goes_where_engines_look(void **state)
{
    struct run run;
    struct stat status;
    char folder[512], path[600];
    size_t size = 0;
    clpool_engine *engine = NULL;
    clpool_engine_options options = {.struct_size = sizeof(options)};
    (void)state;
    assert_non_null(getcwd(folder, sizeof(folder) - 16));
    (void)strcat(folder, "/some/cache");
    assert_int_equal(setenv("CLPOOL_CACHE", "1", 1), 0);
    assert_int_equal(setenv("CLPOOL_CACHE_DIR", folder, 1), 0);
    sandbox_run(&run, "tune", "--case", "2,4,16,16:2", "--op", "forward", "--quick", "--runs", "2", "--device",
                wanted_device(), NULL);
    assert_int_equal(setenv("CLPOOL_CACHE", "0", 1), 0);
    assert_int_equal(unsetenv("CLPOOL_CACHE_DIR"), 0);
    assert_run(&run, 0, ", which this device's engines use from now on", NULL);
    options.cache_folder = folder;
    assert_success(clpool_engine_create_with_options(device.context, device.device, &options, &engine));
    assert_success(clpool_engine_tuning_path(engine, path, sizeof(path), &size));
    clpool_engine_destroy(engine);
    assert_int_equal(stat(folder, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_tuning_file(path);
    sandbox_run(&run, "tune", "--case", "2,4,16,16:2", "--device", wanted_device(), NULL);
    assert_run(&run, 2, NULL, "there is no cache folder for the result");
}

/* An engine that a tuning file makes choose the plainest kernel. */
static clpool_engine *make_slow_engine(void)
{
    static const char text[] = "clpool tuning 1\n"
                               "forward max f32 nchw window 3x3s1p1 4x64x64x64 generic:group=32 1ms\n"
                               "end\n";
    const clpool_engine_options options = {.struct_size = sizeof(options), .tuning_file = "slow.txt"};
    clpool_engine *engine = NULL;
    sandbox_write("slow.txt", text, sizeof(text) - 1);
    assert_success(clpool_engine_create_with_options(device.context, device.device, &options, &engine));
    return engine;
}

/* The search must see what is planted: on PoCL the plainest kernel is about ten times slower than others. */
static void a_slow_choice_is_found_out(void **state)
{
    const clpool_problem problem = clpool_problem_2d(4, 64, 64, 64, 3, 1, 1);
    const tune_effort effort = {.quick = true, .runs = 5};
    target on = {.index = "test", .context = device.context, .device = device.device};
    bench_tensors tensors;
    tune_result found;
    cl_int code;
    (void)state;
    on.queue = clCreateCommandQueue(device.context, device.device, CL_QUEUE_PROFILING_ENABLE, &code);
    assert_cl(code);
    on.engine = make_slow_engine();
    assert_int_equal(bench_tensors_open(&tensors, &on, &problem, false), EXIT_DONE);
    assert_int_equal(bench_operation_prepare(&tensors), EXIT_DONE);
    assert_int_equal(tune_search(&tensors, BENCH_FORWARD, effort, "test", &found), EXIT_DONE);
    assert_string_equal(found.usual, "generic:group=32");
    assert_int_equal(found.by, CLPOOL_CHOSEN_BY_TUNING_FILE);
    assert_true(found.tried > 2 && found.gain >= 1 && found.usual_seconds >= found.best_seconds);
    if (strstr(device.name, "Portable Computing Language") != NULL) {
        assert_null(strstr(found.best, "generic"));
        assert_true(found.gain > 1.3);
    }
    bench_tensors_close(&tensors);
    clpool_engine_destroy(on.engine);
    assert_cl(clReleaseCommandQueue(on.queue));
}

static size_t count_text(const char *path, const char *text)
{
    size_t size = 0, count = 0;
    unsigned char *bytes = sandbox_read(path, &size);
    const char *at = (const char *)bytes;
    bytes[size] = '\0';
    while ((at = strstr(at, text)) != NULL) {
        at++;
        count++;
    }
    free(bytes);
    return count;
}

static void rules_for_other_poolings_stay(void **state)
{
    static const char *const cases[] = {"1,2,8,8:2", "1,2,8,9:2", "1,2,8,8:2"};
    struct run run;
    size_t i;
    (void)state;
    for (i = 0; i < 3; i++) {
        sandbox_run(&run, "tune", "--case", cases[i], "--op", "forward", "--quick", "--runs", "1", "-o", "t.txt",
                    "--device", wanted_device(), NULL);
        assert_run(&run, 0, NULL, NULL);
        assert_tuning_file("t.txt");
    }
    assert_int_equal(count_text("t.txt", "1x2x8x8 "), 1);
    assert_int_equal(count_text("t.txt", "1x2x8x9 "), 1);
    assert_int_equal(count_text("t.txt", "\nforward "), 2);
    assert_int_equal(count_text("t.txt", "\ndevice "), 1);
}

static void a_file_that_is_none_stays_as_it_is(void **state)
{
    struct run run;
    (void)state;
    sandbox_write("t.txt", "precious\n", 9);
    sandbox_run(&run, "tune", "--case", "1,2,8,8:2", "-o", "t.txt", "--device", wanted_device(), NULL);
    assert_run(&run, 2, NULL, "t.txt': line 1: it begins with 'precious'");
    assert_run(&run, 2, NULL, "it stays as it is");
    assert_has_text("t.txt", "precious\n");
    assert_int_equal(sandbox_count(), 1);
}

static void what_cannot_be_measured_is_said(void **state)
{
    struct run run;
    (void)state;
    sandbox_run(&run, "tune", "--case", "1,1,4:2", "-o", "none/t.txt", "--device", wanted_device(), NULL);
    assert_run(&run, 2, NULL, "none/t.txt: cannot write");
    sandbox_run(&run, "tune", "--case", "1,1,4:2", "-o", "same", "--json", "same", "--device", wanted_device(), NULL);
    assert_run(&run, 2, NULL, "are one file");
    sandbox_run(&run, "tune", "--case", "1,2,8,8", "--mode", "global_avg", "--dtype", "i8", "--quick", "--runs", "1",
                "--within", "1000000", "-o", "t.txt", "--device", wanted_device(), NULL);
    assert_run(&run, 0, "more than 1000000.00 times slower without tuning: 0 of 1", NULL);
    assert_tuning_file("t.txt");
    assert_has_text("t.txt", "forward avg i8 nchw none global 1x2x8x8 ");
    assert_int_equal(sandbox_count(), 1);
}

static void an_interrupt_leaves_no_half_file(void **state)
{
    char *arguments[] = {
        "clpool", "tune", "--suite", "all", "--runs", "1000", "-o", "t.txt", "--device", (char *)wanted_device(), NULL};
    posix_spawn_file_actions_t actions;
    pid_t child = 0;
    int status = 0, waited;
    (void)state;
    assert_int_equal(posix_spawn_file_actions_init(&actions), 0);
    assert_int_equal(posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0), 0);
    assert_int_equal(posix_spawn(&child, CLPOOL_TEST_COMMAND, &actions, NULL, arguments, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    for (waited = 0; waited < 600 && sandbox_count() == 0; waited++) {
        (void)usleep(100000);
    }
    assert_int_equal(sandbox_count(), 1); /* the temporary file */
    assert_int_equal(kill(child, SIGINT), 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
    assert_int_equal(sandbox_count(), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, sandbox_enter, sandbox_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_slow_choice_is_found_out),
        TEST(it_writes_a_file_that_engines_take),
        TEST(without_a_name_the_file_goes_where_engines_look),
        TEST(rules_for_other_poolings_stay),
        TEST(a_file_that_is_none_stays_as_it_is),
        TEST(what_cannot_be_measured_is_said),
        TEST(an_interrupt_leaves_no_half_file),
    };
    return cmocka_run_group_tests(tests, open_device, close_device);
}
