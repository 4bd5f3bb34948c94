/* SPDX-License-Identifier: Apache-2.0 */
#include "compare_cases.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare_values.h"
#include "element.h"
#include "input_file.h"
#include "mask_form.h"
#include "picture.h"
#include "report.h"

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

/* A row of the suite, with what was given but no windows. */
static clpool_problem suite_problem(const struct suite_row *row, const pooling *given, const compare_cases *made)
{
    bool last = given->layout == CLPOOL_CHANNELS_LAST;
    const size_t *photograph = made->picture.shape;
    const size_t *plane = photograph + (last ? 1 : 2);
    clpool_problem problem =
        row->channels == 0
            ? clpool_problem_2d(1, photograph[last ? 3 : 1], plane[0], plane[1], row->kernel, row->stride, row->padding)
            : clpool_problem_2d(SUITE_BATCH, row->channels, row->extent, row->extent, row->kernel, row->stride,
                                row->padding);
    problem.dtype = made->dtype;
    problem.layout = given->layout;
    problem.mask_form = given->mask_form;
    problem.nan_rule = given->nan_rule;
    return problem;
}

static exit_code make_suite(const pooling *given, compare_cases *made)
{
    size_t i;
    for (i = 0; i < SUITE; i++) {
        const struct suite_row *row = &suite[i];
        compare_case *of = &made->list[made->count++];
        clpool_status status;
        (void)snprintf(of->name, sizeof(of->name), "%s", row->name);
        of->mode = pooling_mode_name(given);
        of->x = row->channels == 0 ? &made->picture : NULL;
        of->problem = suite_problem(row, given, made);
        status = clpool_problem_check(&of->problem);
        if (status != CLPOOL_SUCCESS) {
            return report_status(status, row->name);
        }
    }
    return EXIT_DONE;
}

static exit_code make_one(const char *file, const pooling *given, compare_cases *made)
{
    compare_case *of = &made->list[0];
    const char *name = file == NULL ? "photograph" : file;
    const char *slash = strrchr(name, '/');
    (void)snprintf(of->name, sizeof(of->name), "%s", slash == NULL ? name : slash + 1);
    of->mode = pooling_mode_name(given);
    of->x = &made->picture;
    made->count = 1;
    return pooling_problem(given, name, made->dtype, made->picture.rank, made->picture.shape, &of->problem);
}

/* A picture becomes what was given. */
static exit_code take_png(const char *name, const unsigned char *bytes, size_t size, const pooling *given,
                          compare_cases *made)
{
    picture decoded;
    exit_code code = picture_decode(name, bytes, size, &decoded);
    if (code == EXIT_DONE) {
        code = picture_to_tensor(&decoded, &made->picture);
        picture_free(&decoded);
    }
    made->dtype = given->has_dtype ? given->dtype : CLPOOL_F32;
    if (code == EXIT_DONE && made->dtype != CLPOOL_F32) {
        code = compare_convert(made->dtype, &made->picture);
    }
    if (code == EXIT_DONE && given->layout == CLPOOL_CHANNELS_LAST) {
        code = compare_to_channels_last(&made->picture);
    }
    return code;
}

/* An array is what it is. */
static exit_code take_npy(const char *name, unsigned char *bytes, size_t size, const pooling *given,
                          compare_cases *made)
{
    exit_code code = array_take(name, bytes, size, &made->picture);
    if (code == EXIT_DONE) {
        code = pooling_dtype(given, name, made->picture.dtype, &made->dtype);
    }
    if (code == EXIT_DONE && given->has_dtype && given->dtype != made->dtype) {
        code = report_error(EXIT_BAD_INPUT, "%s: dtype is %s; --dtype %s turns only pictures into another", name,
                            element_name(made->dtype), element_name(given->dtype));
    }
    return code;
}

static exit_code take_file(const char *file, const pooling *given, compare_cases *made)
{
    unsigned char *bytes;
    size_t size;
    exit_code code = input_file_read(file, &bytes, &size);
    if (code != EXIT_DONE || !picture_is_png(bytes, size)) {
        return code != EXIT_DONE ? code : take_npy(file, bytes, size, given, made);
    }
    code = take_png(file, bytes, size, given, made);
    free(bytes);
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
    code = file != NULL ? take_file(file, given, made)
                        : take_png("the photograph", cli_photograph, cli_photograph_size, given, made);
    if (code == EXIT_DONE) {
        code = file == NULL && !pooling_is_given(given) ? make_suite(given, made) : make_one(file, given, made);
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

static bool all_are(unsigned rank, const size_t *values, size_t value)
{
    unsigned axis;
    for (axis = 0; axis < rank && values[axis] == value; axis++) {
    }
    return axis == rank;
}

/* Appends to the text, cut to the room there is. */
CLI_PRINTF(2, 3) static void add_text(char text[CASE_TEXT_BYTES], const char *format, ...)
{
    size_t used = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text + used, CASE_TEXT_BYTES - used, format, arguments);
    va_end(arguments);
}

static void add_windows(char text[CASE_TEXT_BYTES], const clpool_problem *problem)
{
    const struct {
        const char *name;
        const size_t *values;
        size_t usual; /* not worth a mention; SIZE_MAX: always said */
    } rows[] = {
        {"kernel", problem->kernel, SIZE_MAX},  {"stride", problem->stride, SIZE_MAX},
        {"padding before", problem->pad_lo, 0}, {"after", problem->pad_hi, 0},
        {"dilation", problem->dilation, 1},
    };
    char numbers_text[SHAPE_TEXT_BYTES];
    size_t i;
    if (problem->windows == CLPOOL_ADAPTIVE) {
        add_text(text, ", adaptive windows to %s", shape_text(problem->rank, problem->out, numbers_text));
        return;
    }
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (!all_are(problem->rank, rows[i].values, rows[i].usual)) {
            add_text(text, ", %s %s", rows[i].name, shape_text(problem->rank, rows[i].values, numbers_text));
        }
    }
    if (problem->rounding == CLPOOL_CEIL) {
        add_text(text, ", rounded up");
    }
}

static void add_mode(char text[CASE_TEXT_BYTES], const clpool_problem *problem)
{
    if (problem->mode == CLPOOL_LP) {
        add_text(text, ", Lp with p = %u", problem->p);
    } else if (problem->mode == CLPOOL_AVERAGE && problem->divisor_rule == CLPOOL_FIXED_DIVISOR) {
        add_text(text, ", sum over %zu", problem->divisor);
    } else if (problem->mode == CLPOOL_AVERAGE) {
        add_text(text, problem->divisor_rule == CLPOOL_EXCLUDE_PAD ? ", average without padding" : ", average");
    }
}

const char *compare_case_text(const compare_case *of, char text[CASE_TEXT_BYTES])
{
    const clpool_problem *problem = &of->problem;
    size_t shape[CLPOOL_MAX_RANK + 2];
    char numbers_text[SHAPE_TEXT_BYTES];
    unsigned rank = problem_x_shape(problem, shape);
    text[0] = '\0';
    add_text(text, "x %s %s%s", shape_text(rank, shape, numbers_text), element_name(problem->dtype),
             problem->layout == CLPOOL_CHANNELS_LAST ? ", channels last" : "");
    add_mode(text, problem);
    add_windows(text, problem);
    if (problem->mode == CLPOOL_MAX && problem->mask_form != CLPOOL_MASK_WINDOW) {
        add_text(text, ", mask %s", mask_form_name(problem->mask_form));
    }
    return text;
}
