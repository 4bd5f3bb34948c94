/* SPDX-License-Identifier: Apache-2.0 */
/* A target that writes past memory where the input begins with a certain word, for the check that it is found. */
#include "target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char word[] = "pool";
    const size_t length = strlen(word);
    volatile char *memory = malloc(length);
    size_t same = 0;
    REQUIRE(memory != NULL);
    while (same < length && same < size && data[same] == (uint8_t)word[same]) {
        same++;
    }
    memory[same] = 0;
    free((void *)memory);
    return 0;
}
