/* SPDX-License-Identifier: Apache-2.0 */
/* The fast maximum where neighbours in memory are channels: each channel has a lane of a vector. */
#ifndef CLPOOL_NATIVE_LANES_H
#define CLPOOL_NATIVE_LANES_H

#include "native/fast_job.h"

bool lanes_forward(const struct forward_job *job, unsigned threads);

bool lanes_backward(const struct backward_job *job, unsigned threads);

#endif
