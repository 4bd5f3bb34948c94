/* SPDX-License-Identifier: Apache-2.0 */
#include "temporary_file.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report.h"

/* Mutable state of the whole process: a signal handler has no other way to know what to remove. A slot's name is
 * complete whenever its flag is set, so the handler never sees half a name. */
static struct slot {
    volatile sig_atomic_t used;
    char path[PATH_MAX];
} slots[TEMPORARY_FILES];

/* Calls only what POSIX lists as safe in a handler. */
static void remove_and_die(int number)
{
    size_t i;
    for (i = 0; i < TEMPORARY_FILES; i++) {
        if (slots[i].used) {
            (void)unlink(slots[i].path);
        }
    }
    report_progress_abandon();
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

static void watched_signals(sigset_t *set)
{
    (void)sigemptyset(set);
    (void)sigaddset(set, SIGINT);
    (void)sigaddset(set, SIGTERM);
    (void)sigaddset(set, SIGHUP);
    (void)sigaddset(set, SIGPIPE);
}

void temporary_files_watch_signals(void)
{
    const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
    size_t i;
    for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        struct sigaction action, old;
        memset(&action, 0, sizeof(action));
        action.sa_handler = remove_and_die;
        watched_signals(&action.sa_mask);
        /* A signal that the parent ignores (nohup) stays ignored. */
        if (sigaction(numbers[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN) {
            (void)sigaction(numbers[i], &action, NULL);
        }
    }
}

static struct slot *find_slot(const char *path)
{
    size_t i;
    for (i = 0; i < TEMPORARY_FILES; i++) {
        if (path == NULL ? !slots[i].used : slots[i].used && strcmp(slots[i].path, path) == 0) {
            return &slots[i];
        }
    }
    return NULL;
}

static int make_in_slot(const char *destination, struct slot *slot)
{
    const char *last = strrchr(destination, '/');
    int folder_length = last == NULL ? 0 : (int)(last - destination + 1);
    sigset_t watched, before;
    int length, descriptor;
    length = snprintf(slot->path, sizeof(slot->path), "%.*s.clpool-XXXXXX", folder_length, destination);
    if (length < 0 || (size_t)length >= sizeof(slot->path)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    watched_signals(&watched);
    (void)sigprocmask(SIG_BLOCK, &watched, &before);
    descriptor = mkstemp(slot->path);
    slot->used = descriptor >= 0;
    (void)sigprocmask(SIG_SETMASK, &before, NULL);
    return descriptor;
}

int temporary_file_make(const char *destination, char **path)
{
    struct slot *slot = find_slot(NULL);
    int descriptor = -1;
    *path = NULL;
    if (slot == NULL) {
        errno = EMFILE;
        return -1;
    }
    descriptor = make_in_slot(destination, slot);
    if (descriptor < 0) {
        return -1;
    }
    *path = strdup(slot->path);
    if (*path == NULL) {
        (void)close(descriptor);
        temporary_file_remove(slot->path);
        errno = ENOMEM;
        return -1;
    }
    return descriptor;
}

void temporary_file_remove(const char *path)
{
    struct slot *slot = find_slot(path);
    if (slot != NULL) {
        (void)unlink(slot->path);
        slot->used = 0;
    }
}

int temporary_file_rename(const char *path, const char *destination)
{
    struct slot *slot = find_slot(path);
    int result = rename(path, destination);
    if (result == 0 && slot != NULL) {
        slot->used = 0;
    }
    return result;
}
