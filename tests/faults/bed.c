/* SPDX-License-Identifier: Apache-2.0 */
#include "faults/bed.h"

#include "support/cmocka.h"
#include "support/tensors.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const slot_names[BED_SLOTS] = {"the input x",
                                                  "the input y",
                                                  "the input mask",
                                                  "dy",
                                                  "y",
                                                  "the mask",
                                                  "dx",
                                                  "the accumulated dx",
                                                  "the unpooled x",
                                                  "the dy of unpooling",
                                                  "the count of dropped values",
                                                  "the converted mask",
                                                  "the count of the mask"};

static unsigned char *copy(const void *bytes, size_t size)
{
    unsigned char *made = malloc(size + 1);
    assert_non_null(made);
    memcpy(made, bytes, size);
    return made;
}

static unsigned char *filled(int byte, size_t size)
{
    unsigned char *made = malloc(size + 1);
    assert_non_null(made);
    memset(made, byte, size);
    return made;
}

/** Takes over `before` and `after`. */
static void make_slot(struct bed *bed, enum bed_slot slot, size_t bytes, unsigned char *before, unsigned char *after)
{
    cl_int code = CL_SUCCESS;
    struct bed_buffer *made = &bed->slots[slot];
    made->bytes = bytes;
    made->before = before;
    made->after = after;
    made->read = filled(0, bytes);
    made->mem = clCreateBuffer(bed->device->context, CL_MEM_READ_WRITE | CL_MEM_COPY_HOST_PTR, bytes, before, &code);
    assert_cl(code);
}

static void make_masks(struct bed *bed, const struct tensors *tensors)
{
    const clpool_problem *problem = &bed->problem;
    const size_t mask_bytes = tensors->mask_elements * tensors->mask_bytes;
    const size_t x_bytes = tensors->x_elements * tensors->element_bytes;
    const size_t y_bytes = tensors->y_elements * tensors->element_bytes;
    const size_t plane_bytes = tensors->y_elements * sizeof(int64_t);
    unsigned char *unpooled = filled(0, x_bytes);
    unsigned char *fetched = filled(0, y_bytes);
    unsigned char *plane = filled(0, plane_bytes);
    size_t dropped = 0;
    assert_success(clpool_native_unpool(problem, tensors->y, tensors->mask, unpooled, &dropped));
    assert_success(clpool_native_unpool_backward(problem, tensors->x, tensors->mask, fetched));
    assert_success(clpool_convert_mask(problem, tensors->mask, problem->mask_form, plane, CLPOOL_MASK_PLANE_I64));
    const cl_uint dropped_after = (cl_uint)dropped;
    const cl_ulong count = 0;
    make_slot(bed, BED_MASK, mask_bytes, copy(tensors->mask, mask_bytes), NULL);
    make_slot(bed, BED_MASK_OUT, mask_bytes, filled(TENSORS_GAP, mask_bytes), copy(tensors->mask, mask_bytes));
    make_slot(bed, BED_UNPOOLED, x_bytes, filled(TENSORS_GAP, x_bytes), unpooled);
    make_slot(bed, BED_FETCHED, y_bytes, filled(TENSORS_GAP, y_bytes), fetched);
    make_slot(bed, BED_DROPPED, sizeof(dropped_after), filled(0, sizeof(dropped_after)),
              copy(&dropped_after, sizeof(dropped_after)));
    make_slot(bed, BED_PLANE, plane_bytes, filled(TENSORS_GAP, plane_bytes), plane);
    make_slot(bed, BED_COUNT, sizeof(count), filled(TENSORS_GAP, sizeof(count)), copy(&count, sizeof(count)));
}

static void make_backward(struct bed *bed, struct tensors *tensors)
{
    const size_t x_bytes = tensors->x_elements * tensors->element_bytes;
    const size_t y_bytes = tensors->y_elements * tensors->element_bytes;
    make_slot(bed, BED_DY, y_bytes, copy(tensors->dy, y_bytes), NULL);
    tensors_reference_backward(tensors, &bed->problem, 0);
    make_slot(bed, BED_DX, x_bytes, copy(tensors->dx_old, x_bytes), copy(tensors->dx, x_bytes));
    tensors_reference_backward(tensors, &bed->problem, CLPOOL_ACCUMULATE);
    make_slot(bed, BED_SUM, x_bytes, copy(tensors->dx_old, x_bytes), copy(tensors->dx, x_bytes));
}

void bed_make(struct bed *bed, const struct test_device *device, clpool_engine *engine, const clpool_problem *problem)
{
    struct tensors tensors;
    struct random random = {1};
    *bed = (struct bed){.device = device, .problem = *problem};
    assert_success(clpool_plan_create(engine, problem, NULL, &bed->plan));
    tensors_make(&tensors, problem, &random);
    tensors_reference_forward(&tensors, problem);
    const size_t x_bytes = tensors.x_elements * tensors.element_bytes;
    const size_t y_bytes = tensors.y_elements * tensors.element_bytes;
    const bool is_exact = problem->mode == CLPOOL_MAX;
    make_slot(bed, BED_X, x_bytes, copy(tensors.x, x_bytes), NULL);
    make_slot(bed, BED_Y, y_bytes, copy(tensors.y, y_bytes), NULL);
    make_slot(bed, BED_Y_OUT, y_bytes, filled(TENSORS_GAP, y_bytes), is_exact ? copy(tensors.y, y_bytes) : NULL);
    if (problem->mode == CLPOOL_MAX) {
        make_masks(bed, &tensors);
    }
    make_backward(bed, &tensors);
    tensors_free(&tensors);
}

void bed_free(struct bed *bed)
{
    for (size_t i = 0; i < BED_SLOTS; i++) {
        struct bed_buffer *slot = &bed->slots[i];
        if (slot->mem != NULL) {
            assert_cl(clReleaseMemObject(slot->mem));
        }
        free(slot->before);
        free(slot->after);
        free(slot->read);
    }
    clpool_plan_destroy(bed->plan);
}

clpool_buffer bed_at(const struct bed *bed, enum bed_slot slot)
{
    return clpool_at(bed->slots[slot].mem, 0);
}

/** What is wrong with the content of a buffer that was read; NULL: nothing. */
static const char *check_content(struct bed_buffer *slot, const char *name, bool is_output)
{
    static _Thread_local char message[128];
    if (is_output && slot->after == NULL) {
        slot->after = copy(slot->read, slot->bytes);
    }
    if (memcmp(slot->read, is_output ? slot->after : slot->before, slot->bytes) == 0) {
        return NULL;
    }
    (void)snprintf(message, sizeof(message), "%s %s", name, is_output ? "has not the right bits" : "was changed");
    return message;
}

const char *bed_check(struct bed *bed, unsigned outputs)
{
    const char *wrong = NULL;
    cl_command_queue queue = bed->device->queue;
    cl_int code = clFinish(queue);
    for (size_t i = 0; i < BED_SLOTS && code == CL_SUCCESS; i++) {
        struct bed_buffer *slot = &bed->slots[i];
        const bool is_output = (outputs & 1u << i) != 0;
        if (slot->mem == NULL) {
            continue;
        }
        code = clEnqueueReadBuffer(queue, slot->mem, CL_TRUE, 0, slot->bytes, slot->read, 0, NULL, NULL);
        wrong = wrong == NULL && code == CL_SUCCESS ? check_content(slot, slot_names[i], is_output) : wrong;
        if (code == CL_SUCCESS && memcmp(slot->read, slot->before, slot->bytes) != 0) {
            code = clEnqueueWriteBuffer(queue, slot->mem, CL_TRUE, 0, slot->bytes, slot->before, 0, NULL, NULL);
        }
    }
    return code == CL_SUCCESS ? wrong : "the queue or a buffer is not usable any more";
}
