/* SPDX-License-Identifier: Apache-2.0 */
#include "base/dtype.h"

static const struct dtype dtypes[] = {
    {CLPOOL_F32, "f32", 4},
};

const struct dtype *dtype_find(clpool_dtype id)
{
    for (size_t i = 0; i < sizeof(dtypes) / sizeof(dtypes[0]); i++) {
        if (dtypes[i].id == id) {
            return &dtypes[i];
        }
    }
    return NULL;
}
