/* SPDX-License-Identifier: Apache-2.0 */
/* Built programs on disk. What makes a program is its key: the sources, the options, the device, its driver and this
 * library. Nothing here reports an error, and no last error changes: where the cache fails, the program is compiled. */
#ifndef CLPOOL_DEVICE_PROGRAM_CACHE_H
#define CLPOOL_DEVICE_PROGRAM_CACHE_H

#include "device/program.h"

#include <stdbool.h>

/** All zero: off. */
struct program_cache {
    char *folder;        /* NULL: off */
    char *identity;      /* of device, driver and library, as text */
    bool stores_at_last; /* programs gain by being launched first: store them when they are released */
};

/** Opens the cache that the options, or else the environment, ask for, or leaves it off. */
void program_cache_open(struct program_cache *cache, cl_device_id device, const clpool_engine_options *options);

void program_cache_close(struct program_cache *cache);

/** Makes the program that program_build() would make, without compiling. False, and *program NULL, if it is not there.
 * */
bool program_cache_load(const struct program_cache *cache, cl_context context, cl_device_id device,
                        const struct program_text *text, cl_program *program);

/** Stores a program that program_build() made; with stores_at_last, once its kernels have run, or not if they still
 * run. */
void program_cache_store(const struct program_cache *cache, cl_device_id device, const struct program_text *text,
                         cl_program program);

#endif
