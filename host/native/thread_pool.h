/* SPDX-License-Identifier: Apache-2.0 */
/* Threads that live from one call to the next, and are lent to whoever has work for them.
 *
 * They are started when first needed, and joined when the process exits or the shared library is unloaded; from then on
 * there are none. A child process, which has none of its parent's, starts its own. */
#ifndef CLPOOL_NATIVE_THREAD_POOL_H
#define CLPOOL_NATIVE_THREAD_POOL_H

/** The most threads of the process. */
enum { THREAD_POOL_MOST = 63 };

/** What a lent thread runs; `number` counts those of a loan from 1. */
typedef void thread_pool_work(void *context, unsigned number);

struct pool_thread;

/** Threads lent to one caller. */
struct thread_pool_loan {
    unsigned count;
    struct pool_thread *thread[THREAD_POOL_MOST];
};

/** Gives work to at most `count` threads: to fewer where others have them or the system has no more. */
void thread_pool_lend(struct thread_pool_loan *loan, unsigned count, thread_pool_work *work, void *context);

/** Returns when no thread of the loan works any more. One that has not begun by now never will, so that nobody waits
 * for a thread that is still to wake up. */
void thread_pool_take_back(struct thread_pool_loan *loan);

#endif
