/* SPDX-License-Identifier: Apache-2.0 */
#include "png_file.h"
#include "failure.h"
#include "output.h"

#include <png.h>
#include <string.h>

enum { MIN_SIDE = 3, MAX_SIDE = 8192 };

unsigned char *png_read(const char *path, extent *size)
{
    png_image image;
    memset(&image, 0, sizeof(image));
    image.version = PNG_IMAGE_VERSION;
    if (!png_image_begin_read_from_file(&image, path)) {
        fail(EXIT_BAD_INPUT, "%s cannot be read as a PNG: %s", path, image.message);
    }
    if (image.width < MIN_SIDE || image.width > MAX_SIDE || image.height < MIN_SIDE || image.height > MAX_SIDE) {
        fail(EXIT_BAD_INPUT, "%s is %u x %u; each side must be from %d to %d", path, image.width, image.height,
             MIN_SIDE, MAX_SIDE);
    }
    image.format = PNG_FORMAT_RGB;
    unsigned char *bytes = allocate(PNG_IMAGE_SIZE(image), 1);
    const png_color black = {0, 0, 0};
    if (!png_image_finish_read(&image, &black, bytes, 0, NULL)) {
        fail(EXIT_BAD_INPUT, "%s cannot be read as a PNG: %s", path, image.message);
    }
    size->width = image.width;
    size->height = image.height;
    return bytes;
}

void png_write(const char *path, const unsigned char *bytes, extent size)
{
    png_image image;
    output file = output_open(path);
    memset(&image, 0, sizeof(image));
    image.version = PNG_IMAGE_VERSION;
    image.width = (png_uint_32)size.width;
    image.height = (png_uint_32)size.height;
    image.format = PNG_FORMAT_RGB;
    if (!png_image_write_to_stdio(&image, file.stream, 0, bytes, 0, NULL)) {
        output_fail(&file, image.message);
    }
    output_close(&file);
}
