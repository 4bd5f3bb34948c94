/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "command.h"
#include "report.h"
#include "tune.h"

enum { TUNING_FILE, JSON_FILE, FILES };

static exit_code prepare(const options *given, tune *made)
{
    unsigned tuned = 1u << BENCH_FORWARD | 1u << BENCH_BACKWARD;
    exit_code code = pooling_check(&given->pool);
    if (code == EXIT_DONE && given->pool.strategy != NULL) {
        code =
            report_error(EXIT_BAD_INPUT, "--strategy '%s' was given; tune tries every strategy", given->pool.strategy);
    }
    if (code == EXIT_DONE && (given->ops & ~tuned) != 0) {
        code = report_error(EXIT_BAD_INPUT,
                            "--op has more than forward and backward; what is chosen for them runs the others too");
    }
    if (code == EXIT_DONE) {
        code = bench_cases_make(given, &made->cases);
    }
    made->ops = given->ops;
    made->cold = given->cold;
    made->within = given->within;
    made->effort.quick = given->quick;
    made->effort.runs = given->runs;
    return code;
}

/* Gives the target an engine that does without a tuning file: what it chooses is what tuning is compared with. */
static exit_code take_usual_engine(target *on)
{
    clpool_engine_options wanted;
    clpool_status status;
    memset(&wanted, 0, sizeof(wanted));
    wanted.struct_size = sizeof(wanted);
    wanted.tuning = CLPOOL_TUNING_NO_FILE;
    clpool_engine_destroy(on->engine);
    on->engine = NULL;
    status = clpool_engine_create_with_options(on->context, on->device, &wanted, &on->engine);
    return status == CLPOOL_SUCCESS ? EXIT_DONE : report_status(status, on->index);
}

static exit_code open_target(const options *given, tune *made)
{
    exit_code code = target_choose(given->device, &made->on);
    if (code == EXIT_DONE && made->on.context == NULL) {
        return report_error(EXIT_DEVICE_FAILED, "native has one way to run each pooling; tune needs an OpenCL device");
    }
    return code == EXIT_DONE ? take_usual_engine(&made->on) : code;
}

/* Makes the folders of a path that are missing, for this user alone. */
static void make_folders(const char *path)
{
    char *part = strdup(path);
    char *slash;
    for (slash = part == NULL ? NULL : strchr(part + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(part, S_IRWXU);
        *slash = '/';
    }
    free(part);
}

/* Where the result goes, which the caller frees: the file that was given, or the one that engines look for. */
static exit_code find_path(const options *given, const target *on, char **path)
{
    size_t size = 0;
    if (given->output != NULL) {
        *path = strdup(given->output);
        return *path == NULL ? report_no_memory() : EXIT_DONE;
    }
    (void)clpool_engine_tuning_path(on->engine, NULL, 0, &size);
    if (size <= 1) {
        return report_error(EXIT_BAD_INPUT,
                            "there is no cache folder for the result (see CLPOOL_CACHE in clpool(1)); -o FILE names "
                            "another place");
    }
    *path = malloc(size);
    if (*path == NULL) {
        return report_no_memory();
    }
    (void)clpool_engine_tuning_path(on->engine, *path, size, NULL);
    make_folders(*path);
    return EXIT_DONE;
}

static exit_code write_files(const options *given, const tune *made, output_file files[FILES])
{
    exit_code code = tune_write(made, &files[TUNING_FILE]);
    if (code == EXIT_DONE && given->json_file != NULL) {
        code = tune_write_json(made, &files[JSON_FILE]);
    }
    return code == EXIT_DONE ? output_files_commit(files, FILES) : code;
}

/* Measures, prints, and writes what was measured: nothing where nothing was. */
static exit_code run_and_write(const options *given, tune *made, output_file files[FILES], const char *path)
{
    exit_code found = tune_run(made);
    exit_code code = EXIT_DONE;
    tune_print(made);
    if (made->ran > 0) {
        code = write_files(given, made, files);
    }
    if (code == EXIT_DONE && made->ran > 0) {
        (void)printf("wrote %s%s\n", path,
                     given->output == NULL ? ", which this device's engines use from now on" : "");
    }
    if (code == EXIT_DONE && found == EXIT_DONE && made->within > 0 && tune_count_beyond(made, made->within) > 0) {
        found = EXIT_DIFFERENCE;
    }
    return code == EXIT_DONE ? found : code;
}

static exit_code run_tune(const options *given)
{
    const char *paths[FILES] = {[JSON_FILE] = given->json_file};
    output_file files[FILES];
    char *path = NULL;
    tune made;
    exit_code code;
    memset(&made, 0, sizeof(made));
    memset(files, 0, sizeof(files));
    code = prepare(given, &made);
    if (code == EXIT_DONE) {
        code = open_target(given, &made);
    }
    if (code == EXIT_DONE) {
        code = find_path(given, &made.on, &path);
    }
    if (code == EXIT_DONE) {
        code = tune_previous_load(path, &made.on, given->output == NULL, &made.previous);
    }
    if (code == EXIT_DONE) {
        paths[TUNING_FILE] = path;
        code = output_files_open(files, paths, FILES);
    }
    if (code == EXIT_DONE) {
        files[TUNING_FILE].is_private = given->output == NULL;
        code = run_and_write(given, &made, files, path);
    }
    output_files_discard(files, FILES);
    tune_free(&made);
    free(path);
    return code;
}

const command command_tune = {
    .syntax = {.name = "tune",
               .flags = FLAGS_BENCH | FLAGS_TUNE | FLAGS_POOL | FLAGS_ANY_DTYPE | FLAGS_LAYOUT | FLAGS_MASK_FORM |
                        FLAGS_DEVICE | FLAGS_OUTPUT | FLAGS_JSON_FILE | FLAGS_RUNS},
    .summary = "finds the fastest kernels for a device",
    .help =
        "usage: clpool tune [--suite NAMES [--only TEXT] [--batch N] | --case SPEC] [POOL] [--op OPS] [--dtype T]\n"
        "                   [--layout L] [--mask-form F] [--device D] [-o FILE] [--quick] [--runs N] [--cold]\n"
        "                   [--within X] [--json F]\n"
        "\n"
        "Measures every kernel and its parameters on a device, and writes a file by which the library chooses from "
        "then\n"
        "on, for these poolings and for those like them. Results stay the same, but for the rounding of avg and lp.\n"
        "Each candidate runs by turns with what is chosen without the file, and replaces it if it is faster by more "
        "than\n"
        "5%.\n"
        "\n"
        "  -o, --output FILE      write this file; CLPOOL_TUNING=FILE in the environment makes the library use it\n"
        "                         (default: the device's file in the cache folder, which the library finds by "
        "itself).\n"
        "                         Rules that the file has already for other poolings stay in it\n"
        "  --suite NAMES          as for clpool bench (default: peers), with commas between several\n"
        "  --only TEXT, --batch N, --case SPEC, --cold\n"
        "                         as for clpool bench\n"
        "  --op OPS               forward, backward or both with a comma between them (default: both, but for those "
        "that\n"
        "                         look at more than 1e10 taps)\n"
        "  --dtype T              f32 (default), f64, f16, bf16, i8, u8 or i32\n"
        "  --layout L             nchw (default) or nhwc\n"
        "  --mask-form F          as for clpool forward\n"
        "  --device D             as for clpool forward, but an OpenCL device\n"
        "  --quick                measure each candidate for a third of the time, and fewer of them\n"
        "  --runs N               timed runs of each of two that are compared (default: as many as take about 0.3 s)\n"
        "  --within X             exit with 1 if any pooling is more than X times slower without the file than with "
        "it\n"
        "  --json F               write the results as JSON too; - is standard output, in place of the text\n"
        "\n"
        "  clpool tune --suite all\n"
        "  clpool tune --suite resnet,vgg --dtype f16 --layout nhwc -o f16.txt --quick\n"
        "  clpool tune --suite all --within 1.3 -o /dev/null\n" HELP_POOL,
    .run = run_tune,
};
