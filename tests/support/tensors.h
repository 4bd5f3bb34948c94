/* SPDX-License-Identifier: Apache-2.0 */
/* The host side of one test case: tensors of a problem, filled so that rules show, and the reference's answers. */
#ifndef CLPOOL_TESTS_TENSORS_H
#define CLPOOL_TESTS_TENSORS_H

#include "clpool.h"
#include "support/random.h"

/** The byte that y's gaps between strided elements hold, before and after. */
enum { TENSORS_GAP = 0xa5 };

/** The plain reference, which everything else is compared with. */
extern const clpool_native_options by_reference;

struct tensors {
    size_t x_elements; /* from the first to the last, with what lies between strided ones */
    size_t y_elements;
    size_t mask_elements;
    size_t element_bytes;
    size_t mask_bytes; /* of one element */
    unsigned char *x;
    unsigned char *y; /* by the reference */
    unsigned char *mask;
    int is_mask_scrambled; /* not what forward made any more */
    unsigned char *dy;
    unsigned char *dx;     /* by the reference */
    unsigned char *dx_old; /* what dx holds before an accumulating backward */
};

/** Allocates and fills x, dy and dx_old; few different values, so that ties are common, and NaNs with payloads,
 * infinities, denormals, extremes and zeros of both signs among them. */
void tensors_make(struct tensors *tensors, const clpool_problem *problem, struct random *random);

/** Whether the problem's dtype has gradients. */
int tensors_have_backward(const clpool_problem *problem);

/** Computes y and (of maximum) mask by the reference. */
void tensors_reference_forward(struct tensors *tensors, const clpool_problem *problem);

/** Computes dx by the reference, from dy, what the mode needs besides, and (with CLPOOL_ACCUMULATE) dx_old. */
void tensors_reference_backward(struct tensors *tensors, const clpool_problem *problem, unsigned flags);

void tensors_free(struct tensors *tensors);

#endif
