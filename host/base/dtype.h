/* SPDX-License-Identifier: Apache-2.0 */
/* The element types: one table row each. A new type is a new row, here and in the kernels that take it. */
#ifndef CLPOOL_BASE_DTYPE_H
#define CLPOOL_BASE_DTYPE_H

#include "clpool.h"

struct dtype {
    clpool_dtype id;
    const char *name; /* as the command and the messages spell it */
    size_t bytes;
};

/** The row of a type; NULL where the library does not have it. */
const struct dtype *dtype_find(clpool_dtype id);

#endif
