/* SPDX-License-Identifier: Apache-2.0 */
/* What stands out on a terminal. */
#ifndef CLI_COLOUR_H
#define CLI_COLOUR_H

#include <stdio.h>

typedef enum colour { COLOUR_PLAIN, COLOUR_GOOD, COLOUR_BAD } colour;

/** Begins a colour, where the stream is a terminal that has them and NO_COLOR is not set to a text (no-color.org). */
void colour_begin(FILE *stream, colour which);

/** Ends what colour_begin() began. */
void colour_end(FILE *stream, colour which);

#endif
