/* SPDX-License-Identifier: Apache-2.0 */
/* Masks on the device: every form into every other against the same on the host, and the count of wrong values. */
#include "support/cmocka.h"
#include "support/device_group.h"
#include "support/problems.h"
#include "support/tensors.h"
#include "support/wild_mask.h"

#include <stdlib.h>

enum { PROBLEMS = 150, FORMS = 7 };

/** A plan for any problem: which strategies it has does not matter here. */
static clpool_plan *make_plan(const clpool_problem *problem)
{
    clpool_plan *plan = NULL;
    const clpool_plan_options options = {
        .struct_size = sizeof(options), .forward_strategy = "generic", .operations = 1 << CLPOOL_FORWARD};
    assert_success(clpool_plan_create(engine, problem, &options, &plan));
    return plan;
}

/** Random problems in u8, so that few programs are compiled, with masks in a form of their own, every other one
 * damaged. */
static clpool_problem make_problem(struct tensors *t)
{
    clpool_problem problem = random_problem(&random_source, 2000);
    problem.mode = CLPOOL_MAX;
    problem.mask_form = clpool_problem_check(&problem) == CLPOOL_SUCCESS ? problem.mask_form : CLPOOL_MASK_WINDOW;
    problem.dtype = CLPOOL_U8;
    problem.nan_rule = CLPOOL_NAN_PROPAGATE;
    memset(problem.x_stride, 0, sizeof(problem.x_stride));
    memset(problem.y_stride, 0, sizeof(problem.y_stride));
    tensors_make(t, &problem, &random_source);
    tensors_reference_forward(t, &problem);
    if (random_once_in(&random_source, 2)) {
        wild_mask(t, &problem, &random_source);
    }
    return problem;
}

/** Elements and bytes of an element of the problem's mask in another form; false where that does not fit. */
static int size_of_form(const clpool_problem *problem, clpool_mask_form form, size_t *elements, size_t *bytes)
{
    clpool_problem other = *problem;
    other.mask_form = form;
    return clpool_mask_element_bytes(&other, bytes) == CLPOOL_SUCCESS &&
           clpool_tensor_elements(&other, CLPOOL_MASK, elements) == CLPOOL_SUCCESS;
}

static void check_conversion(const clpool_plan *plan, const clpool_problem *problem, const struct tensors *t,
                             clpool_mask_form form)
{
    size_t elements = 0;
    size_t bytes = 0;
    if (!size_of_form(problem, form, &elements, &bytes)) {
        assert_fails(clpool_enqueue_convert_mask(plan, clpool_none(), problem->mask_form, clpool_none(), form,
                                                 device.queue, 0, NULL, NULL),
                     CLPOOL_INVALID_ARGUMENT, "to_form has");
        return;
    }
    unsigned char *expected = malloc((elements + 1) * bytes);
    assert_non_null(expected);
    assert_success(clpool_convert_mask(problem, t->mask, problem->mask_form, expected, form));
    struct guarded from = guarded_make(&device, t->mask_elements, t->mask_bytes, 5, t->mask);
    struct guarded to = guarded_make(&device, elements, bytes, 9, NULL);
    assert_success(clpool_enqueue_convert_mask(plan, guarded_at(&from), problem->mask_form, guarded_at(&to), form,
                                               device.queue, 0, NULL, NULL));
    guarded_check(&device, &to, expected, "converted mask", problem_text(problem));
    guarded_release(&from);
    guarded_release(&to);
    free(expected);
}

static void every_form_converts_to_every_other(void **state)
{
    (void)state;
    for (int n = 0; n < PROBLEMS; n++) {
        struct tensors t;
        const clpool_problem problem = make_problem(&t);
        clpool_plan *plan = make_plan(&problem);
        for (int form = 0; form < FORMS; form++) {
            check_conversion(plan, &problem, &t, (clpool_mask_form)form);
        }
        clpool_plan_destroy(plan);
        tensors_free(&t);
    }
}

/** Whether all bits of the i-th value are set, and it is no tap. */
static int is_sentinel(const clpool_problem *problem, const struct tensors *t, size_t i)
{
    const unsigned bits = problem->mask_form == CLPOOL_MASK_WINDOW_2BIT   ? 2
                          : problem->mask_form == CLPOOL_MASK_WINDOW_4BIT ? 4
                                                                          : 8;
    size_t taps = 1;
    for (unsigned axis = 0; axis < problem->rank; axis++) {
        taps *= problem->kernel[axis];
    }
    if (bits < 8) {
        const unsigned all = (1u << bits) - 1;
        return ((unsigned)t->mask[i * bits / 8] >> (i * bits % 8) & all) == all && taps <= all;
    }
    for (size_t b = 0; b < t->mask_bytes; b++) {
        if (t->mask[i * t->mask_bytes + b] != 0xff) {
            return 0;
        }
    }
    return 1;
}

/** The wrong values, found by another way: those that a conversion into plane indices drops where there is a tap. */
static uint64_t count_wrong(const clpool_problem *problem, const struct tensors *t)
{
    int64_t *got = malloc((t->y_elements + 1) * sizeof(*got)); /* y is dense */
    int64_t *right = malloc((t->y_elements + 1) * sizeof(*right));
    unsigned char *mask = malloc((t->mask_elements + 1) * t->mask_bytes);
    uint64_t wrong = 0;
    assert_true(got != NULL && right != NULL && mask != NULL);
    assert_success(clpool_mask_to_plane(problem, t->mask, got));
    assert_success(clpool_native_forward_with(problem, t->x, t->y, mask, &by_reference));
    assert_success(clpool_mask_to_plane(problem, mask, right));
    for (size_t i = 0; i < t->y_elements; i++) {
        const int is_empty = right[i] < 0 && is_sentinel(problem, t, i);
        wrong += got[i] < 0 && !is_empty;
    }
    free(got);
    free(right);
    free(mask);
    return wrong;
}

static void wrong_values_are_counted(void **state)
{
    (void)state;
    uint64_t total = 0;
    for (int n = 0; n < PROBLEMS; n++) {
        struct tensors t;
        const clpool_problem problem = make_problem(&t);
        clpool_plan *plan = make_plan(&problem);
        struct guarded mask = guarded_make(&device, t.mask_elements, t.mask_bytes, 5, t.mask);
        struct guarded count = guarded_make(&device, 1, sizeof(uint64_t), 3, NULL);
        const uint64_t expected = count_wrong(&problem, &t);
        total += expected;
        assert_success(
            clpool_enqueue_check_mask(plan, guarded_at(&mask), guarded_at(&count), device.queue, 0, NULL, NULL));
        guarded_check(&device, &count, &expected, "count", problem_text(&problem));
        guarded_release(&mask);
        guarded_release(&count);
        clpool_plan_destroy(plan);
        tensors_free(&t);
    }
    assert_true(total > 0);
}

/** Adaptive windows of 5 elements into 3 are 0..1, 1..3, 3..4; taps are numbered as in the largest, of three. */
static void a_tap_beyond_its_adaptive_window_is_none(void **state)
{
    (void)state;
    const uint8_t mask[] = {2, 2, 1};
    const int64_t expected[] = {-1, 3, 4};
    const uint64_t wrong = 1;
    for (size_t axis = 0; axis < CLPOOL_MAX_RANK; axis++) {
        size_t in[] = {1, 1, 1};
        size_t out[] = {1, 1, 1};
        in[axis] = 5;
        out[axis] = 3;
        const clpool_problem problem = clpool_problem_adaptive(3, 1, 1, in, out);
        clpool_plan *plan = make_plan(&problem);
        struct guarded from = guarded_make(&device, 3, 1, 2, mask);
        struct guarded to = guarded_make(&device, 3, 8, 2, NULL);
        struct guarded count = guarded_make(&device, 1, 8, 2, NULL);
        assert_success(clpool_enqueue_convert_mask(plan, guarded_at(&from), CLPOOL_MASK_WINDOW, guarded_at(&to),
                                                   CLPOOL_MASK_PLANE_I64, device.queue, 0, NULL, NULL));
        assert_success(
            clpool_enqueue_check_mask(plan, guarded_at(&from), guarded_at(&count), device.queue, 0, NULL, NULL));
        guarded_check(&device, &to, expected, "converted mask", problem_text(&problem));
        guarded_check(&device, &count, &wrong, "count", problem_text(&problem));
        guarded_release(&from);
        guarded_release(&to);
        guarded_release(&count);
        clpool_plan_destroy(plan);
    }
}

static void no_image_has_no_mask_to_convert_and_no_wrong_value(void **state)
{
    (void)state;
    const clpool_problem problem = with_planes(problem_of_rank(1), 0, 1);
    const uint64_t none = 0;
    clpool_plan *plan = make_plan(&problem);
    struct guarded mask = guarded_make(&device, 0, 1, 2, NULL);
    struct guarded count = guarded_make(&device, 1, 8, 2, NULL);
    assert_success(clpool_enqueue_convert_mask(plan, clpool_none(), CLPOOL_MASK_WINDOW, clpool_none(),
                                               CLPOOL_MASK_TENSOR, device.queue, 0, NULL, NULL));
    assert_success(clpool_enqueue_check_mask(plan, guarded_at(&mask), guarded_at(&count), device.queue, 0, NULL, NULL));
    guarded_check(&device, &count, &none, "count", problem_text(&problem));
    guarded_release(&mask);
    guarded_release(&count);
    clpool_plan_destroy(plan);
}

static void bad_arguments_are_named(void **state)
{
    (void)state;
    const clpool_problem problem = problem_of_rank(1); /* 4 outputs */
    clpool_plan *plan = make_plan(&problem);
    struct guarded narrow = guarded_make(&device, 4, 1, 1, NULL);
    struct guarded wide = guarded_make(&device, 4, 8, 1, NULL);
    const clpool_buffer from = guarded_at(&narrow);
    const clpool_buffer to = guarded_at(&wide);
    const uint8_t mask[] = {0, 1, 0, 1};
    int64_t plane[4];
    assert_fails(clpool_enqueue_convert_mask(NULL, from, CLPOOL_MASK_WINDOW, to, CLPOOL_MASK_TENSOR, device.queue, 0,
                                             NULL, NULL),
                 CLPOOL_INVALID_ARGUMENT, "plan is NULL");
    assert_fails(clpool_enqueue_convert_mask(plan, from, (clpool_mask_form)9, to, CLPOOL_MASK_TENSOR, device.queue, 0,
                                             NULL, NULL),
                 CLPOOL_INVALID_ARGUMENT, "from_form is 9");
    assert_fails(clpool_enqueue_convert_mask(plan, from, CLPOOL_MASK_TENSOR, to, CLPOOL_MASK_TENSOR, device.queue, 0,
                                             NULL, NULL),
                 CLPOOL_INVALID_BUFFER, "from has 4 elements of 8 bytes");
    assert_fails(clpool_enqueue_convert_mask(plan, to, CLPOOL_MASK_PLANE_I64, to, CLPOOL_MASK_TENSOR, device.queue, 0,
                                             NULL, NULL),
                 CLPOOL_INVALID_BUFFER, "from and to overlap");
    assert_fails(clpool_enqueue_check_mask(plan, from, from, device.queue, 0, NULL, NULL), CLPOOL_INVALID_BUFFER,
                 "count has 1 elements of 8 bytes");
    assert_fails(clpool_enqueue_check_mask(plan, from, to, NULL, 0, NULL, NULL), CLPOOL_INVALID_ARGUMENT,
                 "queue is NULL");
    assert_fails(clpool_convert_mask(&problem, mask, CLPOOL_MASK_WINDOW, plane, (clpool_mask_form)-1),
                 CLPOOL_INVALID_ARGUMENT, "to_form is -1");
    assert_fails(clpool_convert_mask(&problem, NULL, CLPOOL_MASK_WINDOW, plane, CLPOOL_MASK_TENSOR),
                 CLPOOL_INVALID_ARGUMENT, "from is NULL");
    guarded_release(&narrow);
    guarded_release(&wide);
    clpool_plan_destroy(plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_converts_to_every_other),
        cmocka_unit_test(wrong_values_are_counted),
        cmocka_unit_test(a_tap_beyond_its_adaptive_window_is_none),
        cmocka_unit_test(no_image_has_no_mask_to_convert_and_no_wrong_value),
        cmocka_unit_test(bad_arguments_are_named),
    };
    return cmocka_run_group_tests(tests, device_group_open, device_group_close);
}
