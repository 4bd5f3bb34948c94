/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/plan.h"

#include "base/size.h"
#include "base/status.h"
#include "plan/engine_choice.h"
#include "plan/settings.h"
#include "problem/load.h"
#include "problem/mask.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    OPTIONS_BYTES = 1024,
    ALL_OPERATIONS = 1 << CLPOOL_FORWARD | 1 << CLPOOL_BACKWARD | 1 << CLPOOL_UNPOOL,
    WORKER_ITEMS = 4096,  /* the least that is worth a work-item of its own */
    SHORT_SUM_TERMS = 255 /* the most that CLPOOL_SHORT_SUMS allows */
};

/** Strides of axes without a neighbour never count, but are passed all the same. */
static bool fits_pitches(const struct geometry *geometry)
{
    const struct strides *all[] = {&geometry->x, &geometry->y};
    bool fits = geometry->channels < LAUNCH_ROW_ITEMS;
    for (size_t i = 0; i < 2; i++) {
        const size_t longest = size_max(all[i]->axis[0], size_max(all[i]->axis[1], all[i]->axis[2]));
        fits = fits && size_max(longest, size_max(all[i]->n, all[i]->c)) < LAUNCH_ROW_ITEMS;
    }
    return fits;
}

/** Whether 32-bit offsets suffice: kernels number up to LAUNCH_ROW_ITEMS surplus work-items past the last element, and
 * add up to four positions of an axis, without overflow. */
static bool fits_32_bits(const struct geometry *geometry)
{
    bool fits = size_max(geometry->x_span, geometry->y_span) < LAUNCH_ROW_ITEMS && fits_pitches(geometry);
    for (size_t i = 0; i < CLPOOL_MAX_RANK; i++) {
        fits = fits && geometry->axis[i].padded <= INT32_MAX / 4;
    }
    return fits;
}

struct index4 plan_index4(const clpool_plan *plan, size_t x, size_t y, size_t z, size_t w)
{
    struct index4 index;
    const size_t values[] = {x, y, z, w};
    for (size_t i = 0; i < 4; i++) {
        if (plan->wide) {
            index.value.wide[i] = (int64_t)values[i];
        } else {
            index.value.narrow[i] = (int32_t)values[i];
        }
    }
    return index;
}

static void fill_arguments(clpool_plan *plan)
{
    const struct axis *axis = plan->geometry.axis;
    const struct strides *x = &plan->geometry.x;
    const struct strides *y = &plan->geometry.y;
    plan->in = plan_index4(plan, axis[0].in, axis[1].in, axis[2].in, 1);
    plan->out = plan_index4(plan, axis[0].out, axis[1].out, axis[2].out, 1);
    plan->pad = plan_index4(plan, axis[0].pad_lo, axis[1].pad_lo, axis[2].pad_lo, 0);
    plan->window = plan_index4(plan, axis[0].kernel, axis[1].kernel, axis[2].kernel, 1);
    plan->stride = plan_index4(plan, kernel_stride(&axis[0]), kernel_stride(&axis[1]), kernel_stride(&axis[2]), 1);
    plan->dilation = plan_index4(plan, axis[0].dilation, axis[1].dilation, axis[2].dilation, 1);
    plan->x_pitch = plan_index4(plan, x->axis[0], x->axis[1], x->axis[2], x->c);
    plan->y_pitch = plan_index4(plan, y->axis[0], y->axis[1], y->axis[2], y->c);
    plan->batch = plan_index4(plan, x->n, y->n, plan->geometry.channels, 0);
    plan->edge = plan_index4(plan, axis[0].padded - axis[0].pad_lo, axis[1].padded - axis[1].pad_lo,
                             axis[2].padded - axis[2].pad_lo, 1);
}

static void write_options(const clpool_plan *plan, const struct choice *choice, char options[OPTIONS_BYTES])
{
    const struct strategy *strategy = choice->strategy;
    const struct axis *axis = plan->geometry.axis;
    const clpool_mask_form form = plan->geometry.mask_form;
    int length =
        snprintf(options, OPTIONS_BYTES,
                 "-cl-std=CL1.2 -DCLPOOL_INDEX_BITS=%d -DCLPOOL_MASK_BITS=%zu -DCLPOOL_MASK_WINDOW=%d "
                 "-DCLPOOL_MASK_TENSOR=%d -DCLPOOL_MASK_COLMAJOR=%d -DCLPOOL_DTYPE_%s=1 "
                 "-DCLPOOL_NAN_IGNORE=%d -DCLPOOL_CHANNELS_LAST=%d -DCLPOOL_FLUSHES_DENORMALS=%d",
                 plan->wide ? 64 : 32, plan->geometry.mask_format.bits, mask_form_numbers_taps(form),
                 form == CLPOOL_MASK_TENSOR || form == CLPOOL_MASK_TENSOR_COLMAJOR, form == CLPOOL_MASK_TENSOR_COLMAJOR,
                 plan->geometry.dtype->kernel_name, plan->geometry.nan_rule == CLPOOL_NAN_IGNORE,
                 plan->geometry.layout == CLPOOL_CHANNELS_LAST, plan->engine->capabilities.keeps_denormals ? 0 : 1);
    if (plan->engine->capabilities.compiler_ends_process && strategy->suits == NULL) {
        length += snprintf(options + length, OPTIONS_BYTES - (size_t)length, " -cl-opt-disable"); /* see quirks.c */
    }
    if (plan->geometry.mode != CLPOOL_MAX) {
        length += snprintf(options + length, OPTIONS_BYTES - (size_t)length, " -DCLPOOL_SHORT_SUMS=%d",
                           plan->geometry.taps <= SHORT_SUM_TERMS);
    }
    if (plan->geometry.mode == CLPOOL_AVERAGE && strategy->specialised) {
        length += snprintf(options + length, OPTIONS_BYTES - (size_t)length, " -DCLPOOL_DIVISOR=%luu",
                           (unsigned long)geometry_divisor(&plan->geometry));
    }
    if (plan->geometry.mode == CLPOOL_LP) {
        length += snprintf(options + length, OPTIONS_BYTES - (size_t)length, " -DCLPOOL_P=%luu",
                           (unsigned long)plan->geometry.p);
    }
    for (size_t i = 0; strategy->specialised && i < CLPOOL_MAX_RANK; i++) {
        const char name = "DHW"[i];
        length += snprintf(options + length, OPTIONS_BYTES - (size_t)length,
                           " -DCLPOOL_WINDOW_%c=%zu -DCLPOOL_STRIDE_%c=%zu -DCLPOOL_DILATION_%c=%zu", name,
                           axis[i].kernel, name, kernel_stride(&axis[i]), name, axis[i].dilation);
    }
    for (size_t i = 0; i < PARAMETERS_MOST; i++) {
        if (strategy->parameters[i].macro != NULL) {
            length += snprintf(options + length, OPTIONS_BYTES - (size_t)length, " -D%s=%u",
                               strategy->parameters[i].macro, choice->settings.value[i]);
        }
    }
}

/** What the device can give a kernel. */
static clpool_status query_kernel(const clpool_plan *plan, struct kernel_pool *kernels, size_t *group_limit,
                                  cl_ulong *local_bytes)
{
    cl_kernel kernel = NULL;
    cl_device_id device = plan->engine->device;
    clpool_status status = kernel_pool_take(kernels, &kernel);
    if (status != CLPOOL_SUCCESS) {
        return status;
    }
    cl_int code =
        clGetKernelWorkGroupInfo(kernel, device, CL_KERNEL_WORK_GROUP_SIZE, sizeof(*group_limit), group_limit, NULL);
    if (code != CL_SUCCESS) {
        status = status_fail_cl(code, "clGetKernelWorkGroupInfo(CL_KERNEL_WORK_GROUP_SIZE) of %s failed",
                                kernel_pool_entry(kernels));
    } else {
        code =
            clGetKernelWorkGroupInfo(kernel, device, CL_KERNEL_LOCAL_MEM_SIZE, sizeof(*local_bytes), local_bytes, NULL);
        if (code != CL_SUCCESS) {
            status = status_fail_cl(code, "clGetKernelWorkGroupInfo(CL_KERNEL_LOCAL_MEM_SIZE) of %s failed",
                                    kernel_pool_entry(kernels));
        }
    }
    kernel_pool_give(kernels, kernel);
    return status;
}

/** Work-items of a group that the kernel and the device take. */
static clpool_status choose_group(const clpool_plan *plan, const struct operation *operation, size_t *group)
{
    const struct capabilities *capabilities = &plan->engine->capabilities;
    const size_t wanted = operation->choice.settings.value[PARAMETER_LAUNCH];
    size_t kernel_limit = 0;
    cl_ulong local_bytes = 0;
    const clpool_status status = query_kernel(plan, operation->kernels, &kernel_limit, &local_bytes);
    *group = size_min(size_min(size_max(kernel_limit, 1), capabilities->work_group_limit), wanted);
    if (status == CLPOOL_SUCCESS && strategy_has_fixed_group(operation->choice.strategy) &&
        (*group < wanted || local_bytes > capabilities->local_bytes)) {
        return status_fail(
            CLPOOL_DEVICE_LACKS,
            "device '%s' runs %s in groups of %zu work-items with %zu bytes of local memory; it needs %zu "
            "and %llu",
            capabilities->name, kernel_pool_entry(operation->kernels), *group, capabilities->local_bytes, wanted,
            (unsigned long long)local_bytes);
    }
    return status;
}

/** Work-items that share the work: no more than there is to do. */
static size_t choose_workers(const clpool_plan *plan, size_t per_unit)
{
    const size_t elements = size_max(plan->geometry.x_elements, plan->geometry.y_elements);
    return size_max(size_min(plan->engine->capabilities.compute_units * per_unit, elements / WORKER_ITEMS), 1);
}

/** The launch of groups that make a tile each. */
static clpool_status shape_tiles(const clpool_plan *plan, struct operation *operation, enum tiling tiling, size_t group)
{
    const struct choice *choice = &operation->choice;
    const struct capabilities *capabilities = &plan->engine->capabilities;
    if (!tile_make(tiling, &plan->geometry, group, choice->settings.value[PARAMETER_OUTPUTS], capabilities->local_bytes,
                   &operation->tile)) { /* which choosing the strategy has ruled out */
        return status_fail(CLPOOL_DEVICE_LACKS, "strategy '%s' makes no tile of this problem", choice->strategy->name);
    }
    operation->items = operation->tile.count;
    operation->launch = launch_shape(operation->items * group, group);
    return CLPOOL_SUCCESS;
}

/** Work-items that have something to do. */
static size_t count_items(const clpool_plan *plan, const struct choice *choice, enum operation_id id)
{
    const bool has_own_items = id % 2 != 0 && choice->strategy->other_items != NULL;
    return id == OPERATION_UNPOOL_BACKWARD ? plan->geometry.y_elements
           : has_own_items                 ? choice->strategy->other_items(&plan->geometry, &choice->settings)
                                           : choice->strategy->items(&plan->geometry, &choice->settings);
}

/** The launch of work-items that make elements each, or share them all. */
static void shape_items(const clpool_plan *plan, struct operation *operation, enum operation_id id, size_t group)
{
    const struct choice *choice = &operation->choice;
    const size_t per_item = id == OPERATION_FORWARD_MASK ? plan->geometry.mask_format.per_element : 1;
    operation->items = count_items(plan, choice, id);
    operation->launch = choice->strategy->shares
                            ? launch_shape(choose_workers(plan, choice->settings.value[PARAMETER_LAUNCH]), 1)
                            : launch_shape(size_divide_up(operation->items, per_item), group);
}

/** Makes a kernel of a strategy ready; `entry` may be NULL for one that it does not have. */
static clpool_status make_operation(clpool_plan *plan, const struct choice *choice, const char *entry,
                                    enum operation_id id)
{
    struct operation *operation = &plan->operations[id];
    const struct strategy *strategy = choice->strategy;
    char options[OPTIONS_BYTES];
    cl_program program = NULL;
    size_t group = 1;
    if (entry == NULL) {
        return CLPOOL_SUCCESS;
    }
    write_options(plan, choice, options);
    const struct program_text text = {
        .definitions = fusion_definitions(&plan->fusion, strategy->op, id % 2 != 0),
        .source = (const char *)strategy->source,
        .options = options,
    };
    clpool_status status = engine_program(plan->engine, &text, &program);
    if (status != CLPOOL_SUCCESS) {
        return status;
    }
    operation->choice = *choice;
    settings_write(choice, operation->settings);
    status = kernel_pool_create(program, entry, &operation->kernels);
    (void)clReleaseProgram(program);
    if (status == CLPOOL_SUCCESS) {
        status = choose_group(plan, operation, &group);
    }
    if (status != CLPOOL_SUCCESS) {
        return status;
    }
    if (strategy->tiling != TILING_NONE) {
        return shape_tiles(plan, operation, id % 2 != 0 ? strategy->other_tiling : strategy->tiling, group);
    }
    shape_items(plan, operation, id, group);
    return CLPOOL_SUCCESS;
}

/** Makes one of an operation's two kernels ready. Whether the device can run a kernel is known for certain once it is
 * built; where it cannot, and the caller has named no strategy, others follow. */
static clpool_status make_kernel(clpool_plan *plan, clpool_op op, bool is_other, bool is_named, struct choice *choice)
{
    const enum operation_id id = (enum operation_id)(operation_of(op) + (is_other ? 1 : 0));
    clpool_status status = CLPOOL_SUCCESS;
    for (bool is_done = false; !is_done;) {
        const struct strategy *strategy = choice->strategy;
        status = make_operation(plan, choice, is_other ? strategy->other_entry : strategy->entry, id);
        is_done = status != CLPOOL_DEVICE_LACKS || is_named;
        if (!is_done) {
            kernel_pool_destroy(plan->operations[id].kernels);
            plan->operations[id] = (struct operation){.kernels = NULL};
            status = strategy_choose_next(op, is_other, &plan->geometry, &plan->engine->capabilities, choice);
            is_done = status != CLPOOL_SUCCESS;
        }
    }
    return status;
}

/** The kernels of an operation. */
static clpool_status make_op(clpool_plan *plan, clpool_op op, const char *name)
{
    struct choice choice = {.strategy = NULL};
    const struct capabilities *capabilities = &plan->engine->capabilities;
    clpool_status status = engine_choose(plan->engine, op, name, &plan->geometry, &choice);
    if (status == CLPOOL_SUCCESS) {
        status = make_kernel(plan, op, false, name != NULL, &choice);
    }
    if (status == CLPOOL_SUCCESS && plan->geometry.mode == CLPOOL_MAX &&
        !strategy_has_other(choice.strategy, &plan->geometry)) {
        status = strategy_choose_other(op, &plan->geometry, capabilities, &choice);
    }
    if (status == CLPOOL_SUCCESS) {
        status = make_kernel(plan, op, true, name != NULL, &choice);
    }
    if (status == CLPOOL_SUCCESS) {
        status = make_operation(plan, &choice, choice.strategy->third_entry, OPERATION_UNPOOL_BACKWARD);
    }
    return status;
}

static clpool_status make_operations(clpool_plan *plan, const clpool_plan_options *options)
{
    const bool is_lp = plan->geometry.mode == CLPOOL_LP;
    const struct {
        clpool_op op;
        bool exists;
        const char *strategy;
    } rows[] = {
        {CLPOOL_FORWARD, true, options->forward_strategy},
        {CLPOOL_BACKWARD, plan->geometry.dtype->is_float && !(is_lp && plan->fusion.has_expressions),
         options->backward_strategy},
        {CLPOOL_UNPOOL, plan->geometry.mode == CLPOOL_MAX, options->unpool_strategy},
    };
    clpool_status status = engine_check_dtype(plan->engine, &plan->geometry);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]) && status == CLPOOL_SUCCESS; i++) {
        const bool is_wanted = options->operations == 0 || (options->operations & 1u << (unsigned)rows[i].op) != 0;
        if (rows[i].exists && is_wanted) {
            status = make_op(plan, rows[i].op, rows[i].strategy);
        }
    }
    return status;
}

static clpool_status load_options(const clpool_plan_options *options, clpool_plan_options *own)
{
    *own = (clpool_plan_options){.struct_size = sizeof(*own)};
    if (options == NULL) {
        return CLPOOL_SUCCESS;
    }
    const size_t oldest_size = offsetof(clpool_plan_options, unpool_strategy);
    const clpool_status status =
        load_struct("clpool_plan_options", own, sizeof(*own), oldest_size, options, options->struct_size);
    if (status == CLPOOL_SUCCESS && own->index_bits != 0 && own->index_bits != 64) {
        return status_fail(CLPOOL_INVALID_ARGUMENT, "index_bits is %u; it must be 0 or 64", own->index_bits);
    }
    if (status == CLPOOL_SUCCESS && own->operations > ALL_OPERATIONS) {
        return status_fail(CLPOOL_INVALID_ARGUMENT,
                           "operations is 0x%x; its bits are 1 << CLPOOL_FORWARD, CLPOOL_BACKWARD and CLPOOL_UNPOOL",
                           own->operations);
    }
    return status;
}

clpool_status clpool_plan_create(clpool_engine *engine, const clpool_problem *problem,
                                 const clpool_plan_options *options, clpool_plan **plan)
{
    if (plan == NULL) {
        return status_fail(CLPOOL_INVALID_ARGUMENT, "the pointer for the plan is NULL");
    }
    *plan = NULL;
    if (engine == NULL) {
        return status_fail(CLPOOL_INVALID_ARGUMENT, "engine is NULL");
    }
    clpool_plan_options choices;
    clpool_status status = load_options(options, &choices);
    if (status != CLPOOL_SUCCESS) {
        return status;
    }
    struct geometry geometry;
    status = geometry_from_problem(problem, &geometry);
    if (status != CLPOOL_SUCCESS) {
        return status;
    }
    clpool_plan *made = calloc(1, sizeof(*made));
    if (made == NULL) {
        return status_fail(CLPOOL_OUT_OF_MEMORY, "no memory for a plan");
    }
    engine_retain(engine);
    made->engine = engine;
    made->geometry = geometry;
    made->wide = choices.index_bits == 64 || !fits_32_bits(&geometry);
    (void)problem_load(problem, &made->problem);
    made->problem.struct_size = sizeof(made->problem);
    fill_arguments(made);
    status = fusion_make(&made->fusion, &choices, engine->context, &made->geometry);
    if (status == CLPOOL_SUCCESS) {
        status = make_operations(made, &choices);
    }
    if (status != CLPOOL_SUCCESS) {
        clpool_plan_destroy(made);
        return status;
    }
    *plan = made;
    return CLPOOL_SUCCESS;
}

void clpool_plan_destroy(clpool_plan *plan)
{
    if (plan == NULL) {
        return;
    }
    for (size_t i = 0; i < OPERATION_COUNT; i++) {
        kernel_pool_destroy(plan->operations[i].kernels);
    }
    fusion_free(&plan->fusion);
    clpool_engine_destroy(plan->engine);
    free(plan);
}
