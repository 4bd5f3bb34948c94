/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>

#include "command.h"
#include "json_parts.h"
#include "mask_file.h"
#include "report.h"
#include "runner.h"
#include "target_choice.h"

/* What the command holds from its start to its end. */
typedef struct mask_work {
    clpool_problem problem;
    array from, to;
    cl_ulong count;
    output_file file;
} mask_work;

static exit_code check_flags(const options *given)
{
    exit_code code = pooling_check(&given->pool);
    if (code == EXIT_DONE) {
        code = pooling_check_mask(&given->pool, "mask", true);
    }
    if (code != EXIT_DONE) {
        return code;
    }
    if (given->pool.strategy != NULL) {
        return report_error(EXIT_BAD_INPUT, "clpool mask pools nothing; it takes no --strategy");
    }
    if (given->json_file != NULL && !given->check) {
        return report_error(EXIT_BAD_INPUT, "--json is for --check; a conversion has nothing to say");
    }
    if (given->check && (given->has_to || given->output != NULL)) {
        return report_error(EXIT_BAD_INPUT, "--check and %s exclude each other; see clpool mask --help",
                            given->has_to ? "--to" : "-o");
    }
    if (!given->check && (!given->has_to || given->output == NULL)) {
        return report_error(EXIT_BAD_INPUT, "flag '%s' is missing, or --check in place of both; see clpool mask --help",
                            given->has_to ? "-o" : "--to");
    }
    return EXIT_DONE;
}

/* The result of a conversion, once it is certain that the form can be had. */
static exit_code prepare_result(const options *given, mask_work *work)
{
    clpool_problem converted = work->problem;
    exit_code code;
    converted.mask_form = given->to;
    if (clpool_problem_check(&converted) != CLPOOL_SUCCESS) {
        return report_error(EXIT_BAD_INPUT, "--to: %s", clpool_error_detail());
    }
    code = mask_make(&converted, &work->to);
    return code == EXIT_DONE ? output_files_open(&work->file, &given->output, 1) : code;
}

/* The mask is the same whatever the tensors' dtype is. */
static exit_code prepare(const options *given, mask_work *work)
{
    exit_code code =
        pooling_problem(&given->pool, "--shape", CLPOOL_F32, given->shape.count, given->shape.values, &work->problem);
    if (code == EXIT_DONE) {
        code = mask_read(given->operand, &work->problem, &work->from);
    }
    if (code == EXIT_DONE) {
        code = given->check ? output_files_open(&work->file, &given->json_file, 1) : prepare_result(given, work);
    }
    return code;
}

static exit_code compute(const options *given, mask_work *work)
{
    const host_tensors convert = {.mask = work->from.data, .to = work->to.data, .to_form = given->to};
    const host_tensors check = {.mask = work->from.data, .count = &work->count};
    target on;
    exit_code code = target_choose(given->device, &on);
    if (code == EXIT_DONE) {
        code = runner_run_once(&on, &work->problem, given->check ? RUN_CHECK_MASK : RUN_CONVERT_MASK, NULL,
                               given->check ? &check : &convert);
        target_close(&on);
    }
    return code;
}

static exit_code finish_check(const options *given, mask_work *work)
{
    size_t values = 0;
    exit_code code = EXIT_DONE;
    (void)clpool_tensor_elements(&work->problem, CLPOOL_Y, &values);
    (void)printf("%s: %" PRIu64 " of %zu values name no tap inside the array\n", given->operand, (uint64_t)work->count,
                 values);
    if (given->json_file != NULL) {
        code = json_write(json_pack("{s:I, s:I}", "values", (json_int_t)values, "invalid", (json_int_t)work->count),
                          &work->file);
    }
    if (code == EXIT_DONE) {
        code = output_files_commit(&work->file, 1);
    }
    return code == EXIT_DONE && work->count > 0 ? EXIT_DIFFERENCE : code;
}

static exit_code finish(const options *given, mask_work *work)
{
    exit_code code;
    if (given->check) {
        return finish_check(given, work);
    }
    code = array_write(&work->to, &work->file);
    return code == EXIT_DONE ? output_files_commit(&work->file, 1) : code;
}

static exit_code run_mask(const options *given)
{
    mask_work work = {.count = 0};
    exit_code code = check_flags(given);
    if (code == EXIT_DONE) {
        code = prepare(given, &work);
    }
    if (code == EXIT_DONE) {
        code = compute(given, &work);
    }
    if (code == EXIT_DONE) {
        code = finish(given, &work);
    }
    output_files_discard(&work.file, 1);
    array_free(&work.to);
    array_free(&work.from);
    return code;
}

const command command_mask = {
    .syntax = {.name = "mask",
               .flags = FLAGS_OUTPUT | FLAGS_SHAPE | FLAGS_POOL | FLAGS_LAYOUT | FLAGS_MASK_FORM | FLAGS_CHECK |
                        FLAGS_TO | FLAGS_DEVICE | FLAGS_JSON_FILE,
               .needed = FLAGS_SHAPE | FLAGS_POOL,
               .operand = "M.npy"},
    .summary = "converts a mask to another form, or checks it",
    .help =
        "usage: clpool mask M.npy --shape N,C,H,W POOL [--mask-form F] (--to F2 -o M2.npy | --check [--json F])\n"
        "                   [--layout L] [--device D]\n"
        "\n"
        "M is a mask that clpool forward wrote, or anything else, with the same POOL, which must be one of the modes\n"
        "max; --shape is the shape that X had, and --mask-form the form that M has.\n"
        "\n"
        "  --to F2                the form of M2, named as for --mask-form; values that name no tap of their window\n"
        "                         inside X become the sentinel, which has all bits set\n"
        "  --check                counts such values (without the sentinels of windows that have no tap inside), and\n"
        "                         exits with 1 if there is one\n"
        "  --json F               write the counts as JSON too; - is standard output, in place of the text\n"
        "\n"
        "  clpool mask mask.npy --shape 1,64,112,112 --kernel 2 --to plane -o indices.npy\n"
        "  clpool mask indices.npy --shape 1,64,112,112 --kernel 2 --mask-form plane --check\n" HELP_POOL HELP_LAYOUT
            HELP_MASK_FORM HELP_DEVICE,
    .run = run_mask,
};
