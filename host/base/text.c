/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#include "base/size.h"
#include "base/status.h"

clpool_status text_give(const char *text, char *to, size_t size, size_t *size_needed)
{
    const size_t needed = strlen(text) + 1;
    if (to == NULL && size > 0) {
        return status_fail(CLPOOL_INVALID_ARGUMENT, "the pointer for the text is NULL but its size is %zu", size);
    }
    if (size > 0) {
        const size_t copied = size_min(needed, size) - 1;
        memcpy(to, text, copied);
        to[copied] = '\0';
    }
    if (size_needed != NULL) {
        *size_needed = needed;
    }
    return CLPOOL_SUCCESS;
}
