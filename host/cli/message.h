/* SPDX-License-Identifier: Apache-2.0 */
/* A sentence of bounded length, for functions that explain a failure without printing it. */
#ifndef CLI_MESSAGE_H
#define CLI_MESSAGE_H

#if defined(__GNUC__)
#define CLI_PRINTF(format_index, first_index) __attribute__((format(printf, format_index, first_index)))
#else
#define CLI_PRINTF(format_index, first_index)
#endif

typedef struct message {
    char text[512];
} message;

/** Writes the sentence, cut to the room there is. */
void message_set(message *to, const char *format, ...) CLI_PRINTF(2, 3);

/** Appends to the sentence, cut to the room there is. */
void message_add(message *to, const char *format, ...) CLI_PRINTF(2, 3);

#endif
