/* SPDX-License-Identifier: Apache-2.0 */
/* Average, and maximum of adaptive windows: planes side by side in the lanes of a grid, of all types and layouts; each
 * element of what is made has the places that it is made of listed. */
#ifndef CLPOOL_NATIVE_LINKED_H
#define CLPOOL_NATIVE_LINKED_H

#include "native/fast_job.h"

bool linked_forward(const struct forward_job *job, unsigned threads);

bool linked_backward(const struct backward_job *job, unsigned threads);

#endif
