/* SPDX-License-Identifier: Apache-2.0 */
/* Programs as native code: compiled by clang into shared objects in a folder, where they are kept for the next time. */
#ifndef CLPOOL_TESTS_CHECKED_MODULE_H
#define CLPOOL_TESTS_CHECKED_MODULE_H

#include "checked_device/signature.h"

#include <stdint.h>

struct module {
    struct signatures signatures;
    void *handle; /* of dlopen() */
};

/** Compiles, or finds, the program of these texts, and loads it; the caller frees it. It stays loaded: its coverage is
 * written when the process ends. NULL, and a log that the caller frees, where the text is not one that compiles.
 *
 * CLPOOL_CHECKED_FOLDER names the folder, CLPOOL_CHECKED_COVERAGE, if set, asks for coverage. */
struct module *module_build(char *const *parts, size_t count, const char *options, char **log);

/** The function that calls a kernel, and the sizes of the kernel's arguments. */
typedef void (*kernel_call)(void **arguments);
kernel_call module_call(const struct module *module, const struct kernel_signature *kernel);
const uint32_t *module_argument_bytes(const struct module *module, const struct kernel_signature *kernel);

#endif
