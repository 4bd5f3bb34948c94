/* SPDX-License-Identifier: Apache-2.0 */
/* Output files of a command: what they hold before, and what they may hold after it. */
#ifndef CLPOOL_TESTS_OUTPUTS_H
#define CLPOOL_TESTS_OUTPUTS_H

#include <stdbool.h>

#define OUTPUTS_MOST 2

/** A rule that tuning files have before, and must have after. */
#define OUTPUTS_OLD_RULE "forward lp f64 nhwc none 5x7s1 9x9x9x9 generic:group=32 1ms\n"

/** Paths; NULL behind the last if they are fewer. */
typedef const char *outputs[OUTPUTS_MOST];

/** Writes what the files hold before a run: PATH.old where that is there. */
void outputs_reset(const outputs paths);

/** Takes what a run without a fault wrote for what it must always write. */
void outputs_keep(const outputs paths);

/** What is wrong with the files: each must hold what it held before, unless `must_be_new`, or what outputs_keep() took.
 * With times in them, they need only be whole JSON, (.txt) whole tuning files, or (.html) whole pages; new JSON has the
 * same members, and pages have as many parts. NULL: nothing is wrong. */
const char *outputs_check(const outputs paths, bool have_times, bool must_be_new);

#endif
