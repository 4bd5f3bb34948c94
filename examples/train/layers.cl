/* SPDX-License-Identifier: Apache-2.0 */
/* The layers of the network but for its pooling, forward and backward, and the step of the optimiser.
 *
 * Tensors are dense f32, N,C,H,W; those of parameters are parts of one buffer, which begin `at` elements into it. One
 * work-item makes one element, with its terms added in one order and no atomics, so that two runs give the same bits.
 * Axis 0 of the launch is the fastest in memory. */
#pragma OPENCL FP_CONTRACT OFF

/* x[n] = image number order[first + n], with bytes 0..16 made 0..1, and its label. Past the end the last image stands
 * again: whoever counts leaves it out. */
__kernel void take_batch(__global const uchar *images, __global const uchar *labels, __global const int *order,
                         int first, int count, __global float *x, __global int *batch_labels)
{
    int i = (int)get_global_id(0), n = (int)get_global_id(1);
    int pixels = (int)get_global_size(0);
    int image = order[min(first + n, count - 1)];
    x[n * pixels + i] = convert_float(images[image * pixels + i]) * (1.0f / 16.0f);
    if (i == 0) {
        batch_labels[n] = labels[image];
    }
}

/* ---- Convolution: 3 x 3, stride 1, padding 1; weights are O,I,3,3 ---- */

/* Items: pixel, output channel, n. */
__kernel void convolve(__global const float *x, __global const float *parameters, int weights_at, int bias_at,
                       int in_channels, int height, int width, __global float *y)
{
    int pixel = (int)get_global_id(0), o = (int)get_global_id(1), n = (int)get_global_id(2);
    int channels = (int)get_global_size(1), pixels = height * width;
    int row = pixel / width, column = pixel % width;
    float sum = parameters[bias_at + o];
    for (int t = 0; t < 9; t++) {
        int r = row + t / 3 - 1, c = column + t % 3 - 1;
        if (r >= 0 && r < height && c >= 0 && c < width) {
            __global const float *values = x + n * in_channels * pixels + r * width + c;
            __global const float *weights = parameters + weights_at + o * in_channels * 9 + t;
            for (int i = 0; i < in_channels; i++) {
                sum += weights[i * 9] * values[i * pixels];
            }
        }
    }
    y[(n * channels + o) * pixels + pixel] = sum;
}

/* Items: pixel, input channel, n. */
__kernel void convolve_backward(__global const float *dy, __global const float *parameters, int weights_at,
                                int out_channels, int height, int width, __global float *dx)
{
    int pixel = (int)get_global_id(0), i = (int)get_global_id(1), n = (int)get_global_id(2);
    int channels = (int)get_global_size(1), pixels = height * width;
    int row = pixel / width, column = pixel % width;
    float sum = 0.0f;
    for (int t = 0; t < 9; t++) {
        int r = row - t / 3 + 1, c = column - t % 3 + 1;
        if (r >= 0 && r < height && c >= 0 && c < width) {
            __global const float *values = dy + n * out_channels * pixels + r * width + c;
            __global const float *weights = parameters + weights_at + i * 9 + t;
            for (int o = 0; o < out_channels; o++) {
                sum += weights[o * channels * 9] * values[o * pixels];
            }
        }
    }
    dx[(n * channels + i) * pixels + pixel] = sum;
}

/* Items: tap, input channel, output channel. */
__kernel void convolve_backward_weights(__global const float *x, __global const float *dy, int batch, int height,
                                        int width, __global float *gradients, int weights_at)
{
    int t = (int)get_global_id(0), i = (int)get_global_id(1), o = (int)get_global_id(2);
    int in_channels = (int)get_global_size(1), out_channels = (int)get_global_size(2), pixels = height * width;
    int down = t / 3 - 1, right = t % 3 - 1;
    float sum = 0.0f;
    for (int n = 0; n < batch; n++) {
        __global const float *x_plane = x + (n * in_channels + i) * pixels;
        __global const float *dy_plane = dy + (n * out_channels + o) * pixels;
        for (int row = max(-down, 0); row < height - max(down, 0); row++) {
            for (int column = max(-right, 0); column < width - max(right, 0); column++) {
                sum += x_plane[(row + down) * width + column + right] * dy_plane[row * width + column];
            }
        }
    }
    gradients[weights_at + (o * in_channels + i) * 9 + t] = sum;
}

/* The bias of a channel of dy, which has `pixels` elements (1 after a dense layer). Items: channel. */
__kernel void backward_bias(__global const float *dy, int batch, int pixels, __global float *gradients, int bias_at)
{
    int o = (int)get_global_id(0), channels = (int)get_global_size(0);
    float sum = 0.0f;
    for (int n = 0; n < batch; n++) {
        for (int i = 0; i < pixels; i++) {
            sum += dy[(n * channels + o) * pixels + i];
        }
    }
    gradients[bias_at + o] = sum;
}

/* ---- ReLU, in place. Items: element. ---- */

__kernel void rectify(__global float *y)
{
    int i = (int)get_global_id(0);
    y[i] = y[i] > 0.0f ? y[i] : 0.0f;
}

__kernel void rectify_backward(__global const float *y, __global float *dy)
{
    int i = (int)get_global_id(0);
    dy[i] = y[i] > 0.0f ? dy[i] : 0.0f;
}

/* ---- Dense: weights are O,I ---- */

/* Items: output, n. */
__kernel void dense(__global const float *x, __global const float *parameters, int weights_at, int bias_at, int inputs,
                    __global float *y)
{
    int o = (int)get_global_id(0), n = (int)get_global_id(1), outputs = (int)get_global_size(0);
    float sum = parameters[bias_at + o];
    for (int i = 0; i < inputs; i++) {
        sum += parameters[weights_at + o * inputs + i] * x[n * inputs + i];
    }
    y[n * outputs + o] = sum;
}

/* Items: input, n. */
__kernel void dense_backward(__global const float *dy, __global const float *parameters, int weights_at, int outputs,
                             __global float *dx)
{
    int i = (int)get_global_id(0), n = (int)get_global_id(1), inputs = (int)get_global_size(0);
    float sum = 0.0f;
    for (int o = 0; o < outputs; o++) {
        sum += parameters[weights_at + o * inputs + i] * dy[n * outputs + o];
    }
    dx[n * inputs + i] = sum;
}

/* Items: input, output. */
__kernel void dense_backward_weights(__global const float *x, __global const float *dy, int batch,
                                     __global float *gradients, int weights_at)
{
    int i = (int)get_global_id(0), o = (int)get_global_id(1);
    int inputs = (int)get_global_size(0), outputs = (int)get_global_size(1);
    float sum = 0.0f;
    for (int n = 0; n < batch; n++) {
        sum += x[n * inputs + i] * dy[n * outputs + o];
    }
    gradients[weights_at + o * inputs + i] = sum;
}

/* ---- Softmax and its cross entropy. Items: n. ---- */

/* loss[n] = -log(softmax(z[n])[label]); dz is the gradient of the mean over the batch; is_right[n] says whether the
 * label has the greatest z. */
__kernel void softmax_loss(__global const float *z, __global const int *labels, int classes, __global float *loss,
                           __global float *dz, __global int *is_right)
{
    int n = (int)get_global_id(0), label = labels[n], best = 0;
    __global const float *values = z + n * classes;
    float sum = 0.0f, share = 1.0f / convert_float((int)get_global_size(0));
    for (int k = 1; k < classes; k++) {
        best = values[k] > values[best] ? k : best;
    }
    for (int k = 0; k < classes; k++) {
        sum += exp(values[k] - values[best]);
    }
    for (int k = 0; k < classes; k++) {
        float probability = exp(values[k] - values[best]) / sum;
        dz[n * classes + k] = (probability - (k == label ? 1.0f : 0.0f)) * share;
    }
    loss[n] = log(sum) - (values[label] - values[best]);
    is_right[n] = best == label;
}

/* ---- Stochastic gradient descent with momentum. Items: parameter. ---- */

__kernel void descend(__global float *parameters, __global const float *gradients, __global float *velocities,
                      float rate, float momentum)
{
    int i = (int)get_global_id(0);
    velocities[i] = momentum * velocities[i] + gradients[i];
    parameters[i] -= rate * velocities[i];
}
