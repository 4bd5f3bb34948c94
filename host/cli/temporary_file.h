/* SPDX-License-Identifier: Apache-2.0 */
/* Temporary files that do not outlive the process, even when a signal ends it. */
#ifndef CLI_TEMPORARY_FILE_H
#define CLI_TEMPORARY_FILE_H

/** The most temporary files that exist at once. */
#define TEMPORARY_FILES 4

/** Makes SIGINT, SIGTERM, SIGHUP and SIGPIPE remove the temporary files, and the progress that is shown, before they
 * end the process. For main() to call, once. */
void temporary_files_watch_signals(void);

/** Makes an empty file in the folder of `destination`. Returns its descriptor, and its name in *path for the caller to
 * free; -1 with errno on failure. */
int temporary_file_make(const char *destination, char **path);

/** Removes the file. */
void temporary_file_remove(const char *path);

/** Gives the file its final name. Returns 0, or -1 with errno; then the file is still a temporary one. */
int temporary_file_rename(const char *path, const char *destination);

#endif
