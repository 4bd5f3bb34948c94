/* SPDX-License-Identifier: Apache-2.0 */
#include "array.h"
#include "command.h"
#include "runner.h"
#include "target_choice.h"

enum { FILE_Y, FILE_MASK, FILES };

/* Computes y, and the mask where it is wanted, on the target that the flags name. */
static exit_code compute(const options *given, const clpool_problem *problem, const array *x, array *y, array *mask)
{
    size_t shape[CLPOOL_MAX_RANK + 2];
    unsigned rank = problem_y_shape(problem, shape);
    target on;
    host_tensors tensors = {.input = NULL};
    exit_code code = array_make(x->dtype, rank, shape, y);
    if (code == EXIT_DONE && given->mask != NULL) {
        code = array_make(problem_mask_dtype(problem), rank, shape, mask);
    }
    if (code == EXIT_DONE) {
        code = target_choose(given->device, &on);
    }
    if (code == EXIT_DONE) {
        tensors.x = x->data;
        tensors.y = y->data;
        tensors.mask = mask->data;
        code = runner_run_once(&on, problem, CLPOOL_FORWARD, given->pool.strategy, &tensors);
        target_close(&on);
    }
    return code;
}

static exit_code run_forward(const options *given)
{
    const char *const paths[FILES] = {[FILE_Y] = given->output, [FILE_MASK] = given->mask};
    output_file files[FILES] = {{.path = NULL}};
    array x = {.data = NULL}, y = {.data = NULL}, mask = {.data = NULL};
    clpool_problem problem;
    clpool_dtype dtype = CLPOOL_F32;
    exit_code code = pooling_check_strategy(&given->pool, RUNS_FORWARD);
    if (code == EXIT_DONE) {
        code = array_read(given->operand, &x);
    }
    if (code == EXIT_DONE) {
        code = pooling_dtype(&given->pool, given->operand, x.dtype, &dtype);
    }
    if (code == EXIT_DONE) {
        code = pooling_problem(&given->pool, given->operand, dtype, x.rank, x.shape, &problem);
    }
    if (code == EXIT_DONE) {
        code = output_files_open(files, paths, FILES);
    }
    if (code == EXIT_DONE) {
        code = compute(given, &problem, &x, &y, &mask);
    }
    if (code == EXIT_DONE) {
        code = array_write(&y, &files[FILE_Y]);
    }
    if (code == EXIT_DONE && given->mask != NULL) {
        code = array_write(&mask, &files[FILE_MASK]);
    }
    if (code == EXIT_DONE) {
        code = output_files_commit(files, FILES);
    }
    output_files_discard(files, FILES);
    array_free(&mask);
    array_free(&y);
    array_free(&x);
    return code;
}

const command command_forward = {
    .syntax = {.name = "forward",
               .flags = FLAGS_OUTPUT | FLAGS_MASK | FLAGS_POOL | FLAGS_LAYOUT | FLAGS_MASK_FORM | FLAGS_DEVICE,
               .needed = FLAGS_OUTPUT | FLAGS_POOL,
               .operand = "X.npy"},
    .summary = "pools an array; stores which elements won",
    .help =
        "usage: clpool forward X.npy -o Y.npy [--mask M.npy] POOL [--layout L] [--mask-form F]\n"
        "                      [--device D]\n"
        "\n"
        "Pools X, an array of shape (N, C, spatial) with 1 to 3 spatial axes in f32, f64, f16, i8, u8 or i32, into Y "
        "of\n"
        "the same dtype. The mask holds, for each window, the number of its winning tap (u8, u16 or u32 by the "
        "window's\n"
        "size); clpool backward takes it. Files appear whole or not at all.\n"
        "\n"
        "  clpool forward x.npy -o y.npy --kernel 2\n"
        "  clpool forward x.npy -o y.npy --mask mask.npy --kernel 3 --stride 2 --padding 1 --device native\n" HELP_POOL
            HELP_LAYOUT HELP_DEVICE,
    .run = run_forward,
};
