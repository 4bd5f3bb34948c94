/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox.h"

#include "support/cmocka.h"

#include <dirent.h>
#include <ftw.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

int sandbox_enter(void **state)
{
    char path[] = "/tmp/clpool-test-XXXXXX";
    *state = mkdtemp(path) == NULL ? NULL : strdup(path);
    return *state == NULL ? -1 : chdir(*state);
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *at)
{
    (void)status;
    (void)type;
    (void)at;
    return remove(path);
}

int sandbox_leave(void **state)
{
    int failed = chdir("/") != 0 || nftw(*state, remove_one, 8, FTW_DEPTH | FTW_PHYS) != 0;
    free(*state);
    return failed ? -1 : 0;
}

int sandbox_hide_platforms(void **state)
{
    char folder[] = "/tmp/clpool-no-drivers-XXXXXX";
    if (mkdtemp(folder) == NULL || unsetenv("CLPOOL_DEVICE") != 0) {
        return -1;
    }
    *state = strdup(folder);
    return *state == NULL ? -1 : setenv("OCL_ICD_VENDORS", folder, 1);
}

int sandbox_remove_folder(void **state)
{
    int result = rmdir(*state);
    free(*state);
    return result;
}

void sandbox_write(const char *name, const void *bytes, size_t size)
{
    FILE *file = fopen(name, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static size_t read_all(FILE *file, void *bytes, size_t room)
{
    size_t size = fread(bytes, 1, room, file);
    assert_int_equal(ferror(file), 0);
    return size;
}

unsigned char *sandbox_read(const char *name, size_t *size)
{
    const size_t room = (size_t)1 << 22;
    unsigned char *bytes = malloc(room);
    FILE *file = fopen(name, "rb");
    assert_non_null(bytes);
    assert_non_null(file);
    *size = read_all(file, bytes, room);
    assert_true(*size < room);
    assert_int_equal(fclose(file), 0);
    return bytes;
}

size_t sandbox_count(void)
{
    size_t count = 0;
    struct dirent *entry;
    DIR *folder = opendir(".");
    assert_non_null(folder);
    while ((entry = readdir(folder)) != NULL) {
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    }
    closedir(folder);
    return count;
}

static void take_text(FILE *file, char *text, size_t room)
{
    rewind(file);
    text[read_all(file, text, room - 1)] = '\0';
    fclose(file);
}

static int spawn_and_wait(char **arguments, int out, int err)
{
    posix_spawn_file_actions_t actions;
    pid_t child = 0;
    int status = 0;
    assert_int_equal(posix_spawn_file_actions_init(&actions), 0);
    assert_int_equal(posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO), 0);
    assert_int_equal(posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO), 0);
    assert_int_equal(posix_spawn(&child, CLPOOL_TEST_COMMAND, &actions, NULL, arguments, environ), 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    posix_spawn_file_actions_destroy(&actions);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Runs the command with its stdout in `out`. */
static void run_into(FILE *out, struct run *run, const char *argument, va_list more)
{
    static char program[] = "clpool";
    char *arguments[32] = {program};
    size_t count = 1;
    FILE *err = tmpfile();
    for (; argument != NULL && count < 31; argument = va_arg(more, const char *)) {
        arguments[count++] = (char *)(uintptr_t)argument;
    }
    assert_non_null(out);
    assert_non_null(err);
    run->status = spawn_and_wait(arguments, fileno(out), fileno(err));
    run->out[0] = '\0';
    take_text(err, run->err, sizeof(run->err));
}

void sandbox_run(struct run *run, const char *argument, ...)
{
    FILE *out = tmpfile();
    va_list more;
    va_start(more, argument);
    run_into(out, run, argument, more);
    va_end(more);
    take_text(out, run->out, sizeof(run->out));
}

void sandbox_run_to(const char *out, struct run *run, const char *argument, ...)
{
    FILE *file = fopen(out, "w");
    va_list more;
    va_start(more, argument);
    run_into(file, run, argument, more);
    va_end(more);
    fclose(file);
}

void assert_run(const struct run *run, int status, const char *out, const char *err)
{
    if (run->status != status || (out != NULL && strstr(run->out, out) == NULL) ||
        (err != NULL && strstr(run->err, err) == NULL)) {
        print_error("exit status %d, wanted %d\nstdout: %s\nwanted: %s\nstderr: %s\nwanted: %s\n", run->status, status,
                    run->out, out == NULL ? "anything" : out, run->err, err == NULL ? "anything" : err);
        fail();
    }
    /* Whatever the command says on stderr says who speaks. */
    if (run->err[0] != '\0' && strncmp(run->err, "usage: ", 7) != 0) {
        assert_memory_equal(run->err, "clpool: ", 8);
    }
}

void assert_same_files(const char *a, const char *b)
{
    size_t a_size, b_size;
    unsigned char *a_bytes = sandbox_read(a, &a_size);
    unsigned char *b_bytes = sandbox_read(b, &b_size);
    assert_int_equal(a_size, b_size);
    assert_memory_equal(a_bytes, b_bytes, a_size);
    free(a_bytes);
    free(b_bytes);
}
