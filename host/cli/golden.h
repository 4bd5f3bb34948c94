/* SPDX-License-Identifier: Apache-2.0 */
/* Golden cases: a folder with a cases.json that lists poolings, in the terms of PyTorch, and for each case NAME the
 * arrays NAME-x.npy, -y, -dy, -dx and (of maximum) -idx, i64, flat index in the plane, that another implementation
 * computed. */
#ifndef CLI_GOLDEN_H
#define CLI_GOLDEN_H

#include <jansson.h>

#include "array.h"
#include "clpool.h"

typedef struct golden_case {
    const char *name; /**< lives as long as the folder is open */
    clpool_problem problem;
    size_t out[CLPOOL_MAX_RANK]; /**< the output's extents as the folder has them */
} golden_case;

/** Cases that this version cannot run, by what it lacks. */
typedef struct golden_skip {
    char kind[48]; /**< "stochastic", or "max f16" for another dtype */
    size_t count;
} golden_skip;

#define GOLDEN_SKIPS 16

/** Zeroed, it is closed. */
typedef struct golden {
    const char *folder;
    json_t *root;
    golden_case *cases;
    size_t count;
    golden_skip skips[GOLDEN_SKIPS]; /**< the last one also counts whatever finds no other place */
    size_t skip_kinds;
} golden;

/** Reads and checks FOLDER/cases.json. `folder` must outlive the result. */
exit_code golden_open(const char *folder, golden *opened);

/** Understands and checks the bytes of a cases.json, which errors call `file`. `folder` must outlive the result, the
 * bytes need not. */
exit_code golden_take(const char *folder, const char *file, const unsigned char *bytes, size_t size, golden *opened);

void golden_close(golden *closed);

/** Reads NAME-`suffix`.npy of a case, which must have this dtype and shape. */
exit_code golden_read(const golden *from, const golden_case *of, const char *suffix, npy_dtype dtype, unsigned rank,
                      const size_t *shape, array *read);

#endif
