/* SPDX-License-Identifier: Apache-2.0 */
#include "native/links.h"

#include "base/size.h"

#include <stdlib.h>

/** Windows with more taps together are not listed. */
enum { MOST_LINKS = 1 << 20 };

/** Counts the sources of target i at begin[i + 1], or puts them where begin[i] says, which then moves on. */
static void go_through(const struct axis *axis, bool is_backward, const struct links *links, bool counts)
{
    size_t position = 0;
    for (size_t output = 0; output < axis->out; output++) {
        for (size_t tap = 0; tap < axis->kernel; tap++) {
            if (tap_position(axis, output, tap, &position)) {
                size_t *at = &links->begin[is_backward ? position : output];
                if (counts) {
                    at[1]++;
                } else {
                    links->source[*at] = is_backward ? output : position;
                    links->tap[*at] = tap;
                    (*at)++;
                }
            }
        }
    }
}

bool links_make(const struct axis *axis, bool is_backward, struct links *links)
{
    const size_t targets = is_backward ? axis->in : axis->out;
    size_t most = 0;
    *links = (struct links){NULL, NULL, NULL, 0};
    if (!size_multiply(axis->out, axis->kernel, &most) || most > MOST_LINKS) {
        return false;
    }
    links->begin = calloc(targets + 1, sizeof(*links->begin));
    links->source = malloc((most + 1) * sizeof(*links->source));
    links->tap = malloc((most + 1) * sizeof(*links->tap));
    if (links->begin == NULL || links->source == NULL || links->tap == NULL) {
        links_free(links);
        return false;
    }
    go_through(axis, is_backward, links, true);
    for (size_t i = 0; i < targets; i++) {
        links->most = size_max(links->most, links->begin[i + 1]);
        links->begin[i + 1] += links->begin[i];
    }
    go_through(axis, is_backward, links, false);
    for (size_t i = targets; i > 0; i--) {
        links->begin[i] = links->begin[i - 1];
    }
    links->begin[0] = 0;
    return true;
}

void links_free(struct links *links)
{
    free(links->begin);
    free(links->source);
    free(links->tap);
    *links = (struct links){NULL, NULL, NULL, 0};
}
