/* SPDX-License-Identifier: Apache-2.0 */
/* A line of a tuning file, for whoever measures. */
#include "base/status.h"
#include "base/text.h"
#include "device/tuning_file.h"

#include <stdio.h>
#include <string.h>

#define MOST_SECONDS 1e6

clpool_status clpool_tuning_rule(const clpool_problem *problem, clpool_op op, const char *settings, double seconds,
                                 char *text, size_t size, size_t *size_needed)
{
    char profile_text[PROFILE_BYTES];
    char line[PROFILE_BYTES + TUNING_STRATEGY_BYTES + 64];
    struct geometry geometry;
    const clpool_status status = geometry_from_problem(problem, &geometry);
    if (status != CLPOOL_SUCCESS) {
        return status;
    }
    if (op != CLPOOL_FORWARD && op != CLPOOL_BACKWARD && op != CLPOOL_UNPOOL) {
        return status_fail(CLPOOL_INVALID_ARGUMENT,
                           "op is %d; it must be CLPOOL_FORWARD, CLPOOL_BACKWARD or CLPOOL_UNPOOL", (int)op);
    }
    if (settings != NULL &&
        (settings[0] == '\0' || strlen(settings) >= TUNING_STRATEGY_BYTES || strpbrk(settings, " \t\r\n") != NULL)) {
        return status_fail(CLPOOL_INVALID_ARGUMENT,
                           "settings is '%.40s'; it must be what clpool_plan_settings() gives, or NULL", settings);
    }
    if (!(seconds >= 0) || seconds > MOST_SECONDS) {
        return status_fail(CLPOOL_INVALID_ARGUMENT, "seconds is %g; it must be 0 to %g", seconds, MOST_SECONDS);
    }
    const struct profile profile = profile_from_geometry(op, &geometry);
    profile_write(&profile, profile_text);
    (void)snprintf(line, sizeof(line), "%s %s %.4fms\n", profile_text, settings == NULL ? TUNING_DEFAULT : settings,
                   seconds * 1e3);
    return text_give(line, text, size, size_needed);
}
