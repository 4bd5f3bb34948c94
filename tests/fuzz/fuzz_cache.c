/* SPDX-License-Identifier: Apache-2.0 */
/* A file of the program cache, as an engine reads it: the input, and the input with a checksum that is right. */
#include "target.h"

#include "device/cache_file.h"

static const char key[] = "clpool 1, format 1\noptions: -DX=1\n__kernel void f(void) {}\n";

/** What is taken for a binary lies in the file, and only in the one file that storing it makes. */
static void decode(struct bytes file)
{
    struct bytes binary = {NULL, 0};
    struct bytes again = {NULL, 0};
    if (!cache_file_decode(key, file, &binary)) {
        return;
    }
    REQUIRE(binary.size > 0 && binary.data > file.data && binary.size < file.size);
    REQUIRE((size_t)(binary.data - file.data) <= file.size - binary.size);
    REQUIRE(cache_file_encode(key, binary, &again));
    REQUIRE(again.size == file.size && memcmp(again.data, file.data, file.size) == 0);
    free(again.data);
}

static void store_and_load(struct bytes binary)
{
    struct bytes file = {NULL, 0};
    struct bytes loaded = {NULL, 0};
    REQUIRE(cache_file_encode(key, binary, &file));
    REQUIRE(cache_file_decode(key, file, &loaded) == (binary.size > 0));
    REQUIRE(loaded.size == binary.size && (loaded.size == 0 || memcmp(loaded.data, binary.data, binary.size) == 0));
    free(file.data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct bytes file = {copy_of(data, size), size};
    decode(file);
    store_and_load(file);
    if (size >= sizeof(uint64_t)) {
        const size_t summed = size - sizeof(uint64_t);
        const uint64_t sum = cache_hash(file.data, summed);
        memcpy(file.data + summed, &sum, sizeof(sum));
        decode(file);
    }
    free(file.data);
    return 0;
}
