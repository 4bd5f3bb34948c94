/* SPDX-License-Identifier: Apache-2.0 */
/* The sections of a comparison's page, and what they have in common. */
#ifndef CLI_HTML_PARTS_H
#define CLI_HTML_PARTS_H

#include "comparison.h"
#include "markup.h"

/** What each target is. */
void html_devices(markup *to, const comparison *of);

/** The table of all rows, by case, and below it what differs. */
void html_results(markup *to, const comparison *of);

/** Bars of the times of kernels and transfers. */
void html_times(markup *to, const comparison *of);

/** How fast memory moves, and how fast a copy is. */
void html_speed(markup *to, const comparison *of);

/** The first case that can be drawn; nothing where there is none. */
exit_code html_pictures(markup *to, const comparison *of);

/** Opens a section with a heading; both end with "</section>". */
void html_section(markup *to, const char *id, const char *heading);

#define DURATION_BYTES 32

/** Writes a duration in a unit that suits it, "3.21 ms", and returns `text`. */
const char *duration_text(double seconds, char text[DURATION_BYTES]);

#endif
