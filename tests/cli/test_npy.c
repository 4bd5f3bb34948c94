/* SPDX-License-Identifier: Apache-2.0 */
#include "support/cmocka.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "npy.h"
#include "splitmix.h"

#define FILE_BYTES 1024

/* A file in the making. */
struct file {
    unsigned char bytes[FILE_BYTES];
    size_t size;
};

/* A file of this version with this dict, padded to 64 bytes, and `data` bytes of data. */
static struct file make(unsigned version, const char *dict, size_t data)
{
    struct file file;
    size_t preamble = version == 1 ? 10 : 12;
    size_t length = (preamble + strlen(dict) + 1 + 63) / 64 * 64 - preamble;
    memset(file.bytes, ' ', sizeof(file.bytes));
    memcpy(file.bytes, "\x93NUMPY", 6);
    file.bytes[6] = (unsigned char)version;
    memset(file.bytes + 7, 0, preamble - 7);
    file.bytes[8] = (unsigned char)(length & 0xff);
    file.bytes[9] = (unsigned char)(length >> 8);
    memcpy(file.bytes + preamble, dict, strlen(dict));
    file.bytes[preamble + length - 1] = '\n';
    memset(file.bytes + preamble + length, 7, data);
    file.size = preamble + length + data;
    return file;
}

/* Parses a copy that ends where the file does, so that a sanitizer sees every read behind it. */
static bool parse(const struct file *file, npy_header *header, message *why)
{
    unsigned char *exact = malloc(file->size > 0 ? file->size : 1);
    bool parsed;
    assert_non_null(exact);
    memcpy(exact, file->bytes, file->size);
    message_set(why, "%s", "");
    parsed = npy_parse(exact, file->size, header, why);
    free(exact);
    return parsed;
}

static void assert_rejected(struct file file, const char *text)
{
    npy_header header;
    message why;
    bool parsed = parse(&file, &header, &why);
    if (parsed || strstr(why.text, text) == NULL) {
        print_error("%s: %s\nwanted: %s\n", parsed ? "accepted" : "rejected", why.text, text);
        fail();
    }
}

static void assert_dict_rejected(const char *dict, const char *text)
{
    assert_rejected(make(1, dict, 24), text);
}

static void every_version_is_read(void **state)
{
    unsigned version;
    (void)state;
    for (version = 1; version <= 3; version++) {
        struct file file = make(version, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", 24);
        npy_header header;
        message why;
        assert_true(parse(&file, &header, &why));
        assert_int_equal(header.dtype, NPY_F32);
        assert_int_equal(header.rank, 2);
        assert_int_equal(header.shape[0], 2);
        assert_int_equal(header.shape[1], 3);
        assert_int_equal(header.elements, 6);
        assert_int_equal(header.data_bytes, 24);
        assert_int_equal(header.data_offset, file.size - 24);
    }
}

static void every_dtype_is_read(void **state)
{
    static const struct {
        const char *descr;
        npy_dtype dtype;
        size_t bytes;
    } rows[] = {{"<f4", NPY_F32, 4}, {"|u1", NPY_U8, 1},  {"<u2", NPY_U16, 2},
                {"<u4", NPY_U32, 4}, {"<i4", NPY_I32, 4}, {"<i8", NPY_I64, 8}};
    size_t i;
    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char dict[128];
        struct file file;
        npy_header header;
        message why;
        snprintf(dict, sizeof(dict), "{'descr': '%s', 'fortran_order': False, 'shape': (5,), }", rows[i].descr);
        file = make(1, dict, 5 * rows[i].bytes);
        assert_true(parse(&file, &header, &why));
        assert_int_equal(header.dtype, rows[i].dtype);
        assert_int_equal(npy_dtype_bytes(header.dtype), rows[i].bytes);
    }
}

static void keys_may_come_in_any_order_and_spacing(void **state)
{
    struct file file = make(1, " {\"shape\":(2,3) , 'fortran_order' :False,'descr':'<f4'} ", 24);
    npy_header header;
    message why;
    (void)state;
    assert_true(parse(&file, &header, &why));
    assert_int_equal(header.elements, 6);
}

static void scalars_and_empty_arrays_are_read(void **state)
{
    struct file scalar = make(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (), }", 4);
    struct file empty = make(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 18446744073709551615), }", 0);
    npy_header header;
    message why;
    (void)state;
    assert_true(parse(&scalar, &header, &why));
    assert_int_equal(header.rank, 0);
    assert_int_equal(header.elements, 1);
    assert_true(parse(&empty, &header, &why));
    assert_int_equal(header.elements, 0);
}

static void every_truncation_is_rejected(void **state)
{
    struct file whole = make(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", 24);
    struct file cut = whole;
    (void)state;
    for (cut.size = 0; cut.size < whole.size; cut.size++) {
        assert_rejected(cut, cut.size < 8 ? "not an .npy file" : "truncated");
    }
    cut.size = whole.size - 1;
    assert_rejected(cut, "24 bytes of data, and the file has 23");
}

static void data_after_the_array_is_rejected(void **state)
{
    (void)state;
    assert_rejected(make(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", 25),
                    "1 bytes follow the 24 bytes");
}

static void a_wrong_magic_number_or_version_is_rejected(void **state)
{
    struct file file = make(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", 24);
    (void)state;
    file.bytes[0] = 'N';
    assert_rejected(file, "not an .npy file");
    file.bytes[0] = 0x93;
    file.bytes[6] = 4;
    assert_rejected(file, "version 4.0");
    file.bytes[6] = 0;
    assert_rejected(file, "version 0.0");
    file.bytes[6] = 1;
    file.bytes[7] = 1;
    assert_rejected(file, "version 1.1");
}

static void a_header_longer_than_the_file_is_rejected(void **state)
{
    struct file file = make(2, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", 24);
    (void)state;
    memset(file.bytes + 8, 0xff, 4);
    assert_rejected(file, "truncated: the header");
}

static void a_shape_that_lies_is_rejected(void **state)
{
    (void)state;
    assert_dict_rejected("{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000, 3), }", "12000000000 bytes");
    assert_dict_rejected("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }", "too large");
    assert_dict_rejected("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904,), }", "too large");
    assert_dict_rejected("{'descr': '<f4', 'fortran_order': False, 'shape': (18446744073709551616,), }", "not fit");
    assert_dict_rejected("{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,6), }",
                         "more than 8 axes");
    assert_dict_rejected("{'descr': '<f4', 'fortran_order': False, 'shape': (-2, -3), }", "whole number");
    assert_dict_rejected("{'descr': '<f4', 'fortran_order': False, 'shape': (2.0, 3), }", "',' between");
    assert_dict_rejected("{'descr': '<f4', 'fortran_order': False, 'shape': (6), }", "single extent");
    assert_dict_rejected("{'descr': '<f4', 'fortran_order': False, 'shape': (2 3), }", "',' between");
    assert_dict_rejected("{'descr': '<f4', 'fortran_order': False, 'shape': (,), }", "whole number");
    assert_dict_rejected("{'descr': '<f4', 'fortran_order': False, 'shape': [2, 3], }", "parentheses");
}

static void other_dtypes_and_orders_are_rejected_by_name(void **state)
{
    (void)state;
    assert_dict_rejected("{'descr': '<c8', 'fortran_order': False, 'shape': (3,), }", "dtype '<c8'");
    assert_dict_rejected("{'descr': '>f4', 'fortran_order': False, 'shape': (2, 3), }", "dtype '>f4'");
    assert_dict_rejected("{'descr': '|O', 'fortran_order': False, 'shape': (3,), }", "dtype '|O'");
    assert_dict_rejected("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }", "fortran_order is True");
    assert_dict_rejected("{'descr': '<f4', 'fortran_order': 0, 'shape': (2, 3), }", "True or False");
    assert_dict_rejected("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (6,), }", "a quoted string");
}

static void missing_and_repeated_keys_are_rejected_by_name(void **state)
{
    (void)state;
    assert_dict_rejected("{'fortran_order': False, 'shape': (2, 3), }", "no key 'descr'");
    assert_dict_rejected("{'descr': '<f4', 'shape': (2, 3), }", "no key 'fortran_order'");
    assert_dict_rejected("{'descr': '<f4', 'fortran_order': False, }", "no key 'shape'");
    assert_dict_rejected("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }",
                         "'descr' twice");
    assert_dict_rejected("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), 'x': 1}", "unknown key 'x'");
}

static void anything_but_one_dict_is_rejected(void **state)
{
    (void)state;
    assert_dict_rejected("", "expected '{'");
    assert_dict_rejected("garbage", "expected '{'");
    assert_dict_rejected("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), } x", "nothing after");
    assert_dict_rejected("{'descr': '<f4' 'fortran_order': False, 'shape': (2, 3), }", "',' between");
    assert_dict_rejected("{'descr' '<f4', 'fortran_order': False, 'shape': (2, 3), }", "':' after");
    assert_dict_rejected("{'descr': '<f4, 'fortran_order': False, 'shape': (2, 3), }", "',' between");
    assert_dict_rejected("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), ", "a quoted string");
    assert_dict_rejected("{'descr': '<f4\\x01', 'fortran_order': False, 'shape': (2, 3), }", "plain characters");
}

/* Whatever the bytes: no read outside of them, and what is accepted adds up. */
static void damaged_files_are_rejected_or_consistent(void **state)
{
    uint64_t random = 7;
    int round;
    (void)state;
    for (round = 0; round < 20000; round++) {
        struct file file =
            make(1 + (unsigned)round % 3, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", 24);
        npy_header header;
        message why;
        int changes = 1 + (int)(splitmix_next(&random) % 3);
        while (changes-- > 0) {
            file.bytes[splitmix_next(&random) % 72] = (unsigned char)splitmix_next(&random);
        }
        if (parse(&file, &header, &why)) {
            assert_int_equal(header.data_offset + header.data_bytes, file.size);
            assert_int_equal(header.elements * npy_dtype_bytes(header.dtype), header.data_bytes);
        } else {
            assert_int_not_equal(why.text[0], '\0');
        }
    }
}

static void headers_are_written_as_numpy_writes_them(void **state)
{
    static const size_t shape[] = {1, 3, 4, 18};
    char header[NPY_FORMAT_BYTES];
    char expected[128];
    (void)state;
    memset(expected, ' ', sizeof(expected));
    memcpy(expected, "\x93NUMPY\x01\x00\x76\x00", 10);
    memcpy(expected + 10, "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3, 4, 18), }", 66);
    expected[127] = '\n';
    assert_int_equal(npy_format(NPY_F32, 4, shape, header), 128);
    assert_memory_equal(header, expected, 128);
}

static void written_headers_are_read_back(void **state)
{
    static const size_t shape[NPY_MAX_RANK] = {1, 2, 1, 3, 1, 1, 2, 1};
    unsigned rank;
    (void)state;
    for (rank = 0; rank <= NPY_MAX_RANK; rank++) {
        struct file file;
        npy_header header;
        message why;
        unsigned axis;
        size_t elements = 1;
        for (axis = 0; axis < rank; axis++) {
            elements *= shape[axis];
        }
        memset(file.bytes, 0, sizeof(file.bytes));
        file.size = npy_format(NPY_I64, rank, shape, (char *)file.bytes);
        assert_int_equal(file.size % 64, 0);
        file.size += elements * 8;
        assert_true(parse(&file, &header, &why));
        assert_int_equal(header.rank, rank);
        assert_memory_equal(header.shape, shape, rank * sizeof(*shape));
    }
}

static void the_largest_header_fits_its_room(void **state)
{
    static const size_t shape[NPY_MAX_RANK] = {SIZE_MAX, SIZE_MAX, SIZE_MAX, SIZE_MAX,
                                               SIZE_MAX, SIZE_MAX, SIZE_MAX, SIZE_MAX};
    char header[NPY_FORMAT_BYTES];
    (void)state;
    assert_true(npy_format(NPY_F32, NPY_MAX_RANK, shape, header) <= sizeof(header));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_version_is_read),
        cmocka_unit_test(every_dtype_is_read),
        cmocka_unit_test(keys_may_come_in_any_order_and_spacing),
        cmocka_unit_test(scalars_and_empty_arrays_are_read),
        cmocka_unit_test(every_truncation_is_rejected),
        cmocka_unit_test(data_after_the_array_is_rejected),
        cmocka_unit_test(a_wrong_magic_number_or_version_is_rejected),
        cmocka_unit_test(a_header_longer_than_the_file_is_rejected),
        cmocka_unit_test(a_shape_that_lies_is_rejected),
        cmocka_unit_test(other_dtypes_and_orders_are_rejected_by_name),
        cmocka_unit_test(missing_and_repeated_keys_are_rejected_by_name),
        cmocka_unit_test(anything_but_one_dict_is_rejected),
        cmocka_unit_test(damaged_files_are_rejected_or_consistent),
        cmocka_unit_test(headers_are_written_as_numpy_writes_them),
        cmocka_unit_test(written_headers_are_read_back),
        cmocka_unit_test(the_largest_header_fits_its_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
