/* SPDX-License-Identifier: Apache-2.0 */
/* What the user asks for. */
#ifndef TRAIN_OPTIONS_H
#define TRAIN_OPTIONS_H

#include <stddef.h>
#include <stdint.h>

struct options {
    const char *data;       /**< the folder with the digits */
    const char *device;     /**< part of a name; may be NULL */
    const char *loss_curve; /**< file to write; may be NULL, and so may the next */
    const char *weights;
    size_t epochs;
    float rate;
    uint64_t seed;
    int check_gradients;
};

/** Prints the usage and exits where that was asked for, and fails where the options are wrong. */
struct options options_parse(int argc, char **argv);

#endif
