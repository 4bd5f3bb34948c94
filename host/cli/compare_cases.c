/* SPDX-License-Identifier: Apache-2.0 */
#include "compare_cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input_file.h"
#include "picture.h"
#include "report.h"
#include "splitmix.h"

/* A PNG that the build embeds. */
extern const unsigned char cli_photograph[];
extern const size_t cli_photograph_size;

/* N of the suite's networks: large enough for a device to have work, small enough for a minute on two cores. */
#define SUITE_BATCH 2

static const struct suite_row {
    const char *name;
    size_t channels; /* 0: the photograph */
    size_t extent;   /* of height and width */
    size_t kernel, stride, padding;
} suite[] = {
    {"photograph-3s2p1", 0, 0, 3, 2, 1}, {"photograph-2s2", 0, 0, 2, 2, 0}, {"resnet50", 64, 112, 3, 2, 1},
    {"vgg16-1", 64, 224, 2, 2, 0},       {"vgg16-2", 128, 112, 2, 2, 0},    {"vgg16-3", 256, 56, 2, 2, 0},
    {"vgg16-4", 512, 28, 2, 2, 0},       {"vgg16-5", 512, 14, 2, 2, 0},
};
#define SUITE (sizeof(suite) / sizeof(suite[0]))

static exit_code make_suite(compare_cases *made)
{
    size_t i;
    for (i = 0; i < SUITE; i++) {
        const struct suite_row *row = &suite[i];
        const size_t *photograph = made->picture.shape;
        compare_case *of = &made->list[made->count++];
        (void)snprintf(of->name, sizeof(of->name), "%s", row->name);
        of->x = row->channels == 0 ? &made->picture : NULL;
        of->problem = row->channels == 0 ? clpool_problem_2d(1, photograph[1], photograph[2], photograph[3],
                                                             row->kernel, row->stride, row->padding)
                                         : clpool_problem_2d(SUITE_BATCH, row->channels, row->extent, row->extent,
                                                             row->kernel, row->stride, row->padding);
    }
    return EXIT_DONE;
}

static exit_code make_one(const char *file, const pooling *given, compare_cases *made)
{
    compare_case *of = &made->list[0];
    const char *name = file == NULL ? "photograph" : file;
    const char *slash = strrchr(name, '/');
    (void)snprintf(of->name, sizeof(of->name), "%s", slash == NULL ? name : slash + 1);
    of->x = &made->picture;
    made->count = 1;
    return pooling_problem(given, name, CLPOOL_F32, made->picture.rank, made->picture.shape, &of->problem);
}

static exit_code read_png(const char *name, const unsigned char *bytes, size_t size, array *x)
{
    picture decoded;
    exit_code code = picture_decode(name, bytes, size, &decoded);
    if (code == EXIT_DONE) {
        code = picture_to_tensor(&decoded, x);
        picture_free(&decoded);
    }
    return code;
}

static exit_code read_file(const char *file, array *x)
{
    unsigned char *bytes;
    size_t size;
    exit_code code = input_file_read(file, &bytes, &size);
    if (code != EXIT_DONE) {
        return code;
    }
    if (picture_is_png(bytes, size)) {
        code = read_png(file, bytes, size, x);
        free(bytes);
    } else {
        code = array_take(file, bytes, size, x);
    }
    if (code == EXIT_DONE) {
        code = array_check_dtype(x, file, NPY_F32);
    }
    return code;
}

exit_code compare_cases_make(const char *file, const pooling *given, compare_cases *made)
{
    exit_code code;
    memset(made, 0, sizeof(*made));
    made->list = calloc(SUITE, sizeof(*made->list));
    if (made->list == NULL) {
        return report_no_memory();
    }
    code = file != NULL ? read_file(file, &made->picture)
                        : read_png("the photograph", cli_photograph, cli_photograph_size, &made->picture);
    if (code == EXIT_DONE) {
        code = file == NULL && !pooling_is_given(given) ? make_suite(made) : make_one(file, given, made);
    }
    if (code != EXIT_DONE) {
        compare_cases_free(made);
    }
    return code;
}

void compare_cases_free(compare_cases *freed)
{
    array_free(&freed->picture);
    free(freed->list);
    memset(freed, 0, sizeof(*freed));
}

void compare_fill_x(array *x)
{
    uint64_t state = 1;
    float *values = x->data;
    size_t i;
    for (i = 0; i < x->elements; i++) {
        values[i] = (float)(splitmix_next(&state) % 4096) / 256.0f - 8.0f;
    }
}

void compare_fill_dy(array *dy)
{
    uint64_t state = 2;
    float *values = dy->data;
    size_t i;
    for (i = 0; i < dy->elements; i++) {
        /* 24 random bits between two whole numbers, mapped to (-1, 1) without 0. */
        values[i] = (float)(((double)(splitmix_next(&state) >> 40) + 0.5) / 8388608.0 - 1.0);
    }
}

static bool all_are(unsigned rank, const size_t *values, size_t value)
{
    unsigned axis;
    for (axis = 0; axis < rank && values[axis] == value; axis++) {
    }
    return axis == rank;
}

const char *compare_case_text(const compare_case *of, char text[CASE_TEXT_BYTES])
{
    const clpool_problem *problem = &of->problem;
    const struct {
        const char *name;
        const size_t *values;
        size_t usual; /* not worth a mention; SIZE_MAX: always said */
    } rows[] = {
        {"kernel", problem->kernel, SIZE_MAX},  {"stride", problem->stride, SIZE_MAX},
        {"padding before", problem->pad_lo, 0}, {"after", problem->pad_hi, 0},
        {"dilation", problem->dilation, 1},
    };
    size_t shape[CLPOOL_MAX_RANK + 2];
    char numbers_text[SHAPE_TEXT_BYTES];
    unsigned rank = problem_x_shape(problem, shape);
    size_t i;
    int used = snprintf(text, CASE_TEXT_BYTES, problem->mode == CLPOOL_MAX ? "x %s" : "x %s, mode %s",
                        shape_text(rank, shape, numbers_text), problem_mode_name(problem));
    if (problem->windows == CLPOOL_ADAPTIVE) {
        (void)snprintf(text + used, CASE_TEXT_BYTES - (size_t)used, ", adaptive windows to %s",
                       shape_text(problem->rank, problem->out, numbers_text));
        return text;
    }
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]) && used > 0 && used < CASE_TEXT_BYTES; i++) {
        if (!all_are(problem->rank, rows[i].values, rows[i].usual)) {
            used += snprintf(text + used, CASE_TEXT_BYTES - (size_t)used, ", %s %s", rows[i].name,
                             shape_text(problem->rank, rows[i].values, numbers_text));
        }
    }
    if (problem->rounding == CLPOOL_CEIL && used > 0 && used < CASE_TEXT_BYTES) {
        (void)snprintf(text + used, CASE_TEXT_BYTES - (size_t)used, ", rounded up");
    }
    return text;
}
