/* SPDX-License-Identifier: Apache-2.0 */
#include "log_scale.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>

log_scale log_scale_empty(double from, double to)
{
    const log_scale made = {.low = INT_MAX, .high = INT_MIN, .from = from, .to = to};
    return made;
}

void log_scale_cover(log_scale *grown, double value)
{
    if (value > 0 && isfinite(value)) {
        int low = (int)floor(log10(value)), high = (int)ceil(log10(value));
        grown->low = low < grown->low ? low : grown->low;
        grown->high = high > grown->high ? high : grown->high;
    }
}

void log_scale_settle(log_scale *of)
{
    if (of->low > of->high) {
        of->low = of->high = 0;
    }
    if (of->low == of->high) {
        of->high++;
    }
}

double log_scale_place(const log_scale *on, double value)
{
    return on->from + (log10(value) - on->low) / (on->high - on->low) * (on->to - on->from);
}

const char *byte_label(int exponent, char text[BYTE_LABEL_BYTES])
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
    int unit = exponent / 3 < 5 ? exponent / 3 : 4;
    (void)snprintf(text, BYTE_LABEL_BYTES, "%.0f %s", pow(10, exponent - 3 * unit), units[unit]);
    return text;
}
