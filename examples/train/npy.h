/* SPDX-License-Identifier: Apache-2.0 */
/* Arrays in NumPy's format: the two kinds that this program needs. */
#ifndef TRAIN_NPY_H
#define TRAIN_NPY_H

#include <stddef.h>

/** The values of a file of bytes ('|u1', of any shape); the caller frees them. */
unsigned char *npy_read_u8(const char *path, size_t *count);

/** Writes a file of one axis of floats. */
void npy_write_f32(const char *path, const float *values, size_t count);

#endif
