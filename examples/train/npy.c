/* SPDX-License-Identifier: Apache-2.0 */
/* A file is "\x93NUMPY", the version (2 bytes), the length of the header (2 bytes, low one first, in version 1), the
 * header (a Python dictionary, padded by spaces to a multiple of 64 bytes in all) and the values. */
#include "npy.h"
#include "failure.h"
#include "output.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PREFIX_BYTES = 10, MAX_HEADER_BYTES = 1024, ALIGNMENT = 64, MAX_FILE_BYTES = 1 << 24 };
static const unsigned char version_1[] = {0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};

/* Reads the prefix and the header; 0 unless they are those of bytes in C's order. */
static int read_header(FILE *stream)
{
    unsigned char prefix[PREFIX_BYTES];
    char header[MAX_HEADER_BYTES + 1];
    if (fread(prefix, 1, PREFIX_BYTES, stream) != PREFIX_BYTES || memcmp(prefix, version_1, sizeof(version_1)) != 0) {
        return 0;
    }
    size_t length = prefix[8] + 256U * prefix[9];
    if (length > MAX_HEADER_BYTES || fread(header, 1, length, stream) != length) {
        return 0;
    }
    header[length] = '\0';
    return strstr(header, "'descr': '|u1'") != NULL && strstr(header, "'fortran_order': False") != NULL;
}

unsigned char *npy_read_u8(const char *path, size_t *count)
{
    FILE *stream = fopen(path, "rb");
    if (stream == NULL) {
        fail(EXIT_BAD_INPUT, "%s cannot be read: %s", path, strerror(errno));
    }
    if (!read_header(stream)) {
        fail(EXIT_BAD_INPUT, "%s is not what it must be: an array of bytes ('|u1') in .npy format, version 1.0", path);
    }
    unsigned char *values = allocate(MAX_FILE_BYTES, 1);
    *count = fread(values, 1, MAX_FILE_BYTES, stream);
    if (ferror(stream) || !feof(stream)) {
        fail(EXIT_BAD_INPUT, "%s cannot be read, or has %d values or more", path, MAX_FILE_BYTES);
    }
    (void)fclose(stream);
    return values;
}

void npy_write_f32(const char *path, const float *values, size_t count)
{
    output file = output_open(path);
    char header[MAX_HEADER_BYTES];
    const uint16_t one = 1;
    int is_little = *(const unsigned char *)&one == 1;
    int length = snprintf(header, sizeof(header), "{'descr': '%cf4', 'fortran_order': False, 'shape': (%zu,), }",
                          is_little ? '<' : '>', count);
    int padding = ALIGNMENT - 1 - (PREFIX_BYTES + length) % ALIGNMENT;
    unsigned whole = (unsigned)(length + padding + 1);
    (void)fwrite(version_1, 1, sizeof(version_1), file.stream);
    (void)fprintf(file.stream, "%c%c%s%*s\n", (int)(whole % 256), (int)(whole / 256), header, padding, "");
    (void)fwrite(values, sizeof(float), count, file.stream);
    output_close(&file);
}
