/* SPDX-License-Identifier: Apache-2.0 */
#include "flag_values.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "element.h"
#include "numbers.h"

const char *word_of_mode(size_t index)
{
    const pool_mode *mode = pool_mode_at(index);
    return mode == NULL ? NULL : mode->name;
}

const char *word_of_auto_pad(size_t index)
{
    static const char *const words[] = {
        [CLPOOL_VALID] = "valid", [CLPOOL_SAME_UPPER] = "same_upper", [CLPOOL_SAME_LOWER] = "same_lower"};
    return index < sizeof(words) / sizeof(words[0]) ? words[index] : NULL;
}

const char *word_of_layout(size_t index)
{
    static const char *const words[] = {[CLPOOL_CHANNELS_FIRST] = "nchw", [CLPOOL_CHANNELS_LAST] = "nhwc"};
    return index < sizeof(words) / sizeof(words[0]) ? words[index] : NULL;
}

const char *word_of_nan_rule(size_t index)
{
    static const char *const words[] = {[CLPOOL_NAN_PROPAGATE] = "propagate", [CLPOOL_NAN_IGNORE] = "ignore"};
    return index < sizeof(words) / sizeof(words[0]) ? words[index] : NULL;
}

const char *word_of_dtype(size_t index)
{
    return index <= CLPOOL_I32 ? element_name((clpool_dtype)index) : NULL;
}

const char *word_of_bf16(size_t index)
{
    return index == 0 ? element_name(CLPOOL_BF16) : NULL;
}

const char *word_of_divisor(size_t index)
{
    static const char *const words[] = {[CLPOOL_INCLUDE_PAD] = "include", [CLPOOL_EXCLUDE_PAD] = "exclude"};
    return index < sizeof(words) / sizeof(words[0]) ? words[index] : NULL;
}

/* Of all operations; some have strategies of the same name. */
const char *word_of_strategy(size_t index)
{
    int op;
    for (op = CLPOOL_FORWARD; op <= CLPOOL_UNPOOL; op++) {
        size_t i;
        const char *name;
        for (i = 0; (name = clpool_strategy_name((clpool_op)op, i)) != NULL; i++) {
            if (index-- == 0) {
                return name;
            }
        }
    }
    return NULL;
}

bool value_runs(const char *text, size_t *runs, message *why)
{
    if (!number_parse(text, runs, why)) {
        return false;
    }
    if (*runs < 1 || *runs > 1000) {
        message_set(why, "'%s' is outside of 1 to 1000", text);
        return false;
    }
    return true;
}

bool value_batch(const char *text, size_t *batch, message *why)
{
    if (!number_parse(text, batch, why)) {
        return false;
    }
    if (*batch < 1) {
        message_set(why, "'%s' is not at least 1", text);
        return false;
    }
    return true;
}

/* Digits, and a point among them. */
bool value_within(const char *text, double *within, message *why)
{
    size_t whole = strspn(text, "0123456789");
    size_t part = text[whole] == '.' ? strspn(text + whole + 1, "0123456789") : 0;
    size_t length = whole + (part > 0 ? 1 + part : 0);
    *within = length < sizeof("1000000.000000") ? strtod(text, NULL) : 0;
    if (whole == 0 || text[length] != '\0' || *within < 1) {
        message_set(why, "'%s' is not a number of at least 1, as in 1.3", text);
        return false;
    }
    return true;
}

bool value_divisor(const char *text, pooling *pool, message *why)
{
    message ignored;
    pool->divisor = 0;
    if (strcmp(text, "include") == 0 || strcmp(text, "exclude") == 0) {
        pool->divisor_rule = strcmp(text, "include") == 0 ? CLPOOL_INCLUDE_PAD : CLPOOL_EXCLUDE_PAD;
    } else if (number_parse(text, &pool->divisor, &ignored) && pool->divisor >= 1 && pool->divisor <= UINT32_MAX) {
        pool->divisor_rule = CLPOOL_FIXED_DIVISOR;
    } else {
        message_set(why, "'%s' is not include, exclude or a number from 1 to %u", text, UINT32_MAX);
        return false;
    }
    pool->has_divisor = true;
    return true;
}

bool value_p(const char *text, unsigned *p, message *why)
{
    size_t value = 0;
    if (!number_parse(text, &value, why)) {
        return false;
    }
    if (value < 1 || value > UINT_MAX) {
        message_set(why, "'%s' is outside of 1 to %u", text, UINT_MAX);
        return false;
    }
    *p = (unsigned)value;
    return true;
}
