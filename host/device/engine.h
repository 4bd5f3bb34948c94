/* SPDX-License-Identifier: Apache-2.0 */
/* The engine: a context, a device, what the device can do, and the programs built for it so far. Shared by plans
 * through a count of references; every function here may be called from several threads at once. */
#ifndef CLPOOL_DEVICE_ENGINE_H
#define CLPOOL_DEVICE_ENGINE_H

#include "device/capabilities.h"
#include "device/program_cache.h"
#include "device/tuning.h"

#include <pthread.h>
#include <stdatomic.h>

struct program; /* a built program, in a list */

struct clpool_engine {
    atomic_size_t references;
    cl_context context;
    cl_device_id device;
    struct capabilities capabilities;
    struct program_cache cache;
    struct tunings tunings;
    pthread_mutex_t mutex; /* guards the rest */
    struct program *programs;
    size_t programs_built;
    size_t programs_loaded;
    char *build_log; /* NULL: empty */
};

/** Adds a reference, which clpool_engine_destroy() takes back. */
void engine_retain(clpool_engine *engine);

/** The program of a text; built, or loaded from the cache, at the first request, then shared. The caller releases
 * it. Errors: CLPOOL_BUILD_FAILED,
 * CLPOOL_OUT_OF_MEMORY, CLPOOL_OPENCL_ERROR. */
clpool_status engine_program(clpool_engine *engine, const struct program_text *text, cl_program *program);

#endif
