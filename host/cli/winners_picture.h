/* SPDX-License-Identifier: Apache-2.0 */
/* Which samples of a picture won a window. */
#ifndef CLI_WINNERS_PICTURE_H
#define CLI_WINNERS_PICTURE_H

#include <stdint.h>

#include "picture.h"

/** Makes a picture of the size of `in`, in which the samples that won are raised by half of the brightness that all
 * lose. `plane` has for each channel in turn, alpha left out, the indices of its `windows` windows' winners in the
 * plane; -1 where there is none. */
exit_code winners_picture_make(const picture *in, const int64_t *plane, size_t windows, picture *made);

#endif
