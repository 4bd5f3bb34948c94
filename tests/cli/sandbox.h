/* SPDX-License-Identifier: Apache-2.0 */
/* A temporary folder to run the command in, and what the command said. */
#ifndef CLPOOL_TESTS_SANDBOX_H
#define CLPOOL_TESTS_SANDBOX_H

#include <stddef.h>

/** CMocka's setup: makes a temporary folder and enters it. */
int sandbox_enter(void **state);

/** CMocka's teardown: leaves the folder and removes it with all that is in it. */
int sandbox_leave(void **state);

/** CMocka's setup of a group: makes an empty folder where the loader looks for drivers, so that there is no platform.
 * */
int sandbox_hide_platforms(void **state);

/** CMocka's teardown of a group: removes that folder. */
int sandbox_remove_folder(void **state);

/** Writes a file. */
void sandbox_write(const char *name, const void *bytes, size_t size);

/** Reads a whole file into memory that the caller frees. */
unsigned char *sandbox_read(const char *name, size_t *size);

/** How many files, folders and links there are in the folder, hidden ones included. */
size_t sandbox_count(void);

/** What a run of the command left behind. */
struct run {
    int status; /**< exit status; 128 + N for signal N */
    char out[1 << 16];
    char err[1 << 16];
};

/** Runs the command with these arguments; the last one must be NULL. */
void sandbox_run(struct run *run, const char *argument, ...);

/** The same with its stdout going to a file; run->out is empty. */
void sandbox_run_to(const char *out, struct run *run, const char *argument, ...);

/** Fails the test unless the run had this exit status and these texts somewhere in its stdout and stderr; NULL is any
 * text. What is on stderr must begin with "clpool: ". */
void assert_run(const struct run *run, int status, const char *out, const char *err);

/** Fails the test unless the two files have the same bytes. */
void assert_same_files(const char *a, const char *b);

#endif
