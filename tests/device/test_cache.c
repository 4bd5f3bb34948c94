/* SPDX-License-Identifier: Apache-2.0 */
/* The program cache: programs come back from it in other engines and processes, and nothing that can be wrong with its
 * folder or its files changes a result or makes a call fail. */
#include "device/cache_file.h"
#include "device/cache_folder.h"
#include "support/cmocka.h"
#include "support/device.h"
#include "support/scratch.h"
#include "support/tensors.h"

#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { BUILT = 2, LOADED = 3, MIXED = 4 }; /* also what a child process exits with */
enum { MOST_DEVICES = 4 };

static struct test_device device;
static struct scratch scratch;
static char cache[SCRATCH_PATH_BYTES]; /* a folder in it that does not exist yet */
static const char *program_path;

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

static int make_scratch(void **state)
{
    (void)state;
    scratch_make(&scratch);
    scratch_join(cache, scratch.path, "some/cache");
    return 0;
}

static int remove_scratch(void **state)
{
    (void)state;
    scratch_remove(&scratch);
    return 0;
}

static clpool_engine *make_engine(const char *folder)
{
    clpool_engine *engine = NULL;
    const clpool_engine_options options = {.struct_size = sizeof(options), .cache_folder = folder};
    assert_success(clpool_engine_create_with_options(device.context, device.device, &options, &engine));
    return engine;
}

static clpool_plan *make_plan(clpool_engine *engine, const clpool_problem *problem)
{
    clpool_plan *plan = NULL;
    const clpool_plan_options options = {.struct_size = sizeof(options), .operations = 1u << CLPOOL_FORWARD};
    assert_success(clpool_plan_create(engine, problem, &options, &plan));
    return plan;
}

/** Forward with a mask against the reference, bit for bit. Needs one program, which `kernel` chooses. With a `gate` the
 * work starts when the plan is destroyed, and the engine, of which that was the last use. */
static void pool(clpool_engine *engine, size_t kernel, const cl_event *gate)
{
    const clpool_problem problem = clpool_problem_2d(1, 2, 9, 11, kernel, kernel, 0);
    struct random random = {kernel};
    struct tensors t;
    clpool_plan *plan = make_plan(engine, &problem);
    tensors_make(&t, &problem, &random);
    tensors_reference_forward(&t, &problem);
    struct guarded x = guarded_make(&device, t.x_elements, t.element_bytes, 3, t.x);
    struct guarded y = guarded_make(&device, t.y_elements, t.element_bytes, 3, NULL);
    struct guarded mask = guarded_make(&device, t.mask_elements, t.mask_bytes, 3, NULL);
    assert_success(clpool_enqueue_forward(plan, guarded_at(&x), guarded_at(&y), guarded_at(&mask), device.queue,
                                          gate == NULL ? 0 : 1, gate, NULL));
    clpool_plan_destroy(plan);
    if (gate != NULL) {
        clpool_engine_destroy(engine);
        assert_cl(clSetUserEventStatus(*gate, CL_COMPLETE));
    }
    guarded_check(&device, &y, t.y, "y", "");
    guarded_check(&device, &mask, t.mask, "mask", "");
    guarded_release(&x);
    guarded_release(&y);
    guarded_release(&mask);
    tensors_free(&t);
}

/** Pools in an engine of its own, and says where the program came from. */
static int pool_in_engine(clpool_engine *engine, size_t kernel)
{
    size_t built = 0;
    size_t loaded = 0;
    char log[1000] = "x";
    pool(engine, kernel, NULL);
    assert_success(clpool_engine_program_counts(engine, &built, &loaded));
    assert_int_equal(built + loaded, 1);
    assert_success(clpool_engine_build_log(engine, log, sizeof(log), NULL));
    if (loaded == 1) {
        assert_string_equal(log, "");
    }
    clpool_engine_destroy(engine);
    return loaded == 1 ? LOADED : BUILT;
}

static int pool_with(const char *folder)
{
    const int result = pool_in_engine(make_engine(folder), 2);
    assert_int_equal(scratch_count(folder, "tmp-", NULL), 0);
    return result;
}

/** The path of the one file that the cache holds. */
static void find_file(char path[SCRATCH_PATH_BYTES])
{
    assert_int_equal(scratch_count(cache, "", path), 1);
}

static mode_t mode_of(const char *path)
{
    struct stat status;
    assert_int_equal(lstat(path, &status), 0);
    return status.st_mode & 07777;
}

/* ---- what it is for ---- */

static void a_second_engine_loads_what_the_first_built(void **state)
{
    (void)state;
    assert_int_equal(pool_with(cache), BUILT);
    assert_int_equal(pool_with(cache), LOADED);
    assert_int_equal(pool_with(cache), LOADED);
}

static void another_key_is_another_program(void **state)
{
    (void)state;
    assert_int_equal(pool_in_engine(make_engine(cache), 2), BUILT);
    assert_int_equal(pool_in_engine(make_engine(cache), 3), BUILT);
    assert_int_equal(scratch_count(cache, "", NULL), 2);
    assert_int_equal(pool_in_engine(make_engine(cache), 2), LOADED);
    assert_int_equal(pool_in_engine(make_engine(cache), 3), LOADED);
}

/** But PoCL's, which may end the process if asked for the binary of a program that runs. */
static void programs_are_stored_before_their_work_has_run(void **state)
{
    (void)state;
    const int is_pocl = strstr(device.name, "Portable Computing Language") != NULL;
    cl_int code = CL_SUCCESS;
    cl_event gate = clCreateUserEvent(device.context, &code);
    assert_cl(code);
    pool(make_engine(cache), 2, &gate);
    assert_cl(clReleaseEvent(gate));
    assert_int_equal(pool_with(cache), is_pocl ? BUILT : LOADED);
    assert_int_equal(pool_with(cache), LOADED);
}

/** PoCL's binaries are worth most after the launches. */
static void a_program_is_stored_when_it_is_built_or_at_last(void **state)
{
    (void)state;
    const int is_pocl = strstr(device.name, "Portable Computing Language") != NULL;
    clpool_engine *engine = make_engine(cache);
    pool(engine, 2, NULL);
    assert_int_equal(scratch_count(cache, "", NULL), is_pocl ? 0 : 1);
    clpool_engine_destroy(engine);
    assert_int_equal(scratch_count(cache, "", NULL), 1);
}

static pid_t start_child(const char *folder)
{
    pid_t child = 0;
    char *arguments[] = {(char *)(uintptr_t)program_path, (char *)(uintptr_t)folder, NULL};
    assert_int_equal(posix_spawn(&child, program_path, NULL, NULL, arguments, environ), 0);
    return child;
}

static int finish_child(pid_t child)
{
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void another_process_loads_it_too(void **state)
{
    (void)state;
    assert_int_equal(finish_child(start_child(cache)), BUILT);
    assert_int_equal(finish_child(start_child(cache)), LOADED);
    assert_int_equal(pool_with(cache), LOADED);
}

static void contexts_of_several_devices_keep_a_program_of_each(void **state)
{
    (void)state;
    const int is_pocl = strstr(device.name, "Portable Computing Language") != NULL;
    assert_int_equal(setenv("POCL_DEVICES", "pthread basic", 1), 0);
    assert_int_equal(finish_child(start_child(cache)), BUILT);
    assert_int_equal(finish_child(start_child(cache)), LOADED);
    assert_int_equal(unsetenv("POCL_DEVICES"), 0);
    assert_true(!is_pocl || scratch_count(cache, "", NULL) == 2);
}

static void processes_write_at_once(void **state)
{
    (void)state;
    enum { CHILDREN = 8 };
    pid_t children[CHILDREN];
    for (size_t i = 0; i < CHILDREN; i++) {
        children[i] = start_child(cache);
    }
    for (size_t i = 0; i < CHILDREN; i++) {
        const int result = finish_child(children[i]);
        assert_true(result == BUILT || result == LOADED);
    }
    assert_int_equal(scratch_count(cache, "", NULL), 1);
    assert_int_equal(pool_with(cache), LOADED);
}

static void folders_and_files_are_private(void **state)
{
    (void)state;
    char path[SCRATCH_PATH_BYTES];
    const mode_t before = umask(0);
    assert_int_equal(pool_with(cache), BUILT);
    (void)umask(before);
    scratch_join(path, scratch.path, "some");
    assert_int_equal(mode_of(path), 0700);
    assert_int_equal(mode_of(cache), 0700);
    find_file(path);
    assert_int_equal(mode_of(path), 0600);
}

/* ---- files that are wrong ---- */

/** With these contents in place of the file the program is built, and stored anew. */
static void contents_are_replaced(const char *path, const void *data, size_t size)
{
    scratch_write(path, data, size);
    assert_int_equal(pool_with(cache), BUILT);
    assert_int_equal(pool_with(cache), LOADED);
}

static void a_changed_byte_is_noticed(void **state)
{
    (void)state;
    char path[SCRATCH_PATH_BYTES];
    size_t size = 0;
    assert_int_equal(pool_with(cache), BUILT);
    find_file(path);
    unsigned char *data = scratch_read(path, &size);
    const size_t places[] = {0, 7, 8, 16, 23, 24, 31, 32, 100, size / 2, size - 2000, size - 9, size - 8, size - 1};
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        data[places[i]] ^= 0x10;
        contents_are_replaced(path, data, size);
        data[places[i]] ^= 0x10;
    }
    free(data);
}

static void a_file_of_another_length_is_noticed(void **state)
{
    (void)state;
    char path[SCRATCH_PATH_BYTES];
    size_t size = 0;
    assert_int_equal(pool_with(cache), BUILT);
    find_file(path);
    unsigned char *data = scratch_read(path, &size);
    const size_t sizes[] = {0, 1, 31, 32, 39, 40, size / 2, size - 8, size - 1, size + 1};
    data[size] = 0;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        contents_are_replaced(path, data, sizes[i]);
    }
    free(data);
}

static void a_file_of_another_key_is_noticed(void **state)
{
    (void)state;
    char path[SCRATCH_PATH_BYTES];
    char other_cache[SCRATCH_PATH_BYTES];
    char other_path[SCRATCH_PATH_BYTES];
    size_t size = 0;
    scratch_join(other_cache, scratch.path, "other");
    assert_int_equal(pool_in_engine(make_engine(other_cache), 3), BUILT);
    assert_int_equal(scratch_count(other_cache, "", other_path), 1);
    assert_int_equal(pool_with(cache), BUILT);
    find_file(path);
    unsigned char *data = scratch_read(other_path, &size);
    contents_are_replaced(path, data, size);
    free(data);
}

/** The key that a file holds, as text for the caller to free. */
static char *key_of(const unsigned char *data)
{
    uint64_t size = 0;
    memcpy(&size, data + 16, sizeof(size));
    char *key = calloc((size_t)size + 1, 1);
    assert_non_null(key);
    memcpy(key, data + 32, (size_t)size);
    return key;
}

static void every_part_of_a_key_counts(void **state)
{
    (void)state;
    char path[SCRATCH_PATH_BYTES];
    size_t size = 0;
    assert_int_equal(pool_with(cache), BUILT);
    find_file(path);
    unsigned char *data = scratch_read(path, &size);
    char *key = key_of(data);
    struct bytes binary = {NULL, 0};
    assert_true(cache_file_decode(key, (struct bytes){data, size}, &binary));
    const char *parts[] = {"clpool ",          "format ",          "platform: ", "platform version: ", "device: ",
                           "device version: ", "driver version: ", "options: ",  "__kernel "};
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        struct bytes file = {NULL, 0};
        char *changed = strstr(key, parts[i]);
        assert_non_null(changed);
        changed += strlen(parts[i]);
        *changed = (char)(*changed + 1);
        assert_true(cache_file_encode(key, binary, &file));
        contents_are_replaced(path, file.data, file.size);
        *changed = (char)(*changed - 1);
        free(file.data);
    }
    free(key);
    free(data);
}

static void a_binary_that_the_driver_refuses_is_replaced(void **state)
{
    (void)state;
    char path[SCRATCH_PATH_BYTES];
    unsigned char nonsense[100];
    size_t size = 0;
    struct bytes file = {NULL, 0};
    if (strstr(device.name, "rusticl") != NULL) {
        print_message("skipped: rusticl (Mesa 22.3) ends the process on a binary that it does not know\n");
        skip();
    }
    assert_int_equal(pool_with(cache), BUILT);
    find_file(path);
    unsigned char *data = scratch_read(path, &size);
    char *key = key_of(data);
    memset(nonsense, 'x', sizeof(nonsense));
    assert_true(cache_file_encode(key, (struct bytes){nonsense, sizeof(nonsense)}, &file));
    contents_are_replaced(path, file.data, file.size);
    free(file.data);
    free(key);
    free(data);
}

static void what_is_not_a_private_file_is_replaced(void **state)
{
    (void)state;
    char path[SCRATCH_PATH_BYTES];
    char aside[SCRATCH_PATH_BYTES];
    assert_int_equal(pool_with(cache), BUILT);
    find_file(path);
    assert_int_equal(chmod(path, 0620), 0);
    assert_int_equal(pool_with(cache), BUILT);
    assert_int_equal(mode_of(path), 0600);
    scratch_join(aside, scratch.path, "aside");
    assert_int_equal(rename(path, aside), 0);
    assert_int_equal(symlink(aside, path), 0);
    assert_int_equal(pool_with(cache), BUILT);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(pool_with(cache), BUILT);
    assert_int_equal(pool_with(cache), LOADED);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkdir(path, 0700), 0); /* this one cannot be */
    assert_int_equal(pool_with(cache), BUILT);
    assert_int_equal(pool_with(cache), BUILT);
}

/* ---- folders that are wrong ---- */

static void a_folder_that_cannot_be_made_or_written_is_no_cache(void **state)
{
    (void)state;
    char inside[SCRATCH_PATH_BYTES];
    scratch_join(cache, scratch.path, "file");
    scratch_write(cache, "text", 4);
    scratch_join(inside, cache, "inside");
    const char *folders[] = {cache, inside, "/proc/clpool/cache", "relative", ""};
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        assert_int_equal(pool_with(folders[i]), BUILT);
        assert_int_equal(pool_with(folders[i]), BUILT);
    }
    assert_int_equal(access("relative", F_OK), -1);
}

static void a_folder_that_may_only_be_read_is_read(void **state)
{
    (void)state;
    if (geteuid() == 0) {
        print_message("skipped: root may write everywhere\n");
        skip();
    }
    (void)strcpy(cache, scratch.path);
    assert_int_equal(chmod(cache, 0500), 0);
    assert_int_equal(pool_with(cache), BUILT);
    assert_int_equal(chmod(cache, 0700), 0);
    assert_int_equal(pool_with(cache), BUILT);
    assert_int_equal(chmod(cache, 0500), 0);
    assert_int_equal(pool_with(cache), LOADED);
    assert_int_equal(chmod(cache, 0700), 0);
}

static void a_folder_that_others_may_write_is_ignored(void **state)
{
    (void)state;
    assert_int_equal(pool_with(cache), BUILT);
    const mode_t modes[] = {0777, 0770, 0702};
    for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        assert_int_equal(chmod(cache, modes[i]), 0);
        assert_int_equal(pool_with(cache), BUILT);
    }
    assert_int_equal(chmod(cache, 0755), 0);
    assert_int_equal(pool_with(cache), LOADED);
}

static void what_another_user_owns_is_ignored(void **state)
{
    (void)state;
    const uid_t nobody = 65534;
    char path[SCRATCH_PATH_BYTES];
    if (geteuid() != 0) {
        print_message("skipped: only root can give files away\n");
        skip();
    }
    assert_int_equal(pool_with(cache), BUILT);
    find_file(path);
    assert_int_equal(chown(path, nobody, (gid_t)-1), 0);
    assert_int_equal(pool_with(cache), BUILT);
    assert_int_equal(pool_with(cache), LOADED);
    assert_int_equal(chown(cache, nobody, (gid_t)-1), 0);
    assert_int_equal(pool_with(cache), BUILT);
    assert_int_equal(pool_with(cache), BUILT);
}

/* ---- choices ---- */

static void options_are_checked(void **state)
{
    (void)state;
    clpool_engine *engine = NULL;
    size_t built = 1;
    clpool_engine_options options = {.struct_size = 4};
    assert_fails(clpool_engine_create_with_options(device.context, device.device, &options, &engine),
                 CLPOOL_INVALID_ARGUMENT, "clpool_engine_options.struct_size is 4");
    options = (clpool_engine_options){.struct_size = sizeof(options), .cache = (clpool_cache)7};
    assert_fails(clpool_engine_create_with_options(device.context, device.device, &options, &engine),
                 CLPOOL_INVALID_ARGUMENT, "cache is 7; it must be CLPOOL_CACHE_AUTO or CLPOOL_CACHE_OFF");
    assert_null(engine);
    assert_fails(clpool_engine_program_counts(NULL, &built, NULL), CLPOOL_INVALID_ARGUMENT, "engine is NULL");
    engine = make_engine(cache);
    assert_success(clpool_engine_program_counts(engine, &built, NULL));
    assert_success(clpool_engine_program_counts(engine, NULL, NULL));
    assert_int_equal(built, 0);
    clpool_engine_destroy(engine);
    assert_int_equal(access(cache, F_OK), -1);
}

static void the_option_turns_it_off(void **state)
{
    (void)state;
    const clpool_engine_options options = {
        .struct_size = sizeof(options), .cache_folder = cache, .cache = CLPOOL_CACHE_OFF};
    assert_int_equal(pool_with(cache), BUILT);
    clpool_engine *engine = NULL;
    assert_success(clpool_engine_create_with_options(device.context, device.device, &options, &engine));
    assert_int_equal(pool_in_engine(engine, 2), BUILT);
}

static void set_environment(const char *use, const char *folder, const char *xdg, const char *home)
{
    const char *values[][2] = {
        {"CLPOOL_CACHE", use}, {"CLPOOL_CACHE_DIR", folder}, {"XDG_CACHE_HOME", xdg}, {"HOME", home}};
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        assert_int_equal(values[i][1] == NULL ? unsetenv(values[i][0]) : setenv(values[i][0], values[i][1], 1), 0);
    }
}

static void environment_chooses(const char *expected)
{
    char *path = cache_folder_choose(NULL);
    if (expected == NULL) {
        assert_null(path);
    } else {
        assert_non_null(path);
        assert_string_equal(path, expected);
    }
    free(path);
}

static void the_environment_chooses_the_folder(void **state)
{
    (void)state;
    const char *home = getenv("HOME");
    const char *xdg = getenv("XDG_CACHE_HOME");
    char old_home[SCRATCH_PATH_BYTES] = "";
    char old_xdg[SCRATCH_PATH_BYTES] = "";
    (void)snprintf(old_home, sizeof(old_home), "%s", home == NULL ? "" : home);
    (void)snprintf(old_xdg, sizeof(old_xdg), "%s", xdg == NULL ? "" : xdg);
    set_environment(NULL, "/a", "/b", "/c");
    environment_chooses("/a");
    set_environment("1", "", "/b", "/c");
    environment_chooses("/b/clpool");
    set_environment("", NULL, NULL, "/c");
    environment_chooses("/c/.cache/clpool");
    set_environment(NULL, "a", "/b", "/c");
    environment_chooses(NULL);
    set_environment(NULL, NULL, NULL, NULL);
    environment_chooses(NULL);
    set_environment("0", "/a", "/b", "/c");
    environment_chooses(NULL);
    set_environment("0", NULL, xdg == NULL ? NULL : old_xdg, home == NULL ? NULL : old_home);
}

static void the_environment_turns_it_off_and_the_options_win(void **state)
{
    (void)state;
    assert_int_equal(setenv("CLPOOL_CACHE_DIR", cache, 1), 0);
    assert_int_equal(unsetenv("CLPOOL_CACHE"), 0);
    assert_int_equal(pool_in_engine(make_engine(NULL), 2), BUILT);
    assert_int_equal(pool_in_engine(make_engine(NULL), 2), LOADED);
    assert_int_equal(setenv("CLPOOL_CACHE", "0", 1), 0);
    assert_int_equal(pool_in_engine(make_engine(NULL), 2), BUILT);
    assert_int_equal(pool_in_engine(make_engine(cache), 2), LOADED);
    assert_int_equal(unsetenv("CLPOOL_CACHE_DIR"), 0);
}

static void the_last_error_stays_what_it_was(void **state)
{
    (void)state;
    clpool_engine *engine = NULL;
    scratch_join(cache, scratch.path, "file");
    scratch_write(cache, "text", 4);
    assert_fails(clpool_engine_create(NULL, device.device, &engine), CLPOOL_INVALID_ARGUMENT, "context is NULL");
    assert_int_equal(pool_with(cache), BUILT);
    assert_int_equal(pool_with(cache), BUILT);
    assert_string_equal(clpool_error_detail(), "context is NULL");
}

/* ---- the folder by itself ---- */

enum { THREADS = 8, ROUNDS = 100 };

static const char *const thread_key = "key";
static const char *const thread_file = "0" CACHE_FILE_SUFFIX;

struct worker {
    pthread_t thread;
    size_t size; /* of what it writes */
    int wrong;
};

/** Writes one file over and over, and reads it back: some thread's, whole. */
static void *write_and_read(void *argument)
{
    struct worker *worker = argument;
    unsigned char data[THREADS * 1000];
    memset(data, (int)worker->size % 255, sizeof(data));
    for (int i = 0; i < ROUNDS; i++) {
        struct bytes file = {NULL, 0};
        struct bytes got = {NULL, 0};
        struct bytes binary = {NULL, 0};
        const bool is_encoded = cache_file_encode(thread_key, (struct bytes){data, worker->size}, &file);
        cache_folder_write(cache, thread_file, file);
        worker->wrong += !is_encoded || !cache_folder_read(cache, thread_file, CACHE_FOLDER_BYTES, &got) ||
                         !cache_file_decode(thread_key, got, &binary) || binary.size % 1000 != 0;
        free(file.data);
        free(got.data);
    }
    return NULL;
}

static void threads_write_one_file_at_once(void **state)
{
    (void)state;
    struct worker workers[THREADS];
    for (size_t i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){.size = (i + 1) * 1000};
        assert_int_equal(pthread_create(&workers[i].thread, NULL, write_and_read, &workers[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
        assert_int_equal(workers[i].wrong, 0);
    }
    assert_int_equal(scratch_count(cache, "", NULL), 1);
}

/** Makes a file of the cache look as if it was last used in 1970. */
static void make_old(const char *name, time_t second)
{
    char path[SCRATCH_PATH_BYTES];
    const struct timespec times[2] = {{.tv_sec = second}, {.tv_sec = second}};
    scratch_join(path, cache, name);
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void what_was_not_used_for_longest_goes_first(void **state)
{
    (void)state;
    char name[CACHE_FILE_NAME_BYTES];
    unsigned char byte = 1;
    const struct bytes tiny = {&byte, 1};
    struct bytes got = {NULL, 0};
    cache_folder_write(cache, "used" CACHE_FILE_SUFFIX, tiny);
    cache_folder_write(cache, "old" CACHE_FILE_SUFFIX, tiny);
    cache_folder_write(cache, "foreign", tiny);
    for (int i = 0; i < CACHE_FOLDER_FILES - 2; i++) {
        (void)snprintf(name, sizeof(name), "%d" CACHE_FILE_SUFFIX, i);
        cache_folder_write(cache, name, tiny);
    }
    assert_int_equal(scratch_count(cache, "", NULL), CACHE_FOLDER_FILES + 1);
    make_old("used" CACHE_FILE_SUFFIX, 1000);
    make_old("old" CACHE_FILE_SUFFIX, 2000);
    make_old("foreign", 0);
    assert_true(cache_folder_read(cache, "used" CACHE_FILE_SUFFIX, CACHE_FOLDER_BYTES, &got));
    free(got.data);
    cache_folder_write(cache, "new" CACHE_FILE_SUFFIX, tiny);
    assert_int_equal(scratch_count(cache, "", NULL), CACHE_FOLDER_FILES + 1);
    assert_int_equal(scratch_count(cache, "old", NULL), 0);
    assert_int_equal(scratch_count(cache, "used", NULL), 1);
    assert_int_equal(scratch_count(cache, "new", NULL), 1);
    assert_int_equal(scratch_count(cache, "foreign", NULL), 1);
}

/** Whether a device before this one has its name, and so its programs. */
static int has_twin_before(const cl_device_id *devices, cl_uint index)
{
    char name[256] = "";
    char other[256] = "";
    assert_cl(clGetDeviceInfo(devices[index], CL_DEVICE_NAME, sizeof(name), name, NULL));
    for (cl_uint i = 0; i < index; i++) {
        assert_cl(clGetDeviceInfo(devices[i], CL_DEVICE_NAME, sizeof(other), other, NULL));
        if (strcmp(name, other) == 0) {
            return 1;
        }
    }
    return 0;
}

/** What the children of this program do: pool on all devices of the platform, in one context. */
static int be_child(const char *folder)
{
    cl_device_id devices[MOST_DEVICES];
    cl_uint count = 0;
    cl_int code = CL_SUCCESS;
    int result = 0;
    test_device_open(&device);
    const struct test_device first = device;
    assert_cl(clGetDeviceIDs(device.platform, CL_DEVICE_TYPE_ALL, MOST_DEVICES, devices, &count));
    count = count < MOST_DEVICES ? count : MOST_DEVICES;
    device.context = clCreateContext(NULL, count, devices, NULL, NULL, &code);
    assert_cl(code);
    for (cl_uint i = 0; i < count; i++) {
        if (has_twin_before(devices, i)) {
            continue;
        }
        device.device = devices[i];
        device.queue = clCreateCommandQueue(device.context, device.device, 0, &code);
        assert_cl(code);
        const int got = pool_in_engine(make_engine(folder), 2);
        result = i == 0 || got == result ? got : MIXED;
        assert_cl(clReleaseCommandQueue(device.queue));
    }
    assert_cl(clReleaseContext(device.context));
    device = first;
    test_device_close(&device);
    return result;
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, make_scratch, remove_scratch)

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        TEST(a_second_engine_loads_what_the_first_built),
        TEST(another_key_is_another_program),
        TEST(programs_are_stored_before_their_work_has_run),
        TEST(a_program_is_stored_when_it_is_built_or_at_last),
        TEST(another_process_loads_it_too),
        TEST(contexts_of_several_devices_keep_a_program_of_each),
        TEST(processes_write_at_once),
        TEST(folders_and_files_are_private),
        TEST(a_changed_byte_is_noticed),
        TEST(a_file_of_another_length_is_noticed),
        TEST(a_file_of_another_key_is_noticed),
        TEST(every_part_of_a_key_counts),
        TEST(a_binary_that_the_driver_refuses_is_replaced),
        TEST(what_is_not_a_private_file_is_replaced),
        TEST(a_folder_that_cannot_be_made_or_written_is_no_cache),
        TEST(a_folder_that_may_only_be_read_is_read),
        TEST(a_folder_that_others_may_write_is_ignored),
        TEST(what_another_user_owns_is_ignored),
        TEST(options_are_checked),
        TEST(the_option_turns_it_off),
        TEST(the_environment_chooses_the_folder),
        TEST(the_environment_turns_it_off_and_the_options_win),
        TEST(the_last_error_stays_what_it_was),
        TEST(threads_write_one_file_at_once),
        TEST(what_was_not_used_for_longest_goes_first),
    };
    program_path = arguments[0];
    return count == 2 ? be_child(arguments[1]) : cmocka_run_group_tests(tests, open_device, close_device);
}
