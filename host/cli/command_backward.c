/* SPDX-License-Identifier: Apache-2.0 */
#include "array.h"
#include "command.h"
#include "mask_file.h"
#include "report.h"
#include "runner.h"
#include "target_choice.h"

/* Files in, and the problem that they fit. The winners are in the mask, or, where none was given, follow from the
 * input. Average needs neither; Lp the input, and y. */
typedef struct inputs {
    clpool_problem problem;
    array dy;
    array mask;
    array input;
    array y;
} inputs;

static exit_code compute(const options *given, const inputs *in, const fused_work *fused, array *dx)
{
    size_t shape[CLPOOL_MAX_RANK + 2];
    unsigned rank = problem_x_shape(&in->problem, shape);
    target on;
    exit_code code = array_make(in->dy.dtype, rank, shape, dx);
    if (code == EXIT_DONE) {
        code = target_choose(given->device, &on);
    }
    if (code == EXIT_DONE) {
        const host_tensors tensors = {.x = dx->data,
                                      .y = in->dy.data,
                                      .mask = in->mask.data,
                                      .input = in->input.data,
                                      .output = in->y.data,
                                      .fused = fused_flag(&given->fusion) == NULL ? NULL : fused};
        code = runner_run_once(&on, &in->problem, RUN_BACKWARD, given->pool.strategy, &tensors);
        target_close(&on);
    }
    return code;
}

/* Maximum takes a mask and a shape, or the input in place of both. */
static exit_code check_choice(const options *given)
{
    if (given->input != NULL && (given->mask != NULL || given->shape.count > 0)) {
        return report_error(EXIT_BAD_INPUT, "--input and %s exclude each other; see clpool backward --help",
                            given->mask != NULL ? "--mask" : "--shape");
    }
    if (given->input == NULL && (given->mask == NULL || given->shape.count == 0)) {
        return report_error(EXIT_BAD_INPUT,
                            "flag '%s' is missing, or --input in place of both; see clpool backward --help",
                            given->mask == NULL ? "--mask" : "--shape");
    }
    return EXIT_DONE;
}

/* Which files and flags a mode takes; all but maximum, which has a choice, need what they take. */
static exit_code check_tensors(const options *given)
{
    enum { AVERAGE = 1 << CLPOOL_AVERAGE, LP = 1 << CLPOOL_LP, MAX = 1 << CLPOOL_MAX };
    const struct {
        const char *flag;
        bool given;
        unsigned modes; /* that take it */
    } rows[] = {
        {"--mask", given->mask != NULL, MAX},
        {"--shape", given->shape.count > 0, MAX | AVERAGE},
        {"--input", given->input != NULL, MAX | LP},
        {"--y", given->y != NULL, LP},
    };
    const char *mode = pooling_mode_name(&given->pool);
    size_t i;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        bool takes = (rows[i].modes & 1u << given->pool.mode) != 0;
        if (rows[i].given && !takes) {
            return report_error(EXIT_BAD_INPUT, "backward of mode %s takes no %s; see clpool backward --help", mode,
                                rows[i].flag);
        }
        if (!rows[i].given && takes && given->pool.mode != CLPOOL_MAX) {
            return report_error(EXIT_BAD_INPUT, "backward of mode %s needs %s; see clpool backward --help", mode,
                                rows[i].flag);
        }
    }
    return given->pool.mode == CLPOOL_MAX ? check_choice(given) : EXIT_DONE;
}

/* A mask says itself which winners there are, and which --relu has cut. */
static exit_code check_fusion(const options *given)
{
    const char *asked = fused_flag(&given->fusion);
    if (asked != NULL && (given->pool.mode != CLPOOL_MAX || given->input == NULL)) {
        return report_error(EXIT_BAD_INPUT,
                            "%s is for maximum from --input, whose winners are found again; see clpool backward --help",
                            asked);
    }
    return fused_check(&given->fusion, &given->pool);
}

static exit_code check_flags(const options *given)
{
    exit_code code = pooling_check(&given->pool);
    if (code == EXIT_DONE) {
        code = check_tensors(given);
    }
    if (code == EXIT_DONE) {
        code = check_fusion(given);
    }
    return code == EXIT_DONE ? pooling_check_strategy(&given->pool, RUNS_BACKWARD) : code;
}

/* The shape of x: the input's own, or the one given. */
static exit_code make_problem(const options *given, inputs *in)
{
    bool from_input = given->input != NULL;
    clpool_dtype dtype = CLPOOL_F32;
    exit_code code = pooling_dtype(&given->pool, given->operand, in->dy.dtype, &dtype);
    if (code == EXIT_DONE && from_input) {
        code = array_read_as(given->input, in->dy.dtype, &in->input);
    }
    if (code == EXIT_DONE) {
        code = pooling_problem(&given->pool, from_input ? given->input : "--shape", dtype,
                               from_input ? in->input.rank : given->shape.count,
                               from_input ? in->input.shape : given->shape.values, &in->problem);
    }
    return code;
}

static exit_code read_inputs(const options *given, inputs *in)
{
    size_t shape[CLPOOL_MAX_RANK + 2];
    unsigned rank = 0;
    exit_code code = array_read(given->operand, &in->dy);
    if (code == EXIT_DONE) {
        code = make_problem(given, in);
    }
    if (code == EXIT_DONE) {
        rank = problem_y_shape(&in->problem, shape);
        code = array_check(&in->dy, given->operand, "dy", in->dy.dtype, rank, shape);
    }
    if (code == EXIT_DONE && given->y != NULL) {
        code = array_read(given->y, &in->y);
    }
    if (code == EXIT_DONE && given->y != NULL) {
        code = array_check(&in->y, given->y, "y", in->dy.dtype, rank, shape);
    }
    if (code == EXIT_DONE && given->mask != NULL) {
        code = mask_read(given->mask, &in->problem, &in->mask);
    }
    return code;
}

static exit_code run_backward(const options *given)
{
    output_file file = {.path = NULL};
    inputs in = {.dy = {.data = NULL}};
    array dx = {.data = NULL};
    fused_work fused = {.given = NULL};
    exit_code code = check_flags(given);
    if (code == EXIT_DONE) {
        code = read_inputs(given, &in);
    }
    if (code == EXIT_DONE) {
        code = fused_read(&given->fusion, &in.problem, &fused);
    }
    if (code == EXIT_DONE) {
        code = output_files_open(&file, &given->output, 1);
    }
    if (code == EXIT_DONE) {
        code = compute(given, &in, &fused, &dx);
    }
    if (code == EXIT_DONE) {
        code = array_write(&dx, &file);
    }
    if (code == EXIT_DONE) {
        code = output_files_commit(&file, 1);
    }
    output_files_discard(&file, 1);
    fused_free(&fused);
    array_free(&dx);
    array_free(&in.y);
    array_free(&in.input);
    array_free(&in.mask);
    array_free(&in.dy);
    return code;
}

const command command_backward = {
    .syntax = {.name = "backward",
               .flags = FLAGS_OUTPUT | FLAGS_MASK | FLAGS_SHAPE | FLAGS_INPUT | FLAGS_Y | FLAGS_POOL | FLAGS_LAYOUT |
                        FLAGS_MASK_FORM | FLAGS_FUSION | FLAGS_DEVICE,
               .needed = FLAGS_OUTPUT | FLAGS_POOL,
               .operand = "DY.npy"},
    .summary = "sends a gradient back to the elements that forward pooled",
    .help =
        "usage: clpool backward DY.npy (--mask M.npy --shape N,C,H,W | --input X.npy) -o DX.npy POOL [--layout L]\n"
        "                       [--mask-form F] [--load-expression E] [--parameters P.npy] [--relu] [--device D]\n"
        "       clpool backward DY.npy --shape N,C,H,W -o DX.npy --mode avg POOL ...\n"
        "       clpool backward DY.npy --input X.npy --y Y.npy -o DX.npy --mode lp POOL ...\n"
        "\n"
        "Maximum adds each element of DY to the element of DX that won its window. M is the mask that clpool forward\n"
        "wrote with the same POOL, and --shape is the shape that its X had; or X itself, from which the winners are\n"
        "found again. Average shares each element of DY among its window, and needs only the shape. Lp takes the X "
        "and\n"
        "the Y of clpool forward. Fused work is given again with --input. DY is f32, f64 or f16, and DX of the same\n"
        "dtype. DX appears whole or not at all.\n"
        "\n"
        "  clpool backward dy.npy --mask mask.npy --shape 1,64,112,112 -o dx.npy --kernel 3 --stride 2 --padding 1\n"
        "  clpool backward dy.npy --input x.npy -o dx.npy --kernel 3 --stride 2 --padding 1\n"
        "  clpool backward dy.npy --input x.npy -o dx.npy --kernel 2 --load-expression 'x*2-1' --relu\n"
        "  clpool backward dy.npy --shape 1,64,112,112 -o dx.npy --mode avg --kernel 2\n"
        "  clpool backward dy.npy --input x.npy --y y.npy -o dx.npy --mode lp --p 2 --kernel 2\n" HELP_POOL HELP_LAYOUT
            HELP_MASK_FORM HELP_FUSION HELP_DEVICE,
    .run = run_backward,
};
