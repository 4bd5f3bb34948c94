/* SPDX-License-Identifier: Apache-2.0 */
/* Values of the strategies' parameters, drawn for a trial. */
#ifndef CLPOOL_TESTS_TRIAL_DRAW_H
#define CLPOOL_TESTS_TRIAL_DRAW_H

#include "support/random.h"
#include "support/trial.h"

/** What was drawn for a strategy: its name with values of its parameters, and which of the values these are. */
struct trial_draw {
    char settings[TRIAL_SETTINGS_BYTES];
    size_t parameters;
    size_t count[PARAMETERS_MOST]; /* of values */
    size_t drawn[PARAMETERS_MOST];
};

/** Draws a value for each parameter of the strategy: by the seed of settings alone, so that problems which share a
 * program share its parameters. Only "workers" needs neither another program nor, on PoCL, the compilation for another
 * local size, and is drawn for each problem. */
void trial_draw(uint64_t settings_seed, const struct random *random, clpool_op op, size_t index, const char *name,
                struct trial_draw *draw);

/** Keeps account of the values that were never drawn: all of them at first. */
void trial_note_draw(struct trial_result *result, clpool_op op, size_t index, const struct trial_draw *draw);

#endif
