/* SPDX-License-Identifier: Apache-2.0 */
/* The native functions in programs that have threads and processes of their own, or load the library for a while. */
#define _GNU_SOURCE /* fork() and its like, dlopen() */
#include "support/cmocka.h"
#include "support/problems.h"
#include "support/tensors.h"

#include <dirent.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CALLERS = 6, CALLS = 40, FORKS = 20, LOADS = 10, SECONDS_TO_HANG = 60 };

typedef clpool_status forward_function(const clpool_problem *, const void *, void *, void *,
                                       const clpool_native_options *);

/** A problem large enough for threads, with the reference's answer. */
struct sample {
    clpool_problem problem;
    struct tensors tensors;
    unsigned threads;
};

static void sample_make(struct sample *sample, unsigned number)
{
    struct random random = {.state = number + 1};
    sample->problem = with_planes(with_in(with_kernel(problem_of_rank(2), 3), 0, 40, 41), 2, 64 + number);
    sample->problem =
        packed(with_padding(sample->problem, 1, 1), number % 2 == 0 ? CLPOOL_CHANNELS_FIRST : CLPOOL_CHANNELS_LAST);
    sample->threads = 2 + number % 3;
    tensors_make(&sample->tensors, &sample->problem, &random);
    tensors_reference_forward(&sample->tensors, &sample->problem);
    tensors_reference_backward(&sample->tensors, &sample->problem, 0);
}

static bool forward_is_right(forward_function *forward, const struct sample *sample)
{
    const struct tensors *t = &sample->tensors;
    const clpool_native_options options = {.struct_size = sizeof(options), .threads = sample->threads};
    unsigned char *y = calloc(t->y_elements, t->element_bytes);
    unsigned char *mask = calloc(t->mask_elements, t->mask_bytes);
    const bool right = y != NULL && mask != NULL &&
                       forward(&sample->problem, t->x, y, mask, &options) == CLPOOL_SUCCESS &&
                       memcmp(y, t->y, t->y_elements * t->element_bytes) == 0 &&
                       memcmp(mask, t->mask, t->mask_elements * t->mask_bytes) == 0;
    free(y);
    free(mask);
    return right;
}

static bool backward_is_right(const struct sample *sample)
{
    const struct tensors *t = &sample->tensors;
    const clpool_native_options options = {.struct_size = sizeof(options), .threads = sample->threads};
    unsigned char *dx = calloc(t->x_elements, t->element_bytes);
    const bool right =
        dx != NULL &&
        clpool_native_backward_with(&sample->problem, t->dy, t->mask, dx, 0, &options) == CLPOOL_SUCCESS &&
        memcmp(dx, t->dx, t->x_elements * t->element_bytes) == 0;
    free(dx);
    return right;
}

static bool is_right(const struct sample *sample)
{
    return forward_is_right(clpool_native_forward_with, sample) && backward_is_right(sample);
}

static void *call_often(void *argument)
{
    struct sample *sample = argument;
    for (int i = 0; i < CALLS; i++) {
        if (!is_right(sample)) {
            return sample;
        }
    }
    return NULL;
}

static void callers_at_the_same_time_get_the_reference_s_bits(void **state)
{
    struct sample samples[CALLERS];
    pthread_t callers[CALLERS];
    (void)state;
    for (unsigned i = 0; i < CALLERS; i++) {
        sample_make(&samples[i], i);
    }
    for (unsigned i = 0; i < CALLERS; i++) {
        assert_int_equal(pthread_create(&callers[i], NULL, call_often, &samples[i]), 0);
    }
    for (unsigned i = 0; i < CALLERS; i++) {
        void *wrong = NULL;
        assert_int_equal(pthread_join(callers[i], &wrong), 0);
        assert_null(wrong);
        tensors_free(&samples[i].tensors);
    }
}

static void more_threads_than_there_is_work_for(void **state)
{
    struct sample sample;
    (void)state;
    sample_make(&sample, 0);
    sample.threads = 1000000;
    assert_true(is_right(&sample));
    tensors_free(&sample.tensors);
}

/** ThreadSanitizer takes a child's threads for its parent's, where they have the same place in memory. */
static void need_children_of_threads(void)
{
#if defined(__SANITIZE_THREAD__)
    print_message("children of a process with threads: not with ThreadSanitizer\n");
    skip();
#endif
}

/** AddressSanitizer's own allocator stays locked in a child that was forked while another thread was in it (GCC 12). */
static void need_allocator_of_children(void)
{
#if defined(__SANITIZE_ADDRESS__)
    print_message(
        "children forked in the midst of a call: not with AddressSanitizer, whose allocator may hang there\n");
    skip();
#endif
}

/** Ends the child as `leave` does; the alarm ends one that hangs. */
static void require_right_in_child(const struct sample *sample, void (*leave)(int))
{
    int status = 0;
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)alarm(SECONDS_TO_HANG);
        leave(is_right(sample) && is_right(sample) ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

/** The first test: this process has no threads yet. */
static void a_child_calls_that_was_forked_before_any_call(void **state)
{
    struct sample sample;
    (void)state;
    sample_make(&sample, 0);
    require_right_in_child(&sample, exit);
    assert_true(is_right(&sample));
    tensors_free(&sample.tensors);
}

static void a_child_and_its_parent_go_on_calling(void **state)
{
    struct sample sample;
    (void)state;
    need_children_of_threads();
    sample_make(&sample, 1);
    for (int i = 0; i < FORKS; i++) {
        assert_true(is_right(&sample));
        require_right_in_child(&sample, i % 2 == 0 ? exit : _exit);
    }
    tensors_free(&sample.tensors);
}

struct endless {
    const struct sample *sample;
    atomic_bool shall_end;
    bool is_right;
};

static void *call_until_told(void *argument)
{
    struct endless *endless = argument;
    endless->is_right = true;
    while (!atomic_load(&endless->shall_end)) {
        endless->is_right = is_right(endless->sample) && endless->is_right;
    }
    return NULL;
}

/** The child has a copy of the pool as it was then. */
static void a_child_calls_that_was_forked_in_the_midst_of_a_call(void **state)
{
    struct sample sample;
    struct endless endless = {.sample = &sample};
    pthread_t caller;
    (void)state;
    need_children_of_threads();
    need_allocator_of_children();
    sample_make(&sample, 2);
    assert_int_equal(pthread_create(&caller, NULL, call_until_told, &endless), 0);
    for (int i = 0; i < FORKS; i++) {
        require_right_in_child(&sample, _exit);
    }
    atomic_store(&endless.shall_end, true);
    assert_int_equal(pthread_join(caller, NULL), 0);
    assert_true(endless.is_right);
    tensors_free(&sample.tensors);
}

/** Detached, it goes on to the end of the process. */
static void a_process_exits_in_the_midst_of_a_call(void **state)
{
    struct sample sample;
    static struct endless endless;
    (void)state;
    need_children_of_threads();
    sample_make(&sample, 3);
    endless.sample = &sample;
    for (int i = 0; i < FORKS; i++) {
        int status = 0;
        const pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            pthread_t caller;
            (void)alarm(SECONDS_TO_HANG);
            if (pthread_create(&caller, NULL, call_until_told, &endless) != 0 || pthread_detach(caller) != 0) {
                _exit(2);
            }
            (void)usleep(1000U * (unsigned)i);
            exit(is_right(&sample) ? 0 : 1);
        }
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_int_equal(status, 0);
    }
    tensors_free(&sample.tensors);
}

/** Threads of this process, where the system tells. */
static int threads_now(void)
{
    int count = 0;
    DIR *tasks = opendir("/proc/self/task");
    if (tasks == NULL) {
        return 0;
    }
    while (readdir(tasks) != NULL) {
        count++;
    }
    (void)closedir(tasks);
    return count;
}

static void the_library_is_unloaded_and_loaded_again(void **state)
{
    struct sample sample;
    (void)state;
    sample_make(&sample, 4);
    const int threads = threads_now();
    for (int i = 0; i < LOADS; i++) {
        void *library = dlopen(CLPOOL_SHARED_LIBRARY, RTLD_NOW | RTLD_LOCAL);
        forward_function *forward = NULL;
        assert_non_null(library);
        void *symbol = dlsym(library, "clpool_native_forward_with");
        memcpy(&forward, &symbol, sizeof(forward)); /* ISO C has no cast from an object pointer to a function pointer */
        assert_non_null(symbol);
        assert_true(forward_is_right(forward, &sample));
        assert_int_equal(dlclose(library), 0);
        assert_null(dlopen(CLPOOL_SHARED_LIBRARY, RTLD_NOW | RTLD_NOLOAD));
        assert_int_equal(threads_now(), threads);
    }
    tensors_free(&sample.tensors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_child_calls_that_was_forked_before_any_call),
        cmocka_unit_test(callers_at_the_same_time_get_the_reference_s_bits),
        cmocka_unit_test(more_threads_than_there_is_work_for),
        cmocka_unit_test(a_child_and_its_parent_go_on_calling),
        cmocka_unit_test(a_child_calls_that_was_forked_in_the_midst_of_a_call),
        cmocka_unit_test(a_process_exits_in_the_midst_of_a_call),
        cmocka_unit_test(the_library_is_unloaded_and_loaded_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
