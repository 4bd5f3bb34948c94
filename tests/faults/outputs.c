/* SPDX-License-Identifier: Apache-2.0 */
#include "faults/outputs.h"

#include "support/cmocka.h"

#include "sandbox.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NAME_BYTES = 64 };

static bool has(const outputs paths, size_t index)
{
    return index < OUTPUTS_MOST && paths[index] != NULL;
}

static void write_name(const char *path, const char *tail, char name[NAME_BYTES])
{
    (void)snprintf(name, NAME_BYTES, "%s.%s", path, tail);
}

static void copy(const char *from, const char *to)
{
    size_t size = 0;
    unsigned char *bytes = sandbox_read(from, &size);
    sandbox_write(to, bytes, size);
    free(bytes);
}

void outputs_reset(const outputs paths)
{
    for (size_t i = 0; has(paths, i); i++) {
        char old[NAME_BYTES];
        write_name(paths[i], "old", old);
        if (access(old, F_OK) != 0) {
            sandbox_write(old, "old\n", 4);
        }
        copy(old, paths[i]);
    }
}

void outputs_keep(const outputs paths)
{
    for (size_t i = 0; has(paths, i); i++) {
        char kept[NAME_BYTES];
        write_name(paths[i], "kept", kept);
        copy(paths[i], kept);
    }
}

static bool is_like(const char *path, const char *tail)
{
    char other[NAME_BYTES];
    size_t size = 0;
    size_t other_size = 0;
    write_name(path, tail, other);
    unsigned char *bytes = sandbox_read(path, &size);
    unsigned char *other_bytes = sandbox_read(other, &other_size);
    const bool equal = size == other_size && memcmp(bytes, other_bytes, size) == 0;
    free(bytes);
    free(other_bytes);
    return equal;
}

/** Whether two texts have the same members and elements, whatever their values; null may stand for any. */
static bool have_one_shape(json_t *a, json_t *b)
{
    if (json_is_null(a) || json_is_null(b)) {
        return true;
    }
    const char *key = NULL;
    json_t *value = NULL;
    size_t i = 0;
    bool equal = json_is_object(a) == json_is_object(b) && json_is_array(a) == json_is_array(b) &&
                 json_object_size(a) == json_object_size(b) && json_array_size(a) == json_array_size(b);
    json_object_foreach(a, key, value)
    {
        equal = equal && json_object_get(b, key) != NULL && have_one_shape(value, json_object_get(b, key));
    }
    json_array_foreach(a, i, value)
    {
        equal = equal && have_one_shape(value, json_array_get(b, i));
    }
    return equal;
}

/** Whether a file is JSON, and if it must be of the shape of the one that was kept, that too. */
static bool is_json(const char *path, bool must_have_shape)
{
    char kept[NAME_BYTES];
    write_name(path, "kept", kept);
    json_t *read = json_load_file(path, 0, NULL);
    json_t *like = json_load_file(kept, 0, NULL);
    const bool is_right = read != NULL && (!must_have_shape || have_one_shape(read, like));
    json_decref(read);
    json_decref(like);
    return is_right;
}

static bool is_tuning_file(const char *path)
{
    char text[8192];
    size_t size = 0;
    unsigned char *bytes = sandbox_read(path, &size);
    (void)snprintf(text, sizeof(text), "%.*s", (int)size, (const char *)bytes);
    free(bytes);
    return size >= 4 && strcmp(text + size - 4, "end\n") == 0 && strstr(text, OUTPUTS_OLD_RULE) != NULL;
}

/** How often a text names a section, a row or a picture. */
static size_t count_parts(const char *text)
{
    static const char *const parts[] = {"<section", "<tr>", "<img "};
    size_t count = 0;
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        for (const char *at = strstr(text, parts[i]); at != NULL; at = strstr(at + 1, parts[i])) {
            count++;
        }
    }
    return count;
}

/** The file as a text, which the caller frees. */
static char *read_text(const char *path)
{
    size_t size = 0;
    unsigned char *bytes = sandbox_read(path, &size);
    char *text = malloc(size + 1);
    assert_non_null(text);
    memcpy(text, bytes, size);
    text[size] = '\0';
    free(bytes);
    return text;
}

/** Whether a file is a whole page with the parts of the one that was kept. */
static bool is_page(const char *path)
{
    char kept[NAME_BYTES];
    write_name(path, "kept", kept);
    char *text = read_text(path);
    char *like = read_text(kept);
    const size_t length = strlen(text);
    const bool is_whole =
        length > 8 && strncmp(text, "<!DOCTYPE html>", 15) == 0 && strcmp(text + length - 8, "</html>\n") == 0;
    const bool is_right = is_whole && count_parts(text) == count_parts(like);
    free(text);
    free(like);
    return is_right;
}

static bool is_right(const char *path, bool has_times, bool must_be_new)
{
    if (!has_times) {
        return is_like(path, "kept");
    }
    if (strstr(path, ".html") != NULL) {
        return is_page(path);
    }
    return strstr(path, ".txt") != NULL ? is_tuning_file(path) : is_json(path, must_be_new);
}

const char *outputs_check(const outputs paths, bool have_times, bool must_be_new)
{
    for (size_t i = 0; has(paths, i); i++) {
        const bool is_old = is_like(paths[i], "old");
        if (is_old && must_be_new) {
            return "an output was not written";
        }
        if (!is_old && !is_right(paths[i], have_times, must_be_new)) {
            return must_be_new ? "an output is not what it must be" : "an output is neither the old nor the whole new";
        }
    }
    return NULL;
}
