/* SPDX-License-Identifier: Apache-2.0 */
#include "markup.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

#define FIRST_ROOM ((size_t)1 << 16)

/* Makes room for as many bytes more; false, and noted, where there is none. */
static bool make_room(markup *to, size_t bytes)
{
    size_t room = to->room;
    char *text;
    while (room - to->length < bytes) {
        room = room == 0 ? FIRST_ROOM : 2 * room;
    }
    if (room == to->room || to->out_of_memory) {
        return !to->out_of_memory;
    }
    text = realloc(to->text, room);
    if (text == NULL) {
        to->out_of_memory = true;
        return false;
    }
    to->text = text;
    to->room = room;
    return true;
}

void markup_add(markup *to, const char *text, size_t length)
{
    if (make_room(to, length)) {
        memcpy(to->text + to->length, text, length);
        to->length += length;
    }
}

void markup_put(markup *to, const char *format, ...)
{
    va_list arguments;
    int length;
    va_start(arguments, format);
    length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0 || !make_room(to, (size_t)length + 1)) {
        to->out_of_memory = true;
        return;
    }
    va_start(arguments, format);
    (void)vsnprintf(to->text + to->length, (size_t)length + 1, format, arguments);
    va_end(arguments);
    to->length += (size_t)length;
}

/* Bytes of the UTF-8 character that the text begins with; 0 where that is none. */
static size_t character_bytes(const unsigned char *text)
{
    size_t bytes = text[0] < 0x80 ? 1 : text[0] < 0xc2 ? 0 : text[0] < 0xe0 ? 2 : text[0] < 0xf0 ? 3 : 4;
    size_t i;
    for (i = 1; i < bytes; i++) {
        if ((text[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    /* Too long a form, half of a surrogate pair, or past the last character. */
    if ((text[0] == 0xe0 && text[1] < 0xa0) || (text[0] == 0xed && text[1] >= 0xa0) ||
        (text[0] == 0xf0 && text[1] < 0x90) || (text[0] == 0xf4 && text[1] >= 0x90) || text[0] > 0xf4) {
        return 0;
    }
    return bytes;
}

static const char *entity(char character)
{
    switch (character) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        /* XML has no control characters. */
        return (unsigned char)character < ' ' ? " " : NULL;
    }
}

void markup_escape(markup *to, const char *text)
{
    while (*text != '\0') {
        size_t bytes = character_bytes((const unsigned char *)text);
        const char *instead = bytes == 0 ? "?" : entity(*text);
        if (instead != NULL) {
            markup_add(to, instead, strlen(instead));
        } else {
            markup_add(to, text, bytes);
        }
        text += bytes == 0 ? 1 : bytes;
    }
}

void markup_base64(markup *to, const unsigned char *bytes, size_t size)
{
    /* The last one is padding. */
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
    const unsigned padding = 64;
    size_t i;
    for (i = 0; i < size; i += 3) {
        unsigned second = i + 1 < size ? bytes[i + 1] : 0;
        unsigned third = i + 2 < size ? bytes[i + 2] : 0;
        unsigned bits = (unsigned)bytes[i] << 16 | second << 8 | third;
        const char group[4] = {digits[bits >> 18], digits[bits >> 12 & 63],
                               digits[i + 1 < size ? bits >> 6 & 63 : padding],
                               digits[i + 2 < size ? bits & 63 : padding]};
        markup_add(to, group, sizeof(group));
    }
}

exit_code markup_write(markup *written, output_file *file)
{
    exit_code code =
        written->out_of_memory ? report_no_memory() : output_file_write(file, written->text, written->length);
    markup_free(written);
    return code;
}

void markup_free(markup *freed)
{
    free(freed->text);
    memset(freed, 0, sizeof(*freed));
}
