/* SPDX-License-Identifier: Apache-2.0 */
/* Kernel objects of one entry point, for any number of threads.
 *
 * A cl_kernel holds its arguments, so two threads that set and enqueue the same one mix them up. Each enqueue
 * therefore takes a kernel object for itself and gives it back; a slot is exchanged atomically, so nobody waits. One
 * object exists from the start; more are made when threads meet, and kept. */
#ifndef CLPOOL_DEVICE_KERNEL_POOL_H
#define CLPOOL_DEVICE_KERNEL_POOL_H

#include "clpool.h"

struct kernel_pool;

/** Makes a pool with one kernel object for `entry` (static storage) of `program`, which it retains; *pool is NULL on
 * failure. Errors: CLPOOL_OPENCL_ERROR, CLPOOL_OUT_OF_MEMORY. */
clpool_status kernel_pool_create(cl_program program, const char *entry, struct kernel_pool **pool);

/** Releases everything; no kernel may be taken. NULL is ignored. */
void kernel_pool_destroy(struct kernel_pool *pool);

/** The name of the entry point. */
const char *kernel_pool_entry(const struct kernel_pool *pool);

/** Takes a kernel object that nobody else has. Errors as kernel_pool_create(). */
clpool_status kernel_pool_take(struct kernel_pool *pool, cl_kernel *kernel);

/** Gives a taken kernel object back. */
void kernel_pool_give(struct kernel_pool *pool, cl_kernel kernel);

#endif
