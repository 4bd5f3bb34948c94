/* SPDX-License-Identifier: Apache-2.0 */
/* The arrays of docs/coming-from.md.
 *
 * docs_arrays make                    writes them into the current folder
 * docs_arrays expect FILE VALUE...    exits with 1 unless FILE holds these values, in order; NaN equals NaN
 * docs_arrays expect FILE OTHER.npy   the same for the values of another file */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "docs/close_enough.h"
#include "support/npy_writer.h"

/* The greatest of the extents that README's commands name. */
enum { README_X = 8 * 64 * 112 * 112 };

static void write_floats(const char *name, unsigned rank, const size_t *shape, const float *values)
{
    if (!npy_write(name, "<f4", rank, shape, values, sizeof(float))) {
        fprintf(stderr, "docs_arrays: cannot write %s\n", name);
        exit(EXIT_FAILURE);
    }
}

static void write_line(const char *name, size_t length, const float *values)
{
    write_floats(name, 3, (size_t[]){1, 1, length}, values);
}

static void make_small(void)
{
    float ramp[16];
    for (int i = 0; i < 16; i++) {
        ramp[i] = (float)(i + 1);
    }
    write_floats("a.npy", 4, (size_t[]){1, 1, 4, 4}, ramp);
    write_floats("c.npy", 4, (size_t[]){1, 2, 2, 2}, ramp);
    write_floats("n.npy", 4, (size_t[]){1, 2, 2, 2}, (float[]){1, 5, 2, 6, 3, 7, 4, 8});
    write_floats("dy.npy", 4, (size_t[]){1, 1, 2, 2}, (float[]){1, 1, 1, 1});
    write_line("nan.npy", 6, (float[]){NAN, 2, 1, NAN, NAN, NAN});
    write_line("ties.npy", 4, (float[]){7, 7, 7, 7});
    write_line("two.npy", 2, (float[]){1, 2});
    write_line("neg.npy", 4, (float[]){3, -4, -2, 1});
}

static void make_readme(void)
{
    float *values = malloc(README_X * sizeof(*values));
    if (values == NULL) {
        exit(EXIT_FAILURE);
    }
    for (int i = 0; i < README_X; i++) {
        values[i] = (float)(i * 7 % 1001);
    }
    write_floats("x.npy", 4, (size_t[]){8, 64, 112, 112}, values);
    write_floats("dy.npy", 4, (size_t[]){8, 64, 56, 56}, values);
    free(values);
}

static double value_at(const array *from, size_t i)
{
    switch (from->dtype) {
    case NPY_F32:
        return (double)((const float *)from->data)[i];
    case NPY_U8:
        return ((const unsigned char *)from->data)[i];
    case NPY_I64:
        return (double)((const int64_t *)from->data)[i];
    default:
        fprintf(stderr, "docs_arrays: unexpected dtype %s\n", npy_dtype_name(from->dtype));
        exit(EXIT_FAILURE);
    }
}

static int ends_with_npy(const char *text)
{
    const size_t length = strlen(text);
    return length > 4 && strcmp(text + length - 4, ".npy") == 0;
}

static double number(const char *text)
{
    char *end;
    const double value = strtod(text, &end);
    if (end == text || *end != '\0') {
        fprintf(stderr, "docs_arrays: '%s' is not a number\n", text);
        exit(EXIT_FAILURE);
    }
    return value;
}

static int expect(const char *name, size_t count, char **texts)
{
    array held = {0}, other = {0};
    const int is_file = count == 1 && ends_with_npy(texts[0]);
    if (array_read(name, &held) != EXIT_DONE || (is_file && array_read(texts[0], &other) != EXIT_DONE)) {
        return EXIT_FAILURE;
    }
    int is_wrong = held.elements != (is_file ? other.elements : count);
    for (size_t i = 0; i < held.elements && !is_wrong; i++) {
        is_wrong = !close_enough(value_at(&held, i), is_file ? value_at(&other, i) : number(texts[i]));
    }
    if (is_wrong) {
        fprintf(stderr, "%s holds", name);
        for (size_t i = 0; i < held.elements && i < 32; i++) {
            fprintf(stderr, " %.8g", value_at(&held, i));
        }
        fprintf(stderr, "; expected%s", is_file ? " the values of" : "");
        for (size_t i = 0; i < count; i++) {
            fprintf(stderr, " %s", texts[i]);
        }
        fprintf(stderr, "\n");
    }
    array_free(&held);
    array_free(&other);
    return is_wrong ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "make") == 0) {
        make_small();
        return EXIT_SUCCESS;
    }
    if (argc == 2 && strcmp(argv[1], "make-readme") == 0) {
        make_readme();
        return EXIT_SUCCESS;
    }
    if (argc > 3 && strcmp(argv[1], "expect") == 0) {
        return expect(argv[2], (size_t)(argc - 3), argv + 3);
    }
    fprintf(stderr, "usage: docs_arrays make | make-readme | expect FILE VALUE...\n");
    return 2;
}
