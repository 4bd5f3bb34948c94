/* SPDX-License-Identifier: Apache-2.0 */
/* Reading structures of the public header whose caller may have been compiled against another version. */
#ifndef CLPOOL_PROBLEM_LOAD_H
#define CLPOOL_PROBLEM_LOAD_H

#include "clpool.h"

/** Copies the `own_size` bytes that this version knows from `caller`, whose first field says that it has `caller_size`
 * bytes, into `own`. A caller that is older than `oldest_size` never set the size; a newer one may use only fields
 * that this version knows, so its further bytes must be zero. `name` is the structure's, for the message.
 * Errors: CLPOOL_INVALID_ARGUMENT, CLPOOL_UNSUPPORTED. */
clpool_status load_struct(const char *name, void *own, size_t own_size, size_t oldest_size, const void *caller,
                          size_t caller_size);

#endif
