/* SPDX-License-Identifier: Apache-2.0 */
/* The reference against PyTorch's results in tests/golden/data: extents, values, indices and gradients; those of
 * maximum bit for bit. */
#include "support/cmocka.h"

#include "difference.h"
#include "golden.h"
#include "golden_bound.h"

#include <stdio.h>
#include <stdlib.h>

static golden folder;

static int set_up(void **state)
{
    (void)state;
    return golden_open(CLPOOL_GOLDEN_DATA, &folder) == EXIT_DONE ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    golden_close(&folder);
    return 0;
}

static void every_case_is_there(void **state)
{
    size_t by_mode[3] = {0, 0, 0};
    (void)state;
    for (size_t i = 0; i < folder.count; i++) {
        by_mode[folder.cases[i].problem.mode]++;
    }
    assert_int_equal(by_mode[CLPOOL_MAX], 62 + 13); /* sliding and adaptive */
    assert_int_equal(by_mode[CLPOOL_AVERAGE], 27 + 12);
    assert_int_equal(by_mode[CLPOOL_LP], 6);
    assert_int_equal(folder.skip_kinds, 0);
    printf("golden: cases %zu\n", folder.count);
}

static void output_extents_are_those_of_pytorch(void **state)
{
    (void)state;
    for (size_t i = 0; i < folder.count; i++) {
        size_t out[CLPOOL_MAX_RANK] = {0};
        assert_success(clpool_output_extent(&folder.cases[i].problem, out));
        assert_memory_equal(out, folder.cases[i].out, folder.cases[i].problem.rank * sizeof(out[0]));
    }
}

/** One of the case's files; its shape is (N, C) and these extents. */
static array read_array(const golden_case *of, const char *suffix, npy_dtype dtype, const size_t *extents)
{
    array read = {.data = NULL};
    size_t shape[CLPOOL_MAX_RANK + 2] = {of->problem.batch, of->problem.channels};
    memcpy(shape + 2, extents, of->problem.rank * sizeof(*extents));
    assert_int_equal(golden_read(&folder, of, suffix, dtype, of->problem.rank + 2, shape, &read), EXIT_DONE);
    return read;
}

static void assert_equal_bits(const void *got, const array *wanted, const char *what, const char *name)
{
    if (memcmp(got, wanted->data, wanted->elements * npy_dtype_bytes(wanted->dtype)) != 0) {
        print_error("%s: %s differs from PyTorch's\n", name, what);
        fail();
    }
}

static void assert_within(const float *got, const array *wanted, const array *bound, const char *what, const char *name)
{
    difference found = difference_find_beyond(got, wanted->data, bound->data, wanted->elements);
    if (found.count > 0) {
        print_error("%s: %s differs from PyTorch's by more than %s, first at %zu\n", name, what, GOLDEN_BOUND_TEXT,
                    found.first);
        fail();
    }
}

static void sums_and_their_gradients_are_near_those_of_pytorch(void **state)
{
    (void)state;
    for (size_t i = 0; i < folder.count; i++) {
        const golden_case *of = &folder.cases[i];
        array x, y, dy, dx, y_bound, dx_bound;
        const golden_values values = {&x, &y, &dy, &dx};
        if (of->problem.mode == CLPOOL_MAX) {
            continue;
        }
        x = read_array(of, "x", NPY_F32, of->problem.in);
        y = read_array(of, "y", NPY_F32, of->out);
        dy = read_array(of, "dy", NPY_F32, of->out);
        dx = read_array(of, "dx", NPY_F32, of->problem.in);
        float *got_y = malloc(y.elements * sizeof(*got_y));
        float *got_dx = malloc(x.elements * sizeof(*got_dx));
        assert_true(got_y != NULL && got_dx != NULL);
        assert_success(clpool_native_forward(&of->problem, x.data, got_y, NULL));
        assert_success(of->problem.mode == CLPOOL_LP
                           ? clpool_native_backward_lp(&of->problem, x.data, got_y, dy.data, got_dx, 0)
                           : clpool_native_backward(&of->problem, dy.data, NULL, got_dx, 0));
        assert_int_equal(golden_bounds(&of->problem, &values, &y_bound, &dx_bound), EXIT_DONE);
        assert_within(got_y, &y, &y_bound, "y", of->name);
        assert_within(got_dx, &dx, &dx_bound, "dx", of->name);
        free(got_y);
        free(got_dx);
        array *const freed[] = {&x, &y, &dy, &dx, &y_bound, &dx_bound};
        for (size_t at = 0; at < sizeof(freed) / sizeof(freed[0]); at++) {
            array_free(freed[at]);
        }
    }
}

static void values_indices_and_gradients_of_maximum_are_those_of_pytorch(void **state)
{
    (void)state;
    for (size_t i = 0; i < folder.count; i++) {
        const golden_case *of = &folder.cases[i];
        if (of->problem.mode != CLPOOL_MAX) {
            continue;
        }
        array x = read_array(of, "x", NPY_F32, of->problem.in);
        array y = read_array(of, "y", NPY_F32, of->out);
        array idx = read_array(of, "idx", NPY_I64, of->out);
        array dy = read_array(of, "dy", NPY_F32, of->out);
        array dx = read_array(of, "dx", NPY_F32, of->problem.in);
        float *got_y = malloc(y.elements * sizeof(*got_y));
        unsigned char *mask = malloc(y.elements * sizeof(uint32_t));
        int64_t *got_idx = malloc(y.elements * sizeof(*got_idx));
        float *got_dx = malloc(x.elements * sizeof(*got_dx));
        assert_true(got_y != NULL && mask != NULL && got_idx != NULL && got_dx != NULL);
        assert_success(clpool_native_forward(&of->problem, x.data, got_y, mask));
        assert_success(clpool_mask_to_plane(&of->problem, mask, got_idx));
        assert_success(clpool_native_backward(&of->problem, dy.data, mask, got_dx, 0));
        assert_equal_bits(got_y, &y, "y", of->name);
        assert_equal_bits(got_idx, &idx, "idx", of->name);
        assert_equal_bits(got_dx, &dx, "dx", of->name);
        free(got_y);
        free(mask);
        free(got_idx);
        free(got_dx);
        array_free(&x);
        array_free(&y);
        array_free(&idx);
        array_free(&dy);
        array_free(&dx);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_case_is_there),
        cmocka_unit_test(output_extents_are_those_of_pytorch),
        cmocka_unit_test(values_indices_and_gradients_of_maximum_are_those_of_pytorch),
        cmocka_unit_test(sums_and_their_gradients_are_near_those_of_pytorch),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
