/* SPDX-License-Identifier: Apache-2.0 */
/* The same pipeline in plain C, for the check. */
#ifndef PIPELINE_REFERENCE_H
#define PIPELINE_REFERENCE_H

#include "shape.h"

typedef struct reference_result {
    float *planes;          /**< the planes that were pooled twice */
    unsigned char *picture; /**< and the picture made of them */
    extent size;
} reference_result;

/** Computes both from r,g,b bytes; the caller frees them. */
reference_result reference_compute(const unsigned char *picture, extent size);

#endif
