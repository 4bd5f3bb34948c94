/* SPDX-License-Identifier: Apache-2.0 */
/* What a user's program has of the header, in C and in C++: compiled for systems that are not at hand. */
#include "clpool.h"

int main(void)
{
    const float x[] = {1, 4, 3, 2};
    float y = 0;
    clpool_problem problem = clpool_problem_2d(1, 1, 2, 2, 2, 2, 0);
    const clpool_buffer none = clpool_none();
    if (clpool_version() != CLPOOL_VERSION || none.mem != NULL) {
        return 1;
    }
    if (clpool_native_forward(&problem, x, &y, NULL) != CLPOOL_SUCCESS || !(y >= 4 && y <= 4)) {
        return 2;
    }
    /* A size in a sentence. */
    problem.kernel[1] = 35;
    return clpool_native_forward(&problem, x, &y, NULL) != CLPOOL_SUCCESS && strstr(clpool_error_detail(), "35") != NULL
               ? 0
               : 3;
}
