/* SPDX-License-Identifier: Apache-2.0 */
#include "comparison.h"

#include <stdlib.h>
#include <string.h>

#include "report.h"
#include "sum_bound.h"

/* The tensors of one case: the inputs, what the host made of them, and what the device at hand did. Maximum has masks;
 * average and Lp bounds for y. */
typedef struct case_arrays {
    array x, dy, y_bound;
    array y, mask, dx;
    array got_y, got_mask, got_dx;
} case_arrays;

static exit_code fill_arrays(const compare_case *of, case_arrays *made)
{
    if (of->x != NULL) {
        memcpy(made->x.data, of->x->data, of->x->elements * sizeof(float));
    } else {
        compare_fill_x(&made->x);
    }
    compare_fill_dy(&made->dy);
    return of->problem.mode == CLPOOL_MAX ? EXIT_DONE : strategy_bounds(&of->problem, &made->x, &made->y_bound);
}

static exit_code make_arrays(const compare_case *of, case_arrays *made)
{
    size_t in[CLPOOL_MAX_RANK + 2], out[CLPOOL_MAX_RANK + 2];
    unsigned rank = problem_x_shape(&of->problem, in);
    npy_dtype mask = problem_mask_dtype(&of->problem);
    bool is_max = of->problem.mode == CLPOOL_MAX;
    const struct {
        array *to;
        npy_dtype dtype;
        const size_t *shape;
    } rows[] = {
        {&made->x, NPY_F32, in},      {&made->dy, NPY_F32, out},    {&made->y, NPY_F32, out},
        {&made->mask, mask, out},     {&made->dx, NPY_F32, in},     {&made->got_y, NPY_F32, out},
        {&made->got_mask, mask, out}, {&made->got_dx, NPY_F32, in},
    };
    exit_code code = EXIT_DONE;
    size_t i;
    (void)problem_y_shape(&of->problem, out);
    memset(made, 0, sizeof(*made));
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]) && code == EXIT_DONE; i++) {
        if (is_max || (rows[i].to != &made->mask && rows[i].to != &made->got_mask)) {
            code = array_make(rows[i].dtype, rank, rows[i].shape, rows[i].to);
        }
    }
    return code == EXIT_DONE ? fill_arrays(of, made) : code;
}

static void free_arrays(case_arrays *freed)
{
    array *const all[] = {&freed->x,  &freed->dy,    &freed->y_bound,  &freed->y,     &freed->mask,
                          &freed->dx, &freed->got_y, &freed->got_mask, &freed->got_dx};
    size_t i;
    for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        array_free(all[i]);
    }
}

static void note_output(comparison *made, comparison_row *row, const char *name, const array *native, const array *got,
                        const array *bound)
{
    struct row_output *output = &row->output[row->outputs++];
    output->name = name;
    output->elements = native->elements;
    output->has_bound = bound != NULL;
    output->from_native =
        bound != NULL ? difference_find_beyond(got->data, native->data, bound->data, native->elements)
                      : difference_find(native->data, got->data, native->elements, npy_dtype_bytes(native->dtype));
    made->compared++;
    made->different += output->from_native.count > 0 ? 1 : 0;
}

static void note_outputs(comparison *made, comparison_row *row, const case_arrays *arrays)
{
    bool is_max = row->of->problem.mode == CLPOOL_MAX;
    if (row->op == CLPOOL_FORWARD) {
        note_output(made, row, "y", &arrays->y, &arrays->got_y, is_max ? NULL : &arrays->y_bound);
    } else {
        note_output(made, row, "dx", &arrays->dx, &arrays->got_dx, NULL);
    }
    if (row->op == CLPOOL_FORWARD && is_max) {
        note_output(made, row, "mask", &arrays->mask, &arrays->got_mask, NULL);
    }
}

/* What the rows of one case have in common. */
typedef struct case_run {
    comparison *made;
    const compare_case *of;
    const char *strategy;
    size_t runs;
    case_arrays arrays;
} case_run;

/* The tensors of one row, for the host itself or for a device. Backward always gets the host's mask or y, so that an
 * error of forward is not counted twice. */
static host_tensors take_tensors(const case_run *in, clpool_op op, bool is_native)
{
    const case_arrays *arrays = &in->arrays;
    host_tensors tensors = {.mask = arrays->mask.data};
    if (op == CLPOOL_FORWARD) {
        tensors.x = arrays->x.data;
        tensors.y = is_native ? arrays->y.data : arrays->got_y.data;
        tensors.mask = is_native ? arrays->mask.data : arrays->got_mask.data;
        return tensors;
    }
    tensors.x = is_native ? arrays->dx.data : arrays->got_dx.data;
    tensors.y = arrays->dy.data;
    if (in->of->problem.mode == CLPOOL_LP) {
        tensors.input = arrays->x.data;
        tensors.output = arrays->y.data;
    }
    return tensors;
}

/* Runs one row; `native` is the host's row of the same operation, NULL for that row itself. */
static exit_code run_row(case_run *in, clpool_op op, const target *on, const comparison_row *native)
{
    host_tensors tensors = take_tensors(in, op, native == NULL);
    comparison_row *row = &in->made->rows[in->made->count++];
    /* A name that only the other operation knows is no request about this one. */
    const char *strategy = in->strategy != NULL && strategy_exists(op, in->strategy) ? in->strategy : NULL;
    exit_code code;
    report_progress("%s, %s on %s", in->of->name, op == CLPOOL_FORWARD ? "forward" : "backward", on->index);
    row->of = in->of;
    row->on = on;
    row->op = op;
    code = measure(on, &in->of->problem, op, strategy, &tensors, in->runs, &row->measured);
    row->failed = code != EXIT_DONE;
    in->made->failed += row->failed ? 1 : 0;
    row->native = native == NULL ? row->measured.times.total : native->native;
    if (!row->failed && native != NULL) {
        note_outputs(in->made, row, &in->arrays);
    }
    return code;
}

static exit_code run_operation(case_run *in, clpool_op op)
{
    const target_list *devices = &in->made->devices;
    const comparison_row *native = &in->made->rows[in->made->count];
    exit_code worst = run_row(in, op, &in->made->native, NULL);
    size_t i;
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
    if (worst == EXIT_DONE) {
        exit_code forward = run_operation(&in, CLPOOL_FORWARD);
        exit_code backward = run_operation(&in, CLPOOL_BACKWARD);
        worst = forward > backward ? forward : backward;
    }
    free_arrays(&in.arrays);
    return worst;
}

exit_code comparison_run(comparison *made, const char *strategy, size_t runs)
{
    exit_code worst = EXIT_DONE;
    size_t i;
    made->rows = calloc(2 * made->cases.count * (made->devices.count + 1), sizeof(*made->rows));
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

bool comparison_row_equal(const comparison_row *of)
{
    unsigned i;
    for (i = 0; i < of->outputs && of->output[i].from_native.count == 0; i++) {
    }
    return !of->failed && i == of->outputs;
}

bool comparison_row_has_bound(const comparison_row *of)
{
    return !of->failed && of->outputs > 0 && of->output[0].has_bound;
}

bool comparison_row_timed(const comparison_row *of)
{
    return !of->failed && (of->on->context == NULL || of->measured.times.kernel >= 1e-6);
}

void comparison_free(comparison *freed)
{
    free(freed->rows);
    compare_cases_free(&freed->cases);
    target_list_close(&freed->devices);
    memset(freed, 0, sizeof(*freed));
}
