/* SPDX-License-Identifier: Apache-2.0 */
/* A bar on stderr, where that is a terminal; nothing elsewhere. */
#ifndef TRAIN_PROGRESS_H
#define TRAIN_PROGRESS_H

#include <stddef.h>

/** `share` is that of test images which are recognised. */
void progress_show(size_t epoch, size_t epochs, double loss, double share);

/** Takes the bar away. */
void progress_end(void);

#endif
