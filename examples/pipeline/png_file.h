/* SPDX-License-Identifier: Apache-2.0 */
/* Pictures of 8 bits for each of red, green and blue. */
#ifndef PIPELINE_PNG_FILE_H
#define PIPELINE_PNG_FILE_H

#include "shape.h"

/** The bytes r,g,b,r,g,b... of a file, of any kind of PNG; the caller frees them. */
unsigned char *png_read(const char *path, extent *size);

void png_write(const char *path, const unsigned char *bytes, extent size);

#endif
