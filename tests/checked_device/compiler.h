/* SPDX-License-Identifier: Apache-2.0 */
/* Runs clang. */
#ifndef CLPOOL_TESTS_CHECKED_COMPILER_H
#define CLPOOL_TESTS_CHECKED_COMPILER_H

#include <stdbool.h>

/** How a program is compiled, but for what is its own; part of what names its shared object. */
const char *compiler_flags(void);

/** Preprocesses a file. False where that fails; what clang says goes into the file `log`. */
bool compiler_preprocess(const char *source, const char *options, const char *into, const char *log);

/** Compiles a file into a shared object; `coverage` names the file for its coverage, or is NULL. */
bool compiler_build(const char *source, const char *options, const char *coverage, const char *into, const char *log);

#endif
