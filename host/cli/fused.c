/* SPDX-License-Identifier: Apache-2.0 */
#include "fused.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

const char *fused_flag(const fused_flags *given)
{
    if (given->load_expression != NULL) {
        return "--load-expression";
    }
    if (given->store_expression != NULL) {
        return "--store-expression";
    }
    return given->relu ? "--relu" : given->parameters != NULL ? "--parameters" : NULL;
}

exit_code fused_check(const fused_flags *given, const pooling *pool)
{
    const bool has_expression = given->load_expression != NULL || given->store_expression != NULL;
    if (given->parameters != NULL && !has_expression) {
        return report_error(EXIT_BAD_INPUT, "--parameters without an expression that has them; see clpool forward "
                                            "--help");
    }
    if (given->relu && pool->mode != CLPOOL_MAX) {
        return report_error(EXIT_BAD_INPUT,
                            "mode %s takes no --relu; --load-expression 'fmax(x, 0)' is for forward of every mode",
                            pooling_mode_name(pool));
    }
    return EXIT_DONE;
}

static exit_code check_parameters(const char *path, const clpool_problem *problem, const array *read)
{
    const npy_dtype dtype = problem->dtype == CLPOOL_F64 ? NPY_F64 : NPY_F32;
    const bool is_shaped = read->rank == 1 || (read->rank == 2 && read->shape[1] == problem->channels);
    char text[SHAPE_TEXT_BYTES];
    if (!is_shaped || read->shape[0] < 1 || read->shape[0] > CLPOOL_MAX_PARAMETERS) {
        return report_error(EXIT_BAD_INPUT,
                            "%s: shape is %s; parameters are (P,), or one for each channel (P, %zu), with P from 1 to "
                            "%d",
                            path, shape_text(read->rank, read->shape, text), problem->channels, CLPOOL_MAX_PARAMETERS);
    }
    return array_check_dtype(read, path, dtype);
}

exit_code fused_read(const fused_flags *given, const clpool_problem *problem, fused_work *read)
{
    exit_code code = EXIT_DONE;
    memset(read, 0, sizeof(*read));
    read->given = given;
    if (given->parameters != NULL) {
        code = array_read(given->parameters, &read->parameters);
        if (code == EXIT_DONE) {
            code = check_parameters(given->parameters, problem, &read->parameters);
        }
    }
    return code;
}

void fused_options(const fused_work *work, cl_mem parameters, clpool_plan_options *options)
{
    const array *held = &work->parameters;
    options->load_expression = work->given->load_expression;
    options->store_expression = work->given->store_expression;
    options->activation = work->given->relu ? CLPOOL_RELU : CLPOOL_NO_ACTIVATION;
    if (parameters != NULL) {
        options->parameter_count = (unsigned)held->shape[0];
        options->parameter_scope = held->rank == 1 ? CLPOOL_PER_TENSOR : CLPOOL_PER_CHANNEL;
        options->parameters = clpool_at(parameters, 0);
    }
}

/* A text, and below it a mark at the byte that the library's error names. */
static void point_at(const char *text)
{
    static const char before[] = " at byte ";
    const char *at = strstr(clpool_error_detail(), before);
    if (at != NULL && text != NULL) {
        (void)fprintf(stderr, "  %s\n  %*s^\n", text, (int)strtoul(at + strlen(before), NULL, 10), "");
    }
}

void fused_explain(const fused_work *work, clpool_status status)
{
    static const char load[] = "load_expression";
    const fused_flags *given = work->given;
    if (status == CLPOOL_INVALID_ARGUMENT) {
        point_at(strncmp(clpool_error_detail(), load, strlen(load)) == 0 ? given->load_expression
                                                                         : given->store_expression);
    }
    if (status == CLPOOL_BUILD_FAILED && given->load_expression != NULL) {
        report_note("compiled with --load-expression '%s'", given->load_expression);
    }
    if (status == CLPOOL_BUILD_FAILED && given->store_expression != NULL) {
        report_note("compiled with --store-expression '%s'", given->store_expression);
    }
}

void fused_free(fused_work *freed)
{
    array_free(&freed->parameters);
}
