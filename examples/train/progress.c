/* SPDX-License-Identifier: Apache-2.0 */
#include "progress.h"

#include <stdio.h>
#include <unistd.h>

enum { BAR_COLUMNS = 30 };

void progress_show(size_t epoch, size_t epochs, double loss, double share)
{
    static const char full[] = "##############################";
    static const char empty[] = "..............................";
    int done = (int)(epoch * BAR_COLUMNS / epochs);
    if (isatty(STDERR_FILENO)) {
        (void)fprintf(stderr, "\r[%.*s%.*s] epoch %zu of %zu, test loss %.4f, accuracy %.2f %% ", done, full,
                      BAR_COLUMNS - done, empty, epoch, epochs, loss, 100 * share);
    }
}

void progress_end(void)
{
    if (isatty(STDERR_FILENO)) {
        (void)fputs("\r\033[K", stderr);
    }
}
