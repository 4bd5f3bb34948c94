/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE                                                                                                \
    200809L /* openat() and its like, which tell the file that was checked from one put in its place */
#include "device/cache_folder.h"

#ifdef _WIN32

bool cache_folder_trusts_environment(void)
{
    return true;
}

char *cache_folder_choose(const char *wanted)
{
    (void)wanted;
    return NULL;
}

bool cache_folder_read(const char *folder, const char *name, size_t most, struct bytes *file)
{
    (void)folder;
    (void)name;
    (void)most;
    (void)file;
    return false;
}

void cache_folder_write(const char *folder, const char *name, struct bytes file)
{
    (void)folder;
    (void)name;
    (void)file;
}

#else

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_ATTEMPTS = 64, MOST_REMOVALS = 64, NAME_BYTES = 64 };

/* ---- which folder ---- */

static bool is_absolute(const char *path)
{
    return path != NULL && path[0] == '/';
}

static char *join(const char *folder, const char *rest)
{
    const size_t size = strlen(folder) + strlen(rest) + 1;
    char *path = malloc(size);
    if (path != NULL) {
        (void)snprintf(path, size, "%s%s", folder, rest);
    }
    return path;
}

static char *choose_from_environment(void)
{
    const char *use = getenv("CLPOOL_CACHE");
    const struct {
        const char *folder;
        const char *rest;
    } choices[] = {
        {getenv("CLPOOL_CACHE_DIR"), ""}, {getenv("XDG_CACHE_HOME"), "/clpool"}, {getenv("HOME"), "/.cache/clpool"}};
    if (use != NULL && strcmp(use, "0") == 0) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++) {
        if (choices[i].folder != NULL && choices[i].folder[0] != '\0') {
            return is_absolute(choices[i].folder) ? join(choices[i].folder, choices[i].rest) : NULL;
        }
    }
    return NULL;
}

bool cache_folder_trusts_environment(void)
{
    return getuid() == geteuid() && getgid() == getegid();
}

char *cache_folder_choose(const char *wanted)
{
    if (wanted != NULL) {
        return is_absolute(wanted) ? join(wanted, "") : NULL;
    }
    return cache_folder_trusts_environment() ? choose_from_environment() : NULL;
}

/* ---- trust ---- */

static bool is_own(int descriptor, mode_t type, off_t *size)
{
    struct stat status;
    const bool own = fstat(descriptor, &status) == 0 && (status.st_mode & S_IFMT) == type &&
                     status.st_uid == geteuid() && (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
    *size = own ? status.st_size : 0;
    return own;
}

/** -1 unless there is such a folder or file and it is this user's alone to write. */
static int open_own(int folder, const char *name, int flags, mode_t type, off_t *size)
{
    int descriptor = openat(folder, name, O_RDONLY | O_CLOEXEC | flags);
    if (descriptor >= 0 && !is_own(descriptor, type, size)) {
        (void)close(descriptor);
        descriptor = -1;
    }
    return descriptor;
}

static int open_folder(const char *folder)
{
    off_t size = 0;
    return open_own(AT_FDCWD, folder, O_DIRECTORY, S_IFDIR, &size);
}

/* ---- reading ---- */

static bool read_all(int descriptor, struct bytes file)
{
    for (size_t done = 0; done < file.size;) {
        const ssize_t got = read(descriptor, file.data + done, file.size - done);
        if (got == 0 || (got < 0 && errno != EINTR)) {
            return false;
        }
        done += got > 0 ? (size_t)got : 0;
    }
    return true;
}

static bool read_file(int descriptor, off_t size, size_t most, struct bytes *file)
{
    if (size <= 0 || (uintmax_t)size > most) {
        return false;
    }
    *file = (struct bytes){malloc((size_t)size), (size_t)size};
    if (file->data != NULL && read_all(descriptor, *file)) {
        return true;
    }
    free(file->data);
    file->data = NULL;
    return false;
}

bool cache_folder_read(const char *folder, const char *name, size_t most, struct bytes *file)
{
    off_t size = 0;
    const int opened = open_folder(folder);
    if (opened < 0) {
        return false;
    }
    /* Without O_NONBLOCK a pipe of that name would be waited for. */
    const int descriptor = open_own(opened, name, O_NOFOLLOW | O_NONBLOCK, S_IFREG, &size);
    const bool is_read = descriptor >= 0 && read_file(descriptor, size, most, file);
    if (is_read) {
        (void)futimens(descriptor, NULL);
    }
    if (descriptor >= 0) {
        (void)close(descriptor);
    }
    (void)close(opened);
    return is_read;
}

/* ---- bounds ---- */

struct census {
    size_t files;
    off_t bytes;
    time_t oldest_time;
    char oldest[NAME_BYTES];
};

static bool is_cache_name(const char *name)
{
    const size_t length = strlen(name);
    const size_t suffix = strlen(CACHE_FILE_SUFFIX);
    return length < NAME_BYTES && length > suffix && strcmp(name + length - suffix, CACHE_FILE_SUFFIX) == 0;
}

static void count_file(int folder, const char *name, struct census *census)
{
    struct stat status;
    if (!is_cache_name(name) || fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(status.st_mode)) {
        return;
    }
    if (census->files == 0 || status.st_mtime < census->oldest_time) {
        census->oldest_time = status.st_mtime;
        (void)snprintf(census->oldest, NAME_BYTES, "%s", name);
    }
    census->files++;
    census->bytes += status.st_size;
}

static struct census count_files(int folder)
{
    struct census census = {.files = 0};
    const int again = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *entries = again < 0 ? NULL : fdopendir(again);
    if (entries == NULL) {
        if (again >= 0) {
            (void)close(again);
        }
        return census;
    }
    for (const struct dirent *entry = readdir(entries); entry != NULL; entry = readdir(entries)) {
        count_file(folder, entry->d_name, &census);
    }
    (void)closedir(entries);
    return census;
}

static void keep_bounds(int folder)
{
    struct census census = count_files(folder);
    for (int i = 0; i < MOST_REMOVALS && (census.files > CACHE_FOLDER_FILES || census.bytes > CACHE_FOLDER_BYTES);
         i++) {
        (void)unlinkat(folder, census.oldest, 0);
        census = count_files(folder);
    }
}

/* ---- writing ---- */

/** Makes the folder and those above it that are missing; whether that went well shows when it is opened. */
static void make_folder(const char *folder)
{
    char *path = join(folder, "");
    if (path == NULL) {
        return;
    }
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(path, S_IRWXU);
        *slash = '/';
    }
    (void)mkdir(path, S_IRWXU);
    free(path);
}

/** Creates a file that nobody else writes; its name tells processes apart, and the attempts tell threads. */
static int create_temporary(int folder, char name[NAME_BYTES])
{
    int descriptor = -1;
    for (int i = 0; i < MOST_ATTEMPTS && descriptor < 0; i++) {
        (void)snprintf(name, NAME_BYTES, "tmp-%ld-%d" CACHE_FILE_SUFFIX, (long)getpid(), i);
        descriptor = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
        if (descriptor < 0 && errno != EEXIST) {
            break;
        }
    }
    return descriptor;
}

static bool write_all(int descriptor, struct bytes file)
{
    for (size_t done = 0; done < file.size;) {
        const ssize_t written = write(descriptor, file.data + done, file.size - done);
        if (written < 0 && errno != EINTR) {
            return false;
        }
        done += written > 0 ? (size_t)written : 0;
    }
    return true;
}

void cache_folder_write(const char *folder, const char *name, struct bytes file)
{
    char temporary[NAME_BYTES];
    make_folder(folder);
    const int opened = open_folder(folder);
    if (opened < 0) {
        return;
    }
    const int descriptor = create_temporary(opened, temporary);
    if (descriptor >= 0) {
        bool is_whole = write_all(descriptor, file);
        is_whole = close(descriptor) == 0 && is_whole;
        if (!is_whole || renameat(opened, temporary, opened, name) != 0) {
            (void)unlinkat(opened, temporary, 0);
        }
        keep_bounds(opened);
    }
    (void)close(opened);
}

#endif
