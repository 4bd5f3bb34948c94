/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/settings.h"

#include "base/status.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** Room for what a sentence lists: all parameters, or all values of one. */
enum { LIST_BYTES = 128 };

/** The most outputs with which tiles are thrifty; else one. */
static unsigned default_outputs(const struct strategy *strategy, const struct geometry *geometry, size_t group)
{
    unsigned outputs = 1;
    const unsigned *values = strategy->parameters[PARAMETER_OUTPUTS].values;
    for (size_t i = 0; i < PARAMETER_VALUES_MOST && values[i] != 0 && values[i] <= values[0]; i++) {
        if (values[i] > outputs && tile_is_thrifty(strategy->tiling, geometry, group, values[i])) {
            outputs = values[i];
        }
    }
    return outputs;
}

struct settings settings_default(const struct strategy *strategy, const struct geometry *geometry)
{
    struct settings settings = {{0}};
    for (size_t i = 0; i < PARAMETERS_MOST; i++) {
        settings.value[i] = strategy->parameters[i].values[0];
    }
    if (strategy->tiling != TILING_NONE) {
        settings.value[PARAMETER_OUTPUTS] = default_outputs(strategy, geometry, settings.value[PARAMETER_LAUNCH]);
    }
    return settings;
}

static clpool_status fail_parameter(const struct strategy *strategy, const char *name, size_t length)
{
    char list[LIST_BYTES] = "";
    size_t used = 0;
    for (size_t i = 0; i < PARAMETERS_MOST && strategy->parameters[i].name != NULL; i++) {
        used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s", i == 0 ? "" : ", ",
                                 strategy->parameters[i].name);
    }
    return status_fail(CLPOOL_INVALID_ARGUMENT, "strategy '%s' has no parameter '%.*s'; it has: %s", strategy->name,
                       (int)length, name, list);
}

static clpool_status fail_value(const struct strategy *strategy, const struct parameter *parameter, const char *value,
                                size_t length)
{
    char list[LIST_BYTES] = "";
    size_t used = 0;
    for (size_t i = 0; i < PARAMETER_VALUES_MOST && parameter->values[i] != 0; i++) {
        used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%u", i == 0 ? "" : ", ", parameter->values[i]);
    }
    return status_fail(CLPOOL_INVALID_ARGUMENT, "strategy '%s': %s is '%.*s'; it must be one of %s", strategy->name,
                       parameter->name, (int)length, value, list);
}

/** One "name=value" of a list, `length` bytes long. */
static clpool_status parse_one(const struct strategy *strategy, const char *text, size_t length,
                               struct settings *settings)
{
    const size_t name = strcspn(text, "=") < length ? strcspn(text, "=") : length;
    const char *value = text + name + (name < length);
    const size_t digits = length - (size_t)(value - text);
    for (size_t i = 0; i < PARAMETERS_MOST && strategy->parameters[i].name != NULL; i++) {
        const struct parameter *parameter = &strategy->parameters[i];
        if (strlen(parameter->name) != name || strncmp(parameter->name, text, name) != 0) {
            continue;
        }
        for (size_t j = 0; j < PARAMETER_VALUES_MOST && parameter->values[j] != 0; j++) {
            char known[16];
            const int written = snprintf(known, sizeof(known), "%u", parameter->values[j]);
            if ((size_t)written == digits && strncmp(known, value, digits) == 0) {
                settings->value[i] = parameter->values[j];
                return CLPOOL_SUCCESS;
            }
        }
        return fail_value(strategy, parameter, value, digits);
    }
    return fail_parameter(strategy, text, name);
}

clpool_status settings_parse(const struct strategy *strategy, const char *list, struct settings *settings)
{
    clpool_status status = CLPOOL_SUCCESS;
    for (const char *at = list; status == CLPOOL_SUCCESS;) {
        const size_t length = strcspn(at, ",");
        status = parse_one(strategy, at, length, settings);
        if (at[length] == '\0') {
            break;
        }
        at += length + 1;
    }
    return status;
}

void settings_write(const struct choice *choice, char text[SETTINGS_BYTES])
{
    const struct parameter *parameters = choice->strategy->parameters;
    size_t used = (size_t)snprintf(text, SETTINGS_BYTES, "%s", choice->strategy->name);
    for (size_t i = 0; i < PARAMETERS_MOST && parameters[i].name != NULL; i++) {
        used += (size_t)snprintf(text + used, SETTINGS_BYTES - used, "%c%s=%u", i == 0 ? ':' : ',', parameters[i].name,
                                 choice->settings.value[i]);
    }
}
