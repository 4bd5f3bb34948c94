/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L /* pthread_sigmask() */

#include "native/thread_pool.h"

#ifdef _WIN32

/* A DLL that is unloaded cannot wait for its threads to end, so there are none: the caller's thread does it all. */

void thread_pool_lend(struct thread_pool_loan *loan, unsigned count, thread_pool_work *work, void *context)
{
    (void)count;
    (void)work;
    (void)context;
    loan->count = 0;
}

void thread_pool_take_back(struct thread_pool_loan *loan)
{
    (void)loan;
}

#else

#include <pthread.h>
#include <signal.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

/** How often a thread looks for what it waits for before it sleeps: for some tens of microseconds, which is what waking
 * up takes. */
enum { LOOKS = 1500 };

enum { CACHE_LINE = 64 };

/** RESTING -> GIVEN by a caller, -> WORKING -> RESTING by the thread; or GIVEN -> RESTING by the caller, who did it
 * all. RESTING -> CLOSED at the end. */
enum state { RESTING, GIVEN, WORKING, CLOSED };

struct pool_thread {
    alignas(CACHE_LINE) pthread_t thread;
    pthread_mutex_t mutex; /* for changes of the state */
    pthread_cond_t changed;
    atomic_int state;
    thread_pool_work *work; /* these are the caller's, until it is given */
    void *context;
    unsigned number;
};

static struct {
    pthread_once_t once;
    pthread_mutex_t mutex; /* for all that follows but the threads */
    bool is_open;
    unsigned started;
    unsigned idle_count;
    struct pool_thread *idle[THREAD_POOL_MOST];
    struct pool_thread threads[THREAD_POOL_MOST];
} pool = {.once = PTHREAD_ONCE_INIT, .mutex = PTHREAD_MUTEX_INITIALIZER};

/** Tells the processor that this is a loop that waits. */
static void relax(void)
{
#if defined(__GNUC__) && (defined(__x86_64__) || defined(__i386__))
    __builtin_ia32_pause();
#endif
}

/** Moves a thread to another state and wakes whoever waits for that; false where it is not in state `from`. */
static bool change(struct pool_thread *thread, enum state from, enum state to)
{
    (void)pthread_mutex_lock(&thread->mutex);
    const bool is_changed = atomic_load(&thread->state) == (int)from;
    if (is_changed) {
        atomic_store(&thread->state, to);
        (void)pthread_cond_broadcast(&thread->changed);
    }
    (void)pthread_mutex_unlock(&thread->mutex);
    return is_changed;
}

/** Not to be cancelled: threads work on what lies on the caller's stack. */
static void sleep_while(struct pool_thread *thread, enum state state)
{
    int cancel_state = 0;
    (void)pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
    (void)pthread_mutex_lock(&thread->mutex);
    while (atomic_load(&thread->state) == (int)state) {
        (void)pthread_cond_wait(&thread->changed, &thread->mutex);
    }
    (void)pthread_mutex_unlock(&thread->mutex);
    (void)pthread_setcancelstate(cancel_state, &cancel_state);
}

static void wait_while(struct pool_thread *thread, enum state state)
{
    for (int look = 0; look < LOOKS; look++) {
        if (atomic_load(&thread->state) != (int)state) {
            return;
        }
        relax();
    }
    sleep_while(thread, state);
}

static void *serve(void *argument)
{
    struct pool_thread *thread = argument;
    while (atomic_load(&thread->state) != CLOSED) {
        if (change(thread, GIVEN, WORKING)) {
            thread->work(thread->context, thread->number);
            (void)change(thread, WORKING, RESTING);
        }
        wait_while(thread, RESTING);
    }
    return NULL;
}

/** Blocks what else could run the program's handlers on threads that it does not know of. A fault stays its own. */
static void block_signals(sigset_t *before)
{
    sigset_t blocked;
    (void)sigfillset(&blocked);
    (void)sigdelset(&blocked, SIGSEGV);
    (void)sigdelset(&blocked, SIGBUS);
    (void)sigdelset(&blocked, SIGFPE);
    (void)sigdelset(&blocked, SIGILL);
    (void)pthread_sigmask(SIG_BLOCK, &blocked, before);
}

/** The next thread of the pool, or NULL. */
static struct pool_thread *start(void)
{
    sigset_t before;
    if (pool.started == THREAD_POOL_MOST) {
        return NULL;
    }
    struct pool_thread *thread = &pool.threads[pool.started];
    if (pthread_mutex_init(&thread->mutex, NULL) != 0) {
        return NULL;
    }
    bool is_started = false;
    if (pthread_cond_init(&thread->changed, NULL) == 0) {
        atomic_init(&thread->state, RESTING);
        block_signals(&before);
        is_started = pthread_create(&thread->thread, NULL, serve, thread) == 0;
        (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
        if (!is_started) {
            (void)pthread_cond_destroy(&thread->changed);
        }
    }
    if (!is_started) {
        (void)pthread_mutex_destroy(&thread->mutex);
        return NULL;
    }
    pool.started++;
    return thread;
}

/** Runs when the process exits and when the shared library is unloaded. atexit() would do, but for sanitizers that keep
 * its handlers beyond a library's unloading. */
#if defined(__GNUC__)
__attribute__((destructor))
#endif
static void
close_pool(void)
{
    (void)pthread_mutex_lock(&pool.mutex);
    const unsigned started = pool.started;
    pool.is_open = false;
    (void)pthread_mutex_unlock(&pool.mutex);
    for (unsigned i = 0; i < started; i++) {
        struct pool_thread *thread = &pool.threads[i];
        while (!change(thread, RESTING, CLOSED)) {
            wait_while(thread, GIVEN);
            wait_while(thread, WORKING);
        }
        (void)pthread_join(thread->thread, NULL);
    }
}

static void before_fork(void)
{
    (void)pthread_mutex_lock(&pool.mutex);
}

static void after_fork_in_parent(void)
{
    (void)pthread_mutex_unlock(&pool.mutex);
}

/** The threads do not exist in the child, and whatever state they were in is forgotten. */
static void after_fork_in_child(void)
{
    pool.started = 0;
    pool.idle_count = 0;
    (void)pthread_mutex_unlock(&pool.mutex);
}

static void open_pool(void)
{
    pool.is_open = pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child) == 0;
#if !defined(__GNUC__)
    pool.is_open = pool.is_open && atexit(close_pool) == 0;
#endif
}

/** The last to have worked, which may still be awake; else one that is started. */
static struct pool_thread *take_idle(void)
{
    return pool.idle_count > 0 ? pool.idle[--pool.idle_count] : start();
}

void thread_pool_lend(struct thread_pool_loan *loan, unsigned count, thread_pool_work *work, void *context)
{
    loan->count = 0;
    if (count == 0) {
        return;
    }
    (void)pthread_once(&pool.once, open_pool);
    (void)pthread_mutex_lock(&pool.mutex);
    struct pool_thread *thread = NULL;
    while (pool.is_open && loan->count < count && (thread = take_idle()) != NULL) {
        loan->thread[loan->count++] = thread;
    }
    (void)pthread_mutex_unlock(&pool.mutex);
    for (unsigned i = 0; i < loan->count; i++) {
        thread = loan->thread[i];
        thread->work = work;
        thread->context = context;
        thread->number = i + 1;
        (void)change(thread, RESTING, GIVEN);
    }
}

void thread_pool_take_back(struct thread_pool_loan *loan)
{
    for (unsigned i = 0; i < loan->count; i++) {
        (void)change(loan->thread[i], GIVEN, RESTING);
    }
    for (unsigned i = 0; i < loan->count; i++) {
        wait_while(loan->thread[i], WORKING);
    }
    (void)pthread_mutex_lock(&pool.mutex);
    for (unsigned i = loan->count; i > 0; i--) {
        pool.idle[pool.idle_count++] = loan->thread[i - 1];
    }
    (void)pthread_mutex_unlock(&pool.mutex);
}

#endif
