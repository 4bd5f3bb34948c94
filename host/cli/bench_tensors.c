/* SPDX-License-Identifier: Apache-2.0 */
#include "bench_tensors.h"

#include <string.h>

#include "array.h"
#include "compare_values.h"
#include "element.h"
#include "pooling.h"
#include "report.h"

static const clpool_tensor shapes[BENCH_SLOTS] = {
    [SLOT_X] = CLPOOL_X, [SLOT_Y] = CLPOOL_Y, [SLOT_MASK] = CLPOOL_MASK, [SLOT_DY] = CLPOOL_Y, [SLOT_DX] = CLPOOL_X};

static bool has_slot(const clpool_problem *problem, bench_slot slot)
{
    switch (slot) {
    case SLOT_MASK:
        return problem->mode == CLPOOL_MAX;
    case SLOT_DY:
    case SLOT_DX:
        return element_is_float(problem->dtype);
    default:
        return true;
    }
}

static exit_code find_sizes(const bench_tensors *of, size_t bytes[BENCH_SLOTS])
{
    int slot;
    for (slot = 0; slot < BENCH_SLOTS; slot++) {
        clpool_status status = CLPOOL_SUCCESS;
        bytes[slot] = 0;
        if (has_slot(of->problem, (bench_slot)slot)) {
            status = clpool_tensor_bytes(of->problem, shapes[slot], &bytes[slot]);
        }
        if (status != CLPOOL_SUCCESS) {
            return report_status(status, of->on->index);
        }
    }
    return EXIT_DONE;
}

static exit_code make_memory(bench_tensors *made, bool cold)
{
    size_t bytes[BENCH_SLOTS];
    exit_code code = find_sizes(made, bytes);
    int slot;
    if (code != EXIT_DONE) {
        return code;
    }
    /* What the operation that touches least touches. */
    made->sets = memory_sets_count(made->on, cold, bytes[SLOT_X] + bytes[SLOT_Y],
                                   bytes[SLOT_X] > bytes[SLOT_Y] ? bytes[SLOT_X] : bytes[SLOT_Y]);
    for (slot = 0; slot < BENCH_SLOTS && code == EXIT_DONE; slot++) {
        made->element[slot] =
            npy_dtype_bytes(slot == SLOT_MASK ? problem_mask_dtype(made->problem) : element_npy(made->problem->dtype));
        code = memory_sets_make(made->on, bytes[slot], made->sets, &made->memory[slot]);
    }
    return code;
}

static exit_code fill(const bench_tensors *of, bench_slot slot)
{
    const clpool_problem *problem = of->problem;
    size_t shape[CLPOOL_MAX_RANK + 2];
    unsigned rank = slot == SLOT_X ? problem_x_shape(problem, shape) : problem_y_shape(problem, shape);
    array values;
    exit_code code = array_make(element_npy(problem->dtype), rank, shape, &values);
    if (code != EXIT_DONE) {
        return code;
    }
    (slot == SLOT_X ? compare_fill_x : compare_fill_dy)(problem->dtype, &values);
    code = memory_sets_fill(&of->memory[slot], values.data);
    array_free(&values);
    return code;
}

exit_code bench_tensors_open(bench_tensors *opened, const target *on, const clpool_problem *problem, bool cold)
{
    exit_code code;
    memset(opened, 0, sizeof(*opened));
    opened->on = on;
    opened->problem = problem;
    code = make_memory(opened, cold);
    if (code == EXIT_DONE) {
        code = fill(opened, SLOT_X);
    }
    if (code == EXIT_DONE && has_slot(problem, SLOT_DY)) {
        code = fill(opened, SLOT_DY);
    }
    if (code != EXIT_DONE) {
        bench_tensors_close(opened);
    }
    return code;
}

void *bench_tensors_host(const bench_tensors *of, bench_slot slot, size_t set)
{
    return memory_sets_host(&of->memory[slot], set);
}

clpool_buffer bench_tensors_buffer(const bench_tensors *of, bench_slot slot, size_t set)
{
    return memory_sets_buffer(&of->memory[slot], set, of->element[slot]);
}

void bench_tensors_close(bench_tensors *closed)
{
    int slot;
    for (slot = 0; slot < BENCH_SLOTS; slot++) {
        memory_sets_free(&closed->memory[slot]);
    }
    memset(closed, 0, sizeof(*closed));
}
