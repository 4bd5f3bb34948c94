/* SPDX-License-Identifier: Apache-2.0 */
#include "output_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "link_target.h"
#include "report.h"
#include "temporary_file.h"

/* Whatever is wrong with a path is the user's to mend; want of memory is not. */
static exit_code fail(const char *path, const char *doing)
{
    exit_code code = errno == ENOMEM ? EXIT_DEVICE_FAILED : EXIT_BAD_INPUT;
    return report_error(code, "%s: cannot %s: %s", path, doing, strerror(errno));
}

/* What standard output was before it was claimed; -1: it was not. */
static int claimed = -1;

exit_code output_claim_stdout(void)
{
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    exit_code code;
    bool done;
    (void)fflush(stdout);
    claimed = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    done = nowhere >= 0 && claimed >= 0 && dup2(nowhere, STDOUT_FILENO) >= 0;
    code = done ? EXIT_DONE : fail("standard output", "write");
    if (nowhere >= 0) {
        (void)close(nowhere);
    }
    return code;
}

static exit_code open_claimed(output_file *file)
{
    file->descriptor = fcntl(claimed, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (file->descriptor < 0) {
        return fail("standard output", "write");
    }
    file->path = "standard output";
    return EXIT_DONE;
}

static exit_code open_directly(output_file *file, const char *path)
{
    file->descriptor = open(path, O_WRONLY | O_CLOEXEC);
    if (file->descriptor < 0) {
        return fail(path, "write");
    }
    file->path = path;
    return EXIT_DONE;
}

static exit_code open_temporary(output_file *file, const char *path)
{
    file->destination = link_target(path);
    if (file->destination == NULL) {
        return fail(path, "write");
    }
    file->descriptor = temporary_file_make(file->destination, &file->temporary);
    if (file->descriptor < 0) {
        int because = errno;
        free(file->destination);
        file->destination = NULL;
        errno = because;
        return fail(path, "write");
    }
    file->path = path;
    return EXIT_DONE;
}

static exit_code open_one(output_file *file, const char *path)
{
    struct stat status;
    bool exists = stat(path, &status) == 0;
    if (claimed >= 0 && strcmp(path, "-") == 0) {
        return open_claimed(file);
    }
    if (exists && S_ISDIR(status.st_mode)) {
        return report_error(EXIT_BAD_INPUT, "%s: cannot write: it is a folder", path);
    }
    return exists && !S_ISREG(status.st_mode) ? open_directly(file, path) : open_temporary(file, path);
}

/* One of the files before the last that has the last one's destination; NULL if none has. */
static const output_file *find_same(const output_file *files, size_t last)
{
    size_t i;
    for (i = 0; i < last; i++) {
        if (files[i].destination != NULL && files[last].destination != NULL &&
            strcmp(files[i].destination, files[last].destination) == 0) {
            return &files[i];
        }
    }
    return NULL;
}

exit_code output_files_open(output_file *files, const char *const *paths, size_t count)
{
    exit_code code = EXIT_DONE;
    size_t i;
    memset(files, 0, count * sizeof(*files));
    for (i = 0; i < count && code == EXIT_DONE; i++) {
        const output_file *same;
        if (paths[i] == NULL) {
            continue;
        }
        code = open_one(&files[i], paths[i]);
        same = find_same(files, i);
        if (same != NULL) {
            code =
                report_error(EXIT_BAD_INPUT, "%s and %s are one file; each output needs its own", same->path, paths[i]);
        }
    }
    if (code != EXIT_DONE) {
        output_files_discard(files, count);
    }
    return code;
}

exit_code output_file_write(output_file *file, const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    while (size > 0) {
        ssize_t written = write(file->descriptor, at, size);
        if (written >= 0) {
            at += written;
            size -= (size_t)written;
        } else if (errno != EINTR) {
            return fail(file->path, "write");
        }
    }
    return EXIT_DONE;
}

/* The permissions that a file made by open() would have; mkstemp() gives fewer. */
static mode_t usual_mode(void)
{
    mode_t mask = umask(0);
    (void)umask(mask);
    return 0666 & ~mask;
}

static exit_code complete(output_file *file)
{
    mode_t mode = file->is_private ? S_IRUSR | S_IWUSR : usual_mode();
    if (file->temporary != NULL && (fchmod(file->descriptor, mode) != 0 || fsync(file->descriptor) != 0)) {
        return fail(file->path, "write");
    }
    return EXIT_DONE;
}

static exit_code give_name(output_file *file)
{
    if (file->temporary != NULL) {
        if (temporary_file_rename(file->temporary, file->destination) != 0) {
            return fail(file->path, "give the finished file its name");
        }
        free(file->temporary);
        file->temporary = NULL;
    }
    return EXIT_DONE;
}

exit_code output_files_commit(output_file *files, size_t count)
{
    exit_code code = EXIT_DONE;
    size_t i;
    for (i = 0; i < count && code == EXIT_DONE; i++) {
        code = complete(&files[i]);
    }
    for (i = 0; i < count && code == EXIT_DONE; i++) {
        code = give_name(&files[i]);
    }
    return code;
}

void output_files_discard(output_file *files, size_t count)
{
    size_t i;
    for (i = 0; i < count; i++) {
        if (files[i].path == NULL) {
            continue;
        }
        (void)close(files[i].descriptor);
        if (files[i].temporary != NULL) {
            temporary_file_remove(files[i].temporary);
        }
        free(files[i].temporary);
        free(files[i].destination);
        memset(&files[i], 0, sizeof(files[i]));
    }
}
