/* SPDX-License-Identifier: Apache-2.0 */
/* A temporary folder and the files in it. Each function fails the test that calls it where it cannot do its work. */
#ifndef CLPOOL_TESTS_SCRATCH_H
#define CLPOOL_TESTS_SCRATCH_H

#include <stddef.h>

enum { SCRATCH_PATH_BYTES = 512 };

struct scratch {
    char path[SCRATCH_PATH_BYTES];
};

/** Makes an empty folder in TMPDIR or /tmp. */
void scratch_make(struct scratch *scratch);

/** Removes a folder with all that is in it. */
void scratch_remove(const struct scratch *scratch);

/** Joins two parts of a path, with a slash between them. */
void scratch_join(char path[SCRATCH_PATH_BYTES], const char *folder, const char *name);

/** How many entries of a folder have names that begin with `prefix`; 0 where there is no folder. `name`, where not
 * NULL, gets the path of one of them. */
size_t scratch_count(const char *folder, const char *prefix, char *name);

/** Reads a whole file, for the caller to free. */
unsigned char *scratch_read(const char *path, size_t *size);

/** Writes a whole file, over the one that is there. */
void scratch_write(const char *path, const void *data, size_t size);

#endif
