/* SPDX-License-Identifier: Apache-2.0 */
#include "faults/child.h"

#include "support/cmocka.h"

#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST_WORDS = 40, MOST_SECONDS = 120 };

static const char report_name[] = "fault-report";

extern char **environ;

static void take_text(FILE *file, char *text, size_t room)
{
    rewind(file);
    const size_t size = fread(text, 1, room - 1, file);
    text[size] = '\0';
    (void)fclose(file);
}

static size_t *call_count(struct child *child, const char *name)
{
    for (size_t i = 0; i < FAULT_CALLS; i++) {
        if (strcmp(fault_call_name((fault_call)i), name) == 0) {
            return &child->calls[i];
        }
    }
    return NULL;
}

static void take_line(struct child *child, const char *name, long value)
{
    size_t *calls = call_count(child, name);
    if (strcmp(name, "reached") == 0) {
        child->is_reached = value != 0;
    } else if (calls != NULL) {
        *calls = (size_t)value;
    }
#define LIVE_TAKE(field)                                                                                               \
    if (strcmp(name, #field) == 0) {                                                                                   \
        child->live.field = value;                                                                                     \
    }
    FAULT_LIVE(LIVE_TAKE)
#undef LIVE_TAKE
}

static void read_report(struct child *child)
{
    char name[64];
    long value = 0;
    FILE *file = fopen(report_name, "r");
    child->has_report = file != NULL;
    while (file != NULL && fscanf(file, "%63s %ld", name, &value) == 2) {
        take_line(child, name, value);
    }
    if (file != NULL) {
        (void)fclose(file);
        (void)remove(report_name);
    }
}

/** Waits, and ends the child if it takes too long. */
static int wait_for(pid_t child)
{
    const struct timespec pause = {.tv_nsec = 1000000};
    const time_t begin = time(NULL);
    int status = 0;
    while (waitpid(child, &status, WNOHANG) == 0) {
        if (time(NULL) - begin > MOST_SECONDS) {
            (void)kill(child, SIGKILL);
        }
        (void)nanosleep(&pause, NULL);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static size_t split(char *words, char *arguments[MOST_WORDS])
{
    size_t count = 0;
    char *rest = NULL;
    for (char *word = strtok_r(words, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
        assert_true(count < MOST_WORDS - 1);
        arguments[count++] = word;
    }
    arguments[count] = NULL;
    return count;
}

void child_run(const char *program, const char *words, const struct fault *fault, struct child *child)
{
    char text[1024];
    char *arguments[MOST_WORDS];
    char armed[128] = "";
    posix_spawn_file_actions_t actions;
    pid_t process = 0;
    FILE *out = tmpfile();
    FILE *err = tmpfile();
    assert_non_null(out);
    assert_non_null(err);
    memset(child, 0, sizeof(*child));
    (void)snprintf(text, sizeof(text), "clpool %s", words);
    (void)split(text, arguments);
    if (fault != NULL) {
        (void)snprintf(armed, sizeof(armed), "%s:%zu:%d%s", fault_call_name(fault->call), fault->nth, fault->code,
                       fault->stays_on ? ":on" : "");
    }
    assert_int_equal(setenv("CLPOOL_FAULT", armed, 1) | setenv("CLPOOL_FAULT_REPORT", report_name, 1), 0);
    assert_int_equal(posix_spawn_file_actions_init(&actions), 0);
    assert_int_equal(posix_spawn_file_actions_adddup2(&actions, fileno(out), STDOUT_FILENO), 0);
    assert_int_equal(posix_spawn_file_actions_adddup2(&actions, fileno(err), STDERR_FILENO), 0);
    assert_int_equal(posix_spawn(&process, program, &actions, NULL, arguments, environ), 0);
    (void)posix_spawn_file_actions_destroy(&actions);
    child->status = wait_for(process);
    take_text(out, child->out, sizeof(child->out));
    take_text(err, child->err, sizeof(child->err));
    read_report(child);
}
