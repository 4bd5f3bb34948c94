/* SPDX-License-Identifier: Apache-2.0 */
#include "dataset.h"
#include "failure.h"
#include "npy.h"

#include <stdio.h>
#include <stdlib.h>

enum { GREATEST_PIXEL = 16, TEST_EVERY = 5, PATH_BYTES = 4096 };

static unsigned char *load(const char *folder, const char *file, size_t element_bytes, unsigned greatest, size_t *count)
{
    char path[PATH_BYTES];
    size_t bytes = 0;
    if (snprintf(path, sizeof(path), "%s/%s", folder, file) >= PATH_BYTES) {
        fail(EXIT_BAD_INPUT, "%s is too long; a path must be shorter than %d bytes", folder, PATH_BYTES);
    }
    unsigned char *values = npy_read_u8(path, &bytes);
    if (bytes == 0 || bytes % element_bytes != 0) {
        fail(EXIT_BAD_INPUT, "%s has %zu values; there must be %zu for each digit", path, bytes, element_bytes);
    }
    for (size_t i = 0; i < bytes; i++) {
        if (values[i] > greatest) {
            fail(EXIT_BAD_INPUT, "value %zu of %s is %u; the greatest must be %u", i, path, values[i], greatest);
        }
    }
    *count = bytes / element_bytes;
    return values;
}

dataset dataset_load(const char *folder)
{
    dataset loaded = {0};
    size_t labels = 0;
    loaded.images = load(folder, "digits-images.npy", IMAGE_PIXELS, GREATEST_PIXEL, &loaded.count);
    loaded.labels = load(folder, "digits-labels.npy", 1, CLASSES - 1, &labels);
    if (labels != loaded.count) {
        fail(EXIT_BAD_INPUT, "%s has %zu images and %zu labels; there must be as many", folder, loaded.count, labels);
    }
    loaded.training.images = allocate(loaded.count, sizeof(cl_int));
    loaded.test.images = allocate(loaded.count, sizeof(cl_int));
    for (size_t i = 0; i < loaded.count; i++) {
        image_list *list = i % TEST_EVERY == TEST_EVERY - 1 ? &loaded.test : &loaded.training;
        list->images[list->count++] = (cl_int)i;
    }
    return loaded;
}

void dataset_free(dataset *freed)
{
    free(freed->images);
    free(freed->labels);
    free(freed->training.images);
    free(freed->test.images);
}
