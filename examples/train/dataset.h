/* SPDX-License-Identifier: Apache-2.0 */
/* The handwritten digits, and which of them are for training and which for the test. */
#ifndef TRAIN_DATASET_H
#define TRAIN_DATASET_H

#include <clpool.h>

enum { IMAGE_SIDE = 8, IMAGE_PIXELS = IMAGE_SIDE * IMAGE_SIDE, CLASSES = 10 };

/** Numbers of images. */
typedef struct image_list {
    size_t count;
    cl_int *images;
} image_list;

typedef struct dataset {
    size_t count;
    unsigned char *images; /**< IMAGE_PIXELS bytes each, from 0 to 16 */
    unsigned char *labels; /**< 0 to 9 */
    image_list training;
    image_list test; /**< every fifth image; none is trained with */
} dataset;

/** Loads digits-images.npy and digits-labels.npy of a folder. */
dataset dataset_load(const char *folder);

void dataset_free(dataset *freed);

#endif
