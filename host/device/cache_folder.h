/* SPDX-License-Identifier: Apache-2.0 */
/* The folder of the program cache, and whole files in it. Nothing here reports an error: a cache that cannot be used is
 * no cache. Where there is no POSIX, there is none. */
#ifndef CLPOOL_DEVICE_CACHE_FOLDER_H
#define CLPOOL_DEVICE_CACHE_FOLDER_H

#include "device/cache_file.h"

#include <stdbool.h>

/** The most that a folder keeps; the file that was not used for longest goes first. */
enum { CACHE_FOLDER_FILES = 512, CACHE_FOLDER_BYTES = 256 << 20 };

/** Whether the environment is this user's own: who runs a program with another's rights chooses it, and must not choose
 * what the program loads. */
bool cache_folder_trusts_environment(void);

/** The path of the folder, which the caller frees: `wanted`, or (NULL) the environment's choice. NULL: no cache. */
char *cache_folder_choose(const char *wanted);

/** Reads a file of at most `most` bytes, whose data the caller frees, and marks it as used. False where the folder or
 * the file is not there, or is not this user's alone to write. */
bool cache_folder_read(const char *folder, const char *name, size_t most, struct bytes *file);

/** Writes a file whole, or leaves the one that was there; makes the folder, and keeps it within its bounds. */
void cache_folder_write(const char *folder, const char *name, struct bytes file);

#endif
