/* SPDX-License-Identifier: Apache-2.0 */
/* A caller's problem and mask, with any contents: the problem's checks, and the native functions on a small one, whose
 * fast path must give the reference's bits and leave the memory around the tensors alone. */
#include "problem_input.h"
#include "target.h"

enum { MOST_BYTES = 1 << 14, MOST_TAPS = 1 << 18, FORMS = CLPOOL_MASK_WINDOW_4BIT + 1, GAP = 0xa5 };

/** The tensors of a problem, each in memory of exactly its size. */
struct tensors {
    size_t x_bytes;
    size_t y_bytes;
    size_t mask_bytes;
    void *x;
    void *dy;
    void *y;
    void *mask;
    void *dx;
};

static void *filled(size_t bytes, int value)
{
    void *memory = malloc(bytes > 0 ? bytes : 1);
    REQUIRE(memory != NULL);
    memset(memory, value, bytes);
    return memory;
}

/** The input over and over, or a run of bytes where there is none. */
static void *filled_by(struct input *input, size_t bytes)
{
    uint8_t *memory = filled(bytes, 0);
    for (size_t i = 0; i < bytes; i++) {
        memory[i] = input->left > 0 ? input->at[i % input->left] : (uint8_t)(i * 37);
    }
    return memory;
}

/** Whether the problem is small enough to be run at every input. */
static int is_small(const clpool_problem *problem, const struct tensors *t)
{
    size_t outputs = 0;
    REQUIRE(clpool_tensor_elements(problem, CLPOOL_Y, &outputs) == CLPOOL_SUCCESS);
    size_t taps = outputs;
    for (unsigned i = 0; i < problem->rank; i++) {
        const size_t kernel = problem->windows == CLPOOL_ADAPTIVE ? problem->in[i] : problem->kernel[i];
        if (kernel > MOST_TAPS || taps > MOST_TAPS) {
            return 0;
        }
        taps *= kernel;
    }
    return taps <= MOST_TAPS && t->x_bytes <= MOST_BYTES && t->y_bytes <= MOST_BYTES && t->mask_bytes <= MOST_BYTES;
}

static void require_success(clpool_status status)
{
    if (status != CLPOOL_SUCCESS) {
        (void)fprintf(stderr, "failed: %s\n", clpool_error_detail());
        abort();
    }
}

static const clpool_native_options by_reference = {.struct_size = sizeof(clpool_native_options), .reference = 1};
static const clpool_native_options on_one_thread = {.struct_size = sizeof(clpool_native_options), .threads = 1};

static void run_forward(const clpool_problem *problem, const struct tensors *t)
{
    const int is_max = problem->mode == CLPOOL_MAX;
    void *y = filled(t->y_bytes, GAP);
    void *mask = filled(t->mask_bytes, 0);
    void *expected = filled(t->mask_bytes, 0);
    memset(t->y, GAP, t->y_bytes);
    require_success(clpool_native_forward_with(problem, t->x, t->y, is_max ? expected : NULL, &by_reference));
    require_success(clpool_native_forward_with(problem, t->x, y, is_max ? mask : NULL, &on_one_thread));
    REQUIRE(memcmp(y, t->y, t->y_bytes) == 0 && memcmp(mask, expected, t->mask_bytes) == 0);
    free(y);
    free(mask);
    free(expected);
}

static void run_backward(const clpool_problem *problem, const struct tensors *t, unsigned flags)
{
    const void *mask = problem->mode == CLPOOL_MAX ? t->mask : NULL;
    void *dx = copy_of(t->x, t->x_bytes);
    memcpy(t->dx, t->x, t->x_bytes);
    const clpool_status status = clpool_native_backward_with(problem, t->dy, mask, t->dx, flags, &by_reference);
    REQUIRE(clpool_native_backward_with(problem, t->dy, mask, dx, flags, &on_one_thread) == status);
    REQUIRE(status == CLPOOL_SUCCESS || status == CLPOOL_UNSUPPORTED);
    REQUIRE(memcmp(dx, t->dx, t->x_bytes) == 0);
    free(dx);
}

static void run_unpool(const clpool_problem *problem, const struct tensors *t)
{
    size_t values = 0;
    size_t dropped = 0;
    require_success(clpool_tensor_elements(problem, CLPOOL_Y, &values));
    require_success(clpool_native_unpool(problem, t->y, t->mask, t->dx, &dropped));
    REQUIRE(dropped <= values);
    require_success(clpool_native_unpool_backward(problem, t->dx, t->mask, t->y));
}

/** What is in a form stays as it is when it is converted to that form again. */
static void convert(const clpool_problem *problem, const struct tensors *t, const clpool_problem *other)
{
    size_t bytes = 0;
    if (clpool_tensor_bytes(other, CLPOOL_MASK, &bytes) == CLPOOL_SUCCESS) {
        void *to = filled(bytes, GAP);
        void *again = filled(bytes, 0);
        require_success(clpool_convert_mask(problem, t->mask, problem->mask_form, to, other->mask_form));
        require_success(clpool_convert_mask(other, to, other->mask_form, again, other->mask_form));
        REQUIRE(memcmp(to, again, bytes) == 0);
        free(to);
        free(again);
    }
}

/** Places are in the plane, or none. */
static void run_mask_tools(const clpool_problem *problem, const struct tensors *t)
{
    size_t values = 0;
    int64_t in_plane = 1;
    require_success(clpool_tensor_elements(problem, CLPOOL_Y, &values));
    for (unsigned i = 0; i < problem->rank; i++) {
        in_plane *= (int64_t)problem->in[i];
    }
    int64_t *plane = filled(values * sizeof(*plane), 0);
    require_success(clpool_mask_to_plane(problem, t->mask, plane));
    for (size_t i = 0; i < values; i++) {
        REQUIRE(plane[i] >= -1 && plane[i] < in_plane);
    }
    free(plane);
    for (int form = 0; form < FORMS; form++) {
        clpool_problem other = *problem;
        other.mask_form = (clpool_mask_form)form;
        convert(problem, t, &other);
    }
}

static void run(const clpool_problem *problem, struct input *input, struct tensors *t)
{
    t->mask = filled_by(input, t->mask_bytes);
    t->x = filled_by(input, t->x_bytes);
    t->dy = filled_by(input, t->y_bytes);
    t->y = filled(t->y_bytes, GAP);
    t->dx = filled(t->x_bytes, GAP);
    run_forward(problem, t);
    if (problem->mode == CLPOOL_LP) {
        const clpool_status status = clpool_native_backward_lp(problem, t->x, t->y, t->dy, t->dx, 0);
        REQUIRE(status == CLPOOL_SUCCESS || status == CLPOOL_UNSUPPORTED);
    } else {
        run_backward(problem, t, 0);
        run_backward(problem, t, CLPOOL_ACCUMULATE);
    }
    if (problem->mode == CLPOOL_MAX) {
        run_unpool(problem, t);
        run_mask_tools(problem, t);
    }
    free(t->mask);
    free(t->x);
    free(t->dy);
    free(t->y);
    free(t->dx);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size};
    struct tensors tensors = {.mask_bytes = 0};
    const clpool_problem problem = take_problem(&input);
    if (clpool_problem_check(&problem) != CLPOOL_SUCCESS) {
        REQUIRE(strlen(clpool_error_detail()) > 0);
        return 0;
    }
    require_success(clpool_tensor_bytes(&problem, CLPOOL_X, &tensors.x_bytes));
    require_success(clpool_tensor_bytes(&problem, CLPOOL_Y, &tensors.y_bytes));
    if (problem.mode == CLPOOL_MAX) {
        require_success(clpool_tensor_bytes(&problem, CLPOOL_MASK, &tensors.mask_bytes));
    }
    if (is_small(&problem, &tensors)) {
        run(&problem, &input, &tensors);
    }
    return 0;
}
