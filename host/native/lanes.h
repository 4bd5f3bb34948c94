/* SPDX-License-Identifier: Apache-2.0 */
/* The fast maximum where neighbours in memory are channels: each channel has a lane of a vector. */
#ifndef CLPOOL_NATIVE_LANES_H
#define CLPOOL_NATIVE_LANES_H

#include "native/fast_job.h"

/** Along one axis after the other. */
bool lanes_axes_forward(const struct forward_job *job, unsigned threads);

bool lanes_forward(const struct forward_job *job, unsigned threads);

/** By gathering: each element of dx looks at the few windows that have it. */
bool lanes_gather(const struct backward_job *job, unsigned threads);

/** By gathering tiles of 2 by 2 elements, for windows of 2 by 2 or 3 by 3 with strides of 2. */
bool lanes_gather_tiles(const struct backward_job *job, unsigned threads);

/** By scattering: each output adds to its window. */
bool lanes_backward(const struct backward_job *job, unsigned threads);

#endif
