/* SPDX-License-Identifier: Apache-2.0 */
#include "input_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report.h"

#define FIRST_CAPACITY ((size_t)1 << 16)

static exit_code grow(unsigned char **bytes, size_t *capacity)
{
    size_t larger = *capacity == 0 ? FIRST_CAPACITY : *capacity * 2;
    unsigned char *moved = *capacity > SIZE_MAX / 2 ? NULL : realloc(*bytes, larger);
    if (moved == NULL) {
        return report_no_memory();
    }
    *bytes = moved;
    *capacity = larger;
    return EXIT_DONE;
}

static exit_code read_to_end(int descriptor, const char *path, unsigned char **bytes, size_t *size)
{
    size_t capacity = 0;
    ssize_t got = 1;
    *size = 0;
    while (got != 0) {
        if (*size == capacity) {
            exit_code code = grow(bytes, &capacity);
            if (code != EXIT_DONE) {
                return code;
            }
        }
        got = read(descriptor, *bytes + *size, capacity - *size);
        if (got >= 0) {
            *size += (size_t)got;
        } else if (errno != EINTR) {
            return report_error(EXIT_BAD_INPUT, "%s: cannot read: %s", path, strerror(errno));
        }
    }
    return EXIT_DONE;
}

exit_code input_file_read(const char *path, unsigned char **bytes, size_t *size)
{
    exit_code code;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    *bytes = NULL;
    if (descriptor < 0) {
        return report_error(EXIT_BAD_INPUT, "%s: cannot open: %s", path, strerror(errno));
    }
    code = read_to_end(descriptor, path, bytes, size);
    if (code != EXIT_DONE) {
        free(*bytes);
        *bytes = NULL;
    }
    (void)close(descriptor);
    return code;
}
