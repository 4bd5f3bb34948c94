/* SPDX-License-Identifier: Apache-2.0 */
#include "support/missing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_SKIPPED = 77 };

int missing_device(const char *wanted)
{
    const int required = getenv("CLPOOL_TEST_REQUIRE") != NULL && strcmp(wanted, "gpu") != 0;
    fprintf(stderr, "%s: no OpenCL device matches CLPOOL_TEST_DEVICE='%s' on this machine\n",
            required ? "failed" : "skipped", wanted);
    return required ? EXIT_FAILURE : EXIT_SKIPPED;
}
