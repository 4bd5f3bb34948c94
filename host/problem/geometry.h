/* SPDX-License-Identifier: Apache-2.0 */
/* A problem that has been checked, in the form that everything below the public header works with. */
#ifndef CLPOOL_PROBLEM_GEOMETRY_H
#define CLPOOL_PROBLEM_GEOMETRY_H

#include "base/dtype.h"
#include "problem/strides.h"

/** One spatial axis. Window o covers taps t < kernel at input o * stride - pad_lo + t * dilation; on an adaptive
 * axis it covers the inputs from floor(o * in / out) to ceil((o + 1) * in / out) - 1, at most kernel of them.
 * Adaptive windows that are all alike are given as sliding ones. */
struct axis {
    bool adaptive;
    size_t in;
    size_t out;
    size_t kernel;
    size_t stride;   /* where out == 1 it never counts, and is given as extent, so that windows do not overlap */
    size_t dilation; /* where kernel == 1 it never counts, and is given as 1 */
    size_t pad_lo;
    size_t extent; /* dilation * (kernel - 1) + 1 */
    size_t padded; /* in + pad_lo + pad_hi; at least extent */
};

/** Input position of a tap of window `output` on one axis; false where it lies in the padding or past the window. */
static inline bool tap_position(const struct axis *axis, size_t output, size_t tap, size_t *position)
{
    if (axis->adaptive) {
        *position = output * axis->in / axis->out + tap;
        return *position < ((output + 1) * axis->in - 1) / axis->out + 1;
    }
    const size_t padded = output * axis->stride + tap * axis->dilation;
    *position = padded - axis->pad_lo;
    return padded >= axis->pad_lo && *position < axis->in;
}

/** How mask values lie in memory: `per_element` of them in an element, the first in the lowest bits. */
struct mask_format {
    size_t bytes;       /* of an element: 1, 2, 4 or 8 */
    size_t bits;        /* of a value */
    size_t per_element; /* 1, in packed forms 4 or 2 */
};

/** Always three axes, D,H,W: those that the problem lacks come first and are 1 long with a window of 1, so that one
 * code serves every rank. All sizes below are free of overflow, and each tensor has at most PTRDIFF_MAX bytes. */
struct geometry {
    struct axis axis[CLPOOL_MAX_RANK];
    size_t batch;
    size_t channels;
    size_t planes; /* batch * channels */
    clpool_layout layout;
    struct strides x;    /* of x and dx */
    struct strides y;    /* of y and dy */
    struct strides mask; /* dense in the layout */
    bool dense;          /* x and y are dense in the layout */
    size_t in_plane;
    size_t out_plane;
    size_t taps; /* of a window, at most UINT32_MAX */
    size_t x_elements;
    size_t y_elements;
    size_t x_span; /* elements from the first to the last, with all that lies between */
    size_t y_span;
    const struct dtype *dtype;
    size_t element_bytes; /* of dtype */
    clpool_mode mode;
    clpool_nan_rule nan_rule;         /* of maximum */
    clpool_divisor_rule divisor_rule; /* of average */
    uint32_t divisor;                 /* of CLPOOL_FIXED_DIVISOR */
    uint32_t p;                       /* of Lp */
    bool has_empty_windows;           /* some window may have no tap inside the tensor */
    bool is_fused;                    /* a plan's: values pass through more than the pooling, see plan/fusion.h */
    clpool_mask_form mask_form;       /* of maximum, like what follows */
    struct mask_format mask_format;
    size_t mask_elements;
};

/** Checks a problem and fills `geometry` from it; clpool_problem_check() documents the rules and errors. */
clpool_status geometry_from_problem(const clpool_problem *problem, struct geometry *geometry);

/** Copies a caller's problem, of whichever version, and checks each field by itself, but not how they fit together. */
clpool_status problem_load(const clpool_problem *problem, clpool_problem *own);

/** What every window of an average is divided by; 0 where that depends on the window. */
uint32_t geometry_divisor(const struct geometry *geometry);

/** Elements that a window of `kernel` taps spans; false if that overflows. */
bool window_extent(size_t kernel, size_t dilation, size_t *extent);

#endif
