/* SPDX-License-Identifier: Apache-2.0 */
#include "problem/expression.h"

#include "base/status.h"

#include <stdio.h>
#include <string.h>

enum { MOST_DEPTH = 32 };

/** What is left to read, and where to write. */
struct translation {
    const char *name;
    const char *begin;
    const char *at;
    unsigned parameter_count;
    bool is_f64;
    unsigned depth; /* of open parentheses */
    char *text;
    size_t length; /* of the text */
};

/* Of OpenCL C 1.2; each gives the same for a lane of a vector as for a scalar. */
static const char *const functions[] = {
    "acos", "acosh", "asin",  "asinh",    "atan",  "atan2", "atanh", "cbrt",  "ceil",  "clamp", "copysign", "cos",
    "cosh", "erf",   "erfc",  "exp",      "exp10", "exp2",  "expm1", "fabs",  "fdim",  "floor", "fma",      "fmax",
    "fmin", "fmod",  "hypot", "isfinite", "isinf", "isnan", "log",   "log10", "log1p", "log2",  "mix",      "pow",
    "powr", "rint",  "round", "rsqrt",    "sign",  "sin",   "sinh",  "sqrt",  "step",  "tan",   "tanh",     "trunc",
};

/** Of several that begin alike the longest comes first. Those that are not allowed would be comments, assignments, or
 * other spellings of brackets. */
static const struct {
    const char *text;
    bool is_allowed;
} operators[] = {
    {"//", false}, {"/*", false}, {"*/", false}, {"++", false}, {"--", false}, {"->", false},
    {"<<", false}, {">>", false}, {"<:", false}, {":>", false}, {"::", false}, {"??", false},
    {"&&", true},  {"||", true},  {"==", true},  {"!=", true},  {"<=", true},  {">=", true},
    {"+", true},   {"-", true},   {"*", true},   {"/", true},   {"(", true},   {")", true},
    {",", true},   {"<", true},   {">", true},   {"!", true},   {"?", true},   {":", true},
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
    return is_digit(c) || c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static size_t word_length(const char *at)
{
    size_t length = 0;
    while (is_word(at[length])) {
        length++;
    }
    return length;
}

static void write_text(struct translation *t, const char *text, size_t length)
{
    memcpy(t->text + t->length, text, length);
    t->length += length;
    t->text[t->length] = '\0';
}

static size_t digits_length(const char *at)
{
    size_t length = 0;
    while (is_digit(at[length])) {
        length++;
    }
    return length;
}

/** Bytes of a decimal number without a suffix. */
static size_t number_length(const char *at)
{
    size_t length = digits_length(at);
    if (at[length] == '.') {
        length++;
        length += digits_length(at + length);
    }
    if (at[length] == 'e' || at[length] == 'E') {
        const size_t sign = at[length + 1] == '+' || at[length + 1] == '-';
        const size_t digits = digits_length(at + length + 1 + sign);
        length += digits == 0 ? 0 : 1 + sign + digits;
    }
    return length;
}

/** "2", "2.0" and "2.0f" are all the same. */
static clpool_status take_number(struct translation *t)
{
    static const char cast[] = "(clpool_x)(";
    const size_t length = number_length(t->at);
    const size_t suffix = t->at[length] == 'f' || t->at[length] == 'F';
    const bool is_whole = digits_length(t->at) == length;
    if (is_word(t->at[length + suffix]) || t->at[length + suffix] == '.') {
        return status_fail(CLPOOL_INVALID_ARGUMENT, "%s has '%.*s' at byte %zu, which is no decimal number", t->name,
                           (int)(length + suffix + 1), t->at, (size_t)(t->at - t->begin));
    }
    write_text(t, cast, strlen(cast));
    write_text(t, t->at, length);
    write_text(t, ".0", is_whole ? 2 : 0);
    write_text(t, "f)", t->is_f64 ? 0 : 1);
    write_text(t, ")", 1);
    t->at += length + suffix;
    return CLPOOL_SUCCESS;
}

static clpool_status take_parameter(struct translation *t, size_t length)
{
    char text[32];
    const unsigned number = (unsigned)(t->at[1] - '0');
    if (length != 2 || number >= t->parameter_count) {
        return status_fail(CLPOOL_INVALID_ARGUMENT, "%s names '%.*s' at byte %zu, and parameter_count is %u", t->name,
                           (int)length, t->at, (size_t)(t->at - t->begin), t->parameter_count);
    }
    write_text(t, text, (size_t)snprintf(text, sizeof(text), "CLPOOL_PARAMETER(%u)", number));
    t->at += length;
    return CLPOOL_SUCCESS;
}

static clpool_status take_word(struct translation *t)
{
    const size_t length = word_length(t->at);
    bool is_known = length == 1 && *t->at == 'x';
    if (*t->at == 'p' && length > 1 && digits_length(t->at + 1) == length - 1) {
        return take_parameter(t, length);
    }
    for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]) && !is_known; i++) {
        is_known = strlen(functions[i]) == length && strncmp(functions[i], t->at, length) == 0;
    }
    if (!is_known) {
        return status_fail(
            CLPOOL_INVALID_ARGUMENT,
            "%s names '%.*s' at byte %zu; an expression has x, its parameters, and functions of OpenCL C that act on "
            "each element by itself",
            t->name, (int)length, t->at, (size_t)(t->at - t->begin));
    }
    write_text(t, t->at, length);
    t->at += length;
    return CLPOOL_SUCCESS;
}

static clpool_status take_operator(struct translation *t)
{
    size_t i = 0;
    const size_t count = sizeof(operators) / sizeof(operators[0]);
    while (i < count && strncmp(t->at, operators[i].text, strlen(operators[i].text)) != 0) {
        i++;
    }
    if (i == count || !operators[i].is_allowed) {
        return status_fail(CLPOOL_INVALID_ARGUMENT,
                           "%s has '%.*s' at byte %zu, which has no place in an expression of numbers", t->name,
                           i == count ? 1 : 2, t->at, (size_t)(t->at - t->begin));
    }
    t->depth += *t->at == '(';
    if (*t->at == ')' && t->depth-- == 0) {
        return status_fail(CLPOOL_INVALID_ARGUMENT, "%s has a ')' at byte %zu that closes nothing", t->name,
                           (size_t)(t->at - t->begin));
    }
    if (t->depth > MOST_DEPTH) {
        return status_fail(CLPOOL_INVALID_ARGUMENT, "%s has more than %d parentheses in each other", t->name,
                           MOST_DEPTH);
    }
    write_text(t, operators[i].text, strlen(operators[i].text));
    t->at += strlen(operators[i].text);
    return CLPOOL_SUCCESS;
}

static clpool_status take_token(struct translation *t)
{
    if (*t->at == ' ') {
        write_text(t, t->at++, 1);
        return CLPOOL_SUCCESS;
    }
    if (is_digit(*t->at) || (*t->at == '.' && is_digit(t->at[1]))) {
        return take_number(t);
    }
    return is_word(*t->at) ? take_word(t) : take_operator(t);
}

clpool_status expression_translate(const char *name, const char *expression, unsigned parameter_count, bool is_f64,
                                   char text[EXPRESSION_TEXT_BYTES])
{
    struct translation t = {
        .name = name, .begin = expression, .at = expression, .parameter_count = parameter_count, .is_f64 = is_f64};
    const size_t length = strlen(expression);
    clpool_status status = CLPOOL_SUCCESS;
    t.text = text;
    if (length > CLPOOL_MAX_EXPRESSION_BYTES) {
        return status_fail(CLPOOL_INVALID_ARGUMENT, "%s has %zu bytes; at most %d are allowed", name, length,
                           CLPOOL_MAX_EXPRESSION_BYTES);
    }
    if (strspn(expression, " ") == length) {
        return status_fail(CLPOOL_INVALID_ARGUMENT, "%s is blank; NULL stands for none", name);
    }
    while (*t.at != '\0' && status == CLPOOL_SUCCESS) {
        status = take_token(&t);
    }
    if (status == CLPOOL_SUCCESS && t.depth != 0) {
        status = status_fail(CLPOOL_INVALID_ARGUMENT, "%s leaves %u '(' open", name, t.depth);
    }
    return status;
}
