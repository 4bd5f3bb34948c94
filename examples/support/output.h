/* SPDX-License-Identifier: Apache-2.0 */
/* A file that appears whole or not at all: written beside its place, then renamed. */
#ifndef EXAMPLES_OUTPUT_H
#define EXAMPLES_OUTPUT_H

#include <stdio.h>

typedef struct output {
    const char *path;
    char *temporary_path;
    FILE *stream;
} output;

/** Opens the temporary file; fails where that cannot be. `path` must live until output_close(). */
output output_open(const char *path);

/** Closes and renames it; fails if anything was not written. */
void output_close(output *finished);

/** Removes the temporary file, and fails for a reason of the caller's. */
_Noreturn void output_fail(output *abandoned, const char *reason);

#endif
