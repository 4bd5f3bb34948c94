/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>
#include <string.h>

#include "command.h"
#include "comparison.h"
#include "report.h"

#define DEFAULT_RUNS 5

enum { JSON_FILE, REPORT_FILE, FILES };

static exit_code prepare(const options *given, comparison *made)
{
    exit_code code = pooling_check(&given->pool);
    if (code == EXIT_DONE) {
        code = pooling_check_strategy(&given->pool, RUNS_FORWARD | RUNS_BACKWARD);
    }
    if (code == EXIT_DONE) {
        code = compare_cases_make(given->operand, &given->pool, &made->cases);
    }
    return code;
}

static exit_code write_files(const options *given, const comparison *made, output_file files[FILES])
{
    exit_code code = EXIT_DONE;
    if (given->json_file != NULL) {
        code = comparison_write_json(made, &files[JSON_FILE]);
    }
    if (code == EXIT_DONE && given->report_file != NULL) {
        code = comparison_write_html(made, &files[REPORT_FILE]);
    }
    return code == EXIT_DONE ? output_files_commit(files, FILES) : code;
}

/* Whatever it finds is printed and written. */
static exit_code run_and_print(const options *given, comparison *made)
{
    const size_t runs = given->runs == 0 ? DEFAULT_RUNS : given->runs;
    exit_code found = comparison_run(made, given->pool.strategy, runs);
    comparison_print(made);
    if (given->report_file != NULL) {
        exit_code copied = comparison_measure_copies(made, runs);
        found = copied > found ? copied : found;
    }
    return found;
}

static exit_code run_compare(const options *given)
{
    const char *const paths[FILES] = {[JSON_FILE] = given->json_file, [REPORT_FILE] = given->report_file};
    comparison made;
    output_file files[FILES];
    exit_code found = EXIT_DONE;
    exit_code code;
    memset(&made, 0, sizeof(made));
    memset(files, 0, sizeof(files));
    target_open_native(&made.native);
    code = prepare(given, &made);
    if (code == EXIT_DONE) {
        code = output_files_open(files, paths, FILES);
    }
    if (code == EXIT_DONE) {
        code = targets_choose(given->device, "all", &made.devices);
    }
    if (code == EXIT_DONE) {
        found = run_and_print(given, &made);
        code = write_files(given, &made, files);
    }
    output_files_discard(files, FILES);
    comparison_free(&made);
    return code == EXIT_DONE ? found : code;
}

const command command_compare = {
    .syntax = {.name = "compare",
               .flags = FLAGS_POOL | FLAGS_ANY_DTYPE | FLAGS_LAYOUT | FLAGS_MASK_FORM | FLAGS_DEVICE | FLAGS_JSON_FILE |
                        FLAGS_RUNS | FLAGS_REPORT,
               .operand = "X.npy|X.png",
               .operand_optional = true},
    .summary = "runs the same work on the CPU and on every device",
    .help =
        "usage: clpool compare [X.npy|X.png] [POOL] [--dtype T] [--layout L] [--mask-form F] [--device D] [--runs N]\n"
        "                      [--json F] [--report F.html]\n"
        "\n"
        "Runs the same pooling on the host (native) and on OpenCL devices, compares every result with native's, and\n"
        "shows where the time goes. There is a row for forward, and for float types one for backward and (of max) one\n"
        "for backward from X with no mask kept, recompute. Results must have native's bits; those of avg and lp "
        "forward\n"
        "in float types must be within the bound that include/clpool.h states. Exits with 1 if anything differs.\n"
        "\n"
        "X is an array (N, C, spatial) or an 8-bit PNG; without X it is a photograph, and without X and POOL that and\n"
        "the pools of ResNet-50 and VGG-16.\n"
        "\n"
        "  --dtype T              f32 (default), f64, f16, bf16, i8, u8 or i32: what pictures and the networks' "
        "tensors\n"
        "                         are turned into; an array is compared in its own dtype (of u16: --dtype bf16)\n"
        "  --device D             all (default), or one as for clpool forward; native always runs\n"
        "  --runs N               timed runs of each operation; their median is shown (default: 5)\n"
        "  --json F               write the results as JSON too; - is standard output, in place of the text\n"
        "  --report F.html        write a page with the results, charts of times and speed, and pictures\n"
        "\n"
        "  clpool compare\n"
        "  clpool compare --dtype f16 --layout nhwc\n"
        "  clpool compare picture.png --kernel 3 --stride 2 --padding 1 --json results.json\n"
        "  clpool compare --report results.html\n"
        "  clpool compare picture.png --mode avg --kernel 2\n" HELP_POOL HELP_LAYOUT HELP_MASK_FORM,
    .run = run_compare,
};
