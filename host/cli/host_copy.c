/* SPDX-License-Identifier: Apache-2.0 */
#include "host_copy.h"

#include <pthread.h>
#include <string.h>
#include <unistd.h>

#define THREADS_MOST 64
#define LEAST_BYTES ((size_t)512 << 10)

typedef struct copy_part {
    unsigned char *to;
    const unsigned char *from;
    size_t bytes;
} copy_part;

static void *copy_one(void *argument)
{
    const copy_part *part = argument;
    memcpy(part->to, part->from, part->bytes);
    return NULL;
}

static size_t threads_for(size_t bytes)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    size_t most = processors < 1 ? 1 : processors > THREADS_MOST ? THREADS_MOST : (size_t)processors;
    size_t worth = bytes / LEAST_BYTES;
    return worth < 1 ? 1 : worth < most ? worth : most;
}

void host_copy(void *to, const void *from, size_t bytes)
{
    copy_part parts[THREADS_MOST];
    pthread_t threads[THREADS_MOST];
    size_t count = threads_for(bytes);
    size_t each = bytes / count;
    size_t started = 0, i;
    for (i = 0; i < count; i++) {
        parts[i].to = (unsigned char *)to + i * each;
        parts[i].from = (const unsigned char *)from + i * each;
        parts[i].bytes = i + 1 < count ? each : bytes - i * each;
    }
    /* The last part is this thread's, and so are those that no thread could be had for. */
    while (started + 1 < count && pthread_create(&threads[started], NULL, copy_one, &parts[started]) == 0) {
        started++;
    }
    for (i = started; i < count; i++) {
        (void)copy_one(&parts[i]);
    }
    for (i = 0; i < started; i++) {
        (void)pthread_join(threads[i], NULL);
    }
}
