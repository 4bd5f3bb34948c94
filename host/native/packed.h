/* SPDX-License-Identifier: Apache-2.0 */
/* The fast maximum where planes are side by side in the lanes of a grid: of all types and layouts. */
#ifndef CLPOOL_NATIVE_PACKED_H
#define CLPOOL_NATIVE_PACKED_H

#include "native/fast_job.h"

/** Whether it reduces one axis after the other, which pays for large windows that overlap much. */
bool packed_takes_axes(const struct geometry *geometry);

bool packed_forward(const struct forward_job *job, unsigned threads);

bool packed_backward(const struct backward_job *job, unsigned threads);

#endif
