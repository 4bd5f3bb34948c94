/* SPDX-License-Identifier: Apache-2.0 */
#include "support/npy_writer.h"

#include <stdio.h>

int npy_write(const char *path, const char *descr, unsigned rank, const size_t *shape, const void *data,
              size_t element_bytes)
{
    char header[256];
    size_t elements = 1;
    int length = snprintf(header, sizeof(header), "{'descr': '%s', 'fortran_order': False, 'shape': (", descr);
    for (unsigned i = 0; i < rank; i++) {
        length += snprintf(header + length, sizeof(header) - (size_t)length, "%zu,", shape[i]);
        elements *= shape[i];
    }
    length += snprintf(header + length, sizeof(header) - (size_t)length, "), }");
    const int padding = (64 - (10 + length + 1) % 64) % 64;
    const int total = length + padding + 1;
    FILE *file = fopen(path, "wb");
    if (file == NULL) {
        return 0;
    }
    const int is_whole =
        fprintf(file, "\x93NUMPY%c%c%c%c%s%*s\n", 1, 0, total & 0xff, total >> 8, header, padding, "") > 0 &&
        fwrite(data, element_bytes, elements, file) == elements;
    return fclose(file) == 0 && is_whole;
}
