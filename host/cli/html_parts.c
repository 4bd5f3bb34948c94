/* SPDX-License-Identifier: Apache-2.0 */
#include "html_parts.h"

#include <stdio.h>

void html_section(markup *to, const char *id, const char *heading)
{
    markup_put(to, "<section aria-labelledby=\"%s\">\n<h2 id=\"%s\">%s</h2>\n", id, id, heading);
}

const char *duration_text(double seconds, char text[DURATION_BYTES])
{
    const bool micro = seconds < 0.9995e-3, milli = seconds < 0.9995;
    const double number = micro ? seconds * 1e6 : milli ? seconds * 1e3 : seconds;
    const int decimals = number < 9.995 ? 2 : number < 99.95 ? 1 : 0;
    (void)snprintf(text, DURATION_BYTES, "%.*f %s", decimals, number, micro ? "\xc2\xb5s" : milli ? "ms" : "s");
    return text;
}
