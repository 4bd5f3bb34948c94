/* SPDX-License-Identifier: Apache-2.0 */
#include "device/tuning_file.h"

#include "base/size.h"
#include "base/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_BYTES = IDENTITY_TEXT_BYTES + 64, RULE_FIELDS = PROFILE_FIELDS + 2 };

static const char blanks[] = " \t";

/* ---- patterns ---- */

bool tuning_matches(const char *pattern, const char *text)
{
    const char *star = NULL; /* the latest one, which takes in more of the text until the rest fits */
    const char *resume = text;
    while (*text != '\0') {
        if (*pattern == '*') {
            star = pattern++;
            resume = text;
        } else if (*pattern == *text) {
            pattern++;
            text++;
        } else if (star != NULL) {
            pattern = star + 1;
            text = ++resume;
        } else {
            return false;
        }
    }
    return pattern[strspn(pattern, "*")] == '\0';
}

static const char *type_name(cl_device_type type)
{
    return (type & CL_DEVICE_TYPE_GPU) != 0           ? "gpu"
           : (type & CL_DEVICE_TYPE_CPU) != 0         ? "cpu"
           : (type & CL_DEVICE_TYPE_ACCELERATOR) != 0 ? "accelerator"
                                                      : "other";
}

/** A name as a line can have it: without blanks around it, and with * for what is no printable character of ASCII. */
static void write_name(const char *name, char text[IDENTITY_TEXT_BYTES])
{
    name += strspn(name, blanks);
    (void)snprintf(text, IDENTITY_TEXT_BYTES, "%s", name);
    for (char *at = text; *at != '\0'; at++) {
        *at = (char)(*at >= ' ' && *at <= '~' ? *at : '*');
    }
    for (size_t end = strlen(text); end > 0 && text[end - 1] == ' '; end--) {
        text[end - 1] = '\0';
    }
}

size_t tuning_write_head(const struct identity *identity, char *text, size_t size)
{
    char platform[IDENTITY_TEXT_BYTES];
    char device[IDENTITY_TEXT_BYTES];
    char driver[IDENTITY_TEXT_BYTES];
    write_name(identity->platform_name, platform);
    write_name(identity->device_name, device);
    write_name(identity->driver_version, driver);
    const int length = snprintf(text, size, "clpool tuning %d\nplatform %s\ndevice %s\ndriver %s\n", TUNING_FORMAT,
                                platform, device, driver);
    return length < 0 ? 0 : (size_t)length;
}

/* ---- reading ---- */

struct reader {
    const struct identity *identity;
    struct tuning *tuning;
    size_t room; /* for rules */
    size_t line;
    bool has_format;
    bool has_end;
    bool is_foreign; /* and `why` says why: all of the file is read, whoever it is for */
    char *why;
};

static clpool_status fail(const struct reader *reader, clpool_status status, const char *format, ...)
    CLPOOL_PRINTF(3, 4);

static clpool_status fail(const struct reader *reader, clpool_status status, const char *format, ...)
{
    va_list arguments;
    const int used = reader->line == 0 ? 0 : snprintf(reader->why, TUNING_WHY_BYTES, "line %zu: ", reader->line);
    va_start(arguments, format);
    (void)vsnprintf(reader->why + used, TUNING_WHY_BYTES - (size_t)used, format, arguments);
    va_end(arguments);
    return status;
}

/** Cuts off the next word, and returns it; NULL where there is none. */
static char *next_word(char **at)
{
    char *word = *at + strspn(*at, blanks);
    if (*word == '\0' || *word == '#') {
        return NULL;
    }
    char *end = word + strcspn(word, blanks);
    *at = end + (*end != '\0');
    *end = '\0';
    return word;
}

/** "0.123ms": digits with a point, and the unit. */
static bool is_time(const char *text)
{
    const size_t digits = strspn(text, "0123456789.");
    return digits > 0 && strcmp(text + digits, "ms") == 0;
}

static clpool_status add_rule(struct reader *reader, const char *const fields[RULE_FIELDS])
{
    char why[PROFILE_WHY_BYTES];
    struct tuning *tuning = reader->tuning;
    const char *strategy = fields[PROFILE_FIELDS];
    if (tuning->count == TUNING_RULES_MOST) {
        return fail(reader, CLPOOL_INVALID_ARGUMENT, "there are too many rules; a file may have %d", TUNING_RULES_MOST);
    }
    if (tuning->count == reader->room) {
        const size_t room = size_max(2 * reader->room, 16);
        struct tuning_rule *rules = realloc(tuning->rules, room * sizeof(*rules));
        if (rules == NULL) {
            return fail(reader, CLPOOL_OUT_OF_MEMORY, "no memory for %zu rules", room);
        }
        tuning->rules = rules;
        reader->room = room;
    }
    struct tuning_rule *rule = &tuning->rules[tuning->count];
    if (!profile_parse(fields, &rule->profile, why)) {
        return fail(reader, CLPOOL_INVALID_ARGUMENT, "%s", why);
    }
    if (strlen(strategy) >= sizeof(rule->strategy)) {
        return fail(reader, CLPOOL_INVALID_ARGUMENT, "the strategy has %zu characters; it may have %zu",
                    strlen(strategy), sizeof(rule->strategy) - 1);
    }
    (void)snprintf(rule->strategy, sizeof(rule->strategy), "%s", strategy);
    if (!is_time(fields[PROFILE_FIELDS + 1])) {
        return fail(reader, CLPOOL_INVALID_ARGUMENT, "time is '%.20s'; it must be as in 1.234ms",
                    fields[PROFILE_FIELDS + 1]);
    }
    tuning->count++;
    return CLPOOL_SUCCESS;
}

static clpool_status read_rule(struct reader *reader, const char *first, char *rest)
{
    const char *fields[RULE_FIELDS] = {first};
    size_t count = 1;
    const char *word = NULL;
    while ((word = next_word(&rest)) != NULL) {
        if (count < RULE_FIELDS) {
            fields[count] = word;
        }
        count++;
    }
    if (count != RULE_FIELDS) {
        return fail(reader, CLPOOL_INVALID_ARGUMENT,
                    "there are %zu words; a rule has %d: op mode dtype layout mask window shape strategy time", count,
                    RULE_FIELDS);
    }
    return add_rule(reader, fields);
}

/** A line that says for which devices the file is: `name` of them is what `pattern` must stand for. */
static clpool_status take_name(struct reader *reader, const char *what, const char *pattern, const char *name)
{
    char own[IDENTITY_TEXT_BYTES];
    write_name(name, own);
    if (!reader->is_foreign && !tuning_matches(pattern, own)) {
        reader->is_foreign = true;
        (void)fail(reader, CLPOOL_UNSUPPORTED, "it is for %s '%.60s'; this one is '%.60s'", what, pattern, own);
    }
    return CLPOOL_SUCCESS;
}

static clpool_status read_format(struct reader *reader, const char *text)
{
    char expected[32];
    (void)snprintf(expected, sizeof(expected), "clpool tuning %d", TUNING_FORMAT);
    reader->has_format = true;
    return strcmp(text, expected) == 0 ? CLPOOL_SUCCESS
                                       : fail(reader, CLPOOL_INVALID_ARGUMENT,
                                              "it begins with '%.40s'; a tuning file begins with '%s'", text, expected);
}

/** One line, without blanks around it. */
static clpool_status read_content(struct reader *reader, char *line)
{
    if (!reader->has_format) {
        return read_format(reader, line);
    }
    if (reader->has_end) {
        return fail(reader, CLPOOL_INVALID_ARGUMENT, "there is '%.20s' behind the end", line);
    }
    char *rest = line;
    char *word = next_word(&rest);
    rest += strspn(rest, blanks);
    if (strcmp(word, "platform") == 0) {
        return take_name(reader, word, rest, reader->identity->platform_name);
    }
    if (strcmp(word, "device") == 0) {
        return take_name(reader, word, rest, reader->identity->device_name);
    }
    if (strcmp(word, "driver") == 0) {
        return take_name(reader, word, rest, reader->identity->driver_version);
    }
    if (strcmp(word, "type") == 0) {
        return take_name(reader, word, rest, type_name(reader->identity->type));
    }
    reader->has_end = strcmp(word, "end") == 0;
    return reader->has_end ? CLPOOL_SUCCESS : read_rule(reader, word, rest);
}

/** One line as it is in the file, without its line feed. */
static clpool_status read_line(struct reader *reader, const char *text, size_t size)
{
    char line[LINE_BYTES];
    reader->line++;
    if (size >= sizeof(line)) {
        return fail(reader, CLPOOL_INVALID_ARGUMENT, "it has %zu characters; a line may have %zu", size,
                    sizeof(line) - 1);
    }
    for (size_t i = 0; i < size; i++) {
        if ((text[i] < ' ' || text[i] > '~') && text[i] != '\t' && text[i] != '\r') {
            return fail(reader, CLPOOL_INVALID_ARGUMENT, "there is a byte 0x%02x; a tuning file is a text in ASCII",
                        (unsigned)(unsigned char)text[i]);
        }
    }
    while (size > 0 && (text[size - 1] == '\r' || text[size - 1] == ' ' || text[size - 1] == '\t')) {
        size--;
    }
    memcpy(line, text, size);
    line[size] = '\0';
    char *content = line + strspn(line, blanks);
    return *content == '\0' || *content == '#' ? CLPOOL_SUCCESS : read_content(reader, content);
}

static clpool_status read_all(struct reader *reader, const char *text, size_t size)
{
    clpool_status status = CLPOOL_SUCCESS;
    while (size > 0 && status == CLPOOL_SUCCESS) {
        const char *feed = memchr(text, '\n', size);
        const size_t length = feed == NULL ? size : (size_t)(feed - text);
        status = read_line(reader, text, length);
        text += length + (feed != NULL);
        size -= length + (feed != NULL);
    }
    reader->line = status == CLPOOL_SUCCESS ? 0 : reader->line;
    if (status == CLPOOL_SUCCESS && !reader->has_format) {
        status = fail(reader, CLPOOL_INVALID_ARGUMENT, "it is empty");
    }
    if (status == CLPOOL_SUCCESS && !reader->has_end) {
        status = fail(reader, CLPOOL_INVALID_ARGUMENT, "it is cut off: the last line, 'end', is missing");
    }
    return status;
}

clpool_status tuning_parse(const char *text, size_t size, const struct identity *identity, struct tuning *tuning,
                           char why[TUNING_WHY_BYTES])
{
    struct reader reader = {.identity = identity, .tuning = tuning, .why = why};
    clpool_status status = CLPOOL_SUCCESS;
    *tuning = (struct tuning){.rules = NULL};
    why[0] = '\0';
    if (size > TUNING_BYTES_MOST) {
        status = fail(&reader, CLPOOL_INVALID_ARGUMENT, "it has %zu bytes; a tuning file may have %d", size,
                      TUNING_BYTES_MOST);
    } else {
        status = read_all(&reader, text, size);
    }
    if (status == CLPOOL_SUCCESS && reader.is_foreign) {
        status = CLPOOL_UNSUPPORTED;
    }
    if (status != CLPOOL_SUCCESS) {
        tuning_free(tuning);
    }
    return status;
}

void tuning_free(struct tuning *tuning)
{
    free(tuning->rules);
    *tuning = (struct tuning){.rules = NULL};
}
