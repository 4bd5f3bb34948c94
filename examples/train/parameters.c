/* SPDX-License-Identifier: Apache-2.0 */
#include "parameters.h"
#include "failure.h"
#include "random.h"

#include <math.h>

enum {
    WEIGHTS_1 = CHANNELS_1 * 9,
    WEIGHTS_2 = CHANNELS_2 * CHANNELS_1 * 9,
    WEIGHTS_3 = CLASSES * FEATURES,
    AT_BIAS_1 = WEIGHTS_1,
    AT_WEIGHTS_2 = AT_BIAS_1 + CHANNELS_1,
    AT_BIAS_2 = AT_WEIGHTS_2 + WEIGHTS_2,
    AT_WEIGHTS_3 = AT_BIAS_2 + CHANNELS_2,
    AT_BIAS_3 = AT_WEIGHTS_3 + WEIGHTS_3
};

const parameter_tensor parameter_tensors[TENSORS] = {
    [CONVOLUTION_1_WEIGHTS] = {"convolution 1 weights", 0, WEIGHTS_1, 9},
    [CONVOLUTION_1_BIAS] = {"convolution 1 bias", AT_BIAS_1, CHANNELS_1, 0},
    [CONVOLUTION_2_WEIGHTS] = {"convolution 2 weights", AT_WEIGHTS_2, WEIGHTS_2, CHANNELS_1 * 9},
    [CONVOLUTION_2_BIAS] = {"convolution 2 bias", AT_BIAS_2, CHANNELS_2, 0},
    [DENSE_WEIGHTS] = {"dense weights", AT_WEIGHTS_3, WEIGHTS_3, FEATURES},
    [DENSE_BIAS] = {"dense bias", AT_BIAS_3, CLASSES, 0},
};

/* Above 0, so that a plane of zeros does not stand on the bend of the ReLU. */
static const float start_bias = 0.1F;

size_t parameter_count(void)
{
    const parameter_tensor *last = &parameter_tensors[TENSORS - 1];
    return (size_t)last->at + (size_t)last->count;
}

float *parameters_start(uint64_t seed)
{
    float *parameters = allocate(parameter_count(), sizeof(float));
    for (int t = 0; t < TENSORS; t++) {
        const parameter_tensor *tensor = &parameter_tensors[t];
        /* As He et al. (2015) for layers with ReLU. */
        float limit = tensor->inputs > 0 ? sqrtf(6.0F / (float)tensor->inputs) : 0.0F;
        for (cl_int i = 0; i < tensor->count; i++) {
            parameters[tensor->at + i] = tensor->inputs > 0 ? random_float(&seed, limit) : start_bias;
        }
    }
    return parameters;
}
