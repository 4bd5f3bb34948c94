/* SPDX-License-Identifier: Apache-2.0 */
/* NumPy's .npy format: a magic number, a version, and a Python dict that says what the bytes after it are.
 *
 * Parsing is pure, allocates nothing, and reads nothing outside the bytes it is given, whatever they say. The format's
 * definition is numpy.lib.format; versions 1.0, 2.0 and 3.0 are read, 1.0 is written. */
#ifndef CLI_NPY_H
#define CLI_NPY_H

#include <stdbool.h>
#include <stddef.h>

#include "message.h"

/* Data is used as it lies in the file. */
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the .npy reader and writer need a little-endian host"
#endif

#define NPY_MAX_RANK 8

typedef enum npy_dtype { NPY_F32, NPY_F64, NPY_F16, NPY_I8, NPY_U8, NPY_U16, NPY_U32, NPY_I32, NPY_I64 } npy_dtype;

/** Bytes of one element. */
size_t npy_dtype_bytes(npy_dtype dtype);

/** As people write it: "f32". */
const char *npy_dtype_name(npy_dtype dtype);

/** What a file says about its array. */
typedef struct npy_header {
    npy_dtype dtype;
    unsigned rank;
    size_t shape[NPY_MAX_RANK];
    size_t elements;
    size_t data_offset; /**< from the file's first byte to the array's */
    size_t data_bytes;
} npy_header;

/** Understands a whole file. True only if the file is well-formed, of a dtype above, in C order, and holds exactly the
 * data that its header speaks of; otherwise `why` says what is wrong. */
bool npy_parse(const unsigned char *bytes, size_t size, npy_header *header, message *why);

/** Room for every header that npy_format() writes. */
#define NPY_FORMAT_BYTES 384

/** Writes what comes before the data, byte for byte as numpy.save() does, and returns its length: a multiple of 64. */
size_t npy_format(npy_dtype dtype, unsigned rank, const size_t *shape, char out[NPY_FORMAT_BYTES]);

#endif
