/* SPDX-License-Identifier: Apache-2.0 */
#include "colour.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_on(FILE *stream, colour which)
{
    const char *refused = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");
    return which != COLOUR_PLAIN && (refused == NULL || refused[0] == '\0') && terminal != NULL &&
           strcmp(terminal, "dumb") != 0 && isatty(fileno(stream)) != 0;
}

void colour_begin(FILE *stream, colour which)
{
    if (is_on(stream, which)) {
        (void)fputs(which == COLOUR_GOOD ? "\033[32m" : "\033[31m", stream);
    }
}

void colour_end(FILE *stream, colour which)
{
    if (is_on(stream, which)) {
        (void)fputs("\033[0m", stream);
    }
}
