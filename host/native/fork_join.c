/* SPDX-License-Identifier: Apache-2.0 */
#define _DEFAULT_SOURCE /* sysconf() and its names */

#include "native/fork_join.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

/** Elements that take about as long as a thread takes to start. */
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

struct worker {
    struct team *team;
    pthread_t thread;
    unsigned number;
};

static unsigned processors(void)
{
#ifdef _SC_NPROCESSORS_ONLN
    const long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1 : count > FORK_JOIN_MOST_THREADS ? FORK_JOIN_MOST_THREADS : (unsigned)count;
#else
    return 1;
#endif
}

unsigned fork_join_threads(unsigned wanted, size_t tasks, double work)
{
    const double worth = work / ELEMENTS_A_THREAD;
    size_t threads = wanted != 0 ? wanted : processors();
    threads = threads < FORK_JOIN_MOST_THREADS ? threads : FORK_JOIN_MOST_THREADS;
    threads = threads < tasks ? threads : tasks;
    threads = (double)threads < worth ? threads : (size_t)worth;
    return threads < 1 ? 1 : (unsigned)threads;
}

static void *work(void *argument)
{
    const struct worker *worker = argument;
    struct team *team = worker->team;
    size_t begin = 0;
    while ((begin = atomic_fetch_add(&team->next, team->share)) < team->tasks) {
        for (size_t task = begin; task < begin + team->share && task < team->tasks; task++) {
            team->run(team->context, task, worker->number);
        }
    }
    return NULL;
}

void fork_join_run(unsigned threads, size_t tasks, fork_join_task *run, void *context)
{
    struct team team = {
        .run = run, .context = context, .tasks = tasks, .share = tasks / ((size_t)threads * SHARES_A_THREAD) + 1};
    struct worker workers[FORK_JOIN_MOST_THREADS];
    unsigned started = 1;
    atomic_init(&team.next, 0);
    workers[0] = (struct worker){.team = &team, .number = 0};
    for (unsigned i = 1; i < threads; i++) {
        workers[i] = (struct worker){.team = &team, .number = i};
    }
    while (started < threads && pthread_create(&workers[started].thread, NULL, work, &workers[started]) == 0) {
        started++;
    }
    (void)work(&workers[0]);
    for (unsigned i = 1; i < started; i++) {
        (void)pthread_join(workers[i].thread, NULL);
    }
}
