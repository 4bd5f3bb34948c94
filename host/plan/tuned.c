/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/tuned.h"

#include "base/status.h"

#include <math.h>
#include <string.h>

/** Rules that are tried: more can only be useless in a file that was made to be. */
enum { MOST_TRIES = 32 };

/** A rule and how far it is; of equally far ones the first in the file comes first. */
struct place {
    double distance;
    size_t index;
};

static bool is_behind(struct place a, struct place b)
{
    return a.distance > b.distance || (a.distance == b.distance && a.index > b.index);
}

/** The nearest rule behind one that was tried; tuning->count where there is none. */
static struct place find_next(const struct tuning *tuning, const struct profile *profile, struct place tried,
                              bool is_first)
{
    struct place next = {HUGE_VAL, tuning->count};
    for (size_t i = 0; i < tuning->count; i++) {
        const struct place place = {profile_distance(&tuning->rules[i].profile, profile), i};
        if (place.distance <= TUNED_FARTHEST && (is_first || is_behind(place, tried)) && is_behind(next, place)) {
            next = place;
        }
    }
    return next;
}

bool tuned_choose(const struct tuning *tuning, clpool_op op, const struct geometry *geometry,
                  const struct capabilities *capabilities, struct choice *choice)
{
    if (tuning->count == 0) {
        return false;
    }
    const struct profile profile = profile_from_geometry(op, geometry);
    const struct last_error kept = status_keep();
    struct place place = {0, 0};
    bool is_found = false;
    for (int tries = 0; tries < MOST_TRIES && !is_found; tries++) {
        place = find_next(tuning, &profile, place, tries == 0);
        if (place.index == tuning->count || strcmp(tuning->rules[place.index].strategy, TUNING_DEFAULT) == 0) {
            break;
        }
        is_found = strategy_choose_named(op, tuning->rules[place.index].strategy, geometry, capabilities, choice) ==
                   CLPOOL_SUCCESS;
    }
    status_restore(&kept);
    return is_found;
}
