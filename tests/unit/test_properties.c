/* SPDX-License-Identifier: Apache-2.0 */
/* Properties of pooling that need no second implementation, on the reference: gradients by finite differences, split
 * equals whole, permuted channels, where each gradient went, and what unpooling brings back. */
#include "support/cmocka.h"
#include "support/problems.h"
#include "support/tensors.h"

#include <math.h>
#include <stdlib.h>

enum { PROBLEMS = 300, MOST_ELEMENTS = 3000 };

static int is_packed(clpool_mask_form form)
{
    return form == CLPOOL_MASK_WINDOW_2BIT || form == CLPOOL_MASK_WINDOW_4BIT;
}

/** The problem as maximum, with a mask of one element a value. */
static clpool_problem as_max(clpool_problem problem)
{
    problem.mode = CLPOOL_MAX;
    if (is_packed(problem.mask_form)) {
        problem.mask_form = CLPOOL_MASK_WINDOW;
    }
    return problem;
}

/** f(x) = sum of dy * y in f64, for values so far apart that no winner changes under the step. */
static double weighted_output(const clpool_problem *problem, const float *x, const float *dy, float *y,
                              size_t y_elements)
{
    assert_success(clpool_native_forward(problem, x, y, NULL));
    double sum = 0;
    for (size_t i = 0; i < y_elements; i++) {
        /* A window without a tap gives -inf, which does not depend on x. */
        sum += y[i] < -1e30f ? 0 : (double)dy[i] * (double)y[i];
    }
    return sum;
}

/** Distinct integers in random order. */
static void shuffle(float *x, size_t count, struct random *random)
{
    for (size_t i = 0; i < count; i++) {
        x[i] = (float)i;
    }
    for (size_t i = count; i > 1; i--) {
        const size_t j = random_between(random, 0, i - 1);
        const float swapped = x[i - 1];
        x[i - 1] = x[j];
        x[j] = swapped;
    }
}

static void gradients_of_maximum_equal_finite_differences(void **state)
{
    struct random *random = *state;
    for (int n = 0; n < PROBLEMS / 3; n++) {
        clpool_problem problem = as_max(packed(random_problem(random, 400), CLPOOL_CHANNELS_FIRST));
        problem.dtype = CLPOOL_F32;
        struct tensors t;
        tensors_make(&t, &problem, random);
        float *x = malloc((t.x_elements + 1) * sizeof(*x));
        float *dy = malloc((t.y_elements + 1) * sizeof(*dy));
        float *dx = malloc((t.x_elements + 1) * sizeof(*dx));
        float *y = malloc((t.y_elements + 1) * sizeof(*y));
        assert_true(x != NULL && dy != NULL && dx != NULL && y != NULL);
        shuffle(x, t.x_elements, random);
        for (size_t i = 0; i < t.y_elements; i++) {
            dy[i] = (float)random_between(random, 0, 16) - 8;
        }
        assert_success(clpool_native_forward(&problem, x, y, t.mask));
        assert_success(clpool_native_backward(&problem, dy, t.mask, dx, 0));
        for (size_t i = 0; i < t.x_elements; i += 1 + t.x_elements / 40) {
            const float step = 0.25f; /* integers are 1 apart; all sums here are exact in f64 */
            const float before = x[i];
            x[i] = before + step;
            const double above = weighted_output(&problem, x, dy, y, t.y_elements);
            x[i] = before - step;
            const double below = weighted_output(&problem, x, dy, y, t.y_elements);
            x[i] = before;
            if ((above - below) / (2 * (double)step) != (double)dx[i]) {
                print_error("dx[%zu] is %g, the difference quotient %g\n  %s\n", i, (double)dx[i],
                            (above - below) / (2 * (double)step), problem_text(&problem));
                fail();
            }
        }
        free(x);
        free(dy);
        free(dx);
        free(y);
        tensors_free(&t);
    }
}

static void each_image_of_a_batch_is_pooled_as_if_alone(void **state)
{
    struct random *random = *state;
    for (int n = 0; n < PROBLEMS; n++) {
        clpool_problem whole = packed(random_problem(random, MOST_ELEMENTS), CLPOOL_CHANNELS_FIRST);
        if (whole.mask_form >= CLPOOL_MASK_TENSOR) {
            whole.mask_form = CLPOOL_MASK_WINDOW; /* the others count planes, or share bytes */
        }
        const clpool_problem plane = with_planes(whole, 1, 1);
        struct tensors t;
        struct tensors part;
        tensors_make(&t, &whole, random);
        tensors_reference_forward(&t, &whole);
        if (tensors_have_backward(&whole)) {
            tensors_reference_backward(&t, &whole, 0);
        }
        tensors_make(&part, &plane, random);
        for (size_t p = 0; p < whole.batch * whole.channels; p++) {
            memcpy(part.x, t.x + p * part.x_elements * t.element_bytes, part.x_elements * t.element_bytes);
            memcpy(part.dy, t.dy + p * part.y_elements * t.element_bytes, part.y_elements * t.element_bytes);
            tensors_reference_forward(&part, &plane);
            assert_memory_equal(part.y, t.y + p * part.y_elements * t.element_bytes, part.y_elements * t.element_bytes);
            if (whole.mode == CLPOOL_MAX) {
                assert_memory_equal(part.mask, t.mask + p * part.y_elements * t.mask_bytes,
                                    part.y_elements * t.mask_bytes);
            }
            if (tensors_have_backward(&plane)) {
                tensors_reference_backward(&part, &plane, 0);
                assert_memory_equal(part.dx, t.dx + p * part.x_elements * t.element_bytes,
                                    part.x_elements * t.element_bytes);
            }
        }
        tensors_free(&part);
        tensors_free(&t);
    }
}

static void the_mask_names_an_element_with_the_output_s_bits(void **state)
{
    struct random *random = *state;
    for (int n = 0; n < PROBLEMS; n++) {
        const clpool_problem problem = as_max(packed(random_problem(random, MOST_ELEMENTS), CLPOOL_CHANNELS_FIRST));
        struct tensors t;
        tensors_make(&t, &problem, random);
        tensors_reference_forward(&t, &problem);
        int64_t *plane = malloc((t.y_elements + 1) * sizeof(*plane));
        assert_non_null(plane);
        assert_success(clpool_mask_to_plane(&problem, t.mask, plane));
        const size_t planes = problem.batch * problem.channels;
        for (size_t i = 0; i < t.y_elements; i++) {
            const size_t first = i / (t.y_elements / planes) * (t.x_elements / planes);
            if (plane[i] >= 0) {
                assert_memory_equal(t.y + i * t.element_bytes, t.x + (first + (size_t)plane[i]) * t.element_bytes,
                                    t.element_bytes);
            }
        }
        free(plane);
        tensors_free(&t);
    }
}

/** Copies a tensor of the problem's x (or y) from one placement of its elements to another, element by element. */
static void copy_places(const clpool_problem *from, const unsigned char *source, const clpool_problem *to,
                        unsigned char *target, const size_t *spatial, size_t bytes, int is_mask, int is_y)
{
    const size_t extents[] = {from->batch, from->channels, spatial[0], from->rank > 1 ? spatial[1] : 1,
                              from->rank > 2 ? spatial[2] : 1};
    size_t index[5] = {0};
    size_t total = 1;
    for (size_t i = 0; i < 5; i++) {
        total *= extents[i];
    }
    for (size_t element = 0; element < total; element++) {
        size_t rest = element;
        for (size_t i = 5; i-- > 0;) {
            index[i] = rest % extents[i];
            rest /= extents[i];
        }
        const clpool_problem *sides[] = {from, to};
        size_t offsets[2] = {0};
        for (size_t side = 0; side < 2; side++) {
            const size_t *strides = is_y ? sides[side]->y_stride : sides[side]->x_stride;
            if (strides[0] != 0 && !is_mask) {
                for (size_t i = 0; i < sides[side]->rank + 2; i++) {
                    offsets[side] += index[i] * strides[i];
                }
                continue;
            }
            const int last = sides[side]->layout == CLPOOL_CHANNELS_LAST;
            const size_t order[] = {0, last ? 2 : 1, last ? 3 : 2, last ? 4 : 3, last ? 1 : 4};
            for (size_t i = 0; i < 5; i++) {
                offsets[side] = offsets[side] * extents[order[i]] + index[order[i]];
            }
        }
        memcpy(target + offsets[1] * bytes, source + offsets[0] * bytes, bytes);
    }
}

/** The same numbers in another placement, with strides or channels last, pool to the same numbers, masks and gradients.
 * */
static void placement_changes_no_result(void **state)
{
    struct random *random = *state;
    for (int n = 0; n < PROBLEMS; n++) {
        clpool_problem placed = random_problem(random, MOST_ELEMENTS);
        placed.mask_form = is_packed(placed.mask_form) ? CLPOOL_MASK_WINDOW : placed.mask_form;
        const clpool_problem plain = packed(placed, CLPOOL_CHANNELS_FIRST);
        size_t out[CLPOOL_MAX_RANK] = {0};
        struct tensors a;
        struct tensors b;
        assert_success(clpool_output_extent(&plain, out));
        tensors_make(&a, &plain, random);
        tensors_make(&b, &placed, random);
        copy_places(&plain, a.x, &placed, b.x, placed.in, a.element_bytes, 0, 0);
        copy_places(&plain, a.dy, &placed, b.dy, out, a.element_bytes, 0, 1);
        tensors_reference_forward(&a, &plain);
        tensors_reference_forward(&b, &placed);
        unsigned char *y = malloc((a.y_elements + 1) * a.element_bytes);
        unsigned char *mask = malloc((a.mask_elements + 1) * a.mask_bytes);
        unsigned char *dx = malloc((a.x_elements + 1) * a.element_bytes);
        assert_true(y != NULL && mask != NULL && dx != NULL);
        copy_places(&placed, b.y, &plain, y, out, a.element_bytes, 0, 1);
        assert_memory_equal(y, a.y, a.y_elements * a.element_bytes);
        if (plain.mode == CLPOOL_MAX) {
            copy_places(&placed, b.mask, &plain, mask, out, a.mask_bytes, 1, 1);
            assert_memory_equal(mask, a.mask, a.mask_elements * a.mask_bytes);
        }
        if (tensors_have_backward(&plain)) {
            tensors_reference_backward(&a, &plain, 0);
            tensors_reference_backward(&b, &placed, 0);
            copy_places(&placed, b.dx, &plain, dx, placed.in, a.element_bytes, 0, 0);
            assert_memory_equal(dx, a.dx, a.x_elements * a.element_bytes);
        }
        free(y);
        free(mask);
        free(dx);
        tensors_free(&a);
        tensors_free(&b);
    }
}

static void backward_from_x_equals_backward_from_the_mask(void **state)
{
    struct random *random = *state;
    for (int n = 0; n < PROBLEMS; n++) {
        clpool_problem problem = random_problem(random, MOST_ELEMENTS);
        problem.mask_form = problem.mode == CLPOOL_MAX ? problem.mask_form : CLPOOL_MASK_WINDOW;
        problem.mode = CLPOOL_MAX;
        struct tensors t;
        tensors_make(&t, &problem, random);
        if (tensors_have_backward(&problem)) {
            unsigned char *dx = malloc((t.x_elements + 1) * t.element_bytes);
            assert_non_null(dx);
            memcpy(dx, t.dx_old, t.x_elements * t.element_bytes);
            tensors_reference_forward(&t, &problem);
            tensors_reference_backward(&t, &problem, 0);
            assert_success(clpool_native_backward_recompute(&problem, t.x, t.dy, dx, 0));
            assert_memory_equal(dx, t.dx, t.x_elements * t.element_bytes);
            free(dx);
        }
        tensors_free(&t);
    }
}

/** f(x) = sum of dy * y in f64. */
static double weighted_sum(const clpool_problem *problem, const double *x, const double *dy, double *y, size_t count)
{
    double sum = 0;
    assert_success(clpool_native_forward(problem, x, y, NULL));
    for (size_t i = 0; i < count; i++) {
        sum += dy[i] * y[i];
    }
    return sum;
}

static void compute_gradients(const clpool_problem *problem, const double *x, const double *y, const double *dy,
                              double *dx)
{
    if (problem->mode == CLPOOL_LP) {
        assert_success(clpool_native_backward_lp(problem, x, y, dy, dx, 0));
    } else {
        assert_success(clpool_native_backward(problem, dy, NULL, dx, 0));
    }
}

/** Average and Lp are smooth where no element is near 0; the error of a difference quotient is about 1e-9 then. */
static void gradients_of_sums_equal_finite_differences(void **state)
{
    struct random *random = *state;
    for (int n = 0; n < PROBLEMS; n++) {
        clpool_problem problem = packed(random_problem(random, 400), CLPOOL_CHANNELS_FIRST);
        problem.mode = n % 2 == 0 ? CLPOOL_AVERAGE : CLPOOL_LP;
        problem.dtype = CLPOOL_F64;
        problem.p = 1 + (unsigned)n % 7;
        struct tensors t;
        tensors_make(&t, &problem, random);
        double *x = malloc((t.x_elements + 1) * sizeof(*x));
        double *dy = malloc((t.y_elements + 1) * sizeof(*dy));
        double *dx = malloc((t.x_elements + 1) * sizeof(*dx));
        double *y = malloc((t.y_elements + 1) * sizeof(*y));
        assert_true(x != NULL && dy != NULL && dx != NULL && y != NULL);
        for (size_t i = 0; i < t.x_elements; i++) {
            x[i] = (1 + (double)random_between(random, 0, 1000) / 1000) * (random_once_in(random, 2) ? 1 : -1);
        }
        for (size_t i = 0; i < t.y_elements; i++) {
            dy[i] = (double)random_between(random, 0, 16) - 8;
        }
        (void)weighted_sum(&problem, x, dy, y, t.y_elements);
        compute_gradients(&problem, x, y, dy, dx);
        for (size_t i = 0; i < t.x_elements; i += 1 + t.x_elements / 40) {
            const double step = 1e-5;
            const double before = x[i];
            x[i] = before + step;
            const double above = weighted_sum(&problem, x, dy, y, t.y_elements);
            x[i] = before - step;
            const double below = weighted_sum(&problem, x, dy, y, t.y_elements);
            x[i] = before;
            const double quotient = (above - below) / (2 * step);
            if (!(fabs(quotient - dx[i]) <= 1e-6 * (1 + fabs(dx[i])))) {
                print_error("dx[%zu] is %.12g, the difference quotient %.12g\n  %s\n", i, dx[i], quotient,
                            problem_text(&problem));
                fail();
            }
        }
        free(x);
        free(dy);
        free(dx);
        free(y);
        tensors_free(&t);
    }
}

/** Where windows do not overlap, unpooled positive values are the maxima of their windows again. */
static void a_pooled_unpool_gives_values_and_mask_back(void **state)
{
    struct random *random = *state;
    size_t done = 0;
    while (done < PROBLEMS) {
        clpool_problem problem = packed(random_problem(random, MOST_ELEMENTS), CLPOOL_CHANNELS_FIRST);
        random_disjoint_window(random, &problem);
        problem.mode = CLPOOL_MAX;
        problem.dtype = CLPOOL_F32;
        memset(problem.pad_lo, 0, sizeof(problem.pad_lo));
        memset(problem.pad_hi, 0, sizeof(problem.pad_hi));
        if (clpool_problem_check(&problem) != CLPOOL_SUCCESS) {
            continue;
        }
        struct tensors t;
        tensors_make(&t, &problem, random);
        shuffle((float *)(void *)t.x, t.x_elements, random);
        tensors_reference_forward(&t, &problem);
        for (size_t i = 0; i < t.y_elements; i++) {
            ((float *)(void *)t.y)[i] += 1;
        }
        unsigned char *x = malloc((t.x_elements + 1) * t.element_bytes);
        unsigned char *y = malloc((t.y_elements + 1) * t.element_bytes);
        unsigned char *mask = malloc((t.mask_elements + 1) * t.mask_bytes);
        size_t dropped = 99;
        assert_true(x != NULL && y != NULL && mask != NULL);
        assert_success(clpool_native_unpool(&problem, t.y, t.mask, x, &dropped));
        assert_int_equal(dropped, 0);
        assert_success(clpool_native_forward(&problem, x, y, mask));
        assert_memory_equal(y, t.y, t.y_elements * t.element_bytes);
        assert_memory_equal(mask, t.mask, t.mask_elements * t.mask_bytes);
        free(x);
        free(y);
        free(mask);
        tensors_free(&t);
        done++;
    }
}

/** Sum of a * b over two arrays of small integers: exact. */
static double product(const double *a, const double *b, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += a[i] * b[i];
    }
    return sum;
}

static void fill_with_integers(double *values, size_t count, struct random *random)
{
    for (size_t i = 0; i < count; i++) {
        values[i] = (double)random_between(random, 0, 64) - 32;
    }
}

/** Where no element is named twice, unpooling is linear in y, and its backward the transpose: <unpool(y), dx> = <y,
 * backward(dx)>, for each y and dx. With y and y + e_i that says too that the backward is the difference quotient. */
static void backward_of_unpooling_is_its_transpose(void **state)
{
    struct random *random = *state;
    size_t done = 0;
    while (done < PROBLEMS) {
        clpool_problem problem = packed(random_problem(random, MOST_ELEMENTS), CLPOOL_CHANNELS_FIRST);
        random_disjoint_window(random, &problem);
        problem.mode = CLPOOL_MAX;
        problem.dtype = CLPOOL_F64;
        if (clpool_problem_check(&problem) != CLPOOL_SUCCESS) {
            continue;
        }
        struct tensors t;
        tensors_make(&t, &problem, random);
        tensors_reference_forward(&t, &problem);
        double *x = malloc((t.x_elements + 1) * sizeof(*x));
        double *dx = malloc((t.x_elements + 1) * sizeof(*dx));
        double *y = malloc((t.y_elements + 1) * sizeof(*y));
        double *dy = malloc((t.y_elements + 1) * sizeof(*dy));
        assert_true(x != NULL && dx != NULL && y != NULL && dy != NULL);
        fill_with_integers(dx, t.x_elements, random);
        fill_with_integers(y, t.y_elements, random);
        assert_success(clpool_native_unpool_backward(&problem, dx, t.mask, dy));
        assert_success(clpool_native_unpool(&problem, y, t.mask, x, NULL));
        const double before = product(x, dx, t.x_elements);
        assert_true(before == product(y, dy, t.y_elements));
        for (size_t i = 0; i < t.y_elements; i += 1 + t.y_elements / 10) {
            y[i] += 1;
            assert_success(clpool_native_unpool(&problem, y, t.mask, x, NULL));
            assert_true(product(x, dx, t.x_elements) - before == dy[i]);
            y[i] -= 1;
        }
        free(x);
        free(dx);
        free(y);
        free(dy);
        tensors_free(&t);
        done++;
    }
}

/** Of numbered elements, the backward of unpooling fetches what the mask says in PyTorch's form. */
static void backward_of_unpooling_fetches_what_the_mask_names(void **state)
{
    struct random *random = *state;
    for (int n = 0; n < PROBLEMS; n++) {
        clpool_problem problem = packed(random_problem(random, MOST_ELEMENTS), CLPOOL_CHANNELS_FIRST);
        problem.mask_form = problem.mode == CLPOOL_MAX ? problem.mask_form : CLPOOL_MASK_WINDOW;
        problem.mode = CLPOOL_MAX;
        problem.dtype = CLPOOL_I32;
        struct tensors t;
        tensors_make(&t, &problem, random);
        tensors_reference_forward(&t, &problem);
        int32_t *dx = malloc((t.x_elements + 1) * sizeof(*dx));
        int32_t *dy = malloc((t.y_elements + 1) * sizeof(*dy));
        int64_t *plane = malloc((t.y_elements + 1) * sizeof(*plane));
        assert_true(dx != NULL && dy != NULL && plane != NULL);
        const size_t planes = problem.batch * problem.channels;
        for (size_t i = 0; i < t.x_elements; i++) {
            dx[i] = (int32_t)i + 1;
        }
        assert_success(clpool_mask_to_plane(&problem, t.mask, plane));
        assert_success(clpool_native_unpool_backward(&problem, dx, t.mask, dy));
        for (size_t i = 0; i < t.y_elements; i++) {
            const size_t first = i / (t.y_elements / planes) * (t.x_elements / planes);
            assert_int_equal(dy[i], plane[i] < 0 ? 0 : (int32_t)first + (int32_t)plane[i] + 1);
        }
        free(dx);
        free(dy);
        free(plane);
        tensors_free(&t);
    }
}

int main(void)
{
    struct random random = random_from_environment();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(gradients_of_maximum_equal_finite_differences, &random),
        cmocka_unit_test_prestate(gradients_of_sums_equal_finite_differences, &random),
        cmocka_unit_test_prestate(a_pooled_unpool_gives_values_and_mask_back, &random),
        cmocka_unit_test_prestate(backward_of_unpooling_is_its_transpose, &random),
        cmocka_unit_test_prestate(backward_of_unpooling_fetches_what_the_mask_names, &random),
        cmocka_unit_test_prestate(each_image_of_a_batch_is_pooled_as_if_alone, &random),
        cmocka_unit_test_prestate(backward_from_x_equals_backward_from_the_mask, &random),
        cmocka_unit_test_prestate(placement_changes_no_result, &random),
        cmocka_unit_test_prestate(the_mask_names_an_element_with_the_output_s_bits, &random),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
