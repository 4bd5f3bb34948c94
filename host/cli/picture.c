/* SPDX-License-Identifier: Apache-2.0 */
#include "picture.h"

#include <png.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"
#include "size_math.h"

bool picture_is_png(const unsigned char *bytes, size_t size)
{
    return size >= 8 && png_sig_cmp(bytes, 0, 8) == 0;
}

bool picture_has_alpha(const picture *of)
{
    return of->channels % 2 == 0;
}

exit_code picture_make(size_t width, size_t height, size_t channels, picture *made)
{
    size_t bytes = channels;
    memset(made, 0, sizeof(*made));
    if (!size_product(bytes, width, &bytes) || !size_product(bytes, height, &bytes)) {
        return report_no_memory();
    }
    made->width = width;
    made->height = height;
    made->channels = channels;
    made->data = calloc(bytes > 0 ? bytes : 1, 1);
    return made->data == NULL ? report_no_memory() : EXIT_DONE;
}

exit_code picture_cut(const picture *from, size_t left, size_t top, size_t width, size_t height, picture *made)
{
    exit_code code = picture_make(width, height, from->channels, made);
    size_t row;
    for (row = 0; row < height && code == EXIT_DONE; row++) {
        memcpy(made->data + row * width * from->channels,
               from->data + ((top + row) * from->width + left) * from->channels, width * from->channels);
    }
    return code;
}

/* Pixels that a byte of a PNG can stand for, at most: deflate makes 1032 bytes of one, each of which may hold eight. */
#define MOST_PIXELS_OF_A_BYTE ((size_t)8 * 1032)

/* So that a small file that claims to be a large picture takes no memory. */
static bool can_hold(size_t bytes, const png_image *image)
{
    size_t pixels;
    return size_product(image->width, image->height, &pixels) && pixels / MOST_PIXELS_OF_A_BYTE <= bytes;
}

static exit_code decode_samples(const char *name, png_image *image, picture *decoded)
{
    exit_code code;
    if ((image->format & PNG_FORMAT_FLAG_LINEAR) != 0) {
        return report_error(EXIT_BAD_INPUT, "%s: it has 16 bits a sample; at most 8 are supported", name);
    }
    image->format &= PNG_FORMAT_FLAG_COLOR | PNG_FORMAT_FLAG_ALPHA;
    code = picture_make(image->width, image->height, PNG_IMAGE_PIXEL_CHANNELS(image->format), decoded);
    if (code == EXIT_DONE && decoded->width > (size_t)INT32_MAX / decoded->channels) {
        code = report_error(EXIT_BAD_INPUT, "%s: its width of %zu is too large", name, decoded->width);
    }
    if (code == EXIT_DONE && png_image_finish_read(image, NULL, decoded->data,
                                                   (png_int_32)(decoded->width * decoded->channels), NULL) == 0) {
        code = report_error(EXIT_BAD_INPUT, "%s: not a PNG that can be read: %s", name, image->message);
    }
    return code;
}

exit_code picture_decode(const char *name, const unsigned char *bytes, size_t size, picture *decoded)
{
    png_image image;
    exit_code code;
    memset(decoded, 0, sizeof(*decoded));
    memset(&image, 0, sizeof(image));
    image.version = PNG_IMAGE_VERSION;
    if (png_image_begin_read_from_memory(&image, bytes, size) == 0) {
        return report_error(EXIT_BAD_INPUT, "%s: not a PNG that can be read: %s", name, image.message);
    }
    if (can_hold(size, &image)) {
        code = decode_samples(name, &image, decoded);
    } else {
        code = report_error(EXIT_BAD_INPUT, "%s: not a PNG that can be read: %zu bytes are too few for %ux%u pixels",
                            name, size, (unsigned)image.width, (unsigned)image.height);
    }
    png_image_free(&image);
    if (code != EXIT_DONE) {
        picture_free(decoded);
    }
    return code;
}

exit_code picture_encode(const char *name, const picture *encoded, unsigned char **bytes, size_t *size)
{
    static const png_uint_32 formats[] = {0, PNG_FORMAT_GRAY, PNG_FORMAT_GA, PNG_FORMAT_RGB, PNG_FORMAT_RGBA};
    png_image image;
    png_alloc_size_t needed = 0;
    memset(&image, 0, sizeof(image));
    image.version = PNG_IMAGE_VERSION;
    image.width = (png_uint_32)encoded->width;
    image.height = (png_uint_32)encoded->height;
    image.format = formats[encoded->channels];
    if (encoded->width > (size_t)INT32_MAX / encoded->channels || encoded->height > INT32_MAX ||
        !png_image_write_get_memory_size(image, needed, 0, encoded->data, 0, NULL)) {
        return report_error(EXIT_BAD_INPUT, "%s: cannot make a PNG of %zux%zu pixels: %s", name, encoded->width,
                            encoded->height, image.message);
    }
    *bytes = malloc(needed);
    if (*bytes == NULL) {
        return report_no_memory();
    }
    if (png_image_write_to_memory(&image, *bytes, &needed, 0, encoded->data, 0, NULL) == 0) {
        return report_error(EXIT_BAD_INPUT, "%s: cannot make a PNG: %s", name, image.message);
    }
    *size = needed;
    return EXIT_DONE;
}

exit_code picture_write(const picture *written, output_file *file)
{
    unsigned char *bytes = NULL;
    size_t size = 0;
    exit_code code = picture_encode(file->path, written, &bytes, &size);
    if (code == EXIT_DONE) {
        code = output_file_write(file, bytes, size);
    }
    free(bytes);
    return code;
}

void picture_free(picture *freed)
{
    free(freed->data);
    memset(freed, 0, sizeof(*freed));
}

exit_code picture_to_tensor(const picture *from, array *made)
{
    const size_t shape[4] = {1, from->channels, from->height, from->width};
    size_t pixels = from->width * from->height;
    size_t channel, i;
    float *samples;
    exit_code code = array_make(NPY_F32, 4, shape, made);
    if (code != EXIT_DONE) {
        return code;
    }
    samples = made->data;
    for (channel = 0; channel < from->channels; channel++) {
        for (i = 0; i < pixels; i++) {
            samples[channel * pixels + i] = from->data[i * from->channels + channel];
        }
    }
    return EXIT_DONE;
}

void picture_from_tensor(const float *samples, picture *to)
{
    size_t pixels = to->width * to->height;
    size_t channel, i;
    for (channel = 0; channel < to->channels; channel++) {
        for (i = 0; i < pixels; i++) {
            float sample = samples[channel * pixels + i];
            unsigned char byte = 0;
            if (sample > 0) {
                /* Rounded to the nearest. */
                byte = sample < 255 ? (unsigned char)(((unsigned)(2 * sample) + 1) / 2) : 255;
            }
            to->data[i * to->channels + channel] = byte;
        }
    }
}
