/* SPDX-License-Identifier: Apache-2.0 */
#include "comparison.h"

#include <stdlib.h>
#include <string.h>

#include "report.h"

/* The tensors of one case: the inputs, what the host made of them, and what the device at hand did. */
typedef struct case_arrays {
    array x, dy;
    array y, mask, dx;
    array got_y, got_mask, got_dx;
} case_arrays;

static exit_code make_arrays(const compare_case *of, case_arrays *made)
{
    size_t in[CLPOOL_MAX_RANK + 2], out[CLPOOL_MAX_RANK + 2];
    unsigned rank = problem_x_shape(&of->problem, in);
    npy_dtype mask = problem_mask_dtype(&of->problem);
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
        code = array_make(rows[i].dtype, rank, rows[i].shape, rows[i].to);
    }
    if (code != EXIT_DONE) {
        return code;
    }
    if (of->x != NULL) {
        memcpy(made->x.data, of->x->data, of->x->elements * sizeof(float));
    } else {
        compare_fill_x(&made->x);
    }
    compare_fill_dy(&made->dy);
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

static void note_output(comparison *made, comparison_row *row, const char *name, const array *native, const array *got)
{
    struct row_output *output = &row->output[row->outputs++];
    output->name = name;
    output->elements = native->elements;
    output->from_native = difference_find(native->data, got->data, native->elements, npy_dtype_bytes(native->dtype));
    made->compared++;
    made->different += output->from_native.count > 0 ? 1 : 0;
}

static void note_outputs(comparison *made, comparison_row *row, const case_arrays *arrays)
{
    if (row->op == CLPOOL_FORWARD) {
        note_output(made, row, "y", &arrays->y, &arrays->got_y);
        note_output(made, row, "mask", &arrays->mask, &arrays->got_mask);
    } else {
        note_output(made, row, "dx", &arrays->dx, &arrays->got_dx);
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

/* Runs one row; `native` is the host's row of the same operation, NULL for that row itself. Backward always gets the
 * host's mask, so that an error of forward is not counted twice. */
static exit_code run_row(case_run *in, clpool_op op, const target *on, const comparison_row *native)
{
    case_arrays *arrays = &in->arrays;
    host_tensors forward = {.x = arrays->x.data,
                            .y = native == NULL ? arrays->y.data : arrays->got_y.data,
                            .mask = native == NULL ? arrays->mask.data : arrays->got_mask.data};
    host_tensors backward = {
        .x = native == NULL ? arrays->dx.data : arrays->got_dx.data, .y = arrays->dy.data, .mask = arrays->mask.data};
    comparison_row *row = &in->made->rows[in->made->count++];
    /* A name that only the other operation knows is no request about this one. */
    const char *strategy = in->strategy != NULL && strategy_exists(op, in->strategy) ? in->strategy : NULL;
    exit_code code;
    report_progress("%s, %s on %s", in->of->name, op == CLPOOL_FORWARD ? "forward" : "backward", on->index);
    row->of = in->of;
    row->on = on;
    row->op = op;
    code = measure(on, &in->of->problem, op, strategy, op == CLPOOL_FORWARD ? &forward : &backward, in->runs,
                   &row->measured);
    row->failed = code != EXIT_DONE;
    in->made->failed += row->failed ? 1 : 0;
    row->native = native == NULL ? row->measured.times.total : native->native;
    if (!row->failed && native != NULL) {
        note_outputs(in->made, row, arrays);
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
