/* SPDX-License-Identifier: Apache-2.0 */
/* Input files for tests of the command. */
#ifndef CLPOOL_TESTS_FILES_H
#define CLPOOL_TESTS_FILES_H

#include "array.h"

/** Writes a .npy file of this dtype and shape whose element i is i * 7 % 11 (for masks % 4), so windows have winners
 * at different places. */
void write_array(const char *name, npy_dtype dtype, unsigned rank, const size_t *shape);

/** Writes a .npy file of this dtype, shape and data. */
void write_values(const char *name, npy_dtype dtype, unsigned rank, const size_t *shape, const void *values);

/** Fails the test unless a .npy file has this dtype, and these values alone. */
void assert_values(const char *name, npy_dtype dtype, size_t elements, const void *values);

/** Writes the usual x: f32, (1, 2, 6, 8). */
void write_x(const char *name);

/** Writes an 8-bit PNG of these channels whose samples are made like those of write_array(). */
void write_png(const char *name, size_t width, size_t height, size_t channels);

/** Reads the width, height and number of channels of a PNG. */
void read_png_extent(const char *name, size_t extent[3]);

#endif
