/* SPDX-License-Identifier: Apache-2.0 */
/* What an arena is made of. Two files implement this, and a program has one of them: memory_buffer.c a buffer, with
 * copies to and from the host; memory_svm.c shared virtual memory, which the host and the kernels reach by pointers,
 * and clpool as a buffer that lies on it. */
#ifndef PIPELINE_MEMORY_H
#define PIPELINE_MEMORY_H

#include "arena.h"

/** What the memory is, in words. */
extern const char *const memory_name;

/** Makes arena->whole, of arena->bytes. Fails on a device that cannot. */
void memory_allocate(struct arena *arena, cl_device_id device);

void memory_free(struct arena *arena);

/** Makes a region an argument of a kernel. */
void memory_set_argument(const struct arena *arena, cl_kernel kernel, cl_uint index, enum region region);

/** Fills a region with the host's bytes, which must stay as they are until the event is complete. */
cl_event memory_write(const struct arena *arena, enum region region, const void *bytes);

/** Where the host finds the bytes of a region, once the event is complete; until memory_free(). */
const void *memory_read(struct arena *arena, enum region region, cl_event wait_for, cl_event *event);

#endif
