/* SPDX-License-Identifier: Apache-2.0 */
/* Sharing out tasks: each is run once, on no more threads than were asked for, whoever else has threads at that time,
 * and the call ends after the last one. */
#define _GNU_SOURCE /* nanosleep(), sigtimedwait() */
#include "native/fork_join.h"
#include "support/cmocka.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MOST_TASKS = 1000, CALLERS = 10, CALLS = 100 };

/** What tasks do, and what came of it. */
struct tally {
    unsigned threads;
    long nanoseconds; /* that a task of another thread takes */
    atomic_bool may_begin;
    atomic_uint runs[MOST_TASKS];
    atomic_bool is_busy[FORK_JOIN_MOST_THREADS];
    atomic_bool has_clash; /* two tasks of a worker at the same time, or a worker too many */
};

static void count(void *context, size_t task, unsigned worker)
{
    struct tally *tally = context;
    if (worker >= tally->threads || atomic_exchange(&tally->is_busy[worker], true)) {
        atomic_store(&tally->has_clash, true);
        return;
    }
    if (worker != 0 && tally->nanoseconds != 0) {
        const struct timespec time = {0, tally->nanoseconds};
        (void)nanosleep(&time, NULL);
    }
    (void)atomic_fetch_add(&tally->runs[task], 1);
    atomic_store(&tally->is_busy[worker], false);
}

static void tally_clear(struct tally *tally, unsigned threads)
{
    memset(tally, 0, sizeof(*tally));
    tally->threads = threads;
}

static bool is_right(struct tally *tally, size_t tasks)
{
    bool right = !atomic_load(&tally->has_clash);
    for (size_t i = 0; i < MOST_TASKS; i++) {
        right = right && atomic_load(&tally->runs[i]) == (i < tasks);
    }
    return right;
}

static void each_task_runs_once_on_any_number_of_threads(void **state)
{
    static const unsigned threads[] = {1, 2, 3, 17, FORK_JOIN_MOST_THREADS};
    static const size_t tasks[] = {0, 1, 2, 63, 65, MOST_TASKS};
    static struct tally tally;
    (void)state;
    for (int repeat = 0; repeat < 20; repeat++) {
        for (size_t i = 0; i < sizeof(threads) / sizeof(threads[0]); i++) {
            for (size_t j = 0; j < sizeof(tasks) / sizeof(tasks[0]); j++) {
                tally_clear(&tally, threads[i]);
                fork_join_run(threads[i], tasks[j], count, &tally);
                assert_true(is_right(&tally, tasks[j]));
            }
        }
    }
}

static void *call_often(void *argument)
{
    static const unsigned threads[] = {2, 16, FORK_JOIN_MOST_THREADS};
    struct tally *tally = argument;
    for (unsigned i = 0; i < CALLS; i++) {
        tally_clear(tally, threads[i % 3]);
        fork_join_run(tally->threads, MOST_TASKS, count, tally);
        if (!is_right(tally, MOST_TASKS)) {
            return tally;
        }
    }
    return NULL;
}

/** They want more threads than the pool has. */
static void callers_at_the_same_time_get_their_tasks_run(void **state)
{
    static struct tally tallies[CALLERS];
    pthread_t callers[CALLERS];
    (void)state;
    for (int i = 0; i < CALLERS; i++) {
        assert_int_equal(pthread_create(&callers[i], NULL, call_often, &tallies[i]), 0);
    }
    for (int i = 0; i < CALLERS; i++) {
        void *wrong = NULL;
        assert_int_equal(pthread_join(callers[i], &wrong), 0);
        assert_null(wrong);
    }
}

/** After a while in which they have gone to sleep, too. */
static void a_call_ends_after_its_last_task(void **state)
{
    static struct tally tally;
    const struct timespec pause = {0, 2000000};
    (void)state;
    for (int i = 0; i < 20; i++) {
        (void)nanosleep(&pause, NULL);
        tally_clear(&tally, 4);
        tally.nanoseconds = 1000000;
        fork_join_run(4, 40, count, &tally);
        assert_true(is_right(&tally, 40));
    }
}

static void *call_slowly(void *argument)
{
    struct tally *tally = argument;
    while (!atomic_load(&tally->may_begin)) {
        (void)sched_yield();
    }
    fork_join_run(tally->threads, MOST_TASKS, count, tally);
    pthread_testcancel();
    return NULL;
}

/** It sleeps until others' tasks end, which its stack must outlive. */
static void a_caller_that_is_cancelled_waits_for_its_tasks(void **state)
{
    static struct tally tally;
    (void)state;
    for (int i = 0; i < 20; i++) {
        pthread_t caller;
        void *result = NULL;
        tally_clear(&tally, 3);
        tally.nanoseconds = 100000;
        assert_int_equal(pthread_create(&caller, NULL, call_slowly, &tally), 0);
        assert_int_equal(pthread_cancel(caller), 0);
        atomic_store(&tally.may_begin, true);
        assert_int_equal(pthread_join(caller, &result), 0);
        assert_ptr_equal(result, PTHREAD_CANCELED);
        assert_true(is_right(&tally, MOST_TASKS));
    }
}

/** A signal that the program blocks on its threads, to wait for it, must not reach one that it does not know of. */
static void threads_of_the_pool_take_no_signals(void **state)
{
    static struct tally tally;
    const struct timespec patience = {10, 0};
    sigset_t awaited;
    sigset_t before;
    (void)state;
    tally_clear(&tally, 4);
    fork_join_run(4, MOST_TASKS, count, &tally);
    (void)sigemptyset(&awaited);
    (void)sigaddset(&awaited, SIGUSR1); /* whose default action ends the process */
    assert_int_equal(pthread_sigmask(SIG_BLOCK, &awaited, &before), 0);
    assert_int_equal(kill(getpid(), SIGUSR1), 0);
    assert_int_equal(sigtimedwait(&awaited, NULL, &patience), SIGUSR1);
    assert_int_equal(pthread_sigmask(SIG_SETMASK, &before, NULL), 0);
}

static void no_more_threads_than_are_worth_it(void **state)
{
    (void)state;
    assert_int_equal(fork_join_threads(1, 100, 1e9), 1);
    assert_int_equal(fork_join_threads(7, 100, 1e9), 7);
    assert_int_equal(fork_join_threads(7, 3, 1e9), 3);
    assert_int_equal(fork_join_threads(7, 0, 1e9), 1);
    assert_int_equal(fork_join_threads(7, 100, 10), 1);
    assert_int_equal(fork_join_threads(100000, 100000, 1e12), FORK_JOIN_MOST_THREADS);
    assert_true(fork_join_threads(0, 100, 1e9) >= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_task_runs_once_on_any_number_of_threads),
        cmocka_unit_test(callers_at_the_same_time_get_their_tasks_run),
        cmocka_unit_test(a_call_ends_after_its_last_task),
        cmocka_unit_test(a_caller_that_is_cancelled_waits_for_its_tasks),
        cmocka_unit_test(threads_of_the_pool_take_no_signals),
        cmocka_unit_test(no_more_threads_than_are_worth_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
