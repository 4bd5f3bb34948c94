/* SPDX-License-Identifier: Apache-2.0 */
#include "device/tuning.h"

#include "base/status.h"
#include "device/cache_folder.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_BYTES = 40 };

/* tuning/ as the build embeds it: NUL-terminated texts, and NULL behind the last. */
extern const unsigned char *const tuning_tables[];

/* ---- the file that was named ---- */

/** Reads at most one byte more than a tuning file may have. */
static clpool_status read_named(const char *path, struct bytes *file)
{
    FILE *opened = fopen(path, "rb");
    if (opened == NULL) {
        return status_fail(CLPOOL_INVALID_ARGUMENT, "tuning file '%s' cannot be opened: %s", path, strerror(errno));
    }
    clpool_status status = CLPOOL_SUCCESS;
    *file = (struct bytes){malloc(TUNING_BYTES_MOST + 1), 0};
    if (file->data == NULL) {
        status = status_fail(CLPOOL_OUT_OF_MEMORY, "no memory to read tuning file '%s'", path);
    } else {
        file->size = fread(file->data, 1, TUNING_BYTES_MOST + 1, opened);
        if (ferror(opened) != 0) {
            status = status_fail(CLPOOL_INVALID_ARGUMENT, "tuning file '%s' cannot be read: %s", path, strerror(errno));
        }
    }
    (void)fclose(opened);
    return status;
}

static clpool_status open_named(struct tunings *tunings, const struct identity *identity, const char *path,
                                bool may_be_foreign)
{
    char why[TUNING_WHY_BYTES];
    struct bytes file = {NULL, 0};
    clpool_status status = read_named(path, &file);
    if (status == CLPOOL_SUCCESS) {
        status = tuning_parse((const char *)file.data, file.size, identity, &tunings->file, why);
        if (status == CLPOOL_UNSUPPORTED && may_be_foreign) {
            status = CLPOOL_SUCCESS;
        } else if (status != CLPOOL_SUCCESS) {
            status = status_fail(status, "tuning file '%s': %s", path, why);
        }
    }
    free(file.data);
    return status;
}

/* ---- the file in the folder ---- */

/** What a device's file is called: two devices never share one, but by a chance of one in 2^64, and then the lines that
 * say for which device it is tell them apart. */
static void write_file_name(const struct identity *identity, char name[NAME_BYTES])
{
    char key[4 * IDENTITY_TEXT_BYTES];
    (void)snprintf(key, sizeof(key), "%s\n%s\n%s", identity->platform_name, identity->device_name,
                   identity->driver_version);
    (void)snprintf(name, NAME_BYTES, "tuning-%016" PRIx64 ".txt", cache_hash(key, strlen(key)));
}

static char *join(const char *folder, const char *name)
{
    const size_t size = strlen(folder) + strlen(name) + 2;
    char *path = malloc(size);
    if (path != NULL) {
        (void)snprintf(path, size, "%s/%s", folder, name);
    }
    return path;
}

/** What is wrong with the folder or the file makes it one that is not there. */
static void open_in_folder(struct tunings *tunings, const struct identity *identity, const char *folder)
{
    char name[NAME_BYTES];
    char why[TUNING_WHY_BYTES];
    struct bytes file = {NULL, 0};
    write_file_name(identity, name);
    if (cache_folder_read(folder, name, TUNING_BYTES_MOST, &file)) {
        (void)tuning_parse((const char *)file.data, file.size, identity, &tunings->file, why);
        free(file.data);
    }
}

/* ---- the library's tables ---- */

/** The rules of all tables that are for the device, in the order of their names. */
static clpool_status add_table(struct tuning *all, const struct tuning *table)
{
    if (table->count == 0) {
        return CLPOOL_SUCCESS;
    }
    struct tuning_rule *rules = realloc(all->rules, (all->count + table->count) * sizeof(*rules));
    if (rules == NULL) {
        return status_fail(CLPOOL_OUT_OF_MEMORY, "no memory for the library's tuning tables");
    }
    memcpy(rules + all->count, table->rules, table->count * sizeof(*rules));
    *all = (struct tuning){rules, all->count + table->count};
    return CLPOOL_SUCCESS;
}

static clpool_status open_tables(struct tuning *all, const struct identity *identity)
{
    clpool_status status = CLPOOL_SUCCESS;
    for (size_t i = 0; tuning_tables[i] != NULL && status == CLPOOL_SUCCESS; i++) {
        const char *text = (const char *)tuning_tables[i];
        char why[TUNING_WHY_BYTES];
        struct tuning table;
        if (tuning_parse(text, strlen(text), identity, &table, why) == CLPOOL_SUCCESS) {
            status = add_table(all, &table);
            tuning_free(&table);
        }
    }
    return status;
}

/* ---- all of it ---- */

/** What CLPOOL_TUNING says; NULL where it says nothing. Who runs a program with another's rights is not asked, as for
 * the cache. */
static const char *environment_says(void)
{
    const char *wanted = cache_folder_trusts_environment() ? getenv("CLPOOL_TUNING") : NULL;
    return wanted != NULL && wanted[0] != '\0' ? wanted : NULL;
}

static bool is_off(const char *wanted)
{
    return wanted != NULL && strcmp(wanted, "0") == 0;
}

static bool names_a_file(const clpool_engine_options *options)
{
    const char *wanted = environment_says();
    return options->tuning == CLPOOL_TUNING_AUTO &&
           (options->tuning_file != NULL || (wanted != NULL && !is_off(wanted)));
}

static clpool_status open_file(struct tunings *tunings, const struct identity *identity, const char *folder,
                               const clpool_engine_options *options)
{
    const char *wanted = environment_says();
    if (options->tuning_file != NULL) {
        return open_named(tunings, identity, options->tuning_file, false);
    }
    if (wanted != NULL) {
        return is_off(wanted) ? CLPOOL_SUCCESS : open_named(tunings, identity, wanted, true);
    }
    if (folder != NULL) {
        open_in_folder(tunings, identity, folder);
    }
    return CLPOOL_SUCCESS;
}

static clpool_status open_parts(struct tunings *tunings, const struct identity *identity, const char *folder,
                                const clpool_engine_options *options)
{
    char name[NAME_BYTES];
    clpool_status status = CLPOOL_SUCCESS;
    if (folder != NULL) {
        write_file_name(identity, name);
        tunings->path = join(folder, name);
    }
    if (options->tuning == CLPOOL_TUNING_AUTO) {
        status = open_file(tunings, identity, folder, options);
    }
    if (status == CLPOOL_SUCCESS && options->tuning != CLPOOL_TUNING_OFF) {
        status = open_tables(&tunings->table, identity);
    }
    return status;
}

clpool_status tunings_open(struct tunings *tunings, cl_device_id device, const char *folder,
                           const clpool_engine_options *options)
{
    struct identity identity;
    clpool_status status = CLPOOL_SUCCESS;
    *tunings = (struct tunings){.path = NULL};
    if (names_a_file(options)) {
        status = identity_query(device, &identity);
    } else if ((folder == NULL && options->tuning == CLPOOL_TUNING_OFF) || !identity_is_known(device, &identity)) {
        return CLPOOL_SUCCESS; /* nothing is wanted, or nothing is known of such a device */
    }
    if (status == CLPOOL_SUCCESS) {
        status = open_parts(tunings, &identity, folder, options);
    }
    if (status != CLPOOL_SUCCESS) {
        tunings_close(tunings);
    }
    return status;
}

void tunings_close(struct tunings *tunings)
{
    free(tunings->path);
    tuning_free(&tunings->file);
    tuning_free(&tunings->table);
    *tunings = (struct tunings){.path = NULL};
}
