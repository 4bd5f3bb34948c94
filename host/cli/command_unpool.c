/* SPDX-License-Identifier: Apache-2.0 */
#include "command.h"
#include "mask_file.h"
#include "report.h"
#include "runner.h"
#include "target_choice.h"

/* What the command holds from its start to its end. */
typedef struct unpool_work {
    clpool_problem problem;
    array y, mask, x;
    cl_uint dropped;
    output_file file;
} unpool_work;

static exit_code check_flags(const options *given)
{
    exit_code code = pooling_check(&given->pool);
    if (code == EXIT_DONE) {
        code = pooling_check_mask(&given->pool, "--mask", true);
    }
    return code == EXIT_DONE ? pooling_check_strategy(&given->pool, RUNS_UNPOOL) : code;
}

static exit_code prepare(const options *given, unpool_work *work)
{
    size_t shape[CLPOOL_MAX_RANK + 2];
    unsigned rank;
    clpool_dtype dtype = CLPOOL_F32;
    exit_code code = array_read(given->operand, &work->y);
    if (code == EXIT_DONE) {
        code = pooling_dtype(&given->pool, given->operand, work->y.dtype, &dtype);
    }
    if (code == EXIT_DONE) {
        code = pooling_problem(&given->pool, "--shape", dtype, given->shape.count, given->shape.values, &work->problem);
    }
    if (code == EXIT_DONE) {
        rank = problem_y_shape(&work->problem, shape);
        code = array_check(&work->y, given->operand, "y", work->y.dtype, rank, shape);
    }
    if (code == EXIT_DONE) {
        code = mask_read(given->mask, &work->problem, &work->mask);
    }
    if (code == EXIT_DONE) {
        code = output_files_open(&work->file, &given->output, 1);
    }
    if (code == EXIT_DONE) {
        rank = problem_x_shape(&work->problem, shape);
        code = array_make(work->y.dtype, rank, shape, &work->x);
    }
    return code;
}

static exit_code compute(const options *given, unpool_work *work)
{
    const host_tensors tensors = {
        .x = work->x.data, .y = work->y.data, .mask = work->mask.data, .dropped = &work->dropped};
    target on;
    exit_code code = target_choose(given->device, &on);
    if (code == EXIT_DONE) {
        code = runner_run_once(&on, &work->problem, RUN_UNPOOL, given->pool.strategy, &tensors);
        target_close(&on);
    }
    return code;
}

/* Says what became of values that name no element; with --check they are an error. */
static exit_code report_dropped(const options *given, const unpool_work *work)
{
    static const char format[] = "%s: %u of the mask's %zu values name no element of x%s";
    if (work->dropped == 0) {
        return EXIT_DONE;
    }
    if (given->check) {
        return report_error(EXIT_BAD_INPUT, format, given->mask, work->dropped, work->y.elements, "");
    }
    report_note(format, given->mask, work->dropped, work->y.elements, "; their elements of y were dropped");
    return EXIT_DONE;
}

static exit_code run_unpool(const options *given)
{
    unpool_work work = {.dropped = 0};
    exit_code code = check_flags(given);
    if (code == EXIT_DONE) {
        code = prepare(given, &work);
    }
    if (code == EXIT_DONE) {
        code = compute(given, &work);
    }
    if (code == EXIT_DONE) {
        code = report_dropped(given, &work);
    }
    if (code == EXIT_DONE) {
        code = array_write(&work.x, &work.file);
    }
    if (code == EXIT_DONE) {
        code = output_files_commit(&work.file, 1);
    }
    output_files_discard(&work.file, 1);
    array_free(&work.x);
    array_free(&work.mask);
    array_free(&work.y);
    return code;
}

const command command_unpool = {
    .syntax = {.name = "unpool",
               .flags = FLAGS_OUTPUT | FLAGS_MASK | FLAGS_SHAPE | FLAGS_POOL | FLAGS_LAYOUT | FLAGS_MASK_FORM |
                        FLAGS_CHECK | FLAGS_DEVICE,
               .needed = FLAGS_OUTPUT | FLAGS_MASK | FLAGS_SHAPE | FLAGS_POOL,
               .operand = "Y.npy"},
    .summary = "puts the elements of forward's output back in their places",
    .help = "usage: clpool unpool Y.npy --mask M.npy --shape N,C,H,W -o X.npy POOL [--check] [--layout L]\n"
            "                     [--mask-form F] [--device D]\n"
            "\n"
            "Moves each element of Y to the element of X that its mask value names; the others become 0. Where several "
            "name\n"
            "one element, the last of them stays. M is the mask that clpool forward wrote with the same POOL, which "
            "must be\n"
            "one of the modes max, and --shape is the shape of X. Y has any dtype, and X the same. Values of the mask "
            "that\n"
            "name no element of their plane are dropped, with a note. X appears whole or not at all.\n"
            "\n"
            "  --check                such values are an error, and no X appears\n"
            "\n"
            "  clpool unpool y.npy --mask mask.npy --shape 1,64,112,112 -o x.npy --kernel 2\n"
            "  clpool unpool y.npy --mask indices.npy --mask-form plane --shape 1,64,112,112 -o x.npy --kernel 2 "
            "--check\n" HELP_POOL HELP_LAYOUT HELP_MASK_FORM HELP_DEVICE,
    .run = run_unpool,
};
