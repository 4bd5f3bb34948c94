/* SPDX-License-Identifier: Apache-2.0 */
/* memcpy() by several threads: what the host's memory gives. */
#ifndef CLI_HOST_COPY_H
#define CLI_HOST_COPY_H

#include <stddef.h>

/** Copies with a thread for each processor, but with as few as have half a megabyte each to copy. The memory must not
 * overlap. */
void host_copy(void *to, const void *from, size_t bytes);

#endif
