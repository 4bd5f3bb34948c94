/* SPDX-License-Identifier: Apache-2.0 */
/* A whole file in memory. */
#ifndef CLI_INPUT_FILE_H
#define CLI_INPUT_FILE_H

#include <stddef.h>

#include "exit_code.h"

/** Reads a file, a pipe or a device to its end into memory that the caller frees. Memory grows as data arrives, so it
 * is never more than twice what there was to read. *bytes is NULL on failure. */
exit_code input_file_read(const char *path, unsigned char **bytes, size_t *size);

#endif
