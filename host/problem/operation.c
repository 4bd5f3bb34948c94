/* SPDX-License-Identifier: Apache-2.0 */
#include "problem/operation.h"

#include "base/status.h"
#include "problem/mode.h"

clpool_status forward_check(const struct geometry *geometry, bool has_mask)
{
    if (has_mask && geometry->mode != CLPOOL_MAX) {
        return status_fail(CLPOOL_INVALID_ARGUMENT, "mask is given, but mode is %s; only CLPOOL_MAX has masks",
                           mode_name(geometry->mode));
    }
    return CLPOOL_SUCCESS;
}

clpool_status backward_check(const struct geometry *geometry, clpool_mode mode, clpool_mode other_mode, unsigned flags)
{
    if (geometry->mode != mode && geometry->mode != other_mode) {
        return status_fail(CLPOOL_UNSUPPORTED, "mode is %s; this backward is for %s%s%s", mode_name(geometry->mode),
                           mode_name(mode), mode == other_mode ? "" : " and ",
                           mode == other_mode ? "" : mode_name(other_mode));
    }
    if (!geometry->dtype->is_float) {
        return status_fail(CLPOOL_UNSUPPORTED, "dtype is %s; backward needs a float type", geometry->dtype->name);
    }
    if ((flags & ~(unsigned)CLPOOL_ACCUMULATE) != 0) {
        return status_fail(CLPOOL_INVALID_ARGUMENT, "flags is 0x%x; the only flag is CLPOOL_ACCUMULATE (0x%x)", flags,
                           (unsigned)CLPOOL_ACCUMULATE);
    }
    return CLPOOL_SUCCESS;
}

clpool_status unpool_check(const struct geometry *geometry)
{
    return geometry->mode == CLPOOL_MAX
               ? CLPOOL_SUCCESS
               : status_fail(CLPOOL_UNSUPPORTED, "mode is %s; unpooling is for CLPOOL_MAX", mode_name(geometry->mode));
}
