/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "bench.h"
#include "bench_fused.h"
#include "command.h"
#include "report.h"

enum { JSON_FILE, SVG_FILE, FILES };

/* What --fused prints is a table alone, of operations of its own. */
static exit_code check_fused(const options *given)
{
    const char *other = given->ops != 0            ? "--op"
                        : given->json_file != NULL ? "--json"
                        : given->svg != NULL       ? "--svg"
                                                   : NULL;
    return given->fused && other != NULL
               ? report_error(EXIT_BAD_INPUT, "--fused and %s exclude each other; see clpool bench --help", other)
               : EXIT_DONE;
}

static exit_code prepare(const options *given, bench *made)
{
    exit_code code = check_fused(given);
    if (code == EXIT_DONE) {
        code = pooling_check(&given->pool);
    }
    if (code == EXIT_DONE) {
        code = pooling_check_strategy(&given->pool, RUNS_FORWARD | RUNS_BACKWARD);
    }
    if (code == EXIT_DONE) {
        code = bench_cases_make(given, &made->cases);
    }
    made->ops = given->ops;
    made->cold = given->cold;
    return code;
}

static exit_code write_files(const options *given, const bench *made, output_file files[FILES])
{
    exit_code code = EXIT_DONE;
    if (given->json_file != NULL) {
        code = bench_write_json(made, &files[JSON_FILE]);
    }
    if (code == EXIT_DONE && given->svg != NULL) {
        code = bench_write_svg(made, &files[SVG_FILE]);
    }
    return code == EXIT_DONE ? output_files_commit(files, FILES) : code;
}

static exit_code run_bench(const options *given)
{
    const char *const paths[FILES] = {[JSON_FILE] = given->json_file, [SVG_FILE] = given->svg};
    output_file files[FILES];
    bench made;
    exit_code found = EXIT_DONE;
    exit_code code;
    memset(&made, 0, sizeof(made));
    memset(files, 0, sizeof(files));
    code = prepare(given, &made);
    if (code == EXIT_DONE) {
        code = output_files_open(files, paths, FILES);
    }
    if (code == EXIT_DONE) {
        code = targets_choose(given->device, "auto", &made.devices);
    }
    if (code == EXIT_DONE && given->fused) {
        code = bench_fused_run(&made, given->pool.strategy, given->runs);
    } else if (code == EXIT_DONE) {
        /* Whatever it finds is printed and written; it finds nothing where there was no memory to begin. */
        found = bench_run(&made, given->pool.strategy, given->runs);
        if (made.copies != NULL) {
            bench_print(&made);
            code = write_files(given, &made, files);
        }
    }
    output_files_discard(files, FILES);
    bench_free(&made);
    return code == EXIT_DONE ? found : code;
}

const command command_bench = {
    .syntax = {.name = "bench",
               .flags = FLAGS_BENCH | FLAGS_POOL | FLAGS_ANY_DTYPE | FLAGS_LAYOUT | FLAGS_MASK_FORM | FLAGS_DEVICE |
                        FLAGS_JSON_FILE | FLAGS_SVG | FLAGS_RUNS | FLAGS_FUSED},
    .summary = "measures speed, as a share of a copy's",
    .help =
        "usage: clpool bench [--suite NAME [--only TEXT] [--batch N] | --case SPEC] [POOL] [--op OPS] [--dtype T]\n"
        "                    [--layout L] [--mask-form F] [--device D] [--cold] [--runs N] [--json F] [--svg F] "
        "[--fused]\n"
        "\n"
        "Measures operations on tensors that are on the device already: event and wall times, bytes of the tensors a\n"
        "second, and what share that is of a copy that moves as many bytes on the same device. Random values. Times "
        "are\n"
        "medians, with the least and the interquartile range.\n"
        "\n"
        "  --suite NAME           alexnet, vgg, resnet, googlenet, inception, spp, unet3d, text1d, global, wide, "
        "peers\n"
        "                         (default: the shapes that ci/peers measures other libraries on) or all; several "
        "with\n"
        "                         commas between them\n"
        "  --only TEXT            the suite's cases that have TEXT in their names\n"
        "  --batch N              N of every case of the suite\n"
        "  --case SPEC            one case: N,C,SPATIAL:KERNEL,STRIDE,PADDING in this order in every layout, with 1 to "
        "3\n"
        "                         numbers for SPATIAL. The others are one number for every axis or one for each with "
        "x\n"
        "                         between them (1x3x3), and may be left out from the end on: the stride is the "
        "kernel,\n"
        "                         the padding 0, and without a kernel POOL says the windows\n"
        "  --op OPS               of forward (with the mask), forward_no_mask, backward (from the mask) and recompute\n"
        "                         (backward from x), with commas between them (default: all that the pooling has,\n"
        "                         but for those that look at more than 1e10 taps)\n"
        "  --dtype T              f32 (default), f64, f16, bf16, i8, u8 or i32\n"
        "  --layout L             nchw (default) or nhwc\n"
        "  --mask-form F          as for clpool forward\n"
        "  --device D             as for clpool forward, or all: native and every device\n"
        "  --cold                 go round among so many tensors that none is in a cache when its turn comes "
        "(default:\n"
        "                         hot, the same tensors in each run)\n"
        "  --fused                scale, bias, ReLU and maximum in two kernels and in one, in place of --op\n"
        "  --runs N               timed runs of each row (default: as many as take about 0.3 s, at least 3)\n"
        "  --json F               write the results as JSON too; - is standard output, in place of the text\n"
        "  --svg F                draw them: GB/s by bytes, with the copy as a line\n"
        "\n"
        "  clpool bench --suite resnet\n"
        "  clpool bench --suite all --device all --json results.json --svg results.svg\n"
        "  clpool bench --case 8,64,112,112:3,2,1 --dtype f16 --layout nhwc --cold\n"
        "  clpool bench --case 64,2048,7,7 --mode global_avg --op forward\n" HELP_POOL,
    .run = run_bench,
};
