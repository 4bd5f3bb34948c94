/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* sched_getaffinity(), sysconf() and its names */

#include "native/fork_join.h"

#include <sched.h>
#include <stdatomic.h>
#include <unistd.h>

/** Elements that take longer than it takes to give a thread its work and to learn that it is done. */
enum { ELEMENTS_A_THREAD = 50000 };

/** How many times a thread comes for tasks: not often where they are small, but so that all end together. */
enum { SHARES_A_THREAD = 16 };

struct team {
    fork_join_task *run;
    void *context;
    size_t tasks;
    size_t share; /* of tasks, that a thread takes at a time */
    atomic_size_t next;
};

/** Those that the calling thread may run on, where the system says so. */
static size_t processors(void)
{
    long count = 1;
#ifdef CPU_COUNT
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof(allowed), &allowed) == 0) {
        return (size_t)CPU_COUNT(&allowed);
    }
#endif
#ifdef _SC_NPROCESSORS_ONLN
    count = sysconf(_SC_NPROCESSORS_ONLN);
#endif
    return count < 1 ? 1 : (size_t)count;
}

unsigned fork_join_threads(unsigned wanted, size_t tasks, double work)
{
    const double worth = work / (double)ELEMENTS_A_THREAD;
    size_t threads = wanted != 0 ? wanted : processors();
    threads = threads < FORK_JOIN_MOST_THREADS ? threads : FORK_JOIN_MOST_THREADS;
    threads = threads < tasks ? threads : tasks;
    threads = (double)threads < worth ? threads : (size_t)worth;
    return threads < 1 ? 1 : (unsigned)threads;
}

static void work(void *context, unsigned worker)
{
    struct team *team = context;
    size_t begin = 0;
    while ((begin = atomic_fetch_add(&team->next, team->share)) < team->tasks) {
        for (size_t task = begin; task < begin + team->share && task < team->tasks; task++) {
            team->run(team->context, task, worker);
        }
    }
}

void fork_join_run(unsigned threads, size_t tasks, fork_join_task *run, void *context)
{
    struct team team = {
        .run = run, .context = context, .tasks = tasks, .share = tasks / ((size_t)threads * SHARES_A_THREAD) + 1};
    struct thread_pool_loan loan;
    atomic_init(&team.next, 0);
    thread_pool_lend(&loan, threads - 1, work, &team);
    work(&team, 0);
    thread_pool_take_back(&loan);
}
