/* SPDX-License-Identifier: Apache-2.0 */
#include "numbers.h"

#include <stdint.h>

/* Reads digits from *at on and moves it behind them. */
static bool read_number(const char **at, size_t *value, const char *text, message *why)
{
    const char *start = *at;
    *value = 0;
    for (; **at >= '0' && **at <= '9'; (*at)++) {
        size_t digit = (size_t)(**at - '0');
        if (*value > (SIZE_MAX - digit) / 10) {
            message_set(why, "'%s' is too large: a number must fit %u bits", text, (unsigned)(sizeof(size_t) * 8));
            return false;
        }
        *value = *value * 10 + digit;
    }
    if (*at == start) {
        message_set(why, "'%s' is not made of whole numbers such as 3 or 2,2", text);
        return false;
    }
    return true;
}

static bool at_end(const char *at, const char *text, message *why)
{
    if (*at != '\0') {
        message_set(why, "'%s' is not understood from '%s' on", text, at);
        return false;
    }
    return true;
}

bool number_parse(const char *text, size_t *value, message *why)
{
    const char *at = text;
    return read_number(&at, value, text, why) && at_end(at, text, why);
}

/* The list both of whose ends may be given; `hi` is NULL where pairs are not allowed. */
static bool parse_list(const char *text, numbers *lo, numbers *hi, message *why)
{
    const char *at = text;
    unsigned count = 0;
    do {
        if (count == NUMBERS_MAX) {
            message_set(why, "'%s' has more than %d numbers", text, NUMBERS_MAX);
            return false;
        }
        if (!read_number(&at, &lo->values[count], text, why)) {
            return false;
        }
        if (hi != NULL) {
            hi->values[count] = lo->values[count];
            if (*at == ':' && (at++, !read_number(&at, &hi->values[count], text, why))) {
                return false;
            }
        }
        count++;
    } while (*at == ',' && at++);
    lo->count = count;
    if (hi != NULL) {
        hi->count = count;
    }
    return at_end(at, text, why);
}

bool numbers_parse(const char *text, numbers *list, message *why)
{
    return parse_list(text, list, NULL, why);
}

bool numbers_parse_pairs(const char *text, numbers *lo, numbers *hi, message *why)
{
    return parse_list(text, lo, hi, why);
}
