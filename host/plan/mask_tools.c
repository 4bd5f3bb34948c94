/* SPDX-License-Identifier: Apache-2.0 */
/* Masks on the device: from one form to another, and a count of values that name no tap. */
#include "base/size.h"
#include "base/status.h"
#include "device/kernel_sources.h"
#include "device/tensor_check.h"
#include "plan/plan.h"
#include "problem/mask.h"

/* One program for every problem; of these options kernels/mask.cl uses the first. */
static const char options[] = "-cl-std=CL1.2 -DCLPOOL_INDEX_BITS=64 -DCLPOOL_MASK_BITS=64 -DCLPOOL_MASK_WINDOW=0 "
                              "-DCLPOOL_MASK_TENSOR=0 -DCLPOOL_MASK_COLMAJOR=0 -DCLPOOL_DTYPE_F32=1 "
                              "-DCLPOOL_NAN_IGNORE=0 -DCLPOOL_CHANNELS_LAST=0 -DCLPOOL_FLUSHES_DENORMALS=0";

enum { CHECK_ITEMS = 64, GROUP_ITEMS = 64 };

/** A kernel object for one call; these calls are too rare to keep one. The caller releases it. */
static clpool_status make_kernel(clpool_engine *engine, const char *entry, cl_kernel *kernel)
{
    cl_program program = NULL;
    cl_int code = CL_SUCCESS;
    const struct program_text text = {.definitions = "", .source = (const char *)kernel_mask, .options = options};
    const clpool_status status = engine_program(engine, &text, &program);
    if (status != CLPOOL_SUCCESS) {
        return status;
    }
    *kernel = clCreateKernel(program, entry, &code);
    (void)clReleaseProgram(program);
    return code == CL_SUCCESS ? CLPOOL_SUCCESS : status_fail_cl(code, "clCreateKernel(%s) failed", entry);
}

static void add_form(struct arguments *arguments, clpool_mask_form form, size_t taps)
{
    const cl_int form_number = (cl_int)form;
    const cl_int bits = (cl_int)mask_format_of(form, taps).bits;
    arguments_add(arguments, sizeof(form_number), &form_number);
    arguments_add(arguments, sizeof(bits), &bits);
}

static void add_axes(struct arguments *arguments, size_t d, size_t h, size_t w)
{
    const cl_long axes[4] = {(cl_long)d, (cl_long)h, (cl_long)w, 1};
    arguments_add(arguments, sizeof(axes), axes);
}

static void add_geometry(struct arguments *arguments, const struct geometry *geometry)
{
    const struct axis *axis = geometry->axis;
    const cl_int channels_last = geometry->layout == CLPOOL_CHANNELS_LAST;
    const cl_long channels = (cl_long)geometry->channels;
    const cl_long items = (cl_long)geometry->y_elements;
    arguments_add(arguments, sizeof(channels_last), &channels_last);
    arguments_add(arguments, sizeof(channels), &channels);
    arguments_add(arguments, sizeof(items), &items);
    add_axes(arguments, axis[0].in, axis[1].in, axis[2].in);
    add_axes(arguments, axis[0].out, axis[1].out, axis[2].out);
    add_axes(arguments, axis[0].pad_lo, axis[1].pad_lo, axis[2].pad_lo);
    add_axes(arguments, axis[0].kernel, axis[1].kernel, axis[2].kernel);
    add_axes(arguments, kernel_stride(&axis[0]), kernel_stride(&axis[1]), kernel_stride(&axis[2]));
    add_axes(arguments, axis[0].dilation, axis[1].dilation, axis[2].dilation);
}

/** A kernel of mask.cl to run on two tensors, the second of which is written. */
struct tool {
    const char *entry;
    struct tensor tensors[2];
    clpool_mask_form forms[2];
    size_t form_count; /* tensors that are masks, from the first on */
    bool is_check;     /* which has one argument more */
    struct launch launch;
};

static struct tensor mask_tensor(const char *name, clpool_buffer buffer, const struct geometry *geometry,
                                 clpool_mask_form form, unsigned access)
{
    const struct mask_format format = mask_format_of(form, geometry->taps);
    return (struct tensor){.name = name,
                           .buffer = buffer,
                           .elements = mask_elements(&format, geometry->y_elements),
                           .element_bytes = format.bytes,
                           .access = access};
}

/** Checks the tail and the tensors, then launches. */
static clpool_status run_tool(const clpool_plan *plan, struct tool *tool, const struct tail *tail)
{
    struct arguments arguments = {.code = CL_SUCCESS};
    clpool_status status = tail_check(tail, plan->engine->context, plan->engine->device);
    if (status == CLPOOL_SUCCESS) {
        status = tensors_check(plan->engine->context, tool->tensors, 2);
    }
    if (status == CLPOOL_SUCCESS) {
        status = make_kernel(plan->engine, tool->entry, &arguments.kernel);
    }
    if (status != CLPOOL_SUCCESS) {
        return status;
    }
    arguments_add_buffer(&arguments, &tool->tensors[0].buffer);
    arguments_add_buffer(&arguments, &tool->tensors[1].buffer);
    for (size_t i = 0; i < tool->form_count; i++) {
        add_form(&arguments, tool->forms[i], plan->geometry.taps);
    }
    add_geometry(&arguments, &plan->geometry);
    if (tool->is_check) {
        const cl_int cuts = plan->fusion.activation == CLPOOL_RELU;
        arguments_add(&arguments, sizeof(cuts), &cuts);
    }
    status = launch_enqueue(&tool->launch, &arguments, tool->entry, tail);
    (void)clReleaseKernel(arguments.kernel);
    return status;
}

clpool_status clpool_enqueue_convert_mask(const clpool_plan *plan, clpool_buffer from, clpool_mask_form from_form,
                                          clpool_buffer to, clpool_mask_form to_form, cl_command_queue queue,
                                          cl_uint num_wait, const cl_event *wait_list, cl_event *event)
{
    const struct tail tail = {queue, num_wait, wait_list, event};
    if (plan == NULL) {
        return status_fail(CLPOOL_INVALID_ARGUMENT, "plan is NULL");
    }
    const struct geometry *geometry = &plan->geometry;
    clpool_status status = mask_mode_check(geometry);
    if (status == CLPOOL_SUCCESS) {
        status = mask_form_check(geometry, "from_form", from_form, CLPOOL_INVALID_ARGUMENT);
    }
    if (status == CLPOOL_SUCCESS) {
        status = mask_form_check(geometry, "to_form", to_form, CLPOOL_INVALID_ARGUMENT);
    }
    if (status == CLPOOL_SUCCESS && geometry->planes == 0) {
        status = tail_check(&tail, plan->engine->context, plan->engine->device);
        return status == CLPOOL_SUCCESS ? launch_nothing(&tail) : status;
    }
    const size_t group = size_min(GROUP_ITEMS, plan->engine->capabilities.work_group_limit);
    struct tool tool = {
        .entry = "clpool_convert_mask",
        .tensors = {mask_tensor("from", from, geometry, from_form, TENSOR_READ),
                    mask_tensor("to", to, geometry, to_form, TENSOR_WRITE)},
        .forms = {from_form, to_form},
        .form_count = 2,
    };
    tool.launch = launch_shape(tool.tensors[1].elements, group);
    return status == CLPOOL_SUCCESS ? run_tool(plan, &tool, &tail) : status;
}

clpool_status clpool_enqueue_check_mask(const clpool_plan *plan, clpool_buffer mask, clpool_buffer count,
                                        cl_command_queue queue, cl_uint num_wait, const cl_event *wait_list,
                                        cl_event *event)
{
    const struct tail tail = {queue, num_wait, wait_list, event};
    if (plan == NULL) {
        return status_fail(CLPOOL_INVALID_ARGUMENT, "plan is NULL");
    }
    const struct geometry *geometry = &plan->geometry;
    const size_t group = size_min(CHECK_ITEMS, plan->engine->capabilities.work_group_limit);
    clpool_status status = mask_mode_check(geometry);
    if (status == CLPOOL_SUCCESS) {
        status = capabilities_check_loops(&plan->engine->capabilities, geometry->y_elements / group + 1 + group);
    }
    struct tool tool = {
        .entry = "clpool_check_mask",
        .tensors = {mask_tensor("mask", mask, geometry, geometry->mask_form, TENSOR_READ),
                    {.name = "count",
                     .buffer = count,
                     .elements = 1,
                     .element_bytes = sizeof(cl_ulong),
                     .access = TENSOR_WRITE}},
        .forms = {geometry->mask_form},
        .form_count = 1,
        .is_check = true,
        .launch = {.global = {group, 1}, .local = {group, 1}},
    };
    return status == CLPOOL_SUCCESS ? run_tool(plan, &tool, &tail) : status;
}
