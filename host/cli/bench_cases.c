/* SPDX-License-Identifier: Apache-2.0 */
#include "bench_cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench_spec.h"
#include "report.h"

/* suites.txt, which the build embeds. */
extern const unsigned char cli_suites[];
extern const size_t cli_suites_size;

#define DEFAULT_SUITE "peers"
#define ALL_SUITES "all"

static const char *const suite_names[] = {"alexnet", "vgg",    "resnet", "googlenet", "inception", "spp",
                                          "unet3d",  "text1d", "global", "wide",      "peers",     ALL_SUITES};
#define SUITES (sizeof(suite_names) / sizeof(suite_names[0]))

const char *bench_suite_name(size_t index)
{
    return index < SUITES ? suite_names[index] : NULL;
}

/* One line of suites.txt. */
typedef struct suite_line {
    char suites[80]; /* with commas between them */
    char name[CASE_NAME_BYTES];
    char spec[BENCH_SPEC_BYTES];
} suite_line;

/* Reads the next line that has a case, and moves *at behind it; false at the end. */
static bool next_line(const char **at, suite_line *read)
{
    while (**at != '\0') {
        const char *line = *at;
        size_t length = strcspn(line, "\n");
        *at += length + (line[length] == '\n' ? 1 : 0);
        if (line[0] != '#' && sscanf(line, "%79s %39s %159s", read->suites, read->name, read->spec) == 3) {
            return true;
        }
    }
    return false;
}

/* Cuts the first name off a list with commas: its length, and in *at what follows. */
static size_t next_name(const char **at)
{
    size_t length = strcspn(*at, ",");
    *at += length + ((*at)[length] == ',' ? 1 : 0);
    return length;
}

/* True if the list with commas has the name. */
static bool lists(const char *list, const char *name, size_t length)
{
    while (*list != '\0') {
        const char *part = list;
        if (next_name(&list) == length && strncmp(part, name, length) == 0) {
            return true;
        }
    }
    return false;
}

/* True if two lists with commas have a name in common. */
static bool share_name(const char *list, const char *other)
{
    while (*list != '\0') {
        const char *name = list;
        size_t length = next_name(&list);
        if (lists(other, name, length)) {
            return true;
        }
    }
    return false;
}

static exit_code check_suite(const char *name, size_t length)
{
    message why;
    size_t index;
    return word_find(bench_suite_name, name, length, &index, &why)
               ? EXIT_DONE
               : report_error(EXIT_BAD_INPUT, "--suite: %s", why.text);
}

/* Of a list that ends with a comma the last name is empty. */
static exit_code check_suites(const char *list)
{
    const char *at = list;
    exit_code code;
    do {
        const char *name = at;
        size_t length = next_name(&at);
        code = check_suite(name, length);
    } while (code == EXIT_DONE && at > list && at[-1] == ',');
    return code;
}

/* Puts a shape N, C, spatial into the order of the layout. */
static void order_shape(const numbers *from, clpool_layout layout, size_t shape[NUMBERS_MAX])
{
    memcpy(shape, from->values, from->count * sizeof(*shape));
    if (layout == CLPOOL_CHANNELS_LAST && from->count > 2) {
        memmove(shape + 1, from->values + 2, (from->count - 2) * sizeof(*shape));
        shape[from->count - 1] = from->values[1];
    }
}

/* Adds a case; `batch` takes the place of its N unless it is 0. */
static exit_code add_case(const pooling *given, const char *name, const char *text, size_t batch, bench_cases *made)
{
    compare_case *added = &made->list[made->count];
    clpool_dtype dtype = given->has_dtype ? given->dtype : CLPOOL_F32;
    pooling pool = *given;
    size_t shape[NUMBERS_MAX];
    bench_spec spec;
    message why;
    exit_code code;
    if (!bench_spec_parse(text, &spec, &why)) {
        return report_error(EXIT_BAD_INPUT, "--case: %s; see clpool bench --help", why.text);
    }
    if (spec.kernel.count > 0 && pooling_gives_windows(given)) {
        return report_error(EXIT_BAD_INPUT, "%s: the case says its windows; no flag may say others", name);
    }
    if (spec.kernel.count > 0) {
        pool.kernel = spec.kernel;
        pool.stride = spec.stride;
        pool.padding_lo = spec.padding_lo;
        pool.padding_hi = spec.padding_hi;
    }
    if (batch > 0) {
        spec.shape.values[0] = batch;
    }
    order_shape(&spec.shape, pool.layout, shape);
    code = pooling_problem(&pool, name, dtype, spec.shape.count, shape, &added->problem);
    if (code == EXIT_DONE && added->problem.batch == 0) {
        code = report_error(EXIT_BAD_INPUT, "%s: N is 0; there is nothing to measure", name);
    }
    (void)snprintf(added->name, sizeof(added->name), "%s", name);
    added->mode = pooling_mode_name(given);
    made->count += code == EXIT_DONE ? 1 : 0;
    return code;
}

static exit_code add_suite(const options *given, bench_cases *made)
{
    const char *suite = given->suite == NULL ? DEFAULT_SUITE : given->suite;
    const char *at = (const char *)cli_suites;
    suite_line line;
    exit_code code = check_suites(suite);
    while (code == EXIT_DONE && next_line(&at, &line)) {
        bool wanted = lists(suite, ALL_SUITES, strlen(ALL_SUITES)) || share_name(line.suites, suite);
        if (wanted && (given->only == NULL || strstr(line.name, given->only) != NULL)) {
            code = add_case(&given->pool, line.name, line.spec, given->batch, made);
        }
    }
    if (code == EXIT_DONE && made->count == 0) {
        code = report_error(EXIT_BAD_INPUT, "--only: no case of the suite %s has '%s' in its name", suite, given->only);
    }
    return code;
}

/* No suite has more cases than the file has lines. */
static size_t most_cases(void)
{
    size_t lines = 1, i;
    for (i = 0; i < cli_suites_size; i++) {
        lines += cli_suites[i] == '\n' ? 1 : 0;
    }
    return lines;
}

exit_code bench_cases_make(const options *given, bench_cases *made)
{
    exit_code code;
    memset(made, 0, sizeof(*made));
    if (given->one_case != NULL && (given->suite != NULL || given->only != NULL || given->batch > 0)) {
        return report_error(EXIT_BAD_INPUT, "--case and %s exclude each other",
                            given->suite != NULL  ? "--suite"
                            : given->only != NULL ? "--only"
                                                  : "--batch");
    }
    made->list = calloc(most_cases(), sizeof(*made->list));
    if (made->list == NULL) {
        return report_no_memory();
    }
    code = given->one_case != NULL ? add_case(&given->pool, given->one_case, given->one_case, 0, made)
                                   : add_suite(given, made);
    if (code != EXIT_DONE) {
        bench_cases_free(made);
    }
    return code;
}

void bench_cases_free(bench_cases *freed)
{
    free(freed->list);
    memset(freed, 0, sizeof(*freed));
}
