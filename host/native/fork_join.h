/* SPDX-License-Identifier: Apache-2.0 */
/* Tasks of one call, shared out among the calling thread and threads of the pool. */
#ifndef CLPOOL_NATIVE_FORK_JOIN_H
#define CLPOOL_NATIVE_FORK_JOIN_H

#include "native/thread_pool.h"

#include <stddef.h>

/** The most threads of one call. */
enum { FORK_JOIN_MOST_THREADS = THREAD_POOL_MOST + 1 };

/** Runs one task. No two tasks have the same `worker` at the same time; it is less than the number of threads. */
typedef void fork_join_task(void *context, size_t task, unsigned worker);

/** How many threads to use: at most `wanted` (0: as many as there are processors for the calling one), no more than
 * tasks, and no more than `work`, counted in elements, is worth. At least 1. */
unsigned fork_join_threads(unsigned wanted, size_t tasks, double work);

/** Runs all tasks, on the calling thread and on threads - 1 others, or on fewer where the pool has no more. Returns
 * when all have ended. */
void fork_join_run(unsigned threads, size_t tasks, fork_join_task *run, void *context);

#endif
