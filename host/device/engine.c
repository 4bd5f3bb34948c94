/* SPDX-License-Identifier: Apache-2.0 */
#include "device/engine.h"

#include "base/size.h"
#include "base/status.h"
#include "base/text.h"
#include "problem/load.h"

#include <stdbool.h>
#include <stdlib.h>

struct program {
    struct program *next;
    struct program_text text;
    cl_program handle;
    bool is_stored; /* in the cache, as well as it gets there */
    char own[];     /* the text's options and definitions */
};

static clpool_status check_device_in_context(cl_context context, cl_device_id device, const char *device_name)
{
    size_t bytes = 0;
    cl_device_id *devices = NULL;
    clpool_status status = CLPOOL_SUCCESS;
    cl_int code = clGetContextInfo(context, CL_CONTEXT_DEVICES, 0, NULL, &bytes);
    if (code == CL_SUCCESS) {
        devices = malloc(size_max(bytes, 1));
        if (devices == NULL) {
            return status_fail(CLPOOL_OUT_OF_MEMORY, "no memory for the list of the context's devices");
        }
        code = clGetContextInfo(context, CL_CONTEXT_DEVICES, bytes, devices, NULL);
    }
    if (code != CL_SUCCESS) {
        status = status_fail_cl(code, "clGetContextInfo(CL_CONTEXT_DEVICES) failed");
        goto cleanup;
    }
    bool found = false;
    for (size_t i = 0; i < bytes / sizeof(*devices); i++) {
        found = found || devices[i] == device;
    }
    if (!found) {
        status = status_fail(CLPOOL_INVALID_ARGUMENT, "device '%s' is not one of the context's devices", device_name);
    }
cleanup:
    free(devices);
    return status;
}

static void release_programs(clpool_engine *engine)
{
    struct program *program = engine->programs;
    while (program != NULL) {
        struct program *next = program->next;
        if (!program->is_stored) {
            program_cache_store(&engine->cache, engine->device, &program->text, program->handle);
        }
        (void)clReleaseProgram(program->handle);
        free(program);
        program = next;
    }
}

static clpool_status load_options(const clpool_engine_options *options, clpool_engine_options *own)
{
    *own = (clpool_engine_options){.struct_size = sizeof(*own)};
    if (options == NULL) {
        return CLPOOL_SUCCESS;
    }
    const size_t oldest_size = offsetof(clpool_engine_options, tuning_file);
    const clpool_status status =
        load_struct("clpool_engine_options", own, sizeof(*own), oldest_size, options, options->struct_size);
    if (status == CLPOOL_SUCCESS && own->cache != CLPOOL_CACHE_AUTO && own->cache != CLPOOL_CACHE_OFF) {
        return status_fail(CLPOOL_INVALID_ARGUMENT, "cache is %d; it must be CLPOOL_CACHE_AUTO or CLPOOL_CACHE_OFF",
                           (int)own->cache);
    }
    if (status == CLPOOL_SUCCESS && own->tuning != CLPOOL_TUNING_AUTO && own->tuning != CLPOOL_TUNING_NO_FILE &&
        own->tuning != CLPOOL_TUNING_OFF) {
        return status_fail(CLPOOL_INVALID_ARGUMENT,
                           "tuning is %d; it must be CLPOOL_TUNING_AUTO, CLPOOL_TUNING_NO_FILE or CLPOOL_TUNING_OFF",
                           (int)own->tuning);
    }
    return status;
}

clpool_status clpool_engine_create(cl_context context, cl_device_id device, clpool_engine **engine)
{
    return clpool_engine_create_with_options(context, device, NULL, engine);
}

clpool_status clpool_engine_create_with_options(cl_context context, cl_device_id device,
                                                const clpool_engine_options *options, clpool_engine **engine)
{
    if (engine == NULL) {
        return status_fail(CLPOOL_INVALID_ARGUMENT, "the pointer for the engine is NULL");
    }
    *engine = NULL;
    if (context == NULL || device == NULL) {
        return status_fail(CLPOOL_INVALID_ARGUMENT, "%s is NULL", context == NULL ? "context" : "device");
    }
    struct capabilities capabilities;
    clpool_engine_options choices;
    clpool_status status = load_options(options, &choices);
    if (status == CLPOOL_SUCCESS) {
        status = capabilities_query(device, &capabilities);
    }
    if (status == CLPOOL_SUCCESS) {
        status = check_device_in_context(context, device, capabilities.name);
    }
    if (status == CLPOOL_SUCCESS) {
        status = capabilities_check(&capabilities);
    }
    if (status != CLPOOL_SUCCESS) {
        return status;
    }
    clpool_engine *made = calloc(1, sizeof(*made));
    if (made == NULL) {
        return status_fail(CLPOOL_OUT_OF_MEMORY, "no memory for an engine");
    }
    if (pthread_mutex_init(&made->mutex, NULL) != 0) {
        free(made);
        return status_fail(CLPOOL_OUT_OF_MEMORY, "no resources for an engine's mutex");
    }
    atomic_init(&made->references, 1);
    made->capabilities = capabilities;
    cl_int code = clRetainContext(context);
    if (code == CL_SUCCESS) {
        made->context = context;
        code = clRetainDevice(device);
    }
    if (code != CL_SUCCESS) {
        status = status_fail_cl(code, "clRetain%s failed", made->context == NULL ? "Context" : "Device");
        clpool_engine_destroy(made);
        return status;
    }
    made->device = device;
    program_cache_open(&made->cache, device, &choices);
    status = tunings_open(&made->tunings, device, made->cache.folder, &choices);
    if (status != CLPOOL_SUCCESS) {
        clpool_engine_destroy(made);
        return status;
    }
    *engine = made;
    return CLPOOL_SUCCESS;
}

void engine_retain(clpool_engine *engine)
{
    (void)atomic_fetch_add(&engine->references, 1);
}

void clpool_engine_destroy(clpool_engine *engine)
{
    if (engine == NULL || atomic_fetch_sub(&engine->references, 1) != 1) {
        return;
    }
    release_programs(engine);
    program_cache_close(&engine->cache);
    tunings_close(&engine->tunings);
    if (engine->device != NULL) {
        (void)clReleaseDevice(engine->device);
    }
    if (engine->context != NULL) {
        (void)clReleaseContext(engine->context);
    }
    (void)pthread_mutex_destroy(&engine->mutex);
    free(engine->build_log);
    free(engine);
}

static bool is_same_text(const struct program_text *a, const struct program_text *b)
{
    return a->source == b->source && strcmp(a->options, b->options) == 0 && strcmp(a->definitions, b->definitions) == 0;
}

static struct program *find_program(struct program *program, const struct program_text *text)
{
    while (program != NULL && !is_same_text(&program->text, text)) {
        program = program->next;
    }
    return program;
}

/** Loads a program from the cache, or else builds and stores it; the caller holds the mutex. */
static clpool_status make_handle(clpool_engine *engine, struct program *program)
{
    free(engine->build_log);
    engine->build_log = NULL;
    if (program_cache_load(&engine->cache, engine->context, engine->device, &program->text, &program->handle)) {
        engine->programs_loaded++;
        program->is_stored = true;
        return CLPOOL_SUCCESS;
    }
    const clpool_status status =
        program_build(engine->context, engine->device, &program->text, &program->handle, &engine->build_log);
    if (status != CLPOOL_SUCCESS) {
        return status;
    }
    engine->programs_built++;
    program->is_stored = !engine->cache.stores_at_last;
    if (program->is_stored) {
        program_cache_store(&engine->cache, engine->device, &program->text, program->handle);
    }
    return CLPOOL_SUCCESS;
}

/** Makes a program and puts it into the engine's list; the caller holds the mutex. */
static clpool_status add_program(clpool_engine *engine, const struct program_text *text)
{
    const size_t options_bytes = strlen(text->options) + 1;
    const size_t definitions_bytes = strlen(text->definitions) + 1;
    struct program *program = malloc(sizeof(*program) + options_bytes + definitions_bytes);
    if (program == NULL) {
        return status_fail(CLPOOL_OUT_OF_MEMORY, "no memory for a program");
    }
    memcpy(program->own, text->options, options_bytes);
    memcpy(program->own + options_bytes, text->definitions, definitions_bytes);
    program->text = (struct program_text){
        .definitions = program->own + options_bytes, .source = text->source, .options = program->own};
    program->handle = NULL;
    program->is_stored = false;
    const clpool_status status = make_handle(engine, program);
    if (status != CLPOOL_SUCCESS) {
        free(program);
        return status;
    }
    program->next = engine->programs;
    engine->programs = program;
    return CLPOOL_SUCCESS;
}

clpool_status engine_program(clpool_engine *engine, const struct program_text *text, cl_program *program)
{
    clpool_status status = CLPOOL_SUCCESS;
    (void)pthread_mutex_lock(&engine->mutex);
    struct program *found = find_program(engine->programs, text);
    if (found == NULL) {
        status = add_program(engine, text);
        found = engine->programs;
    }
    if (status == CLPOOL_SUCCESS) {
        const cl_int code = clRetainProgram(found->handle);
        if (code != CL_SUCCESS) {
            status = status_fail_cl(code, "clRetainProgram failed");
        }
    }
    *program = status == CLPOOL_SUCCESS ? found->handle : NULL;
    (void)pthread_mutex_unlock(&engine->mutex);
    return status;
}

clpool_status clpool_engine_build_log(clpool_engine *engine, char *log, size_t size, size_t *size_needed)
{
    if (engine == NULL) {
        return status_fail(CLPOOL_INVALID_ARGUMENT, "engine is NULL");
    }
    (void)pthread_mutex_lock(&engine->mutex);
    const clpool_status status = text_give(engine->build_log == NULL ? "" : engine->build_log, log, size, size_needed);
    (void)pthread_mutex_unlock(&engine->mutex);
    return status;
}

clpool_status clpool_engine_program_counts(clpool_engine *engine, size_t *built, size_t *loaded)
{
    if (engine == NULL) {
        return status_fail(CLPOOL_INVALID_ARGUMENT, "engine is NULL");
    }
    (void)pthread_mutex_lock(&engine->mutex);
    if (built != NULL) {
        *built = engine->programs_built;
    }
    if (loaded != NULL) {
        *loaded = engine->programs_loaded;
    }
    (void)pthread_mutex_unlock(&engine->mutex);
    return CLPOOL_SUCCESS;
}

clpool_status clpool_engine_tuning_path(clpool_engine *engine, char *path, size_t size, size_t *size_needed)
{
    if (engine == NULL) {
        return status_fail(CLPOOL_INVALID_ARGUMENT, "engine is NULL");
    }
    return text_give(engine->tunings.path == NULL ? "" : engine->tunings.path, path, size, size_needed);
}

clpool_status clpool_engine_tuning_head(clpool_engine *engine, char *text, size_t size, size_t *size_needed)
{
    struct identity identity;
    char head[4 * IDENTITY_TEXT_BYTES];
    if (engine == NULL) {
        return status_fail(CLPOOL_INVALID_ARGUMENT, "engine is NULL");
    }
    const clpool_status status = identity_query(engine->device, &identity);
    if (status != CLPOOL_SUCCESS) {
        return status;
    }
    (void)tuning_write_head(&identity, head, sizeof(head));
    return text_give(head, text, size, size_needed);
}
