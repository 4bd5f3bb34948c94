/* SPDX-License-Identifier: Apache-2.0 */
/* Makes the error that its argument names, for the check that the sanitizers catch it. */
#include "support/problems.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int write_past_a_buffer(void)
{
    const clpool_problem problem = problem_of_rank(1); /* y has 4 elements */
    const float x[8] = {0};
    float *y = malloc(3 * sizeof(*y));
    const int status = y == NULL ? 1 : (int)clpool_native_forward(&problem, x, y, NULL);
    free(y);
    return status;
}

static int overflow(void)
{
    volatile int large = INT_MAX;
    large = large + 1;
    return large == 0;
}

static int leak(void)
{
    void *volatile memory = malloc(100);
    memory = NULL;
    return memory != NULL;
}

int main(int count, char **arguments)
{
    const char *error = count > 1 ? arguments[1] : "none";
    if (strcmp(error, "address") == 0) {
        return write_past_a_buffer();
    }
    if (strcmp(error, "undefined") == 0) {
        return overflow();
    }
    return strcmp(error, "leak") == 0 ? leak() : 0;
}
