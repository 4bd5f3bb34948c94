/* SPDX-License-Identifier: Apache-2.0 */
/* Where each tensor of parameters lies in the one buffer that holds them all, and so do their gradients. */
#ifndef TRAIN_PARAMETERS_H
#define TRAIN_PARAMETERS_H

#include "dataset.h"

#include <stdint.h>

enum {
    CHANNELS_1 = 16, /**< that the first convolution makes */
    CHANNELS_2 = 32,
    SIDE_1 = IMAGE_SIDE, /**< of the planes that the first convolution makes */
    SIDE_2 = 4,          /**< after pooling 3 x 3, stride 2, padding 1 */
    SIDE_3 = 2,          /**< after pooling 2 x 2, stride 2 */
    FEATURES = CHANNELS_2 * SIDE_3 * SIDE_3
};

enum tensor {
    CONVOLUTION_1_WEIGHTS,
    CONVOLUTION_1_BIAS,
    CONVOLUTION_2_WEIGHTS,
    CONVOLUTION_2_BIAS,
    DENSE_WEIGHTS,
    DENSE_BIAS,
    TENSORS
};

typedef struct parameter_tensor {
    const char *name;
    cl_int at; /**< in elements */
    cl_int count;
    cl_int inputs; /**< of each output; 0 of a bias */
} parameter_tensor;

extern const parameter_tensor parameter_tensors[TENSORS];

/** Of all tensors. */
size_t parameter_count(void);

/** The parameters before training, by chance; the caller frees them. */
float *parameters_start(uint64_t seed);

#endif
