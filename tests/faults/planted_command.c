/* SPDX-License-Identifier: Apache-2.0 */
/* A command with a planted error: planted_command ERROR FILE asks for the platforms and writes a file, by way of a
 * temporary one. */
#define _GNU_SOURCE
#include <CL/cl.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/** Whether the file has the text now; whether half of it is left where not is for the caller to mend. */
static int write_file(const char *path, const char *text)
{
    const int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    const int is_whole = file >= 0 && write(file, text, strlen(text)) == (ssize_t)strlen(text);
    return file >= 0 && close(file) == 0 && is_whole;
}

static int replace_file(const char *path, const char *text)
{
    static const char temporary[] = "planted.tmp";
    if (write_file(temporary, text) && rename(temporary, path) == 0) {
        return 1;
    }
    const int why = errno;
    (void)remove(temporary);
    errno = why;
    return 0;
}

static int give_up(const char *error, const char *why, int status)
{
    if (strcmp(error, "silent") != 0) {
        (void)fprintf(stderr, "clpool: %s\n", why);
    }
    return strcmp(error, "drops") == 0 ? 0 : strcmp(error, "status") == 0 ? 1 : status;
}

int main(int argc, char **argv)
{
    const char *error = argc > 1 ? argv[1] : "";
    const char *path = argc > 2 ? argv[2] : "";
    cl_uint count = 0;
    char *text = malloc(16);
    if (text == NULL && strcmp(error, "crashes") != 0) {
        return give_up(error, "no memory", 3);
    }
    const int has_failed = clGetPlatformIDs(0, NULL, &count) != CL_SUCCESS;
    (void)snprintf(text, 16, "%u", (unsigned)count);
    const int is_written = has_failed || replace_file(path, "many");
    const char *reason = strerror(errno);
    if (has_failed && strcmp(error, "half") == 0) {
        (void)write_file(path, "m");
    }
    if (has_failed && strcmp(error, "litters") == 0) {
        (void)write_file("litter", "many");
    }
    if (!has_failed || strcmp(error, "leaks") != 0) {
        free(text);
    }
    if (has_failed) {
        return give_up(error, "clGetPlatformIDs failed: CL_OUT_OF_RESOURCES (-5)", 3);
    }
    return is_written ? 0 : give_up(error, reason, 2);
}
