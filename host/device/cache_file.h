/* SPDX-License-Identifier: Apache-2.0 */
/* What a file of the program cache holds: a header, the key, a program's binary, and a checksum of all before it. The
 * whole key is in the file, so two keys with one file name never get each other's program. */
#ifndef CLPOOL_DEVICE_CACHE_FILE_H
#define CLPOOL_DEVICE_CACHE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Raised whenever what a file holds changes its meaning; part of every file and of every key. */
enum { CACHE_FILE_FORMAT = 1 };

struct bytes {
    unsigned char *data;
    size_t size;
};

/** How the names of all files of the cache end, temporary ones included. */
#define CACHE_FILE_SUFFIX ".clpool"

enum { CACHE_FILE_NAME_BYTES = 32 };

/** FNV-1a: any single byte that changes changes the sum. */
uint64_t cache_hash(const void *data, size_t size);

/** The name of a key's file: hexadecimal digits of a hash, and the suffix. */
void cache_file_name(const char *key, char name[CACHE_FILE_NAME_BYTES]);

/** Makes the contents of a file, which the caller frees. False, and nothing to free, where memory is short. */
bool cache_file_encode(const char *key, struct bytes binary, struct bytes *file);

/** Finds the binary in the contents of a file, where *binary then points. False unless all of it is as it was written,
 * for this key. */
bool cache_file_decode(const char *key, struct bytes file, struct bytes *binary);

#endif
