/* SPDX-License-Identifier: Apache-2.0 */
/* An array in memory that came from an .npy file or goes to one. */
#ifndef CLI_ARRAY_H
#define CLI_ARRAY_H

#include "exit_code.h"
#include "npy.h"
#include "output_file.h"

/** Zeroed, it is an array that holds nothing. */
typedef struct array {
    npy_dtype dtype;
    unsigned rank;
    size_t shape[NPY_MAX_RANK];
    size_t elements;
    void *data; /**< owned; aligned for every dtype */
} array;

/** Makes an array of zeros. */
exit_code array_make(npy_dtype dtype, unsigned rank, const size_t *shape, array *made);

/** Reads an .npy file. */
exit_code array_read(const char *path, array *read);

/** Reads an .npy file that must have this dtype. */
exit_code array_read_as(const char *path, npy_dtype dtype, array *read);

/** Makes an array of the bytes of an .npy file, which came from `path`. Takes the bytes over, also on failure. */
exit_code array_take(const char *path, unsigned char *bytes, size_t size, array *made);

/** Checks that an array read from `path` has this dtype. */
exit_code array_check_dtype(const array *checked, const char *path, npy_dtype dtype);

/** Writes the .npy file's bytes; the file appears with output_files_commit(). */
exit_code array_write(const array *written, output_file *file);

/** Frees the data. */
void array_free(array *freed);

/** Room for every shape as text. */
#define SHAPE_TEXT_BYTES 200

/** Writes a shape as Python does, "(1, 3, 4, 18)", and returns `text`. */
const char *shape_text(unsigned rank, const size_t *shape, char text[SHAPE_TEXT_BYTES]);

/** Checks that an array read from `path` has the dtype and the shape that `what` must have here. */
exit_code array_check(const array *checked, const char *path, const char *what, npy_dtype dtype, unsigned rank,
                      const size_t *shape);

#endif
