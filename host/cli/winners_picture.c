/* SPDX-License-Identifier: Apache-2.0 */
#include "winners_picture.h"

/* Halves the samples, and adds 128 to those that won a window: so winners show in dark places and bright ones alike,
 * and no loser is as bright as any winner. */
exit_code winners_picture_make(const picture *in, const int64_t *plane, size_t windows, picture *made)
{
    size_t samples = in->width * in->height * in->channels;
    size_t colours = in->channels - (picture_has_alpha(in) ? 1 : 0);
    size_t i, channel;
    exit_code code = picture_make(in->width, in->height, in->channels, made);
    if (code != EXIT_DONE) {
        return code;
    }
    for (i = 0; i < samples; i++) {
        made->data[i] = i % in->channels < colours ? in->data[i] / 2 : in->data[i];
    }
    for (channel = 0; channel < colours; channel++) {
        for (i = 0; i < windows; i++) {
            int64_t won = plane[channel * windows + i];
            if (won >= 0) {
                size_t at = (size_t)won * in->channels + channel;
                made->data[at] = (unsigned char)(128 + in->data[at] / 2);
            }
        }
    }
    return EXIT_DONE;
}
