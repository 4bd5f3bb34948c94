/* SPDX-License-Identifier: Apache-2.0 */
#include "command.h"
#include "mask_file.h"
#include "report.h"
#include "runner.h"
#include "target_choice.h"

/* What the command holds from its start to its end. Unpooling makes x of y, its backward dy of dx. */
typedef struct unpool_work {
    clpool_problem problem;
    array from, mask, to;
    cl_uint dropped;
    output_file file;
} unpool_work;

/* The shape of x is that of the operand of --backward, and given for that of unpooling. */
static exit_code check_shape(const options *given)
{
    if (given->backward && given->shape.count > 0) {
        return report_error(EXIT_BAD_INPUT, "--backward takes no --shape: DX has it; see clpool unpool --help");
    }
    if (given->backward && given->check) {
        return report_error(EXIT_BAD_INPUT, "--backward and --check exclude each other; see clpool unpool --help");
    }
    if (!given->backward && given->shape.count == 0) {
        return report_error(EXIT_BAD_INPUT, "flag '--shape' is missing; see clpool unpool --help");
    }
    return EXIT_DONE;
}

static exit_code check_flags(const options *given)
{
    exit_code code = check_shape(given);
    if (code == EXIT_DONE) {
        code = pooling_check(&given->pool);
    }
    if (code == EXIT_DONE) {
        code = pooling_check_mask(&given->pool, "--mask", true);
    }
    return code == EXIT_DONE ? pooling_check_strategy(&given->pool, RUNS_UNPOOL) : code;
}

static exit_code make_problem(const options *given, unpool_work *work)
{
    clpool_dtype dtype = CLPOOL_F32;
    exit_code code = pooling_dtype(&given->pool, given->operand, work->from.dtype, &dtype);
    if (code != EXIT_DONE) {
        return code;
    }
    return given->backward
               ? pooling_problem(&given->pool, given->operand, dtype, work->from.rank, work->from.shape, &work->problem)
               : pooling_problem(&given->pool, "--shape", dtype, given->shape.count, given->shape.values,
                                 &work->problem);
}

static exit_code prepare(const options *given, unpool_work *work)
{
    size_t x[CLPOOL_MAX_RANK + 2], y[CLPOOL_MAX_RANK + 2];
    unsigned rank = 0;
    exit_code code = array_read(given->operand, &work->from);
    if (code == EXIT_DONE) {
        code = make_problem(given, work);
    }
    if (code == EXIT_DONE) {
        (void)problem_x_shape(&work->problem, x);
        rank = problem_y_shape(&work->problem, y);
    }
    if (code == EXIT_DONE && !given->backward) {
        code = array_check(&work->from, given->operand, "y", work->from.dtype, rank, y);
    }
    if (code == EXIT_DONE) {
        code = mask_read(given->mask, &work->problem, &work->mask);
    }
    if (code == EXIT_DONE) {
        code = output_files_open(&work->file, &given->output, 1);
    }
    return code == EXIT_DONE ? array_make(work->from.dtype, rank, given->backward ? y : x, &work->to) : code;
}

static exit_code compute(const options *given, unpool_work *work)
{
    const host_tensors unpooled = {
        .x = work->to.data, .y = work->from.data, .mask = work->mask.data, .dropped = &work->dropped};
    const host_tensors fetched = {.x = work->from.data, .y = work->to.data, .mask = work->mask.data};
    target on;
    exit_code code = target_choose(given->device, &on);
    if (code == EXIT_DONE) {
        code = given->backward
                   ? runner_run_once(&on, &work->problem, RUN_UNPOOL_BACKWARD, given->pool.strategy, &fetched)
                   : runner_run_once(&on, &work->problem, RUN_UNPOOL, given->pool.strategy, &unpooled);
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
        return report_error(EXIT_BAD_INPUT, format, given->mask, work->dropped, work->from.elements, "");
    }
    report_note(format, given->mask, work->dropped, work->from.elements, "; their elements of y were dropped");
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
        code = array_write(&work.to, &work.file);
    }
    if (code == EXIT_DONE) {
        code = output_files_commit(&work.file, 1);
    }
    output_files_discard(&work.file, 1);
    array_free(&work.to);
    array_free(&work.mask);
    array_free(&work.from);
    return code;
}

const command command_unpool = {
    .syntax = {.name = "unpool",
               .flags = FLAGS_OUTPUT | FLAGS_MASK | FLAGS_SHAPE | FLAGS_POOL | FLAGS_LAYOUT | FLAGS_MASK_FORM |
                        FLAGS_CHECK | FLAGS_BACKWARD | FLAGS_DEVICE,
               .needed = FLAGS_OUTPUT | FLAGS_MASK | FLAGS_POOL,
               .operand = "Y.npy"},
    .summary = "puts the elements of forward's output back in their places",
    .help = "usage: clpool unpool Y.npy --mask M.npy --shape N,C,H,W -o X.npy POOL [--check] [--layout L]\n"
            "                     [--mask-form F] [--device D]\n"
            "       clpool unpool DX.npy --backward --mask M.npy -o DY.npy POOL ...\n"
            "\n"
            "Moves each element of Y to the element of X that its mask value names; the others become 0. Where several "
            "name\n"
            "one element, the last of them stays. M is the mask that clpool forward wrote with the same POOL, which "
            "must be\n"
            "one of the modes max, and --shape is the shape of X. Y has any dtype, and X the same. Values of the mask "
            "that\n"
            "name no element of their plane are dropped, with a note. The output appears whole or not at all.\n"
            "\n"
            "  --check                such values are an error, and no X appears\n"
            "  --backward             the gradient of Y from that of X: each element of DY is the element of DX that "
            "its\n"
            "                         mask value names, or 0 where it names none; takes no --shape and no --check\n"
            "\n"
            "  clpool unpool y.npy --mask mask.npy --shape 1,64,112,112 -o x.npy --kernel 2\n"
            "  clpool unpool y.npy --mask indices.npy --mask-form plane --shape 1,64,112,112 -o x.npy --kernel 2 "
            "--check\n"
            "  clpool unpool dx.npy --backward --mask mask.npy -o dy.npy --kernel 2\n" HELP_POOL HELP_LAYOUT
                HELP_MASK_FORM HELP_DEVICE,
    .run = run_unpool,
};
