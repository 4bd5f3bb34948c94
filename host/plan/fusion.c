/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/fusion.h"

#include "base/size.h"
#include "base/status.h"
#include "problem/expression.h"

#include <stdio.h>
#include <stdlib.h>

/* Both expressions, and some lines. */
enum { DEFINITIONS_BYTES = 2 * EXPRESSION_TEXT_BYTES + 256 };

static const char relu_definition[] = "#define CLPOOL_RELU 1\n";

static clpool_status check_activation(const clpool_plan_options *options, const struct geometry *geometry)
{
    const struct mask_format *format = &geometry->mask_format;
    if (options->activation != CLPOOL_NO_ACTIVATION && options->activation != CLPOOL_RELU) {
        return status_fail(CLPOOL_INVALID_ARGUMENT, "activation is %d; it must be CLPOOL_NO_ACTIVATION or CLPOOL_RELU",
                           (int)options->activation);
    }
    if (options->activation == CLPOOL_NO_ACTIVATION) {
        return CLPOOL_SUCCESS;
    }
    if (geometry->mode != CLPOOL_MAX) {
        return status_fail(CLPOOL_UNSUPPORTED,
                           "activation is CLPOOL_RELU, which is for maximum; fmax(x, 0) as load_expression is for all");
    }
    if (format->bits < 8 && geometry->taps == (size_t)1 << format->bits) {
        return status_fail(CLPOOL_UNSUPPORTED,
                           "activation is CLPOOL_RELU, and windows of %zu taps leave no mask value of %zu bits for "
                           "those that pass no gradient",
                           geometry->taps, format->bits);
    }
    return CLPOOL_SUCCESS;
}

static clpool_status check_parameters(const clpool_plan_options *options, const struct geometry *geometry)
{
    const bool has_expressions = options->load_expression != NULL || options->store_expression != NULL;
    if (options->parameter_count > CLPOOL_MAX_PARAMETERS) {
        return status_fail(CLPOOL_INVALID_ARGUMENT, "parameter_count is %u; it must be at most %d",
                           options->parameter_count, CLPOOL_MAX_PARAMETERS);
    }
    if (options->parameter_count != 0 && !has_expressions) {
        return status_fail(CLPOOL_INVALID_ARGUMENT, "parameter_count is %u, and there is no expression",
                           options->parameter_count);
    }
    if (options->parameter_scope != CLPOOL_PER_CHANNEL && options->parameter_scope != CLPOOL_PER_TENSOR) {
        return status_fail(CLPOOL_INVALID_ARGUMENT,
                           "parameter_scope is %d; it must be CLPOOL_PER_CHANNEL or CLPOOL_PER_TENSOR",
                           (int)options->parameter_scope);
    }
    if (has_expressions && geometry->dtype->id == CLPOOL_I32) {
        return status_fail(CLPOOL_UNSUPPORTED, "an expression for dtype i32, which f32 does not hold");
    }
    return CLPOOL_SUCCESS;
}

/** Adds "#define MACRO (TEXT)" of an expression, unless that is NULL. */
static clpool_status add_expression(char *definitions, size_t *length, const char *macro, const char *name,
                                    const char *expression, const struct fusion *fusion,
                                    const struct geometry *geometry)
{
    char text[EXPRESSION_TEXT_BYTES];
    if (expression == NULL) {
        return CLPOOL_SUCCESS;
    }
    const clpool_status status =
        expression_translate(name, expression, fusion->parameter_count, geometry->dtype->id == CLPOOL_F64, text);
    if (status == CLPOOL_SUCCESS) {
        *length +=
            (size_t)snprintf(definitions + *length, DEFINITIONS_BYTES - *length, "#define %s (%s)\n", macro, text);
    }
    return status;
}

static clpool_status write_definitions(struct fusion *fusion, const clpool_plan_options *options,
                                       const struct geometry *geometry)
{
    fusion->definitions = malloc(DEFINITIONS_BYTES);
    if (fusion->definitions == NULL) {
        return status_fail(CLPOOL_OUT_OF_MEMORY, "no memory for a plan's expressions");
    }
    size_t length = (size_t)snprintf(fusion->definitions, DEFINITIONS_BYTES,
                                     "%s#define CLPOOL_PARAMETERS %u\n#define CLPOOL_PER_TENSOR %d\n",
                                     fusion->activation == CLPOOL_RELU ? relu_definition : "", fusion->parameter_count,
                                     fusion->scope == CLPOOL_PER_TENSOR);
    clpool_status status = add_expression(fusion->definitions, &length, "CLPOOL_LOAD_EXPRESSION", "load_expression",
                                          options->load_expression, fusion, geometry);
    if (status == CLPOOL_SUCCESS) {
        status = add_expression(fusion->definitions, &length, "CLPOOL_STORE_EXPRESSION", "store_expression",
                                options->store_expression, fusion, geometry);
    }
    return status;
}

/** Checks the caller's buffer and keeps it. */
static clpool_status keep_parameters(struct fusion *fusion, const clpool_plan_options *options, cl_context context,
                                     const struct geometry *geometry)
{
    fusion->parameters = options->parameters;
    struct tensor tensor = fusion_tensor(fusion, geometry);
    fusion->parameters.mem = NULL;
    clpool_status status = tensors_check(context, &tensor, 1);
    if (status == CLPOOL_SUCCESS) {
        const cl_int code = clRetainMemObject(options->parameters.mem);
        status = code == CL_SUCCESS ? status : status_fail_cl(code, "clRetainMemObject(parameters) failed");
    }
    if (status == CLPOOL_SUCCESS) {
        fusion->parameters.mem = options->parameters.mem;
    }
    return status;
}

clpool_status fusion_make(struct fusion *fusion, const clpool_plan_options *options, cl_context context,
                          struct geometry *geometry)
{
    clpool_status status = check_activation(options, geometry);
    if (status == CLPOOL_SUCCESS) {
        status = check_parameters(options, geometry);
    }
    if (status != CLPOOL_SUCCESS) {
        return status;
    }
    *fusion = (struct fusion){.activation = options->activation,
                              .has_expressions = options->load_expression != NULL || options->store_expression != NULL,
                              .parameter_count = options->parameter_count,
                              .scope = options->parameter_scope};
    geometry->is_fused = fusion->has_expressions || fusion->activation != CLPOOL_NO_ACTIVATION;
    if (geometry->is_fused) {
        status = write_definitions(fusion, options, geometry);
    }
    if (status == CLPOOL_SUCCESS && fusion->parameter_count != 0) {
        status = keep_parameters(fusion, options, context, geometry);
    }
    return status;
}

void fusion_free(struct fusion *fusion)
{
    if (fusion->parameters.mem != NULL) {
        (void)clReleaseMemObject(fusion->parameters.mem);
    }
    free(fusion->definitions);
}

const char *fusion_definitions(const struct fusion *fusion, clpool_op op, bool is_other)
{
    if (op == CLPOOL_UNPOOL) {
        return fusion->activation == CLPOOL_RELU ? relu_definition : "";
    }
    /* Backward from a mask reads no x, and dy as it is. */
    return fusion->definitions == NULL || (op == CLPOOL_BACKWARD && !is_other) ? "" : fusion->definitions;
}

struct tensor fusion_tensor(const struct fusion *fusion, const struct geometry *geometry)
{
    const size_t most = SIZE_MAX / 128; /* more than any buffer has */
    const size_t channels = fusion->scope == CLPOOL_PER_TENSOR ? 1 : size_min(geometry->channels, most);
    return (struct tensor){.name = "parameters",
                           .buffer = fusion->parameters,
                           .elements = fusion->parameter_count * channels,
                           .element_bytes = geometry->dtype->id == CLPOOL_F64 ? sizeof(double) : sizeof(float),
                           .access = TENSOR_READ};
}
