/* SPDX-License-Identifier: Apache-2.0 */
/* Answers about the sizes of a problem's tensors. */
#include "base/status.h"
#include "problem/mask.h"

static clpool_status answer(const clpool_problem *problem, const void *result, struct geometry *geometry)
{
    if (result == NULL) {
        return status_fail(CLPOOL_INVALID_ARGUMENT, "the pointer for the answer is NULL");
    }
    return geometry_from_problem(problem, geometry);
}

/** Elements, elements spanned, and bytes of an element of one tensor. */
struct tensor_size {
    size_t elements;
    size_t span;
    size_t element_bytes;
};

static clpool_status tensor_size(const clpool_problem *problem, clpool_tensor tensor, const void *result,
                                 struct tensor_size *size)
{
    struct geometry geometry = {.planes = 0};
    const clpool_status status = answer(problem, result, &geometry);
    if (status != CLPOOL_SUCCESS) {
        return status;
    }
    switch (tensor) {
    case CLPOOL_X:
        *size = (struct tensor_size){geometry.x_elements, geometry.x_span, geometry.element_bytes};
        return CLPOOL_SUCCESS;
    case CLPOOL_Y:
        *size = (struct tensor_size){geometry.y_elements, geometry.y_span, geometry.element_bytes};
        return CLPOOL_SUCCESS;
    case CLPOOL_MASK:
        *size = (struct tensor_size){geometry.mask_elements, geometry.mask_elements, geometry.mask_format.bytes};
        return mask_mode_check(&geometry);
    }
    return status_fail(CLPOOL_INVALID_ARGUMENT, "tensor is %d; it must be CLPOOL_X, CLPOOL_Y or CLPOOL_MASK",
                       (int)tensor);
}

clpool_status clpool_output_extent(const clpool_problem *problem, size_t *out)
{
    struct geometry geometry = {.planes = 0};
    const clpool_status status = answer(problem, out, &geometry);
    for (unsigned axis = 0; status == CLPOOL_SUCCESS && axis < problem->rank; axis++) {
        out[axis] = geometry.axis[CLPOOL_MAX_RANK - problem->rank + axis].out;
    }
    return status;
}

clpool_status clpool_tensor_elements(const clpool_problem *problem, clpool_tensor tensor, size_t *elements)
{
    struct tensor_size size = {0, 0, 0};
    const clpool_status status = tensor_size(problem, tensor, elements, &size);
    if (status == CLPOOL_SUCCESS) {
        *elements = size.elements;
    }
    return status;
}

clpool_status clpool_tensor_bytes(const clpool_problem *problem, clpool_tensor tensor, size_t *bytes)
{
    struct tensor_size size = {0, 0, 0};
    const clpool_status status = tensor_size(problem, tensor, bytes, &size);
    if (status == CLPOOL_SUCCESS) {
        *bytes = size.span * size.element_bytes;
    }
    return status;
}

clpool_status clpool_mask_element_bytes(const clpool_problem *problem, size_t *bytes)
{
    struct geometry geometry = {.planes = 0};
    clpool_status status = answer(problem, bytes, &geometry);
    if (status == CLPOOL_SUCCESS) {
        status = mask_mode_check(&geometry);
    }
    if (status == CLPOOL_SUCCESS) {
        *bytes = geometry.mask_format.bytes;
    }
    return status;
}
