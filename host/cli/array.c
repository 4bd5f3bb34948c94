/* SPDX-License-Identifier: Apache-2.0 */
#include "array.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input_file.h"
#include "report.h"
#include "size_math.h"

exit_code array_make(npy_dtype dtype, unsigned rank, const size_t *shape, array *made)
{
    size_t bytes = npy_dtype_bytes(dtype);
    unsigned axis;
    memset(made, 0, sizeof(*made));
    assert(rank <= NPY_MAX_RANK);
    made->dtype = dtype;
    made->rank = rank;
    for (axis = 0; axis < rank; axis++) {
        made->shape[axis] = shape[axis];
        if (!size_product(bytes, shape[axis], &bytes)) {
            return report_no_memory();
        }
    }
    made->elements = bytes / npy_dtype_bytes(dtype);
    made->data = calloc(bytes > 0 ? bytes : 1, 1);
    return made->data == NULL ? report_no_memory() : EXIT_DONE;
}

exit_code array_take(const char *path, unsigned char *bytes, size_t size, array *made)
{
    npy_header header;
    message why;
    memset(made, 0, sizeof(*made));
    if (!npy_parse(bytes, size, &header, &why)) {
        free(bytes);
        return report_error(EXIT_BAD_INPUT, "%s: %s", path, why.text);
    }
    /* The data goes where malloc's alignment is, which the header's length need not keep. */
    memmove(bytes, bytes + header.data_offset, header.data_bytes);
    made->dtype = header.dtype;
    made->rank = header.rank;
    memcpy(made->shape, header.shape, sizeof(made->shape));
    made->elements = header.elements;
    made->data = bytes;
    return EXIT_DONE;
}

exit_code array_read(const char *path, array *read)
{
    unsigned char *bytes = NULL;
    size_t size = 0;
    exit_code code = input_file_read(path, &bytes, &size);
    memset(read, 0, sizeof(*read));
    return code == EXIT_DONE ? array_take(path, bytes, size, read) : code;
}

exit_code array_check_dtype(const array *checked, const char *path, npy_dtype dtype)
{
    if (checked->dtype != dtype) {
        return report_error(EXIT_BAD_INPUT, "%s: dtype is %s; it must be %s here", path, npy_dtype_name(checked->dtype),
                            npy_dtype_name(dtype));
    }
    return EXIT_DONE;
}

exit_code array_read_as(const char *path, npy_dtype dtype, array *read)
{
    exit_code code = array_read(path, read);
    if (code == EXIT_DONE) {
        code = array_check_dtype(read, path, dtype);
    }
    if (code != EXIT_DONE) {
        array_free(read);
    }
    return code;
}

exit_code array_write(const array *written, output_file *file)
{
    char header[NPY_FORMAT_BYTES];
    size_t header_bytes = npy_format(written->dtype, written->rank, written->shape, header);
    exit_code code = output_file_write(file, header, header_bytes);
    if (code == EXIT_DONE) {
        code = output_file_write(file, written->data, written->elements * npy_dtype_bytes(written->dtype));
    }
    return code;
}

void array_free(array *freed)
{
    free(freed->data);
    memset(freed, 0, sizeof(*freed));
}

const char *shape_text(unsigned rank, const size_t *shape, char text[SHAPE_TEXT_BYTES])
{
    size_t used = 0;
    unsigned axis;
    text[used++] = '(';
    for (axis = 0; axis < rank; axis++) {
        used += (size_t)snprintf(text + used, SHAPE_TEXT_BYTES - used, axis == 0 ? "%zu" : ", %zu", shape[axis]);
    }
    (void)snprintf(text + used, SHAPE_TEXT_BYTES - used, rank == 1 ? ",)" : ")");
    return text;
}

exit_code array_check(const array *checked, const char *path, const char *what, npy_dtype dtype, unsigned rank,
                      const size_t *shape)
{
    char is[SHAPE_TEXT_BYTES], must[SHAPE_TEXT_BYTES];
    if (checked->rank != rank || memcmp(checked->shape, shape, rank * sizeof(*shape)) != 0) {
        return report_error(EXIT_BAD_INPUT, "%s: shape is %s; %s of this problem has shape %s", path,
                            shape_text(checked->rank, checked->shape, is), what, shape_text(rank, shape, must));
    }
    return array_check_dtype(checked, path, dtype);
}
