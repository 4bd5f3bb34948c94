/* SPDX-License-Identifier: Apache-2.0 */
#include "array.h"
#include "command.h"
#include "runner.h"
#include "target_choice.h"

static exit_code compute(const options *given, const clpool_problem *problem, const array *dy, const array *mask,
                         array *dx)
{
    target on;
    host_tensors tensors;
    exit_code code = array_make(dy->dtype, given->shape.count, given->shape.values, dx);
    if (code == EXIT_DONE) {
        code = target_choose(given->device, &on);
    }
    if (code == EXIT_DONE) {
        tensors.x = dx->data;
        tensors.y = dy->data;
        tensors.mask = mask->data;
        code = runner_run_once(&on, problem, CLPOOL_BACKWARD, given->pool.strategy, &tensors);
        target_close(&on);
    }
    return code;
}

/* Reads DY, whose dtype is the problem's, and the mask, and makes the problem that they fit. */
static exit_code read_inputs(const options *given, clpool_problem *problem, array *dy, array *mask)
{
    size_t shape[CLPOOL_MAX_RANK + 2];
    unsigned rank = 0;
    clpool_dtype dtype = CLPOOL_F32;
    exit_code code = array_read(given->operand, dy);
    if (code == EXIT_DONE) {
        code = pooling_dtype(&given->pool, given->operand, dy->dtype, &dtype);
    }
    if (code == EXIT_DONE) {
        code = pooling_problem(&given->pool, "--shape", dtype, given->shape.count, given->shape.values, problem);
    }
    if (code == EXIT_DONE) {
        rank = problem_y_shape(problem, shape);
        code = array_check(dy, given->operand, "dy", dy->dtype, rank, shape);
    }
    if (code == EXIT_DONE) {
        code = array_read(given->mask, mask);
    }
    if (code == EXIT_DONE) {
        code = array_check(mask, given->mask, "the mask", problem_mask_dtype(problem), rank, shape);
    }
    return code;
}

static exit_code run_backward(const options *given)
{
    output_file file = {.path = NULL};
    array dy = {.data = NULL}, mask = {.data = NULL}, dx = {.data = NULL};
    clpool_problem problem;
    exit_code code = pooling_check_strategy(&given->pool, RUNS_BACKWARD);
    if (code == EXIT_DONE) {
        code = read_inputs(given, &problem, &dy, &mask);
    }
    if (code == EXIT_DONE) {
        code = output_files_open(&file, &given->output, 1);
    }
    if (code == EXIT_DONE) {
        code = compute(given, &problem, &dy, &mask, &dx);
    }
    if (code == EXIT_DONE) {
        code = array_write(&dx, &file);
    }
    if (code == EXIT_DONE) {
        code = output_files_commit(&file, 1);
    }
    output_files_discard(&file, 1);
    array_free(&dx);
    array_free(&mask);
    array_free(&dy);
    return code;
}

const command command_backward = {
    .syntax = {.name = "backward",
               .flags = FLAGS_OUTPUT | FLAGS_MASK | FLAGS_SHAPE | FLAGS_POOL | FLAGS_LAYOUT | FLAGS_DEVICE,
               .needed = FLAGS_OUTPUT | FLAGS_MASK | FLAGS_SHAPE | FLAGS_POOL,
               .operand = "DY.npy"},
    .summary = "sends a gradient back through the mask of forward",
    .help =
        "usage: clpool backward DY.npy --mask M.npy --shape N,C,H,W -o DX.npy POOL [--layout L] [--device D]\n"
        "\n"
        "Adds each element of DY to the element of DX that won its window. M is the mask that clpool forward wrote\n"
        "with the same POOL, and --shape is the shape that its X had. DY is f32, f64 or f16, and DX of the same "
        "dtype.\n"
        "DX appears whole or not at all.\n"
        "\n"
        "  clpool backward dy.npy --mask mask.npy --shape 1,64,112,112 -o dx.npy --kernel 3 --stride 2 --padding "
        "1\n" HELP_POOL HELP_LAYOUT HELP_DEVICE,
    .run = run_backward,
};
