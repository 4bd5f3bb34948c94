/* SPDX-License-Identifier: Apache-2.0 */
#include "problem/backward.h"

#include "base/status.h"

clpool_status backward_check(const struct dtype *dtype, unsigned flags)
{
    if (!dtype->is_float) {
        return status_fail(CLPOOL_UNSUPPORTED, "dtype is %s; backward needs a float type", dtype->name);
    }
    if ((flags & ~(unsigned)CLPOOL_ACCUMULATE) != 0) {
        return status_fail(CLPOOL_INVALID_ARGUMENT, "flags is 0x%x; the only flag is CLPOOL_ACCUMULATE (0x%x)", flags,
                           (unsigned)CLPOOL_ACCUMULATE);
    }
    return CLPOOL_SUCCESS;
}
