/* SPDX-License-Identifier: Apache-2.0 */
/* An .npy file, as every command reads one. */
#include "target.h"

#include "array.h"

/** What is written of an array is read again as the same. */
static void write_again(const array *read)
{
    char header[NPY_FORMAT_BYTES];
    npy_header again;
    message why;
    const size_t bytes = read->elements * npy_dtype_bytes(read->dtype);
    const size_t header_bytes = npy_format(read->dtype, read->rank, read->shape, header);
    REQUIRE(header_bytes <= sizeof(header) && header_bytes % 64 == 0);
    unsigned char *file = malloc(header_bytes + bytes);
    REQUIRE(file != NULL);
    memcpy(file, header, header_bytes);
    memcpy(file + header_bytes, read->data, bytes);
    REQUIRE(npy_parse(file, header_bytes + bytes, &again, &why));
    REQUIRE(again.dtype == read->dtype && again.rank == read->rank && again.elements == read->elements);
    REQUIRE(memcmp(again.shape, read->shape, sizeof(again.shape)) == 0);
    REQUIRE(again.data_offset == header_bytes && again.data_bytes == bytes);
    free(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    array read;
    if (array_take("x.npy", copy_of(data, size), size, &read) == EXIT_DONE) {
        char text[SHAPE_TEXT_BYTES];
        REQUIRE(read.elements * npy_dtype_bytes(read.dtype) <= size);
        REQUIRE(strlen(shape_text(read.rank, read.shape, text)) < sizeof(text));
        write_again(&read);
    }
    array_free(&read);
    return 0;
}
