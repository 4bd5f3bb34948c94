/* SPDX-License-Identifier: Apache-2.0 */
#include "checked_device/module.h"

#include "checked_device/compiler.h"
#include "checked_device/objects.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 1024 };

/** The files of a program have a folder of their own, within that of all programs. */
struct place {
    const char *folder;
    char name[32];
};

static char *path_of(const struct place *place, const char *file, char path[PATH_BYTES])
{
    (void)snprintf(path, PATH_BYTES, "%s/%s/%s", place->folder, place->name, file);
    return path;
}

/** The whole of a file as text, which the caller frees; NULL where there is none. */
static char *read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return NULL;
    }
    (void)fseek(file, 0, SEEK_END);
    const long size = ftell(file);
    rewind(file);
    char *text = calloc((size_t)size + 1, 1);
    if (fread(text, 1, (size_t)size, file) != (size_t)size) {
        checked_fail("%s cannot be read", path);
    }
    (void)fclose(file);
    return text;
}

/** FNV-1a, with the end of the text. */
static uint64_t add_to_hash(uint64_t hash, const char *text)
{
    do {
        hash = (hash ^ (unsigned char)*text) * 0x100000001b3u;
    } while (*text++ != '\0');
    return hash;
}

/** All that the shared object depends on, but for clang itself. */
static void name_program(char *const *parts, size_t count, const char *options, struct place *place)
{
    char *builtins = read_file(CHECKED_BUILTINS);
    uint64_t hash = add_to_hash(0xcbf29ce484222325u, compiler_flags());
    hash = add_to_hash(add_to_hash(hash, builtins), options);
    hash = add_to_hash(hash, getenv("CLPOOL_CHECKED_COVERAGE") != NULL ? "coverage" : "");
    for (size_t i = 0; i < count; i++) {
        hash = add_to_hash(hash, parts[i]);
    }
    free(builtins);
    (void)snprintf(place->name, sizeof(place->name), "%016llx", (unsigned long long)hash);
}

/** The name of the file in kernels/ that has this text, so that messages and coverage name it. */
static void find_file(const char *part, size_t index, char name[64])
{
    DIR *folder = opendir(CHECKED_KERNELS);
    (void)snprintf(name, 64, "text%zu.cl", index);
    for (struct dirent *entry = NULL; folder != NULL && (entry = readdir(folder)) != NULL;) {
        char path[PATH_BYTES];
        (void)snprintf(path, sizeof(path), "%s/%s", CHECKED_KERNELS, entry->d_name);
        const char *suffix = strrchr(entry->d_name, '.');
        char *text = suffix != NULL && strcmp(suffix, ".cl") == 0 ? read_file(path) : NULL;
        if (text != NULL && strcmp(text, part) == 0) {
            (void)snprintf(name, 64, "%.63s", entry->d_name);
        }
        free(text);
    }
    if (folder != NULL) {
        (void)closedir(folder);
    }
}

static FILE *open_file(const struct place *place, const char *name, const char *mode)
{
    char path[PATH_BYTES];
    FILE *file = fopen(path_of(place, name, path), mode);
    if (file == NULL) {
        checked_fail("%s cannot be written", path);
    }
    return file;
}

/** Writes the program's text: each part a file, and one that includes them. */
static void write_source(const struct place *place, const char *program_name, char *const *parts, size_t count)
{
    char name[64];
    FILE *program = open_file(place, program_name, "w");
    for (size_t i = 0; i < count; i++) {
        find_file(parts[i], i, name);
        FILE *part = open_file(place, name, "w");
        (void)fputs(parts[i], part);
        (void)fclose(part);
        (void)fprintf(program, "#include \"%s\"\n", name);
    }
    (void)fclose(program);
}

static void write_calls(const struct place *place, const char *program_name, const struct signatures *signatures)
{
    FILE *program = open_file(place, program_name, "a");
    signatures_write_calls(signatures, program);
    (void)fclose(program);
}

static void find_signatures(const struct place *place, struct signatures *signatures)
{
    char path[PATH_BYTES];
    char *text = read_file(path_of(place, "program.i", path));
    if (text == NULL) {
        checked_fail("%s is missing", path);
    }
    signatures_find(text, signatures);
    free(text);
}

/** Moves a folder to its place, unless another process was the first. */
static void move(const struct place *from, const struct place *to)
{
    char old[PATH_BYTES];
    char new[PATH_BYTES];
    if (rename(path_of(from, "", old), path_of(to, "", new)) != 0 && errno != EEXIST && errno != ENOTEMPTY) {
        checked_fail("%s cannot be moved to %s", old, new);
    }
}

/** Makes a program's files in a folder that only this process has, then moves it. The main one has a name of its own:
 * coverage takes functions of one name, in programs of one name, for the same, whatever they were compiled with. */
static bool compile(const struct place *shared, char *const *parts, size_t count, const char *options, char **log)
{
    struct signatures signatures;
    struct place own = {shared->folder, ""};
    char program_name[40];
    char source[PATH_BYTES];
    char text[PATH_BYTES];
    char object[PATH_BYTES];
    char messages[PATH_BYTES];
    char coverage[PATH_BYTES];
    (void)snprintf(own.name, sizeof(own.name), "%.16s.%d", shared->name, (int)getpid());
    (void)snprintf(program_name, sizeof(program_name), "%s.cl", shared->name);
    (void)mkdir(path_of(&own, "", source), 0777);
    path_of(&own, program_name, source);
    path_of(&own, "program.i", text);
    path_of(&own, "program.so", object);
    path_of(&own, "program.log", messages);
    path_of(shared, "program.%p.profraw", coverage);
    write_source(&own, program_name, parts, count);
    bool is_done = compiler_preprocess(source, options, text, messages);
    if (is_done) {
        find_signatures(&own, &signatures);
        write_calls(&own, program_name, &signatures);
        is_done = compiler_build(source, options, getenv("CLPOOL_CHECKED_COVERAGE") == NULL ? NULL : coverage, object,
                                 messages);
    }
    *log = read_file(messages);
    if (is_done) {
        move(&own, shared);
    }
    return is_done;
}

struct module *module_build(char *const *parts, size_t count, const char *options, char **log)
{
    char path[PATH_BYTES];
    struct place place = {getenv("CLPOOL_CHECKED_FOLDER"), ""};
    place.folder = place.folder == NULL ? CHECKED_FOLDER : place.folder;
    (void)mkdir(place.folder, 0777);
    name_program(parts, count, options, &place);
    if (access(path_of(&place, "program.so", path), R_OK) != 0 && !compile(&place, parts, count, options, log)) {
        return NULL;
    }
    struct module *module = calloc(1, sizeof(*module));
    find_signatures(&place, &module->signatures);
    module->handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (module->handle == NULL) {
        checked_fail("%s", dlerror());
    }
    return module;
}

static void *find_symbol(const struct module *module, const char *prefix, const char *name)
{
    char symbol[2 * SIGNATURE_TEXT_BYTES];
    (void)snprintf(symbol, sizeof(symbol), "%s%s", prefix, name);
    void *address = dlsym(module->handle, symbol);
    if (address == NULL) {
        checked_fail("no %s", symbol);
    }
    return address;
}

kernel_call module_call(const struct module *module, const struct kernel_signature *kernel)
{
    void *address = find_symbol(module, "checked_call_", kernel->name);
    kernel_call call = NULL;
    memcpy(&call, &address, sizeof(call));
    return call;
}

const uint32_t *module_argument_bytes(const struct module *module, const struct kernel_signature *kernel)
{
    return find_symbol(module, "checked_bytes_", kernel->name);
}
