/* SPDX-License-Identifier: Apache-2.0 */
/* train: a small convolutional network learns handwritten digits on an OpenCL device. README.md says what to look at.
 */
#include "device.h"
#include "failure.h"
#include "gradient_check.h"
#include "npy.h"
#include "options.h"
#include "training.h"

#include <stdio.h>
#include <stdlib.h>

const char *const program_name = EXAMPLE_NAME;

static void train_and_report(struct network *network, dataset *digits, const struct options *options)
{
    struct schedule schedule = {options->epochs, options->rate, options->seed};
    struct loss_curve curve = loss_curve_create(digits->training.count / BATCH * options->epochs, options->epochs);
    score result = train(network, digits, schedule, &curve);
    printf("training: %zu digits, %zu epochs in batches of %d\n", digits->training.count, options->epochs, BATCH);
    printf("test loss: %.4f\n", result.loss);
    printf("test accuracy: %.2f %% (%zu of %zu digits)\n", 100.0 * (double)result.right / (double)result.count,
           result.right, result.count);
    if (options->loss_curve != NULL) {
        loss_curve_write(&curve, options->loss_curve);
    }
    if (options->weights != NULL) {
        float *weights = allocate(parameter_count(), sizeof(float));
        network_read(network, network->parameters, weights);
        npy_write_f32(options->weights, weights, parameter_count());
        free(weights);
    }
    loss_curve_free(&curve);
}

int main(int argc, char **argv)
{
    struct options options = options_parse(argc, argv);
    dataset digits = dataset_load(options.data);
    if (digits.training.count < BATCH || digits.test.count == 0) {
        fail(EXIT_BAD_INPUT, "%s has %zu digits for training and %zu for the test; there must be %d and 1 at least",
             options.data, digits.training.count, digits.test.count, BATCH);
    }
    cl_device_id device = choose_device(options.device);
    print_device(device);
    float *parameters = parameters_start(options.seed);
    struct network network = network_create(device, &digits, parameters);
    if (options.check_gradients) {
        check_gradients(&network, &digits.training);
    } else {
        train_and_report(&network, &digits, &options);
    }
    network_destroy(&network);
    dataset_free(&digits);
    free(parameters);
    return EXIT_DONE;
}
