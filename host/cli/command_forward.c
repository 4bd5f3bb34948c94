/* SPDX-License-Identifier: Apache-2.0 */
#include "array.h"
#include "command.h"
#include "mask_file.h"
#include "runner.h"
#include "target_choice.h"

enum { FILE_Y, FILE_MASK, FILES };

/* Computes y, and the mask where it is wanted, on the target that the flags name. */
static exit_code compute(const options *given, const clpool_problem *problem, const array *x, const fused_work *fused,
                         array *y, array *mask)
{
    size_t shape[CLPOOL_MAX_RANK + 2];
    unsigned rank = problem_y_shape(problem, shape);
    target on;
    host_tensors tensors = {.input = NULL};
    exit_code code = array_make(x->dtype, rank, shape, y);
    if (code == EXIT_DONE && given->mask != NULL) {
        code = mask_make(problem, mask);
    }
    if (code == EXIT_DONE) {
        code = target_choose(given->device, &on);
    }
    if (code == EXIT_DONE) {
        tensors.x = x->data;
        tensors.y = y->data;
        tensors.mask = mask->data;
        tensors.fused = fused_flag(&given->fusion) == NULL ? NULL : fused;
        code = runner_run_once(&on, problem, RUN_FORWARD, given->pool.strategy, &tensors);
        target_close(&on);
    }
    return code;
}

static exit_code check_flags(const options *given)
{
    exit_code code = pooling_check(&given->pool);
    if (code == EXIT_DONE) {
        code = pooling_check_mask(&given->pool, "--mask", given->mask != NULL);
    }
    if (code == EXIT_DONE) {
        code = fused_check(&given->fusion, &given->pool);
    }
    return code == EXIT_DONE ? pooling_check_strategy(&given->pool, RUNS_FORWARD) : code;
}

static exit_code run_forward(const options *given)
{
    const char *const paths[FILES] = {[FILE_Y] = given->output, [FILE_MASK] = given->mask};
    output_file files[FILES] = {{.path = NULL}};
    array x = {.data = NULL}, y = {.data = NULL}, mask = {.data = NULL};
    fused_work fused = {.given = NULL};
    clpool_problem problem;
    clpool_dtype dtype = CLPOOL_F32;
    exit_code code = check_flags(given);
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
        code = fused_read(&given->fusion, &problem, &fused);
    }
    if (code == EXIT_DONE) {
        code = output_files_open(files, paths, FILES);
    }
    if (code == EXIT_DONE) {
        code = compute(given, &problem, &x, &fused, &y, &mask);
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
    fused_free(&fused);
    array_free(&mask);
    array_free(&y);
    array_free(&x);
    return code;
}

const command command_forward = {
    .syntax = {.name = "forward",
               .flags = FLAGS_OUTPUT | FLAGS_MASK | FLAGS_POOL | FLAGS_LAYOUT | FLAGS_MASK_FORM | FLAGS_FUSION |
                        FLAGS_STORE | FLAGS_DEVICE,
               .needed = FLAGS_OUTPUT | FLAGS_POOL,
               .operand = "X.npy"},
    .summary = "pools an array; of maximum also stores which elements won",
    .help =
        "usage: clpool forward X.npy -o Y.npy [--mask M.npy] POOL [--layout L] [--mask-form F]\n"
        "                      [--load-expression E] [--relu] [--store-expression E] [--parameters P.npy]\n"
        "                      [--device D]\n"
        "\n"
        "Pools X, an array of shape (N, C, spatial) with 1 to 3 spatial axes, into Y of the same dtype: f32, f64 or\n"
        "f16; i8 and u8 in the modes max and avg; i32 in the modes max. The mask, which only the modes max have, "
        "holds\n"
        "for each window the number of its winning tap; clpool backward and clpool unpool take it. Files appear whole\n"
        "or not at all.\n"
        "\n"
        "  clpool forward x.npy -o y.npy --kernel 2\n"
        "  clpool forward x.npy -o y.npy --mask mask.npy --kernel 3 --stride 2 --padding 1 --device native\n"
        "  clpool forward x.npy -o y.npy --mode avg --kernel 3 --stride 2 --padding 1 --divisor exclude\n"
        "  clpool forward x.npy -o y.npy --mode global_lp --p 2\n"
        "  clpool forward x.npy -o y.npy --kernel 2 --load-expression 'x*p0+p1' --parameters p.npy "
        "--relu\n" HELP_POOL HELP_LAYOUT HELP_MASK_FORM HELP_FUSION
        "  --store-expression E   what is stored of each pooled value x, behind --relu\n" HELP_DEVICE,
    .run = run_forward,
};
