/* SPDX-License-Identifier: Apache-2.0 */
/* Writes NumPy's .npy files, version 1.0. */
#ifndef CLPOOL_TESTS_NPY_WRITER_H
#define CLPOOL_TESTS_NPY_WRITER_H

#include <stddef.h>

/** `descr` is NumPy's: "<f4", "|u1". False where the file cannot be written. */
int npy_write(const char *path, const char *descr, unsigned rank, const size_t *shape, const void *data,
              size_t element_bytes);

#endif
