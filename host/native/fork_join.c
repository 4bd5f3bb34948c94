/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* sched_getaffinity(), sysconf() and its names */

#include "native/fork_join.h"

#include "base/size.h"

#include <sched.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <unistd.h>

/** Elements that take longer than it takes to give a thread its work and to learn that it is done. */
enum { ELEMENTS_A_THREAD = 50000 };

/** How many times a thread comes for tasks: not often where they are small, but so that all end together. */
enum { SHARES_A_THREAD = 16 };

enum { CACHE_LINE = 64 };

/** Neighbouring tasks, which one thread begins with. */
struct part {
    alignas(CACHE_LINE) atomic_size_t next;
    size_t end;
};

/** Parts are the same from call to call, and so, mostly, are the threads: each finds in its own processor's cache what
 * it left there. */
struct team {
    fork_join_task *run;
    void *context;
    size_t share; /* of tasks, that a thread takes at a time */
    unsigned threads;
    struct part part[FORK_JOIN_MOST_THREADS];
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

static void run_part(struct team *team, struct part *part, unsigned worker)
{
    size_t begin = 0;
    while ((begin = atomic_fetch_add(&part->next, team->share)) < part->end) {
        for (size_t task = begin; task < begin + team->share && task < part->end; task++) {
            team->run(team->context, task, worker);
        }
    }
}

/** Runs the thread's own part, then what others have not come to of theirs. */
static void work(void *context, unsigned worker)
{
    struct team *team = context;
    for (unsigned i = 0; i < team->threads; i++) {
        run_part(team, &team->part[(worker + i) % team->threads], worker);
    }
}

void fork_join_run(unsigned threads, size_t tasks, fork_join_task *run, void *context)
{
    struct team team;
    struct thread_pool_loan loan;
    team.run = run;
    team.context = context;
    team.share = tasks / ((size_t)threads * SHARES_A_THREAD) + 1;
    team.threads = threads;
    for (unsigned i = 0; i < threads; i++) {
        atomic_init(&team.part[i].next, tasks / threads * i + size_min(tasks % threads, i));
        team.part[i].end = tasks / threads * (i + 1) + size_min(tasks % threads, i + 1);
    }
    thread_pool_lend(&loan, threads - 1, work, &team);
    work(&team, 0);
    thread_pool_take_back(&loan);
}
