/* SPDX-License-Identifier: Apache-2.0 */
#include "comparison.h"

#include <stdlib.h>
#include <string.h>

#include "bound.h"
#include "compare_values.h"
#include "element.h"
#include "report.h"

static const struct op_row {
    const char *name;
    clpool_op op;
} op_table[COMPARE_OPS] = {
    [COMPARE_FORWARD] = {"forward", CLPOOL_FORWARD},
    [COMPARE_BACKWARD] = {"backward", CLPOOL_BACKWARD},
    [COMPARE_RECOMPUTE] = {"recompute", CLPOOL_BACKWARD},
};

const char *comparison_op_name(comparison_op op)
{
    return op_table[op].name;
}

/* True where the case has the operation. */
static bool has_op(const clpool_problem *problem, comparison_op op)
{
    return op == COMPARE_FORWARD ||
           (element_is_float(problem->dtype) && (op == COMPARE_BACKWARD || problem->mode == CLPOOL_MAX));
}

/* The tensors of one case: the inputs, what the host made of them, and what the device at hand did. Those that the case
 * does not have hold nothing. */
typedef struct case_arrays {
    array x, dy;
    array y, mask, dx;
    array got_y, got_mask, got_dx;
} case_arrays;

static exit_code make_masks(const clpool_problem *problem, case_arrays *made)
{
    size_t shape[CLPOOL_MAX_RANK + 2];
    unsigned rank = problem_mask_shape(problem, shape);
    npy_dtype dtype = problem_mask_dtype(problem);
    exit_code code = array_make(dtype, rank, shape, &made->mask);
    return code == EXIT_DONE ? array_make(dtype, rank, shape, &made->got_mask) : code;
}

static exit_code make_tensors(const clpool_problem *problem, case_arrays *made)
{
    bool backward = has_op(problem, COMPARE_BACKWARD);
    size_t in[CLPOOL_MAX_RANK + 2], out[CLPOOL_MAX_RANK + 2];
    unsigned rank = problem_x_shape(problem, in);
    const struct {
        array *to;
        bool wanted;
        const size_t *shape;
    } rows[] = {
        {&made->x, true, in},      {&made->dy, backward, out}, {&made->y, true, out},
        {&made->got_y, true, out}, {&made->dx, backward, in},  {&made->got_dx, backward, in},
    };
    exit_code code = EXIT_DONE;
    size_t i;
    (void)problem_y_shape(problem, out);
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]) && code == EXIT_DONE; i++) {
        if (rows[i].wanted) {
            code = array_make(element_npy(problem->dtype), rank, rows[i].shape, rows[i].to);
        }
    }
    return code;
}

static exit_code make_arrays(const compare_case *of, case_arrays *made)
{
    const clpool_problem *problem = &of->problem;
    exit_code code;
    memset(made, 0, sizeof(*made));
    code = make_tensors(problem, made);
    if (code == EXIT_DONE && problem->mode == CLPOOL_MAX) {
        code = make_masks(problem, made);
    }
    if (code != EXIT_DONE) {
        return code;
    }
    if (of->x != NULL) {
        memcpy(made->x.data, of->x->data, of->x->elements * npy_dtype_bytes(of->x->dtype));
    } else {
        compare_fill_x(problem->dtype, &made->x);
    }
    if (made->dy.data != NULL) {
        compare_fill_dy(problem->dtype, &made->dy);
    }
    return EXIT_DONE;
}

static void free_arrays(case_arrays *freed)
{
    array *const all[] = {&freed->x,  &freed->dy,    &freed->y,        &freed->mask,
                          &freed->dx, &freed->got_y, &freed->got_mask, &freed->got_dx};
    size_t i;
    for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        array_free(all[i]);
    }
}

/* What the rows of one case have in common. */
typedef struct case_run {
    comparison *made;
    const compare_case *of;
    const char *strategy;
    size_t runs;
    case_arrays arrays;
    bound y_bound; /* holds nothing where y is compared bit for bit */
} case_run;

/* `keeps` is the bound that the output must keep; NULL where its bits must be the host's. */
static void note_output(comparison *made, comparison_row *row, const char *name, const array *native, const array *got,
                        const bound *keeps)
{
    struct row_output *output = &row->output[row->outputs++];
    output->name = name;
    output->elements = native->elements;
    output->bounded = keeps != NULL;
    output->from_native =
        output->bounded ? bound_find(keeps, native->data, got->data, &output->worst)
                        : difference_find(native->data, got->data, native->elements, npy_dtype_bytes(native->dtype));
    made->compared++;
    made->bounded += output->bounded ? 1 : 0;
    made->different += output->from_native.count > 0 ? 1 : 0;
}

static void note_outputs(case_run *in, comparison_row *row)
{
    const case_arrays *arrays = &in->arrays;
    if (row->op != COMPARE_FORWARD) {
        note_output(in->made, row, "dx", &arrays->dx, &arrays->got_dx, NULL);
        return;
    }
    note_output(in->made, row, "y", &arrays->y, &arrays->got_y, bound_applies(&in->of->problem) ? &in->y_bound : NULL);
    if (arrays->mask.data != NULL) {
        note_output(in->made, row, "mask", &arrays->mask, &arrays->got_mask, NULL);
    }
}

/* What a row reads and writes. Backward always gets the host's mask and y, so that an error of forward is not counted
 * twice. */
static host_tensors row_tensors(const case_run *in, comparison_op op, bool is_native)
{
    const case_arrays *arrays = &in->arrays;
    host_tensors tensors = {.x = is_native ? arrays->dx.data : arrays->got_dx.data, .y = arrays->dy.data};
    if (op == COMPARE_FORWARD) {
        tensors.x = arrays->x.data;
        tensors.y = is_native ? arrays->y.data : arrays->got_y.data;
        tensors.mask = is_native ? arrays->mask.data : arrays->got_mask.data;
    } else if (op == COMPARE_RECOMPUTE) {
        tensors.input = arrays->x.data;
    } else if (in->of->problem.mode == CLPOOL_LP) {
        tensors.input = arrays->x.data;
        tensors.output = arrays->y.data;
    } else {
        tensors.mask = arrays->mask.data;
    }
    return tensors;
}

/* Runs one row; `native` is the host's row of the same operation, NULL for that row itself. */
static exit_code run_row(case_run *in, comparison_op op, const target *on, const comparison_row *native)
{
    const clpool_problem *problem = &in->of->problem;
    const host_tensors tensors = row_tensors(in, op, native == NULL);
    comparison_row *row = &in->made->rows[in->made->count++];
    clpool_op runs = op_table[op].op;
    /* A name that only the other operation knows is no request about this one. */
    const char *strategy = in->strategy != NULL && strategy_exists(runs, in->strategy) ? in->strategy : NULL;
    exit_code code;
    report_progress("%s, %s on %s", in->of->name, comparison_op_name(op), on->index);
    row->of = in->of;
    row->on = on;
    row->op = op;
    if (runner_lacks(on, problem, &row->why)) {
        row->state = ROW_UNSUPPORTED;
        in->made->unsupported++;
        return EXIT_DONE;
    }
    code = measure(on, problem, runs, strategy, &tensors, in->runs, &row->measured);
    row->state = code == EXIT_DONE ? ROW_RAN : ROW_FAILED;
    in->made->failed += code == EXIT_DONE ? 0 : 1;
    row->native = native == NULL ? row->measured.times.total : native->native;
    if (code == EXIT_DONE && native != NULL) {
        note_outputs(in, row);
    }
    return code;
}

static exit_code run_operation(case_run *in, comparison_op op)
{
    const target_list *devices = &in->made->devices;
    const comparison_row *native = &in->made->rows[in->made->count];
    exit_code worst = run_row(in, op, &in->made->native, NULL);
    size_t i;
    if (worst == EXIT_DONE && op == COMPARE_FORWARD && bound_applies(&in->of->problem)) {
        worst = bound_make(&in->of->problem, &in->arrays.x, &in->y_bound);
    }
    if (worst != EXIT_DONE) {
        return worst;
    }
    for (i = 0; i < devices->count; i++) {
        if (devices->targets[i].context != NULL) {
            exit_code code = run_row(in, op, &devices->targets[i], native);
            worst = code > worst ? code : worst;
        }
    }
    return worst;
}

static exit_code run_case(comparison *made, const compare_case *of, const char *strategy, size_t runs)
{
    case_run in = {.made = made, .of = of, .strategy = strategy, .runs = runs};
    exit_code worst = make_arrays(of, &in.arrays);
    bool is_ready = worst == EXIT_DONE;
    int op;
    for (op = COMPARE_FORWARD; is_ready && op < COMPARE_OPS; op++) {
        exit_code code = has_op(&of->problem, (comparison_op)op) ? run_operation(&in, (comparison_op)op) : EXIT_DONE;
        worst = code > worst ? code : worst;
    }
    bound_free(&in.y_bound);
    free_arrays(&in.arrays);
    return worst;
}

exit_code comparison_run(comparison *made, const char *strategy, size_t runs)
{
    exit_code worst = EXIT_DONE;
    size_t i;
    made->rows = calloc(COMPARE_OPS * made->cases.count * (made->devices.count + 1), sizeof(*made->rows));
    if (made->rows == NULL) {
        return report_no_memory();
    }
    for (i = 0; i < made->cases.count; i++) {
        exit_code code = run_case(made, &made->cases.list[i], strategy, runs);
        worst = code > worst ? code : worst;
    }
    report_progress_end();
    return worst == EXIT_DONE && made->different > 0 ? EXIT_DIFFERENCE : worst;
}

bool comparison_row_agrees(const comparison_row *of)
{
    unsigned i;
    for (i = 0; i < of->outputs && of->output[i].from_native.count == 0; i++) {
    }
    return of->state == ROW_RAN && i == of->outputs;
}

bool comparison_row_bounded(const comparison_row *of)
{
    unsigned i;
    for (i = 0; i < of->outputs && !of->output[i].bounded; i++) {
    }
    return i < of->outputs;
}

bool comparison_row_timed(const comparison_row *of)
{
    return of->state == ROW_RAN && (of->on->context == NULL || of->measured.times.kernel >= 1e-6);
}

size_t comparison_targets(const comparison *of)
{
    return of->devices.count + 1;
}

const target *comparison_target(const comparison *of, size_t number)
{
    return number == 0 ? &of->native : &of->devices.targets[number - 1];
}

void comparison_free(comparison *freed)
{
    size_t i;
    for (i = 0; freed->copies != NULL && i < comparison_targets(freed); i++) {
        copy_speed_close(&freed->copies[i]);
    }
    free(freed->copies);
    free(freed->rows);
    compare_cases_free(&freed->cases);
    target_list_close(&freed->devices);
    memset(freed, 0, sizeof(*freed));
}
