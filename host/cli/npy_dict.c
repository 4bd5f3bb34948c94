/* SPDX-License-Identifier: Apache-2.0 */
#include "npy_dict.h"

#include <stdint.h>
#include <string.h>

/* What is still to be read. `why` is set once, by whoever finds the first fault. */
typedef struct reader {
    const char *at;
    const char *end;
    message *why;
} reader;

static bool wrong(reader *r, const char *expected)
{
    message_set(r->why, "the header is not a dict as numpy writes it: expected %s", expected);
    return false;
}

static void skip_space(reader *r)
{
    while (r->at < r->end && (*r->at == ' ' || *r->at == '\n' || *r->at == '\t' || *r->at == '\r')) {
        r->at++;
    }
}

/* Skips white space, then takes `wanted` if it comes next. */
static bool take(reader *r, char wanted)
{
    skip_space(r);
    if (r->at == r->end || *r->at != wanted) {
        return false;
    }
    r->at++;
    return true;
}

static bool take_word(reader *r, const char *word)
{
    size_t length = strlen(word);
    skip_space(r);
    if ((size_t)(r->end - r->at) < length || memcmp(r->at, word, length) != 0) {
        return false;
    }
    r->at += length;
    return true;
}

/* A quoted string of printable ASCII that fits `text`, its NUL included. */
static bool read_string(reader *r, char *text, size_t room)
{
    size_t used = 0;
    char quote = '\'';
    if (!take(r, quote)) {
        quote = '"';
        if (!take(r, quote)) {
            return wrong(r, "a quoted string");
        }
    }
    while (r->at < r->end && *r->at != quote) {
        if (*r->at < ' ' || *r->at > '~' || *r->at == '\\' || used + 1 >= room) {
            return wrong(r, "a short string of plain characters");
        }
        text[used++] = *r->at++;
    }
    text[used] = '\0';
    return take(r, quote) || wrong(r, "the end of a quoted string");
}

static bool read_extent(reader *r, size_t *extent)
{
    size_t value = 0;
    const char *start;
    skip_space(r);
    for (start = r->at; r->at < r->end && *r->at >= '0' && *r->at <= '9'; r->at++) {
        size_t digit = (size_t)(*r->at - '0');
        if (value > (SIZE_MAX - digit) / 10) {
            message_set(r->why, "an extent of the shape does not fit %u bits", (unsigned)(sizeof(size_t) * 8));
            return false;
        }
        value = value * 10 + digit;
    }
    *extent = value;
    return r->at > start || wrong(r, "an extent that is a whole number, 0 or more");
}

static bool read_shape(reader *r, npy_dict *dict)
{
    bool comma = true;
    if (!take(r, '(')) {
        return wrong(r, "a shape in parentheses");
    }
    while (!take(r, ')')) {
        if (!comma) {
            return wrong(r, "',' between two extents");
        }
        if (dict->rank == NPY_MAX_RANK) {
            message_set(r->why, "the shape has more than %d axes", NPY_MAX_RANK);
            return false;
        }
        if (!read_extent(r, &dict->shape[dict->rank])) {
            return false;
        }
        dict->rank++;
        comma = take(r, ',');
    }
    /* "(3)" is a number in Python; a tuple of one is "(3,)". */
    return dict->rank != 1 || comma || wrong(r, "',' after a single extent");
}

static bool read_order(reader *r, npy_dict *dict)
{
    dict->fortran_order = take_word(r, "True");
    return dict->fortran_order || take_word(r, "False") || wrong(r, "True or False after 'fortran_order'");
}

enum { KEY_DESCR, KEY_ORDER, KEY_SHAPE, KEYS };
static const char *const key_names[KEYS] = {"descr", "fortran_order", "shape"};

static bool read_key(reader *r, bool seen[KEYS], int *key)
{
    char name[32];
    if (!read_string(r, name, sizeof(name))) {
        return false;
    }
    for (*key = 0; *key < KEYS && strcmp(name, key_names[*key]) != 0; (*key)++) {
    }
    if (*key == KEYS || seen[*key]) {
        message_set(r->why, *key == KEYS ? "the header has an unknown key '%s'" : "the header has the key '%s' twice",
                    name);
        return false;
    }
    seen[*key] = true;
    return take(r, ':') || wrong(r, "':' after a key");
}

static bool read_entry(reader *r, npy_dict *dict, bool seen[KEYS])
{
    int key;
    if (!read_key(r, seen, &key)) {
        return false;
    }
    switch (key) {
    case KEY_DESCR:
        return read_string(r, dict->descr, sizeof(dict->descr));
    case KEY_ORDER:
        return read_order(r, dict);
    default:
        return read_shape(r, dict);
    }
}

static bool check_keys(reader *r, const bool seen[KEYS])
{
    int key;
    for (key = 0; key < KEYS; key++) {
        if (!seen[key]) {
            message_set(r->why, "the header has no key '%s'", key_names[key]);
            return false;
        }
    }
    skip_space(r);
    return r->at == r->end || wrong(r, "nothing after the dict");
}

bool npy_dict_parse(const char *text, size_t length, npy_dict *dict, message *why)
{
    reader r = {text, text + length, why};
    bool seen[KEYS] = {false, false, false};
    bool comma = true;
    memset(dict, 0, sizeof(*dict));
    if (!take(&r, '{')) {
        return wrong(&r, "'{'");
    }
    while (!take(&r, '}')) {
        if (!comma) {
            return wrong(&r, "',' between two entries");
        }
        if (!read_entry(&r, dict, seen)) {
            return false;
        }
        comma = take(&r, ',');
    }
    return check_keys(&r, seen);
}
