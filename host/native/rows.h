/* SPDX-License-Identifier: Apache-2.0 */
/* The fast maximum where neighbours in memory are those of a row. */
#ifndef CLPOOL_NATIVE_ROWS_H
#define CLPOOL_NATIVE_ROWS_H

#include "native/fast_job.h"

bool rows_forward(const struct forward_job *job, unsigned threads);

bool rows_backward(const struct backward_job *job, unsigned threads);

#endif
