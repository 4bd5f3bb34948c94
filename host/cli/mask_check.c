/* SPDX-License-Identifier: Apache-2.0 */
#include "mask_check.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

/* What the check needs in memory. */
typedef struct check_memory {
    int64_t *plane;  /* the mask's values in the terms of the plane; -1 for those that name no tap */
    float *x;        /* one plane of zeros, pooled to see which windows have a tap */
    float *y;        /* the pooled plane: -inf where there is none */
    size_t elements; /* of the mask's tensor */
    size_t windows;  /* of one plane */
} check_memory;

/* The windows of one plane are those of all. */
static clpool_problem one_plane(const clpool_problem *problem)
{
    clpool_problem made = *problem;
    made.batch = 1;
    made.channels = 1;
    made.dtype = CLPOOL_F32;
    made.mask_form = CLPOOL_MASK_WINDOW;
    return made;
}

static exit_code find_windows(const clpool_problem *problem, check_memory *memory)
{
    clpool_problem plane = one_plane(problem);
    size_t inputs = 0;
    clpool_status status = clpool_tensor_elements(problem, CLPOOL_Y, &memory->elements);
    if (status == CLPOOL_SUCCESS) {
        status = clpool_tensor_elements(&plane, CLPOOL_Y, &memory->windows);
    }
    if (status == CLPOOL_SUCCESS) {
        status = clpool_tensor_elements(&plane, CLPOOL_X, &inputs);
    }
    if (status != CLPOOL_SUCCESS) {
        return report_status(status, "native");
    }
    memory->plane = calloc(memory->elements, sizeof(*memory->plane));
    memory->x = calloc(inputs, sizeof(*memory->x));
    memory->y = calloc(memory->windows, sizeof(*memory->y));
    if (memory->plane == NULL || memory->x == NULL || memory->y == NULL) {
        return report_no_memory();
    }
    status = clpool_native_forward(&plane, memory->x, memory->y, NULL);
    return status == CLPOOL_SUCCESS ? EXIT_DONE : report_status(status, "native");
}

/* True where every bit of a value is set. */
static bool is_sentinel(const clpool_problem *problem, const unsigned char *mask, size_t element_bytes, size_t i)
{
    size_t byte;
    if (problem->mask_form == CLPOOL_MASK_WINDOW_2BIT) {
        return (mask[i / 4] >> 2 * (i % 4) & 3) == 3;
    }
    if (problem->mask_form == CLPOOL_MASK_WINDOW_4BIT) {
        return (mask[i / 2] >> 4 * (i % 2) & 15) == 15;
    }
    for (byte = 0; byte < element_bytes && mask[i * element_bytes + byte] == 255; byte++) {
    }
    return byte == element_bytes;
}

static exit_code count_values(const clpool_problem *problem, const void *mask, const check_memory *memory,
                              cl_ulong *count)
{
    size_t step = problem->layout == CLPOOL_CHANNELS_LAST ? problem->channels : 1;
    size_t element_bytes = 0, i;
    clpool_status status = clpool_mask_element_bytes(problem, &element_bytes);
    if (status == CLPOOL_SUCCESS) {
        status = clpool_mask_to_plane(problem, mask, memory->plane);
    }
    if (status != CLPOOL_SUCCESS) {
        return report_status(status, "native");
    }
    for (i = 0; i < memory->elements; i++) {
        bool is_empty = memory->y[i / step % memory->windows] < 0;
        bool is_right = memory->plane[i] >= 0 || (is_empty && is_sentinel(problem, mask, element_bytes, i));
        *count += is_right ? 0 : 1;
    }
    return EXIT_DONE;
}

exit_code mask_check(const clpool_problem *problem, const void *mask, cl_ulong *count)
{
    check_memory memory;
    exit_code code;
    memset(&memory, 0, sizeof(memory));
    *count = 0;
    code = find_windows(problem, &memory);
    if (code == EXIT_DONE) {
        code = count_values(problem, mask, &memory, count);
    }
    free(memory.plane);
    free(memory.x);
    free(memory.y);
    return code;
}
