/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L /* nanosleep() */
#include "device/program_cache.h"

#include "device/cache_file.h"
#include "device/cache_folder.h"
#include "device/identity.h"
#include "device/quirks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST_DEVICES = 64, MOST_WAITS = 500, WAIT_NANOSECONDS = 1000000 };

/* ---- keys ---- */

static char *write_identity(const struct identity *identity)
{
    const size_t size = sizeof(*identity) + IDENTITY_TEXT_BYTES;
    char *text = malloc(size);
    if (text != NULL) {
        (void)snprintf(text, size,
                       "clpool %d, format %d, %zu-bit host\nplatform: %s\nplatform version: %s\ndevice: %s\n"
                       "vendor: %s\ndevice version: %s\ndriver version: %s\noptions: ",
                       CLPOOL_VERSION, CACHE_FILE_FORMAT, 8 * sizeof(void *), identity->platform_name,
                       identity->platform_version, identity->device_name, identity->device_vendor,
                       identity->device_version, identity->driver_version);
    }
    return text;
}

/** The whole key as text, which the caller frees; NULL where memory is short. */
static char *make_key(const struct program_cache *cache, const struct program_text *text)
{
    const char *parts[3 + PROGRAM_PARTS] = {cache->identity, text->options, "\n"};
    const size_t count = sizeof(parts) / sizeof(parts[0]);
    size_t size = 1;
    program_parts(text, parts + 3);
    for (size_t i = 0; i < count; i++) {
        size += strlen(parts[i]);
    }
    char *key = malloc(size);
    char *end = key;
    for (size_t i = 0; i < count && key != NULL; i++) {
        const size_t length = strlen(parts[i]);
        memcpy(end, parts[i], length + 1);
        end += length;
    }
    return key;
}

/* ---- opening ---- */

void program_cache_open(struct program_cache *cache, cl_device_id device, const clpool_engine_options *options)
{
    struct identity identity;
    *cache = (struct program_cache){.folder = NULL};
    if (options->cache == CLPOOL_CACHE_OFF || !identity_is_known(device, &identity)) {
        return;
    }
    cache->folder = cache_folder_choose(options->cache_folder);
    cache->identity = cache->folder == NULL ? NULL : write_identity(&identity);
    cache->stores_at_last = quirk_compiles_at_launch(identity.platform_name);
    if (cache->identity == NULL) {
        program_cache_close(cache);
    }
}

void program_cache_close(struct program_cache *cache)
{
    free(cache->folder);
    free(cache->identity);
    *cache = (struct program_cache){.folder = NULL};
}

/* ---- loading ---- */

static bool build_binary(cl_context context, cl_device_id device, struct bytes binary, const char *options,
                         cl_program *program)
{
    const unsigned char *data = binary.data;
    cl_int device_code = CL_SUCCESS;
    cl_int code = CL_SUCCESS;
    cl_program made = clCreateProgramWithBinary(context, 1, &device, &binary.size, &data, &device_code, &code);
    if (made == NULL || code != CL_SUCCESS) {
        return false;
    }
    if (device_code != CL_SUCCESS || clBuildProgram(made, 1, &device, options, NULL, NULL) != CL_SUCCESS) {
        (void)clReleaseProgram(made);
        return false;
    }
    *program = made;
    return true;
}

bool program_cache_load(const struct program_cache *cache, cl_context context, cl_device_id device,
                        const struct program_text *text, cl_program *program)
{
    char name[CACHE_FILE_NAME_BYTES];
    struct bytes file = {NULL, 0};
    struct bytes binary = {NULL, 0};
    *program = NULL;
    char *key = cache->folder == NULL ? NULL : make_key(cache, text);
    if (key == NULL) {
        return false;
    }
    cache_file_name(key, name);
    const bool is_loaded = cache_folder_read(cache->folder, name, CACHE_FOLDER_BYTES, &file) &&
                           cache_file_decode(key, file, &binary) &&
                           build_binary(context, device, binary, text->options, program);
    free(file.data);
    free(key);
    return is_loaded;
}

/* ---- storing ---- */

/** How many binaries the program says it has: one for each device of the context; with PoCL 3.1 only for those that it
 * was built for. 0 where they are too many. */
static size_t count_binaries(cl_program program)
{
    size_t size = 0;
    const cl_int code = clGetProgramInfo(program, CL_PROGRAM_BINARY_SIZES, 0, NULL, &size);
    const size_t count = code == CL_SUCCESS ? size / sizeof(size_t) : 0;
    return count <= MOST_DEVICES ? count : 0;
}

/** Which of `count` binaries is the device's; `count` if none is. */
static size_t find_binary(cl_program program, cl_device_id device, size_t count)
{
    cl_device_id devices[MOST_DEVICES];
    size_t size = 0;
    if (count == 1) {
        return 0;
    }
    if (clGetProgramInfo(program, CL_PROGRAM_DEVICES, 0, NULL, &size) != CL_SUCCESS ||
        size != count * sizeof(devices[0]) ||
        clGetProgramInfo(program, CL_PROGRAM_DEVICES, size, (void *)devices, NULL) != CL_SUCCESS) {
        return count;
    }
    size_t place = 0;
    while (place < count && devices[place] != device) {
        place++;
    }
    return place;
}

/** The device's binary, which the caller frees; the pointers of the others stay NULL. Sizes are exact: rusticl (Mesa
 * 22.3) ends the process where they are greater. */
static bool read_binary(cl_program program, cl_device_id device, struct bytes *binary)
{
    size_t sizes[MOST_DEVICES];
    unsigned char *binaries[MOST_DEVICES] = {NULL};
    const size_t count = count_binaries(program);
    const size_t place = find_binary(program, device, count);
    if (place >= count ||
        clGetProgramInfo(program, CL_PROGRAM_BINARY_SIZES, count * sizeof(sizes[0]), sizes, NULL) != CL_SUCCESS ||
        sizes[place] == 0) {
        return false;
    }
    *binary = (struct bytes){malloc(sizes[place]), sizes[place]};
    binaries[place] = binary->data;
    if (binary->data != NULL && clGetProgramInfo(program, CL_PROGRAM_BINARIES, count * sizeof(binaries[0]),
                                                 (void *)binaries, NULL) == CL_SUCCESS) {
        return true;
    }
    free(binary->data);
    return false;
}

/** Waits, half a second at most, until the caller alone has the program: a kernel that was enqueued has it too, until
 * it has run. PoCL may end the process if it is asked for the binary before that. */
static bool becomes_idle(cl_program program)
{
    const struct timespec wait = {0, WAIT_NANOSECONDS};
    cl_uint references = 0;
    for (int i = 0; i < MOST_WAITS; i++) {
        if (clGetProgramInfo(program, CL_PROGRAM_REFERENCE_COUNT, sizeof(references), &references, NULL) !=
            CL_SUCCESS) {
            return false;
        }
        if (references <= 1) {
            return true;
        }
        (void)nanosleep(&wait, NULL);
    }
    return false;
}

void program_cache_store(const struct program_cache *cache, cl_device_id device, const struct program_text *text,
                         cl_program program)
{
    char name[CACHE_FILE_NAME_BYTES];
    struct bytes file = {NULL, 0};
    struct bytes binary = {NULL, 0};
    char *key = cache->folder == NULL ? NULL : make_key(cache, text);
    const bool is_ready = key != NULL && (!cache->stores_at_last || becomes_idle(program));
    if (is_ready && read_binary(program, device, &binary)) {
        cache_file_name(key, name);
        if (cache_file_encode(key, binary, &file)) {
            cache_folder_write(cache->folder, name, file);
            free(file.data);
        }
        free(binary.data);
    }
    free(key);
}
