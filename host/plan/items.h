/* SPDX-License-Identifier: Apache-2.0 */
/* Work-items that kernels are launched with, where that takes more than a count of elements. */
#ifndef CLPOOL_PLAN_ITEMS_H
#define CLPOOL_PLAN_ITEMS_H

#include "plan/strategies.h"

/** Parameters of kernels/nhwc.cl behind PARAMETER_LAUNCH: channels of a work-item, and its neighbours along W. */
enum { NHWC_CHANNELS = 1, NHWC_OUTPUTS };

/* Of kernels/nhwc.cl: blocks of outputs, and of elements of dx. */
size_t items_nhwc_forward(const struct geometry *geometry, const struct settings *settings);
size_t items_nhwc_backward(const struct geometry *geometry, const struct settings *settings);

/** The parameter of kernels/blocks.cl behind PARAMETER_LAUNCH: windows of a work-item. */
enum { BLOCKS_OUTPUTS = 1 };

/* Of kernels/blocks.cl: blocks of windows, and of the strides that cover dx. */
size_t items_blocks_forward(const struct geometry *geometry, const struct settings *settings);
size_t items_blocks_backward(const struct geometry *geometry, const struct settings *settings);

/** Of kernels/reduce.cl: whole groups, with a team for each plane. */
size_t items_reduce(const struct geometry *geometry, const struct settings *settings);

/** Of its backward from a mask: shares of dx. */
size_t items_reduce_backward(const struct geometry *geometry, const struct settings *settings);

#endif
