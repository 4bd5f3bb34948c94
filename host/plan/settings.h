/* SPDX-License-Identifier: Apache-2.0 */
/* What a strategy runs with, as text: "generic:group=64". */
#ifndef CLPOOL_PLAN_SETTINGS_H
#define CLPOOL_PLAN_SETTINGS_H

#include "plan/strategies.h"

/** The default of each parameter; where groups make tiles, as many outputs as local memory is large enough for. */
struct settings settings_default(const struct strategy *strategy, const struct geometry *geometry);

/** Takes values from a list, as in "group=64,outputs=4"; parameters that are not named keep their values.
 * Errors: CLPOOL_INVALID_ARGUMENT for an unknown parameter, and a value that it may not have. */
clpool_status settings_parse(const struct strategy *strategy, const char *list, struct settings *settings);

/** Writes the strategy's name and the values of all its parameters. */
void settings_write(const struct choice *choice, char text[SETTINGS_BYTES]);

#endif
