/* SPDX-License-Identifier: Apache-2.0 */
#include "support/environment.h"

#include <stdlib.h>
#include <string.h>

int test_is_long(void)
{
    const char *text = getenv("CLPOOL_TEST_LONG");
    return text != NULL && strcmp(text, "1") == 0;
}

size_t number_from_environment(const char *name, size_t otherwise)
{
    const char *text = getenv(name);
    return text == NULL ? otherwise : strtoul(text, NULL, 10);
}
