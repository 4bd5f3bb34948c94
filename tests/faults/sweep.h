/* SPDX-License-Identifier: Apache-2.0 */
/* Lets every call that an operation makes fail in turn, and looks at what the operation makes of it. */
#ifndef CLPOOL_TESTS_SWEEP_H
#define CLPOOL_TESTS_SWEEP_H

#include "clpool.h"
#include "faults/faults.h"

/** What is done again and again. */
struct operation {
    const char *name;
    void *data;
    /** The one call of the library, or few; a call of it fails. Must not end with anything but a status. */
    clpool_status (*run)(void *data);
    /** What is wrong after run() returned this status, or NULL; takes back what run() made. No fault is armed here. */
    const char *(*check)(void *data, clpool_status status);
    /** Names of calls, each between blanks, that run() may do without: it succeeds, and check() says how well. */
    const char *tolerates;
    bool is_slow; /* some of the faults alone, and fewer runs without one; unless the sweep is long */
};

/** Adds up over operations. Zeroed, nothing was found. */
struct sweep {
    size_t operations;
    size_t injected;
    size_t findings;
    char findings_text[4096]; /* a line each, as far as they fit */
};

/** Lets call 1, 2, ... of every function that the operation calls fail, until the operation ends without reaching it:
 * with some error codes, and in a long run of the tests with every one, once and from then on.
 * Each time: a status as the header has it, the raw code, a sentence that names call and code; nothing left alive; and
 * without the fault the operation succeeds. */
void sweep_operation(struct sweep *sweep, const struct operation *operation);

/** One line for whoever adds up. */
void sweep_print(const struct sweep *sweep);

#endif
