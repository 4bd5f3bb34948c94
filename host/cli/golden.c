/* SPDX-License-Identifier: Apache-2.0 */
#include "golden.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input_file.h"
#include "report.h"

/* One entry of the list while it is being understood. */
typedef struct entry {
    const char *file; /* of the list, for messages */
    const json_t *object;
    size_t number; /* from 0 */
} entry;

static exit_code malformed(const entry *of, const char *field, const char *rule)
{
    const json_t *name = json_object_get(of->object, "name");
    (void)report_error(EXIT_BAD_INPUT, "%s: cases[%zu] (%s): \"%s\" %s", of->file, of->number,
                       json_is_string(name) ? json_string_value(name) : "no name", field, rule);
    return EXIT_BAD_INPUT;
}

static exit_code read_text(const entry *of, const char *field, const char **text)
{
    const json_t *value = json_object_get(of->object, field);
    if (!json_is_string(value)) {
        return malformed(of, field, value == NULL ? "is missing" : "is not a string");
    }
    *text = json_string_value(value);
    return EXIT_DONE;
}

/* A list of exactly `count` whole numbers. */
static exit_code read_sizes(const entry *of, const char *field, size_t count, size_t *sizes)
{
    const json_t *list = json_object_get(of->object, field);
    size_t i;
    if (list == NULL) {
        return malformed(of, field, "is missing");
    }
    if (!json_is_array(list) || json_array_size(list) != count) {
        return malformed(of, field, "is not a list with a number for each axis");
    }
    for (i = 0; i < count; i++) {
        const json_t *value = json_array_get(list, i);
        if (!json_is_integer(value) || json_integer_value(value) < 0) {
            return malformed(of, field, "holds something else than whole numbers");
        }
        sizes[i] = (size_t)json_integer_value(value);
    }
    return EXIT_DONE;
}

static exit_code read_rounding(const entry *of, clpool_rounding *rounding)
{
    const json_t *ceil_mode = json_object_get(of->object, "ceil_mode");
    if (!json_is_boolean(ceil_mode)) {
        return malformed(of, "ceil_mode", ceil_mode == NULL ? "is missing" : "is neither true nor false");
    }
    *rounding = json_is_true(ceil_mode) ? CLPOOL_CEIL : CLPOOL_FLOOR;
    return EXIT_DONE;
}

/* PyTorch's divisor_override counts before its count_include_pad. */
static exit_code read_divisor(const entry *of, clpool_problem *problem)
{
    const json_t *include = json_object_get(of->object, "count_include_pad");
    const json_t *divisor = json_object_get(of->object, "divisor_override");
    if (divisor != NULL && !json_is_null(divisor)) {
        if (!json_is_integer(divisor) || json_integer_value(divisor) < 1) {
            return malformed(of, "divisor_override", "is neither null nor a number of at least 1");
        }
        problem->divisor_rule = CLPOOL_FIXED_DIVISOR;
        problem->divisor = (size_t)json_integer_value(divisor);
        return EXIT_DONE;
    }
    if (!json_is_boolean(include)) {
        return malformed(of, "count_include_pad", include == NULL ? "is missing" : "is neither true nor false");
    }
    problem->divisor_rule = json_is_true(include) ? CLPOOL_INCLUDE_PAD : CLPOOL_EXCLUDE_PAD;
    return EXIT_DONE;
}

static exit_code read_p(const entry *of, unsigned *p)
{
    const json_t *value = json_object_get(of->object, "p");
    if (!json_is_integer(value) || json_integer_value(value) < 1 || json_integer_value(value) > UINT_MAX) {
        return malformed(of, "p", value == NULL ? "is missing" : "is not a number of at least 1");
    }
    *p = (unsigned)json_integer_value(value);
    return EXIT_DONE;
}

/* Adaptive windows follow from the output's extents alone. */
static exit_code read_adaptive(const entry *of, unsigned rank, clpool_problem *problem)
{
    problem->windows = CLPOOL_ADAPTIVE;
    return read_sizes(of, "output_size", rank, problem->out);
}

static exit_code read_geometry(const entry *of, unsigned rank, clpool_problem *problem)
{
    const struct {
        const char *field;
        size_t *sizes;
    } rows[] = {
        {"kernel", problem->kernel},
        {"stride", problem->stride},
        {"padding", problem->pad_lo},
        {"dilation", problem->dilation},
    };
    exit_code code = read_rounding(of, &problem->rounding);
    size_t i;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]) && code == EXIT_DONE; i++) {
        code = read_sizes(of, rows[i].field, rank, rows[i].sizes);
    }
    /* PyTorch pads both sides alike. */
    memcpy(problem->pad_hi, problem->pad_lo, sizeof(problem->pad_hi));
    return code;
}

/* A mode that can be run, as PyTorch's functions are called. */
typedef struct golden_mode {
    const char *name;
    clpool_mode mode;
    bool is_adaptive;
} golden_mode;

static const golden_mode *find_mode(const char *name)
{
    static const golden_mode modes[] = {{"max", CLPOOL_MAX, false},
                                        {"avg", CLPOOL_AVERAGE, false},
                                        {"lp", CLPOOL_LP, false},
                                        {"adaptive_max", CLPOOL_MAX, true},
                                        {"adaptive_avg", CLPOOL_AVERAGE, true}};
    size_t i;
    for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        if (strcmp(modes[i].name, name) == 0) {
            return &modes[i];
        }
    }
    return NULL;
}

static exit_code read_mode(const entry *of, const golden_mode *mode, unsigned rank, clpool_problem *problem)
{
    exit_code code = mode->is_adaptive ? read_adaptive(of, rank, problem) : read_geometry(of, rank, problem);
    problem->mode = mode->mode;
    if (code == EXIT_DONE && mode->mode == CLPOOL_AVERAGE && !mode->is_adaptive) {
        code = read_divisor(of, problem);
    }
    if (code == EXIT_DONE && mode->mode == CLPOOL_LP) {
        code = read_p(of, &problem->p);
    }
    return code;
}

static exit_code read_case(const entry *of, const golden_mode *mode, golden_case *made)
{
    size_t axes = json_array_size(json_object_get(of->object, "shape"));
    size_t shape[CLPOOL_MAX_RANK + 2] = {0};
    size_t out_shape[CLPOOL_MAX_RANK + 2] = {0};
    unsigned rank;
    exit_code code;
    if (axes < 3 || axes > CLPOOL_MAX_RANK + 2) {
        return malformed(of, "shape", "is not (N, C, spatial) with 1 to 3 spatial axes");
    }
    code = read_sizes(of, "shape", axes, shape);
    if (code == EXIT_DONE) {
        code = read_sizes(of, "out_shape", axes, out_shape);
    }
    if (code != EXIT_DONE) {
        return code;
    }
    rank = (unsigned)axes - 2;
    made->problem = clpool_problem_nd(rank, shape[0], shape[1], shape + 2, 0, 0, 0);
    memcpy(made->out, out_shape + 2, rank * sizeof(*made->out));
    code = read_mode(of, mode, rank, &made->problem);
    if (code == EXIT_DONE && clpool_problem_check(&made->problem) != CLPOOL_SUCCESS) {
        code = report_error(EXIT_BAD_INPUT, "%s: case %s: %s", of->file, made->name, clpool_error_detail());
    }
    return code;
}

static void count_skip(golden *opened, const char *mode, const char *dtype)
{
    golden_skip *skip;
    char kind[sizeof(skip->kind)];
    size_t i;
    (void)snprintf(kind, sizeof(kind), dtype == NULL ? "%s" : "%s %s", mode, dtype);
    for (i = 0; i < opened->skip_kinds && strcmp(opened->skips[i].kind, kind) != 0; i++) {
    }
    if (i == GOLDEN_SKIPS) {
        i = GOLDEN_SKIPS - 1;
        (void)snprintf(kind, sizeof(kind), "others");
    }
    skip = &opened->skips[i];
    memcpy(skip->kind, kind, sizeof(kind));
    skip->count++;
    opened->skip_kinds = opened->skip_kinds > i + 1 ? opened->skip_kinds : i + 1;
}

/* The data's dtype where an entry has one that is not f32; NULL otherwise. */
static const char *other_dtype(const entry *of)
{
    const char *dtype = json_string_value(json_object_get(of->object, "dtype"));
    return dtype == NULL || strcmp(dtype, "f32") == 0 || strcmp(dtype, "float32") == 0 ? NULL : dtype;
}

static exit_code take_entry(const entry *of, golden *opened)
{
    golden_case *made = &opened->cases[opened->count];
    const char *name = "";
    const char *mode_name = "";
    const golden_mode *mode;
    exit_code code = read_text(of, "name", &name);
    if (code == EXIT_DONE && strchr(name, '/') != NULL) {
        code = malformed(of, "name", "must not contain '/'");
    }
    if (code == EXIT_DONE) {
        code = read_text(of, "mode", &mode_name);
    }
    if (code != EXIT_DONE) {
        return code;
    }
    made->name = name;
    mode = find_mode(mode_name);
    if (mode == NULL || other_dtype(of) != NULL) {
        count_skip(opened, mode_name, other_dtype(of));
        return EXIT_DONE;
    }
    code = read_case(of, mode, made);
    opened->count += code == EXIT_DONE ? 1 : 0;
    return code;
}

static exit_code take_entries(const char *file, golden *opened)
{
    const json_t *list = json_object_get(opened->root, "cases");
    entry of = {file, NULL, 0};
    exit_code code = EXIT_DONE;
    if (!json_is_array(list)) {
        return report_error(EXIT_BAD_INPUT, "%s: it must be an object with a list \"cases\"", file);
    }
    opened->cases = calloc(json_array_size(list) + 1, sizeof(*opened->cases));
    if (opened->cases == NULL) {
        return report_no_memory();
    }
    for (; of.number < json_array_size(list) && code == EXIT_DONE; of.number++) {
        of.object = json_array_get(list, of.number);
        code = take_entry(&of, opened);
    }
    return code;
}

/* FOLDER/NAME and what follows it, for the caller to free. */
static char *join(const char *folder, const char *name, const char *tail)
{
    size_t size = strlen(folder) + strlen(name) + strlen(tail) + 2;
    char *path = malloc(size);
    if (path != NULL) {
        (void)snprintf(path, size, "%s/%s%s", folder, name, tail);
    }
    return path;
}

exit_code golden_take(const char *folder, const char *file, const unsigned char *bytes, size_t size, golden *opened)
{
    json_error_t error;
    exit_code code;
    memset(opened, 0, sizeof(*opened));
    opened->folder = folder;
    opened->root = json_loadb((const char *)bytes, size, JSON_REJECT_DUPLICATES, &error);
    if (opened->root != NULL) {
        code = take_entries(file, opened);
    } else if (json_error_code(&error) == json_error_out_of_memory || error.text[0] == '\0') {
        code = report_no_memory(); /* Jansson has no words for some of it */
    } else {
        code = report_error(EXIT_BAD_INPUT, "%s:%d:%d: %s", file, error.line, error.column, error.text);
    }
    if (code != EXIT_DONE) {
        golden_close(opened);
    }
    return code;
}

exit_code golden_open(const char *folder, golden *opened)
{
    char *file = join(folder, "cases.json", "");
    unsigned char *bytes = NULL;
    size_t size = 0;
    exit_code code = file == NULL ? report_no_memory() : input_file_read(file, &bytes, &size);
    memset(opened, 0, sizeof(*opened));
    if (code == EXIT_DONE) {
        code = golden_take(folder, file, bytes, size, opened);
    }
    free(bytes);
    free(file);
    return code;
}

void golden_close(golden *closed)
{
    free(closed->cases);
    json_decref(closed->root);
    memset(closed, 0, sizeof(*closed));
}

exit_code golden_read(const golden *from, const golden_case *of, const char *suffix, npy_dtype dtype, unsigned rank,
                      const size_t *shape, array *read)
{
    char tail[32];
    char *path;
    exit_code code;
    (void)snprintf(tail, sizeof(tail), "-%s.npy", suffix);
    path = join(from->folder, of->name, tail);
    if (path == NULL) {
        return report_no_memory();
    }
    code = array_read(path, read);
    if (code == EXIT_DONE) {
        code = array_check(read, path, suffix, dtype, rank, shape);
    }
    free(path);
    return code;
}
