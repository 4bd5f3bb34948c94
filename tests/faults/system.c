/* SPDX-License-Identifier: Apache-2.0 */
/* Wrappers of the system's functions, for programs linked with -Wl,--wrap=NAME. */
#define _GNU_SOURCE /* all of what is wrapped */
#include "faults/faults_state.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Declared for all that -Wmissing-prototypes asks. */
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_realpath(const char *path, char *resolved);
void __wrap_free(void *block);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument);
int __wrap_pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attributes);
int __wrap_open(const char *path, int flags, ...);
int __wrap_openat(int folder, const char *path, int flags, ...);
FILE *__wrap_fopen(const char *path, const char *mode);
size_t __wrap_fread(void *to, size_t size, size_t count, FILE *file);
int __wrap_ferror(FILE *file);
int __wrap_fclose(FILE *file);
DIR *__wrap_opendir(const char *path);
int __wrap_closedir(DIR *folder);
ssize_t __wrap_read(int descriptor, void *to, size_t size);
ssize_t __wrap_write(int descriptor, const void *from, size_t size);
int __wrap_close(int descriptor);
int __wrap_fstat(int descriptor, struct stat *status);
int __wrap_fchmod(int descriptor, mode_t mode);
int __wrap_fsync(int descriptor);
int __wrap_mkdir(const char *path, mode_t mode);
int __wrap_mkstemp(char *path);
int __wrap_rename(const char *from, const char *to);
int __wrap_renameat(int from_folder, const char *from, int to_folder, const char *to);

static bool fails(fault_call call)
{
    const int code = fault_strike(call);
    if (code != 0) {
        errno = code;
    }
    return code != 0;
}

static void change(atomic_long *count, long by)
{
    (void)atomic_fetch_add(count, by);
}

/* ---- memory ---- */

static void *counted(void *block)
{
    change(&live_counts.blocks, block != NULL);
    return block;
}

void *__wrap_malloc(size_t size)
{
    return fails(FAULT_malloc) ? NULL : counted(malloc(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails(FAULT_calloc) ? NULL : counted(calloc(count, size));
}

void *__wrap_realloc(void *block, size_t size)
{
    if (fails(FAULT_realloc)) {
        return NULL;
    }
    void *moved = realloc(block, size);
    change(&live_counts.blocks, block == NULL && moved != NULL);
    return moved;
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return fails(FAULT_aligned_alloc) ? NULL : counted(aligned_alloc(alignment, size));
}

char *__wrap_strdup(const char *text)
{
    return fails(FAULT_strdup) ? NULL : counted(strdup(text));
}

char *__wrap_realpath(const char *path, char *resolved)
{
    char *made = realpath(path, resolved);
    change(&live_counts.blocks, resolved == NULL && made != NULL);
    return made;
}

void __wrap_free(void *block)
{
    change(&live_counts.blocks, block == NULL ? 0 : -1);
    free(block);
}

/* ---- threads ---- */

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument)
{
    const int code = fault_strike(FAULT_pthread_create);
    return code != 0 ? code : pthread_create(thread, attributes, start, argument);
}

int __wrap_pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attributes)
{
    const int code = fault_strike(FAULT_pthread_mutex_init);
    return code != 0 ? code : pthread_mutex_init(mutex, attributes);
}

/* ---- files ---- */

/** Where a read of the file last failed; its error flag, which nothing else can set. */
static FILE *_Atomic unreadable;

int __wrap_open(const char *path, int flags, ...)
{
    va_list more;
    va_start(more, flags);
    const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0;
    va_end(more);
    const int descriptor = fails(FAULT_open) ? -1 : open(path, flags, mode);
    change(&live_counts.files, descriptor >= 0);
    return descriptor;
}

int __wrap_openat(int folder, const char *path, int flags, ...)
{
    va_list more;
    va_start(more, flags);
    const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0;
    va_end(more);
    const int descriptor = fails(FAULT_openat) ? -1 : openat(folder, path, flags, mode);
    change(&live_counts.files, descriptor >= 0);
    return descriptor;
}

FILE *__wrap_fopen(const char *path, const char *mode)
{
    FILE *file = fails(FAULT_fopen) ? NULL : fopen(path, mode);
    change(&live_counts.files, file != NULL);
    return file;
}

size_t __wrap_fread(void *to, size_t size, size_t count, FILE *file)
{
    if (fails(FAULT_fread)) {
        unreadable = file;
        return 0;
    }
    return fread(to, size, count, file);
}

int __wrap_ferror(FILE *file)
{
    return unreadable == file || ferror(file) != 0;
}

int __wrap_fclose(FILE *file)
{
    const int code = fault_strike(FAULT_fclose);
    if (unreadable == file) {
        unreadable = NULL;
    }
    const int closed = fclose(file);
    change(&live_counts.files, -1);
    if (code != 0) {
        errno = code;
    }
    return code != 0 ? EOF : closed;
}

DIR *__wrap_opendir(const char *path)
{
    DIR *folder = opendir(path);
    change(&live_counts.files, folder != NULL);
    return folder;
}

int __wrap_closedir(DIR *folder)
{
    const int closed = closedir(folder);
    change(&live_counts.files, closed == 0 ? -1 : 0);
    return closed;
}

ssize_t __wrap_read(int descriptor, void *to, size_t size)
{
    return fails(FAULT_read) ? -1 : read(descriptor, to, size);
}

ssize_t __wrap_write(int descriptor, const void *from, size_t size)
{
    return fails(FAULT_write) ? -1 : write(descriptor, from, size);
}

int __wrap_close(int descriptor)
{
    const int code = fault_strike(FAULT_close);
    const int closed = close(descriptor);
    change(&live_counts.files, closed == 0 ? -1 : 0);
    if (code != 0) {
        errno = code;
    }
    return code != 0 ? -1 : closed;
}

int __wrap_fstat(int descriptor, struct stat *status)
{
    return fails(FAULT_fstat) ? -1 : fstat(descriptor, status);
}

int __wrap_fchmod(int descriptor, mode_t mode)
{
    return fails(FAULT_fchmod) ? -1 : fchmod(descriptor, mode);
}

int __wrap_fsync(int descriptor)
{
    return fails(FAULT_fsync) ? -1 : fsync(descriptor);
}

int __wrap_mkdir(const char *path, mode_t mode)
{
    return fails(FAULT_mkdir) ? -1 : mkdir(path, mode);
}

int __wrap_mkstemp(char *path)
{
    const int descriptor = fails(FAULT_mkstemp) ? -1 : mkstemp(path);
    change(&live_counts.files, descriptor >= 0);
    return descriptor;
}

int __wrap_rename(const char *from, const char *to)
{
    return fails(FAULT_rename) ? -1 : rename(from, to);
}

int __wrap_renameat(int from_folder, const char *from, int to_folder, const char *to)
{
    return fails(FAULT_renameat) ? -1 : renameat(from_folder, from, to_folder, to);
}
