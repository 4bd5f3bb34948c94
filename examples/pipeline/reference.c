/* SPDX-License-Identifier: Apache-2.0 */
#include "reference.h"
#include "failure.h"

#include <math.h>
#include <stdlib.h>

static void split(const unsigned char *picture, extent size, float *planes)
{
    for (size_t colour = 0; colour < COLOURS; colour++) {
        for (size_t i = 0; i < pixels_of(size); i++) {
            planes[colour * pixels_of(size) + i] = (float)picture[COLOURS * i + colour] * (1.0F / 256.0F);
        }
    }
}

/* The value at a place that may lie outside the plane: `row` and `column` count from 1. */
static const float *inside(const float *plane, extent size, size_t row, size_t column)
{
    int is_inside = row >= 1 && row <= size.height && column >= 1 && column <= size.width;
    return is_inside ? &plane[(row - 1) * size.width + column - 1] : NULL;
}

static void convolve(const float *from, extent size, float *to)
{
    for (size_t i = 0; i < pixels_of(size); i++) {
        float sum = 0.0F;
        for (size_t tap = 0; tap < TAPS; tap++) {
            const float *value = inside(from, size, i / size.width + tap / 3, i % size.width + tap % 3);
            if (value != NULL) {
                sum += outline_filter[tap] * *value;
            }
        }
        to[i] = sum;
    }
}

static void rectify(float *plane, extent size)
{
    for (size_t i = 0; i < pixels_of(size); i++) {
        plane[i] = plane[i] > 0.0F ? plane[i] : 0.0F;
    }
}

static void pool(const float *from, extent size, struct window window, float *to)
{
    extent out = pooled_extent(size, window);
    for (size_t i = 0; i < pixels_of(out); i++) {
        float greatest = -INFINITY;
        for (size_t tap = 0; tap < window.kernel * window.kernel; tap++) {
            size_t row = i / out.width * window.stride + tap / window.kernel + 1;
            size_t column = i % out.width * window.stride + tap % window.kernel + 1;
            const float *value = row > window.padding && column > window.padding
                                     ? inside(from, size, row - window.padding, column - window.padding)
                                     : NULL;
            if (value != NULL && *value > greatest) {
                greatest = *value;
            }
        }
        to[i] = greatest;
    }
}

static void merge(const float *planes, extent size, unsigned char *picture)
{
    for (size_t i = 0; i < COLOURS * pixels_of(size); i++) {
        float value = planes[i % COLOURS * pixels_of(size) + i / COLOURS] * 256.0F;
        picture[i] = value >= 255.0F ? 255 : (unsigned char)lrintf(value);
    }
}

reference_result reference_compute(const unsigned char *picture, extent size)
{
    extent once = pooled_extent(size, first_window);
    extent twice = pooled_extent(once, second_window);
    float *planes = allocate(COLOURS * pixels_of(size), sizeof(float));
    float *outlines = allocate(pixels_of(size), sizeof(float));
    float *pooled = allocate(pixels_of(once), sizeof(float));
    reference_result result = {allocate(COLOURS * pixels_of(twice), sizeof(float)),
                               allocate(COLOURS * pixels_of(twice), 1), twice};
    split(picture, size, planes);
    for (size_t colour = 0; colour < COLOURS; colour++) {
        convolve(planes + colour * pixels_of(size), size, outlines);
        rectify(outlines, size);
        pool(outlines, size, first_window, pooled);
        pool(pooled, once, second_window, result.planes + colour * pixels_of(twice));
    }
    merge(result.planes, twice, result.picture);
    free(planes);
    free(outlines);
    free(pooled);
    return result;
}
