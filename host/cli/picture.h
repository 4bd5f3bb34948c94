/* SPDX-License-Identifier: Apache-2.0 */
/* 8-bit PNG pictures, and the tensors that hold their samples as whole numbers from 0 to 255. */
#ifndef CLI_PICTURE_H
#define CLI_PICTURE_H

#include <stdbool.h>
#include <stddef.h>

#include "array.h"
#include "exit_code.h"

/** Zeroed, it holds nothing. */
typedef struct picture {
    size_t width;
    size_t height;
    size_t channels;     /**< 1 gray, 2 gray and alpha, 3 RGB, 4 RGB and alpha */
    unsigned char *data; /**< owned; rows from the top, channels together */
} picture;

/** True if the bytes begin as a PNG does. */
bool picture_is_png(const unsigned char *bytes, size_t size);

/** Decodes a PNG of 8 bits a sample or fewer; `name` is what errors call it. */
exit_code picture_decode(const char *name, const unsigned char *bytes, size_t size, picture *decoded);

/** Makes a black picture. */
exit_code picture_make(size_t width, size_t height, size_t channels, picture *made);

/** Makes a picture of a part of another, which must lie inside of it. */
exit_code picture_cut(const picture *from, size_t left, size_t top, size_t width, size_t height, picture *made);

/** True if the last channel is alpha. */
bool picture_has_alpha(const picture *of);

/** Encodes a picture as PNG in memory that the caller frees; `name` is what errors call it. */
exit_code picture_encode(const char *name, const picture *encoded, unsigned char **bytes, size_t *size);

/** Encodes a picture as PNG into a file. */
exit_code picture_write(const picture *written, output_file *file);

void picture_free(picture *freed);

/** Makes the f32 tensor (1, channels, height, width) of a picture. */
exit_code picture_to_tensor(const picture *from, array *made);

/** Sets a picture's samples from a tensor of its size; what is below 0 or no number becomes 0. */
void picture_from_tensor(const float *samples, picture *to);

#endif
