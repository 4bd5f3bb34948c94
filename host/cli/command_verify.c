/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "colour.h"
#include "command.h"
#include "difference.h"
#include "golden.h"
#include "golden_bound.h"
#include "json_parts.h"
#include "mask_file.h"
#include "report.h"
#include "runner.h"
#include "target_choice.h"

/* One target's run over the folder. */
typedef struct verification {
    const target *on;
    const golden *folder;
    size_t failed;       /* cases */
    json_t *differences; /* an array, of what was printed; NULL once memory ran out */
} verification;

/* What the folder has of a case, and what a target makes of it. Maximum has a mask and indices, which are compared bit
 * for bit like all else of it; average and Lp have bounds. */
typedef struct case_arrays {
    array x, y, idx, dy, dx;
    array got_y, got_mask, got_idx, got_dx;
    array y_bound, dx_bound;
} case_arrays;

static void free_arrays(case_arrays *freed)
{
    array *const all[] = {&freed->x,      &freed->y,       &freed->idx,      &freed->dy,
                          &freed->dx,     &freed->got_y,   &freed->got_mask, &freed->got_idx,
                          &freed->got_dx, &freed->y_bound, &freed->dx_bound};
    size_t i;
    for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        array_free(all[i]);
    }
}

static exit_code read_files(const golden *folder, const golden_case *of, case_arrays *made)
{
    size_t in[CLPOOL_MAX_RANK + 2], out[CLPOOL_MAX_RANK + 2];
    unsigned rank = problem_x_shape(&of->problem, in);
    bool is_max = of->problem.mode == CLPOOL_MAX;
    const struct {
        const char *suffix;
        npy_dtype dtype;
        const size_t *shape;
        array *to;
    } files[] = {
        {"x", NPY_F32, in, &made->x},   {"y", NPY_F32, out, &made->y},     {"dy", NPY_F32, out, &made->dy},
        {"dx", NPY_F32, in, &made->dx}, {"idx", NPY_I64, out, &made->idx},
    };
    size_t count = sizeof(files) / sizeof(files[0]) - (is_max ? 0 : 1);
    exit_code code = EXIT_DONE;
    size_t i;
    (void)problem_y_shape(&of->problem, out);
    for (i = 0; i < count && code == EXIT_DONE; i++) {
        code = golden_read(folder, of, files[i].suffix, files[i].dtype, rank, files[i].shape, files[i].to);
    }
    return code;
}

static exit_code make_arrays(const golden *folder, const golden_case *of, case_arrays *made)
{
    const golden_values values = {&made->x, &made->y, &made->dy, &made->dx};
    exit_code code = read_files(folder, of, made);
    if (code == EXIT_DONE) {
        code = array_make(NPY_F32, made->y.rank, made->y.shape, &made->got_y);
    }
    if (code == EXIT_DONE) {
        code = array_make(NPY_F32, made->x.rank, made->x.shape, &made->got_dx);
    }
    if (code == EXIT_DONE && of->problem.mode != CLPOOL_MAX) {
        return golden_bounds(&of->problem, &values, &made->y_bound, &made->dx_bound);
    }
    if (code == EXIT_DONE) {
        code = mask_make(&of->problem, &made->got_mask);
    }
    if (code == EXIT_DONE) {
        code = array_make(NPY_I64, made->y.rank, made->y.shape, &made->got_idx);
    }
    return code;
}

static exit_code compute(const target *on, const clpool_problem *problem, case_arrays *arrays)
{
    const host_tensors forward = {.x = arrays->x.data, .y = arrays->got_y.data, .mask = arrays->got_mask.data};
    host_tensors backward = {.x = arrays->got_dx.data, .y = arrays->dy.data, .mask = arrays->got_mask.data};
    exit_code code = runner_run_once(on, problem, RUN_FORWARD, NULL, &forward);
    if (problem->mode == CLPOOL_LP) {
        backward.input = arrays->x.data;
        backward.output = arrays->got_y.data;
    }
    if (code == EXIT_DONE && problem->mode == CLPOOL_MAX) {
        clpool_status status = clpool_mask_to_plane(problem, arrays->got_mask.data, arrays->got_idx.data);
        code = status == CLPOOL_SUCCESS ? EXIT_DONE : report_status(status, on->index);
    }
    if (code == EXIT_DONE) {
        code = runner_run_once(on, problem, RUN_BACKWARD, NULL, &backward);
    }
    return code;
}

static difference compare_array(const array *got, const array *wanted, const array *bound)
{
    return bound->data == NULL
               ? difference_find(got->data, wanted->data, wanted->elements, npy_dtype_bytes(wanted->dtype))
               : difference_find_beyond(got->data, wanted->data, bound->data, wanted->elements);
}

/* Prints what differs; true if nothing does. */
static bool compare(verification *run, const golden_case *of, const case_arrays *arrays)
{
    const array none = {.data = NULL};
    const struct {
        const char *name;
        const array *got;
        const array *wanted;
        const array *bound; /* holds nothing where the bits must be equal */
    } rows[] = {
        {"y", &arrays->got_y, &arrays->y, &arrays->y_bound},
        {"idx", &arrays->got_idx, &arrays->idx, &none},
        {"dx", &arrays->got_dx, &arrays->dx, &arrays->dx_bound},
    };
    bool equal = true;
    size_t i;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        difference found = compare_array(rows[i].got, rows[i].wanted, rows[i].bound);
        if (found.count > 0) {
            report_progress_end();
            (void)printf("%s: %s: %s differs%s in %zu of %zu elements, first at index %zu\n", run->on->index, of->name,
                         rows[i].name, rows[i].bound->data == NULL ? "" : " by more than " GOLDEN_BOUND_TEXT,
                         found.count, rows[i].wanted->elements, found.first);
            run->differences = json_appended(
                run->differences, json_pack("{s:s, s:s, s:I, s:I, s:I}", "case", of->name, "tensor", rows[i].name,
                                            "different", (json_int_t)found.count, "elements",
                                            (json_int_t)rows[i].wanted->elements, "first", (json_int_t)found.first));
            equal = false;
        }
    }
    return equal;
}

/* The output's extents need no target; without them the arrays cannot be compared. */
static bool compare_extents(verification *run, const golden_case *of)
{
    size_t shape[CLPOOL_MAX_RANK + 2];
    char is[SHAPE_TEXT_BYTES], must[SHAPE_TEXT_BYTES];
    (void)problem_y_shape(&of->problem, shape);
    if (memcmp(shape + 2, of->out, of->problem.rank * sizeof(*shape)) == 0) {
        return true;
    }
    (void)printf("%s: %s: the output's extents are %s, not %s\n", run->on->index, of->name,
                 shape_text(of->problem.rank, shape + 2, is), shape_text(of->problem.rank, of->out, must));
    run->differences = json_appended(
        run->differences, json_pack("{s:s, s:s, s:s}", "case", of->name, "extents", is, "wanted_extents", must));
    return false;
}

static exit_code verify_case(verification *run, const golden_case *of)
{
    case_arrays arrays;
    exit_code code = EXIT_DONE;
    bool passed = compare_extents(run, of);
    memset(&arrays, 0, sizeof(arrays));
    if (passed) {
        code = make_arrays(run->folder, of, &arrays);
        if (code == EXIT_DONE) {
            code = compute(run->on, &of->problem, &arrays);
        }
        passed = code != EXIT_DONE || compare(run, of, &arrays);
    }
    free_arrays(&arrays);
    run->failed += passed ? 0 : 1;
    return code;
}

static void print_summary(const verification *run)
{
    const golden *folder = run->folder;
    colour in = run->failed > 0 ? COLOUR_BAD : COLOUR_GOOD;
    size_t skipped = 0, i;
    for (i = 0; i < folder->skip_kinds; i++) {
        skipped += folder->skips[i].count;
    }
    (void)printf("%s: %zu cases, ", run->on->index, folder->count);
    colour_begin(stdout, in);
    (void)printf("%zu pass, %zu fail", folder->count - run->failed, run->failed);
    colour_end(stdout, in);
    (void)printf("; %zu skipped", skipped);
    for (i = 0; i < folder->skip_kinds; i++) {
        (void)printf("%s%s %zu", i == 0 ? " (" : ", ", folder->skips[i].kind, folder->skips[i].count);
    }
    (void)printf("%s\n", skipped > 0 ? ")" : "");
}

/* The summary and what differs; takes the differences over. */
static json_t *run_json(verification *run)
{
    const golden *folder = run->folder;
    json_t *skipped = json_object();
    size_t i;
    for (i = 0; i < folder->skip_kinds; i++) {
        const golden_skip *skip = &folder->skips[i];
        skipped = json_joined(skipped, json_pack("{s:I}", skip->kind, (json_int_t)skip->count));
    }
    return json_joined(json_target(run->on),
                       json_pack("{s:I, s:I, s:I, s:o, s:o}", "cases", (json_int_t)folder->count, "passed",
                                 (json_int_t)(folder->count - run->failed), "failed", (json_int_t)run->failed,
                                 "skipped", skipped, "differences", run->differences));
}

/* Appends what was found to the array `all`. */
static exit_code verify_on(const target *on, const golden *folder, json_t **all)
{
    verification run = {.on = on, .folder = folder, .differences = json_array()};
    exit_code code = EXIT_DONE;
    size_t i;
    for (i = 0; i < folder->count && code == EXIT_DONE; i++) {
        report_progress("%s: %zu of %zu: %s", on->index, i + 1, folder->count, folder->cases[i].name);
        code = verify_case(&run, &folder->cases[i]);
    }
    report_progress_end();
    if (code != EXIT_DONE) {
        json_decref(run.differences);
        return code;
    }
    print_summary(&run);
    *all = json_appended(*all, run_json(&run));
    return run.failed > 0 ? EXIT_DIFFERENCE : EXIT_DONE;
}

static exit_code verify_on_all(const target_list *targets, const golden *folder, json_t **all)
{
    exit_code worst = EXIT_DONE;
    size_t i;
    for (i = 0; i < targets->count; i++) {
        exit_code code = verify_on(&targets->targets[i], folder, all);
        worst = code > worst ? code : worst;
    }
    return worst;
}

/* Results that fail are results, and written. */
static exit_code verify_and_write(const options *given, const target_list *targets, const golden *folder)
{
    output_file file = {.path = NULL};
    json_t *all = json_array();
    exit_code written = output_files_open(&file, &given->json_file, 1), code = written;
    if (written == EXIT_DONE) {
        code = verify_on_all(targets, folder, &all);
    }
    if (code <= EXIT_DIFFERENCE && given->json_file != NULL && written == EXIT_DONE) {
        written = json_write(all, &file);
        all = NULL;
        if (written == EXIT_DONE) {
            written = output_files_commit(&file, 1);
        }
    }
    output_files_discard(&file, 1);
    json_decref(all);
    return written > code ? written : code;
}

static exit_code run_verify(const options *given)
{
    golden folder = {.root = NULL};
    target_list targets = {.count = 0};
    exit_code code = golden_open(given->operand, &folder);
    if (code == EXIT_DONE && folder.count == 0) {
        code = report_error(
            EXIT_BAD_INPUT,
            "%s: no case of it can be run; this version runs max, avg, lp, adaptive_max and adaptive_avg in f32",
            given->operand);
    }
    if (code == EXIT_DONE) {
        code = targets_choose(given->device, "auto", &targets);
    }
    if (code == EXIT_DONE) {
        code = verify_and_write(given, &targets, &folder);
    }
    target_list_close(&targets);
    golden_close(&folder);
    return code;
}

const command command_verify = {
    .syntax = {.name = "verify", .flags = FLAGS_DEVICE | FLAGS_JSON_FILE, .operand = "DIR"},
    .summary = "checks a device against results from elsewhere",
    .help =
        "usage: clpool verify DIR [--device D] [--json F]\n"
        "\n"
        "Runs the cases that DIR/cases.json lists, forward and backward, and compares output, indices and gradient of\n"
        "maximum bit for bit with the arrays in DIR: NAME-x.npy, -y, -idx, -dy and -dx. Average and Lp, which have no\n"
        "-idx, may differ by " GOLDEN_BOUND_TEXT ", whichever is larger. Cases\n"
        "that this version lacks are counted as skipped. Exits with 1 if anything differs.\n"
        "\n"
        "  --json F               write the results as JSON too; - is standard output, in place of the text\n"
        "\n"
        "  clpool verify tests/golden/data\n"
        "  clpool verify tests/golden/data --device all\n" HELP_DEVICE
        "                         all runs on native and on every device\n",
    .run = run_verify,
};
