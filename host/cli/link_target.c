/* SPDX-License-Identifier: Apache-2.0 */
#include "link_target.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* As many links in a row as Linux follows. */
#define MAX_LINKS 40

static char *join(const char *folder, const char *name)
{
    size_t size = strlen(folder) + strlen(name) + 2;
    char *path = malloc(size);
    if (path != NULL) {
        (void)snprintf(path, size, "%s/%s", folder, name);
    }
    return path;
}

/* The folder free of links, and the last name as it is. */
static char *resolve_folder(const char *path)
{
    char *for_folder = strdup(path);
    char *for_name = strdup(path);
    char *folder = NULL;
    char *resolved = NULL;
    if (for_folder != NULL && for_name != NULL) {
        folder = realpath(dirname(for_folder), NULL);
    }
    if (folder != NULL) {
        resolved = join(folder, basename(for_name));
    }
    free(folder);
    free(for_name);
    free(for_folder);
    return resolved;
}

/* Replaces a path whose last name is a link by what the link says. */
static char *follow(char *path, const char *says)
{
    char *copy, *next;
    if (says[0] == '/') {
        next = strdup(says);
    } else {
        copy = strdup(path);
        next = copy == NULL ? NULL : join(dirname(copy), says);
        free(copy);
    }
    free(path);
    return next;
}

char *link_target(const char *path)
{
    char says[PATH_MAX];
    char *at = resolve_folder(path);
    int links;
    for (links = 0; at != NULL; links++) {
        ssize_t length = readlink(at, says, sizeof(says) - 1);
        char *next;
        if (length < 0) {
            return at;
        }
        if (links == MAX_LINKS) {
            free(at);
            errno = ELOOP;
            return NULL;
        }
        says[length] = '\0';
        next = follow(at, says);
        at = next == NULL ? NULL : resolve_folder(next);
        free(next);
    }
    return NULL;
}
