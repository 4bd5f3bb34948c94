/* SPDX-License-Identifier: Apache-2.0 */
#include "support/trial_draw.h"

#include "support/cmocka.h"

#include <stdio.h>

/** The first of that name; others of the name have the same parameters. */
static const struct strategy *strategy_named(clpool_op op, const char *name)
{
    size_t row = 0;
    while (strcmp(strategy_at(op, row)->name, name) != 0) {
        row++;
    }
    return strategy_at(op, row);
}

void trial_draw(uint64_t settings_seed, const struct random *random, clpool_op op, size_t index, const char *name,
                struct trial_draw *draw)
{
    struct random shared = {settings_seed + 16 * index + (size_t)op};
    struct random own = {random->state};
    const struct parameter *parameters = strategy_named(op, name)->parameters;
    int used = snprintf(draw->settings, TRIAL_SETTINGS_BYTES, "%s", name);
    size_t i = 0;
    for (; i < PARAMETERS_MOST && parameters[i].name != NULL; i++) {
        size_t count = 0;
        while (count < PARAMETER_VALUES_MOST && parameters[i].values[count] != 0) {
            count++;
        }
        draw->count[i] = count;
        draw->drawn[i] = random_between(strcmp(parameters[i].name, "workers") == 0 ? &own : &shared, 0, count - 1);
        used += snprintf(draw->settings + used, TRIAL_SETTINGS_BYTES - (size_t)used, "%c%s=%u", i == 0 ? ':' : ',',
                         parameters[i].name, parameters[i].values[draw->drawn[i]]);
        assert_true(used < TRIAL_SETTINGS_BYTES);
    }
    draw->parameters = i;
}

void trial_note_draw(struct trial_result *result, clpool_op op, size_t index, const struct trial_draw *draw)
{
    for (size_t i = 0; i < draw->parameters; i++) {
        unsigned *left = &result->values_left[op][index][i];
        if (!result->values_known[op][index][i]) {
            result->values_known[op][index][i] = 1;
            *left = (1u << draw->count[i]) - 1;
        }
        *left &= ~(1u << draw->drawn[i]);
    }
}
