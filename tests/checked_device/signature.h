/* SPDX-License-Identifier: Apache-2.0 */
/* The kernels of a program's text, with their parameters. */
#ifndef CLPOOL_TESTS_CHECKED_SIGNATURE_H
#define CLPOOL_TESTS_CHECKED_SIGNATURE_H

#include <stddef.h>
#include <stdio.h>

enum { SIGNATURE_TEXT_BYTES = 96, SIGNATURE_PARAMETERS = 32, SIGNATURE_KERNELS = 16 };

enum parameter_kind { PARAMETER_VALUE, PARAMETER_BUFFER, PARAMETER_CONST_BUFFER, PARAMETER_LOCAL };

struct parameter {
    enum parameter_kind kind;
    char type[SIGNATURE_TEXT_BYTES];
};

struct kernel_signature {
    char name[SIGNATURE_TEXT_BYTES];
    size_t group[3]; /* that it requires; 0: any */
    size_t count;
    struct parameter parameters[SIGNATURE_PARAMETERS];
};

struct signatures {
    size_t count;
    struct kernel_signature kernels[SIGNATURE_KERNELS];
};

/** Finds the kernels of a preprocessed text; what it cannot read ends the process. */
void signatures_find(const char *text, struct signatures *signatures);

/** Writes for each kernel NAME, in OpenCL C, checked_call_NAME(), which takes an array of the addresses of its
 * arguments, and checked_bytes_NAME[], their sizes. */
void signatures_write_calls(const struct signatures *signatures, FILE *file);

#endif
