/* SPDX-License-Identifier: Apache-2.0 */
#include "device/cache_file.h"

#include "base/size.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* In the byte order of the machine: on another one the magic number does not match. */
struct header {
    uint64_t magic;
    uint64_t format;
    uint64_t key_size;
    uint64_t binary_size;
};

static const uint64_t magic = UINT64_C(0x0a6c6f6f706c6389);

uint64_t cache_hash(const void *data, size_t size)
{
    const unsigned char *bytes = data;
    uint64_t sum = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < size; i++) {
        sum = (sum ^ bytes[i]) * UINT64_C(0x100000001b3);
    }
    return sum;
}

void cache_file_name(const char *key, char name[CACHE_FILE_NAME_BYTES])
{
    (void)snprintf(name, CACHE_FILE_NAME_BYTES, "%016" PRIx64 CACHE_FILE_SUFFIX, cache_hash(key, strlen(key)));
}

/** The size of a file; false where it would overflow. */
static bool file_size(size_t key_size, size_t binary_size, size_t *size)
{
    return size_add(sizeof(struct header) + sizeof(uint64_t), key_size, size) && size_add(*size, binary_size, size);
}

bool cache_file_encode(const char *key, struct bytes binary, struct bytes *file)
{
    const size_t key_size = strlen(key);
    const struct header header = {magic, CACHE_FILE_FORMAT, key_size, binary.size};
    if (!file_size(key_size, binary.size, &file->size)) {
        return false;
    }
    file->data = malloc(file->size);
    if (file->data == NULL) {
        return false;
    }
    const size_t summed = file->size - sizeof(uint64_t);
    memcpy(file->data, &header, sizeof(header));
    memcpy(file->data + sizeof(header), key, key_size);
    memcpy(file->data + sizeof(header) + key_size, binary.data, binary.size);
    const uint64_t sum = cache_hash(file->data, summed);
    memcpy(file->data + summed, &sum, sizeof(sum));
    return true;
}

bool cache_file_decode(const char *key, struct bytes file, struct bytes *binary)
{
    struct header header;
    uint64_t sum = 0;
    size_t expected = 0;
    const size_t key_size = strlen(key);
    if (file.size < sizeof(header) + sizeof(sum)) {
        return false;
    }
    const size_t summed = file.size - sizeof(sum);
    memcpy(&header, file.data, sizeof(header));
    memcpy(&sum, file.data + summed, sizeof(sum));
    if (header.magic != magic || header.format != CACHE_FILE_FORMAT || header.key_size != key_size ||
        header.binary_size == 0 || header.binary_size > file.size ||
        !file_size(key_size, (size_t)header.binary_size, &expected) || expected != file.size) {
        return false;
    }
    if (sum != cache_hash(file.data, summed) || memcmp(file.data + sizeof(header), key, key_size) != 0) {
        return false;
    }
    *binary = (struct bytes){file.data + sizeof(header) + key_size, (size_t)header.binary_size};
    return true;
}
