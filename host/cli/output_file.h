/* SPDX-License-Identifier: Apache-2.0 */
/* Output files that appear whole or not at all.
 *
 * Opening makes a temporary file in the folder of the destination, so a folder that cannot be written is found before
 * any work is done. Committing completes every file before it renames the first. Whatever happens in between,
 * discarding (or a signal, see temporary_file.h) removes the temporary files and leaves the destinations as they were.
 *
 * A symbolic link stays a link: its target is replaced. A destination that is no regular file (a pipe, /dev/null)
 * cannot be replaced; it is written directly, at once. */
#ifndef CLI_OUTPUT_FILE_H
#define CLI_OUTPUT_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "exit_code.h"

/** Zeroed, it is a file that is not open. */
typedef struct output_file {
    const char *path;  /**< as the user wrote it */
    char *destination; /**< what the temporary file becomes; NULL where it is written directly */
    char *temporary;
    bool is_private; /**< for its owner alone to read and write; to be set before it is committed */
    int descriptor;  /**< valid while `path` is not NULL */
} output_file;

/** Leaves standard output to the file "-": what else is printed on it from now on is dropped. */
exit_code output_claim_stdout(void);

/** Opens the files for `paths`, which must not name one file twice. A path that is NULL leaves its file unopened. On
 * failure none is open. */
exit_code output_files_open(output_file *files, const char *const *paths, size_t count);

/** Adds bytes to an open file. */
exit_code output_file_write(output_file *file, const void *bytes, size_t size);

/** Completes all open files, then gives all of them their names. */
exit_code output_files_commit(output_file *files, size_t count);

/** Closes the files; those that were not committed leave no trace. Zeroed files are ignored. */
void output_files_discard(output_file *files, size_t count);

#endif
