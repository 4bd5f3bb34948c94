/* SPDX-License-Identifier: Apache-2.0 */
#include "problem/load.h"

#include "base/size.h"
#include "base/status.h"

clpool_status load_struct(const char *name, void *own, size_t own_size, size_t oldest_size, const void *caller,
                          size_t caller_size)
{
    if (caller_size < oldest_size) {
        return status_fail(CLPOOL_INVALID_ARGUMENT, "%s.struct_size is %zu; it must be sizeof(%s), at least %zu", name,
                           caller_size, name, oldest_size);
    }
    const unsigned char *bytes = caller;
    for (size_t i = own_size; i < caller_size; i++) {
        if (bytes[i] != 0) {
            return status_fail(CLPOOL_UNSUPPORTED,
                               "%s has %zu bytes and sets byte %zu; this version of the library knows the first %zu",
                               name, caller_size, i, own_size);
        }
    }
    memset(own, 0, own_size);
    memcpy(own, caller, size_min(own_size, caller_size));
    return CLPOOL_SUCCESS;
}
