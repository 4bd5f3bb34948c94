/* SPDX-License-Identifier: Apache-2.0 */
#include "files.h"

#include "support/cmocka.h"

#include <stdlib.h>
#include <string.h>

#include "picture.h"
#include "sandbox.h"

void write_values(const char *name, npy_dtype dtype, unsigned rank, const size_t *shape, const void *values)
{
    output_file file;
    array made;
    assert_int_equal(array_make(dtype, rank, shape, &made), EXIT_DONE);
    memcpy(made.data, values, made.elements * npy_dtype_bytes(dtype));
    assert_int_equal(output_files_open(&file, &name, 1), EXIT_DONE);
    assert_int_equal(array_write(&made, &file), EXIT_DONE);
    assert_int_equal(output_files_commit(&file, 1), EXIT_DONE);
    output_files_discard(&file, 1);
    array_free(&made);
}

void assert_values(const char *name, npy_dtype dtype, size_t elements, const void *values)
{
    array read;
    assert_int_equal(array_read_as(name, dtype, &read), EXIT_DONE);
    assert_int_equal(read.elements, elements);
    assert_memory_equal(read.data, values, elements * npy_dtype_bytes(dtype));
    array_free(&read);
}

void write_array(const char *name, npy_dtype dtype, unsigned rank, const size_t *shape)
{
    size_t bytes = npy_dtype_bytes(dtype);
    output_file file;
    array made;
    size_t i;
    assert_int_equal(array_make(dtype, rank, shape, &made), EXIT_DONE);
    for (i = 0; i < made.elements; i++) {
        float value = (float)(i * 7 % 11);
        unsigned char tap = (unsigned char)(i * 7 % 4);
        memcpy((char *)made.data + i * bytes, dtype == NPY_F32 ? (const void *)&value : &tap,
               dtype == NPY_F32 ? sizeof(value) : sizeof(tap));
    }
    assert_int_equal(output_files_open(&file, &name, 1), EXIT_DONE);
    assert_int_equal(array_write(&made, &file), EXIT_DONE);
    assert_int_equal(output_files_commit(&file, 1), EXIT_DONE);
    output_files_discard(&file, 1);
    array_free(&made);
}

void write_x(const char *name)
{
    static const size_t shape[] = {1, 2, 6, 8};
    write_array(name, NPY_F32, 4, shape);
}

void write_png(const char *name, size_t width, size_t height, size_t channels)
{
    output_file file;
    picture made;
    size_t i;
    assert_int_equal(picture_make(width, height, channels, &made), EXIT_DONE);
    for (i = 0; i < width * height * channels; i++) {
        made.data[i] = (unsigned char)(i * 7 % 251);
    }
    assert_int_equal(output_files_open(&file, &name, 1), EXIT_DONE);
    assert_int_equal(picture_write(&made, &file), EXIT_DONE);
    assert_int_equal(output_files_commit(&file, 1), EXIT_DONE);
    output_files_discard(&file, 1);
    picture_free(&made);
}

void read_png_extent(const char *name, size_t extent[3])
{
    size_t size;
    unsigned char *bytes = sandbox_read(name, &size);
    picture decoded;
    assert_int_equal(picture_decode(name, bytes, size, &decoded), EXIT_DONE);
    extent[0] = decoded.width;
    extent[1] = decoded.height;
    extent[2] = decoded.channels;
    picture_free(&decoded);
    free(bytes);
}
