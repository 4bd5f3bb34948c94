/* SPDX-License-Identifier: Apache-2.0 */
#include "mask_file.h"

#include "pooling.h"

exit_code mask_read(const char *path, const clpool_problem *problem, array *read)
{
    size_t shape[CLPOOL_MAX_RANK + 2];
    unsigned rank = problem_mask_shape(problem, shape);
    exit_code code = array_read(path, read);
    if (code == EXIT_DONE) {
        code = array_check(read, path, "the mask", problem_mask_dtype(problem), rank, shape);
    }
    return code;
}

exit_code mask_make(const clpool_problem *problem, array *made)
{
    size_t shape[CLPOOL_MAX_RANK + 2];
    unsigned rank = problem_mask_shape(problem, shape);
    return array_make(problem_mask_dtype(problem), rank, shape, made);
}
