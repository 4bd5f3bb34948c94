/* SPDX-License-Identifier: Apache-2.0 */
/* What the header uses of a system's <string.h>, where the system is not at hand. */
#ifndef CLPOOL_STUB_STRING_H
#define CLPOOL_STUB_STRING_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

void *memcpy(void *to, const void *from, size_t size);
void *memset(void *to, int value, size_t size);
char *strstr(const char *text, const char *part);

#ifdef __cplusplus
}
#endif

#endif
