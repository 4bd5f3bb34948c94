/* SPDX-License-Identifier: Apache-2.0 */
#include "npy.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "npy_dict.h"
#include "size_math.h"

static const struct dtype_row {
    const char *descr;
    const char *name;
    size_t bytes;
} dtype_table[] = {
    [NPY_F32] = {"<f4", "f32", 4}, [NPY_F64] = {"<f8", "f64", 8}, [NPY_F16] = {"<f2", "f16", 2},
    [NPY_I8] = {"|i1", "i8", 1},   [NPY_U8] = {"|u1", "u8", 1},   [NPY_U16] = {"<u2", "u16", 2},
    [NPY_U32] = {"<u4", "u32", 4}, [NPY_I32] = {"<i4", "i32", 4}, [NPY_I64] = {"<i8", "i64", 8},
};
#define DTYPES (sizeof(dtype_table) / sizeof(dtype_table[0]))

static const char magic[6] = {'\x93', 'N', 'U', 'M', 'P', 'Y'};
#define PREAMBLE_BYTES 8 /* the magic number and the version */

size_t npy_dtype_bytes(npy_dtype dtype)
{
    return dtype_table[dtype].bytes;
}

const char *npy_dtype_name(npy_dtype dtype)
{
    return dtype_table[dtype].name;
}

static bool find_dtype(const npy_dict *dict, npy_dtype *dtype, message *why)
{
    size_t i;
    for (i = 0; i < DTYPES; i++) {
        if (strcmp(dict->descr, dtype_table[i].descr) == 0) {
            *dtype = (npy_dtype)i;
            return true;
        }
    }
    message_set(why, "dtype '%s' is not supported; these are:", dict->descr);
    for (i = 0; i < DTYPES; i++) {
        message_add(why, " '%s' (%s)", dtype_table[i].descr, dtype_table[i].name);
    }
    return false;
}

static bool count_data(npy_header *header, message *why)
{
    unsigned axis;
    bool fits = true;
    header->elements = 1;
    for (axis = 0; axis < header->rank; axis++) {
        fits = fits && size_product(header->elements, header->shape[axis], &header->elements);
    }
    if (!fits || !size_product(header->elements, npy_dtype_bytes(header->dtype), &header->data_bytes)) {
        message_set(why, "the shape is too large: its size in bytes does not fit %u bits",
                    (unsigned)(sizeof(size_t) * 8));
        return false;
    }
    return true;
}

/* Where the dict lies: after the magic number, the version and a length of 2 bytes (version 1) or 4. */
static bool find_dict(const unsigned char *bytes, size_t size, size_t *offset, size_t *length, message *why)
{
    size_t length_bytes, i;
    if (size < PREAMBLE_BYTES || memcmp(bytes, magic, sizeof(magic)) != 0) {
        message_set(why, "not an .npy file: it does not begin with \\x93NUMPY and a version");
        return false;
    }
    if (bytes[6] < 1 || bytes[6] > 3 || bytes[7] != 0) {
        message_set(why, ".npy version %d.%d is not supported; 1.0, 2.0 and 3.0 are", bytes[6], bytes[7]);
        return false;
    }
    length_bytes = bytes[6] == 1 ? 2 : 4;
    *offset = PREAMBLE_BYTES + length_bytes;
    *length = 0;
    for (i = 0; *offset <= size && i < length_bytes; i++) {
        *length |= (size_t)bytes[PREAMBLE_BYTES + i] << (8 * i);
    }
    if (*offset > size || *length > size - *offset) {
        message_set(why, "truncated: the header does not fit in the file's %zu bytes", size);
        return false;
    }
    return true;
}

static bool check_data(const npy_header *header, size_t size, message *why)
{
    size_t left = size - header->data_offset;
    if (left < header->data_bytes) {
        message_set(why, "truncated: the header speaks of %zu bytes of data, and the file has %zu", header->data_bytes,
                    left);
    } else if (left > header->data_bytes) {
        message_set(why, "%zu bytes follow the %zu bytes of data that the header speaks of", left - header->data_bytes,
                    header->data_bytes);
    }
    return left == header->data_bytes;
}

bool npy_parse(const unsigned char *bytes, size_t size, npy_header *header, message *why)
{
    size_t offset, length;
    npy_dict dict;
    memset(header, 0, sizeof(*header));
    if (!find_dict(bytes, size, &offset, &length, why) ||
        !npy_dict_parse((const char *)bytes + offset, length, &dict, why) || !find_dtype(&dict, &header->dtype, why)) {
        return false;
    }
    if (dict.fortran_order) {
        message_set(why, "fortran_order is True; only C order is supported (numpy.ascontiguousarray makes it)");
        return false;
    }
    header->rank = dict.rank;
    memcpy(header->shape, dict.shape, sizeof(header->shape));
    header->data_offset = offset + length;
    return count_data(header, why) && check_data(header, size, why);
}

static size_t decimal_digits(size_t value)
{
    size_t digits = 1;
    while (value >= 10) {
        value /= 10;
        digits++;
    }
    return digits;
}

/* NumPy leaves room for the first extent to grow to 21 digits in place. */
#define GROWTH_DIGITS 21
#define ALIGNMENT 64

size_t npy_format(npy_dtype dtype, unsigned rank, const size_t *shape, char out[NPY_FORMAT_BYTES])
{
    char dict[NPY_FORMAT_BYTES];
    size_t used, total, header_bytes;
    unsigned axis;
    assert(rank <= NPY_MAX_RANK);
    used = (size_t)snprintf(dict, sizeof(dict), "{'descr': '%s', 'fortran_order': False, 'shape': (",
                            dtype_table[dtype].descr);
    for (axis = 0; axis < rank; axis++) {
        used += (size_t)snprintf(dict + used, sizeof(dict) - used, axis == 0 ? "%zu" : ", %zu", shape[axis]);
    }
    used += (size_t)snprintf(dict + used, sizeof(dict) - used, rank == 1 ? ",), }" : "), }");
    total = PREAMBLE_BYTES + 2 + used + (rank > 0 ? GROWTH_DIGITS - decimal_digits(shape[0]) : 0) + 1;
    total = (total + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;

    header_bytes = total - PREAMBLE_BYTES - 2;
    memcpy(out, magic, sizeof(magic));
    out[6] = 1;
    out[7] = 0;
    out[8] = (char)(unsigned char)(header_bytes & 0xff);
    out[9] = (char)(unsigned char)(header_bytes >> 8);
    memset(out + 10, ' ', header_bytes);
    memcpy(out + 10, dict, used);
    out[total - 1] = '\n';
    return total;
}
