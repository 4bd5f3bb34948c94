/* SPDX-License-Identifier: Apache-2.0 */
/* Wall time. */
#ifndef CLI_STOPWATCH_H
#define CLI_STOPWATCH_H

#include <time.h>

/** Seconds since some moment that stays the same while the process runs. */
static inline double stopwatch_now(void)
{
    struct timespec now = {0, 0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

#endif
