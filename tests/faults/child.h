/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the command as a child process under a fault. */
#ifndef CLPOOL_TESTS_CHILD_H
#define CLPOOL_TESTS_CHILD_H

#include "faults/faults.h"

/** What a run of the command left behind. */
struct child {
    int status; /* exit status; 128 + N for signal N, also where it took too long */
    char out[1 << 14];
    char err[1 << 14];
    bool has_report; /* whether it ended by itself; what follows is of that */
    bool is_reached;
    struct live live;
    size_t calls[FAULT_CALLS];
};

/** Runs the program with these words, which blanks separate, and this fault (NULL: none). */
void child_run(const char *program, const char *words, const struct fault *fault, struct child *child);

#endif
