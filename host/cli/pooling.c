/* SPDX-License-Identifier: Apache-2.0 */
#include "pooling.h"

#include <string.h>

#include "array.h"
#include "report.h"

static const pool_mode pool_modes[] = {
    {"max", CLPOOL_MAX, POOL_SLIDING},
    {"avg", CLPOOL_AVERAGE, POOL_SLIDING},
    {"lp", CLPOOL_LP, POOL_SLIDING},
    {"global_max", CLPOOL_MAX, POOL_GLOBAL},
    {"global_avg", CLPOOL_AVERAGE, POOL_GLOBAL},
    {"global_lp", CLPOOL_LP, POOL_GLOBAL},
    {"adaptive_max", CLPOOL_MAX, POOL_ADAPTIVE},
    {"adaptive_avg", CLPOOL_AVERAGE, POOL_ADAPTIVE},
    {"adaptive_lp", CLPOOL_LP, POOL_ADAPTIVE},
};
#define POOL_MODES (sizeof(pool_modes) / sizeof(pool_modes[0]))

const pool_mode *pool_mode_at(size_t index)
{
    return index < POOL_MODES ? &pool_modes[index] : NULL;
}

const char *pooling_mode_name(const pooling *given)
{
    size_t i;
    for (i = 0; i < POOL_MODES; i++) {
        if (pool_modes[i].mode == given->mode && pool_modes[i].windows == given->windows) {
            return pool_modes[i].name;
        }
    }
    return "?";
}

static bool divisor_is_given(const pooling *given)
{
    return given->has_divisor || given->count_include_pad;
}

static bool sliding_is_given(const pooling *given)
{
    return given->kernel.count + given->stride.count + given->padding_lo.count + given->dilation.count > 0 ||
           given->ceil || given->has_auto_pad;
}

bool pooling_gives_windows(const pooling *given)
{
    return sliding_is_given(given) || given->output_size.count > 0 || given->windows != POOL_SLIDING;
}

bool pooling_is_given(const pooling *given)
{
    return pooling_gives_windows(given) || given->mode != CLPOOL_MAX || divisor_is_given(given) || given->p > 0;
}

/* One number for every axis, or one for each; `otherwise` where none was given. */
static exit_code spread(const numbers *list, const char *flag, const size_t *otherwise, unsigned rank, size_t *out)
{
    unsigned axis;
    if (list->count > 1 && list->count != rank) {
        return report_error(EXIT_BAD_INPUT,
                            "%s has %u numbers; the array has %u spatial axes, so it takes 1 (for all of them) or %u",
                            flag, list->count, rank, rank);
    }
    for (axis = 0; axis < rank; axis++) {
        out[axis] = list->count == 0 ? otherwise[axis] : list->values[list->count == 1 ? 0 : axis];
    }
    return EXIT_DONE;
}

static exit_code spread_all(const pooling *given, clpool_problem *problem)
{
    static const size_t zeros[CLPOOL_MAX_RANK] = {0, 0, 0};
    static const size_t ones[CLPOOL_MAX_RANK] = {1, 1, 1};
    const struct {
        const numbers *list;
        const char *flag;
        const size_t *otherwise;
        size_t *out;
    } rows[] = {
        {&given->kernel, "--kernel", NULL, problem->kernel},
        {&given->stride, "--stride", problem->kernel, problem->stride},
        {&given->dilation, "--dilation", ones, problem->dilation},
        {&given->padding_lo, "--padding", zeros, problem->pad_lo},
        {&given->padding_hi, "--padding", zeros, problem->pad_hi},
    };
    exit_code code = EXIT_DONE;
    size_t i;
    if (given->kernel.count == 0) {
        return report_error(EXIT_BAD_INPUT, "--kernel is missing; every pooling needs it");
    }
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]) && code == EXIT_DONE; i++) {
        code = spread(rows[i].list, rows[i].flag, rows[i].otherwise, problem->rank, rows[i].out);
    }
    return code;
}

/* Windows that are not sliding take none of the flags of those that are. */
static exit_code check_windows(const pooling *given)
{
    if (given->windows != POOL_SLIDING && sliding_is_given(given)) {
        return report_error(EXIT_BAD_INPUT,
                            "mode %s takes no --kernel, --stride, --padding, --dilation, --ceil or --auto-pad",
                            pooling_mode_name(given));
    }
    if ((given->windows == POOL_ADAPTIVE) != (given->output_size.count > 0)) {
        return report_error(EXIT_BAD_INPUT,
                            given->windows == POOL_ADAPTIVE
                                ? "mode %s needs --output-size"
                                : "mode %s takes no --output-size; that is for the adaptive modes",
                            pooling_mode_name(given));
    }
    return EXIT_DONE;
}

/* The flags that only one of maximum, average and Lp has. */
static exit_code check_mode(const pooling *given)
{
    const struct {
        const char *flag;
        bool given;
        clpool_mode mode; /* the one that has it */
        const char *modes;
    } rows[] = {
        {"--mask-form", given->has_mask_form, CLPOOL_MAX, "max"},
        {"--nan", given->has_nan_rule, CLPOOL_MAX, "max"},
        {"--divisor", given->has_divisor, CLPOOL_AVERAGE, "avg"},
        {"--count-include-pad", given->count_include_pad, CLPOOL_AVERAGE, "avg"},
        {"--p", given->p > 0, CLPOOL_LP, "lp"},
    };
    size_t i;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].given && rows[i].mode != given->mode) {
            return report_error(EXIT_BAD_INPUT, "mode %s takes no %s; that is for %s, global_%s and adaptive_%s",
                                pooling_mode_name(given), rows[i].flag, rows[i].modes, rows[i].modes, rows[i].modes);
        }
    }
    if (given->mode == CLPOOL_LP && given->p == 0) {
        return report_error(EXIT_BAD_INPUT, "mode %s needs --p", pooling_mode_name(given));
    }
    return EXIT_DONE;
}

exit_code pooling_check(const pooling *given)
{
    exit_code code = check_windows(given);
    if (code == EXIT_DONE) {
        code = check_mode(given);
    }
    if (code != EXIT_DONE) {
        return code;
    }
    if (given->count_include_pad && given->has_divisor && given->divisor_rule != CLPOOL_INCLUDE_PAD) {
        return report_error(EXIT_BAD_INPUT,
                            "--count-include-pad means --divisor include; another --divisor excludes it");
    }
    if (given->has_auto_pad && (given->padding_lo.count > 0 || given->ceil)) {
        return report_error(EXIT_BAD_INPUT, "--auto-pad and %s exclude each other",
                            given->ceil ? "--ceil" : "--padding");
    }
    return EXIT_DONE;
}

exit_code pooling_check_mask(const pooling *given, const char *flag, bool flag_given)
{
    return given->mode == CLPOOL_MAX || !flag_given
               ? EXIT_DONE
               : report_error(EXIT_BAD_INPUT, "mode %s takes no %s; only max, global_max and adaptive_max have a mask",
                              pooling_mode_name(given), flag);
}

static exit_code set_windows(const pooling *given, clpool_problem *problem)
{
    switch (given->windows) {
    case POOL_GLOBAL:
        memcpy(problem->kernel, problem->in, sizeof(problem->kernel));
        memcpy(problem->stride, problem->in, sizeof(problem->stride));
        return EXIT_DONE;
    case POOL_ADAPTIVE:
        problem->windows = CLPOOL_ADAPTIVE;
        return spread(&given->output_size, "--output-size", NULL, problem->rank, problem->out);
    default:
        return spread_all(given, problem);
    }
}

exit_code pooling_dtype(const pooling *given, const char *name, npy_dtype held, clpool_dtype *dtype)
{
    static const struct {
        npy_dtype held;
        clpool_dtype dtype;
    } rows[] = {{NPY_F32, CLPOOL_F32}, {NPY_F64, CLPOOL_F64}, {NPY_F16, CLPOOL_F16},
                {NPY_I8, CLPOOL_I8},   {NPY_U8, CLPOOL_U8},   {NPY_I32, CLPOOL_I32}};
    size_t i;
    if (given->is_bf16) {
        *dtype = CLPOOL_BF16;
        return held == NPY_U16 ? EXIT_DONE
                               : report_error(EXIT_BAD_INPUT, "%s: dtype is %s; with --dtype bf16 it must be u16", name,
                                              npy_dtype_name(held));
    }
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].held == held) {
            *dtype = rows[i].dtype;
            return EXIT_DONE;
        }
    }
    return report_error(EXIT_BAD_INPUT,
                        "%s: dtype is %s; it must be f32, f64, f16, i8, u8 or i32, or with --dtype bf16 u16", name,
                        npy_dtype_name(held));
}

/* Everything but the windows. */
static clpool_problem describe(const pooling *given, clpool_dtype dtype, unsigned rank, const size_t *shape)
{
    bool last = given->layout == CLPOOL_CHANNELS_LAST;
    clpool_problem problem =
        clpool_problem_nd(rank, shape[0], shape[last ? rank + 1 : 1], shape + (last ? 1 : 2), 0, 0, 0);
    problem.mode = given->mode;
    problem.layout = given->layout;
    problem.mask_form = given->mask_form;
    problem.dtype = dtype;
    problem.nan_rule = given->nan_rule;
    problem.rounding = given->ceil ? CLPOOL_CEIL : CLPOOL_FLOOR;
    problem.divisor_rule = given->divisor_rule;
    problem.divisor = given->divisor;
    problem.p = given->p;
    return problem;
}

exit_code pooling_problem(const pooling *given, const char *x_name, clpool_dtype dtype, unsigned rank,
                          const size_t *shape, clpool_problem *problem)
{
    char text[SHAPE_TEXT_BYTES];
    clpool_status status = CLPOOL_SUCCESS;
    exit_code code = pooling_check(given);
    if (code != EXIT_DONE) {
        return code;
    }
    if (rank < 3 || rank > CLPOOL_MAX_RANK + 2) {
        return report_error(EXIT_BAD_INPUT, "%s: shape is %s; it must be %s with 1 to %d spatial axes", x_name,
                            shape_text(rank, shape, text),
                            given->layout == CLPOOL_CHANNELS_LAST ? "(N, spatial, C)" : "(N, C, spatial)",
                            CLPOOL_MAX_RANK);
    }
    *problem = describe(given, dtype, rank - 2, shape);
    code = set_windows(given, problem);
    if (code != EXIT_DONE) {
        return code;
    }
    if (given->has_auto_pad) {
        status = clpool_problem_set_auto_pad(problem, given->auto_pad);
    }
    if (status == CLPOOL_SUCCESS) {
        status = clpool_problem_check(problem);
    }
    return status == CLPOOL_SUCCESS ? EXIT_DONE : report_status(status, x_name);
}

bool strategy_exists(clpool_op op, const char *name)
{
    const size_t length = strcspn(name, ":"); /* values of parameters may follow; a plan checks them */
    const char *known;
    size_t i;
    for (i = 0; (known = clpool_strategy_name(op, i)) != NULL; i++) {
        if (strlen(known) == length && strncmp(known, name, length) == 0) {
            break;
        }
    }
    return known != NULL;
}

exit_code pooling_check_strategy(const pooling *given, unsigned runs)
{
    static const char *const op_names[] = {
        [CLPOOL_FORWARD] = "forward", [CLPOOL_BACKWARD] = "backward", [CLPOOL_UNPOOL] = "unpool"};
    message known;
    int op;
    message_set(&known, "%s", "");
    for (op = CLPOOL_FORWARD; op <= CLPOOL_UNPOOL; op++) {
        const char *name;
        size_t i;
        if (given->strategy == NULL || (runs & 1u << op) == 0) {
            continue;
        }
        if (strategy_exists((clpool_op)op, given->strategy)) {
            return EXIT_DONE;
        }
        message_add(&known, "; %s has:", op_names[op]);
        for (i = 0; (name = clpool_strategy_name((clpool_op)op, i)) != NULL; i++) {
            message_add(&known, " %s", name);
        }
    }
    return given->strategy == NULL
               ? EXIT_DONE
               : report_error(EXIT_BAD_INPUT, "--strategy '%s' is not known%s", given->strategy, known.text);
}

/* An array's shape in the order of the layout. */
static unsigned fill_shape(const clpool_problem *problem, const size_t *spatial, size_t shape[CLPOOL_MAX_RANK + 2])
{
    bool last = problem->layout == CLPOOL_CHANNELS_LAST;
    shape[0] = problem->batch;
    shape[last ? problem->rank + 1 : 1] = problem->channels;
    memcpy(shape + (last ? 1 : 2), spatial, problem->rank * sizeof(*shape));
    return problem->rank + 2;
}

unsigned problem_x_shape(const clpool_problem *problem, size_t shape[CLPOOL_MAX_RANK + 2])
{
    return fill_shape(problem, problem->in, shape);
}

unsigned problem_y_shape(const clpool_problem *problem, size_t shape[CLPOOL_MAX_RANK + 2])
{
    size_t out[CLPOOL_MAX_RANK] = {0};
    (void)clpool_output_extent(problem, out);
    return fill_shape(problem, out, shape);
}

static bool is_packed(const clpool_problem *problem)
{
    return problem->mask_form == CLPOOL_MASK_WINDOW_2BIT || problem->mask_form == CLPOOL_MASK_WINDOW_4BIT;
}

unsigned problem_mask_shape(const clpool_problem *problem, size_t shape[CLPOOL_MAX_RANK + 2])
{
    if (!is_packed(problem)) {
        return problem_y_shape(problem, shape);
    }
    shape[0] = 0;
    (void)clpool_tensor_elements(problem, CLPOOL_MASK, &shape[0]);
    return 1;
}

npy_dtype problem_mask_dtype(const clpool_problem *problem)
{
    size_t bytes = 0;
    if (problem->mask_form != CLPOOL_MASK_WINDOW && !is_packed(problem)) {
        return problem->mask_form == CLPOOL_MASK_PLANE_I32 ? NPY_I32 : NPY_I64;
    }
    (void)clpool_mask_element_bytes(problem, &bytes);
    return bytes == 1 ? NPY_U8 : bytes == 2 ? NPY_U16 : NPY_U32;
}
